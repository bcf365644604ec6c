"""The network's predictions through the epochs: what was learned, and what was forgotten again.

Source: Toneva et al., "An empirical study of example forgetting during deep neural network
learning", 2019, which calls it a forgetting event when an image that was right is wrong next time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from lenet_desktop.networks.predictions import Numbers, PredictionSet

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
    """The predictions of one run for the same images, epoch by epoch; about 0.5 MB for each."""

    def __init__(self) -> None:
        self._sets: list[PredictionSet] = []
        self._right: Flags = np.empty((0, 0), np.bool_)  # (room for epochs, N); the first are known
        self._record: tuple[int, LearningRecord] | None = None

    def __len__(self) -> int:
        """Return how many epochs are known."""
        return len(self._sets)

    def add(self, predictions: PredictionSet) -> None:
        """Take in the predictions after a later epoch.

        Raises:
            ValueError: they are not of a later epoch, or of other images.
        """
        if self._sets:
            last = self._sets[-1]
            if predictions.epoch <= last.epoch or not _are_alike(predictions, last):
                raise ValueError("The predictions do not continue this history.")
        self._note_right(predictions.correct)
        self._sets.append(predictions)

    def insert(self, predictions: PredictionSet) -> None:
        """Take in the predictions after any epoch, in place of those that are known of it.

        Raises:
            ValueError: they are of other images.
        """
        if self._sets and not _are_alike(predictions, self._sets[0]):
            raise ValueError("The predictions are of other images than this history.")
        place = bisect_left(self._sets, predictions.epoch, key=_epoch_of)
        later = [each for each in self._sets[place:] if each.epoch != predictions.epoch]
        del self._sets[place:]
        self._record = None
        for each in (predictions, *later):
            self.add(each)

    def knows(self, epochs: Sequence[int]) -> bool:
        """Return whether the predictions after each of some epochs are known."""
        return set(epochs) <= set(self.epochs)

    @property
    def epochs(self) -> list[int]:
        """The epochs that are known, ascending."""
        return [each.epoch for each in self._sets]

    @property
    def latest(self) -> PredictionSet | None:
        """The predictions after the last epoch, None before the first."""
        return self._sets[-1] if self._sets else None

    def at(self, epoch: int) -> PredictionSet | None:
        """Return the predictions after an epoch, None where they are not known."""
        return next((each for each in self._sets if each.epoch == epoch), None)

    def recent(self, epoch: int, count: int) -> list[PredictionSet]:
        """Return the predictions after an epoch and up to `count - 1` before it, oldest first."""
        return [each for each in self._sets if each.epoch <= epoch][-count:]

    def of_image(self, number: int) -> list[tuple[int, int]]:
        """Return (epoch, predicted class) of an image for every epoch that is known."""
        return [(each.epoch, int(each.predicted[number])) for each in self._sets]

    def were_right(self, numbers: Numbers, epoch: int, count: int | None = None) -> Flags:
        """Return whether images were right in the epochs up to one, oldest first.

        Args:
            numbers: intp (K,), the images.
            epoch: the last epoch to tell of.
            count: the most epochs to tell of, the newest of them; None for all.

        Returns:
            bool (E, K), one row for each epoch; E is 0 where `epoch` is not known.
        """
        end = bisect_right(self._sets, epoch, key=_epoch_of)
        is_known = end > 0 and self._sets[end - 1].epoch == epoch
        start = 0 if count is None else max(0, end - count)
        return self._right[start : end if is_known else start].take(numbers, axis=1)

    def record(self, epoch: int) -> LearningRecord | None:
        """Return what became of each image up to an epoch, None where that is not known."""
        known = self.recent(epoch, len(self._sets))
        if not known or known[-1].epoch != epoch:
            return None
        if self._record is None or self._record[0] != epoch:
            epochs = np.array([each.epoch for each in known], np.int32)
            self._record = epoch, _record(epochs, self._right[: len(known)])
        return self._record[1]

    def _note_right(self, right: Flags) -> None:
        """Keep one row more of what was right, in amortised constant time."""
        known = len(self._sets)
        if known == len(self._right):
            room = np.empty((max(16, 2 * known), len(right)), np.bool_)
            room[:known] = self._right[:known] if known else False
            self._right = room
        self._right[known] = right


def _are_alike(one: PredictionSet, other: PredictionSet) -> bool:
    """Whether both are of the same data set and of as many of its images."""
    return one.info.fingerprint == other.info.fingerprint and len(one) == len(other)


def _epoch_of(predictions: PredictionSet) -> int:
    return predictions.epoch


def _record(epochs: Epochs, right: Flags) -> LearningRecord:
    """Return the record of N images from what was right, bool (E, N), in each of E epochs."""
    ever: Flags = np.logical_or.reduce(right, axis=0)
    now: Flags = right[-1]
    # The last epoch in which it was wrong stands this many places before the end.
    since_wrong = np.argmin(right[::-1], axis=0)
    always = right.all(axis=0)
    first_right = np.where(always, 0, len(epochs) - since_wrong)
    learned_in = np.where(now, epochs[np.minimum(first_right, len(epochs) - 1)], 0)
    record = LearningRecord(
        times_forgotten=(right[:-1] & ~right[1:]).sum(axis=0, dtype=np.int32),
        times_right=right.sum(axis=0, dtype=np.int32),
        never_right=~ever,
        forgotten=ever & ~now,
        learned_in=learned_in.astype(np.int32),
    )
    for field in fields(record):
        getattr(record, field.name).setflags(write=False)
    return record
