"""What a person wants of a sweep that goes on, and of its single trials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import NamedTuple

from lenet_desktop.sweeps.records import SweepState, TrialRecord, TrialState


class Wish(NamedTuple):
    """What a person wants of a single trial: that it goes on, or that it ends.

    Attributes:
        more_epochs: how many it gets beyond its plan; None to end it.
    """

    number: int
    more_epochs: int | None


class SweepControl:
    """What a person wants of a sweep that goes on; any thread may use it.

    Attributes:
        is_whole: whether all that is left goes on, and not only the trials that are prolonged.
        ending: as what the sweep is noted when its race is closed.
    """

    def __init__(self, *, is_whole: bool = True) -> None:
        self._wishes: SimpleQueue[Wish] = SimpleQueue()
        self.is_whole = is_whole
        self.ending = SweepState.PAUSED

    def stop(self) -> None:
        """Have the sweep noted as stopped, not as paused, when its race is closed."""
        self.ending = SweepState.STOPPED

    def stop_trial(self, number: int) -> None:
        """End a trial after its step under way; it keeps what it has learned."""
        self._wishes.put(Wish(number, None))

    def prolong_trial(self, number: int, more_epochs: int) -> None:
        """Give a trial more epochs than it has planned, or none to have it go on to its end."""
        self._wishes.put(Wish(number, more_epochs))

    def take(self) -> Iterator[Wish]:
        """Yield what was wanted since this was last asked."""
        while True:
            try:
                yield self._wishes.get_nowait()
            except Empty:
                return


def prolonged(trial: TrialRecord, more_epochs: int) -> TrialRecord:
    """Return a trial that goes on, past its planned end by so many epochs.

    One that is settled waits again, be it because it failed, and none that a person had go on is
    ended early by itself.
    """
    state = TrialState.WAITING if trial.state.is_settled else trial.state
    more_epochs += trial.more_epochs
    return replace(trial, more_epochs=more_epochs, state=state, is_spared=True, reason="")
