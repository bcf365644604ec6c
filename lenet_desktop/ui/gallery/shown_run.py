"""A run as the gallery looks at it: its networks, and what they said of each image."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject

from lenet_desktop.analysis.kept_predictions import EpochSource
from lenet_desktop.analysis.prediction_history import AT_HAND, PredictionHistory
from lenet_desktop.analysis.queries import Query
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

_MOST_UNASKED_EPOCHS = 30
"""Runs that are longer are judged only as far as somebody asks; each epoch takes 3 MB, too."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownPredictions:
    """The predictions for the images of one part, seen from one epoch of a run.

    Attributes:
        history: those after the epochs in which these images were judged.
        epochs: the epochs of the run, ascending; these images need not be judged after each.
        shown: the epoch that is looked at, None before the first.
        snapshots: the networks, by epoch, that can be asked about these images.
        rival: the predictions of another run, None where none is compared with.
    """

    history: PredictionHistory = field(default_factory=PredictionHistory)
    epochs: Sequence[int] = ()
    shown: int | None = None
    snapshots: Mapping[int, Snapshot] = field(default_factory=dict)
    rival: PredictionSet | None = None

    @property
    def tell_course(self) -> bool:
        """Whether the predictions after every epoch up to the one looked at are known."""
        shown = self.shown
        return shown is not None and self.history.knows(
            [epoch for epoch in self.epochs if epoch <= shown]
        )

    @property
    def course(self) -> PredictionHistory | None:
        """Those from the first epoch on, None where those after some epoch are left out."""
        known = self.history.epochs
        return self.history if known == list(self.epochs[: len(known)]) else None

    def needed(self, query: Query) -> list[int]:
        """Return the epochs that a question is about."""
        return [] if self.shown is None else query.epochs_needed(self.epochs, self.shown)

    def missing(self, query: Query) -> list[int]:
        """Return the epochs that a question is about and whose predictions are not known."""
        known = set(self.history.epochs)
        return [epoch for epoch in self.needed(query) if epoch not in known]

    def can_answer(self, query: Query) -> bool:
        """Whether all that a question is about is known."""
        if self.shown is None:
            return not query.needs_predictions
        return not self.missing(query)

    def last_epochs(self, count: int) -> list[int]:
        """Return the last epochs up to the one looked at, at most so many.

        Those after which these images can never be judged are left out; there are none where
        that is the epoch looked at.
        """
        shown, can_be_had = self.shown, self.snapshots.keys() | self.history.epochs
        if shown is None or shown not in can_be_had:
            return []
        epochs = [epoch for epoch in self.epochs if epoch <= shown]
        return [epoch for epoch in epochs[-count:] if epoch in can_be_had]

    def lost(self, query: Query) -> list[int]:
        """Return the epochs that a question is about and after which nobody can ever judge.

        Their networks, or for the test images their predictions, were not kept.
        """
        return [epoch for epoch in self.missing(query) if epoch not in self.snapshots]

    def to_judge(self, query: Query, also: Sequence[int], *, sparing: bool) -> list[Snapshot]:
        """Return the networks to ask about the images, the one that is looked at first.

        That one is always asked, then those that the question needs, if all of them can be had,
        then those of the epochs that are needed `also`. The rest follows for the strips of the
        images, the newest first, unless a run would have to wait for it.
        """
        if self.shown is None:
            return []
        epochs = [self.shown]
        if not self.lost(query):
            epochs += self.missing(query)
        epochs += also
        all_can_be_had = self.snapshots.keys() >= set(self.epochs)
        if all_can_be_had and not sparing and len(self.epochs) <= _MOST_UNASKED_EPOCHS:
            epochs += reversed(self.epochs)
        left = self.snapshots.keys() - set(self.history.epochs)
        return [self.snapshots[epoch] for epoch in dict.fromkeys(epochs) if epoch in left]


@dataclass(eq=False)
class Source:
    """The images of one part, and what was predicted for them."""

    images: ImageSet | None = None
    history: PredictionHistory = field(default_factory=PredictionHistory)


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
        self._snapshots: dict[int, Snapshot] = {}
        self._source: EpochSource | None = None  # what else has the predictions and networks
        self._held: list[int] = []  # the epochs whose networks are in memory
        self._held_out: tuple[object, frozenset[int]] = (None, frozenset())  # by images and recipe
        self._epoch: int | None = None
        self._chosen: dict[Part, int] = {}
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
        return self._chosen.get(self.split)

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
        can_be_asked = {} if self.split is Split.TEST else self._snapshots
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
        return None if self.epoch is None else self._snapshots.get(self.epoch)

    def is_held_out(self, number: int) -> bool:
        """Return whether the run has judged itself on an image instead of learning from it."""
        images, network = self.source.images, self.snapshot
        if self.split is not Split.TRAIN or images is None or network is None:
            return False
        count, seed = network.config.validation_images, network.config.seed
        if self._held_out[0] != (images, count, seed):
            self._held_out = (images, count, seed), _held_out(images, network.config)
        return number in self._held_out[1]

    @property
    def rival_predictions(self) -> PredictionSet | None:
        """Those of another run for the images that are browsed, None where there are none."""
        is_known = self.rival is not None and self.split is Split.TEST
        return self.rival.predictions if self.rival is not None and is_known else None

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
        self._chosen.clear()
        self._forget()
        self.rival = self.duplicates = None

    def _forget(
        self, predictions: Sequence[PredictionSet] = (), snapshots: Iterable[Snapshot] = ()
    ) -> None:
        """Know nothing but the predictions for the test images and the networks that are given."""
        for source in self._sources.values():
            source.history = PredictionHistory()
        self._sources[Split.TEST].history = PredictionHistory.of(predictions)
        self._snapshots = {each.epoch: each for each in snapshots}
        self._source, self._held = None, []
        self._epoch = self.best = None
        self.file, self.is_refused = "", False

    def _add(self, predictions: PredictionSet, snapshot: Snapshot | None) -> None:
        images = self.images(Split.TEST)
        if images is not None and len(predictions) != len(images):
            raise ValueError("The predictions are not of these images.")
        self._sources[Split.TEST].history.add(predictions)
        if snapshot is not None:
            self._snapshots[predictions.epoch] = snapshot
            self._held.append(predictions.epoch)
            self._spare_memory()

    def _spare_memory(self) -> None:
        """Hold only the newest of those networks in memory that can be read again."""
        earlier, source = self._held[:-AT_HAND], self._source
        kept = [] if source is None else [epoch for epoch in earlier if source.has(epoch)]
        if source is None or not kept:
            return
        config = self._snapshots[kept[-1]].config
        late = {each.epoch: each for each in source.late_networks(config, kept)}
        for epoch in kept:  # of some runs only a few networks are kept
            del self._snapshots[epoch]
        self._snapshots |= late
        self._held = [epoch for epoch in self._held if epoch not in kept]


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
