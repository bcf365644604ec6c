"""One slider with two handles: the epoch that is looked at, and the one it is compared with."""

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import LEAST_TARGET

SHORT_SLIDER = 64
"""Pixels of width by which a slider can be used, however large text is."""
_MARK_SIDE = 5
"""Pixels as which the mark of the best epoch is high."""


class EpochRange(QWidget):
    """Two handles on one groove; each takes the keyboard, and the mouse moves the nearer one.

    The left one never stands to the right of the other: it is pushed along. It asks again, too,
    when somebody puts it where it stands: it stands at the first place as long as nobody asked.

    Attributes:
        since: the left handle.
        shown: the right handle.
    """

    since_moved = Signal(int)  # to which place
    shown_moved = Signal(int)  # to which place

    def __init__(self) -> None:
        super().__init__()
        self.since = identify(
            _Handle(self),
            "gallery_since_input",
            _("Epoch to compare with"),
            _(
                "Shows the images that were forgotten between this epoch and the one looked at, "
                "and says how many were fixed and how many broken."
            ),
        )
        self.shown = identify(
            _Handle(self),
            "epoch_slider",
            _("Epoch to look at"),
            _(
                "Replays grid, matrix and counts as they were after an earlier epoch. At its right "
                "end it follows the training. Where images are held out, a triangle marks the best "
                "epoch by them."
            ),
        )
        self.marked: int | None = None
        self._held: _Handle | None = None
        self._is_set = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.shown.toolTip())
        self.since.valueChanged.connect(self._on_since_changed)
        self.since.actionTriggered.connect(self._on_since_key)
        self.shown.valueChanged.connect(self._on_shown_changed)

    def set_places(self, count: int, since: int, shown: int) -> None:
        """Offer so many places, and put the handles on two of them; nothing is emitted."""
        self._is_set = True
        self.setEnabled(count > 1)
        for handle, place in ((self.shown, shown), (self.since, since)):
            handle.setRange(0, max(0, count - 1))
            handle.setValue(place)
        self._is_set = False
        self.update()

    def mark(self, place: int | None) -> None:
        """Mark a place with a triangle, or none."""
        if place != self.marked:
            self.marked = place
            self.update()

    def sizeHint(self) -> QSize:
        """Return the size of a slider."""
        return self.shown.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least size at which the handles stand apart."""
        return self.shown.minimumSizeHint().expandedTo(QSize(SHORT_SLIDER, LEAST_TARGET))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Lay both handles on all of it."""
        for handle in (self.since, self.shown):
            handle.setGeometry(self.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the groove, filled between the handles, and the mark below it."""
        painter, since = QPainter(self), self.since.middle(self.since.value())
        self.shown.paint(painter, QStyle.SubControl.SC_SliderGroove, self.shown.value())
        painter.setClipRect(QRect(0, 0, since, self.height()))
        self.shown.paint(painter, QStyle.SubControl.SC_SliderGroove, 0)
        painter.setClipping(False)
        if self.marked is None:
            return
        foot = QPointF(self.shown.middle(self.marked) + 0.5, self.height() - _MARK_SIDE)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().text())
        corner = QPointF(_MARK_SIDE * 0.7, _MARK_SIDE)
        painter.drawPolygon([foot, foot + corner, foot + QPointF(-corner.x(), corner.y())])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the nearer handle, where both stand together of that on the mouse's side."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        x = round(event.position().x())
        place, since, shown = self.shown.place_at(x), self.since.value(), self.shown.value()
        is_left = abs(place - since) <= abs(place - shown)
        if since == shown:
            is_left = x < self.shown.middle(shown)
        self._held = self.since if is_left else self.shown
        self._held.setFocus(Qt.FocusReason.MouseFocusReason)
        if is_left and place == since:
            self._ask_again()
        self._held.setValue(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle that is held."""
        if self._held is not None:
            self._held.setValue(self._held.place_at(round(event.position().x())))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go of it."""
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Look at an earlier or a later epoch."""
        QApplication.sendEvent(self.shown, event)

    @Slot(int)
    def _on_since_changed(self, place: int) -> None:
        if place > self.shown.value():
            self.since.setValue(self.shown.value())
            return
        self.update()
        if not self._is_set:
            self.since_moved.emit(place)

    @Slot()
    def _on_since_key(self) -> None:
        if self.since.sliderPosition() == self.since.value():
            self._ask_again()

    def _ask_again(self) -> None:
        if self.since.value() < self.shown.value():
            self.since_moved.emit(self.since.value())

    @Slot(int)
    def _on_shown_changed(self, place: int) -> None:
        self.update()
        if self._is_set:
            return
        self.shown_moved.emit(place)
        if place < self.since.value():
            self.since.setValue(place)


class _Handle(QSlider):
    """Paints no groove, and leaves the mouse to the range."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setPageStep(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the handle."""
        self.paint(QPainter(self), QStyle.SubControl.SC_SliderHandle, self.value())

    def paint(self, painter: QPainter, part: QStyle.SubControl, place: int) -> None:
        """Paint a part of the slider as it is with its handle on a place."""
        option = self._option(place)
        option.subControls = part
        self.style().drawComplexControl(QStyle.ComplexControl.CC_Slider, option, painter, self)

    def middle(self, place: int) -> int:
        """Return where the middle of the handle is on a place, in pixels from the left."""
        return self._area(place, QStyle.SubControl.SC_SliderHandle).center().x()

    def place_at(self, x: int) -> int:
        """Return the place that is nearest to some pixels from the left."""
        handle = self._area(0, QStyle.SubControl.SC_SliderHandle).width()
        room = self.width() - handle
        return QStyle.sliderValueFromPosition(0, self.maximum(), x - handle // 2, room)

    def _option(self, place: int) -> QStyleOptionSlider:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        option.sliderPosition = place
        return option

    def _area(self, place: int, part: QStyle.SubControl) -> QRect:
        option = self._option(place)
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
