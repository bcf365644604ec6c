"""What a run says while it goes on: frozen, detached values in the past tense."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import Device

# What the figures of a run can be, which a file is asked for, too.
EpochNumber = Annotated[int, msgspec.Meta(ge=1, lt=10_000)]
StepNumber = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=1e300)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Rate = Annotated[float, msgspec.Meta(gt=0, le=1e300)]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The network is initialised and the data are on the device.

    Attributes:
        resumed: whether the run goes on from a checkpoint; what it reported before follows, told
            again.
    """

    config: TrainingConfig
    device: Device
    parameter_count: int
    images_per_epoch: int
    steps_per_epoch: int
    resumed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class StepsDone:
    """Some steps were made since the last report.

    Attributes:
        epoch: the epoch they belong to, from 1.
        step: the last of them, counted from 1 within the epoch.
        losses: float32 (K,), the mean loss of the batch of each step, in nats; read-only.
        images: how many images these steps learned from.
        duration_s: seconds of work that they took.
        elapsed_s: seconds of work since the run began, without those in which it was held.
    """

    epoch: int
    step: int
    losses: npt.NDArray[np.float32]
    images: int
    duration_s: float
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class EpochDone:
    """Every training image was learned from once more, and the test images were judged, if at all.

    Attributes:
        train_loss: mean loss per training image while the epoch went on, in nats.
        train_accuracy: share of training images right when their batch came, 0-1.
        test_loss: mean loss per test image after the epoch, in nats; None where they were not
            judged.
        test_accuracy: share of test images right after the epoch, 0-1; None likewise.
        elapsed_s: seconds of work in this epoch, training and judging.
        validation_loss: mean loss per image held out, after the epoch, in nats; None without any.
        validation_accuracy: share of them right after the epoch, 0-1; None without any.
        balanced_accuracy: mean over the classes of the share of their test images right after the
            epoch, 0-1; None where the classes are of about one size, or where that was not kept.
    """

    epoch: EpochNumber
    train_loss: Amount
    train_accuracy: Share
    test_loss: Amount | None
    test_accuracy: Share | None
    elapsed_s: Amount
    validation_loss: Amount | None = None
    validation_accuracy: Share | None = None
    balanced_accuracy: Share | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PredictionsReady:
    """The predictions for every test image after an epoch.

    Attributes:
        snapshot: the network that gave them; None where a run that goes on tells of an epoch whose
            weights it does not have any more.
    """

    predictions: PredictionSet
    snapshot: Snapshot | None = None

    @property
    def epoch(self) -> int:
        """The epoch that they come after."""
        return self.predictions.epoch


@dataclass(frozen=True, slots=True, eq=False)
class NetworkReady:
    """The network after an epoch; the test images were not judged.

    Attributes:
        snapshot: the network.
    """

    snapshot: Snapshot

    @property
    def epoch(self) -> int:
        """The epoch that it comes after."""
        return self.snapshot.epoch


@dataclass(frozen=True, slots=True)
class LearningRateChanged:
    """Somebody gave the run another learning rate while it went on.

    Attributes:
        epoch: the epoch under way, from 1.
        step: how many steps of it were made before; the next one is the first with the new rate.
        learning_rate: the new one, before the schedule's factor.
    """

    epoch: EpochNumber
    step: StepNumber
    learning_rate: Rate


@dataclass(frozen=True, slots=True)
class CheckpointFailed:
    """What was learned could not be written down; the run goes on.

    Attributes:
        reason: what the system says, without a full stop.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class CheckpointRecovered:
    """What could not be written down before has been written by now."""


@dataclass(frozen=True, slots=True)
class RunDiverged:
    """The loss is not a number any more; the run has ended."""

    epoch: int
    step: int
    learning_rate: float


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The last epoch that was planned is done, or the run was stopped early.

    Attributes:
        epochs: how many are done.
        reason: a sentence for the person where it was stopped early, else empty.
    """

    epochs: int
    elapsed_s: float
    reason: str = ""


Event = (
    RunStarted
    | StepsDone
    | EpochDone
    | PredictionsReady
    | NetworkReady
    | LearningRateChanged
    | CheckpointFailed
    | CheckpointRecovered
    | RunDiverged
    | RunFinished
)


def tell_again(
    epochs: Sequence[EpochDone],
    losses: npt.NDArray[np.float32],
    changes: Iterable[LearningRateChanged],
    steps_per_epoch: int,
    elapsed_s: float,
) -> Iterator[StepsDone | LearningRateChanged | EpochDone]:
    """Tell again, in few words, what a run has reported of its steps and epochs.

    Args:
        epochs: the figures of every finished epoch, from the first on.
        losses: float32 (S,), the loss of every step.
        changes: every learning rate that was set, in order.
        steps_per_epoch: how many steps an epoch has.
        elapsed_s: seconds of work since the run began.
    """
    left, worked_s = list(changes), 0.0
    for number in range(1, len(epochs) + 2):
        done = epochs[number - 1] if number <= len(epochs) else None
        worked_s = elapsed_s if done is None else worked_s + done.elapsed_s
        part = losses[(number - 1) * steps_per_epoch : number * steps_per_epoch]
        if len(part):
            yield StepsDone(number, len(part), part, 0, duration_s=0, elapsed_s=worked_s)
        while left and left[0].epoch <= number:
            yield left.pop(0)
        if done is not None:
            yield done
