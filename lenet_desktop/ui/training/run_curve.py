"""A curve of the run that is shown: its values, and how it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from lenet_desktop.analysis.history import Series
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.theme import Theme
from lenet_desktop.ui.training.overlays import drawable

_POINT_SIZE = 6
_MOST_POINTS = 40
"""Epochs beyond which points would hide the line they stand on, so that only some have one."""
_MOST_THICK = 100
"""Epochs beyond which a line is a hairline: a thick one would hide its own turns, and pyqtgraph
takes twenty times as long to stroke it."""
_STEADIER = 4
"""Times as few groups of values as of noise show as much of a line that is steady."""
_EVERY = [digit * 10**power for power in range(6) for digit in (1, 2, 5)]
_NOTHING: Series = np.empty(0)
FINE_ALPHA = 0.75
"""How opaque the line of thousands of noisy values is."""
_FINE_Z = -4
"""Noise comes below all other curves, those of other runs, too."""


@dataclass(frozen=True, slots=True)
class CurveStyle:
    """How one curve looks; what it is called is `marked`.

    Attributes:
        name: what the legend calls it.
        short: what the read-out calls it.
        colour: reads the curve's colour from a theme.
        narrow: what the legend calls it where one more curve is offered; by default the same.
        fine: a hairline without points, for thousands of noisy values.
        line: how it is stroked, and with its symbol tells curves apart without colour, too.
        symbol: pyqtgraph's name of the shape of its points.
        label: what stands beside its end; by default nothing.
        is_bare: a line without points, for as many values that are steady.
    """

    name: str
    short: str
    colour: Callable[[Theme], str]
    narrow: str = ""
    fine: bool = False
    line: Qt.PenStyle = Qt.PenStyle.SolidLine
    symbol: str = "o"
    label: str = ""
    is_bare: bool = False

    @property
    def has_steps(self) -> bool:
        """Whether there is a value for each step, which are very many."""
        return self.fine or self.is_bare


class _FewPoints(pg.ScatterPlotItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Points, without those that have no size: each of these would cost as much as one seen."""

    def setData(
        self,
        x: Series = _NOTHING,
        y: Series = _NOTHING,
        size: float | Series = 0.0,
        **style: object,
    ) -> None:
        """Take in the values that may have points, float64 (K,) each, and how large these are."""
        sizes = np.broadcast_to(size, len(x))
        seen = sizes > 0
        super().setData(x=x[seen], y=y[seen], size=sizes[seen], **style)

    def paint(self, *how: object) -> None:
        """Paint what there is; none at all would cost as much as some."""
        if len(self.data):
            super().paint(*how)


class RunCurve(pg.PlotDataItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws values over epochs in a style.

    Attributes:
        style: how it looks.
        places: where its values are, in epochs, ascending, float64 (K,).
        values: the values, likewise.
        extremes: float64 (up to 3,), what of the values an axis has to reach: of those that are
            finite the least, the greatest and, for a logarithmic one, the least above 0.
        scatter: the points on the line.
    """

    scatter: pg.ScatterPlotItem

    def __init__(self, style: CurveStyle) -> None:
        super().__init__(name=_(style.name), antialias=not style.fine)
        self.scatter.setParentItem(None)
        self.scatter = _FewPoints()
        self.scatter.setParentItem(self)
        self.style = style
        self.places = self.values = self.extremes = _NOTHING
        self._colour, self._scale = QColor(), 1.0
        self._drawn = (_NOTHING, _NOTHING)
        self._end, self._is_log = (np.nan, np.nan), False
        self.opacity_of_fine = FINE_ALPHA
        if style.fine:
            self.setZValue(_FINE_Z)

    def take(self, places: Series, values: Series) -> None:
        """Take in other values, to be drawn by `draw`."""
        self.places, self.values = places, values
        finite = values[np.isfinite(values)]
        found = [part for part in (finite, finite[finite > 0]) if len(part)]
        self.extremes = np.array(
            [*(part.min() for part in found), *(part.max() for part in found[:1])]
        )

    def draw(self, low: float, high: float, groups: int, *, log: bool) -> None:
        """Draw the values; of very many, what there are pixels for.

        pyqtgraph could do so itself, but leaves out the newest values where they are no full group.

        Args:
            low: the first place in sight.
            high: the last one.
            groups: how many groups of values have a pixel each.
            log: whether the values are drawn on a logarithmic axis.
        """
        series, self._is_log = drawable(self.places, self.values, log=log), log
        self._end = (np.nan, np.nan)
        seen = np.isfinite(series[1])
        if seen.any():
            last = len(seen) - 1 - int(seen[::-1].argmax())
            x, y = (float(each[last]) for each in series)
            self._end = x, float(np.log10(y)) if log else y
        if self.style.has_steps:
            groups = groups if self.style.fine else groups // _STEADIER
            self.setData(*envelope(*series, low, high, groups))
        else:
            self._drawn = series
            self._draw_points()

    @property
    def end(self) -> tuple[float, float]:
        """The last place and value that are drawn, as on the axes; not numbers where none is."""
        return self._end

    @property
    def series(self) -> tuple[Series, Series]:
        """What is drawn of a curve with a value for each epoch, as on the axes, float64 (K,)."""
        x, y = self._drawn
        return x, np.log10(y) if self._is_log else y

    def wipe(self) -> None:
        """Draw nothing, which fits any axis."""
        self.setData([], [], symbolSize=0)

    def _draw_points(self) -> None:
        """Draw the values, and points at so many of them that the line is seen."""
        epochs = self._drawn[0]
        every = next(each for each in _EVERY if len(epochs) <= _MOST_POINTS * each)
        has_point = epochs % every == 0
        has_point[-1:] = True
        sizes = np.where(has_point, self._point_size, 0.0)
        self.setData(*self._drawn, symbolSize=sizes, pen=self._stroke)

    @property
    def _stroke(self) -> QPen:
        """What the line is drawn with."""
        is_thin = self.style.fine or len(self._drawn[0]) > _MOST_THICK
        width = self._scale if is_thin else 2 * self._scale
        pen: QPen = pg.mkPen(self._colour, width=width, style=self.style.line)
        return pen

    @property
    def _point_size(self) -> float:
        return _POINT_SIZE * self._scale

    def set_scale(self, scale: float) -> None:
        """Draw lines and points so many times as thick as usual; `paint_in` makes it seen."""
        self._scale = scale

    def paint_in(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._colour = QColor(self.style.colour(theme))
        if self.style.fine:
            self._colour.setAlphaF(self.opacity_of_fine)
        if self.style.has_steps:
            self.setPen(self._stroke)
            return
        self.setSymbol(self.style.symbol)
        self.setSymbolPen(None)
        self.setSymbolBrush(self._colour)
        self.scatter.setPen(None)  # the legend asks the points, which know nothing before data
        self.scatter.setBrush(self._colour)
        self.scatter.setSize(self._point_size)
        self._draw_points()

    def near(self, epoch: float) -> tuple[str, float] | None:
        """Return the place of the value nearest to an epoch, in words, and the value."""
        if not len(self.places) or not self.places[0] - 0.5 <= epoch <= self.places[-1] + 0.5:
            return None
        nearest = int(np.abs(self.places - epoch).argmin())
        return f"{self.places[nearest]:.{2 if self.style.has_steps else 0}f}", float(
            self.values[nearest]
        )


def envelope(x: Series, y: Series, low: float, high: float, groups: int) -> tuple[Series, Series]:
    """Return what of a curve is to be drawn between two places on its axis.

    The last group counts however few values it has by now. Groups begin at fixed places, so that
    what is drawn of a curve that grows does not flicker.

    Args:
        x: ascending, float64 (N,).
        y: float64 (N,); what is not a number is a gap if all of its group are none.
        low: the first place in sight.
        high: the last one.
        groups: about how many groups of values there is room for, from 1.

    Returns:
        Two float64 (K,), K at most 4 * `groups` + 8; those in sight and a neighbour on either
        side as they are where these are no more.
    """
    first = max(0, int(np.searchsorted(x, low)) - 1)
    end = min(len(x), int(np.searchsorted(x, high, side="right")) + 1)
    size = 1
    while end - first > 2 * groups * size:
        size *= 2
    if size == 1:
        return x[first:end], y[first:end]
    starts = np.arange(first // size * size, end, size)
    ends = np.minimum(starts + size, len(x)) - 1
    x, y = x[: ends[-1] + 1], y[: ends[-1] + 1]
    places = np.stack([x[starts], x[ends]], axis=1)
    extremes = np.stack([np.fmax.reduceat(y, starts), np.fmin.reduceat(y, starts)], axis=1)
    return places.ravel(), extremes.ravel()
