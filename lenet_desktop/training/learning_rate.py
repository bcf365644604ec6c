"""The learning rate of a run: what it is at a step, what a person makes of it, how it went."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from lenet_desktop.settings.choices import Schedule
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.numbers import write_number
from lenet_desktop.text.wording import counted, joined
from lenet_desktop.training.events import LearningRateChanged

WARM_UP_SHARE = 0.15
"""The share of a one-cycle run in which the learning rate rises."""
_FIRST_FACTOR = 1 / 25
_LAST_FACTOR = 1e-4


def rate_factor(schedule: Schedule, step: int, steps: int) -> float:
    """Return what the learning rate is multiplied with in one step, 0-1.

    Nothing but the arguments decides it, so a run that goes on needs no state of the schedule.

    Args:
        schedule: the course to follow. Cosine: Loshchilov and Hutter, "SGDR", 2017. One-cycle:
            Smith and Topin, "Super-convergence", 2019, with cosines instead of straight lines.
        step: the step that is about to be made, from 0.
        steps: how many the whole course has; at least 1.
    """
    match schedule:
        case Schedule.CONSTANT:
            return 1.0
        case Schedule.COSINE:
            return _between(1.0, 0.0, step / steps)
        case Schedule.ONE_CYCLE:
            rising = WARM_UP_SHARE * steps
            if step < rising:
                return _between(_FIRST_FACTOR, 1.0, step / rising)
            return _between(1.0, _LAST_FACTOR, (step - rising) / (steps - rising))


def factor_in_cycles(
    schedule: Schedule, cycles: Sequence[int], epoch: int, step: int, steps_per_epoch: int
) -> float:
    """Return the factor of a step where the schedule begins anew in every cycle; see `rate_factor`.

    Args:
        schedule: the course to follow.
        cycles: how many epochs each has, in order.
        epoch: the epoch under way, from 1.
        step: the step of it that is about to be made, from 0.
        steps_per_epoch: how many an epoch has.
    """
    first = 1
    for length in cycles:
        if epoch < first + length:
            made = (epoch - first) * steps_per_epoch + step
            return rate_factor(schedule, made, length * steps_per_epoch)
        first += length
    raise IndexError(f"Epoch {epoch} is not planned.")


class LiveLearningRate:
    """The learning rate of a run that goes on; any thread may change it."""

    def __init__(self) -> None:
        self._wanted: deque[float] = deque(maxlen=1)

    def change(self, learning_rate: float) -> None:
        """Ask for another learning rate, from the next step on.

        Raises:
            ConfigError: no run can be made with it.
        """
        TrainingConfig(learning_rate=learning_rate)
        self._wanted.append(learning_rate)

    def take(self) -> float | None:
        """Return what was asked for since the last time, None when nothing was."""
        try:
            return self._wanted.pop()
        except IndexError:
            return None


@dataclass(frozen=True, slots=True)
class RateCourse:
    """What was done to a run's learning rate on the way; runs of one recipe have equal ones.

    Attributes:
        changes: every learning rate that was set while the run went on, in order.
        cycles: how many epochs each course of the schedule has, in order, where there is more than
            one because a finished run was given more epochs; empty where there is one, or where
            the schedule leaves the rate as it is.
    """

    changes: tuple[LearningRateChanged, ...] = ()
    cycles: tuple[int, ...] = ()

    @classmethod
    def of(
        cls,
        config: TrainingConfig,
        changes: Sequence[LearningRateChanged],
        cycles: Sequence[int],
    ) -> "RateCourse":
        """Return the course of a run with these changes and these epochs in each cycle."""
        begins_anew = config.schedule is not Schedule.CONSTANT and len(cycles) > 1
        return cls(tuple(changes), tuple(cycles) if begins_anew else ())

    @property
    def text(self) -> str:
        """What was done, as "rate 0.1 from epoch 4 on"; empty where nothing was."""
        parts = [_change_text(change) for change in self.changes]
        done = 0
        for epochs in self.cycles[:-1]:
            done += epochs
            parts.append(_("schedule begun anew after epoch {epoch}").format(epoch=done))
        return joined(parts)


def unlike_courses(
    one: tuple[TrainingConfig, RateCourse], other: tuple[TrainingConfig, RateCourse]
) -> str:
    """Say how the learning rates of two runs, A and B, went differently beyond what was set first.

    Args:
        one: the configuration of A, and what was done to its learning rate on the way.
        other: those of B.

    Returns:
        A sentence; nothing where there is nothing to be said.
    """
    parts = []
    both_move = Schedule.CONSTANT not in (one[0].schedule, other[0].schedule)
    for name, (config, course), (_config, theirs) in (("A", one, other), ("B", other, one)):
        if course != theirs and course.text:
            parts.append(_("{name} had {course}").format(name=name, course=course.text))
        elif both_move and one[0].epochs != other[0].epochs:
            parts.append(
                counted(
                    config.epochs,
                    "the schedule of {name} is made for {count} epoch",
                    "the schedule of {name} is made for {count} epochs",
                    name=name,
                )
            )
    if not parts:
        return ""
    said = pgettext("between parts of a sentence", "; ").join(parts)
    return _("The learning rates went differently: {parts}.").format(parts=said)


def unlike_lengths(epoch_a: int, epoch_b: int) -> str:
    """Say that two networks, A and B, have not learned equally long; nothing where they have."""
    if epoch_a == epoch_b:
        return ""
    return _("A has learned for {a}, B for {b}.").format(
        a=counted(epoch_a, "{count} epoch", "{count} epochs"),
        b=counted(epoch_b, "{count} epoch", "{count} epochs"),
    )


def _between(first: float, last: float, share: float) -> float:
    """Go from `first` to `last` along half a cosine."""
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def _change_text(change: LearningRateChanged) -> str:
    """Say what rate was set, and which step is the first with it."""
    rate = write_number(change.learning_rate)
    if change.step == 0:
        return _("rate {rate} from epoch {epoch} on").format(rate=rate, epoch=change.epoch)
    text = _("rate {rate} from step {step} of epoch {epoch} on")
    return text.format(rate=rate, step=change.step + 1, epoch=change.epoch)
