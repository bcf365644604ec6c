"""Small data sets in the files in which their makers give them away."""

import bz2
import gzip
import hashlib
import io
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from lenet_desktop.data.images import Split
from lenet_desktop.data.known.originals import ORIGINALS, OriginalFile, Part
from lenet_desktop.data.known.torchvision_sets import SETS

Array = npt.NDArray[np.generic]
COUNTS: Mapping[str, tuple[int, int]] = {
    "mnist": (9, 4),
    "kmnist": (9, 4),
    "qmnist": (9, 9),
    "emnist-balanced": (11, 5),
    "emnist-letters": (12, 6),
    "emnist-digits": (13, 7),
    "usps": (10, 3),
}
"""How many images to learn from and to be judged on; equal where they really are."""
KINDS = {np.dtype(np.uint8): 8, np.dtype(np.int32): 12}


def idx(array: Array) -> bytes:
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, KINDS[array.dtype], array.ndim, *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def count_of(key: str, split: Split) -> int:
    return COUNTS[key][split is Split.TEST]


def drawn(key: str, split: Split) -> npt.NDArray[np.uint8]:
    """Return images as they are meant to be seen, (N, side, side)."""
    side = ORIGINALS[key].side
    generator = np.random.default_rng([len(split), *key.encode()])
    return generator.integers(0, 256, (count_of(key, split), side, side), np.uint8)


def labels(key: str, split: Split) -> npt.NDArray[np.uint8]:
    classes = len(SETS[key].class_names)
    numbers = np.arange(count_of(key, split)) * 7 + len(key) + len(split)
    return (numbers % classes).astype(np.uint8)


def stored(key: str) -> dict[str, bytes]:
    """Return the files that are read, by their places below the cache folder."""
    files: dict[str, bytes] = {}
    for split, part in ORIGINALS[key].parts.items():
        images, numbers = drawn(key, split), labels(key, split) + SETS[key].first_label
        if key == "usps":
            files[part.images] = bz2.compress(usps_text(split))
            continue
        if SETS[key].is_transposed:
            images = images.transpose(0, 2, 1)
        files[part.images] = idx(images)
        table = np.full((len(numbers), 8), 77, np.int32)
        table[:, 0] = numbers
        files[part.labels] = idx(table if key == "qmnist" else numbers)
    return files


def usps_text(split: Split) -> bytes:
    lines = []
    for image, label in zip(drawn("usps", split), labels("usps", split), strict=True):
        # a quarter of a grey above, because the reader cuts off what is behind the point
        values = (image.reshape(-1).astype(float) + 0.25) / 255 * 2 - 1
        pixels = " ".join(f"{n}:{value:.7f}" for n, value in enumerate(values, 1))
        lines.append(f"{label + 1} {pixels} \n")
    return "".join(lines).encode()


def put(key: str, root: Path) -> None:
    """Write the files that are read below torchvision's root."""
    for place, content in stored(key).items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(content)


def given_away(key: str) -> dict[str, bytes]:
    """Return the files as they are downloaded, by their names."""
    if key.startswith("emnist"):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for each in (each for each in ORIGINALS if each.startswith("emnist")):
                for place, content in stored(each).items():
                    name = place.rpartition("/")[2]
                    # A member of no date: the same archive, however often it is made.
                    member = zipfile.ZipInfo(f"gzip/{name}.gz")
                    archive.writestr(member, gzip.compress(content, mtime=0))
            archive.writestr(zipfile.ZipInfo("gzip/emnist-mnist-mapping.txt"), "0 48\n1 49\n")
        return {"gzip.zip": stream.getvalue()}
    files = {place.rpartition("/")[2]: content for place, content in stored(key).items()}
    if key == "usps":
        return files
    return {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in files.items()}


@pytest.fixture
def small_originals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the table of the data sets tell of small ones."""
    for key, original in ORIGINALS.items():
        parts = {
            split: Part(count_of(key, split), part.images, part.labels)
            for split, part in original.parts.items()
        }
        monkeypatch.setitem(ORIGINALS, key, replace(original, parts=parts))
    for key, original in ORIGINALS.items():
        packed = given_away(key)
        files = tuple(OriginalFile(each.urls, md5(packed[each.name])) for each in original.files)
        unpacked = {place: md5(stored(key)[place]) for place in original.unpacked}
        monkeypatch.setitem(ORIGINALS, key, replace(original, files=files, unpacked=unpacked))


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
