"""Trains the trials of a sweep in this process, in an order that a test draws."""

from __future__ import annotations

import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.sweeps.executor import Report, TaskAdvanced, TaskEnded, TaskLost, TrialTask
from lenet_desktop.sweeps.trial import train_trial
from lenet_desktop.training.devices import CPU, Device


@dataclass(eq=False)
class _Trial:
    task: TrialTask
    reports: Generator[Report | None, None, None]
    is_waiting: bool = False


class Interleaving:
    """Workers of which a random one gets further each time, and the others are late.

    Args:
        folder: that of the store.
        data: what is learned from.
        workers: how many trials are trained at once.
        delays: decides who gets further.
        loses: how many times a worker ends in the middle of a trial.
        replaces: whether another worker comes in its place.
    """

    def __init__(
        self,
        folder: Path,
        data: DataSplits,
        workers: int,
        delays: random.Random,
        loses: int = 0,
        *,
        replaces: bool = True,
    ) -> None:
        self.capacity, self._replaces = workers, replaces
        self._folder, self._data, self._delays, self._loses = folder, data, delays, loses
        self._trials: dict[int, _Trial] = {}
        self._told: list[Report] = []

    def prepare(self, trials: int) -> None:
        pass

    def submit(self, task: TrialTask) -> None:
        device = [Device(CPU, "A processor")]
        self._trials[task.number] = _Trial(
            task, train_trial(task, self._folder, self._data, device)
        )

    def reports(self, timeout_s: float) -> Sequence[Report]:  # noqa: ARG002  # nobody waits
        ready = [trial for trial in self._trials.values() if not trial.is_waiting]
        if ready:
            self._go_on(self._delays.choice(ready))
        told, self._told = self._told, []
        return told

    def answer(self, number: int, *, goes_on: bool) -> None:
        self._trials[number].is_waiting = False
        if not goes_on:
            self.stop(number)

    def stop(self, number: int) -> None:
        trial = self._trials.pop(number, None)
        if trial is not None:
            trial.reports.close()
            self._told.append(TaskEnded(number, RunStatus.STOPPED))

    def close(self) -> None:
        for trial in self._trials.values():
            trial.reports.close()
        self._trials.clear()

    def _go_on(self, trial: _Trial) -> None:
        number = trial.task.number
        report = next(trial.reports)
        if report is not None:
            self._told.append(report)
        if isinstance(report, TaskEnded):
            trial.reports.close()
            del self._trials[number]
        elif isinstance(report, TaskAdvanced):
            trial.is_waiting = trial.task.asks
            if self._loses and self._delays.random() < 0.5:
                self._loses -= 1
                self.capacity -= not self._replaces
                trial.reports.close()
                del self._trials[number]
                self._told.append(TaskLost(number, "It is gone."))
