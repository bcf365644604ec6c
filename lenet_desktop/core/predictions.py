"""What the network said about every image, and which images a person asked to see."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Item = TypeVar("Item", bound=np.generic)
Labels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PredictionSet:
    """The network's answers for N images after one epoch, read-only.

    Attributes:
        epoch: the epoch after which they were made, from 1.
        labels: uint8 (N,), the true classes.
        probabilities: float32 (N, 10), each row sums to 1.
        losses: float32 (N,), the cross-entropy of each image in nats.
    """

    epoch: int
    labels: Labels
    probabilities: Floats
    losses: Floats

    def __post_init__(self) -> None:
        for array in (self.labels, self.probabilities, self.losses):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def predicted(self) -> Labels:
        """The most probable class of each image, uint8 (N,)."""
        return _read_only(self.probabilities.argmax(axis=1).astype(np.uint8))

    @cached_property
    def confidence(self) -> Floats:
        """The probability of the predicted class, float32 (N,)."""
        return _read_only(self.probabilities.max(axis=1))

    @cached_property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether the prediction is the true class, bool (N,)."""
        return _read_only(self.predicted == self.labels)

    @property
    def accuracy(self) -> float:
        """The share of correct predictions, 0-1."""
        return float(self.correct.mean())

    @property
    def loss(self) -> float:
        """The mean cross-entropy in nats."""
        return float(self.losses.mean(dtype=np.float64))


class Show(StrEnum):
    """Which images, by the outcome of their prediction."""

    ALL = "all"
    MISCLASSIFIED = "misclassified"
    CORRECT = "correct"


class Sort(StrEnum):
    """In which order."""

    NUMBER = "number"
    MOST_CONFIDENT = "most confident"
    LEAST_CONFIDENT = "least confident"
    HIGHEST_LOSS = "highest loss"
    LOWEST_LOSS = "lowest loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which images a person asked to see, and in which order.

    Attributes:
        true_class: index of the class that the images must have, or None for any.
        predicted_class: index of the class that they must have been taken for, or None for any.
    """

    show: Show = Show.ALL
    true_class: int | None = None
    predicted_class: int | None = None
    sort: Sort = Sort.NUMBER

    @property
    def needs_predictions(self) -> bool:
        """Whether the question has an answer only once a network has predicted."""
        return self.show is not Show.ALL or self.predicted_class is not None


def select(labels: Labels, predictions: PredictionSet | None, query: Query) -> Numbers:
    """Return the numbers of the images that `query` asks for, in its order.

    Images that the order can't tell apart stand by number. Without predictions no image counts as
    misclassified, correct or predicted, and the order is by number.

    Args:
        labels: uint8 (N,), the true classes.
        predictions: the answers for the same N images, or None before any training.
        query: what to show.
    """
    if predictions is None:
        if query.needs_predictions:
            return np.empty(0, dtype=np.intp)
        return np.flatnonzero(_of_class(labels, query.true_class))
    wanted = _of_class(labels, query.true_class)
    wanted &= _of_class(predictions.predicted, query.predicted_class)
    if query.show is not Show.ALL:
        wanted &= predictions.correct == (query.show is Show.CORRECT)
    numbers = np.flatnonzero(wanted)
    key = _sort_key(predictions, query.sort)
    return numbers if key is None else numbers[np.argsort(key[numbers], kind="stable")]


def confusion_counts(labels: Labels, predicted: Labels, classes: int = 10) -> Numbers:
    """Return how often each true class (row) was predicted as each class (column)."""
    pairs = labels.astype(np.intp) * classes + predicted
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def _of_class(classes: Labels, wanted: int | None) -> npt.NDArray[np.bool_]:
    return np.ones(len(classes), dtype=np.bool_) if wanted is None else classes == wanted


def _sort_key(predictions: PredictionSet, sort: Sort) -> Floats | None:
    match sort:
        case Sort.MOST_CONFIDENT:
            return -predictions.confidence
        case Sort.LEAST_CONFIDENT:
            return predictions.confidence
        case Sort.HIGHEST_LOSS:
            return -predictions.losses
        case Sort.LOWEST_LOSS:
            return predictions.losses
        case Sort.NUMBER:
            return None


def _read_only(array: npt.NDArray[Item]) -> npt.NDArray[Item]:
    array.setflags(write=False)
    return array
