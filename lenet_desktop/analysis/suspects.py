"""Images whose label the network contradicts, surely and epoch after epoch.

The method is confident learning: Curtis G. Northcutt, Lu Jiang and Isaac L. Chuang, "Confident
learning: estimating uncertainty in dataset labels", Journal of Artificial Intelligence Research
70, 2021, as its authors' library cleanlab implements it. Its probabilities should come from a
network that has not learned from the images in question. Test images are such images; of training
images it finds those whose labels were so hard to learn that they are still contradicted.

Imports cleanlab, which takes seconds, only when suspects are looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lenet_desktop.networks.predictions import Floats, Labels
from lenet_desktop.text.language import marked

METHOD = marked(
    "Images whose label the network has contradicted in each of the last epochs, found by "
    "confident learning (Northcutt, Jiang and Chuang 2021): the label may be wrong, or the image "
    "is hard."
)
"""What is listed and how it is found, for the person."""

LEARNED_FROM = marked(
    "The network has learned from the labels of the training images, so it doubts fewer of them "
    "than a network that never saw them would."
)
"""What is to be said besides of training images."""

WINDOW = 5
"""How many of the last epochs have to agree."""

LEAST_ACCURACY = 0.5
"""A network that is more often wrong than right (0-1) is no witness against a label."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One image whose label is suspect.

    Attributes:
        number: the number of the image.
        label: the class that it is said to be.
        proposed: the class that the network takes it for.
        score: 0-1; 1 where the network is sure of another class than the label.
        contradicted: in how many of the epochs looked at the network did not agree with the label.
    """

    number: int
    label: int
    proposed: int
    score: float
    contradicted: int


@dataclass(frozen=True, slots=True)
class Suspects:
    """All images whose label is suspect, the most contradicted first.

    Attributes:
        ranked: by score; images that it can't tell apart stand by number.
        epochs: how many epochs were looked at.
        images: how many images were looked at.
        has_learned: whether the network was right often enough for its doubts to mean anything.
    """

    ranked: tuple[Suspect, ...]
    epochs: int
    images: int
    has_learned: bool

    def __len__(self) -> int:
        return len(self.ranked)


def find_suspects(
    labels: Labels, probabilities: Sequence[Floats], *, window: int = WINDOW
) -> Suspects:
    """Find the images whose label the network contradicts confidently and persistently.

    Confident learning judges the mean of the probabilities over the last `window` epochs; of what
    it finds, those images stay whose label was not the most probable class in any of these
    epochs. The score is 1 less cleanlab's label quality by normalised margin.

    Args:
        labels: uint8 (N,), the given classes.
        probabilities: float32 (N, C) for each finished epoch, the newest last. Epochs before the
            last `window` only add to how often an image is said to have been contradicted.
        window: how many of the last epochs decide, 1 or more.

    Raises:
        ValueError: the probabilities are not those of the same images, or the window is empty.
    """
    if window < 1:
        raise ValueError("At least one epoch must be looked at.")
    if any(len(each) != len(labels) for each in probabilities):
        raise ValueError("The probabilities are not of these images.")
    nothing = Suspects((), len(probabilities), len(labels), has_learned=False)
    if not len(labels) or not probabilities:
        return nothing
    mean = np.asarray(np.mean(probabilities[-window:], axis=0, dtype=np.float64))
    # A run that diverged leaves what is not a number, with which no comparison holds.
    if not (mean.argmax(axis=1) == labels).mean() >= LEAST_ACCURACY or not np.isfinite(mean).all():
        return nothing
    disagrees = np.stack([each.argmax(axis=1) != labels for each in probabilities])
    is_suspect = _confident_suspects(labels, mean) & disagrees[-window:].all(axis=0)
    numbers = np.flatnonzero(is_suspect)
    return Suspects(
        _ranked(numbers, labels, mean, disagrees.sum(axis=0)),
        len(probabilities),
        len(labels),
        has_learned=True,
    )


def _confident_suspects(labels: Labels, mean: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which labels confident learning takes for wrong, bool (N,)."""
    if len(np.unique(labels)) < 2:  # nothing to be confused with
        return np.zeros(len(labels), dtype=np.bool_)
    from cleanlab.filter import find_label_issues  # type: ignore[import-untyped]  # has no types

    found = find_label_issues(
        labels.astype(np.intp), mean, filter_by="confident_learning", n_jobs=1, verbose=False
    )
    return np.asarray(found, dtype=np.bool_)


def _ranked(
    numbers: npt.NDArray[np.intp],
    labels: Labels,
    mean: npt.NDArray[np.float64],
    contradicted: npt.NDArray[np.intp],
) -> tuple[Suspect, ...]:
    if not len(numbers):
        return ()
    from cleanlab.rank import get_label_quality_scores  # type: ignore[import-untyped]

    quality = get_label_quality_scores(labels.astype(np.intp), mean, method="normalized_margin")
    scores = np.clip(1 - quality, 0, 1)
    proposed = mean.argmax(axis=1)
    return tuple(
        Suspect(
            number=int(number),
            label=int(labels[number]),
            proposed=int(proposed[number]),
            score=float(scores[number]),
            contradicted=int(contradicted[number]),
        )
        for number in numbers[np.argsort(-scores[numbers], kind="stable")]
    )
