"""Handwritten digits that come with scikit-learn, for a machine without a network.

1,797 digits of 8 x 8 pixels and 17 greys, enlarged to 20 x 20 and centred by their mass in 28 x 28,
as MNIST's are. A fifth of each class is kept for testing, always the same.

Source: Alpaydin and Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning
Repository, 1998, its test set.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.images import Bytes, ImageSet, Split, described_by_content
from lenet_desktop.data.pictures.preparation import DRAWN

KEY, TITLE = "digits", "Digits (small)"
CLASS_NAMES = tuple("0123456789")
SOURCE = "Alpaydin and Kaynak, UCI Machine Learning Repository, with scikit-learn"
LICENCE = "CC BY 4.0"
SIDE, COUNT = 28, 1_797
_BOX, _STORED, _GREATEST = 20, 8, 16
_TEST_SHARE = 0.2


def read(_cache: Path) -> Mapping[Split, ImageSet]:
    """Read both parts; imports scikit-learn."""
    from sklearn.datasets import load_digits

    stored = load_digits()
    labels = stored.target.astype(np.uint8)
    images = enlarge(stored.images.astype(np.int64))
    is_test = _test_images(labels)
    parts = {Split.TRAIN: ~is_test, Split.TEST: is_test}
    return described_by_content(
        {split: (images[chosen], labels[chosen]) for split, chosen in parts.items()},
        key=KEY,
        title=TITLE,
        class_names=CLASS_NAMES,
        can_be_mirrored=False,
        preparation=DRAWN,
        source=SOURCE,
        licence=LICENCE,
    )


def enlarge(stored: npt.NDArray[np.int64]) -> Bytes:
    """Return digits of 0-16, (N, 8, 8), as uint8 (N, 1, 28, 28), centred by their mass.

    They are enlarged linearly. All is computed in whole numbers, so that every machine has the
    same pixels.
    """
    weights = _linear_weights()  # in tenths
    tenths = weights @ stored @ weights.T
    greys = (2 * tenths * 255 + _GREATEST * 100) // (2 * _GREATEST * 100)
    frames = np.zeros((len(stored), 1, SIDE, SIDE), np.uint8)
    for frame, grey in zip(frames, greys, strict=True):
        top, left = (_centred(grey.sum(axis=1 - axis)) for axis in (0, 1))
        frame[0, top : top + _BOX, left : left + _BOX] = grey
    return frames


def _linear_weights() -> npt.NDArray[np.int64]:
    """Return how much each stored row, in tenths, is in each row of the box: (20, 8)."""
    weights = np.zeros((_BOX, _STORED), np.int64)
    for row in range(_BOX):
        place = min(max(4 * row - 3, 0), 10 * (_STORED - 1))  # of its middle, in tenths
        whole, part = divmod(place, 10)
        weights[row, whole] += 10 - part
        if part:
            weights[row, whole + 1] += part
    return weights


def _centred(masses: npt.NDArray[np.int64]) -> int:
    """Return where the box must begin for its centre of mass to be in the middle of the frame."""
    total = int(masses.sum())
    moment = int(masses @ np.arange(_BOX))
    begin = ((SIDE - 1) * total - 2 * moment + total) // (2 * total)  # rounded
    return min(max(begin, 0), SIDE - _BOX)


def _test_images(labels: Bytes) -> npt.NDArray[np.bool_]:
    """Choose every fifth image of each class."""
    chosen = np.zeros(len(labels), np.bool_)
    for label in np.unique(labels):
        chosen[np.flatnonzero(labels == label)[:: round(1 / _TEST_SHARE)]] = True
    return chosen
