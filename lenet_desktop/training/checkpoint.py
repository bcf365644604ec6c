"""Everything that is needed to go on with a run exactly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from torch import Tensor

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import MAX_EPOCHS, TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import whole
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    LearningRateChanged,
    NetworkReady,
    PredictionsReady,
    tell_again,
)
from lenet_desktop.training.learner import ARITHMETIC, LearnerState
from lenet_desktop.training.validation import has_lost_patience, more_patience


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Checkpoint:
    """Where a run stands between two of its steps, and what it has reported up to there.

    Attributes:
        config: the recipe; its epochs are all that are planned by now.
        cycles: how many epochs each course of the learning rate schedule has, in order; there is
            more than one when a finished run was continued. They sum up to the planned epochs.
        learning_rate: the current one, before the schedule's factor.
        correct: how many images of the epoch under way were right.
        elapsed_s: seconds of work since the run began.
        epoch_elapsed_s: seconds of work in the epoch under way.
        learner: weights and the optimiser's memory.
        losses: float32 (S,), the loss of every step so far.
        epochs: the figures of every finished epoch.
        changes: every learning rate that was set while the run went on.
        predictions: the predictions after the last finished epoch, None before the first, and
            where the test images were not judged.
        steps_per_epoch: how many steps an epoch has.
        arithmetic: the `ARITHMETIC` by which it was computed.
        judged: the weights by name as they are judged, None where they are those that learn.
    """

    config: TrainingConfig
    cycles: tuple[int, ...]
    learning_rate: float
    correct: int
    elapsed_s: float
    epoch_elapsed_s: float
    learner: LearnerState
    losses: npt.NDArray[np.float32]
    epochs: tuple[EpochDone, ...]
    changes: tuple[LearningRateChanged, ...]
    predictions: PredictionSet | None
    steps_per_epoch: int
    arithmetic: int = ARITHMETIC
    judged: Mapping[str, Tensor] | None = None

    @property
    def network(self) -> Mapping[str, Tensor]:
        """The weights by name as they are judged, shown and saved."""
        return self.learner.weights if self.judged is None else self.judged

    @property
    def epoch(self) -> int:
        """The epoch under way, from 1; one more than planned when the run is finished."""
        return len(self.epochs) + 1

    @property
    def step(self) -> int:
        """How many steps of the epoch under way were made."""
        return len(self.losses) - len(self.epochs) * self.steps_per_epoch

    def losses_of(self, epoch: int) -> npt.NDArray[np.float32]:
        """Return the losses of the steps of an epoch, from 1, float32 (S,)."""
        return self.losses[(epoch - 1) * self.steps_per_epoch : epoch * self.steps_per_epoch]

    @property
    def is_finished(self) -> bool:
        """Whether every planned epoch is done, or the run was stopped early."""
        return len(self.epochs) >= self.config.epochs or self._has_lost_patience

    @property
    def is_stopped_early(self) -> bool:
        """Whether the run has ended before every planned epoch was done."""
        return self._has_lost_patience and len(self.epochs) < self.config.epochs

    @property
    def _has_lost_patience(self) -> bool:
        return has_lost_patience(self.config, self.epochs)

    def waiting(self) -> "Checkpoint":
        """Return the same with the patience to go on where the run was stopped early.

        It then does what one does that had as much patience from the beginning.
        """
        patience = more_patience(self.config, self.epochs)
        return replace(self, config=replace(self.config, patience=patience))

    def extended(self, epochs: int) -> "Checkpoint":
        """Return the same with more epochs planned, at most `MAX_EPOCHS` in all.

        The schedule begins anew in them; a constant learning rate just goes on.
        """
        if self._has_lost_patience:
            return self.waiting().extended(epochs)
        more = min(epochs, MAX_EPOCHS - self.config.epochs)
        if more <= 0:
            raise CheckpointError(
                _("A run has at most {max_epochs} epochs.").format(max_epochs=whole(MAX_EPOCHS))
            )
        config = replace(self.config, epochs=self.config.epochs + more)
        return replace(self, config=config, cycles=(*self.cycles, more))

    def moved_to(self, device: str) -> "Checkpoint":
        """Return the same, to be gone on with on another device."""
        return replace(self, config=replace(self.config, device=device))

    def check_data(self, loaded: DatasetInfo) -> None:
        """See that the run has learned from the data that are loaded.

        Raises:
            CheckpointError: it has learned from others.
        """
        own = self.config.data
        if own.fingerprint != loaded.fingerprint:
            raise CheckpointError(
                _(
                    "The run learned from {images}, so it cannot go on with {title}. "
                    "Start a new run."
                ).format(images=own.told_from(loaded), title=loaded.title)
            )

    @property
    def caveat(self) -> str:
        """What a person should know who goes on with an unfinished run; empty if nothing."""
        if self.arithmetic == ARITHMETIC or self.is_finished:
            return ""
        return _(
            "It was begun by a version of this program that added up in another order: its last "
            "digits will not be those of a run that was never interrupted."
        )

    def past(self) -> Iterator[Event]:
        """Tell again, in few words, what the run has reported after its start."""
        yield from tell_again(
            self.epochs, self.losses, self.changes, self.steps_per_epoch, self.elapsed_s
        )
        last = self.last_network()
        if last is not None:
            yield last

    def last_network(self) -> PredictionsReady | NetworkReady | None:
        """Return what was told after the last finished epoch, None before the first.

        None also where the test images were not judged, and the network has learned on since.
        """
        if self.predictions is not None:
            return PredictionsReady(self.predictions, self._snapshot())
        snapshot = self._snapshot() if self.epochs else None
        return None if snapshot is None else NetworkReady(snapshot)

    def _snapshot(self) -> Snapshot | None:
        """Return the network of the last finished epoch, unless it has learned on since."""
        if self.step:
            return None
        weights = {name: weight.clone() for name, weight in self.network.items()}
        return Snapshot.of(self.config, len(self.epochs), weights)
