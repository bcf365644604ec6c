"""Fashion-MNIST: unpacked, checked and read, without a network.

The four gzipped IDX files are bundled. They are unpacked once into a cache folder laid out as
torchvision expects, and their SHA-256 is checked at every reading, so that a damaged or
half-written cache is noticed and made anew. Where the cache cannot be written, the same bytes
serve from memory.

The module imports torch and torchvision only in `load_splits`, because a window can show images
seconds before those two are loaded.

Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms", 2017.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lenet_desktop import assets
from lenet_desktop.data.fashion_mnist import FASHION_MNIST
from lenet_desktop.storage.files import write_atomically

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)

CLASS_NAMES = FASHION_MNIST.class_names
IMAGE_SIDE = FASHION_MNIST.side
_IDX_UINT8 = 0x08


class Split(StrEnum):
    """A part of the data set, named as its files are."""

    TRAIN = "train"
    TEST = "t10k"

    @property
    def word(self) -> str:
        """What a person calls an image of this part."""
        return "training image" if self is Split.TRAIN else "test image"


class DataError(RuntimeError):
    """The data cannot be used; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True)
class IdxFile:
    """One unpacked IDX file and what its content must be."""

    name: str
    sha256: str


IMAGE_FILES = {
    Split.TRAIN: IdxFile(
        "train-images-idx3-ubyte",
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    Split.TEST: IdxFile(
        "t10k-images-idx3-ubyte",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
}
LABEL_FILES = {
    Split.TRAIN: IdxFile(
        "train-labels-idx1-ubyte",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    Split.TEST: IdxFile(
        "t10k-labels-idx1-ubyte",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ImageSet:
    """Images with their true labels, as read-only arrays.

    Attributes:
        images: uint8 (N, 1, 28, 28), 0 is background and 255 full ink.
        labels: uint8 (N,), an index into `CLASS_NAMES`.
        notice: a sentence for the person when the cache could not be used, else None.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    notice: str | None = None

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LabelledImages:
    """Images with their true labels, as tensors for training.

    Attributes:
        images: uint8 (N, 1, 28, 28).
        labels: int64 (N,).
    """

    images: Tensor
    labels: Tensor

    def as_image_set(self) -> ImageSet:
        """Return the same as read-only arrays, for showing; the pixels are not copied."""
        images, labels = self.images.numpy(), self.labels.numpy().astype(np.uint8)
        for array in (images, labels):
            array.setflags(write=False)
        return ImageSet(images, labels)

    def to(self, device_id: str) -> LabelledImages:
        """Return the same on another device; nothing is copied where it is there already."""
        return LabelledImages(self.images.to(device_id), self.labels.to(device_id))

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False)
class DataSplits:
    """The images to learn from and the images to be judged on.

    Attributes:
        notice: a sentence for the person when the cache could not be used, else None.
    """

    train: LabelledImages
    test: LabelledImages
    notice: str | None = None


def read_split(split: Split, cache: Path) -> ImageSet:
    """Read one split with NumPy alone, unpacking it into `cache` first where needed.

    Raises:
        DataError: the bundled files are missing or damaged.
    """
    images, image_notice = _checked_bytes(IMAGE_FILES[split], cache)
    labels, label_notice = _checked_bytes(LABEL_FILES[split], cache)
    pixels = parse_idx(images)
    return ImageSet(pixels[:, np.newaxis], parse_idx(labels), image_notice or label_notice)


def load_splits(cache: Path) -> DataSplits:
    """Read both splits with torchvision, unpacking them into `cache` first where needed.

    Imports torch and torchvision. Where the cache cannot be written, the bundled bytes are read
    from memory instead.

    Raises:
        DataError: the bundled files are missing or damaged.
        ImportError, RuntimeError: torch or torchvision cannot be imported.
    """
    import torch
    from torchvision.datasets import FashionMNIST

    checked = {split: read_split(split, cache) for split in Split}
    notices = [images.notice for images in checked.values() if images.notice is not None]

    def load(split: Split) -> LabelledImages:
        if notices:
            images = checked[split]
            labels = torch.from_numpy(images.labels.astype(np.int64))
            return LabelledImages(torch.from_numpy(images.images.copy()), labels)
        dataset = FashionMNIST(root=str(cache), train=split is Split.TRAIN, download=False)
        return LabelledImages(dataset.data.unsqueeze(1), dataset.targets)

    return DataSplits(load(Split.TRAIN), load(Split.TEST), next(iter(notices), None))


def parse_idx(content: bytes) -> npt.NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes into a read-only array of the shape it states.

    Raises:
        ValueError: the content is not an IDX file of unsigned bytes, or is cut short.
    """
    if len(content) < 4 or content[:3] != bytes((0, 0, _IDX_UINT8)):
        raise ValueError("This is not an IDX file of unsigned bytes.")
    dimensions = content[3]
    header = 4 + 4 * dimensions
    # A header that is itself cut short is as wrong as missing pixels.
    sizes = content[4:header] if len(content) >= header else b""
    shape = tuple(np.frombuffer(sizes, dtype=">u4").tolist())
    if len(shape) != dimensions or len(content) - header != int(np.prod(shape, dtype=object)):
        raise ValueError("The IDX file is not as long as its header says.")
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def raw_folder(cache: Path) -> Path:
    """Return where torchvision looks for the unpacked files below its root `cache`."""
    return cache / "FashionMNIST" / "raw"


def _checked_bytes(file: IdxFile, cache: Path) -> tuple[bytes, str | None]:
    """Return the content of `file`, and a notice if the cache had to be done without."""
    path = raw_folder(cache) / file.name
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError as error:  # which says nothing about what is in it
        log.warning("%s cannot be read: %s", path, error)
        return _unpack_bundled(file), _done_without(cache, "read", error)
    if _is_intact(content, file):
        return content, None
    if content:
        log.warning("%s is damaged; it is unpacked anew.", path)
    content = _unpack_bundled(file)
    try:
        write_atomically(path, content)
    except OSError as error:
        log.warning("%s cannot be written: %s", path, error)
        return content, _done_without(cache, "written", error)
    return content, None


def _done_without(cache: Path, deed: str, error: OSError) -> str:
    return (
        f"The data folder {raw_folder(cache)} cannot be {deed} ({error.strerror or error}). The "
        "images are read from memory this time; everything works."
    )


def _is_intact(content: bytes, file: IdxFile) -> bool:
    return hashlib.sha256(content).hexdigest() == file.sha256


def _unpack_bundled(file: IdxFile) -> bytes:
    try:
        content = gzip.decompress((assets.fashion_mnist() / f"{file.name}.gz").read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"The bundled file {file.name}.gz cannot be read ({error}). "
            "Install LeNet Desktop again."
        ) from error
    if not _is_intact(content, file):
        raise DataError(
            f"The bundled file {file.name}.gz is not the original. Install LeNet Desktop again."
        )
    return content
