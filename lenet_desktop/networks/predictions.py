"""What the network said about every image, and how that is counted."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.class_sizes import NOTICEABLE, imbalance
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import read_only
from lenet_desktop.text.language import _

_BLOCK = 1_024
Labels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PredictionSet:
    """The network's predictions for N images after one epoch, read-only.

    Attributes:
        epoch: the epoch after which they were made, from 1.
        labels: uint8 (N,), the true classes.
        probabilities: float32 (N, classes), each row sums to 1.
        losses: float32 (N,), the cross-entropy of each image in nats.
        info: the data set of the images.

    Raises:
        ValueError: these are no predictions for images of that data set.
    """

    epoch: int
    labels: Labels
    probabilities: Floats
    losses: Floats
    info: DatasetInfo

    def __post_init__(self) -> None:
        count, classes = len(self.labels), len(self.info.class_names)
        fits = self.probabilities.shape == (count, classes) and self.losses.shape == (count,)
        if not fits or self.labels.max(initial=0) >= classes:
            raise ValueError(_("its predictions do not fit together"))
        for array in (self.labels, self.probabilities, self.losses):
            read_only(array)

    def __len__(self) -> int:
        return len(self.labels)

    def worked_out(self) -> "PredictionSet":
        """Return the same with all worked out that images are sorted by, so no window waits."""
        _other = self.confidence, self.margin, self.entropy
        return self

    @cached_property
    def predicted(self) -> Labels:
        """The most probable class of each image, uint8 (N,)."""
        return read_only(self.probabilities.argmax(axis=1).astype(np.uint8))

    @cached_property
    def confidence(self) -> Floats:
        """The probability of the predicted class, float32 (N,)."""
        places = np.arange(len(self)), self.predicted  # many times as fast as to look again
        return read_only(self.probabilities[places])

    @cached_property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether the prediction is the true class, bool (N,)."""
        return read_only(self.predicted == self.labels)

    @cached_property
    def margin(self) -> Floats:
        """How far the most probable class is ahead of the second, float32 (N,), 0-1."""
        return read_only(_by_blocks(_margins, self.probabilities, self.predicted))

    @cached_property
    def entropy(self) -> Floats:
        """How undecided the network was, float32 (N,), from 0 to ln(classes) nats."""
        return read_only(_by_blocks(_entropies, self.probabilities))

    @cached_property
    def confusion(self) -> Numbers:
        """How often each true class (row) was predicted as each class (column)."""
        return read_only(confusion_counts(self.labels, self.predicted, len(self.info.class_names)))

    @property
    def accuracy(self) -> float:
        """The share of correct predictions, 0-1."""
        return float(self.correct.mean())

    @property
    def balanced_accuracy(self) -> float | None:
        """The balanced accuracy, 0-1, None where it says no more; see `balanced_accuracy`."""
        return balanced_accuracy(self.confusion)

    @property
    def loss(self) -> float:
        """The mean cross-entropy in nats."""
        return float(self.losses.mean(dtype=np.float64))


def confusion_counts(labels: Labels, predicted: Labels, classes: int) -> Numbers:
    """Return how often each true class (row) was predicted as each class (column)."""
    pairs = labels.astype(np.intp) * classes + predicted
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


def confused_pairs(counts: Numbers, most: int | None = None) -> list[tuple[int, int, int]]:
    """Return (true class, predicted class, how often) of the errors made, most frequent first.

    Args:
        counts: intp (C, C), a confusion matrix.
        most: how many of them at most, None for all.
    """
    errors = counts.copy()
    np.fill_diagonal(errors, 0)
    order = np.argsort(-errors, axis=None, kind="stable")[:most]
    pairs = (divmod(int(place), len(counts)) for place in order if errors.flat[place])
    return [(true, predicted, int(errors[true, predicted])) for true, predicted in pairs]


def most_confused_first(counts: Numbers) -> list[int]:
    """Return all classes in an order in which those that are confused stand side by side.

    It begins with the two that are taken for each other most often; next comes always the class
    that is confused most with one of those before.
    """
    errors = counts + counts.T
    np.fill_diagonal(errors, -1)
    order = [int(number) for number in np.unravel_index(errors.argmax(), errors.shape)]
    while len(order) < len(counts):
        nearest = errors[order].max(axis=0)
        nearest[order] = -2
        order.append(int(nearest.argmax()))
    return order


def recalls(counts: Numbers) -> list[float | None]:
    """Return, for each true class, the share that was recognised; None where there is no image."""
    return _shares(counts.diagonal(), counts.sum(axis=1))


def balanced_accuracy(counts: Numbers) -> float | None:
    """Return the mean of the recalls of all classes that have images, 0-1.

    A network that calls everything the most frequent of K classes has 1 / K. None where the classes
    are of about one size, so that this would say no more than the accuracy.

    Source: Brodersen, Ong, Stephan and Buhmann, "The balanced accuracy and its posterior
    distribution", 2010.
    """
    if imbalance(counts.sum(axis=1).tolist()) < NOTICEABLE:
        return None
    known = [recall for recall in recalls(counts) if recall is not None]
    return sum(known) / len(known)


def precisions(counts: Numbers) -> list[float | None]:
    """Return, for each predicted class, the share that really is of it; None where none was."""
    return _shares(counts.diagonal(), counts.sum(axis=0))


def _margins(p: Floats, predicted: Labels) -> Floats:
    columns = p.T.copy()  # along which the largest are found much more quickly
    largest: Floats = columns.max(axis=0)
    columns[predicted, np.arange(len(p))] = -1
    margins: Floats = largest - columns.max(axis=0)
    return margins


def _entropies(p: Floats) -> Floats:
    logarithms = np.log(np.maximum(p, np.finfo(np.float32).tiny))
    entropies: Floats = -np.einsum("nc,nc->n", p, logarithms)
    return entropies


def _by_blocks(of_rows: Callable[..., Floats], *arrays: npt.NDArray[np.generic]) -> Floats:
    """Return what a function says of the rows of arrays, for some rows at a time.

    What it makes on the way stays in the processor's cache, which is many times as fast.
    """
    found = np.empty(len(arrays[0]), np.float32)
    for start in range(0, len(found), _BLOCK):
        some = slice(start, start + _BLOCK)
        found[some] = of_rows(*(array[some] for array in arrays))
    return found


def _shares(parts: Numbers, totals: Numbers) -> list[float | None]:
    return [
        part / total if total else None
        for part, total in zip(parts.tolist(), totals.tolist(), strict=True)
    ]
