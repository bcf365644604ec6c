"""The network's predictions through the epochs: what was learned, and what was forgotten again.

Source: Toneva et al., "An empirical study of example forgetting during deep neural network
learning", 2019, which calls it a forgetting event when an image that was right is wrong next time.
"""

import logging
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from lenet_desktop.analysis.kept_predictions import EpochSource, KeptPredictions
from lenet_desktop.networks.predictions import Labels, Numbers, PredictionSet
from lenet_desktop.storage.errors import CheckpointError

log = logging.getLogger(__name__)

AT_HAND = 12
"""How many sets are held in memory of those that could be read again: some more than the epochs
that tell which labels are suspect."""

Epochs = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class LearningRecord:
    """What became of each of N images up to an epoch.

    Attributes:
        times_forgotten: int32 (N,), how often it was right in one epoch and wrong in the next.
        times_right: int32 (N,), in how many epochs it was right.
        never_right: bool (N,), whether it was wrong in every epoch.
        forgotten: bool (N,), whether it is wrong now and was right before.
        learned_in: int32 (N,), the epoch since which it has been right; 0 where it is wrong now.
    """

    times_forgotten: Epochs
    times_right: Epochs
    never_right: Flags
    forgotten: Flags
    learned_in: Epochs


class PredictionHistory:
    """The predictions of one run for the same images, epoch by epoch.

    The predicted classes of every epoch are held, a byte for each image. Of the whole sets, about
    0.5 MB for 10,000 images, those asked for last are, and all that are kept nowhere else.

    Attributes:
        unreadable: the epochs whose sets turned out not to be readable any more. Nothing else is
            known of them from then on.
    """

    def __init__(self) -> None:
        self.unreadable: list[int] = []
        self._epochs: list[int] = []
        self._fingerprint = ""  # of the data set
        self._labels: Labels = np.empty(0, np.uint8)
        self._predicted: Labels = np.empty((0, 0), np.uint8)  # (room for epochs, N)
        self._sets: dict[int, PredictionSet] = {}  # those in memory, the last used one last
        self._source: EpochSource | None = None
        self._record: tuple[int, LearningRecord] | None = None

    @classmethod
    def of(cls, predictions: Sequence[PredictionSet]) -> "PredictionHistory":
        """Return the history of these predictions, in the order of their epochs.

        Raises:
            ValueError: they do not go together.
        """
        history = cls()
        if isinstance(predictions, KeptPredictions):
            history._epochs = list(predictions.epochs)
            history._predicted, history._source = predictions.predicted, predictions.source
            history._begin(predictions.newest)
            history._sets[predictions.newest.epoch] = predictions.newest
        else:
            for each in predictions:
                history.add(each)
        return history

    def use_source(self, source: EpochSource) -> None:
        """Hold in memory only some of the sets that can be had from elsewhere."""
        self._source = source

    def __len__(self) -> int:
        """Return how many epochs are known."""
        return len(self._epochs)

    def __contains__(self, epoch: int) -> bool:
        """Return whether an epoch is known."""
        return self._place(epoch) is not None

    def add(self, predictions: PredictionSet) -> None:
        """Take in the predictions after a later epoch.

        Raises:
            ValueError: they are not of a later epoch, or of other images.
        """
        is_later = not self._epochs or predictions.epoch > self._epochs[-1]
        if not is_later or not self._is_of_these(predictions):
            raise ValueError("The predictions do not continue this history.")
        self._put(len(self._epochs), predictions)

    def insert(self, predictions: PredictionSet) -> None:
        """Take in the predictions after any epoch, in place of those that are known of it.

        Raises:
            ValueError: they are of other images.
        """
        if not self._is_of_these(predictions):
            raise ValueError("The predictions are of other images than this history.")
        self._take_out(predictions.epoch)
        self._put(bisect_left(self._epochs, predictions.epoch), predictions)

    def knows(self, epochs: Sequence[int]) -> bool:
        """Return whether the predictions after each of some epochs are known."""
        return set(epochs) <= set(self._epochs)

    @property
    def epochs(self) -> list[int]:
        """The epochs that are known, ascending."""
        return self._epochs.copy()

    @property
    def latest(self) -> PredictionSet | None:
        """The predictions after the last epoch, None before the first."""
        return self.at(self._epochs[-1]) if self._epochs else None

    def at(self, epoch: int) -> PredictionSet | None:
        """Return the predictions after an epoch, None where they are not known.

        Those that cannot be read any more are not known from then on; see `unreadable`.
        """
        if epoch not in self:
            return None
        found = self._sets.pop(epoch) if epoch in self._sets else self._read(epoch)
        if found is None:
            self._take_out(epoch)
            self.unreadable.append(epoch)
        else:
            self._sets[epoch] = found
            self._spare_memory()
        return found

    def predicted(self, epoch: int) -> Labels | None:
        """Return the most probable class of each image after an epoch, None where not known."""
        place = self._place(epoch)
        return None if place is None else self._predicted[place]

    def of_image(self, number: int) -> list[tuple[int, int]]:
        """Return (epoch, predicted class) of an image for every epoch that is known."""
        classes = self._predicted[: len(self._epochs), number].tolist() if self._epochs else ()
        return list(zip(self._epochs, classes, strict=True))

    def were_right(self, numbers: Numbers, epoch: int, count: int | None = None) -> Flags:
        """Return whether images were right in the epochs up to one, oldest first.

        Args:
            numbers: intp (K,), the images.
            epoch: the last epoch to tell of.
            count: the most epochs to tell of, the newest of them; None for all.

        Returns:
            bool (E, K), one row for each epoch; E is 0 where `epoch` is not known.
        """
        place = self._place(epoch)
        end = 0 if place is None else place + 1
        start = 0 if count is None else max(0, end - count)
        right: Flags = self._predicted[start:end].take(numbers, axis=1) == self._labels[numbers]
        return right

    def record(self, epoch: int) -> LearningRecord | None:
        """Return what became of each image up to an epoch, None where that is not known."""
        place = self._place(epoch)
        if place is None:
            return None
        if self._record is None or self._record[0] != epoch:
            end = place + 1
            self._record = epoch, _record(self._epochs[:end], self._predicted[:end], self._labels)
        return self._record[1]

    def _place(self, epoch: int) -> int | None:
        """Return which of the epochs an epoch is, None where it is not known."""
        place = bisect_left(self._epochs, epoch)
        return place if self._epochs[place : place + 1] == [epoch] else None

    def _is_of_these(self, predictions: PredictionSet) -> bool:
        """Whether predictions are of the same data set and of as many of its images."""
        if not self._epochs:
            return True
        is_same = predictions.info.fingerprint == self._fingerprint
        return is_same and len(predictions) == len(self._labels)

    def _begin(self, predictions: PredictionSet) -> None:
        self._labels, self._fingerprint = predictions.labels, predictions.info.fingerprint

    def _put(self, place: int, predictions: PredictionSet) -> None:
        """Put in an epoch, at the end in amortised constant time."""
        known = len(self._epochs)
        if not known:
            self._begin(predictions)
        if known >= len(self._predicted):
            room = np.empty((max(16, known + known // 4), len(predictions)), np.uint8)
            room[:known] = self._predicted[:known] if known else 0
            self._predicted = room
        self._predicted[place + 1 : known + 1] = self._predicted[place:known]
        self._predicted[place] = predictions.predicted
        self._epochs.insert(place, predictions.epoch)
        self._sets[predictions.epoch] = predictions
        self._record = None
        self._spare_memory()

    def _take_out(self, epoch: int) -> None:
        place = self._place(epoch)
        if place is not None:
            self._predicted = np.delete(self._predicted, place, axis=0)
            del self._epochs[place]
            self._sets.pop(epoch, None)
            self._record = None

    def _read(self, epoch: int) -> PredictionSet | None:
        """Return a set that is not in memory, None where it cannot be read."""
        try:
            found = None if self._source is None else self._source.read_predictions(epoch)
        except CheckpointError as error:
            log.warning("%s", error)
            return None
        if found is None or not self._is_of_these(found):
            return None
        place = self._place(epoch)
        if place is not None and not np.array_equal(found.predicted, self._predicted[place]):
            self._predicted = self._predicted.copy()  # which others may have, too
            self._predicted[place] = found.predicted  # its own file is to be believed
            self._record = None
        return found

    def _spare_memory(self) -> None:
        """Let go of sets that can be read again, of those not asked for longest."""
        if self._source is None or len(self._sets) <= AT_HAND:
            return
        *others, _ = self._sets
        for epoch in others[: len(self._sets) - AT_HAND]:
            if epoch != self._epochs[-1] and self._source.has(epoch):
                del self._sets[epoch]


def _record(epochs: Sequence[int], predicted: Labels, labels: Labels) -> LearningRecord:
    """Return the record of N images.

    Args:
        epochs: the numbers of E epochs, at least one.
        predicted: uint8 (E, N), the predicted classes after each of them.
        labels: uint8 (N,), the true ones.
    """
    # Epoch by epoch: what is counted stays in the processor's cache, however long the run.
    times_right, times_forgotten, streak = np.zeros((3, len(labels)), np.uint16)
    was_right = np.zeros(len(labels), np.bool_)
    for classes in predicted:
        is_right = classes == labels
        times_forgotten += was_right > is_right
        times_right += is_right
        streak += 1
        streak *= is_right
        was_right = is_right
    since = np.array([*epochs, 0], np.int32)[len(epochs) - streak.astype(np.intp)]
    record = LearningRecord(
        times_forgotten=times_forgotten.astype(np.int32),
        times_right=times_right.astype(np.int32),
        never_right=times_right == 0,
        forgotten=(times_right > 0) & ~was_right,
        learned_in=since,
    )
    for field in fields(record):
        getattr(record, field.name).setflags(write=False)
    return record
