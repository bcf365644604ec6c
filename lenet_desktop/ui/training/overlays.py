"""The curves of other runs in a plot, under those of the open run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg

from lenet_desktop.analysis.history import Series
from lenet_desktop.ui.kit.theme import Theme
from lenet_desktop.ui.training.line_looks import POINT_SIZE, LineLook

_MOST_POINTS = 12
"""Epochs beyond which only the last one gets its point, by which the line is still known."""
_MOST_THICK = 8
"""Overlays beyond which all are hairlines: thick ones would hide each other and take a core."""
_BAND_OPACITY = 0.2
_EDGE_OPACITY = 0.45
_LINE_Z, _EDGE_Z = -1.0, -2.0
"""Below the curves of the open run; bands come below the lines of all other runs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlay:
    """One curve of other runs: of one run, or the mean of several with their band.

    Attributes:
        key: tells it from the others; the same curve keeps it.
        text: what the read-out calls it, short.
        look: how it is drawn.
        x: the epochs, ascending, float64 (E,).
        y: the values there, likewise.
        low: the lower edge of the band, likewise; None without a band.
        high: the upper edge.
    """

    key: int
    text: str
    look: LineLook
    x: Series
    y: Series
    low: Series | None = None
    high: Series | None = None

    @property
    def has_band(self) -> bool:
        """Whether it stands for several runs."""
        return self.low is not None and self.high is not None

    def is_drawn_like(self, other: "Overlay") -> bool:
        """Tell whether both make the same picture."""
        return (
            self.look == other.look
            and self.has_band == other.has_band
            and all(
                np.array_equal(mine, theirs, equal_nan=True)
                for mine, theirs in zip(self._series, other._series, strict=True)
            )
        )

    @property
    def values(self) -> Series:
        """Everything that it needs room for, float64 (K,)."""
        return np.concatenate(self._series[1:])

    @property
    def _series(self) -> list[Series]:
        return [each for each in (self.x, self.y, self.low, self.high) if each is not None]


def drawable(x: Series, y: Series, *, log: bool) -> tuple[Series, Series]:
    """Return a curve as pyqtgraph can draw it on an axis, which may be logarithmic.

    Where the axis has no place for a value there is a gap, as it is where that is not a number. A
    curve of nothing but gaps is empty: pyqtgraph looks for the extremes of its points, in vain.
    """
    has_place = np.isfinite(y) & (y > 0) if log else np.isfinite(y)
    if has_place.all():
        return x, y
    return (x, np.where(has_place, y, np.nan)) if has_place.any() else (x[:0], y[:0])


class Overlays:
    """Draws overlays into a plot; what stays as it is is not drawn anew."""

    def __init__(self, item: pg.PlotItem, theme: Theme) -> None:
        self._item = item
        self._theme = theme
        self._drawn: dict[int, _DrawnOverlay] = {}
        self._hidden: set[int] = set()
        self._is_crowded = False
        self._line_scale = 1.0
        self._log_scale = False

    @property
    def are_none(self) -> bool:
        """Whether there are none, not even hidden ones."""
        return not self._drawn

    @property
    def shown(self) -> list[Overlay]:
        """The overlays that are not hidden."""
        return [drawn.overlay for key, drawn in self._drawn.items() if key not in self._hidden]

    @property
    def last_epoch(self) -> float:
        """The last epoch that room is needed for, 0 without any."""
        return max((float(each.x[-1]) for each in self.shown if len(each.x)), default=0.0)

    @property
    def values(self) -> Series:
        """All values that room is needed for, float64 (K,)."""
        return np.concatenate([np.empty(0), *(each.values for each in self.shown)])

    def items_of(self, key: int) -> "_DrawnOverlay":
        """Return what an overlay is drawn with.

        Raises:
            KeyError: there is no such overlay.
        """
        return self._drawn[key]

    def show(self, overlays: Sequence[Overlay]) -> None:
        """Draw exactly these overlays; those that were hidden before stay hidden."""
        wanted = {overlay.key: overlay for overlay in overlays}
        for key, drawn in list(self._drawn.items()):
            if key not in wanted or not drawn.overlay.is_drawn_like(wanted[key]):
                drawn.remove(self._item)
                del self._drawn[key]
        self._hidden &= wanted.keys()
        known = self._drawn
        self._drawn = {}
        for key, overlay in wanted.items():  # in their order
            drawn = known.get(key) or _DrawnOverlay(self._item, overlay, log=self._log_scale)
            drawn.overlay = overlay  # it may be called otherwise now
            drawn.set_visible(key not in self._hidden)
            self._drawn[key] = drawn
        is_crowded = len(wanted) > _MOST_THICK
        for key, drawn in self._drawn.items():
            if key not in known or is_crowded is not self._is_crowded:
                drawn.paint(self._theme, fine=is_crowded, scale=self._line_scale)
        self._is_crowded = is_crowded

    def set_log_scale(self, on: bool) -> None:
        """Draw on a logarithmic axis of values, or on a linear one."""
        overlays, hidden = [drawn.overlay for drawn in self._drawn.values()], self._hidden
        self.show([])
        self._item.setLogMode(y=on)
        self._log_scale, self._hidden = on, hidden
        self.show(overlays)

    def set_visible(self, key: int, visible: bool) -> None:
        """Show an overlay, or hide it until it is shown or goes."""
        if key not in self._drawn:
            return
        self._hidden = self._hidden - {key} if visible else self._hidden | {key}
        self._drawn[key].set_visible(visible)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        for drawn in self._drawn.values():
            drawn.paint(theme, fine=self._is_crowded, scale=self._line_scale)

    def set_line_scale(self, scale: float) -> None:
        """Draw lines so many times as thick as usual."""
        self._line_scale = scale
        self.show_theme(self._theme)

    def at(self, epoch: float, height: float = 0.0) -> list[tuple[Overlay, float, float]]:
        """Return the shown overlays near a place, each with its nearest epoch and the value there.

        Args:
            epoch: the place.
            height: where it is beside the axis of the values; the nearest overlay comes first.
        """

        def distance(at: tuple[Overlay, float, float]) -> float:
            value = at[2]
            if self._log_scale:
                value = float(np.log10(value)) if value > 0 else -np.inf
            return abs(value - height) if np.isfinite(value) else np.inf

        found = []
        for overlay in self.shown:
            x = overlay.x
            if not len(x) or not x[0] - 0.5 <= epoch <= x[-1] + 0.5:
                continue
            nearest = int(np.abs(x - epoch).argmin())
            found.append((overlay, float(x[nearest]), float(overlay.y[nearest])))
        return sorted(found, key=distance)


class _Band(pg.FillBetweenItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Fills what lies between two curves, on a logarithmic axis, too."""

    def setLogMode(self, _x: bool, _y: bool) -> None:
        """Follow the edges, which were told before and tell nobody."""
        self.updatePath()


class _DrawnOverlay:
    """What one overlay is drawn with.

    Attributes:
        line: the values.
        points: those of them that get a point.
        edges: the lower and the upper edge of the band, if there is one.
        band: what lies between them.
    """

    def __init__(self, item: pg.PlotItem, overlay: Overlay, *, log: bool) -> None:
        self.overlay = overlay
        x, y = drawable(overlay.x, overlay.y, log=log)
        marked = slice(None) if len(x) <= _MOST_POINTS else slice(-1, None)
        self.line = pg.PlotDataItem(x, y, antialias=True)
        self.points = pg.PlotDataItem(
            *drawable(x[marked], y[marked], log=log),
            pen=None,
            symbol=overlay.look.symbol,
            symbolSize=POINT_SIZE,
        )
        self.edges: list[pg.PlotDataItem] = []
        self.band: _Band | None = None
        for curve in (self.line, self.points):
            curve.setZValue(_LINE_Z)
            item.addItem(curve, ignoreBounds=True)
        if overlay.low is not None and overlay.high is not None:
            self._add_band(item, overlay.x, overlay.low, overlay.high)

    def _add_band(self, item: pg.PlotItem, x: Series, low: Series, high: Series) -> None:
        gaps = ~(np.isfinite(low) & np.isfinite(high))  # the same in both, or none would fit
        for edge in (low, high):
            curve = pg.PlotDataItem(x, np.where(gaps, np.nan, edge), antialias=True)
            curve.setZValue(_EDGE_Z)
            item.addItem(curve, ignoreBounds=True)
            self.edges.append(curve)
        self.band = _Band(*self.edges)
        item.addItem(self.band, ignoreBounds=True)

    @property
    def _items(self) -> list[pg.GraphicsObject]:
        return [self.line, self.points, *self.edges, *([self.band] if self.band else [])]

    def remove(self, item: pg.PlotItem) -> None:
        for each in self._items:
            item.removeItem(each)

    def set_visible(self, visible: bool) -> None:
        for each in self._items:
            each.setVisible(visible)

    def paint(self, theme: Theme, *, fine: bool, scale: float) -> None:
        look = self.overlay.look
        colour, pen = look.colour(theme), look.pen(theme, fine=fine)
        pen.setWidthF(pen.widthF() * scale)
        self.line.setPen(pen)
        self.points.setSymbolBrush(colour)
        self.points.setSymbolPen(None)
        faint = look.colour(theme)
        faint.setAlphaF(_EDGE_OPACITY)
        for edge in self.edges:
            edge.setPen(pg.mkPen(faint, width=1))
        if self.band is not None:
            colour.setAlphaF(_BAND_OPACITY)
            self.band.setBrush(colour)
