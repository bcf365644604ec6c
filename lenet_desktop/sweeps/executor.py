"""Whoever trains the trials of a sweep: what is asked of it, and what it tells.

A trial is trained in the folder of its run, which holds all that it takes to go on with it. An
executor keeps that folder, on the machine of the sweep, up to the last finished epoch; so whatever
becomes of a worker, another one goes on from there, to the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lenet_desktop.runs.records import RunStatus
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps.definition import Pruning, SweepDefinition
from lenet_desktop.sweeps.records import TrialRecord
from lenet_desktop.text.wording import ToldError
from lenet_desktop.training.events import EpochDone


class ExecutorError(ToldError, RuntimeError):
    """Nobody can train trials any more; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialTask:
    """A trial to be trained.

    Attributes:
        number: that of the trial in its sweep.
        key: that of its run, which names its folder.
        config: its recipe.
        more_epochs: how many epochs it gets beyond its recipe.
        is_spared: whether it goes on although its patience was over.
        judges_test_images: whether they are judged after each epoch.
        asks: whether it waits after each epoch for `Executor.answer`.
    """

    number: int
    key: str
    config: TrainingConfig
    more_epochs: int = 0
    is_spared: bool = False
    judges_test_images: bool = False
    asks: bool = False

    @classmethod
    def of(cls, trial: TrialRecord, definition: SweepDefinition) -> TrialTask:
        """Return what is to be done for a trial of a sweep.

        Raises:
            ConfigError: no run can be made of its settings.
        """
        return cls(
            number=trial.number,
            key=trial.key,
            config=trial.config(definition),
            more_epochs=trial.more_epochs,
            is_spared=trial.is_spared,
            judges_test_images=definition.judges_test_images,
            asks=definition.pruning is not Pruning.NONE,
        )


@dataclass(frozen=True, slots=True)
class TaskBegun:
    """The folder of the run is there, and says what it is about."""

    number: int


@dataclass(frozen=True, slots=True)
class TaskAdvanced:
    """An epoch is finished, and kept in the folder of the run."""

    number: int
    done: EpochDone


@dataclass(frozen=True, slots=True)
class TaskEnded:
    """All that was learned is in the folder of the run.

    Attributes:
        status: how the run ended.
        reason: a sentence about why it failed, else empty.
    """

    number: int
    status: RunStatus
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TaskLost:
    """The worker is gone; the folder holds the last finished epoch that came home.

    Attributes:
        reason: a sentence for the person.
    """

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class TaskRefused:
    """The data or the device are not there, so neither this trial nor any other can be trained.

    Attributes:
        reason: a sentence for the person.
    """

    number: int
    reason: str


Report = TaskBegun | TaskAdvanced | TaskEnded | TaskLost | TaskRefused


class Executor(Protocol):
    """Trains trials. Used by one thread at a time; it outlives the sweeps that use it."""

    @property
    def capacity(self) -> int:
        """How many trials are trained at once, by now."""

    def prepare(self, trials: int) -> None:
        """Get ready for so many trials that are soon to come; nothing waits for that."""

    def submit(self, task: TrialTask) -> None:
        """Train a trial: from where its folder says, or from the beginning."""

    def reports(self, timeout_s: float) -> Sequence[Report]:
        """Return what has happened since the last call; wait for something at most so long."""

    def answer(self, number: int, *, goes_on: bool) -> None:
        """Let a trial that asks go on after an epoch, or end it there as one that was stopped."""

    def stop(self, number: int) -> None:
        """End a trial after its step under way; `TaskEnded` follows, as stopped."""

    def close(self) -> None:
        """End all trials where they stand, and let go of the workers. May be called again."""
