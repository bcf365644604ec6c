"""The plots of a sweep, a tab each, with what is said beside them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QTabWidget, QWidget

from lenet_desktop.analysis.importance import Importance
from lenet_desktop.export.tables import Row, csv_text
from lenet_desktop.settings.config_differences import setting_name
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.kit.boxes import Part, in_column, in_row
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import SPACING, Theme
from lenet_desktop.ui.sweeps.brush_fields import BrushFields
from lenet_desktop.ui.sweeps.parallel_plot import ParallelPlot
from lenet_desktop.ui.sweeps.recipe_plots import ImportancePlot, RecipePlot
from lenet_desktop.ui.sweeps.recipe_verdict import RecipeVerdict
from lenet_desktop.ui.sweeps.trial_plot import BestPlot, SettingPlot, TrialPlot
from lenet_desktop.ui.training.plot_export import PlotExport
from lenet_desktop.ui.training.readout import Readout


class SweepPlots(QObject):
    """Best so far, all settings, one setting, importance, recipes; the first is shown at first.

    Args:
        tabs: gets one for each plot.
        verdict: what is said beside the recipes.
        folder: where somebody saved last.
    """

    trial_chosen = Signal(int)
    picked_changed = Signal()
    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, tabs: QTabWidget, verdict: RecipeVerdict, folder: SaveFolder) -> None:
        super().__init__(tabs)
        self._tabs, self._verdict = tabs, verdict
        self.findings: SweepFindings | None = None
        self.best, self.parallel, self.setting = BestPlot(), ParallelPlot(), SettingPlot()
        self.importance, self.recipes = ImportancePlot(), RecipePlot()
        self.plots: tuple[TrialPlot, ...] = (
            self.best, self.parallel, self.setting, self.importance, self.recipes,
        )  # fmt: skip
        self.exports = [self._export(plot, folder) for plot in self.plots]
        self._readouts = {plot: Readout(f"{plot.objectName()}_readout") for plot in self.plots}
        self._left_out = {plot: muted(QLabel()) for plot in self.plots}
        self._build()
        self._connect()

    def _build(self) -> None:
        self.brush = BrushFields(self.parallel)
        self.name = identify(
            QComboBox(),
            "sweep_setting_input",
            _("Setting of the plot"),
            _("Over which setting the trials are drawn."),
        )
        self.warning = muted(identify(QLabel(wordWrap=True), "sweep_importance_warning"))
        for plot, extra in zip(
            self.plots, (None, self.brush, None, self.warning, self._verdict), strict=True
        ):
            self._tabs.addTab(self._page(plot, extra), _(plot.title))
        self._verdict.show()

    def _page(self, plot: TrialPlot, extra: QWidget | None) -> QWidget:
        page, near = QWidget(), SPACING // 2
        parts: list[Part] = [
            in_row((self._readouts[plot], 1), self._left_out[plot], spacing=near),
            (plot, 1),
        ]
        if plot is self.setting:
            label = QLabel(_("Settin&g"))
            label.setBuddy(self.name)
            parts.insert(0, in_row(label, self.name, None, spacing=near))
        elif extra is not None:
            parts.append(extra)
        in_column(*parts, spacing=near, margins=(0, near, 0, 0), on=page)
        return page

    def _connect(self) -> None:
        for plot in self.plots:
            plot.readout_changed.connect(self._readouts[plot].show_parts)
            plot.trial_chosen.connect(self.trial_chosen)
        self.name.currentIndexChanged.connect(self._on_setting_chosen)
        self.brush.picked_changed.connect(self.picked_changed)

    def _export(self, plot: TrialPlot, folder: SaveFolder) -> PlotExport:
        export = PlotExport(
            plot,
            plot.title,
            folder,
            has_content=lambda: plot.has_content,
            csv=lambda: csv_text(self.rows_of(plot)),
            what=marked("figures"),
        )
        export.saved.connect(self.saved)
        export.failed.connect(self.failed)
        return export

    @property
    def shows_importance(self) -> bool:
        """Whether the plot of the importance is in front."""
        return self.plots[self._tabs.currentIndex()] is self.importance

    @property
    def shown_export(self) -> PlotExport:
        """What saves the plot that is in front."""
        return self.exports[self._tabs.currentIndex()]

    def show_findings(self, findings: SweepFindings) -> None:
        """Show how a sweep stands."""
        is_other = self.findings is None or self.findings.definition != findings.definition
        self.findings = findings
        if is_other:
            self.parallel.spans = {}
            self.importance.show_importance(Importance({}))
            self._offer_settings(findings)
        for plot in self.plots:
            plot.show_findings(findings)
            self._left_out[plot].setText(plot.left_out_text)
        self.brush.show_axes()
        self._verdict.show_findings(findings)

    def forget(self) -> None:
        """Be filled anew with what is shown next, as that of another sweep."""
        self.findings = None
        self._verdict.forget()

    def show_importance(self, importance: Importance) -> None:
        """Show how much each setting matters."""
        self.importance.show_importance(importance)
        self.warning.setText(importance.warning)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for plot in self.plots:
            plot.show_theme(theme)

    def rows_of(self, plot: TrialPlot) -> list[Row]:
        """Return the figures behind a plot as rows, titles first."""
        findings = self.findings
        if findings is None:
            return []
        if plot is self.importance:
            shares = self.importance.importance.shares
            return [["setting", "share"], *([name, share] for name, share in shares.items())]
        if plot is self.recipes:
            return _recipe_rows(findings)
        best = dict(zip((trial.number for trial in findings.trials), findings.course, strict=True))
        rows: list[Row] = [
            ["trial", *findings.names, "seed", "state", findings.measure.value, "best_so_far"]
        ]
        for trial in findings.trials:
            settings = [trial.settings.get(name) for name in findings.names]
            cells = [value if isinstance(value, int | float) else str(value) for value in settings]
            figures = [findings.value(trial), best[trial.number]]
            known = [None if figure != figure else figure for figure in figures]  # noqa: PLR0124
            rows.append([trial.number, *cells, trial.seed, trial.state.value, *known])
        return rows

    def _offer_settings(self, findings: SweepFindings) -> None:
        self.name.clear()
        for name in findings.names:
            self.name.addItem(setting_name(name).capitalize(), name)
        self._on_setting_chosen()
        for place, plot in enumerate(self.plots):
            needs_settings = plot in (self.parallel, self.setting, self.importance)
            self._tabs.setTabVisible(place, bool(findings.names) or not needs_settings)
        self._verdict.setVisible(bool(findings.names))  # or there is one recipe

    @Slot()
    def _on_setting_chosen(self) -> None:
        self.setting.show_setting(str(self.name.currentData() or ""))


def _recipe_rows(findings: SweepFindings) -> list[Row]:
    rows: list[Row] = [["recipe", "name", "seeds", "diverged", "mean", "low", "high"]]
    for recipe in findings.recipes:
        mean = recipe.mean
        if mean is not None:
            low, high = (None, None) if mean.interval is None else mean.interval
            rows.append(
                [recipe.number, recipe.name, mean.seeds, mean.diverged, mean.mean, low, high]
            )
    return rows
