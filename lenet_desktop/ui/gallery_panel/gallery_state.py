"""What the gallery knows of each source of images, and which epoch it looks at."""

from dataclasses import dataclass, field

import numpy as np

from lenet_desktop.core.datasets import ImageSet, Split
from lenet_desktop.core.prediction_history import PredictionHistory
from lenet_desktop.core.predictions import PredictionSet
from lenet_desktop.core.snapshot import Snapshot


@dataclass(eq=False)
class Source:
    """One part of the data set, and what was predicted for its images."""

    split: Split
    images: ImageSet | None = None
    history: PredictionHistory = field(default_factory=PredictionHistory)


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """Another run, whose answers are compared with those that are looked at.

    Attributes:
        run_id: its number in the list of runs.
        name: what it is called.
        predictions: its answers for the test images, after its last finished epoch.
    """

    run_id: int
    name: str
    predictions: PredictionSet


class GalleryState:
    """The sources, the run's networks and the place in the run that is looked at.

    The epochs that can be looked at are those of the test images. The training images are judged
    later, with the same networks, and only for the epochs that somebody looks at.
    """

    def __init__(self) -> None:
        self._sources = {split: Source(split) for split in Split}
        self._snapshots: dict[int, Snapshot] = {}
        self._epoch: int | None = None
        self.split = Split.TEST
        self.rival: Rival | None = None

    @property
    def source(self) -> Source:
        """What is browsed."""
        return self._sources[self.split]

    def images(self, split: Split) -> ImageSet | None:
        """Return the images of a part, None while they are loading."""
        return self._sources[split].images

    @property
    def epochs(self) -> list[int]:
        """The epochs that can be looked at, ascending."""
        return self._sources[Split.TEST].history.epochs

    @property
    def epoch(self) -> int | None:
        """The epoch that is looked at, None before the first."""
        return self._epoch if self._epoch is not None else self.newest

    @property
    def newest(self) -> int | None:
        """The last epoch that is known, None before the first."""
        epochs = self.epochs
        return epochs[-1] if epochs else None

    @property
    def predictions(self) -> PredictionSet | None:
        """The answers for the images that are browsed, after the epoch that is looked at.

        For the training images they may be missing; see `snapshot`.
        """
        return None if self.epoch is None else self.source.history.at(self.epoch)

    @property
    def snapshot(self) -> Snapshot | None:
        """The network after the epoch that is looked at, None where it was not kept."""
        return None if self.epoch is None else self._snapshots.get(self.epoch)

    @property
    def rival_predictions(self) -> PredictionSet | None:
        """The answers of another run for the images that are browsed, None where there are none."""
        is_known = self.rival is not None and self.split is Split.TEST
        return self.rival.predictions if self.rival is not None and is_known else None

    @property
    def follows(self) -> bool:
        """Whether the newest epoch is looked at, whichever that is."""
        return self._epoch is None

    def set_images(self, split: Split, images: ImageSet) -> None:
        """Take in the images of a part; nothing is predicted for them yet."""
        self._sources[split] = Source(split, images)

    def look_at(self, epoch: int | None) -> None:
        """Look at an epoch, or follow the newest with None."""
        self._epoch = epoch

    def forget(self) -> None:
        """Begin anew, as a new run does."""
        for source in self._sources.values():
            source.history = PredictionHistory()
        self._snapshots.clear()
        self._epoch = None

    def add(self, predictions: PredictionSet, snapshot: Snapshot | None) -> None:
        """Take in the answers for the test images.

        A run that goes on tells its last epoch again, which changes nothing; another run begins
        anew.
        """
        history = self._sources[Split.TEST].history
        last = history.latest
        if last is not None and predictions.epoch <= last.epoch:
            is_last = predictions.epoch == last.epoch
            if is_last and np.array_equal(last.probabilities, predictions.probabilities):
                return
            self.forget()
        self._sources[Split.TEST].history.add(predictions)
        if snapshot is not None:
            self._snapshots[predictions.epoch] = snapshot

    def add_training(self, predictions: PredictionSet) -> None:
        """Take in the answers for the training images after some epoch, in any order."""
        source = self._sources[Split.TRAIN]
        known = {epoch: source.history.at(epoch) for epoch in source.history.epochs}
        known[predictions.epoch] = predictions
        source.history = PredictionHistory()
        for epoch in sorted(known):
            each = known[epoch]
            if each is not None:
                source.history.add(each)
