"""Captions as pictures that are drawn once: the grid paints the same few words again and again."""

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap


class CaptionPicture(NamedTuple):
    """A text that is drawn already, and its size in pixels of the window."""

    pixmap: QPixmap
    width: int
    height: int


class CaptionPictures:
    """Pictures of words in one font, for one density of the screen."""

    def __init__(self) -> None:
        self._font = QFont()
        self._ratio = 0.0
        self._room = 0
        self._pictures: dict[tuple[str, str], CaptionPicture] = {}

    def use(self, font: QFont, ratio: float, room: int) -> bool:
        """Draw in this font from now on; return whether anything is different now.

        Args:
            font: of the captions.
            ratio: how many pixels of the screen one of the widget is wide.
            room: how many pixels of the widget a text may be wide; longer ones are cut.
        """
        if (self._ratio, self._room) == (ratio, room) and self._font == font:
            return False
        self._font, self._ratio, self._room = QFont(font), ratio, room
        self._pictures.clear()
        return True

    def picture(self, text: str, colour: str) -> CaptionPicture:
        """Return a text, as wide and high as it is, in a colour on nothing."""
        known = self._pictures.get((text, colour))
        if known is None:
            known = self._pictures[text, colour] = self._draw(text, colour)
        return known

    def _draw(self, text: str, colour: str) -> CaptionPicture:
        metrics = QFontMetrics(self._font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self._room - 2)
        size = QSize(metrics.horizontalAdvance(text) + 2, metrics.height())
        pixmap = QPixmap(size * self._ratio)
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setFont(self._font)
        painter.setPen(QColor(colour))
        painter.drawText(QRect(QPoint(0, 0), size), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
        return CaptionPicture(pixmap, size.width(), size.height())
