"""What is drawn on the corners of an image: that it is marked, or stands in the data once more."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from lenet_desktop.ui.kit.theme import Theme, heading


def paint_flag(painter: QPainter, picture: QRect, theme: Theme) -> None:
    """Draw a flag on an image's corner: somebody has marked it."""
    size = max(10, picture.width() // 5)
    corner = QRect(picture.left(), picture.bottom() + 1 - size, size, size)
    painter.fillRect(corner, QColor(theme.accent))
    painter.setPen(QPen(QColor(theme.window), 2))
    pole = corner.left() + 3
    painter.drawLine(pole, corner.top() + 2, pole, corner.bottom() - 2)
    flag = QRect(pole, corner.top() + 2, size - 6, (size - 4) // 2)
    painter.fillRect(flag, QColor(theme.window))


def paint_duplicate_mark(painter: QPainter, picture: QRect, mark: str, theme: Theme) -> None:
    """Write a mark on an image's other corner: the same picture stands elsewhere, too."""
    size = max(10, picture.width() // 5)
    corner = QRect(picture.right() + 1 - size, picture.bottom() + 1 - size, size, size)
    painter.fillRect(corner, QColor(theme.accent))
    painter.save()
    font = heading(painter.font())
    font.setPixelSize(size)
    painter.setFont(font)
    painter.setPen(QColor(theme.window))
    painter.drawText(corner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, mark)
    painter.restore()
