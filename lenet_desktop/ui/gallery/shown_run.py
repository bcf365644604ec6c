"""A run as the gallery looks at it: its networks, and what they said of each image."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QObject

from lenet_desktop.analysis.known_predictions import KnownPredictions
from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.analysis.run_networks import RunNetworks
from lenet_desktop.analysis.suspects import WINDOW
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.duplicates import Duplicate, Duplicates
from lenet_desktop.data.images import ImageSet, Own, Part, Split
from lenet_desktop.data.marks import Mark
from lenet_desktop.networks.predictions import Numbers, PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.table import ConfigError

Marks = Mapping[tuple[Split, int], Mark]
"""What a person noted on images of either part of the data set."""

PARTS: Sequence[Part] = (*Split, Own.PICTURES)
"""All that can be browsed."""

_SUSPECT_EPOCHS = {Split.TEST: 10, Split.TRAIN: WINDOW}
"""How many epochs tell which labels are suspect; to judge training images takes a second each."""


@dataclass(eq=False)
class Source:
    """The images of one part, what was predicted for them, and which of them is looked at.

    Attributes:
        images: None while they are loading.
        history: those predictions.
        chosen: the number of that image, None when there is none.
    """

    images: ImageSet | None = None
    history: PredictionHistory = field(default_factory=PredictionHistory)
    chosen: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """Another run, whose predictions are compared with those that are looked at.

    Attributes:
        run_id: its number in the list of runs.
        name: what it is called.
        predictions: those for the test images, after its last finished epoch.
        unlike: a sentence about how its learning rate went differently from that of the run that
            is shown; empty where it did not.
    """

    run_id: int
    name: str
    predictions: PredictionSet
    unlike: str = ""


class ShownRun(QObject):
    """The images of each source, the run's networks, and the image and epoch looked at.

    The epochs that can be looked at are those of the test images. Training images and own pictures
    are judged later, with the same networks, and while a run goes on only after the epochs that
    somebody asks for; own pictures, which are few, also after each new one.

    Attributes:
        info: the data set.
        split: what is browsed: a part of it, or the person's own pictures.
        best: the best epoch by the images held out, None where there are none.
        rival: the run that is compared with, if any.
        file: the file of the network that is shown; empty where a run is, or nothing.
        is_refused: whether the run was judged on other images, so that nothing of it is known.
        spares_run: whether a run goes on that should not be slowed down.
        marks: what a person noted on images of either part of the data set.
        duplicates: which images stand in the data more than once, None while nobody knows.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources = {part: Source() for part in PARTS}
        self._networks = RunNetworks()
        self._epoch: int | None = None  # to which somebody has gone back
        self.info = DEFAULT
        self.split: Part = Split.TEST
        self.best: int | None = None
        self.rival: Rival | None = None
        self.file = ""
        self.is_refused = self.spares_run = False
        self.marks: Marks = {}
        self.duplicates: Duplicates | None = None

    @property
    def source(self) -> Source:
        """What is browsed."""
        return self._sources[self.split]

    def images(self, split: Part) -> ImageSet | None:
        """Return the images of a part, None while they are loading."""
        return self._sources[split].images

    @property
    def chosen(self) -> int | None:
        """The number of the image that is looked at, None when there is none."""
        return self.source.chosen

    @property
    def marked(self) -> Numbers:
        """The numbers of the images of this part that somebody has marked, shown or not."""
        total = 0 if self.source.images is None else len(self.source.images)
        own = (number for split, number in self.marks if split is self.split)
        return np.array([number for number in own if number < total], np.intp)

    def mark_of(self, number: int) -> Mark | None:
        """Return what a person noted on an image that is browsed; own pictures have no marks."""
        return None if self.split is Own.PICTURES else self.marks.get((self.split, number))

    def duplicates_of(self, number: int) -> Sequence[Duplicate]:
        """Return where else an image that is browsed stands in the data."""
        if self.duplicates is None or self.split is Own.PICTURES:
            return ()
        return self.duplicates.of(self.split, number)

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
        """Those for the images that are browsed, after the epoch that is looked at.

        For all but the test images they may be missing; see `snapshot`.
        """
        return None if self.epoch is None else self.source.history.at(self.epoch)

    @property
    def known(self) -> KnownPredictions:
        """All that is known of the images that are browsed."""
        can_be_asked = {} if self.split is Split.TEST else self._networks.by_epoch
        return KnownPredictions(
            self.source.history, self.epochs, self.epoch, can_be_asked, self.rival_predictions
        )

    @property
    def of_test_images(self) -> KnownPredictions:
        """All that is known of the test images of this run alone, seen from its newest epoch."""
        return KnownPredictions(self._sources[Split.TEST].history, self.epochs, self.newest)

    @property
    def suspect_epochs(self) -> list[int]:
        """The epochs that tell which labels are suspect; own pictures are too few to say."""
        if self.split is Own.PICTURES:
            return []
        return self.known.last_epochs(_SUSPECT_EPOCHS[self.split])

    @property
    def snapshot(self) -> Snapshot | None:
        """The network after the epoch that is looked at, None where it was not kept."""
        return None if self.epoch is None else self._networks.by_epoch.get(self.epoch)

    def is_held_out(self, number: int) -> bool:
        """Return whether the run has judged itself on an image instead of learning from it."""
        images, network = self.source.images, self.snapshot
        if self.split is not Split.TRAIN or images is None or network is None:
            return False
        return number in _held_out(images, network.config)

    @property
    def rival_predictions(self) -> PredictionSet | None:
        """Those of another run for the images that are browsed, None where there are none."""
        if self.rival is None or self.split is not Split.TEST:
            return None
        return self.rival.predictions

    @property
    def must_wait(self) -> bool:
        """Whether these images are not judged now, so as not to slow down the run.

        Each epoch of a run would ask for it anew; an epoch that somebody goes back to asks once.
        """
        return self.spares_run and self._epoch is None and self.split is not Own.PICTURES

    def _begin_anew(self, info: DatasetInfo, split: Part) -> None:
        """Know nothing of another data set, of which a part is browsed."""
        self.info, self.split = info, split
        self._sources = {each: Source() for each in PARTS}
        self._forget()
        self.rival = self.duplicates = None

    def _forget(
        self, predictions: Sequence[PredictionSet] = (), snapshots: Iterable[Snapshot] = ()
    ) -> None:
        """Know nothing but the predictions for the test images and the networks that are given."""
        for source in self._sources.values():
            source.history = PredictionHistory()
        self._sources[Split.TEST].history = PredictionHistory.of(predictions)
        self._networks = RunNetworks(snapshots)
        self._epoch = self.best = None
        self.file, self.is_refused = "", False

    def _add(self, predictions: PredictionSet, snapshot: Snapshot | None) -> None:
        images = self.images(Split.TEST)
        if images is not None and len(predictions) != len(images):
            raise ValueError("The predictions are not of these images.")
        self._sources[Split.TEST].history.add(predictions)
        if snapshot is not None:
            self._networks.add(snapshot)

    def _leave_unreadable(self) -> list[int]:
        """Look at the next epoch where the predictions of the one looked at cannot be read.

        Returns:
            The epochs that were found to be unreadable since the last time, ascending.
        """
        history = self._sources[Split.TEST].history
        while self.predictions is None and self._epoch in history.unreadable:
            later = (epoch for epoch in self.epochs[:-1] if epoch > self._epoch)
            self._epoch = next(later, None)
        lost = sorted(history.unreadable)
        history.unreadable.clear()
        return lost


@lru_cache(maxsize=1)
def _held_out(images: ImageSet, config: TrainingConfig) -> frozenset[int]:
    """Return the numbers of the images that a run holds out, none where it cannot be of these."""
    if not config.validation_images:
        return frozenset()
    import torch

    from lenet_desktop.training.sampling import hold_out

    try:
        _, held_out = hold_out(torch.tensor(images.labels, dtype=torch.int64), config)
    except ConfigError:
        return frozenset()
    return frozenset(held_out.tolist())
