"""Whole pixels of the screen: drawn in them, the pixels of an image are all of one size.

A screen can have, say, 1.5 pixels for each of the window's. A picture that is enlarged in the
window's pixels then has some columns that are wider than others, and soft edges.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QPointF, QRect
from PySide6.QtGui import QColor, QPainter


def on_screen(length: float, ratio: float, more: float = 0.0) -> int:
    """Return pixels of the window, and some more of the screen, as whole pixels of the screen.

    Args:
        length: in pixels of the window.
        ratio: how many pixels of the screen one of the window is wide.
        more: in pixels of the screen.
    """
    return math.floor(length * ratio + more + 0.5)


def in_window(length: int, ratio: float) -> int:
    """Return how many pixels of the window have room for some of the screen."""
    return math.ceil(length / ratio)


def enlargement(room: float, count: int, ratio: float) -> int:
    """Return how many pixels of the screen each pixel of an image can have, at least 1.

    Args:
        room: in pixels of the window.
        count: how many pixels the image has in this room.
        ratio: how many pixels of the screen one of the window is wide.
    """
    return max(1, int(room * ratio / count))


def point_on_screen(point: QPoint, ratio: float) -> QPoint:
    """Return the pixel of the screen that is in the middle of one of the window."""
    return QPoint(int((point.x() + 0.5) * ratio), int((point.y() + 0.5) * ratio))


@contextmanager
def in_screen_pixels(painter: QPainter, ratio: float) -> Iterator[None]:
    """Let the painter take all lengths as pixels of the screen, and begin on a whole one.

    A widget itself often begins between two of them.
    """
    painter.save()
    painter.scale(1 / ratio, 1 / ratio)
    begin = painter.deviceTransform().map(QPointF())
    painter.translate(*(math.floor(at + 0.5) - at for at in (begin.x(), begin.y())))
    try:
        yield
    finally:
        painter.restore()


def draw_edges(painter: QPainter, outside: QRect, width: int, colour: QColor) -> None:
    """Draw a frame whose outer edge is given, as wide as it is told and with sharp corners."""
    across, down = outside.width(), outside.height()
    left, top = outside.left(), outside.top()
    right, bottom = left + across - width, top + down - width
    for edge in (
        QRect(left, top, across, width),
        QRect(left, bottom, across, width),
        QRect(left, top, width, down),
        QRect(right, top, width, down),
    ):
        painter.fillRect(edge, colour)
