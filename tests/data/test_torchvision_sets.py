"""The relatives of MNIST, in small files of their own formats."""

import bz2
import gzip
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.torchvision_sets import SETS, read

Array = npt.NDArray[np.generic]
COUNTS = {Split.TRAIN: 9, Split.TEST: 4}
KINDS = {np.dtype(np.uint8): 8, np.dtype(np.int32): 12}


def write_idx(path: Path, array: Array) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, KINDS[array.dtype], array.ndim, *array.shape)
    path.write_bytes(header + array.astype(array.dtype.newbyteorder(">")).tobytes())


def drawn(split: Split, side: int = 28) -> npt.NDArray[np.uint8]:
    generator = np.random.default_rng(len(split))
    return generator.integers(0, 256, (COUNTS[split], side, side), np.uint8)


def labels(split: Split, classes: int) -> npt.NDArray[np.uint8]:
    return (np.arange(COUNTS[split]) * 7 % classes).astype(np.uint8)


def write_plain(folder: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        for split in Split:
            raw = root / folder / "raw"
            write_idx(raw / f"{split}-images-idx3-ubyte", drawn(split))
            write_idx(raw / f"{split}-labels-idx1-ubyte", labels(split, 10))

    return write


def write_qmnist(root: Path) -> None:
    for split, name in ((Split.TRAIN, "train"), (Split.TEST, "test")):
        table = np.full((COUNTS[split], 8), 77, np.int32)
        table[:, 0] = labels(split, 10)
        raw = root / "QMNIST" / "raw"
        write_idx(raw / f"qmnist-{name}-images-idx3-ubyte", drawn(split))
        write_idx(raw / f"qmnist-{name}-labels-idx2-int", table)


def write_emnist(kind: str, classes: int, first: int = 0) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        for split, name in ((Split.TRAIN, "train"), (Split.TEST, "test")):
            start = root / "EMNIST" / "raw" / f"emnist-{kind}-{name}"
            stored = drawn(split).transpose(0, 2, 1)  # as its makers store it
            write_idx(Path(f"{start}-images-idx3-ubyte"), stored)
            write_idx(Path(f"{start}-labels-idx1-ubyte"), labels(split, classes) + first)

    return write


def write_usps(root: Path) -> None:
    for split, name in ((Split.TRAIN, "usps.bz2"), (Split.TEST, "usps.t.bz2")):
        lines = []
        for image, label in zip(drawn(split, 16), labels(split, 10), strict=True):
            # a quarter of a grey above, because the reader cuts off what is behind the point
            values = (image.reshape(-1).astype(float) + 0.25) / 255 * 2 - 1
            pixels = " ".join(f"{n}:{value:.7f}" for n, value in enumerate(values, 1))
            lines.append(f"{label + 1} {pixels}\n")
        (root / name).write_bytes(bz2.compress("".join(lines).encode()))


WRITERS: dict[str, Callable[[Path], None]] = {
    "mnist": write_plain("MNIST"),
    "kmnist": write_plain("KMNIST"),
    "qmnist": write_qmnist,
    "emnist-balanced": write_emnist("balanced", 47),
    "emnist-letters": write_emnist("letters", 26, first=1),
    "emnist-digits": write_emnist("digits", 10),
    "usps": write_usps,
}


@pytest.mark.parametrize("key", SETS)
def test_images_stand_upright_and_labels_count_from_nothing(key: str, tmp_path: Path) -> None:
    WRITERS[key](tmp_path)

    for split, part in read(key, tmp_path).items():
        side, classes = part.info.side, len(part.info.class_names)
        expected = drawn(split, side)[:, np.newaxis]

        np.testing.assert_array_equal(part.images, expected)
        np.testing.assert_array_equal(part.labels, labels(split, classes))
        assert (part.info.key, part.info.channels, side) == (key, 1, 16 if key == "usps" else 28)
        assert not part.info.can_be_mirrored


def test_mean_and_deviation_are_those_of_the_training_images(tmp_path: Path) -> None:
    WRITERS["mnist"](tmp_path)

    info = read("mnist", tmp_path)[Split.TEST].info

    unit = drawn(Split.TRAIN) / 255
    assert (info.mean, info.std) == pytest.approx((unit.mean(), unit.std()), abs=1e-4)


@pytest.mark.parametrize("key", SETS)
def test_files_that_are_not_there_are_told(key: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=SETS[key].title):
        read(key, tmp_path)


def test_more_images_than_labels_are_told(tmp_path: Path) -> None:
    WRITERS["mnist"](tmp_path)
    write_idx(tmp_path / "MNIST" / "raw" / "train-labels-idx1-ubyte", np.zeros(8, np.uint8))

    with pytest.raises(DataError, match=r"9 training images and 8 labels"):
        read("mnist", tmp_path)


def test_a_label_of_no_class_is_told(tmp_path: Path) -> None:
    WRITERS["emnist-letters"](tmp_path)
    start = tmp_path / "EMNIST" / "raw" / "emnist-letters-train"
    write_idx(Path(f"{start}-labels-idx1-ubyte"), np.zeros(9, np.uint8))  # the class "N/A"

    with pytest.raises(DataError, match="a class that it does not know"):
        read("emnist-letters", tmp_path)


@pytest.mark.parametrize("content", [b"", b"no images", gzip.compress(b"anything")])
def test_what_is_no_idx_file_is_told(content: bytes, tmp_path: Path) -> None:
    WRITERS["mnist"](tmp_path)
    (tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte").write_bytes(content)

    with pytest.raises(DataError, match="MNIST cannot be read"):
        read("mnist", tmp_path)
