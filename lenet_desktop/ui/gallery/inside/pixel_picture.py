"""Pictures whose pixels tell their values, to the mouse and to the keyboard."""

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QSizePolicy

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.screen_pixels import (
    draw_edges,
    enlargement,
    in_screen_pixels,
    in_window,
    on_screen,
    point_on_screen,
)
from lenet_desktop.ui.kit.spoken_parts import PartedWidget
from lenet_desktop.ui.kit.theme import SPACING, steady_figures


class Pixel(NamedTuple):
    """A place in an image, each from 0 on, from the upper left."""

    row: int
    column: int


class PixelPicture(PartedWidget):
    """Pixels of an image, each as many of the screen's as every other; arrow keys lead to one.

    Whoever inherits from it says what a pixel's value is and paints the picture. A tool tip tells
    of the pixel under the mouse. While the keyboard is in the picture, a frame marks its pixel and
    a band along the edge that is farther away tells of that.
    """

    def __init__(self, smallest: int, largest: int) -> None:
        """Make a picture between two sizes, in pixels of the window, at least as they are."""
        super().__init__()
        self._smallest, self._largest = smallest, largest
        self._was_led = False
        self.show_side(DEFAULT.side)
        self.setFont(steady_figures(self.font()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_side(self, side: int) -> None:
        """Have room for images of so many pixels; the keyboard waits in the middle."""
        self._side, self._pixel = side, Pixel(side // 2, side // 2)
        smallest = side * max(1, self._smallest // side)
        self.setMinimumSize(smallest, smallest)

    @property
    def side(self) -> int:
        """How many pixels of the image stand side by side."""
        return self._side

    @property
    def has_picture(self) -> bool:
        """Whether there is anything to look at."""
        raise NotImplementedError

    def describe(self, pixel: Pixel) -> str:
        """Say where a pixel is and what its value is; there is a picture when this is asked."""
        raise NotImplementedError

    def paint_picture(self, painter: QPainter, area: QRect) -> None:
        """Paint the picture into a square, in pixels of the screen, if there is a picture."""
        raise NotImplementedError

    @property
    def was_led(self) -> bool:
        """Whether somebody has led the keyboard to its pixel, and is still there."""
        return self._was_led

    def go_to(self, pixel: Pixel) -> None:
        """Put the keyboard at a pixel, or at the nearest one where that is outside."""
        self._pixel = Pixel(*(min(max(place, 0), self._side - 1) for place in pixel))
        self.tell()

    def tell(self) -> None:
        """Say and show anew what the keyboard is at, because that or the picture changed."""
        self.speak_of_current_part()
        self.update()

    def pixel_at(self, point: QPoint) -> Pixel | None:
        """Return the pixel at a point of the widget, None beside the picture."""
        if not self.has_picture or not self.area.contains(point):
            return None
        place = point_on_screen(point, self._ratio)
        pixel = Pixel(place.y() // self.scale, place.x() // self.scale)
        return pixel if max(pixel) < self._side else None

    def part_count(self) -> int:
        """Return the number of pixels, row by row."""
        return self._side**2 if self.has_picture else 0

    def part_sentence(self, position: int) -> str:
        """Say where a pixel is and what its value is."""
        return self.describe(Pixel(*divmod(position, self._side)))

    def part_tip(self, position: int) -> str:
        """Say the same of what the mouse is at."""
        return self.part_sentence(position)

    def part_place(self, position: int) -> QRect:
        """Return what a pixel covers."""
        row, column = divmod(position, self._side)
        edges = [in_window(place * self.scale, self._ratio) for place in (column, row)]
        ends = [in_window((place + 1) * self.scale, self._ratio) for place in (column, row)]
        return QRect(QPoint(*edges), QPoint(*ends) - QPoint(1, 1))

    def part_at(self, point: QPoint) -> int | None:
        """Return the pixel at a point."""
        pixel = self.pixel_at(point)
        return None if pixel is None else pixel.row * self._side + pixel.column

    def current_part(self) -> int | None:
        """Return the pixel that the keyboard is at."""
        return self._pixel.row * self._side + self._pixel.column if self.has_picture else None

    @property
    def scale(self) -> int:
        """How many pixels of the screen each of the picture's is wide and high."""
        return self.scale_in(self.size())

    def scale_in(self, room: QSize) -> int:
        """Return which scale the picture would have in some room, in pixels of the window."""
        fitting = enlargement(min(room.width(), room.height()), self._side, self._ratio)
        return min(fitting, int(max(1, self._largest // self._side) * self._ratio))

    @property
    def area(self) -> QRect:
        """Where the picture lies in the widget."""
        side = in_window(self._side * self.scale, self._ratio)
        return QRect(0, 0, side, side)

    @property
    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the keyboard under the mouse."""
        pixel = self.pixel_at(event.position().toPoint())
        if pixel is not None and event.button() is Qt.MouseButton.LeftButton:
            self._was_led = True
            self.go_to(pixel)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from pixel to pixel, or to the end of a row with Home and End."""
        row, column = self._pixel
        goals = {
            Qt.Key.Key_Left: Pixel(row, column - 1), Qt.Key.Key_Right: Pixel(row, column + 1),
            Qt.Key.Key_Up: Pixel(row - 1, column), Qt.Key.Key_Down: Pixel(row + 1, column),
            Qt.Key.Key_Home: Pixel(row, 0), Qt.Key.Key_End: Pixel(row, self._side - 1),
        }  # fmt: skip
        goal = goals.get(Qt.Key(event.key()))
        if goal is None or not self.has_picture:
            super().keyPressEvent(event)
        else:
            self._was_led = True
            self.go_to(goal)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Note that nobody is there any more."""
        super().focusOutEvent(event)
        self._was_led = False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture and, where the keyboard is, what it tells."""
        if not self.has_picture:
            return
        painter = QPainter(self)
        with in_screen_pixels(painter, self._ratio):
            side = self._side * self.scale
            self.paint_picture(painter, QRect(0, 0, side, side))
            if self.hasFocus():
                self._paint_frame(painter, QRect(0, 0, side, side))
        if self.hasFocus():
            self._paint_band(painter)

    def _paint_frame(self, painter: QPainter, area: QRect) -> None:
        """Frame the keyboard's pixel in white and black, one of which shows on any colour."""
        scale, width = self.scale, on_screen(1, self._ratio)
        pixel = QRect(self._pixel.column * scale, self._pixel.row * scale, scale, scale)
        for reach, colour in ((2 * width, "black"), (width, "white")):
            frame = pixel.adjusted(-reach, -reach, reach, reach).intersected(area)
            draw_edges(painter, frame, width, QColor(colour))

    def _paint_band(self, painter: QPainter) -> None:
        """Write in the colours of a tool tip, on the half of the picture without the pixel."""
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        area, words = self.area, self.describe(self._pixel)
        room = area.adjusted(SPACING // 2, 0, -SPACING // 2, 0)
        band = QRect(area)
        band.setHeight(self.fontMetrics().boundingRect(room, flags, words).height() + SPACING // 2)
        if self._pixel.row < self._side // 2:
            band.moveBottom(area.bottom())
        painter.fillRect(band, self.palette().color(QPalette.ColorRole.ToolTipBase))
        painter.setPen(self.palette().color(QPalette.ColorRole.ToolTipText))
        painter.drawText(band.adjusted(SPACING // 2, 0, -SPACING // 2, 0), flags, words)


class EnlargedImage(PixelPicture):
    """One image as large as it fits."""

    SMALLEST, LARGEST = 84, 224
    """Pixels of the window."""

    def __init__(self) -> None:
        super().__init__(self.SMALLEST, self.LARGEST)
        identify(self, "enlarged_image")
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Return the largest size."""
        side = self.side * max(1, self.LARGEST // self.side)
        return QSize(side, side)

    def show_image(self, image: QImage | None) -> None:
        """Show an image or none; the keyboard stays at its pixel."""
        if image is not None and image.width() != self.side:
            self.show_side(image.width())
        self._image = image
        self.tell()

    @property
    def has_picture(self) -> bool:
        """Whether there is an image."""
        return self._image is not None

    def describe(self, pixel: Pixel) -> str:
        """Say which value a pixel has."""
        if self._image is None:
            return ""
        colour, place = self._image.pixelColor(pixel.column, pixel.row), name_pixel(pixel)
        if self._image.isGrayscale():
            return _("{pixel}: {value} of 255").format(pixel=place, value=colour.value())
        return _("{pixel}: red {red}, green {green}, blue {blue} of 255").format(
            pixel=place, red=colour.red(), green=colour.green(), blue=colour.blue()
        )

    def paint_picture(self, painter: QPainter, area: QRect) -> None:
        """Paint the image with crisp pixels."""
        if self._image is not None:
            painter.drawImage(area, self._image)


def name_pixel(pixel: Pixel) -> str:
    """Say where a pixel is."""
    return _("Row {row}, column {column}").format(row=pixel.row, column=pixel.column)
