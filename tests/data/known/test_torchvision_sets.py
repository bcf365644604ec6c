"""The relatives of MNIST, in small files of their own formats."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.known.torchvision_sets import SETS, read
from tests.data.known.made_originals import drawn, idx, labels, put


@pytest.mark.parametrize("key", SETS)
def test_images_stand_upright_and_labels_count_from_nothing(key: str, tmp_path: Path) -> None:
    put(key, tmp_path)

    for split, part in read(key, tmp_path).items():
        side = part.info.side

        np.testing.assert_array_equal(part.images, drawn(key, split)[:, np.newaxis])
        np.testing.assert_array_equal(part.labels, labels(key, split))
        assert (part.info.key, part.info.channels, side) == (key, 1, 16 if key == "usps" else 28)
        assert not part.info.can_be_mirrored


def test_mean_and_deviation_are_those_of_the_training_images(tmp_path: Path) -> None:
    put("mnist", tmp_path)

    info = read("mnist", tmp_path)[Split.TEST].info

    unit = drawn("mnist", Split.TRAIN) / 255
    assert (info.mean, info.std) == pytest.approx((unit.mean(), unit.std()), abs=1e-4)


@pytest.mark.parametrize("key", SETS)
def test_files_that_are_not_there_are_told(key: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=SETS[key].title):
        read(key, tmp_path)


def test_more_images_than_labels_are_told(tmp_path: Path) -> None:
    put("mnist", tmp_path)
    raw = tmp_path / "MNIST" / "raw"
    (raw / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(8, np.uint8)))

    with pytest.raises(DataError, match=r"9 training images and 8 labels"):
        read("mnist", tmp_path)


def test_a_label_of_no_class_is_told(tmp_path: Path) -> None:
    put("emnist-letters", tmp_path)
    file = tmp_path / "EMNIST" / "raw" / "emnist-letters-train-labels-idx1-ubyte"
    file.write_bytes(idx(np.zeros(12, np.uint8)))  # the class "N/A"

    with pytest.raises(DataError, match="a class that it does not know"):
        read("emnist-letters", tmp_path)


@pytest.mark.parametrize("content", [b"", b"no images", gzip.compress(b"anything", mtime=0)])
def test_what_is_no_idx_file_is_told(content: bytes, tmp_path: Path) -> None:
    put("mnist", tmp_path)
    (tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(content)

    with pytest.raises(DataError, match="MNIST cannot be read"):
        read("mnist", tmp_path)
