"""Shows runs beside the open one: in the plots, in the table and in the list."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor

from lenet_desktop.analysis.seed_groups import LEAST_MEMBERS
from lenet_desktop.runs.records import RunCurves, RunRecord
from lenet_desktop.training.events import EpochDone
from lenet_desktop.ui.comparison.compared_runs import ComparedRuns, compared_runs
from lenet_desktop.ui.comparison.comparison_model import ComparedColumn
from lenet_desktop.ui.comparison.comparison_panel import ComparisonPanel
from lenet_desktop.ui.comparison.run_colours import RunColours
from lenet_desktop.ui.kit.theme import LIGHT, Theme
from lenet_desktop.ui.training.line_looks import LOOKS, OPEN_LOOK
from lenet_desktop.ui.training.overlay_legend import LegendEntry
from lenet_desktop.ui.training.overlays import Overlay
from lenet_desktop.ui.training.plots import TrainingPlots

MOST_CURVES = 20
"""Curves of other runs that are drawn; more could be neither told apart nor afforded."""


class RunComparison(QObject):
    """Gives each compared run its look and shows it everywhere with it."""

    coloured = Signal(object)  # dict[int, QColor], for the list of runs
    counted = Signal(int)  # how many runs are compared, the open one among them

    def __init__(self, plots: TrainingPlots, panel: ComparisonPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._plots = plots
        self.panel = panel
        self._theme = LIGHT
        self._colours = RunColours()
        self._looks: dict[int, int] = {}  # run -> place in LOOKS
        self._columns: list[ComparedColumn] = []

    def show(
        self, open_run: RunRecord | None, others: Sequence[RunCurves], left_out: int = 0
    ) -> None:
        """Compare runs with the open one, and with each other.

        Args:
            open_run: the run that the window shows, None if it shows none.
            others: the runs to be seen beside it.
            left_out: how many more were asked for.
        """
        curves = compared_runs(None if open_run is None else open_run.config, others)
        drawn = curves[:MOST_CURVES]
        places = self._colours.assign([curve.ids for curve in drawn])
        self._looks = {
            run: place for curve, place in zip(drawn, places, strict=True) for run in curve.ids
        }
        self._show_curves(drawn, places, len(curves) - len(drawn) + left_out)
        self._show_columns(open_run, [run.record for run in others])
        self._emit_colours()

    def update_record(self, record: RunRecord) -> None:
        """Show in the table what is new of a run, if it is compared."""
        if any(column.record.id == record.id for column in self._columns):
            self._columns = [
                replace(column, record=record) if column.record.id == record.id else column
                for column in self._columns
            ]
            self.panel.show_columns(self._columns)

    @Slot(object)
    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme; the plots are told by themselves."""
        self._theme = theme
        self.panel.show_theme(theme)
        self._emit_colours()

    def _show_curves(
        self, curves: Sequence[ComparedRuns], places: Sequence[int], left_out: int
    ) -> None:
        placed = list(zip(curves, places, strict=True))
        entries = [
            LegendEntry(place, curve.text, curve.explanation, LOOKS[place])
            for curve, place in placed
        ]
        losses = [_overlay(curve, place, lambda done: done.test_loss) for curve, place in placed]
        accuracies = [
            _overlay(curve, place, lambda done: done.test_accuracy) for curve, place in placed
        ]
        notice = f"{left_out} more without a curve" if left_out else ""
        self._plots.show_overlays(entries, losses, accuracies, notice)

    def _show_columns(self, open_run: RunRecord | None, others: Sequence[RunRecord]) -> None:
        columns = [] if open_run is None else [ComparedColumn(open_run, OPEN_LOOK, is_open=True)]
        for record in others:
            place = self._looks.get(record.id)
            columns.append(ComparedColumn(record, None if place is None else LOOKS[place]))
        self._columns = columns
        self.panel.show_columns(columns)
        self.counted.emit(len(columns))

    def _emit_colours(self) -> None:
        colours: dict[int, QColor] = {
            run: LOOKS[place].colour(self._theme) for run, place in self._looks.items()
        }
        self.coloured.emit(colours)


def _overlay(curve: ComparedRuns, key: int, read: Callable[[EpochDone], float | None]) -> Overlay:
    band = curve.band(read)
    has_band = len(curve.runs) >= LEAST_MEMBERS
    return Overlay(
        key=key,
        text=curve.short,
        look=LOOKS[key],
        x=band.x,
        y=band.mean,
        low=band.low if has_band else None,
        high=band.high if has_band else None,
    )
