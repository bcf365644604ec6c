"""A data set that has nothing in common with Fashion-MNIST but that it is one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataSplits, ImageSet, fingerprint_of

CLASS_NAMES = ("red", "green", "blue")
SIDE = 16
TRAIN_LABELS, TEST_LABELS = [0, 1, 2] * 32, [0, 1, 2, 0] * 10
"""Half of the test images are red."""


UNEQUAL_LABELS = [0] * 40 + [1] * 10 + [2] * 2
"""Red is twenty times as frequent as blue, to be learned or to be judged."""


def colours(
    title: str = "Colours",
    seed: int = 0,
    train_labels: Sequence[int] = TRAIN_LABELS,
    test_labels: Sequence[int] = TEST_LABELS,
) -> DataSplits:
    """Return a few noisy squares of three colours; another seed gives as many other ones."""
    rng = np.random.default_rng(seed)
    labels = [np.array(each, np.uint8) for each in (train_labels, test_labels)]
    train, test = (_drawn(each, rng) for each in labels)
    info = DatasetInfo(
        key=title.lower(),
        title=title,
        class_names=CLASS_NAMES,
        side=SIDE,
        channels=3,
        mean=round(float(train.mean()) / 255, 4),
        std=round(float(train.std()) / 255, 4),
        can_be_mirrored=False,
        source="drawn by a test",
        licence="none",
        fingerprint=fingerprint_of(train, labels[0], test, labels[1]),
        chance_accuracy=int(np.bincount(labels[1]).max()) / len(test),
        train_counts=tuple(np.bincount(labels[0], minlength=len(CLASS_NAMES)).tolist()),
    )
    return DataSplits(
        ImageSet(train, labels[0], info).as_tensors(),
        ImageSet(test, labels[1], info).as_tensors(),
    )


def _drawn(labels: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    images = rng.integers(0, 120, (len(labels), 3, SIDE, SIDE), np.uint8)
    images[np.arange(len(labels)), labels] += 100
    return images
