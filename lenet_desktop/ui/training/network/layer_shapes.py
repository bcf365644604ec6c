"""Draws what comes out of a layer to its shape: maps behind each other, or numbers in a row."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter

LANE = 56
"""Pixels wide in which layers are drawn."""
_MOST_MAPS = 6
"""As many maps are drawn behind each other; more of them would be a smear."""
_MAP_STEP = 3
"""Pixels from a map to the one behind it."""
_MOST_CELLS = 16
"""As many units are drawn one by one."""
_CELL, _CELL_HEIGHT = 4, 6
"""Pixels."""


def draw_maps(
    painter: QPainter, centre: QPoint, room: int, shape: Sequence[int], widest: int
) -> None:
    """Draw maps behind each other, as wide as they are beside the widest ones."""
    count = min(shape[0], _MOST_MAPS)
    most = min(room - 4, LANE - (_MOST_MAPS - 1) * _MAP_STEP)
    side = max(4, round(most * shape[-1] / widest))
    left = centre.x() - (side + (count - 1) * _MAP_STEP) // 2
    for place in reversed(range(count)):
        painter.drawRect(left + place * _MAP_STEP, centre.y() - side // 2, side, side)


def draw_units(painter: QPainter, centre: QPoint, count: int, most: int) -> None:
    """Draw numbers in a row: a cell each, or a bar whose length tells how many there are."""
    top = centre.y() - _CELL_HEIGHT // 2
    if count <= _MOST_CELLS:
        left = centre.x() - count * _CELL // 2
        for place in range(count):
            painter.drawRect(left + place * _CELL, top, _CELL, _CELL_HEIGHT)
        return
    share = math.log(count) / math.log(max(most, 2))
    length = round((LANE - 2) * share)
    painter.drawRect(centre.x() - length // 2, top, length, _CELL_HEIGHT)
