"""Trains trials on other machines, by the workers of a Dask scheduler.

Dask knows which workers there are, hands out epochs, makes those of a worker that dies on another
one, and carries what comes of them home. Here is what a trial is, and which workers are fit for it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from lenet_desktop.data import catalogue
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.runs.carrying import pack_run, take_home
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.runs.store import FOLDER_NAME, StoreError
from lenet_desktop.settings.config import MAX_EPOCHS
from lenet_desktop.sweeps.dask_cluster import FitWorkers, checked_address, connected
from lenet_desktop.sweeps.dask_worker import (
    DataLackingError,
    Parcel,
    WorkerError,
    take_data,
    train_epoch,
)
from lenet_desktop.sweeps.executor import (
    ExecutorError,
    Report,
    TaskAdvanced,
    TaskBegun,
    TaskEnded,
    TaskLost,
    TaskRefused,
    TrialTask,
)
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line, why_not

if TYPE_CHECKING:
    from distributed import Future

log = logging.getLogger(__name__)

_GATHERING_LIMIT_S = 30.0
_ALL_GONE = _("All workers that could train it are gone.")


@dataclass(slots=True, eq=False)
class _Trial:
    """A trial under way.

    Attributes:
        known: how many of its epochs are finished.
        state: the zip that it takes to go on after these, None to begin.
        future: the epoch under way; None while an answer is waited for.
        workers: those that may make it.
    """

    task: TrialTask
    folder: RunFolder
    known: int = 0
    state: bytes | None = None
    future: Future[Parcel] | None = None
    workers: frozenset[str] = field(default_factory=frozenset)


class DaskExecutor:
    """Trains trials by the workers of a Dask scheduler.

    Args:
        address: that of the scheduler: `tcp://HOST:PORT`, or `HOST`.
        folder: that of the store; each run has its own in it.
        cache: where the data are found that a worker lacks.

    Raises:
        MissingPackageError: Dask is not installed here.
        ExecutorError: there is no such scheduler, or none of its workers is fit; the message is a
            sentence for the person.
    """

    def __init__(self, address: str, folder: Path, cache: Path) -> None:
        self._folder, self._cache = folder, cache
        self._client = connected(checked_address(address))
        self._workers = FitWorkers(self._client)
        self._trials: dict[int, _Trial] = {}
        self._told: list[Report] = []
        self._ready: SimpleQueue[tuple[int, Future[Parcel]]] = SimpleQueue()
        try:
            self._workers.look()
            self._workers.refuse_if_none_is_fit()
        except ExecutorError:
            self.close()
            raise

    @property
    def capacity(self) -> int:
        """How many trials are trained at once, by now."""
        return sum(self._workers.threads.values())

    def prepare(self, trials: int) -> None:
        """Do nothing: workers are started by others."""

    def submit(self, task: TrialTask) -> None:
        """Train a trial: from where its folder says, or from the beginning."""
        folder = RunFolder(self._folder / FOLDER_NAME / task.key)
        # Or somebody would take the run for one that was interrupted.
        if not folder.take():
            reason = _("Its run is going on in another window or terminal.")
            self._told.append(TaskEnded(task.number, RunStatus.FAILED, reason))
            return
        trial = self._trials[task.number] = _Trial(task, folder)
        known = self._take_up(trial)
        if not (known and task.asks):  # the answer to the last of them is waited for
            self._send(trial)

    def reports(self, timeout_s: float) -> Sequence[Report]:
        """Return what has happened since the last call; wait for something at most so long.

        Raises:
            ExecutorError: the scheduler cannot be reached any more.
        """
        if not self._told:
            self._look()
        try:
            number, future = self._ready.get(timeout=0.0 if self._told else timeout_s)
            while True:
                self._hear(number, future)
                number, future = self._ready.get_nowait()
        except Empty:
            told, self._told = self._told, []
            return told

    def answer(self, number: int, *, goes_on: bool) -> None:
        """Let a trial that asks go on after an epoch, or end it there as one that was stopped."""
        trial = self._trials.get(number)
        if trial is None or trial.future is not None:
            return
        if goes_on:
            self._send(trial)
        else:
            self._end(trial, RunStatus.STOPPED)

    def stop(self, number: int) -> None:
        """End a trial after its last finished epoch.

        The worker makes the epoch under way to its end, of which nothing is heard any more.
        """
        trial = self._trials.get(number)
        if trial is not None:
            self._end(trial, RunStatus.STOPPED)

    def close(self) -> None:
        """End all trials where they stand, and let go of the workers. May be called again."""
        for trial in list(self._trials.values()):
            self._end(trial, RunStatus.STOPPED)
        self._client.close()

    # The course of a trial

    def _take_up(self, trial: _Trial) -> bool:
        """Tell again what is known of a trial; return whether anything is."""
        trial.state = pack_run(trial.folder, MAX_EPOCHS)
        if trial.state is None:
            return False
        number, steps = trial.task.number, trial.folder.read_about().steps_per_epoch
        _other, checkpoint = trial.folder.newest_checkpoint(steps)
        epochs = () if checkpoint is None else checkpoint.epochs
        self._told += [TaskBegun(number), *(TaskAdvanced(number, done) for done in epochs)]
        trial.known = len(epochs)
        return bool(epochs)

    def _send(self, trial: _Trial) -> None:
        """Have the next epoch of a trial made."""
        fit = list(self._workers.threads)
        if not fit:  # to Dask, none would mean any
            self._lose(trial, _ALL_GONE)
            return
        trial.workers = frozenset(fit)
        trial.future = self._client.submit(
            train_epoch, trial.task, trial.known, trial.state, pure=False, workers=fit
        )
        self._await(trial.task.number, trial.future)

    def _await(self, number: int, future: Future[Parcel]) -> None:
        future.add_done_callback(lambda done: self._ready.put((number, done)))

    def _hear(self, number: int, future: Future[Parcel]) -> None:
        """Take in what came of an epoch, or of the attempt to make it."""
        trial = self._trials.get(number)
        if trial is None or trial.future is not future:
            return  # it was stopped meanwhile
        try:
            parcel = future.result(timeout=_GATHERING_LIMIT_S)
            self._take_in(trial, parcel)
        except DataLackingError as error:
            self._send_data(trial, error)
        except WorkerError as error:
            reason = self._workers.exclude(
                error.worker, _("it cannot be used: {reason}").format(reason=error.reason)
            )
            self._lose(trial, reason)
        except TimeoutError:  # whoever made it died a moment ago, and it is made again
            self._await(number, future)
        except StoreError as error:
            self._lose(trial, str(error))
        except OSError as error:
            reason = why_not(error)
            self._end(
                trial,
                RunStatus.INCOMPLETE,
                _("Not all of it could be kept ({reason}).").format(reason=reason),
            )
        except Exception as error:  # whatever went wrong on the worker
            self._fail(trial, error)

    def _fail(self, trial: _Trial, error: Exception) -> None:
        from distributed import CancelledError, KilledWorker

        if isinstance(error, KilledWorker):
            self._lose(trial, _("Worker after worker died while it trained."))
            return
        if isinstance(error, CancelledError):
            self._lose(trial, _("The scheduler has lost it."))
            return
        log.info("Trial %d failed", trial.task.number, exc_info=error)
        self._end(trial, RunStatus.FAILED, f"{first_line(error)}.")

    def _take_in(self, trial: _Trial, parcel: Parcel) -> None:
        number = trial.task.number
        if parcel.files is not None:
            take_home(trial.folder, parcel.files)
        if trial.state is None and parcel.files is not None:
            self._told.append(TaskBegun(number))
        if parcel.done is not None:
            self._told.append(TaskAdvanced(number, parcel.done))
            trial.known, trial.state = parcel.done.epoch, parcel.files
        trial.future = None
        if parcel.ended is not None:
            self._end(trial, parcel.ended, parcel.reason)
        elif not trial.task.asks:
            self._send(trial)

    def _lose(self, trial: _Trial, reason: str) -> None:
        self._let_go(trial)
        self._told.append(TaskLost(trial.task.number, reason))

    def _end(self, trial: _Trial, status: RunStatus, reason: str = "") -> None:
        self._let_go(trial)
        self._told.append(TaskEnded(trial.task.number, status, reason))

    def _let_go(self, trial: _Trial) -> None:
        if trial.future is not None:
            trial.future.cancel()
        trial.folder.leave()
        self._trials.pop(trial.task.number, None)

    # Workers

    def _look(self) -> None:
        """See which workers there are; give up the trials that only others could train."""
        self._workers.look()
        for trial in list(self._trials.values()):
            if trial.future is not None and not trial.workers & self._workers.threads.keys():
                self._lose(trial, _ALL_GONE)

    def _send_data(self, trial: _Trial, lacking: DataLackingError) -> None:
        """Send the data of a trial to a worker, and have the epoch made once more."""
        info = trial.task.config.data
        try:
            found = catalogue.find(info, self._cache)
        except DataError as error:
            self._let_go(trial)
            self._told.append(TaskRefused(trial.task.number, str(error)))
            return
        parts = {split: (found[split].images, found[split].labels) for split in Split}
        answer = self._client.run(
            take_data, parts, info, workers=[lacking.worker], on_error="return"
        ).get(lacking.worker, _("it is gone"))
        if answer:
            reason = first_line(answer) if isinstance(answer, BaseException) else answer
            self._workers.exclude(
                lacking.worker,
                _("{title} cannot be sent to it: {reason}").format(title=info.title, reason=reason),
            )
        self._send(trial)
