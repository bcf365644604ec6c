"""Recipes as means with their intervals, and how much each setting matters."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Slot

from lenet_desktop.analysis.importance import Importance
from lenet_desktop.analysis.measures import Measure
from lenet_desktop.settings.config_differences import setting_name
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import enumerated, percent
from lenet_desktop.ui.kit.theme import SPACING, with_alpha
from lenet_desktop.ui.sweeps.trial_plot import TrialPlot

MOST_RECIPES = 12
_WIDEST_NAME, _NAMES = 200, 110
_SEED_SIZE, _LEAST_ROOM = 6, 0.005
_PADDING = 0.06
"""What is seen of an axis of shares before its begin, and at least behind its end."""


class RecipePlot(TrialPlot):
    """The best recipes: each seed as a point, their mean as a bar, its interval as whiskers."""

    def __init__(self) -> None:
        super().__init__(
            "sweep_recipe_plot",
            marked("Recipes"),
            _("The best recipes: every seed, their mean and its 95 % interval."),
        )
        item = self.getPlotItem()
        item.showGrid(x=True, alpha=0.12)
        item.getViewBox().invertY(True)
        self.bars = pg.ErrorBarItem(x=np.empty(0), y=np.empty(0), beam=0.3)
        self.means = pg.ScatterPlotItem(symbol="d", size=12, pxMode=True)
        for part in (self.bars, self.scatter, self.means):
            item.addItem(part)

    def paint_findings(self, findings: SweepFindings) -> None:
        """Draw the best recipes that have a mean, from the top."""
        recipes = [recipe for recipe in findings.recipes if recipe.mean][:MOST_RECIPES]
        numbers = {(trial.recipe, trial.seed): trial.number for trial in findings.trials}
        spots, x, y, reach = [], [], [], []
        for row, recipe in enumerate(recipes):
            mean = recipe.mean
            if mean is None:
                continue
            x.append(mean.mean)
            y.append(float(row))
            reach.append(0.0 if mean.interval is None else mean.interval.high - mean.mean)
            spots += [
                {"pos": (value, row), "data": numbers[recipe.number, seed], "size": _SEED_SIZE}
                for seed, value in recipe.scores.items()
                if math.isfinite(value)
            ]
        theme = self.theme
        self.scatter.setData(spots, pen=None, brush=pg.mkBrush(with_alpha(theme.validation, 0.6)))
        self.means.setData(x, y, pen=pg.mkPen(theme.surface), brush=pg.mkBrush(theme.text))
        self.bars.setData(
            x=np.array(x), y=np.array(y), width=2 * np.array(reach), pen=pg.mkPen(theme.text)
        )
        item = self.getPlotItem()
        metrics = self.fontMetrics()
        names = [
            metrics.elidedText(recipe.short, Qt.TextElideMode.ElideRight, _WIDEST_NAME)
            for recipe in recipes
        ]
        width = max([0, *map(metrics.horizontalAdvance, names)])
        item.getAxis("left").setWidth(width + 3 * SPACING + metrics.height())
        item.getAxis("left").setTicks([list(enumerate(names))])
        item.setLabel("left", enumerated(map(setting_name, findings.names)))
        self.name_measure("bottom")
        self.reset_view()

    def reset_view(self) -> None:
        """Show all rows."""
        item = self.getPlotItem()
        if self.findings is not None:
            low, high = self._usual_range(self.findings)
            item.setXRange(low, max(high, low + 1e-6), padding=0.08)
        rows = max(1, len(self.means.getData()[0]))
        item.setYRange(-0.6, rows - 0.4, padding=0)

    def _usual_range(self, findings: SweepFindings) -> tuple[float, float]:
        """Return the range in which most trials are, with the intervals of the means in it.

        Those of few seeds may be very wide: they have as much room again on each side.
        """
        low, high = findings.usual_range
        means, widths = self.bars.opts["x"], self.bars.opts["width"]
        room = max(high - low, _LEAST_ROOM)
        is_near = (low <= means) & (means <= high)
        ends = np.hstack([means - widths / 2, means + widths / 2])[np.hstack([is_near, is_near])]
        most = 1.0 if findings.measure is Measure.ACCURACY else math.inf
        ends = np.clip(ends, max(low - room, 0.0), min(high + room, most))
        return min([low, *ends]), max([high, *ends])


class ImportancePlot(TrialPlot):
    """A bar for each setting: how much of the scatter of the results it accounts for."""

    def __init__(self) -> None:
        super().__init__(
            "sweep_importance_plot",
            marked("Importance"),
            _("How much of the scatter of the results each setting accounts for, by fANOVA."),
        )
        item = self.getPlotItem()
        item.getAxis("left").setWidth(_NAMES)
        item.getViewBox().invertY(True)
        item.getViewBox().sigResized.connect(self._on_resized)
        item.setMouseEnabled(x=False, y=False)
        item.setLabel("bottom", _("Share of the scatter"))
        item.getAxis("bottom").setTicks([[(x, percent(x, 0)) for x in (0, 0.25, 0.5, 0.75, 1)]])
        self.bars = pg.BarGraphItem(x0=[], y=[], width=[], height=0.6)
        item.addItem(self.bars)
        self._labels: list[pg.TextItem] = []
        self.importance = Importance({})

    def show_importance(self, importance: Importance) -> None:
        """Show how much each setting matters, the one that matters most at the top."""
        self.importance = importance
        if self.findings is not None:
            self.paint_findings(self.findings)

    @property
    def has_content(self) -> bool:
        """Whether there is something to save."""
        return bool(self.importance.shares)

    def paint_findings(self, _findings: SweepFindings) -> None:
        """Draw the bars."""
        shares = list(self.importance.shares.items())
        item = self.getPlotItem()
        self.bars.setOpts(
            x0=[0.0] * len(shares),
            y=list(range(len(shares))),
            width=[share for _other, share in shares],
            height=0.6,
            pen=None,
            brush=pg.mkBrush(self.theme.validation),
        )
        for label in self._labels:
            item.removeItem(label)
        self._labels = []
        for row, (_other, share) in enumerate(shares):
            label = pg.TextItem(percent(share, 0), color=self.theme.text, anchor=(0, 0.5))
            label.setPos(share, row)
            item.addItem(label, ignoreBounds=True)
            self._labels.append(label)
        names = [setting_name(name).capitalize() for name, _other in shares]
        item.getAxis("left").setTicks([list(enumerate(names))])
        self.reset_view()

    @Slot(object)
    def _on_resized(self, *_sizes: object) -> None:
        self.reset_view()

    def reset_view(self) -> None:
        """Show all rows."""
        words = self.fontMetrics().horizontalAdvance(percent(1, 0)) + SPACING
        behind = words / max(1, self.getPlotItem().getViewBox().width() - words)
        self.getPlotItem().setXRange(-_PADDING, 1 + max(_PADDING, behind), padding=0)
        self.getPlotItem().setYRange(-0.6, max(1, len(self.importance.shares)) - 0.4, padding=0)
