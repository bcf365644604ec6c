"""The predictions of a run that are kept somewhere, each read only when somebody asks for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, overload

from lenet_desktop.networks.predictions import Labels, PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig


class EpochSource(Protocol):
    """Where the predictions and the networks of a run are kept, epoch by epoch."""

    def has(self, epoch: int) -> bool:
        """Return whether those after an epoch seem to be there, without reading them."""

    def read_predictions(self, epoch: int) -> PredictionSet:
        """Return those after an epoch.

        Raises:
            CheckpointError: they are not there, or cannot be used.
        """

    def late_networks(self, config: TrainingConfig, epochs: Collection[int]) -> Sequence[Snapshot]:
        """Return the networks after those of some epochs that are there; nothing is read yet."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptPredictions(Sequence[PredictionSet]):
    """The predictions of a run for the same N images after E epochs, from the first to the last.

    Asking for one of them may raise a `CheckpointError`.

    Attributes:
        epochs: after which they were made, ascending; at least one.
        predicted: uint8 (E, N), the most probable class of each image.
        newest: the last of them.
        source: where the others are.
    """

    epochs: tuple[int, ...]
    predicted: Labels
    newest: PredictionSet
    source: EpochSource

    def __len__(self) -> int:
        return len(self.epochs)

    @overload
    def __getitem__(self, place: int) -> PredictionSet: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[PredictionSet]: ...
    def __getitem__(self, place: int | slice) -> PredictionSet | Sequence[PredictionSet]:
        if isinstance(place, slice):
            return [self[at] for at in range(*place.indices(len(self)))]
        epoch = self.epochs[place]
        return self.newest if epoch == self.newest.epoch else self.source.read_predictions(epoch)
