"""Where somebody draws: with a mouse, a finger or a pen, on paper or on a picture."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QCursor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.screen_pixels import draw_edges, in_screen_pixels, on_screen
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme
from lenet_desktop.ui.picture.drawing import Dab, Drawing, Sheet

SMALLEST, USUAL = 224, 400
"""Pixels of the window."""
_FEW = 128
"""Up to so many pixels of a side are each to be seen."""
_INVITATION_SCALE = 1.35
_INVITATION = marked("Draw here, or drop a picture")
_EXPLANATION = marked(
    "Draw with the mouse, a finger or a pen. Ctrl+Z takes a stroke back, Ctrl+V pastes a picture, "
    "and Del clears the sheet."
)
_LEAST_RING, _LARGEST_RING = 6, 120
"""Pixels of the window."""
_LEAST_PRESSURE = 0.25
"""The share of its width that a pen has when it is hardly pressed."""


class Canvas(QWidget):
    """Shows a drawing as large as it fits, and takes down what is drawn on it.

    Attributes:
        erases: whether the pen is an eraser.
    """

    changed = Signal()  # there is something else on the sheet
    history_changed = Signal()  # something else can be undone

    def __init__(self) -> None:
        super().__init__()
        identify(self, "drawing_canvas", _("Drawing"), _(_EXPLANATION))
        self.setToolTip("")  # it would lie over what is drawn
        self.drawing = Drawing()
        self._width_share = 0.1
        self.erases = False
        self._theme = LIGHT
        self._shown: QImage | None = None  # the drawing in pixels of the screen
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setSizePolicy(policy)
        self.setMinimumSize(SMALLEST, SMALLEST)

    @property
    def width_share(self) -> float:
        """How wide the pen is, as a share of the sheet's longer side."""
        return self._width_share

    @width_share.setter
    def width_share(self, share: float) -> None:
        self._width_share = share
        self._show_pen()

    @property
    def pixels(self) -> Pixels:
        """The picture, uint8 (H, W) or (H, W, 3), read-only."""
        return self.drawing.pixels

    def sizeHint(self) -> QSize:
        """Return a comfortable size."""
        return QSize(USUAL, USUAL)

    # What is on the sheet

    def show_sheet(self, sheet: Sheet) -> None:
        """Draw on a picture, or on new paper; the sheet before can be brought back."""
        self.drawing.show(sheet)
        self._tell_all()

    @Slot()
    def clear(self) -> None:
        """Take new paper, if there is anything on the sheet."""
        if not self.drawing.is_blank:
            self.show_sheet(Sheet())

    @Slot()
    def undo(self) -> None:
        """Take back what was done last."""
        self.drawing.undo()
        self._tell_all()

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back."""
        self.drawing.redo()
        self._tell_all()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme; paper stays white."""
        self._theme = theme
        self.update()

    # Where things are

    @property
    def area(self) -> QRect:
        """Where the sheet lies, in pixels of the screen, within a line for its edge.

        A picture of few pixels is enlarged as many times as each of them finds room.
        """
        ratio, size = self.devicePixelRatioF(), self.drawing.sheet.size
        edge = on_screen(2, ratio)
        width, height = (
            max(1, on_screen(length, ratio) - 2 * edge) for length in (self.width(), self.height())
        )
        fitted = size.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio)
        picture = self.drawing.sheet.picture
        if picture is not None and max(picture.shape[:2]) <= _FEW:
            own = QSize(picture.shape[1], picture.shape[0])
            fitted = own * max(1, fitted.width() // own.width())
        fitted = fitted.expandedTo(QSize(1, 1))
        left, top = (width - fitted.width()) // 2 + edge, (height - fitted.height()) // 2 + edge
        return QRect(left, top, fitted.width(), fitted.height())

    def to_sheet(self, place: QPointF) -> QPointF:
        """Return which point of the sheet, in its pixels, lies at a point of the widget."""
        area, size, ratio = self.area, self.drawing.sheet.size, self.devicePixelRatioF()
        x = (place.x() * ratio - area.left()) * size.width() / area.width()
        y = (place.y() * ratio - area.top()) * size.height() / area.height()
        return QPointF(x, y)

    def from_sheet(self, point: QPointF) -> QPointF:
        """Return where in the widget a point of the sheet lies."""
        area, size, ratio = self.area, self.drawing.sheet.size, self.devicePixelRatioF()
        x = point.x() * area.width() / size.width() + area.left()
        y = point.y() * area.height() / size.height() + area.top()
        return QPointF(x / ratio, y / ratio)

    # What a person does

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to draw."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._begin(event.position(), erases=self.erases)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._extend(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._end()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a pen, as wide as it is pressed; its other end erases."""
        kind, pressure = event.type(), event.pressure()
        if kind is QEvent.Type.TabletPress and event.button() is Qt.MouseButton.LeftButton:
            is_eraser = event.pointerType() is QPointingDevice.PointerType.Eraser
            self.setFocus(Qt.FocusReason.MouseFocusReason)  # which only a mouse does by itself
            self._begin(event.position(), pressure, erases=is_eraser or self.erases)
        elif kind is QEvent.Type.TabletMove:
            self._extend(event.position(), pressure)
        elif kind is QEvent.Type.TabletRelease:
            self._end()
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Draw with the first finger; further ones are not heard."""
        kind = event.type()
        if isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()
            return True
        if kind is QEvent.Type.DevicePixelRatioChange:
            self._shown = None
            self.update()
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        kind, points = event.type(), event.points()
        if kind is QEvent.Type.TouchBegin and points:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._begin(points[0].position(), erases=self.erases)
        elif kind is QEvent.Type.TouchUpdate and points:
            self._extend(points[0].position())
        elif kind in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self._end()

    def _begin(self, place: QPointF, pressure: float = 1.0, *, erases: bool) -> None:
        self.drawing.begin(self._dab(place, pressure), erases=erases)
        self._tell_last()

    def _extend(self, place: QPointF, pressure: float = 1.0) -> None:
        if self.drawing.is_drawing:
            self.drawing.extend(self._dab(place, pressure))
            self._tell_last()

    def _end(self) -> None:
        if self.drawing.is_drawing:
            self.drawing.end()
            self._tell_all()

    def _dab(self, place: QPointF, pressure: float) -> Dab:
        point = self.to_sheet(place)
        share = _LEAST_PRESSURE + (1 - _LEAST_PRESSURE) * min(max(pressure, 0.0), 1.0)
        return Dab(point.x(), point.y(), self._width_share * share)

    # What is painted

    def _tell_last(self) -> None:
        """Paint what the last dab has added, and no more: a stroke has hundreds of them."""
        if self._shown is not None:
            painter = self._painter(self._shown)
            self.drawing.paint_last(painter)
            painter.end()
        self.update()
        self.changed.emit()

    def _tell_all(self) -> None:
        self._shown = None
        self._show_pen()
        self.update()
        self.changed.emit()
        self.history_changed.emit()

    def _painter(self, image: QImage) -> QPainter:
        """Return what paints in the pixels of the sheet."""
        size, painter = self.drawing.sheet.size, QPainter(image)
        painter.scale(image.width() / size.width(), image.height() / size.height())
        return painter

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the drawing anew in another size."""
        super().resizeEvent(event)
        self._shown = None
        self._show_pen()

    def _show_pen(self) -> None:
        """Give the mouse a ring as wide as the pen, as far as systems show such large ones."""
        ratio, area = self.devicePixelRatioF(), self.area
        side = round(self._width_share * max(area.width(), area.height()))
        if not _LEAST_RING <= side / ratio <= _LARGEST_RING:
            self.setCursor(Qt.CursorShape.CrossCursor)
            return
        ring = QPixmap(side + 4, side + 4)
        ring.fill(Qt.GlobalColor.transparent)
        painter = QPainter(ring)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for colour, width in (("white", 3), ("black", 1)):  # one of which shows on any ground
            painter.setPen(QPen(QColor(colour), width))
            painter.drawEllipse(QRectF(2, 2, side, side))
        painter.end()
        ring.setDevicePixelRatio(ratio)
        self.setCursor(QCursor(ring))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the sheet, its edge and, on an empty one, what it is for."""
        area, ratio = self.area, self.devicePixelRatioF()
        if self._shown is None or self._shown.size() != area.size():
            self._shown = QImage(area.size(), QImage.Format.Format_RGB32)
            sheet_painter = self._painter(self._shown)
            self.drawing.paint(sheet_painter)
            sheet_painter.end()
        painter = QPainter(self)
        with in_screen_pixels(painter, ratio):
            painter.drawImage(area.topLeft(), self._shown)
            has_focus = self.hasFocus()
            width = on_screen(2 if has_focus else 1, ratio)
            colour = self._theme.accent if has_focus else self._theme.outline
            frame = area.adjusted(-width, -width, width, width)
            draw_edges(painter, frame, width, QColor(colour))
        if self.drawing.is_blank:
            font = self.font()
            font.setPointSizeF(font.pointSizeF() * _INVITATION_SCALE)
            painter.setFont(font)
            painter.setPen(QPen(QColor(LIGHT.muted)))  # paper is white in every theme
            paper = QRectF(QPointF(area.topLeft()) / ratio, QSizeF(area.size()) / ratio)
            room = paper.adjusted(SPACING, SPACING, -SPACING, -SPACING)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, _(_INVITATION))
