"""Keeps the list of runs in line with the store, and does what is asked of a run in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.runs.trash import bring_back, delete_runs
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.sweeps.records import SweepRecord
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.text.wording import sentences
from lenet_desktop.ui.kit.message_bar import MessageAction
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.telling import telling
from lenet_desktop.ui.runs.run_groups import group_id, with_groups
from lenet_desktop.ui.runs.runs_panel import RunsPanel
from lenet_desktop.ui.services.data_switch import DataSwitch
from lenet_desktop.ui.services.run_exporter import RunExporter
from lenet_desktop.ui.services.run_opener import RunOpener

if TYPE_CHECKING:
    from lenet_desktop.runs.run_folder import RunFolder

log = logging.getLogger(__name__)

_MOST_SAID = 3
LOOK_INTERVAL_MS = 2_000
"""How often a list that is in sight asks what other windows and terminals have done."""


class RunServices(QObject):
    """Names, stars, deletes, brings back and exports kept runs; its `opener` shows them."""

    failed = Signal(str)  # a sentence about what went wrong
    saved = Signal(str)  # a sentence about what was saved or copied
    done = Signal(str, object)  # a sentence, and the MessageActions that go with it
    records_changed = Signal(object)  # RunRecords as they are by now, also those that are the same
    settings_chosen = Signal(object)  # TrainingConfig, for the form
    sweep_requested = Signal(int)  # a sweep that is to be shown
    open_changed = Signal(object)  # RunRecord of the open run, None without one

    def __init__(
        self,
        panel: RunsPanel,
        session: TrainingSession,
        data: DataSwitch,
        parent: QWidget,
        *,
        folder: SaveFolder,
        cache: Path,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._session = session
        self.opener = RunOpener(session, data, self)
        self.exporter = RunExporter(parent, folder, cache)
        self._store: RunStore | None = None
        self._deleted: list[RunRecord] = []
        self._deleted_sweeps: list[SweepRecord] = []
        self._seen = 0
        self._timer = QTimer(self, interval=LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self._on_look_due)
        self._connect()

    def _connect(self) -> None:
        panel, session = self._panel, self._session
        panel.opened.connect(self._on_opened)
        panel.continue_requested.connect(self._on_continue_requested)
        panel.settings_requested.connect(self._on_settings_requested)
        panel.renamed.connect(self._on_renamed)
        panel.note_changed.connect(self._on_note_changed)
        panel.starred.connect(self._on_starred)
        panel.delete_requested.connect(self._on_delete_requested)
        panel.undo_requested.connect(self._on_undo_requested)
        panel.export_requested.connect(self.exporter.export)
        panel.import_requested.connect(self.exporter.ask_for_import)
        panel.code_requested.connect(self.exporter.copy_code)
        self.exporter.imported.connect(self._on_imported)
        self.exporter.failed.connect(self.failed)
        self.exporter.saved.connect(self.saved)
        session.run_kept.connect(self._on_run_kept)
        session.state_changed.connect(self.show_open)

    @property
    def store(self) -> RunStore | None:
        """Where runs are kept, None while it is being opened."""
        return self._store

    def kept_epochs(self) -> RunFolder | None:
        """Return where the epochs of the open run are kept, None where they are not."""
        store, run_id = self._store, self._session.run_id
        if store is None or store.reason is not None or run_id is None:
            return None
        try:
            return store.run_folder(run_id)
        except StoreError:  # it was deleted elsewhere
            return None

    def use_store(self, store: RunStore) -> None:
        """List the runs of a store."""
        self._store = store
        self.opener.use_store(store)
        self.exporter.use_store(store)
        self.refresh()
        self._timer.start()

    @Slot()
    def refresh(self) -> None:
        """Read the list anew; other windows and terminals may have added to it."""
        if self._store is None:
            return
        with telling(self.failed):
            version = self._store.data_version()  # before the list, or a change could be missed
            records = self._store.records()
            rows, groups = with_groups(records, SweepStore(self._store).sweeps())
            self._seen = version
            self._panel.set_records(rows, groups)
            self.records_changed.emit(records)
        self.show_open()

    def look_often(self, interval_ms: int) -> None:
        """Ask so often what other windows and terminals have done."""
        self._timer.setInterval(interval_ms)

    @Slot()
    def shutdown(self) -> None:
        """Wait for what is being read. May be called again and again."""
        self._timer.stop()
        self.opener.shutdown()
        self.exporter.shutdown()

    @Slot()
    def show_open(self) -> None:
        """Mark the run that is open, and say what it is called."""
        run_id = self._session.run_id
        self._panel.show_open(run_id)
        record = None if run_id is None else self._record(run_id)
        self.open_changed.emit(record)

    def _record(self, run_id: int) -> RunRecord | None:
        with telling(self.failed):
            return None if self._store is None else self._store.record(run_id)
        return None

    def _show(self, run_id: int) -> None:
        record = self._record(run_id)
        if record is not None:
            self._panel.update_record(record)

    @Slot()
    def _on_look_due(self) -> None:
        """Read the list anew if somebody else has changed it, or may have died in a run."""
        if self._store is None:
            return
        own = self._session.run_id if self._session.state.is_active else None
        is_watched = self.opener.goes_on_elsewhere or self._panel.isVisible()
        others = is_watched and any(
            record.status.is_active and record.id != own for record in self._panel.model.records
        )
        try:
            if others or self._store.data_version() != self._seen:
                self.refresh()
                self._follow()
        except StoreError:
            log.info("The list of runs cannot be read just now", exc_info=True)

    def _follow(self) -> None:
        """Show what has become of the open run elsewhere."""
        run_id = self._session.run_id
        row = None if run_id is None else self._panel.model.row_of(run_id)
        if row is not None:
            self.opener.follow(self._panel.model.record_at(row))

    @Slot(int)
    def _on_continue_requested(self, run_id: int) -> None:
        if run_id == self._session.run_id and self._session.checkpoint is not None:
            self.opener.continue_requested.emit()
        else:
            self.opener.open_run(run_id, continues=True)

    @Slot(int)
    def _on_settings_requested(self, run_id: int) -> None:
        record = self._record(run_id)
        if record is not None:
            self.settings_chosen.emit(record.config)

    @Slot(int, str)
    def _on_renamed(self, run_id: int, title: str) -> None:
        if run_id < 0:
            self._edit_sweep(lambda sweeps: sweeps.rename(group_id(run_id), title))
        else:
            self._edit(lambda store: store.rename(run_id, title))

    @Slot(int, str)
    def _on_note_changed(self, run_id: int, note: str) -> None:
        self._edit(lambda store: store.set_note(run_id, note))

    @Slot(int, bool)
    def _on_starred(self, run_id: int, starred: bool) -> None:
        if run_id < 0:
            self._edit_sweep(lambda sweeps: sweeps.set_star(group_id(run_id), starred))
        else:
            self._edit(lambda store: store.set_star(run_id, starred))

    @Slot(int)
    def _on_opened(self, run_id: int) -> None:
        if run_id < 0:
            self.sweep_requested.emit(group_id(run_id))
        else:
            self.opener.open_run(run_id)

    def _edit_sweep(self, change: Callable[[SweepStore], object]) -> None:
        if self._store is not None:
            with telling(self.failed):
                change(SweepStore(self._store))
            self.refresh()

    def _edit(self, change: Callable[[RunStore], RunRecord]) -> None:
        if self._store is None:
            return
        with telling(self.failed):
            record = change(self._store)
            self._panel.update_record(record)
            self.records_changed.emit([record])
        self.show_open()

    @Slot(object)
    def _on_delete_requested(self, run_ids: Sequence[int]) -> None:
        if self._store is None:
            return
        with telling(self.failed):
            store = SweepStore(self._store)
            sweeps = [store.sweep(group_id(number)) for number in run_ids if number < 0]
            whole = {sweep.id for sweep in sweeps}
            records = [self._store.record(number) for number in run_ids if number > 0]
            records = [record for record in records if record.sweep_id not in whole]
            store.delete([sweep.id for sweep in sweeps])
            self._deleted, self._deleted_sweeps = [], sweeps
            delete_runs(self._store, [record.id for record in records])
            self._deleted = records
        self.refresh()
        self._show_deleted()

    def _show_deleted(self) -> None:
        sweeps = [sweep.name for sweep in self._deleted_sweeps]
        self._panel.show_deleted(sweeps + [record.name for record in self._deleted])

    @Slot()
    def _on_undo_requested(self) -> None:
        if self._store is None:
            return
        try:
            SweepStore(self._store).restore([sweep.id for sweep in self._deleted_sweeps])
            self._deleted_sweeps = []
            said = bring_back(self._store, self._deleted)
        except StoreError as error:
            self.failed.emit(str(error))
            self._show_deleted()  # to be tried again
            return
        self._deleted = []
        self.refresh()
        if said:
            more = ["…"] if len(said) > _MOST_SAID else []
            self.failed.emit(sentences([*said[:_MOST_SAID], *more]))

    @Slot(str, object)
    def _on_imported(self, sentence: str, actions: Sequence[MessageAction]) -> None:
        self.refresh()
        self.done.emit(sentence, actions)

    @Slot(int)
    def _on_run_kept(self, run_id: int) -> None:
        self._show(run_id)
        self.show_open()
