"""Equal images are found wherever they stand, and no others."""

from time import thread_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.data.duplicates import EqualImage, find_duplicates
from lenet_desktop.data.images import DataSplits, ImageSet, Split

FIXED_BY_ZALANDO = [(Split.TEST, 6334), (Split.TEST, 8569), (Split.TEST, 7243), (Split.TRAIN, 3763)]
"""Some of the images that were equal in the files of August 2017."""


@pytest.fixture(scope="module")
def train_images(data: DataSplits) -> np.ndarray:
    return data.train.images.numpy()


def test_fashion_mnist_holds_no_image_twice(images: ImageSet, train_images: np.ndarray) -> None:
    duplicates = find_duplicates(images.images, train_images)
    assert len(duplicates) == 0
    for split, number in FIXED_BY_ZALANDO:
        assert duplicates.of(split, number) == ()
    everything = np.concatenate([images.images, train_images]).reshape(70_000, -1)
    assert len({image.tobytes() for image in everything}) == 70_000, "and it is really so"


def test_all_of_fashion_mnist_takes_a_moment(images: ImageSet, train_images: np.ndarray) -> None:
    start_s = thread_time()  # what others do on this machine meanwhile does not count
    find_duplicates(images.images, train_images)
    assert thread_time() - start_s < 0.3


def test_equal_images_are_found_with_their_labels(
    images: ImageSet, train_images: np.ndarray, data: DataSplits
) -> None:
    test, train = images.images[:500].copy(), train_images[:2_000].copy()
    test_labels, train_labels = images.labels[:500].copy(), data.train.labels.numpy()[:2_000].copy()
    test[8] = test[3]
    train[[7, 1_500]] = train[1_000]
    train[40] = test[3]
    test_labels[[3, 8]], train_labels[40] = 5, 4
    train_labels[[7, 1_000, 1_500]] = 2
    found = find_duplicates(test, train, test_labels=test_labels, train_labels=train_labels)
    assert found.of(Split.TEST, 3) == (
        EqualImage(Split.TEST, 8, False),
        EqualImage(Split.TRAIN, 40, True),
    )
    assert found.of(Split.TEST, 8) == (
        EqualImage(Split.TEST, 3, False),
        EqualImage(Split.TRAIN, 40, True),
    )
    assert found.of(Split.TRAIN, 40) == (
        EqualImage(Split.TEST, 3, True),
        EqualImage(Split.TEST, 8, True),
    )
    assert [other.number for other in found.of(Split.TRAIN, 1_000)] == [7, 1_500]
    assert found.of(Split.TEST, 7) == ()
    assert len(found) == 2


def test_without_labels_nothing_is_said_of_them(images: ImageSet) -> None:
    twice = np.concatenate([images.images[:5], images.images[:1]])
    for labels in (None, images.labels[[0, 1, 2, 3, 4, 0]]):
        # labels of the test images alone say nothing of those across the two
        found = find_duplicates(twice, twice[:0], test_labels=labels)
        assert found.of(Split.TEST, 5) == (EqualImage(Split.TEST, 0, None),)
    alone = find_duplicates(twice, test_labels=images.labels[[0, 1, 2, 3, 4, 0]])
    assert alone.of(Split.TEST, 5) == (EqualImage(Split.TEST, 0, False),)


def test_each_image_needs_one_label(images: ImageSet) -> None:
    with pytest.raises(ValueError, match="one label for each"):
        find_duplicates(images.images[:5], test_labels=images.labels[:4])


@given(
    st.lists(st.integers(0, 3), max_size=12),
    st.lists(st.integers(0, 3), max_size=12),
    st.booleans(),
)
def test_any_arrangement_is_found(test: list[int], train: list[int], with_channel: bool) -> None:
    shape = (1, 2, 2) if with_channel else (2, 2)

    def images(kinds: list[int]) -> np.ndarray:
        pixels = np.zeros((len(kinds), *shape), np.uint8)
        pixels[..., 1, 0] = np.array(kinds, np.uint8).reshape(-1, *[1] * (len(shape) - 2))
        return pixels

    # seen from the other side, so that the memory is not in the usual order
    found = find_duplicates(images(test)[..., ::-1], images(train)[..., ::-1])
    everything = [(Split.TEST, kind) for kind in test], [(Split.TRAIN, kind) for kind in train]
    for own, kinds in ((Split.TEST, test), (Split.TRAIN, train)):
        for number, kind in enumerate(kinds):
            expected = {
                (split, other)
                for part in everything
                for other, (split, its_kind) in enumerate(part)
                if its_kind == kind and (split, other) != (own, number)
            }
            assert {(equal.split, equal.number) for equal in found.of(own, number)} == expected
