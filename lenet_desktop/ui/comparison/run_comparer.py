"""Compares the runs that are selected in the list with the one that is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.session.requests import JobRunner
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import MAX_EPOCHS
from lenet_desktop.training.learning_rate import unlike_courses
from lenet_desktop.ui.comparison.run_comparison import RunComparison
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.shown_run import Rival
from lenet_desktop.ui.runs.runs_panel import RunsPanel

FEW = 8
"""Runs that are compared at once; drawing more of them waits until the selection rests."""
REST_MS = 80
MOST_COMPARED = 100
"""Runs whose figures are read at a time; nobody compares more of them by eye."""


class RunComparer(QObject):
    """Brings the figures of selected runs to plots and table, and predictions of one to the grid.

    Follows the selection in the list, the run that is open, and what is kept of it.
    """

    failed = Signal(str)  # a sentence

    def __init__(
        self,
        comparison: RunComparison,
        panel: RunsPanel,
        gallery: GalleryState,
        session: TrainingSession,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._comparison = comparison
        self._gallery = gallery
        self._session = session
        self._jobs = JobRunner(self)
        self._store: RunStore | None = None
        self._selected: list[int] = []
        self._open_id: int | None = None
        self._wanted: int | None = None
        self._shown: dict[int, RunRecord] = {}  # as they are compared
        self._rest = QTimer(self, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._show)
        comparison.coloured.connect(panel.set_colours)
        panel.selection_changed.connect(self._on_selection_changed)
        panel.compare_images_requested.connect(self._on_images_requested)
        session.run_kept.connect(self._on_run_kept)
        session.state_changed.connect(self._on_state_changed)

    def use_store(self, store: RunStore) -> None:
        """Compare the runs of a store."""
        self._store = store
        self._show()

    @Slot(object)
    def show_changes(self, records: Iterable[RunRecord]) -> None:
        """Compare anew where one of the runs has a new name or new figures, whoever did that."""
        records = list(records)
        for record in records:
            if record.id == self._wanted:
                self._gallery.rename_rival(record.id, record.name)
        known = [(record, self._shown.get(record.id)) for record in records]
        if any(shown is not None and _differ(shown, record) for record, shown in known):
            self._show_in_time()

    @Slot()
    def shutdown(self) -> None:
        """Wait for what is being read. May be called again and again."""
        self._rest.stop()
        self._jobs.shutdown()

    @Slot()
    def _show(self) -> None:
        """Show the selected runs beside the open one, unless it is the only one selected."""
        store, open_id = self._store, self._session.run_id
        if store is None:
            return
        others = [run_id for run_id in self._selected if run_id != open_id]
        try:
            curves = store.curves(others[:MOST_COMPARED])
            opened = None if open_id is None else store.record(open_id)
        except StoreError as error:
            self.failed.emit(str(error))
            return
        compared = [run.record for run in curves] + ([] if opened is None else [opened])
        self._shown = {record.id: record for record in compared}
        self._comparison.show(opened, curves, left_out=len(others[MOST_COMPARED:]))

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
        if self._store is not None:
            try:
                record = self._store.record(run_id)
            except StoreError as error:
                self.failed.emit(str(error))
                return
            self._comparison.update_record(record)
            self._tell_unlike()
            if run_id in self._shown:
                self._shown[run_id] = record

    @Slot(object)
    def _on_state_changed(self, _state: object) -> None:
        self._follow_open_run()

    def _tell_unlike(self) -> None:
        """Say how the two runs that are compared image by image were not trained alike."""
        if self._store is None or self._wanted is None:
            return
        try:
            unlike = _unlike(self._store, self._session.run_id, self._wanted)
        except StoreError as error:
            self.failed.emit(str(error))
        else:
            self._gallery.tell_unlike(self._wanted, unlike)

    def _follow_open_run(self) -> None:
        if self._session.run_id == self._open_id:
            return
        self._open_id = self._session.run_id
        self._show()
        if self._open_id is not None and self._open_id == self._wanted:
            self._wanted = None
            self._gallery.end_comparison()
        self._tell_unlike()

    @Slot(int)
    def _on_images_requested(self, run_id: int) -> None:
        """Read the predictions of a run; of several wishes, the last one counts."""
        store = self._store
        if store is None:
            return
        self._wanted = run_id
        open_id = self._session.run_id
        job = self._jobs.start(
            lambda: _rival(store, open_id, run_id), "The runs could not be compared"
        )
        job.done.connect(self._on_rival_read)
        job.failed.connect(self.failed)

    @Slot(object)
    def _on_rival_read(self, rival: Rival) -> None:
        if rival.run_id == self._wanted:
            self._gallery.compare_with(rival)


def _differ(shown: RunRecord, record: RunRecord) -> bool:
    """Return whether a run is another one for a comparison, where notes and stars do not count."""
    return shown != replace(record, note=shown.note, starred=shown.starred)


def _rival(store: RunStore, open_id: int | None, run_id: int) -> Rival:
    record = store.record(run_id)
    if open_id is not None:
        _refuse_other_data(store.record(open_id), record)
    predictions = store.predictions(run_id, record.epochs_done)
    return Rival(run_id, record.name, predictions, _unlike(store, open_id, run_id))


def _refuse_other_data(opened: RunRecord, rival: RunRecord) -> None:
    own, other = opened.config.data, rival.config.data
    if own.fingerprint != other.fingerprint:
        raise StoreError(
            f"{rival.quoted_name} learned from {other.told_from(own)}, and "
            f"{opened.quoted_name} from {own.title}, so they cannot be compared image by image."
        )


def _unlike(store: RunStore, open_id: int | None, run_id: int) -> str:
    """Say how the learning rate of a run went differently from that of the open one."""
    if open_id is None:
        return ""
    curves = store.curves([open_id, run_id], first=MAX_EPOCHS + 1)  # without any of their points
    one, other = ((run.record.config, run.course) for run in curves)
    return unlike_courses(one, other)
