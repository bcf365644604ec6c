"""Straight lines in a plot: values worth knowing, places worth noting, where the mouse is."""

from collections.abc import Sequence
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPen

from lenet_desktop.ui.kit.alike import count_alike
from lenet_desktop.ui.kit.theme import LIGHT, Theme, with_alpha
from lenet_desktop.ui.training.line_labels import VEIL

_DOTS, _DASHES = (1.0, 4.0), (4.0, 4.0)
"""Lengths of a line's strokes and gaps in widths of it; its ends are flat, or gaps would close."""
FOOT, BELOW_HEAD, HEAD = 0.02, 0.83, 0.98
"""Where the words of marks stand, so that those of one place lie apart."""


class Mark(NamedTuple):
    """A place on the axis, in epochs, that is worth noting.

    Attributes:
        word: what it is.
        height: the share of the line below the word.
    """

    place: float
    word: str
    height: float = FOOT


class Annotations:
    """The lines of one plot; its right axis says what those across it mean.

    Attributes:
        references: the values worth knowing, each with what it is.
        marks: the upright lines, each with its word.
        cursor: the upright line at the mouse, hidden at first.
    """

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self._theme = LIGHT
        self._font = QFont()
        self.references: list[tuple[float, str]] = []
        self._lines: list[pg.InfiniteLine] = []
        self._marked: list[Mark] = []
        self.marks: list[pg.InfiniteLine] = []
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.cursor.hide()
        item.addItem(self.cursor, ignoreBounds=True)

    def set_references(self, notes: list[tuple[float, str]]) -> None:
        """Draw a faint line at each value that is worth knowing, and say what it is at its end."""
        if notes == self.references:
            return
        self.references = notes
        for line in self._lines:
            self._item.removeItem(line)
        self._lines = [self._added(pg.InfiniteLine(pos=each, angle=0)) for each, _words in notes]
        self._item.getAxis("right").setTicks([notes])

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Draw an upright line at each place on the axis, in epochs, with its word."""
        kept = count_alike(self._marked, marks)
        for line in self.marks[kept:]:
            self._item.removeItem(line)
        del self.marks[kept:]
        for place, text, height in marks[kept:]:
            edge = 1 if height == FOOT else 0
            edges = [(0, edge), (1, edge)]  # to the right of the line, to the left at the far end
            about = {"position": height, "anchors": edges}
            line = pg.InfiniteLine(pos=place, angle=90, label=text, labelOpts=about)
            self.marks.append(self._added(line))
        self._marked = list(marks)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self.cursor.setPen(pg.mkPen(theme.muted, width=1))
        for line in (*self._lines, *self.marks):
            self._paint(line)

    def set_font(self, font: QFont) -> None:
        """Write what the upright lines mean in a font."""
        self._font = font
        for mark in self.marks:
            mark.label.setFont(font)

    def _added(self, line: pg.InfiniteLine) -> pg.InfiniteLine:
        self._paint(line)
        self._item.addItem(line, ignoreBounds=True)
        return line

    def _paint(self, line: pg.InfiniteLine) -> None:
        is_mark = line.angle == 90
        line.setPen(self._pen(_DASHES if is_mark else _DOTS))
        if is_mark:
            line.label.setColor(self._theme.muted)
            ground = with_alpha(self._theme.surface, VEIL) if line.label.format else None
            line.label.fill = pg.mkBrush(ground)
            line.label.setFont(self._font)

    def _pen(self, dash: Sequence[float]) -> QPen:
        pen: QPen = pg.mkPen(self._theme.muted, width=1)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(dash)
        return pen
