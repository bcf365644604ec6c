"""One run at a time: start, pause, resume, stop, continue, shut down."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.analysis.history import History
from lenet_desktop.runs.records import OpenedRun, RunNews, RunStatus
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.worker import EventStream, Worker, describe_failed_run
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.events import (
    CheckpointFailed,
    Event,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
)

if TYPE_CHECKING:
    from lenet_desktop.runs.train_run import RunInProgress
    from lenet_desktop.training.checkpoint import Checkpoint

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """The run that a person asked for.

    Attributes:
        config: its recipe.
        checkpoint: where it goes on from, None for a new run.
        run_id: the kept run that goes on, None for a new run.
    """

    config: TrainingConfig
    checkpoint: Checkpoint | None = None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class _OpenRun:
    """The run that is open, to be put back where going on with it fails."""

    state: RunState
    history: History
    opened: OpenedRun | None
    run: RunInProgress | None


StreamFactory = Callable[[RunRequest], EventStream]
_Begin = Callable[[RunRequest], tuple[EventStream, "RunInProgress | None"]]

_STATES = {
    RunStatus.FINISHED: RunState.FINISHED,
    RunStatus.FAILED: RunState.FAILED,
    RunStatus.DIVERGED: RunState.DIVERGED,
}
"""How a kept run ended; any other one was stopped, whoever did that."""


class TrainingSession(QObject):
    """Owns the training thread and the state of the run that is open.

    Events arrive on the thread that the session lives on, in the order in which they happened;
    the session folds each into `history` before it passes it on.
    """

    state_changed = Signal(object)  # RunState
    event_received = Signal(object)  # Event
    failed = Signal(str)  # a sentence for the person
    run_opened = Signal(object)  # OpenedRun
    left_unkept = Signal(object)  # UnkeptWork of a run that has ended, None where all is kept
    run_kept = Signal(int)  # the number of a run of which more is kept now

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = History()
        self._state = RunState.LOADING
        self._begin: _Begin | None = None
        self._worker: Worker | None = None
        self._outcome = RunState.STOPPED
        self._opened: OpenedRun | None = None
        self._run: RunInProgress | None = None
        self._before: _OpenRun | None = None  # while it is gone on with, up to RunStarted

    @property
    def run_id(self) -> int | None:
        """The number under which the open run is kept, None before it has one."""
        if self._run is not None:
            return self._run.recorder.run_id
        return None if self._opened is None else self._opened.record.id

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Where the run can be gone on from, None while it goes on or when it left nothing."""
        if not self._state.can_continue:
            return None
        if self._run is not None:
            return self._run.recorder.latest
        return None if self._opened is None else self._opened.checkpoint

    @property
    def state(self) -> RunState:
        """Where the run stands."""
        return self._state

    def make_ready(self, make_stream: StreamFactory) -> None:
        """Allow runs: `make_stream` gives the events of the run that is requested.

        It is called on the training thread, as is every step of the stream that it returns.
        """

        def events(request: RunRequest) -> EventStream:
            yield from make_stream(request)

        self._allow(lambda request: (events(request), None))

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Allow runs of the engine on these data and devices, and keep them in their store."""
        from lenet_desktop.runs.train_run import train_run

        def begin(request: RunRequest) -> tuple[EventStream, RunInProgress]:
            run = train_run(
                request.config,
                resources.data,
                resources.store,
                resources.devices,
                checkpoint=request.checkpoint,
                run_id=request.run_id,
            )
            return run.events, run

        self._allow(begin)

    def _allow(self, begin: _Begin) -> None:
        self._begin = begin
        if self._state is RunState.LOADING:
            self._set_state(RunState.READY)

    @Slot(object)
    def open(self, opened: OpenedRun) -> bool:
        """Show a kept run, to be gone on with; return False, and do nothing, while one goes on."""
        if not self._state.can_start:
            return False
        self.history = History()
        for event in opened.events:
            self.history.add(event)
        self._opened, self._run = opened, None
        self._state = _STATES.get(opened.record.status, RunState.STOPPED)
        self.run_opened.emit(opened)
        self._set_state(self._state)
        return True

    def take_news(self, news: RunNews) -> bool:
        """Show what the open run has come to elsewhere; return False if another one is open."""
        opened = self._opened
        if opened is None or opened.record.id != news.record.id or not self._state.can_start:
            return False
        self._opened = replace(opened, record=news.record)
        for event in news.events:
            self.history.add(event)
            self.event_received.emit(event)
        return True

    def leave(self) -> bool:
        """Show no run any more; return False, and do nothing, while one goes on."""
        if not self._state.can_start:
            return False
        self.history = History()
        self._opened, self._run = None, None
        self._set_state(RunState.READY)
        return True

    def start(self, config: TrainingConfig) -> bool:
        """Start a new run; return False, and do nothing, where none can be started."""
        return self._start(RunRequest(config))

    def go_on(self, more_epochs: int, device: str | None = None) -> Checkpoint | None:
        """Go on with the last run exactly where it stands.

        Args:
            more_epochs: how many epochs a finished run gets beyond its plan; a run that did not
                reach its end, or was stopped early, goes on to that.
            device: where to compute from now on; where it did up to now by default.

        Returns:
            What is gone on with, None where nothing was done, as there is nothing to go on with.
        """
        checkpoint = self.checkpoint
        if checkpoint is None:
            return None
        if checkpoint.is_stopped_early:
            checkpoint = checkpoint.waiting()
        elif checkpoint.is_finished:
            try:
                checkpoint = checkpoint.extended(more_epochs)
            except CheckpointError as error:
                self.failed.emit(str(error))
                return None
        if device is not None:
            checkpoint = checkpoint.moved_to(device)
        is_begun = self._start(RunRequest(checkpoint.config, checkpoint, self.run_id))
        return checkpoint if is_begun else None

    def change_learning_rate(self, learning_rate: float) -> None:
        """Give the run that goes on another learning rate, from its next step on.

        Raises:
            ConfigError: no run can be made with it.
        """
        if self._run is not None and self._state.is_active:
            self._run.learning_rate.change(learning_rate)

    def _start(self, request: RunRequest) -> bool:
        if self._begin is None or not self._state.can_start:
            return False
        self._before = None
        if request.checkpoint is not None:
            self._before = _OpenRun(self._state, self.history, self._opened, self._run)
        self.history = History()
        self._opened = None
        # What keeps it is there before the thread is, so that no pause comes too early.
        stream, self._run = self._begin(request)
        self._outcome = RunState.STOPPED
        reports = _reports(stream, request.checkpoint)
        self._worker = Worker(lambda: reports, self, describe_failed_run, must_end=True)
        self._worker.reported.connect(self._on_reported)
        self._worker.failed.connect(self._on_failed)
        self._worker.finished.connect(self._on_finished)
        self._set_state(RunState.RUNNING)
        self._worker.start()
        return True

    @Slot()
    def pause(self) -> None:
        """Hold the run between two steps."""
        if self._worker is not None and self._state is RunState.RUNNING:
            self._worker.hold()
            self._note_pause(paused=True)
            self._set_state(RunState.PAUSED)

    @Slot()
    def resume(self) -> None:
        """Let a paused run go on."""
        if self._worker is not None and self._state is RunState.PAUSED:
            self._worker.release()
            self._note_pause(paused=False)
            self._set_state(RunState.RUNNING)

    @Slot()
    def stop(self) -> None:
        """End the run after its current step; what was reported stays."""
        if self._worker is not None and self._state.can_stop:
            self._worker.interrupt()
            self._set_state(RunState.STOPPING)

    @Slot()
    def interrupt(self) -> None:
        """Have any run end after its current step, without a word to anybody."""
        if self._worker is not None:
            self._worker.interrupt()

    def shutdown(self) -> None:
        """End any run and wait until its thread is gone. May be called again and again."""
        self.interrupt()
        if self._worker is not None:
            self._worker.wait()

    def _note_pause(self, *, paused: bool) -> None:
        if self._run is not None:
            self._run.recorder.note_pause(paused)
            self._emit_kept()

    def _emit_kept(self) -> None:
        if self.run_id is not None:
            self.run_kept.emit(self.run_id)

    def _set_state(self, state: RunState) -> None:
        log.info("The run is %s", state.name.lower())
        self._state = state
        self.state_changed.emit(state)

    @Slot(object)
    def _on_reported(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self._on_event_received(event)

    def _on_event_received(self, event: Event) -> None:
        self.history.add(event)
        if isinstance(event, RunStarted):
            self._before = None
        elif isinstance(event, RunFinished):
            self._outcome = RunState.FINISHED
        elif isinstance(event, RunDiverged):
            self._outcome = RunState.DIVERGED
        self.event_received.emit(event)
        if isinstance(event, RunStarted | PredictionsReady):
            self._emit_kept()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._outcome = RunState.FAILED
        self.failed.emit(sentence)

    @Slot()
    def _on_finished(self) -> None:
        # Only now have all of the thread's events been delivered: wait() returns before that.
        if self._worker is not None:
            self._worker.retire()
            self._worker = None
        if self._before is not None and self._outcome is RunState.FAILED:
            self._put_back(self._before)
            return
        if self._outcome is RunState.STOPPED and self._is_complete:
            self._outcome = RunState.FINISHED
        self._set_state(self._outcome)
        self._emit_kept()
        if self._run is not None:
            self.left_unkept.emit(self._run.recorder.unkept)

    @property
    def _is_complete(self) -> bool:
        """Whether a run that was stopped had all its epochs behind it."""
        latest = None if self._run is None else self._run.recorder.latest
        return latest is not None and latest.is_finished

    def _put_back(self, before: _OpenRun) -> None:
        """Show the run again that could not be gone on with; nothing has happened to it."""
        self._before = None
        self.history, self._opened, self._run = before.history, before.opened, before.run
        if self.history.started is not None:  # told again, for whoever shows the history
            self.event_received.emit(replace(self.history.started, resumed=True))
        self._set_state(before.state)


def _reports(
    events: EventStream, checkpoint: Checkpoint | None
) -> Generator[tuple[Event, ...], None, None]:
    """Yield what a run reports. What it tells again comes with its start, in one piece.

    Whoever stops or holds a run that is just being gone on with then still knows all of its past.
    """
    left = 0 if checkpoint is None else sum(1 for _ in checkpoint.past())
    start: list[Event] = []
    with contextlib.closing(events):
        for event in events:
            start.append(event)
            left -= not isinstance(event, RunStarted | CheckpointFailed)
            if left <= 0:
                yield tuple(start)
                start.clear()
