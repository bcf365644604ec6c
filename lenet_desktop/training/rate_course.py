"""How the learning rate of a run went where its configuration does not say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from lenet_desktop.settings.choices import Schedule
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.numbers import write_number
from lenet_desktop.text.wording import counted
from lenet_desktop.training.events import LearningRateChanged


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
        parts = [
            f"rate {write_number(change.learning_rate)} from {_place(change)} on"
            for change in self.changes
        ]
        done = 0
        for epochs in self.cycles[:-1]:
            done += epochs
            parts.append(f"schedule begun anew after epoch {done}")
        return ", ".join(parts)


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
    for name, (config, course), (_, theirs) in (("A", one, other), ("B", other, one)):
        if course != theirs and course.text:
            parts.append(f"{name} had {course.text}")
        elif both_move and one[0].epochs != other[0].epochs:
            parts.append(f"the schedule of {name} is made for {counted(config.epochs, 'epoch')}")
    return f"The learning rates went differently: {'; '.join(parts)}." if parts else ""


def unlike_lengths(epoch_a: int, epoch_b: int) -> str:
    """Say that two networks, A and B, have not learned equally long; nothing where they have."""
    if epoch_a == epoch_b:
        return ""
    return f"A has learned for {counted(epoch_a, 'epoch')}, B for {counted(epoch_b, 'epoch')}."


def _place(change: LearningRateChanged) -> str:
    """Say which step is the first with the new rate."""
    if change.step == 0:
        return f"epoch {change.epoch}"
    return f"step {change.step + 1} of epoch {change.epoch}"
