"""Trains trials in processes of this machine, which are started once and used again and again."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import NamedTuple

from lenet_desktop.sweeps.executor import Report, TaskEnded, TaskLost, TaskRefused, TrialTask
from lenet_desktop.sweeps.worker import Answer, Stop, Train, work
from lenet_desktop.text.language import _

log = logging.getLogger(__name__)

_CLOSING_LIMIT_S = 20.0
"""Seconds for which a worker may go on with its step after it was asked to end."""


class Layout(NamedTuple):
    """How many processes train at once, and with how many threads each."""

    processes: int
    threads: int


def layout_for(cores: int) -> Layout:
    """Return what makes the most of a machine's cores: a process of one thread on each of them.

    Two processes of one thread finish more epochs than one process of two, as no thread waits for
    another one; more processes than cores only take turns.
    """
    return Layout(max(1, cores), 1)


def cores_here() -> int:
    """Return how many cores this process may use."""
    with contextlib.suppress(AttributeError):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(eq=False)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    number: int | None = None  # the trial that it trains


class ProcessExecutor:
    """Trains trials in processes of this machine.

    A process ends with the one that has started it, however that ends. Its priority is low, so that
    a window stays quick.

    Args:
        folder: that of the store; each run has its own in it.
        cache: where the data are found.
        layout: how many processes, with how many threads; what suits the machine by default.
    """

    def __init__(self, folder: Path, cache: Path, layout: Layout | None = None) -> None:
        self._folder, self._cache = folder, cache
        self._layout = layout or layout_for(cores_here())
        self._workers: list[_Worker] = []

    @property
    def capacity(self) -> int:
        """How many trials are trained at once."""
        return self._layout.processes

    def prepare(self, trials: int) -> None:
        """Start as many processes as that takes, which import torch meanwhile."""
        while len(self._workers) < min(trials, self.capacity):
            self._start()

    def submit(self, task: TrialTask) -> None:
        """Train a trial: from where its folder says, or from the beginning."""
        idle = (worker for worker in self._workers if worker.number is None)
        worker = next(idle, None) or self._start()
        worker.number = task.number
        self._send(worker, Train(task))

    def reports(self, timeout_s: float) -> Sequence[Report]:
        """Return what has happened since the last call; wait for something at most so long."""
        told: list[Report] = []
        ready = connection.wait([worker.pipe for worker in self._workers], timeout_s)
        for worker in [each for each in self._workers if each.pipe in ready]:
            told += self._heard(worker)
        return told

    def answer(self, number: int, *, goes_on: bool) -> None:
        """Let a trial that asks go on after an epoch, or end it there."""
        self._tell(number, Answer(number, goes_on))

    def stop(self, number: int) -> None:
        """End a trial after its step under way."""
        self._tell(number, Stop(number))

    def close(self) -> None:
        """End all trials where they stand, and let go of the processes. May be called again."""
        for worker in self._workers:
            self._send(worker, None)
        for worker in self._workers:
            worker.process.join(_CLOSING_LIMIT_S)
            worker.process.kill()  # what is kept by then is whole
            worker.process.join()
            worker.pipe.close()
        self._workers.clear()

    def _start(self) -> _Worker:
        context = get_context("spawn")  # a fork of a process with threads may hang
        ours, theirs = context.Pipe()
        process = context.Process(
            target=work,
            args=(theirs, self._folder, self._cache, self._layout.threads),
            name="trial",
            daemon=True,
        )
        process.start()
        theirs.close()  # or its end would not be noticed
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _heard(self, worker: _Worker) -> list[Report]:
        told: list[Report] = []
        try:
            while worker.pipe.poll():
                report: Report = worker.pipe.recv()
                if isinstance(report, TaskEnded | TaskRefused):
                    worker.number = None
                told.append(report)
        except (EOFError, OSError):
            told += self._give_up(worker)
        return told

    def _tell(self, number: int, message: Answer | Stop) -> None:
        for worker in self._workers:
            if worker.number == number:
                self._send(worker, message)

    def _send(self, worker: _Worker, message: Train | Answer | Stop | None) -> None:
        with contextlib.suppress(OSError):  # it is gone, which is noticed when it is heard
            worker.pipe.send(message)

    def _give_up(self, worker: _Worker) -> list[TaskLost]:
        """Let go of a process that has ended by itself; return what that means for its trial."""
        worker.process.join()
        worker.pipe.close()
        self._workers.remove(worker)
        log.warning("A process that trained trials has ended (%s)", worker.process.exitcode)
        if worker.number is None:
            return []
        return [
            TaskLost(
                worker.number,
                _(
                    "The process that trained it has ended unexpectedly, perhaps for "
                    "want of memory."
                ),
            )
        ]
