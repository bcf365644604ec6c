"""One sweep at a time, on a thread of its own: go on, pause, stop, and single trials."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.session.worker import Worker, describing
from lenet_desktop.sweeps.events import SweepEvent, TrialChanged, WorkerLost
from lenet_desktop.sweeps.records import SweepState, TrialRecord, TrialState
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.text.language import _

if TYPE_CHECKING:
    from lenet_desktop.sweeps.control import SweepControl
    from lenet_desktop.sweeps.executor import Executor

MakeExecutor = Callable[[str], "Executor"]
"""Returns what trains trials, given the address of a scheduler, or nothing for this machine."""
Prolonging = tuple[int, int]
"""The number of a trial, and how many epochs it gets beyond its plan; 0 to come to its end."""


class SweepSession(QObject):
    """Owns the thread of the sweep that goes on, and the processes that train its trials.

    Attributes:
        sweep_id: the sweep that goes on, None without one.
        prolonging: the trial for which alone it goes on, None where all that is left does.
    """

    state_changed = Signal()
    """Another sweep goes on, or none does, or it was asked to end."""
    event_received = Signal(object)  # SweepEvent
    failed = Signal(str)  # a sentence for the person
    noticed = Signal(str)  # a sentence about a worker that was lost

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sweep_id: int | None = None
        self.prolonging: Prolonging | None = None
        self._sweeps: SweepStore | None = None
        self._make_executor: MakeExecutor | None = None
        self._control: SweepControl | None = None
        self._worker: Worker | None = None
        self._begun_at = 0.0
        self._epochs_here = 0

    def use(self, sweeps: SweepStore, make_executor: MakeExecutor) -> None:
        """Take in where sweeps are kept, and what trains the trials of those that begin next."""
        self._sweeps, self._make_executor = sweeps, make_executor

    @property
    def seconds_per_epoch(self) -> float | None:
        """How long an epoch takes, all workers together; None before any has finished."""
        if not self._epochs_here:
            return None
        return (time.monotonic() - self._begun_at) / self._epochs_here

    @property
    def ending(self) -> SweepState | None:
        """As what the sweep ends after the steps under way; None where nobody has asked for it."""
        is_asked = self._worker is not None and self._worker.isInterruptionRequested()
        return self._control.ending if self._control is not None and is_asked else None

    def go_on(self, sweep_id: int, prolonging: Prolonging | None = None) -> bool:
        """Begin a sweep, or go on with it; return whether that could be done.

        Args:
            sweep_id: the sweep.
            prolonging: the trial for which alone it goes on; it is then left as it stood.
        """
        if self._sweeps is None or self._make_executor is None or self._worker is not None:
            return False
        from lenet_desktop.sweeps.control import SweepControl

        control = self._control = SweepControl(is_whole=prolonging is None)
        if prolonging is not None:
            control.prolong_trial(*prolonging)
        sweeps, make = self._sweeps, self._make_executor
        self.sweep_id, self.prolonging = sweep_id, prolonging
        self._begun_at, self._epochs_here = time.monotonic(), 0
        self._worker = Worker(
            lambda: _race(sweeps, sweep_id, make, control),
            self,
            describing(_("The sweep could not go on")),
            must_end=True,
        )
        self._worker.reported.connect(self._on_reported)
        self._worker.failed.connect(self.failed)
        self._worker.finished.connect(self._on_finished)
        self._worker.start()
        self.state_changed.emit()
        return True

    @Slot()
    def pause(self) -> None:
        """Have the trials under way end where they stand, to be gone on with later."""
        self._end()
        self.state_changed.emit()

    @Slot()
    def stop(self) -> None:
        """End the sweep; it can be gone on with all the same."""
        if self._control is not None:
            self._control.stop()
        self._end()
        self.state_changed.emit()

    def stop_trial(self, trial: TrialRecord) -> None:
        """End a trial, whether its sweep goes on here or not.

        Raises:
            StoreError: that cannot be kept.
        """
        if self._is_under_way(trial):
            self._wish().stop_trial(trial.number)
        elif self._sweeps is not None:
            self._sweeps.put_trials([replace(trial, state=TrialState.STOPPED)])

    def prolong_trial(self, number: int, more_epochs: int) -> None:
        """Give a trial of the sweep that goes on more epochs."""
        self._wish().prolong_trial(number, more_epochs)

    @Slot()
    def interrupt(self) -> None:
        """Have the sweep end where it stands, without waiting, as the program ends."""
        if self._control is not None and self._control.ending is SweepState.PAUSED:
            self._control.ending = SweepState.INTERRUPTED  # so that the next start tells of it
        self._end()

    @Slot()
    def shutdown(self) -> None:
        """Have the sweep end where it stands, and wait for that. May be called again."""
        self.interrupt()
        if self._worker is not None:
            self._worker.wait()

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.interrupt()

    def _is_under_way(self, trial: TrialRecord) -> bool:
        return self._worker is not None and trial.sweep_id == self.sweep_id

    def _wish(self) -> SweepControl:
        if self._control is None:
            raise RuntimeError(_("No sweep goes on."))
        return self._control

    @Slot(object)
    def _on_reported(self, event: SweepEvent | None) -> None:
        if event is None:  # it only shows that it can be interrupted
            return
        if isinstance(event, TrialChanged) and event.epoch is not None:
            self._epochs_here += 1
        elif isinstance(event, WorkerLost):
            self.noticed.emit(event.reason)
        self.event_received.emit(event)

    @Slot()
    def _on_finished(self) -> None:
        if self._worker is not None:
            self._worker.retire()
            self._worker = None
        self.sweep_id = self.prolonging = self._control = None
        self.state_changed.emit()


def make_executor(folder: Path, cache: Path, scheduler: str = "") -> Executor:
    """Return what trains trials: processes of this machine, or workers of a Dask scheduler.

    Args:
        folder: that of the store of runs.
        cache: where the data are found.
        scheduler: the address of the scheduler, empty for this machine.

    Raises:
        ExecutorError: there is no such scheduler, or none of its workers is fit.
        MissingPackageError: Dask is not installed here.
    """
    if scheduler:
        from lenet_desktop.sweeps.dask_executor import DaskExecutor

        return DaskExecutor(scheduler, folder, cache)
    from lenet_desktop.sweeps.processes import ProcessExecutor

    return ProcessExecutor(folder, cache)


def _race(
    sweeps: SweepStore, sweep_id: int, make: MakeExecutor, control: SweepControl
) -> Generator[SweepEvent | None, None, None]:
    """Go on with a sweep; what trains its trials is made for it and ends with it."""
    from lenet_desktop.sweeps.race import race

    executor = make(sweeps.sweep(sweep_id).scheduler)
    try:
        yield from race(sweeps, sweep_id, executor, control)
    finally:
        executor.close()
