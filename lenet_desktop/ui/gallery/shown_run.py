"""A run as the gallery looks at it: its networks, and what they said of each image."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.analysis.suspects import WINDOW
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.ui.gallery.known_predictions import KnownPredictions

_SUSPECT_EPOCHS = {Split.TEST: 10, Split.TRAIN: WINDOW}
"""How many epochs tell which labels are suspect; to judge training images takes a second each."""


@dataclass(eq=False)
class Source:
    """One part of the data set, and what was predicted for its images."""

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
    """The sources of images, the run's networks and the epoch that is looked at.

    The epochs that can be looked at are those of the test images. The training images are judged
    later, with the same networks, and while a run goes on only after the epochs that somebody asks
    for.

    Attributes:
        info: the data set.
        split: the part of it that is browsed.
        best: the best epoch by the images held out, None where there are none.
        rival: the run that is compared with, if any.
        spares_run: whether a run goes on that should not be slowed down.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources = {split: Source() for split in Split}
        self._snapshots: dict[int, Snapshot] = {}
        self._held_out: tuple[object, frozenset[int]] = (None, frozenset())  # by images and recipe
        self._epoch: int | None = None
        self.info = DEFAULT
        self.split = Split.TEST
        self.best: int | None = None
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
        """Those for the images that are browsed, after the epoch that is looked at.

        For the training images they may be missing; see `snapshot`.
        """
        return None if self.epoch is None else self.source.history.at(self.epoch)

    @property
    def known(self) -> KnownPredictions:
        """All that is known of the images that are browsed."""
        can_be_asked = self._snapshots if self.split is Split.TRAIN else {}
        return KnownPredictions(
            self.source.history, self.epochs, self.epoch, can_be_asked, self.rival_predictions
        )

    @property
    def suspect_epochs(self) -> list[int]:
        """The epochs that tell which labels are suspect."""
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
        """Whether training images are not judged now, so as not to slow down the run.

        Each epoch of a run would ask for it anew; an epoch that somebody goes back to asks once.
        """
        return self.spares_run and self._epoch is None

    def _forget(self) -> None:
        for source in self._sources.values():
            source.history = PredictionHistory()
        self._snapshots = {}
        self._epoch = self.best = None

    def _add(self, predictions: PredictionSet, snapshot: Snapshot | None) -> None:
        images = self.images(Split.TEST)
        if images is not None and len(predictions) != len(images):
            raise ValueError("The predictions are not of these images.")
        self._sources[Split.TEST].history.add(predictions)
        if snapshot is not None:
            self._snapshots[predictions.epoch] = snapshot


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
