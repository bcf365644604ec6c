"""Keeps a run while it goes on: every finished epoch, and where it ended."""

from __future__ import annotations

import logging
import os
import platform
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from lenet_desktop import __version__
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.hindrance import Hindrance, Remedy
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.records import RunStatus, Surroundings, UnkeptWork
from lenet_desktop.runs.run_folder import Unwritten
from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError
from lenet_desktop.text.wording import why_not
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.checkpoint_file import save_checkpoint
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.epoch_file import KeptEpoch
from lenet_desktop.training.events import (
    CheckpointFailed,
    CheckpointRecovered,
    EpochDone,
    Event,
    LearningRateChanged,
    NetworkReady,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)

log = logging.getLogger(__name__)


class RunRecorder:
    """Passes on the events of a run, and keeps what they tell before anybody hears of it.

    A run that was stopped leaves a checkpoint of its last step; one that failed or diverged leaves
    that of its last finished epoch, because what came after cannot be trusted. What cannot be
    written is reported once, held in memory, and tried again after the next epoch and at the end. A
    run of which something is not kept even then is called incomplete.

    Args:
        store: where to keep it, None to keep it out of every list.
        run_id: the run that goes on, None for a new one.
        latest: from where it goes on.
        title: a name for a new run; empty to have it named by its number.
        file: where to write the newest checkpoint besides, None to write none.
        key: that of a new run; empty to have one made.

    Attributes:
        run_id: the run's number as soon as it is known.
        latest: the newest checkpoint, None before there is one.
    """

    def __init__(
        self,
        store: RunStore | None,
        run_id: int | None = None,
        latest: Checkpoint | None = None,
        title: str = "",
        file: Path | None = None,
        *,
        key: str = "",
    ) -> None:
        self.run_id = run_id
        self.latest = latest
        self._store = store
        self._file = file
        self._filed: Checkpoint | None = None  # what the file has
        self._file_reason: str | None = None  # why it cannot be written, None where it can
        self._title, self._key = title, key
        self._goes_on = run_id is not None
        self._started: RunStarted | None = None
        self._unkept: list[KeptEpoch] = []
        self._unwritten = Unwritten()  # those of these for which there was no room
        self._tail: list[npt.NDArray[np.float32]] = []  # since the last finished epoch, as are
        self._changes: list[LearningRateChanged] = []
        self._hindrance: Hindrance | None = None  # why something is not kept, None where all is
        self._is_newest_kept = True
        self._status = RunStatus.RUNNING
        self._lock = threading.Lock()  # for the three below
        self._paused = False
        self._has_ended = False
        self._listed: RunStatus | None = None  # what the list says, None before it has the run

    def follow(
        self, trainer: Trainer, events: Generator[Event, None, None] | None = None
    ) -> Generator[Event, None, None]:
        """Yield the events of a run. Closing this generator stops it and keeps where it stopped.

        Args:
            trainer: the run.
            events: its events, if somebody else follows them already.

        Raises:
            BusyRunError: another window or terminal works on this run.
        """
        events = trainer.events() if events is None else events
        self._status = RunStatus.FAILED  # unless something better is known at the end
        try:
            for event in events:
                before = self.reason
                self._take(event, trainer)
                yield event
                if self.reason is not None and before is None:
                    yield CheckpointFailed(self.reason)
                elif self.reason is None and before is not None:
                    yield CheckpointRecovered()
        except GeneratorExit:  # closed between two steps
            if self._status is RunStatus.FAILED:
                self._status = RunStatus.STOPPED
            raise
        finally:
            events.close()
            self._end(trainer)

    @property
    def unkept(self) -> UnkeptWork | None:
        """What is not on the disk of what the run has learned; None where all is."""
        latest = self.latest
        if self._hindrance is None or latest is None or not latest.epochs:
            return None
        newest = len(latest.epochs)
        epochs = tuple(epoch.done.epoch for epoch in self._unkept) or (newest,)
        if self._store is not None and self._store.reason is not None:  # all of them are in memory
            epochs = tuple(range(1, newest + 1))
        network = Snapshot.of(latest.config, newest, latest.network)
        return UnkeptWork(epochs, self._hindrance, None if self._is_newest_kept else network)

    @property
    def reason(self) -> str | None:
        """Why something of the run is not kept, as the system says it; None where all is."""
        return self._file_reason if self._hindrance is None else self._hindrance.reason

    def note_pause(self, paused: bool) -> None:
        """Note that the run is held, or goes on again; from any thread, at any time.

        The list says so from its beginning to its end, and never afterwards.
        """
        with self._lock:
            self._paused = paused
            self._list_pause()

    def _list_pause(self) -> None:
        """Let the list say whether the run is held, unless it does; to be called with the lock."""
        status = RunStatus.PAUSED if self._paused else RunStatus.RUNNING
        if self._has_ended or self._listed in (None, status):
            return
        if self._attempt(lambda progress, run_id: progress.set_status(run_id, status)) is None:
            self._listed = status

    def _take(self, event: Event, trainer: Trainer) -> None:
        """Keep what an event tells."""
        match event:
            case RunStarted():
                self._started = event
                self._hindrance = self._attempt(self._begin)
            case StepsDone():
                self._tail.append(event.losses)
            case LearningRateChanged():
                self._changes.append(event)
            case EpochDone():
                self._tail.clear()
                self._changes.clear()
            case PredictionsReady() | NetworkReady() if not self._is_known(event):
                self._take_epoch(event, trainer.checkpoint())
                self._keep()
            case RunDiverged():
                self._status = RunStatus.DIVERGED
            case RunFinished():
                self._status = RunStatus.FINISHED

    def _is_known(self, event: PredictionsReady | NetworkReady) -> bool:
        """Whether a run that goes on tells of what it told before."""
        return self.latest is not None and event.epoch <= len(self.latest.epochs)

    def _begin(self, progress: RunProgress, _run_id: int) -> None:
        if self._started is None:
            return
        if self._goes_on and self.run_id is not None:
            progress.go_on(self.run_id, self._started.config, self.latest)
        else:
            surroundings = surroundings_of(self._started.device)
            self.run_id = progress.begin(self._started, surroundings, self._title, self._key)
        with self._lock:
            self._listed = RunStatus.RUNNING
            self._list_pause()

    def _take_epoch(self, event: PredictionsReady | NetworkReady, checkpoint: Checkpoint) -> None:
        self.latest = checkpoint
        if event.snapshot is not None:
            done = checkpoint.epochs[-1]
            self._unkept.append(
                KeptEpoch(
                    checkpoint.config,
                    done,
                    checkpoint.losses_of(done.epoch),
                    checkpoint.changes,
                    event.predictions if isinstance(event, PredictionsReady) else None,
                    event.snapshot,
                )
            )

    def _keep(self, status: RunStatus | None = None) -> None:
        """Keep where the run stands, and what could not be kept before.

        Args:
            status: how it ended; None while it goes on, when the list is left to the pauses.
        """
        self._write_file()
        checkpoint, store = self.latest, self._store
        if checkpoint is None or store is None:
            return

        def keep(progress: RunProgress, run_id: int) -> None:
            self._unwritten = progress.keep(run_id, checkpoint, self._unkept, status)
            self._unkept = list(self._unwritten.epochs)

        problem = self._attempt(self._begin) if self.run_id is None else None
        if problem is None:
            problem = self._attempt(keep)
        self._is_newest_kept = problem is None and store.reason is None
        if problem is None and status is None:
            with self._lock:
                self._list_pause()  # what could not be listed before
        in_memory = None if store.reason is None else Hindrance(store.reason, Remedy.NONE)
        self._hindrance = problem or in_memory or self._unwritten.hindrance

    def _write_file(self) -> None:
        """Write the newest checkpoint where somebody wants to have it besides, unless it is there.

        It is read without the folder of the run, so it holds all that the run has reported.
        """
        if self._file is None or self.latest is None or self.latest is self._filed:
            return
        try:
            save_checkpoint(self.latest, self._file)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._file, error)
            self._file_reason = why_not(error)
        else:
            self._filed, self._file_reason = self.latest, None

    def _end(self, trainer: Trainer) -> None:
        with self._lock:
            self._has_ended = True
        status = self._status
        if status is RunStatus.STOPPED:
            status = self._take_stop(trainer.checkpoint())
        if status is RunStatus.STOPPED or self._unkept or not self._is_newest_kept:
            self._keep(status)
        self._write_file()
        if self._store is None or self.run_id is None:
            return
        if self._store.reason is None and self._hindrance is not None and not status.ended_badly:
            status = RunStatus.INCOMPLETE
        tail = None
        if status.ended_badly and self._tail:
            tail = np.concatenate(self._tail)
        changes = self._all_changes() if status.ended_badly else None
        self._attempt(lambda progress, run_id: progress.set_status(run_id, status, tail, changes))

    def _all_changes(self) -> list[LearningRateChanged]:
        """Return every learning rate that was set, also since the newest checkpoint."""
        known = [] if self.latest is None else list(self.latest.changes)
        return known + [change for change in self._changes if change not in known]

    def _take_stop(self, checkpoint: Checkpoint) -> RunStatus:
        """Take down where a run was stopped; return how it ended: nothing may have been left."""
        last = checkpoint.last_network()
        if last is not None and not self._is_known(last):  # stopped before they were told
            self._take_epoch(last, checkpoint)
        self.latest = checkpoint
        return RunStatus.FINISHED if checkpoint.is_finished else RunStatus.STOPPED

    def _attempt(self, action: Callable[[RunProgress, int], None]) -> Hindrance | None:
        """Do something with the run; return why it cannot be done, None if it is."""
        if self._store is None:
            return None
        try:
            action(RunProgress(self._store), self.run_id or 0)
        except BusyRunError:
            self.run_id = None  # it is not ours to say how it ends
            raise
        except (OSError, StoreError) as error:
            log.info("The run cannot be kept", exc_info=True)  # it is told in a sentence
            return Hindrance.of(error)
        return None


def surroundings_of(device: Device) -> Surroundings:
    """Return where a run on a device is computed, and by what."""
    return Surroundings(
        device=device.id,
        device_name=device.name,
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        torch=str(torch.__version__),
        program=__version__,
    )
