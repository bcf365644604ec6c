"""What all plots of trials have in common: a look, a read-out, a click that opens a run."""

import math
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal, Slot

from lenet_desktop.analysis.measures import Measure
from lenet_desktop.sweeps.findings import SweepFindings, recipe_name
from lenet_desktop.sweeps.records import TrialRecord
from lenet_desktop.sweeps.scales import scales_of
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import counted, figure, joined, percent
from lenet_desktop.ui.kit.garbage import own_menus
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.theme import LIGHT, Theme, with_alpha
from lenet_desktop.ui.sweeps.trial_columns import so_far
from lenet_desktop.ui.training.axes import MARGIN, EvenAxis, fit_titles
from lenet_desktop.ui.training.readout import GAP

_MINIMUM_LINES = 9
_LEAST_SPAN = 0.002
"""How much of an accuracy an axis shows at least, or else the figures of its ticks get long."""
_MOST_DECIMALS = 4
POINT_SIZE = 9


class MeasureAxis(EvenAxis):
    """Writes accuracies as percentages, and losses as they are."""

    measure: Measure | None = None
    is_whole = False
    """Whether it counts something, so that there is nothing between two whole numbers."""

    def boundingRect(self) -> QRectF:
        """Let what stands at the outermost ticks of a lower axis reach into the margins."""
        area: QRectF = super().boundingRect()
        side = MARGIN if self.orientation == "bottom" else 0
        return area.adjusted(-side, 0, side, 0)

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return how far ticks of each kind are apart, and where the first one is."""
        levels: list[tuple[float, float]] = super().tickSpacing(low, high, size)
        if not self.is_whole:
            return levels
        return [level for level in levels if level[0] >= 1] or [(1.0, 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return what stands beside each tick."""
        if self.measure is Measure.ACCURACY:
            number, places = pgettext("share", "{number} %"), _decimals(100 * spacing)
            return [number.format(number=figure(100 * value, f".{places}f")) for value in values]
        strings: list[str] = super().tickStrings(values, scale, spacing)
        return strings


def _decimals(step: float) -> int:
    """Return in how many decimal places multiples of a step differ, and are exact."""
    return next(
        (n for n in range(_MOST_DECIMALS) if math.isclose(round(step, n), step)), _MOST_DECIMALS
    )


class TrialPlot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A plot that is made anew when the trials are; a click on a point means its trial.

    Attributes:
        title: what it is called; `marked`, as its files are called by it.
    """

    trial_chosen = Signal(int)  # the number of a trial
    readout_changed = Signal(str)

    def __init__(self, object_name: str, title: str, explanation: str) -> None:
        axes = {side: MeasureAxis(side) for side in ("left", "bottom")}
        super().__init__(axisItems=axes, enableMenu=False)
        own_menus(self)
        self.title = title
        self.findings: SweepFindings | None = None
        self.theme = LIGHT
        self.setObjectName(object_name)
        self.setAccessibleName(_(title))
        self.setAccessibleDescription(explanation)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the table has all of it for the keyboard
        follow_font(self, self._fit)
        item = self.getPlotItem()
        item.hideButtons()
        item.getViewBox().setDefaultPadding(0.04)
        item.getAxis("left").setStyle(autoReduceTextSpace=False)  # or the plot would jump
        self.scatter = pg.ScatterPlotItem(size=POINT_SIZE, pxMode=True)
        self.scatter.sigClicked.connect(self._on_points_clicked)
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)
        self.viewport().installEventFilter(self)

    def _fit(self) -> None:
        metrics = self.fontMetrics()
        self.setMinimumHeight(_MINIMUM_LINES * metrics.height())
        behind = metrics.horizontalAdvance(percent(1)) / 2  # of what stands at the last tick
        self.getPlotItem().layout.setContentsMargins(1, 1, behind, 1)
        fit_titles(self.getPlotItem(), self.font())

    def show_findings(self, findings: SweepFindings) -> None:
        """Show how a sweep stands."""
        self.findings = findings
        self.paint_findings(findings)

    def paint_findings(self, findings: SweepFindings) -> None:
        """Draw it; a subclass says how."""
        raise NotImplementedError

    @property
    def has_content(self) -> bool:
        """Whether there is something to save."""
        return self.findings is not None and bool(self.findings.trials)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.theme = theme
        self.setBackground(theme.surface)
        for name in ("left", "bottom"):
            axis = self.getPlotItem().getAxis(name)
            axis.setPen(theme.outline)
            axis.setTextPen(theme.muted)
        if self.findings is not None:
            self.paint_findings(self.findings)

    def sizeHint(self) -> QSize:
        """Ask for no more than the least; whatever room there is comes on top."""
        return QSize(super().minimumSizeHint().width(), self.minimumHeight())

    def draw_points(self, x: Sequence[float], y: Sequence[float]) -> None:
        """Draw a point for each trial that has a value: filled, or hollow if it ended early.

        Args:
            x: the place of each trial of the findings, not a number where it has none.
            y: likewise.
        """
        if self.findings is None:
            return
        spots = []
        for trial, across, up in zip(self.findings.trials, x, y, strict=True):
            if math.isfinite(across) and math.isfinite(up):
                is_complete = trial.is_complete(self.findings.definition)
                fill = with_alpha(self.theme.validation, 1 if is_complete else 0)
                spots.append(
                    {
                        "pos": (across, up),
                        "data": trial.number,
                        "brush": pg.mkBrush(fill),
                        "pen": pg.mkPen(self.theme.validation),
                    }
                )
        self.scatter.setData(spots)

    def trial(self, number: int) -> TrialRecord | None:
        """Return a trial that is shown."""
        trials = () if self.findings is None else self.findings.trials
        return next((trial for trial in trials if trial.number == number), None)

    def describe(self, number: int) -> str:
        """Say in a few words what a trial was and came to."""
        trial = self.trial(number)
        if trial is None or self.findings is None:
            return ""
        findings = self.findings
        value = findings.value(trial)
        came_to = trial.state.words
        if math.isfinite(value):
            text = findings.measure.text(value)
            came_to = text if trial.state.is_settled else so_far(text)
        name = recipe_name(trial.config(findings.definition), findings.names)
        return GAP.join(
            [
                _("Trial {number}: {came_to}").format(number=number, came_to=came_to),
                name,
                _("seed {seed}").format(seed=trial.seed),
            ]
        )

    def name_measure(self, side: str) -> None:
        """Have an axis say what the trials are judged by."""
        if self.findings is not None:
            axis = self.getPlotItem().getAxis(side)
            axis.measure = self.findings.measure
            axis.setLabel(self.findings.measure_text)

    @property
    def left_out_text(self) -> str:
        """Say how many trials the plot has no room for, "" where there are none."""
        if self.findings is None:
            return ""
        diverged, far_off, said = self.findings.diverged, self.findings.far_off, []
        if diverged:
            said.append(counted(diverged, "{count} trial diverged", "{count} trials diverged"))
        if far_off:
            said.append(counted(far_off, "{count} far off", "{count} far off"))
        return joined(said)

    def fit_values(self) -> None:
        """Show the range in which most trials are; a few that are far off would flatten it."""
        if self.findings is not None:
            low, high = self.findings.usual_range
            is_share = self.findings.measure is Measure.ACCURACY
            least = _LEAST_SPAN * (1.0 if is_share else max(abs(high), _LEAST_SPAN))
            missing = max(0.0, least - (high - low)) / 2
            self.getPlotItem().setYRange(low - missing, high + missing, padding=0.08)

    @Slot()
    def reset_view(self) -> None:
        """Show all of it."""
        self.getPlotItem().autoRange()

    def mouseDoubleClickEvent(self, event: QEvent) -> None:
        """Show all of it again."""
        self.reset_view()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the read-out away when the mouse leaves."""
        if event.type() is QEvent.Type.Leave:
            self.readout_changed.emit("")
        return bool(super().eventFilter(watched, event))

    def number_at(self, position: QPointF) -> int | None:
        """Return the trial under a place of the scene."""
        place = self.getPlotItem().getViewBox().mapSceneToView(position)
        points = self.scatter.pointsAt(place)
        return int(points[0].data()) if len(points) else None

    @Slot(object)
    def _on_mouse_moved(self, position: QPointF) -> None:
        number = self.number_at(position)
        cursor = Qt.CursorShape.ArrowCursor if number is None else Qt.CursorShape.PointingHandCursor
        self.viewport().setCursor(cursor)
        self.readout_changed.emit("" if number is None else self.describe(number))

    @Slot(object, object)
    def _on_points_clicked(self, _item: object, points: Sequence[pg.SpotItem]) -> None:
        if len(points):
            self.trial_chosen.emit(int(points[0].data()))


class BestPlot(TrialPlot):
    """What each trial came to, in their order, and the best so far as a line."""

    def __init__(self) -> None:
        super().__init__(
            "sweep_best_plot",
            marked("Best so far"),
            _("Each trial by its number, and the best up to it."),
        )
        item = self.getPlotItem()
        item.setLabel("bottom", _("Trial"))
        item.getAxis("bottom").is_whole = True
        item.showGrid(y=True, alpha=0.12)
        self.line = pg.PlotDataItem(stepMode="right")
        item.addItem(self.line)
        item.addItem(self.scatter)

    def paint_findings(self, findings: SweepFindings) -> None:
        """Draw the trials and the best so far."""
        numbers = [float(trial.number) for trial in findings.trials]
        self.draw_points(numbers, [findings.value(trial) for trial in findings.trials])
        course = np.array(findings.course, np.float64)
        known = np.isfinite(course)
        self.line.setData(np.array(numbers)[known], course[known])
        self.line.setPen(pg.mkPen(self.theme.text, width=2))
        self.name_measure("left")
        self.reset_view()

    def reset_view(self) -> None:
        """Show all trials, up to those that are planned."""
        if self.findings is not None:
            most = max(2, len(self.findings.trials))
            self.getPlotItem().setXRange(0.5, most + 0.5, padding=0.02)
            self.fit_values()


class SettingPlot(TrialPlot):
    """What the trials came to over one of the settings."""

    def __init__(self) -> None:
        super().__init__(
            "sweep_setting_plot",
            marked("By setting"),
            _("What the trials came to over one setting."),
        )
        item = self.getPlotItem()
        item.showGrid(y=True, alpha=0.12)
        item.addItem(self.scatter)
        self._name = ""

    def show_setting(self, name: str) -> None:
        """Show the trials over another setting."""
        self._name = name
        if self.findings is not None:
            self.paint_findings(self.findings)

    def paint_findings(self, findings: SweepFindings) -> None:
        """Draw the trials over the setting, on the scale on which it was varied."""
        scale = next((each for each in scales_of(findings) if each.name == self._name), None)
        if scale is None or not scale.name:
            self.scatter.setData([])
            return
        places = scale.places
        if not scale.is_number:  # or all trials of a choice would lie on one line
            aside = [0.03 * ((trial.number * 7) % 11 - 5) / 5 for trial in findings.trials]
            places = places + np.array(aside)
        self.draw_points(places.tolist(), [findings.value(trial) for trial in findings.trials])
        item = self.getPlotItem()
        item.getAxis("bottom").setTicks([list(scale.ticks)])
        item.setLabel("bottom", scale.title)
        self.name_measure("left")
        self.reset_view()

    def reset_view(self) -> None:
        """Show all of it."""
        self.getPlotItem().setXRange(0, 1, padding=0.08)
        self.fit_values()
