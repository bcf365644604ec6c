"""Shows runs beside the open one and beside each other: in plots, in the table and in the list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor

from lenet_desktop.analysis.seed_groups import LEAST_MEMBERS
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.runs.records import RunCurves, RunRecord
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted
from lenet_desktop.training.events import EpochDone
from lenet_desktop.ui.comparison.compared_runs import ComparedRuns, compared_runs
from lenet_desktop.ui.comparison.comparison_model import ComparedColumn
from lenet_desktop.ui.comparison.comparison_panel import ComparisonPanel
from lenet_desktop.ui.comparison.run_colours import RunColours
from lenet_desktop.ui.kit.pair_badge import PAIR_COLOURS
from lenet_desktop.ui.kit.theme import LIGHT, Theme
from lenet_desktop.ui.training.line_looks import LOOKS
from lenet_desktop.ui.training.overlay_legend import LegendEntry
from lenet_desktop.ui.training.overlays import Overlay

MOST_CURVES = 20
"""Curves of other runs that are drawn; more could be neither told apart nor afforded."""
PAIR_PLACES = {letter: place for place, letter in enumerate(PAIR_COLOURS)}
"""The places in `LOOKS` of A and B."""


class OverlaidPlots(Protocol):
    """Plots that draw and name curves of runs."""

    def show_overlays(
        self,
        entries: Sequence[LegendEntry],
        losses: Sequence[Overlay],
        accuracies: Sequence[Overlay],
        notice: str = "",
    ) -> None:
        """Draw exactly these curves, and name them."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparedSet:
    """The runs that are compared.

    Attributes:
        runs: all of them, the open one first if it is among them.
        open_run: the run that the window shows, None if it shows none.
        letters: A and B by the numbers of their runs; empty where these are not just two.
        left_out: how many more were asked for.
        data: what the window holds, beside whose curves those of other data would mean nothing.
        file: that of the network which is A in place of a run; empty where none is.
    """

    runs: Sequence[RunCurves] = ()
    open_run: RunRecord | None = None
    letters: Mapping[int, str] | None = None
    left_out: int = 0
    data: DatasetInfo = DEFAULT
    file: str = ""

    def letter(self, run_id: int) -> str:
        """Return the letter of a run, empty where it has none."""
        return (self.letters or {}).get(run_id, "")

    @property
    def is_pair_of_runs(self) -> bool:
        """Whether A and B are a single run each."""
        return len(self.letters or {}) == len(self.runs) == 2

    @property
    def beneath(self) -> list[RunCurves]:
        """Those that are drawn beneath the open one: the others of the same data."""
        own = self.data.fingerprint
        return [run for run in self.others if run.record.config.data.fingerprint == own]

    @property
    def others(self) -> list[RunCurves]:
        """Those beside the open one."""
        open_id = None if self.open_run is None else self.open_run.id
        return [run for run in self.runs if run.record.id != open_id]


class RunComparison(QObject):
    """Gives each compared run its look and shows it everywhere with it.

    Args:
        plots: those of the open run, beneath which the others are drawn.
        panel: the table.
        compared: the plots in which all are drawn alike.
    """

    coloured = Signal(object)  # dict[int, QColor], for the list of runs
    lettered = Signal(object)  # dict[int, str], likewise

    def __init__(
        self,
        plots: OverlaidPlots,
        panel: ComparisonPanel,
        parent: QObject,
        compared: OverlaidPlots | None = None,
    ) -> None:
        super().__init__(parent)
        self._plots = plots
        self._compared_plots = compared
        self.panel = panel
        self._theme = LIGHT
        self._colours = RunColours()
        self._looks: dict[int, int] = {}  # run -> place in LOOKS
        self._set = ComparedSet()
        self._columns: list[ComparedColumn] = []

    @property
    def has_others(self) -> bool:
        """Whether runs are shown beside the open one."""
        return bool(self._set.others)

    def show(self, compared: ComparedSet) -> None:
        """Compare runs, and show those of the same data beside the open one in its plots."""
        self._set = compared
        together = compared_runs(None, compared.runs, are_apart=compared.is_pair_of_runs)
        drawn = together[:MOST_CURVES]
        pinned = {run: PAIR_PLACES[letter] for run, letter in (compared.letters or {}).items()}
        places = self._colours.assign([curve.ids for curve in drawn], pinned)
        self._looks = {
            run: place for curve, place in zip(drawn, places, strict=True) for run in curve.ids
        }
        left = len(together) - len(drawn) + compared.left_out
        if self._compared_plots is not None:
            untold = _("A is a network from a file, which tells nothing of its epochs")
            self._draw(self._compared_plots, drawn, left, untold if compared.file else "")
        open_run = compared.open_run
        beneath = compared_runs(None if open_run is None else open_run.config, compared.beneath)
        shown = [curve for curve in beneath if curve.ids[0] in self._looks][:MOST_CURVES]
        self._draw(self._plots, shown, len(beneath) - len(shown) + compared.left_out)
        self._show_columns()
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

    def _lettered(self, curve: ComparedRuns) -> ComparedRuns:
        letter = self._set.letter(curve.ids[0])
        if not letter:
            return curve
        named = _("{letter}: {name}")
        return replace(
            curve,
            text=named.format(letter=letter, name=curve.text),
            short=named.format(letter=letter, name=curve.short),
        )

    def _draw(
        self,
        plots: OverlaidPlots,
        curves: Sequence[ComparedRuns],
        left_out: int,
        notice: str = "",
    ) -> None:
        placed = [(self._lettered(curve), self._looks[curve.ids[0]]) for curve in curves]
        entries = [
            LegendEntry(place, curve.text, curve.names, LOOKS[place]) for curve, place in placed
        ]
        losses = [_overlay(curve, place, lambda done: done.test_loss) for curve, place in placed]
        accuracies = [
            _overlay(curve, place, lambda done: done.test_accuracy) for curve, place in placed
        ]
        more = counted(left_out, "{count} more without a curve", "{count} more without a curve")
        plots.show_overlays(entries, losses, accuracies, more if left_out else notice)

    def _show_columns(self) -> None:
        open_run = self._set.open_run
        columns = []
        for run in self._set.runs:
            record = run.record
            place = self._looks.get(record.id)
            columns.append(
                ComparedColumn(
                    record,
                    None if place is None else LOOKS[place],
                    is_open=open_run is not None and record.id == open_run.id,
                    letter=self._set.letter(record.id),
                )
            )
        self._columns = columns
        self.panel.explain_file(self._set.file)
        self.panel.show_columns(columns)

    def _emit_colours(self) -> None:
        colours: dict[int, QColor] = {}
        if self._set.others:
            colours = {run: LOOKS[place].colour(self._theme) for run, place in self._looks.items()}
        self.coloured.emit(colours)
        self.lettered.emit(dict(self._set.letters or {}))


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
