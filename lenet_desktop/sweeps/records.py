"""What is kept of a sweep, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.definition import Aim, SweepDefinition
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import Worded, quoted
from lenet_desktop.training.events import EpochDone


class SweepState(Worded):
    """Where a kept sweep stands."""

    RUNNING = marked("running")
    PAUSED = marked("paused")
    FINISHED = marked("finished")
    STOPPED = marked("stopped")
    FAILED = marked("failed")
    INTERRUPTED = marked("interrupted")
    """The program ended in the middle of it: it was killed, or the power failed."""

    @property
    def can_go_on(self) -> bool:
        """Whether there is something left to be done that nobody does."""
        return self not in (SweepState.RUNNING, SweepState.FINISHED)


class TrialState(Worded):
    """Where a trial stands."""

    WAITING = marked("waiting")
    """It was proposed, and is to be trained; perhaps a part of it was already."""
    RUNNING = marked("running")
    FINISHED = marked("finished")
    PRUNED = marked("pruned")
    """It was ended before its time, because earlier trials were better by then."""
    STOPPED = marked("stopped")
    """A person ended it before its time."""
    DIVERGED = marked("diverged")
    """Its loss is not a number any more."""
    FAILED = marked("failed")

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is done for it."""
        return self not in (TrialState.WAITING, TrialState.RUNNING)

    @property
    def has_value(self) -> bool:
        """Whether what it came to can be compared with others."""
        return self in (TrialState.FINISHED, TrialState.PRUNED, TrialState.STOPPED)


@dataclass(frozen=True, slots=True)
class EpochFigures:
    """What a trial came to after an epoch, on the images held out, or else on the test images.

    Attributes:
        loss: mean loss per image, in nats; None where none were judged.
        accuracy: share of them right, 0-1; None where none were judged.
        held_out: whether these are the images held out.
    """

    epoch: int
    loss: float | None = None
    accuracy: float | None = None
    held_out: bool = True

    @classmethod
    def of(cls, done: EpochDone) -> EpochFigures:
        """Return what an event tells of them."""
        if done.validation_loss is not None:
            return cls(done.epoch, done.validation_loss, done.validation_accuracy)
        return cls(done.epoch, done.test_loss, done.test_accuracy, held_out=False)

    def value(self, aim: Aim) -> float | None:
        """Return what a trial is judged by."""
        return self.accuracy if aim is Aim.ACCURACY else self.loss


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """A trial: one recipe with one seed, which becomes one run.

    Attributes:
        sweep_id: the sweep that it is of.
        number: its number in it, from 1.
        recipe: the number of its recipe, from 1; trials of one recipe differ in their seed only.
        generation: when its recipe was proposed, from 1.
        settings: the values of the settings that are varied.
        seed: that of the run.
        key: that of its run, by which it is found in the list of runs once it has begun.
        state: where it stands.
        figures: what it came to after each finished epoch.
        more_epochs: how many epochs it gets beyond its recipe, because a person wants that.
        is_spared: whether a person had it go on, so that it is not ended early.
        reason: a sentence about why it failed, else empty.
    """

    sweep_id: int
    number: int
    recipe: int
    generation: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    key: str = ""
    state: TrialState = TrialState.WAITING
    figures: tuple[EpochFigures, ...] = ()
    more_epochs: int = 0
    is_spared: bool = False
    reason: str = ""

    def config(self, definition: SweepDefinition) -> TrainingConfig:
        """Return its recipe.

        Raises:
            ConfigError: its settings do not go together.
        """
        return definition.config(self.settings, self.seed)

    def can_be_trained(self, definition: SweepDefinition) -> bool:
        """Whether its settings go together, and what was learned of them has not diverged."""
        try:
            self.config(definition)
        except ConfigError:
            return False
        return self.state is not TrialState.DIVERGED

    @property
    def epochs_done(self) -> int:
        """How many epochs are finished."""
        return len(self.figures)

    def planned_epochs(self, definition: SweepDefinition) -> int:
        """Return how many epochs it has once it is at its end."""
        return definition.epochs(self.settings) + self.more_epochs

    def is_cut_short(self, definition: SweepDefinition) -> bool:
        """Whether it ended before its planned end, for whatever reason."""
        return self.state.is_settled and self.epochs_done < self.planned_epochs(definition)

    @property
    def is_whole(self) -> bool:
        """Whether it came to its end by itself, be it early by its own patience."""
        return self.state is TrialState.FINISHED

    def is_complete(self, definition: SweepDefinition) -> bool:
        """Whether all that its recipe plans is done, be it that a person has it go on beyond."""
        is_prolonged = self.more_epochs and self.epochs_done >= definition.epochs(self.settings)
        return self.is_whole or bool(is_prolonged)

    def is_told(self, definition: SweepDefinition) -> bool:
        """Whether all that its recipe plans is done, or will never be."""
        return self.state.is_settled or self.is_complete(definition)

    @property
    def has_value(self) -> bool:
        """Whether what it came to can be compared with others, as it was before it went on."""
        return self.state.has_value or (self.is_spared and self.state is not TrialState.DIVERGED)

    def best(self, epochs: int | None = None) -> EpochFigures | None:
        """Return its figures after the best epoch by the loss of the images held out.

        Where there are none, those after its last epoch: the test images choose nothing.

        Args:
            epochs: how many epochs count, from the first on; all by default.
        """
        figures = [each for each in self.figures[:epochs] if each.loss is not None]
        if figures and not figures[-1].held_out:
            return figures[-1]
        return min(figures, key=lambda each: (each.loss, each.epoch), default=None)

    def value(self, aim: Aim, epochs: int | None = None) -> float | None:
        """Return what it came to after its best epoch; None where that cannot be compared.

        Args:
            aim: by what it is judged.
            epochs: how many epochs count, from the first on; all by default.
        """
        is_there = epochs is not None and self.epochs_done >= epochs
        best = self.best(epochs) if self.has_value or is_there else None
        return None if best is None else best.value(aim)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepRecord:
    """A line of the list of sweeps.

    Attributes:
        id: its number in this list, from 1; never given twice.
        key: its name in the world, 32 hexadecimal digits.
        title: the name that a person gave it; empty when nobody did.
        created_at: when it was started, in seconds since 1970.
        updated_at: when something was last kept of it, likewise.
        counts: how many of its trials stand where.
        scheduler: the address of the one whose workers train it; empty for this machine.
    """

    id: int
    key: str
    title: str = ""
    note: str = ""
    starred: bool = False
    state: SweepState
    definition: SweepDefinition
    created_at: float
    updated_at: float
    counts: Mapping[TrialState, int] = field(default_factory=dict)
    scheduler: str = ""

    @property
    def name(self) -> str:
        """What the sweep is called: its title, or its number."""
        return self.title or _("Sweep {number}").format(number=self.id)

    @property
    def quoted_name(self) -> str:
        """What it is called, fit to stand in a sentence, whatever its name consists of."""
        return quoted(self.name)

    @property
    def settled(self) -> int:
        """How many trials are through."""
        return sum(count for state, count in self.counts.items() if state.is_settled)


def best_trial(trials: Sequence[TrialRecord], aim: Aim) -> TrialRecord | None:
    """Return the finished trial with the best value, the first of several; None without any."""
    valued = [
        (value, -trial.number, trial)
        for trial in trials
        if trial.state is TrialState.FINISHED and (value := trial.value(aim)) is not None
    ]
    if not valued:
        return None
    sign = 1 if aim.is_higher_better else -1
    return max(valued, key=lambda each: (sign * each[0], each[1]))[2]
