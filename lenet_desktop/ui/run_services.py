"""Keeps the list of runs in line with the store, and does what is asked of a run in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from lenet_desktop.core.events import EpochDone
from lenet_desktop.core.predictions import PredictionSet
from lenet_desktop.runs.records import OpenedRun, RunRecord, RunStatus
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.session.jobs import Job, JobRunner
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.ui.run_exporter import RunExporter
from lenet_desktop.ui.runs_panel.run_actions import ExportKind
from lenet_desktop.ui.runs_panel.run_texts import one_line
from lenet_desktop.ui.runs_panel.runs_panel import RunsPanel
from lenet_desktop.ui.saving import SaveFolder

log = logging.getLogger(__name__)

LONGEST_NAME = 60
LOOK_INTERVAL_MS = 2_000
"""How often a list that is in sight asks what other windows and terminals have done."""


class RunServices(QObject):
    """Opens, names, deletes and brings back kept runs; files are read on a thread."""

    noticed = Signal(str)  # a sentence about something that was worked around
    failed = Signal(str)  # a sentence about what went wrong
    withdrawn = Signal(str)  # a sentence of `noticed` that does not hold any more
    saved = Signal(str)  # a sentence about what was saved, copied or imported
    asked = Signal()  # somebody wants to see a run, which is being read now
    records_changed = Signal(object)  # RunRecords as they are by now, also those that are the same
    settings_chosen = Signal(object)  # TrainingConfig, for the form
    continue_requested = Signal()  # go on with the run that is open
    open_named = Signal(str)  # what the open run is called, "" without one

    def __init__(
        self, panel: RunsPanel, session: TrainingSession, parent: QWidget, folder: SaveFolder
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._session = session
        self._jobs = JobRunner(self)
        self.exporter = RunExporter(parent, folder)
        self._store: RunStore | None = None
        self._job: Job | None = None  # reads the run that is to be shown next
        self._waiting_id: int | None = None  # the run to read as soon as the libraries are there
        self._continue_id: int | None = None  # the run to go on with as soon as it is open
        self._deleted: list[int] = []
        self._seen = 0
        self._followed: RunRecord | None = None  # the run that was opened, as it was then
        self._notice: str | None = None  # what was said of its files
        self._going_on = ""  # what was said of it while it goes on elsewhere
        self._known: Sequence[EpochDone] | None = None  # while the run shown is opened anew
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
        panel.export_requested.connect(self._on_export_requested)
        panel.import_requested.connect(self._on_import_requested)
        panel.code_requested.connect(self._on_code_requested)
        self.exporter.imported.connect(self._on_imported)
        self.exporter.failed.connect(self.failed)
        self.exporter.saved.connect(self.saved)
        session.run_kept.connect(self._on_run_kept)
        session.state_changed.connect(self._on_state_changed)

    @property
    def store(self) -> RunStore | None:
        """Where runs are kept, None while it is being opened."""
        return self._store

    def use_store(self, store: RunStore) -> None:
        """List the runs of a store."""
        self._store = store
        self.refresh()
        self._timer.start()

    @Slot()
    def refresh(self) -> None:
        """Read the list anew; other windows and terminals may have added to it."""
        if self._store is None:
            return
        try:
            version = self._store.data_version()  # before the list, or a change could be missed
            records = self._store.records()
        except StoreError as error:
            self.failed.emit(str(error))
        else:
            self._seen = version
            self._panel.set_records(records)
            self.records_changed.emit(records)
        self._show_open()

    def open_run(self, run_id: int, *, continues: bool = False) -> None:
        """Bring back a run and show it; one that is open already, as it is kept by now.

        Of several wishes, the last one counts.

        Args:
            run_id: the run.
            continues: whether it is to be gone on with then.
        """
        self.give_up()
        if self._store is None:
            return
        if self._session.state.is_active:
            self.noticed.emit("A run is going on. Stop it before you open another one.")
            return
        self._continue_id = run_id if continues else None
        if self._session.state is RunState.LOADING:
            self._waiting_id = run_id
        else:
            self._read(self._store, run_id)
        self.asked.emit()

    @Slot()
    def give_up(self) -> None:
        """Show no run that is still being read, because something else is wanted by now."""
        self._job = self._waiting_id = self._continue_id = None

    @property
    def is_opening(self) -> bool:
        """Whether a run is to be shown as soon as it is read."""
        return self._job is not None or self._waiting_id is not None

    @property
    def goes_on_elsewhere(self) -> bool:
        """Whether another window or terminal works on the run that is open."""
        return self._followed is not None and self._followed.status.is_active

    @property
    def opens_anew(self) -> bool:
        """Whether the run that is just being opened is the one that was shown before."""
        return self._known is not None

    def further_answers(
        self, opened: OpenedRun, newest: int | None
    ) -> Sequence[PredictionSet] | None:
        """Return what a run that is opened anew has answered since; None where all of it is new.

        Args:
            opened: the run.
            newest: the last epoch that is shown of it.
        """
        known = self._known
        if not known or newest is None or newest > known[-1].epoch:
            return None
        epochs = [event for event in opened.events if isinstance(event, EpochDone)]
        if epochs[: len(known)] != list(known):
            return None  # it went on anew from an earlier epoch
        return [answers for answers in opened.predictions if answers.epoch > newest]

    def look_often(self, interval_ms: int) -> None:
        """Ask so often what other windows and terminals have done."""
        self._timer.setInterval(interval_ms)

    @Slot()
    def shutdown(self) -> None:
        """Wait for what is being read. May be called again and again."""
        self._timer.stop()
        self._jobs.shutdown()
        self.exporter.shutdown()

    def _read(self, store: RunStore, run_id: int) -> None:
        self._job = self._jobs.start(lambda: _opened(store, run_id))
        self._job.done.connect(self._on_brought_back)
        self._job.failed.connect(self._on_not_brought_back)

    def _show_open(self) -> None:
        """Mark the run that is open, and say what it is called."""
        run_id = self._session.run_id
        self._panel.show_open(run_id)
        record = None if run_id is None else self._record(run_id)
        self.open_named.emit("" if record is None else one_line(record.name, LONGEST_NAME))

    def _record(self, run_id: int) -> RunRecord | None:
        try:
            return None if self._store is None else self._store.record(run_id)
        except StoreError as error:
            self.failed.emit(str(error))
            return None

    def _show(self, run_id: int) -> None:
        record = self._record(run_id)
        if record is not None:
            self._panel.update_record(record)

    @Slot()
    def _on_look_due(self) -> None:
        """Read the list anew if somebody else has changed it, or may have died in a run."""
        follows = self._followed is not None and self._followed.status.is_active
        if self._store is None or not (follows or self._panel.isVisible()):
            return
        own = self._session.run_id if self._session.state.is_active else None
        records = self._panel.model.records
        others = any(record.status.is_active and record.id != own for record in records)
        try:
            if others or self._store.data_version() != self._seen:
                self.refresh()
                self._follow()
        except StoreError:
            log.info("The list of runs cannot be read just now", exc_info=True)

    def _follow(self) -> None:
        """Show what another window or terminal has learned since in the run that is open."""
        run_id = self._session.run_id
        if self._store is None or run_id is None or self._session.state.is_active:
            return
        row = self._panel.model.row_of(run_id)
        if row is None or self.is_opening:  # what a person waits for comes first
            return
        if self._has_news(self._panel.model.record_at(row)):
            self._read(self._store, run_id)

    def _has_news(self, record: RunRecord) -> bool:
        """Return whether more is kept of the open run than the window shows."""
        if self._followed is None:  # it was made here, and perhaps could not be kept to its end
            return record.epochs_done > len(self._session.history.epochs)
        return _progress(record) != _progress(self._followed)

    @Slot(int)
    def _on_opened(self, run_id: int) -> None:
        self.open_run(run_id)

    @Slot(int)
    def _on_continue_requested(self, run_id: int) -> None:
        if run_id == self._session.run_id and self._session.checkpoint is not None:
            self.continue_requested.emit()
            return
        self.open_run(run_id, continues=True)

    @Slot(object)
    def _on_brought_back(self, opened: OpenedRun) -> None:
        if self.sender() is not self._job:
            return  # something else is wanted by now
        run_id = opened.record.id
        continues = run_id == self._continue_id
        self.give_up()
        is_shown = run_id == self._session.run_id
        self._known = tuple(self._session.history.epochs) if is_shown else None
        is_open = self._session.open(opened)
        self._known = None
        if is_open and continues:
            self.continue_requested.emit()
            if opened.notice is not None:  # which a run that begins wipes away
                self.noticed.emit(opened.notice)

    @Slot(str)
    def _on_not_brought_back(self, sentence: str) -> None:
        if self.sender() is self._job:
            self.give_up()
            self.failed.emit(sentence)

    def show_opened(self, opened: OpenedRun) -> None:
        """Say what a person should know about the run that was just opened, and only once."""
        self._show_open()
        record, notice = opened.record, opened.notice
        before = self._followed if self.opens_anew else None
        if notice is not None and (before is None or notice != self._notice):
            self.noticed.emit(notice)
        self._followed, self._notice = record, notice
        was_active = before is not None and before.status.is_active
        if record.status.is_active and not was_active:
            self._going_on = _going_on(record)
            self.noticed.emit(self._going_on)
        elif was_active and not record.status.is_active:
            self.withdrawn.emit(self._going_on)
        is_news = before is None or before.status is not RunStatus.INTERRUPTED
        if record.status is RunStatus.INTERRUPTED and opened.checkpoint is not None and is_news:
            self.noticed.emit(_interrupted(opened))

    @Slot(int)
    def _on_settings_requested(self, run_id: int) -> None:
        record = self._record(run_id)
        if record is not None:
            self.settings_chosen.emit(record.config)

    @Slot(int, str)
    def _on_renamed(self, run_id: int, title: str) -> None:
        self._edit(lambda store: store.rename(run_id, title))

    @Slot(int, str)
    def _on_note_changed(self, run_id: int, note: str) -> None:
        self._edit(lambda store: store.set_note(run_id, note))

    @Slot(int, bool)
    def _on_starred(self, run_id: int, starred: bool) -> None:
        self._edit(lambda store: store.set_star(run_id, starred))

    def _edit(self, change: Callable[[RunStore], RunRecord]) -> None:
        if self._store is None:
            return
        try:
            record = change(self._store)
        except StoreError as error:
            self.failed.emit(str(error))
        else:
            self._panel.update_record(record)
            self.records_changed.emit([record])
        self._show_open()

    @Slot(object)
    def _on_delete_requested(self, run_ids: Sequence[int]) -> None:
        if self._store is None:
            return
        try:
            names = [self._store.record(run_id).name for run_id in run_ids]
            self._store.delete(run_ids)
        except StoreError as error:
            self.failed.emit(str(error))
            return
        self._deleted = list(run_ids)
        self.refresh()
        self._panel.show_deleted(names)

    @Slot()
    def _on_undo_requested(self) -> None:
        if self._store is None:
            return
        try:
            self._store.restore(self._deleted)
        except StoreError as error:
            self.failed.emit(str(error))
        self._deleted = []
        self.refresh()

    @Slot(int, object)
    def _on_export_requested(self, run_id: int, kind: ExportKind) -> None:
        if self._store is not None:
            self.exporter.export(self._store, run_id, kind)

    @Slot()
    def _on_import_requested(self) -> None:
        if self._store is not None:
            self.exporter.ask_for_import(self._store)

    @Slot(int)
    def _on_code_requested(self, run_id: int) -> None:
        record = self._record(run_id)
        if record is not None:
            self.exporter.copy_code(record)

    @Slot(object)
    def _on_imported(self, record: RunRecord) -> None:
        self.refresh()
        self.saved.emit(f"{record.quoted_name} is in the list now.")

    @Slot(int)
    def _on_run_kept(self, run_id: int) -> None:
        self._followed = None  # it goes on here
        self._show(run_id)
        self._show_open()

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if self._store is not None and self._waiting_id is not None and state.can_start:
            self._read(self._store, self._waiting_id)
            self._waiting_id = None
        if self._followed is not None and self._followed.id != self._session.run_id:
            self._followed = None  # another one is shown, or none
        self._show_open()


def _opened(store: RunStore, run_id: int) -> OpenedRun:
    from lenet_desktop.runs.opening import open_run

    return open_run(store, run_id)


def _progress(record: RunRecord) -> tuple[RunStatus, int]:
    return record.status, record.epochs_done


def _going_on(record: RunRecord) -> str:
    return (
        f"{record.quoted_name} is going on in another window or terminal. It is followed here, "
        "epoch by epoch."
    )


def _interrupted(opened: OpenedRun) -> str:
    record = opened.record
    if record.epochs_done == 0:
        return (
            f"{record.quoted_name} was interrupted in its first epoch. Continue goes on from there."
        )
    return (
        f"{record.quoted_name} was interrupted after epoch {record.epochs_done} of "
        f"{record.config.epochs}. Nothing up to there is lost: Continue goes on from there."
    )
