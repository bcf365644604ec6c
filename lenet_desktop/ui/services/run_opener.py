"""Brings back a kept run, says what a person should know of it, and follows what becomes of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.records import OpenedRun, RunNews, RunRecord, RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.requests import Job, JobRunner
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import whole
from lenet_desktop.training.events import EpochDone
from lenet_desktop.ui.kit.message_bar import MessageAction
from lenet_desktop.ui.services.data_switch import DataSwitch


class RunOpener(QObject):
    """Reads one run at a time, on a thread, for the session to open."""

    noticed = Signal(str)  # a sentence about the run, or about something that was worked around
    advised = Signal(str, object)  # a sentence, and the MessageActions that do what it advises
    blocked = Signal(str)  # a sentence: a run goes on, and has to be stopped first
    failed = Signal(str)  # a sentence about what went wrong
    withdrawn = Signal(str)  # a sentence of `noticed` that does not hold any more
    asked = Signal()  # somebody wants to see a run, which is being read now
    continue_requested = Signal()  # go on with the run that is open

    def __init__(self, session: TrainingSession, data: DataSwitch, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._data = data
        self._jobs = JobRunner(self)
        self._store: RunStore | None = None
        self._job: Job | None = None  # reads the run that is to be shown next
        self._waiting_id: int | None = None  # the run to read as soon as the libraries are there
        self._continue_id: int | None = None  # the run to go on with as soon as it is open
        self._followed: RunRecord | None = None  # the run that was opened, as it was then
        self._notice: str | None = None  # what was said of its files
        self._standing = ""  # what was said of it: that it goes on elsewhere, or was interrupted
        self._is_asked_for = True
        self._known: Sequence[EpochDone] | None = None  # while the run shown is opened anew
        session.run_kept.connect(self._on_run_kept)
        session.state_changed.connect(self._on_state_changed)

    def use_store(self, store: RunStore) -> None:
        """Open the runs of a store."""
        self._store = store

    @Slot(int)
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
            self.blocked.emit(_("A run is going on. Stop it before you open another one."))
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
        """Whether a run is to be shown as soon as it is read, or its data are loaded."""
        return self._job is not None or self._waiting_id is not None or self._data.is_busy

    @property
    def goes_on_elsewhere(self) -> bool:
        """Whether another window or terminal works on the run that is open."""
        return self._followed is not None and self._followed.status.is_active

    @property
    def is_asked_for(self) -> bool:
        """Whether a person wants to see the run that is just being opened, and not see it anew."""
        return self._is_asked_for and not self.opens_anew

    @property
    def opens_anew(self) -> bool:
        """Whether the run that is just being opened is the one that was shown before."""
        return self._known is not None

    def further_predictions(
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
        return opened.predictions[bisect_right(opened.epochs, newest) :]

    def show_opened(self, opened: OpenedRun) -> None:
        """Say what a person should know about the run that was just opened, and only once."""
        record, notice = opened.record, opened.notice
        before = self._followed if self.opens_anew else None
        if notice is not None and (before is None or notice != self._notice):
            self.noticed.emit(notice)
        self._followed, self._notice = record, notice
        was = None if before is None else before.status
        if record.status is was or (record.status.is_active and was is not None and was.is_active):
            return
        self.withdrawn.emit(self._standing)
        if record.status.is_active:
            self._standing = _going_on(record)
            self.noticed.emit(self._standing)
        elif record.status is RunStatus.INTERRUPTED and opened.checkpoint is not None:
            self._standing = _interrupted(opened)
            go_on = MessageAction(_("Continue"), self.continue_requested.emit)
            self.advised.emit(self._standing, [go_on])

    def follow(self, record: RunRecord) -> None:
        """Show what another window or terminal has learned since in the run that is open.

        Args:
            record: how that run stands by now.
        """
        if self._store is None or self._session.state.is_active:
            return
        # What a person waits for comes first.
        if self.is_opening or not self._has_news(record):
            return
        epochs, before = self._session.history.epochs, self._followed
        if epochs and before is not None and before.status.is_active and record.status.is_active:
            self._read_news(self._store, record.id, epochs[-1])
        else:
            self._read(self._store, record.id)

    def _has_news(self, record: RunRecord) -> bool:
        """Return whether more is kept of the open run than the window shows."""
        if self._followed is None:  # it was made here, and perhaps could not be kept to its end
            return record.epochs_done > len(self._session.history.epochs)
        return _progress(record) != _progress(self._followed)

    @Slot()
    def shutdown(self) -> None:
        """Wait for what is being read. May be called again and again."""
        self._jobs.shutdown()

    def _read(self, store: RunStore, run_id: int) -> None:
        self._job = self._jobs.start(
            lambda: _opened(store, run_id),
            _("The run could not be opened"),
            self._on_brought_back,
            self._on_not_brought_back,
        )

    def _read_news(self, store: RunStore, run_id: int, known: EpochDone) -> None:
        changes = len(self._session.history.changes)
        self._job = self._jobs.start(
            lambda: _news(store, run_id, known, changes),
            _("The run could not be followed"),
            self._on_news,
            self._on_not_brought_back,
        )

    @Slot(object)
    def _on_news(self, news: RunNews | None) -> None:
        """Show the epochs since, or all of a run that did not just go on."""
        if self.sender() is not self._job:
            return  # something else is wanted by now
        self._job, followed = None, self._followed
        if news is not None and self._session.take_news(news):
            self._followed = news.record
        elif news is None and followed is not None and self._store is not None:
            self._read(self._store, followed.id)

    @Slot(object)
    def _on_brought_back(self, opened: OpenedRun) -> None:
        if self.sender() is not self._job:
            return  # something else is wanted by now
        continues = opened.record.id == self._continue_id
        self.give_up()
        if opened.record.id == self._session.run_id:
            self._known = tuple(self._session.history.epochs)
            self._open(opened, continues)
            self._known = None
        else:
            self.show(opened, continues=continues)

    def show(
        self, opened: OpenedRun, *, continues: bool = False, is_asked_for: bool = True
    ) -> None:
        """Show a run once what it learned from is there, or as far as that can be done without.

        Args:
            opened: the run.
            continues: whether it is to be gone on with then.
            is_asked_for: whether a person wants to see it; what was said before is over then.
        """

        def open_it(problem: str) -> None:
            self._is_asked_for = is_asked_for
            self._open(opened, continues, problem)
            self._is_asked_for = True

        self._data.bring(opened.record.config.data, open_it)

    def _open(self, opened: OpenedRun, continues: bool, problem: str = "") -> None:
        is_open = self._session.open(opened)
        if is_open and problem:
            self.noticed.emit(problem)
        elif is_open and continues:
            self.continue_requested.emit()
            if opened.notice is not None:  # which a run that begins wipes away
                self.noticed.emit(opened.notice)

    @Slot(str)
    def _on_not_brought_back(self, sentence: str) -> None:
        if self.sender() is self._job:
            self.give_up()
            self.failed.emit(sentence)

    @Slot(int)
    def _on_run_kept(self, _run_id: int) -> None:
        self._followed = None  # it goes on here

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if self._store is not None and self._waiting_id is not None and state.can_start:
            self._read(self._store, self._waiting_id)
            self._waiting_id = None
        if self._followed is not None and self._followed.id != self._session.run_id:
            self._followed = None  # another one is shown, or none


def _opened(store: RunStore, run_id: int) -> OpenedRun:
    from lenet_desktop.runs.reading import read_run

    return read_run(store, run_id)


def _news(store: RunStore, run_id: int, known: EpochDone, changes: int) -> RunNews | None:
    from lenet_desktop.runs.reading import read_news

    return read_news(store, run_id, known, changes)


def _progress(record: RunRecord) -> tuple[RunStatus, int]:
    return record.status, record.epochs_done


def _going_on(record: RunRecord) -> str:
    return _(
        "{name} is going on in another window or terminal. It is followed here, epoch by epoch."
    ).format(name=record.quoted_name)


def _interrupted(opened: OpenedRun) -> str:
    record = opened.record
    if record.epochs_done == 0:
        return _("{name} was interrupted in its first epoch. Continue goes on from there.").format(
            name=record.quoted_name
        )
    return _(
        "{name} was interrupted after epoch {epochs_done} of {epochs}. Nothing up to "
        "there is lost: Continue goes on from there."
    ).format(
        name=record.quoted_name,
        epochs_done=whole(record.epochs_done),
        epochs=whole(record.config.epochs),
    )
