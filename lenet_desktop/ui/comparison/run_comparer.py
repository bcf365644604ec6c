"""Compares the runs that are selected in the list, or one of them with the one that is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.runs.records import RunCurves, RunRecord
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.ui.comparison.compared_pair import letters_of
from lenet_desktop.ui.comparison.run_comparison import ComparedSet, RunComparison
from lenet_desktop.ui.kit.telling import telling
from lenet_desktop.ui.runs.runs_panel import RunsPanel

if TYPE_CHECKING:
    from lenet_desktop.export.model_opening import JudgedModel

FEW = 8
"""Runs that are compared at once; drawing more of them waits until the selection rests."""
REST_MS = 80
MOST_COMPARED = 100
"""Runs whose figures are read at a time; nobody compares more of them by eye."""


class RunComparer(QObject):
    """Brings the figures of the compared runs to plots, table and list.

    Follows the selection in the list, the run that is open, and what is kept of it. Compared are
    the selected runs, or with a single one that and the open run. Beside a network from a file,
    which has no curves, a single one is B.

    While the comparison is out of sight, it follows only what is drawn beneath the curves of the
    open run.
    """

    failed = Signal(str)  # a sentence
    changed = Signal(object)  # dict[int, str]: the letters of the two that are compared, or none

    def __init__(
        self,
        comparison: RunComparison,
        panel: RunsPanel,
        session: TrainingSession,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._comparison = comparison
        self._session = session
        self._store: RunStore | None = None
        self._selected: list[int] = []
        self._open_id: int | None = None
        self._file = ""  # that of the network that is open in place of a run
        self._data = DEFAULT
        self._is_away = self._is_due = False
        self._shown: dict[int, RunRecord] = {}  # as they are compared
        self._letters: dict[int, str] = {}
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._show)
        comparison.coloured.connect(panel.set_colours)
        comparison.lettered.connect(panel.set_letters)
        panel.selection_changed.connect(self._on_selection_changed)
        session.run_kept.connect(self._on_run_kept)
        session.state_changed.connect(self._follow_open_run)

    def use_store(self, store: RunStore) -> None:
        """Compare the runs of a store."""
        self._store = store
        self._show()

    @Slot(object)
    def show_changes(self, records: Iterable[RunRecord]) -> None:
        """Compare anew where one of the runs has a new name or new figures, whoever did that."""
        known = [(record, self._shown.get(record.id)) for record in records]
        if any(shown is not None and differ(shown, record) for record, shown in known):
            self._show_in_time()

    @Slot(object)
    def show_model(self, model: JudgedModel | None) -> None:
        """Take in which network from a file is open in place of a run, if any."""
        self._file = "" if model is None else model.model.path.name
        self._show()

    def show_data(self, info: DatasetInfo) -> None:
        """Take in what the window holds."""
        if info.fingerprint != self._data.fingerprint:
            self._data = info
            self._show()

    def go_away(self, is_away: bool) -> None:
        """Compare nothing while nobody sees it, and what has come meanwhile once somebody does."""
        self._is_away = is_away
        if self._is_due:
            self._show()

    @Slot()
    def shutdown(self) -> None:
        """Draw nothing any more. May be called again and again."""
        self._rest.stop()

    @Slot()
    def _show(self) -> None:
        store, open_id = self._store, self._session.run_id
        if store is None:
            return
        wanted = self._compared_ids(open_id)
        self._is_due = self._is_away and not (
            self._comparison.has_others or any(run_id != open_id for run_id in wanted)
        )
        if self._is_due:
            return
        try:
            runs = store.curves(wanted[:MOST_COMPARED])
            opened = None if open_id is None else store.record(open_id)
        except StoreError as error:
            self.failed.emit(str(error))
            return
        is_beside_file = bool(self._file) and len(runs) == 1
        letters = {runs[0].record.id: "B"} if is_beside_file else letters_of(runs)
        if letters.keys() != self._letters.keys():  # else who is A stays A
            self._letters = letters
        runs = self._in_order(runs)
        self._shown = {run.record.id: run.record for run in runs}
        if opened is not None:
            self._shown[opened.id] = opened
        left_out = len(wanted[MOST_COMPARED:])
        file = self._file if is_beside_file else ""
        compared = ComparedSet(runs, opened, self._letters, left_out, self._data, file)
        self._comparison.show(compared)
        self.changed.emit(dict(self._letters))

    def _compared_ids(self, open_id: int | None) -> list[int]:
        """Return the runs that are compared, the open one first if it is among them."""
        selected = self._selected
        if open_id is None or (len(selected) > 1 and open_id not in selected):
            return selected
        return [open_id, *(run_id for run_id in selected if run_id != open_id)]

    def _in_order(self, runs: Sequence[RunCurves]) -> list[RunCurves]:
        """Put A before B, where there are these."""
        return sorted(runs, key=lambda run: self._letters.get(run.record.id, ""))

    def _show_in_time(self) -> None:
        if len(self._selected) > FEW:
            self._rest.start()
        else:
            self._rest.stop()
            self._show()

    @Slot(object)
    def _on_selection_changed(self, run_ids: Sequence[int]) -> None:
        self._selected = list(run_ids)
        self._show_in_time()

    @Slot(int)
    def _on_run_kept(self, run_id: int) -> None:
        self._follow_open_run()
        if self._store is None:
            return
        with telling(self.failed):
            self._take_in(self._store.record(run_id))

    def _take_in(self, record: RunRecord) -> None:
        shown = self._shown.get(record.id)
        if shown is not None and shown.epochs_done != record.epochs_done:
            self._show_in_time()
            return
        self._comparison.update_record(record)
        if shown is not None:
            self._shown[record.id] = record

    @Slot()
    def _follow_open_run(self) -> None:
        if self._session.run_id != self._open_id:
            self._open_id = self._session.run_id
            self._show()


def differ(shown: RunRecord, record: RunRecord) -> bool:
    """Return whether a run is another one for a comparison, where notes and stars do not count."""
    return shown != replace(record, note=shown.note, starred=shown.starred)
