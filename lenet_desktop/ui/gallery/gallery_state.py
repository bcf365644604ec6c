"""What the gallery knows of each source of images, and which epoch it looks at."""

from dataclasses import dataclass, field

import numpy as np

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.analysis.queries import Query
from lenet_desktop.analysis.suspects import WINDOW
from lenet_desktop.data.datasets import ImageSet, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.ui.gallery.known_predictions import Answers

_DOUBTING_EPOCHS = {Split.TEST: 10, Split.TRAIN: WINDOW}
"""How many epochs are looked at to doubt labels; to judge training images takes a second each."""

_MOST_UNASKED_EPOCHS = 30
"""Runs that are longer are judged only as far as somebody asks; each epoch takes 3 MB, too."""


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
        unlike: a sentence about how its learning rate went differently from that of the run that
            is shown; empty where it did not.
    """

    run_id: int
    name: str
    predictions: PredictionSet
    unlike: str = ""


class GalleryState:
    """The sources, the run's networks and the place in the run that is looked at.

    The epochs that can be looked at are those of the test images. The training images are judged
    later, with the same networks, and while a run goes on only after the epochs that somebody asks
    for.

    Attributes:
        split: the part of the data that is browsed.
        rival: the run that is compared with, if any.
        spares_run: whether a run goes on that should not be slowed down.
    """

    def __init__(self) -> None:
        self._sources = {split: Source(split) for split in Split}
        self._snapshots: dict[int, Snapshot] = {}
        self._epoch: int | None = None
        self.split = Split.TEST
        self.rival: Rival | None = None
        self.spares_run = False

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
    def answers(self) -> Answers:
        """All that is known of the images that are browsed."""
        return Answers(self.source.history, self.epochs, self.epoch, self.rival_predictions)

    @property
    def snapshot(self) -> Snapshot | None:
        """The network after the epoch that is looked at, None where it was not kept."""
        return None if self.epoch is None else self._snapshots.get(self.epoch)

    @property
    def doubting_epochs(self) -> list[int]:
        """The epochs that tell which labels to doubt: the last ones up to the one looked at.

        Those after which these images can never be judged are left out; there are none where
        that is the epoch looked at.
        """
        shown = self.epoch
        epochs = [epoch for epoch in self.epochs if shown is not None and epoch <= shown]
        can_be_had = self._snapshots.keys() | self.source.history.epochs
        if shown not in can_be_had:
            return []
        return [e for e in epochs[-_DOUBTING_EPOCHS[self.split] :] if e in can_be_had]

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
        self._sources[Split.TRAIN].history.insert(predictions)

    @property
    def must_wait(self) -> bool:
        """Whether training images are not judged now, so as not to slow down the run.

        Each epoch of a run would ask for it anew; an epoch that somebody goes back to asks once.
        """
        return self.spares_run and self.follows

    def lost(self, query: Query) -> list[int]:
        """Return the epochs that a question is about and nobody can ever judge these images after.

        Their networks, or for the test images their answers, were not kept.
        """
        missing = self.answers.missing(query)
        if self.split is Split.TEST:
            return missing
        return [epoch for epoch in missing if epoch not in self._snapshots]

    def to_judge(self, query: Query, *, doubting: bool = False) -> list[Snapshot]:
        """Return the networks to ask about the images that are browsed, the one shown first.

        The epoch that is looked at is always asked for, then those that the question needs, if all
        of them can be had, then those where labels are doubted. The rest follows for the strips of
        the images, the newest first, unless a run would have to wait for it.
        """
        shown = self.epoch
        if self.split is Split.TEST or shown is None or self.must_wait:
            return []
        epochs = [shown]
        if not self.lost(query):
            epochs += self.answers.missing(query)
        if doubting:
            epochs += self.doubting_epochs
        left = self._snapshots.keys() - set(self.source.history.epochs)
        if not self.spares_run and len(self.epochs) <= _MOST_UNASKED_EPOCHS:
            all_can_be_had = self._snapshots.keys() >= set(self.epochs)
            epochs += reversed(self.epochs) if all_can_be_had else []
        return [self._snapshots[epoch] for epoch in dict.fromkeys(epochs) if epoch in left]
