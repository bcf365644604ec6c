"""The digits that come with scikit-learn."""

from pathlib import Path

import numpy as np

from lenet_desktop.data.images import Split
from lenet_desktop.data.known.small_digits import enlarge, read


def test_every_digit_is_learned_from_or_judged_on() -> None:
    from sklearn.datasets import load_digits  # takes a second, in each process that collects this

    parts = read(Path())
    train, test = parts[Split.TRAIN], parts[Split.TEST]

    counts = [np.bincount(part.labels) for part in (train, test)]
    np.testing.assert_array_equal(counts[0] + counts[1], np.bincount(load_digits().target))
    assert (np.abs(counts[1] / (counts[0] + counts[1]) - 0.2) < 0.01).all()
    assert train.images.shape[1:] == test.images.shape[1:] == (1, 28, 28)
    assert train.info == test.info
    assert train.info.train_counts == tuple(counts[0])


def test_their_pixels_are_the_same_on_every_machine() -> None:
    fingerprint = read(Path())[Split.TRAIN].info.fingerprint

    assert fingerprint == "580b1e82190f6ba77e21c8319472ad15133e2fc85a98a86cb42cebe46d8a5485"


def test_what_is_flat_stays_flat() -> None:
    enlarged = enlarge(np.full((1, 8, 8), 16))

    inside = enlarged[0, 0, 4:24, 4:24]
    assert (inside == 255).all()
    assert enlarged.sum() == inside.sum()
