"""A small picture of any shape, in a square that keeps its place."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.ui.kit.screen_pixels import draw_edges, in_screen_pixels, on_screen
from lenet_desktop.ui.kit.theme import LIGHT, Theme
from lenet_desktop.ui.picture.drawing import as_image

_MOST_PIXELS = 256
"""Of a side; a photograph is thinned out to as many before it is scaled."""


class Thumbnail(QWidget):
    """Shows a picture whole, crisp where it is enlarged."""

    def __init__(self, side: int) -> None:
        super().__init__()
        self._theme = LIGHT
        self._image: QImage | None = None
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return its one size."""
        return QSize(self._side, self._side)

    def show_pixels(self, pixels: Pixels | None) -> None:
        """Show pixels, uint8 (H, W) or (H, W, 3), or none."""
        if pixels is not None:
            step = max(1, max(pixels.shape[:2]) // _MOST_PIXELS)
            pixels = pixels[::step, ::step]
        self._image = None if pixels is None else as_image(pixels)
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the picture in the middle of its ground."""
        painter, ratio = QPainter(self), self.devicePixelRatioF()
        painter.fillRect(self.rect(), QColor(self._theme.grid))
        with in_screen_pixels(painter, ratio):
            side = on_screen(self._side, ratio)
            if self._image is not None:
                self._paint_image(painter, side)
            edge = on_screen(1, ratio)
            draw_edges(painter, QRect(0, 0, side, side), edge, QColor(self._theme.outline))

    def _paint_image(self, painter: QPainter, side: int) -> None:
        if self._image is None:
            return
        size = self._image.size().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        size = size.expandedTo(QSize(1, 1))
        smooth = QPainter.RenderHint.SmoothPixmapTransform
        painter.setRenderHint(smooth, size.width() < self._image.width())
        left, top = (side - size.width()) // 2, (side - size.height()) // 2
        painter.drawImage(QRect(left, top, size.width(), size.height()), self._image)
