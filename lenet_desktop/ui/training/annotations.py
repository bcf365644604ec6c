"""Straight lines in a plot: values worth knowing, places worth noting, where the mouse is."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QPen

from lenet_desktop.ui.kit.alike import count_alike
from lenet_desktop.ui.kit.theme import LIGHT, Theme, with_alpha
from lenet_desktop.ui.training.line_labels import VEIL, LineLabels

_DOTS, _DASHES = (1.0, 4.0), (4.0, 4.0)
"""Lengths of a line's strokes and gaps in widths of it; its ends are flat, or gaps would close."""
FOOT, BELOW_HEAD, HEAD = 0.02, 0.83, 0.98
"""Where the words of marks stand, so that those of one place lie apart."""
_MOST_LINES = 4
"""Lines of text by which a word is moved away from where it stands, so that it covers no other."""
_REACH = 5
"""Pixels from an upright line within which the mouse points at it."""


class Mark(NamedTuple):
    """A place on the axis, in epochs, that is worth noting.

    Attributes:
        word: what it is.
        height: the share of the line below the word.
    """

    place: float
    word: str
    height: float = FOOT


class _Spot(NamedTuple):
    """Where a word may stand.

    Attributes:
        area: what it covers, in the plot's own pixels.
        anchor: the corner of the word that is on the line, as pyqtgraph counts it.
        height: the share of the line below that corner.
    """

    area: QRectF
    anchor: tuple[int, int]
    height: float


class Annotations:
    """The lines of one plot; its right axis says what those across it mean.

    The words of upright lines cover neither each other nor the names of curves: they are moved
    apart, and where there is no room, the later one of two marks keeps its word.

    Args:
        item: the plot.
        names: those of the curves.

    Attributes:
        references: the values worth knowing, each with what it is.
        marks: the upright lines, each with its word.
        cursor: the upright line at the mouse, hidden at first.
    """

    def __init__(self, item: pg.PlotItem, names: LineLabels) -> None:
        self._item = item
        self._names = names
        self._theme = LIGHT
        self._font = QFont()
        self.references: list[tuple[float, str]] = []
        self._lines: list[pg.InfiniteLine] = []
        self._marked: list[Mark] = []
        self.marks: list[pg.InfiniteLine] = []
        self.cursor = pg.InfiniteLine(angle=90, movable=False)
        self.cursor.hide()
        item.addItem(self.cursor, ignoreBounds=True)
        view = item.getViewBox()
        view.sigRangeChanged.connect(self.place)
        view.sigResized.connect(self.place)
        view.sigTransformChanged.connect(self.place)

    def set_references(self, notes: list[tuple[float, str]]) -> None:
        """Draw a faint line at each value that is worth knowing, and say what it is at its end."""
        if notes == self.references:
            return
        self.references = notes
        for line in self._lines:
            self._item.removeItem(line)
        self._lines = [self._added(pg.InfiniteLine(pos=each, angle=0)) for each, _words in notes]
        self._item.getAxis("right").setTicks([notes])

    def set_marks(self, marks: Sequence[Mark], *, are_written: bool = True) -> None:
        """Draw an upright line at each place on the axis, in epochs, with its word or without."""
        kept = count_alike(self._marked, marks)
        for line in self.marks[kept:]:
            self._item.removeItem(line)
        del self.marks[kept:]
        for mark in marks[kept:]:
            about = {"position": mark.height, "anchors": [(0, 0)] * 2}
            text = mark.word if are_written else ""
            line = pg.InfiniteLine(pos=mark.place, angle=90, label=text, labelOpts=about)
            self.marks.append(self._added(line))
        self._marked = list(marks)
        self.place()

    def unwritten_at(self, place: float) -> list[str]:
        """Return the words of the marks at a place that have no room beside their lines."""
        reach = _REACH * self._item.getViewBox().viewPixelSize()[0]
        return [
            mark.word
            for mark, line in zip(self._marked, self.marks, strict=True)
            if abs(mark.place - place) <= reach
            and not (line.label.isVisible() and line.label.format)
        ]

    def place(self, *_view: object) -> None:
        """Put the words of upright lines where they cover none, those of the last marks first."""
        taken = list(self._names.shown.values())
        for mark, line in reversed(list(zip(self._marked, self.marks, strict=True))):
            if not line.label.format:
                continue
            found = next((spot for spot in self._spots(mark, line) if _is_free(spot, taken)), None)
            line.label.setVisible(found is not None)
            if found is not None:
                taken.append(found.area)
                line.label.anchors = [found.anchor] * 2
                line.label.setPosition(found.height)

    def _spots(self, mark: Mark, line: pg.InfiniteLine) -> Iterator["_Spot"]:
        """Yield where the word of a mark may stand, the best place first."""
        view = self._item.getViewBox()
        room: QRectF = view.geometry()
        size: QSizeF = line.label.textItem.boundingRect().size()
        x = self._item.mapFromItem(view, view.mapFromView(QPointF(mark.place, 0))).x()
        is_below = mark.height == FOOT
        sides = (0, 1) if x < room.center().x() else (1, 0)  # right of the line, left at the end
        for step, side in product(range(_MOST_LINES + 1), sides):
            lines = step * size.height() / max(1.0, room.height())
            height = mark.height + (lines if is_below else -lines)
            top = room.bottom() - height * room.height() - is_below * size.height()
            area = QRectF(QPointF(x - side * size.width(), top), size)
            if room.contains(area):
                yield _Spot(area, (side, int(is_below)), height)

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
        self.place()

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


def _is_free(spot: _Spot, taken: Iterable[QRectF]) -> bool:
    return not any(spot.area.intersects(area) for area in taken)
