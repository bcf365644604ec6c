"""Runs that are killed and gone on with until they are done, and what must be true each time."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import OpenedRun, RunCurves, RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.choices import Activation, Augmentation, Optimizer, Pooling, Schedule
from lenet_desktop.settings.config import TrainingConfig
from tests.runs.training_process import (
    Report,
    ToldEpoch,
    TrainingProcess,
    digest,
    digest_of_predictions,
    digest_of_weights,
)

# Everything that has a memory: the optimiser's, the schedule's and the pictures' variations.
NESTEROV = TrainingConfig(
    epochs=5, batch_size=20, learning_rate=0.02, optimizer=Optimizer.NESTEROV, momentum=0.9,
    schedule=Schedule.ONE_CYCLE, weight_decay=5e-4, activation=Activation.RELU,
    pooling=Pooling.MAX, augmentation=Augmentation.FLIPS_AND_SHIFTS, device="cpu",
)  # fmt: skip
ADAMW = TrainingConfig(
    epochs=5, batch_size=20, learning_rate=2e-3, optimizer=Optimizer.ADAMW, weight_decay=0.05,
    schedule=Schedule.COSINE, activation=Activation.TANH, seed=7, device="cpu",
)  # fmt: skip


@dataclass(slots=True)
class Ledger:
    """What came of it.

    Attributes:
        kills: how often a process died in the middle of its work.
        resumed: how often a run went on from a checkpoint.
        finished: how many runs came to their end after all.
        equal: how many of these ended with exactly what an uninterrupted one ends with.
        lost: how many epochs that were told of were not there afterwards.
        problems: everything that was not as it should be, in sentences.
    """

    kills: int = 0
    resumed: int = 0
    finished: int = 0
    equal: int = 0
    lost: int = 0
    problems: list[str] = field(default_factory=list)


class Ordeal:
    """One store in which runs of a recipe are killed, each gone on with until it is done.

    Args:
        process: what trains.
        folder: of the store.
        config: the recipe.
        expected: the fingerprint of an uninterrupted run.
    """

    def __init__(
        self,
        process: TrainingProcess,
        folder: Path,
        config: TrainingConfig,
        expected: dict[str, Any],
    ) -> None:
        self.ledger = Ledger()
        self._process = process
        self._folder = folder
        self._config = config
        self._expected = expected
        self._run_id: int | None = None
        self._told: dict[int, ToldEpoch] = {}

    def strike(self, **order: float) -> None:
        """Train until the process dies as ordered, see `Order`; look at what is there then."""
        self.ledger.resumed += self._run_id is not None
        report = self._process.train(self._folder, self._config, run_id=self._run_id, **order)
        self.ledger.kills += report.ended == "killed"
        self._run_id = self._run_id if report.run_id is None else report.run_id
        self._told |= {each.done.epoch: each for each in report.epochs}
        with self._looking() as store:
            self._look(store, report, f"after {order}")

    def finish(self) -> None:
        """Let the run under way come to its end."""
        while self._run_id is not None:
            self.strike()

    @contextlib.contextmanager
    def _looking(self) -> Iterator[RunStore]:
        """Open the store as the next start of the program would."""
        store = open_store(self._folder)
        try:
            yield store
        finally:
            store.close()

    def _look(self, store: RunStore, report: Report, when: str) -> None:
        complain = self.ledger.problems.append
        if store.reason or store.notice:
            complain(f"{when}: {store.reason} {store.notice}")
        with contextlib.closing(sqlite3.connect(self._folder / DATABASE_NAME)) as connection:
            check = connection.execute("PRAGMA integrity_check").fetchall()
        if check != [("ok",)]:
            complain(f"{when}: {check}")
        for record in store.records():
            if record.status not in (RunStatus.INTERRUPTED, RunStatus.FINISHED):
                complain(f"{when}: {record.name} is said to be {record.status}")
        if self._run_id is None:
            return
        opened = read_run(store, self._run_id)
        lost = _lost_epochs(opened, store.curves([self._run_id])[0], self._told)
        self.ledger.lost += len(lost)
        if lost:
            complain(f"{when}: epochs {lost} were lost")
        self._go_on_with(store, opened, report, when)

    def _go_on_with(self, store: RunStore, opened: OpenedRun, report: Report, when: str) -> None:
        record = opened.record
        if opened.notice is not None:
            self.ledger.problems.append(f"{when}: {opened.notice}")
        if record.status is RunStatus.FINISHED:
            self.ledger.finished += 1
            found = fingerprint(store, record.id)
            self.ledger.equal += found == self._expected
            different = [name for name, value in self._expected.items() if found[name] != value]
            if different:
                self.ledger.problems.append(f"{when}: other {different}")
        elif report.ended == "finished":
            self.ledger.problems.append(f"{when}: it finished and is said to be {record.status}")
        elif opened.checkpoint is not None:
            return
        elif self._told:
            self.ledger.problems.append(f"{when}: there is no checkpoint")
        # It is done, or it died before its first checkpoint: there is nothing to go on with.
        self._run_id = None
        self._told.clear()


def _lost_epochs(opened: OpenedRun, curves: RunCurves, told: dict[int, ToldEpoch]) -> list[int]:
    """Return which epochs are not there to the bit: figures, predictions, network, checkpoint."""
    figures = {done.epoch: done for done in curves.epochs}
    predictions = {each.epoch: digest_of_predictions(each) for each in opened.predictions}
    networks = {each.epoch: digest_of_weights(dict(each.weights)) for each in opened.snapshots}
    reached = 0 if opened.checkpoint is None else len(opened.checkpoint.epochs)
    return [
        epoch
        for epoch, each in told.items()
        if figures.get(epoch) != each.done
        or predictions.get(epoch) != each.predictions
        or networks.get(epoch) != each.weights
        or epoch > min(reached, curves.record.epochs_done)
    ]


def fingerprint(store: RunStore, run_id: int) -> dict[str, Any]:
    """Return all that is kept of a finished run, but for the time that it took."""
    opened = read_run(store, run_id)
    curves = store.curves([run_id])[0]
    checkpoint = opened.checkpoint
    assert checkpoint is not None, "a finished run can be given more epochs"
    memory = checkpoint.learner.optimizer
    return {
        "losses": digest([curves.losses]),
        "figures": [replace(done, elapsed_s=0) for done in curves.epochs],
        "predictions": [digest_of_predictions(each) for each in opened.predictions],
        "networks": [digest_of_weights(dict(each.weights)) for each in opened.snapshots],
        "weights": digest_of_weights({k: v.numpy() for k, v in checkpoint.learner.weights.items()}),
        "memory": digest(memory[name].numpy() for name in sorted(memory)),
        "changes": curves.changes,
    }


def uninterrupted(process: TrainingProcess, folder: Path, config: TrainingConfig) -> dict[str, Any]:
    """Train once without an accident and return the run's fingerprint."""
    report = process.train(folder, config)
    assert report.run_id is not None
    store = open_store(folder)
    try:
        return fingerprint(store, report.run_id)
    finally:
        store.close()
