"""Every trial as a line through all of its settings; parts of an axis pick out trials."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent

from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.sweeps.scales import Scale, scales_of
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.theme import SPACING, Theme, between, with_alpha
from lenet_desktop.ui.sweeps.trial_plot import TrialPlot

Span = tuple[float, float]
_SHADES = 6
_NEAR = 0.03
"""How far from a line, in heights of the plot, the mouse may be to mean it."""
_NEAR_AXIS = 0.12
_SHORTEST = 0.02
"""A drag that is shorter is a click."""
_BAND = 0.05
_TICK_ROOM = 48
"""Pixels that the label of a tick takes beside its axis."""
_VEIL = 0.75
"""How much of the lines is covered by what stands beside an axis."""


class ParallelPlot(TrialPlot):
    """An axis for each setting, from the left, and one for what the trials came to.

    A drag along an axis picks out the trials that pass there, and a click beside all lines on an
    axis lets them go; `brush` does the same for fields.
    """

    brushed = Signal()

    def __init__(self) -> None:
        super().__init__(
            "sweep_parallel_plot",
            marked("All settings"),
            _(
                "Each trial as a line through its settings to what it came to. A drag along an "
                "axis picks out trials; the fields below do the same."
            ),
        )
        item = self.getPlotItem()
        item.hideAxis("left")
        item.getAxis("bottom").setTickPen(None)
        item.setMouseEnabled(x=False, y=False)
        self._scales: list[Scale] = []
        self.spans: dict[str, Span] = {}
        self._drag: tuple[int, float] | None = None
        self._parts: list[pg.GraphicsObject] = []
        self.scatter.setData([])
        item.addItem(self.scatter)
        item.getViewBox().sigResized.connect(self._on_resized)

    @property
    def scales(self) -> Sequence[Scale]:
        """The axes from the left; the last one is what the trials came to."""
        return tuple(self._scales)

    @property
    def has_brush(self) -> bool:
        """Whether some trials are picked out."""
        return bool(self.spans)

    @property
    def picked(self) -> npt.NDArray[np.bool_]:
        """Which trials pass through all parts that were brushed, bool (N,)."""
        count = 0 if self.findings is None else len(self.findings.trials)
        chosen = np.ones(count, np.bool_)
        for scale in self._scales:
            if scale.name in self.spans:
                low, high = self.spans[scale.name]
                with np.errstate(invalid="ignore"):
                    chosen &= (scale.places >= low) & (scale.places <= high)
        return chosen

    def brush(self, spans: Mapping[str, Span]) -> None:
        """Pick out the trials that pass through these parts of the axes, 0-1; none for all."""
        self.spans = dict(spans)
        if self.findings is not None:
            self.paint_findings(self.findings)
        self.brushed.emit()

    def paint_findings(self, findings: SweepFindings) -> None:
        """Draw the axes and the lines, those that are picked out above the others."""
        self._scales = scales_of(findings)
        names = {scale.name for scale in self._scales}
        self.spans = {name: span for name, span in self.spans.items() if name in names}
        item = self.getPlotItem()
        for part in self._parts:
            item.removeItem(part)
        self._parts = []
        self._draw_lines(findings)
        self._draw_axes()
        item.getAxis("bottom").setTicks([[(i, s.title) for i, s in enumerate(self._scales)]])
        self.reset_view()

    def reset_view(self) -> None:
        """Show all of it, with room for the titles; there is nothing to zoom."""
        last = max(1, len(self._scales) - 1)
        left, right = (_room(self, title) for title in self._outer_titles())
        width = self.getPlotItem().getViewBox().width()
        step = max(1.0, (width - left - right) / last)
        self.getPlotItem().setXRange(-left / step, last + right / step, padding=0)
        self.getPlotItem().setYRange(-0.06, 1.08, padding=0)

    def _outer_titles(self) -> tuple[str, str]:
        """Return the titles of the first and the last axis, which stand at the edges."""
        return (self._scales[0].title, self._scales[-1].title) if self._scales else ("", "")

    @Slot(object)
    def _on_resized(self, _box: object) -> None:
        self.reset_view()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        super().show_theme(theme)
        self.getPlotItem().getAxis("bottom").setPen(None)
        self.getPlotItem().getAxis("bottom").setTextPen(theme.text)

    def _draw_lines(self, findings: SweepFindings) -> None:
        """Draw lines of one colour at once: 1,000 items would take a second."""
        places = np.array([scale.places for scale in self._scales]).T.reshape(
            len(findings.trials), len(self._scales)
        )
        picked, values = self.picked, places[:, -1] if len(places) else np.empty(0)
        better = values if findings.measure.higher_is_better else 1 - values
        has_value = np.isfinite(values)
        shade = np.where(has_value, np.nan_to_num(better) * (_SHADES - 1), -1).round().astype(int)
        faint = pg.mkPen(with_alpha(self.theme.border, 0.5 if self.has_brush else 1))
        self._add_lines(places[has_value & ~picked], faint)
        for step in range(_SHADES):
            colour = between(self.theme.border, self.theme.validation, 0.25 + 0.75 * step / 5)
            width = 2 if step == _SHADES - 1 else 1.3
            chosen = has_value & picked & (shade == step)
            self._add_lines(places[chosen], pg.mkPen(colour, width=width))

    def _add_lines(self, places: npt.NDArray[np.float64], pen: object) -> None:
        if not len(places):
            return
        count, axes = places.shape
        gap = np.full((count, 1), np.nan)
        x = np.hstack([np.tile(np.arange(axes, dtype=np.float64), (count, 1)), gap])
        line = pg.PlotCurveItem(
            x.ravel(), np.hstack([places, gap]).ravel(), pen=pen, connect="finite", antialias=True
        )
        self._add(line)

    def _draw_axes(self) -> None:
        for place, scale in enumerate(self._scales):
            self._add(pg.PlotCurveItem([place, place], [0, 1], pen=pg.mkPen(self.theme.outline)))
            for height, words in scale.ticks:
                label = pg.TextItem(
                    words,
                    color=self.theme.text,
                    anchor=(0, 0.5),
                    fill=with_alpha(self.theme.surface, _VEIL),
                )
                label.setPos(place + 0.02, height)
                self._add(label)
            if scale.name in self.spans:
                low, high = self.spans[scale.name]
                band = pg.QtWidgets.QGraphicsRectItem(
                    QRectF(place - _BAND / 2, low, _BAND, high - low)
                )
                band.setBrush(with_alpha(self.theme.validation, 0.35))
                band.setPen(pg.mkPen(self.theme.validation))
                self._add(band)

    def _add(self, part: pg.GraphicsObject) -> None:
        self._parts.append(part)
        self.getPlotItem().addItem(part, ignoreBounds=True)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to brush where an axis is near."""
        place = self._view_place(event)
        axis = round(place.x())
        is_near = abs(place.x() - axis) < _NEAR_AXIS and 0 <= axis < len(self._scales)
        if event.button() is Qt.MouseButton.LeftButton and is_near:
            self._drag = axis, place.y()
            event.accept()
            return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Brush along the axis."""
        if self._drag is None:
            super().mouseMoveEvent(event)
            return
        axis, begun = self._drag
        low, high = sorted((begun, self._view_place(event).y()))
        if high - low > _SHORTEST:
            self.brush(self.spans | {self._scales[axis].name: (max(low, 0.0), min(high, 1.0))})

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End brushing; a mere click means a line, or else lets the axis go."""
        if self._drag is None:
            super().mouseReleaseEvent(event)
            number = self._line_at(self._view_place(event))
            if event.button() is Qt.MouseButton.LeftButton and number is not None:
                self.trial_chosen.emit(number)
            return
        axis, begun = self._drag
        self._drag = None
        if abs(self._view_place(event).y() - begun) > _SHORTEST:
            return
        name = self._scales[axis].name
        number = self._line_at(self._view_place(event))
        if name in self.spans:
            self.brush({each: span for each, span in self.spans.items() if each != name})
        elif number is not None:
            self.trial_chosen.emit(number)

    def mouseDoubleClickEvent(self, event: QEvent) -> None:
        """Let everything go that was brushed."""
        self.brush({})
        event.accept()

    def number_at(self, position: QPointF) -> int | None:
        """Return the trial whose line is near a place of the scene."""
        return self._line_at(self.getPlotItem().getViewBox().mapSceneToView(position))

    def _view_place(self, event: QMouseEvent) -> QPointF:
        scene = self.mapToScene(event.position().toPoint())
        place: QPointF = self.getPlotItem().getViewBox().mapSceneToView(scene)
        return place

    def _line_at(self, place: QPointF) -> int | None:
        """Return the trial whose line is the nearest to a place, None where none is near."""
        left = int(np.floor(place.x()))
        if self.findings is None or not 0 <= left < len(self._scales) - 1:
            return None
        share = place.x() - left
        heights = (1 - share) * self._scales[left].places + share * self._scales[left + 1].places
        with np.errstate(invalid="ignore"):
            distance = np.where(self.picked, np.abs(heights - place.y()), np.inf)
        distance = np.where(np.isfinite(distance), distance, np.inf)
        if not len(distance) or distance.min() > _NEAR:
            return None
        return self.findings.trials[int(distance.argmin())].number


def _room(plot: ParallelPlot, title: str) -> float:
    """Return how many pixels the half of a title needs beside its axis, and a tick's label."""
    half = plot.fontMetrics().horizontalAdvance(title) / 2
    return float(max(half, _TICK_ROOM) + SPACING)
