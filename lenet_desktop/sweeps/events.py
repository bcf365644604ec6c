"""What a sweep says while it goes on: frozen values in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from lenet_desktop.sweeps.records import SweepRecord, TrialRecord
from lenet_desktop.training.events import EpochDone


@dataclass(frozen=True, slots=True)
class SweepChanged:
    """The sweep began, or ended, or trials were proposed; this is how it stands now.

    Attributes:
        capacity: how many trials are computed at once.
    """

    sweep: SweepRecord
    capacity: int


@dataclass(frozen=True, slots=True)
class TrialChanged:
    """A trial was proposed, began, finished an epoch or ended; this is how it stands now.

    Attributes:
        epoch: the figures of the epoch that it has just finished, else None.
        run_id: the number of its run in the list of runs, None before it has one.
    """

    trial: TrialRecord
    epoch: EpochDone | None = None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """A worker ended in the middle of a trial.

    Attributes:
        number: that of the trial.
        reason: why, and whether another one goes on with it; sentences for the person.
    """

    number: int
    reason: str


SweepEvent = SweepChanged | TrialChanged | WorkerLost
