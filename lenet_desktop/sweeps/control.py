"""What a person wants of a sweep that goes on, and of its single trials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import NamedTuple

from lenet_desktop.sweeps.records import SweepState, TrialRecord, TrialState


class Wish(NamedTuple):
    """What a person wants of a single trial: so many more epochs, or none."""

    number: int
    more_epochs: int


class SweepControl:
    """What a person wants of a sweep that goes on; any thread may use it."""

    def __init__(self) -> None:
        self._wishes: SimpleQueue[Wish] = SimpleQueue()
        self.ending = SweepState.PAUSED

    def stop(self) -> None:
        """Have the sweep noted as stopped, not as paused, when its race is closed."""
        self.ending = SweepState.STOPPED

    def stop_trial(self, number: int) -> None:
        """End a trial after its step under way; it keeps what it has learned."""
        self._wishes.put(Wish(number, 0))

    def prolong_trial(self, number: int, more_epochs: int) -> None:
        """Give a trial more epochs than its recipe plans, be it under way or at its end."""
        self._wishes.put(Wish(number, more_epochs))

    def take(self) -> Iterator[Wish]:
        """Yield what was wanted since this was last asked."""
        while True:
            try:
                yield self._wishes.get_nowait()
            except Empty:
                return


def prolonged(trial: TrialRecord, more_epochs: int) -> TrialRecord:
    """Return a trial that gets more epochs than it had; one that is settled waits again."""
    state = TrialState.WAITING if trial.state.is_settled else trial.state
    return replace(trial, more_epochs=trial.more_epochs + more_epochs, state=state)
