"""Equal images are found wherever they stand, and no others."""

from time import thread_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.data.duplicates import Duplicate, find_duplicates
from lenet_desktop.data.images import DataSplits, ImageSet, Split
from tests.image_sets import image_set

FIXED_BY_ZALANDO = [(Split.TEST, 6334), (Split.TEST, 8569), (Split.TEST, 7243), (Split.TRAIN, 3763)]
"""Some of the images that were equal in the files of August 2017."""


@pytest.fixture(scope="module")
def train_images(data: DataSplits) -> np.ndarray:
    return data.train.images.numpy()


def test_fashion_mnist_holds_no_image_twice(images: ImageSet, train_images: np.ndarray) -> None:
    duplicates = find_duplicates(images, image_set(train_images))
    assert len(duplicates) == 0
    for split, number in FIXED_BY_ZALANDO:
        assert duplicates.of(split, number) == ()
    everything = np.concatenate([images.images, train_images]).reshape(70_000, -1)
    assert len({image.tobytes() for image in everything}) == 70_000, "and it is really so"


def test_all_of_fashion_mnist_takes_a_moment(images: ImageSet, train_images: np.ndarray) -> None:
    start_s = thread_time()  # what others do on this machine meanwhile does not count
    find_duplicates(images, image_set(train_images))
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
    found = find_duplicates(image_set(test, test_labels), image_set(train, train_labels))
    assert found.of(Split.TEST, 3) == (
        Duplicate(Split.TEST, 8, False),
        Duplicate(Split.TRAIN, 40, True),
    )
    assert found.of(Split.TEST, 8) == (
        Duplicate(Split.TEST, 3, False),
        Duplicate(Split.TRAIN, 40, True),
    )
    assert found.of(Split.TRAIN, 40) == (
        Duplicate(Split.TEST, 3, True),
        Duplicate(Split.TEST, 8, True),
    )
    assert [other.number for other in found.of(Split.TRAIN, 1_000)] == [7, 1_500]
    assert found.of(Split.TEST, 7) == ()
    assert len(found) == 2


@given(
    st.lists(st.integers(0, 3), max_size=12),
    st.lists(st.integers(0, 3), max_size=12),
    st.sampled_from([1, 3]),
)
def test_any_arrangement_is_found(test: list[int], train: list[int], channels: int) -> None:
    def images(kinds: list[int]) -> ImageSet:
        pixels = np.zeros((len(kinds), channels, 2, 2), np.uint8)
        pixels[:, -1, 1, 0] = kinds
        # seen from the other side, so that the memory is not in the usual order
        return image_set(pixels[..., ::-1])

    found = find_duplicates(images(test), images(train))
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
