"""Images with their labels: known by their content, shared where they need not be copied."""

import numpy as np
import numpy.typing as npt
import pytest

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits, ImageSet, fingerprint_of


def arrays_of(data: DataSplits) -> list[npt.NDArray[np.uint8]]:
    parts = [part.as_image_set() for part in (data.train, data.test)]
    return [array for part in parts for array in (part.images, part.labels)]


def test_the_fingerprint_is_that_of_the_content(data: DataSplits) -> None:
    assert fingerprint_of(*arrays_of(data)) == data.info.fingerprint == DEFAULT.fingerprint
    assert data.info.train_counts == tuple(data.train.labels.bincount().tolist())


@pytest.mark.parametrize("changed", range(4))
def test_any_other_pixel_or_label_gives_another_fingerprint(changed: int, few: DataSplits) -> None:
    arrays = arrays_of(few)
    other = arrays[changed].copy()
    other[(-1,) * other.ndim] ^= 1

    changed_arrays = [*arrays[:changed], other, *arrays[changed + 1 :]]
    assert fingerprint_of(*changed_arrays) != fingerprint_of(*arrays)


def test_the_same_bytes_in_another_form_have_another_fingerprint() -> None:
    wide, tall = np.zeros((1, 1, 8, 16), np.uint8), np.zeros((1, 1, 16, 8), np.uint8)
    assert fingerprint_of(wide) != fingerprint_of(tall)


def test_all_parts_are_of_one_data_set(data: DataSplits, images: ImageSet) -> None:
    assert data.train.info == data.test.info == data.info == images.info == DEFAULT


def test_showing_images_and_taking_some_copies_no_pixels(few: DataSplits) -> None:
    shown = few.train.as_image_set()
    first = few.train.first(5)

    assert len(first) == 5
    assert shown.info == first.info == few.info
    assert np.shares_memory(shown.images, few.train.images.numpy())
    assert np.shares_memory(first.images.numpy(), few.train.images.numpy())
    assert not shown.images.flags.writeable
