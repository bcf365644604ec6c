"""Images with their true labels, and the data set that they are of.

Knows torch by name only, because a window can show images seconds before it is imported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, counted

if TYPE_CHECKING:
    from torch import Tensor

Bytes = npt.NDArray[np.uint8]
_COUNTED_AT_ONCE = 1_000_000
"""Pixels; NumPy makes eight bytes of each to count them."""
Item = TypeVar("Item", bound=np.generic)


class Split(StrEnum):
    """A part of a data set; its value stands in files."""

    TRAIN = "train"
    TEST = "t10k"

    @property
    def word(self) -> str:
        """What a person calls an image of this part."""
        return _("training image") if self is Split.TRAIN else _("test image")

    def number(self, count: int) -> str:
        """Write how many images of this part there are: `60,000 training images`."""
        if self is Split.TRAIN:
            return counted(count, "{count} training image", "{count} training images")
        return counted(count, "{count} test image", "{count} test images")


class Own(StrEnum):
    """What can be browsed beside the parts of a data set; it is none of one, and in none's files.

    A type of its own, so that whatever is about the images of a data set only, as marks are, cannot
    be handed a person's own pictures by mistake.
    """

    PICTURES = "own"

    @property
    def word(self) -> str:
        """What one of them is called."""
        return _("own picture")


Part = Split | Own
"""What can be browsed: a part of the data set, or a person's own pictures."""


class DataError(ToldError, RuntimeError):
    """The data cannot be used; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ImageSet:
    """Images with their true labels, as read-only arrays.

    Attributes:
        images: uint8 (N, channels, side, side), 0 is black and 255 the brightest.
        labels: uint8 (N,), an index into the names of the classes.
        info: the data set that they are of.
        notice: a sentence for the person when the cache could not be used, else None.
    """

    images: Bytes
    labels: Bytes
    info: DatasetInfo
    notice: str | None = None

    def as_tensors(self) -> LabelledImages:
        """Return a copy to train with; imports torch."""
        import torch

        labels = torch.from_numpy(self.labels.astype(np.int64))
        return LabelledImages(torch.from_numpy(self.images.copy()), labels, self.info)

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LabelledImages:
    """Images with their true labels, as tensors for training.

    Attributes:
        images: uint8 (N, channels, side, side).
        labels: int64 (N,).
        info: the data set that they are of.
    """

    images: Tensor
    labels: Tensor
    info: DatasetInfo

    def as_image_set(self) -> ImageSet:
        """Return the same as read-only arrays, for showing; the pixels are not copied."""
        images, labels = self.images.numpy(), self.labels.numpy().astype(np.uint8)
        return ImageSet(read_only(images), read_only(labels), self.info)

    def first(self, count: int) -> LabelledImages:
        """Return the first of them, in the same memory."""
        return LabelledImages(self.images[:count], self.labels[:count], self.info)

    def some(self, numbers: Tensor) -> LabelledImages:
        """Return those of some numbers, int64 (K,), in that order; they are copied."""
        return LabelledImages(self.images[numbers], self.labels[numbers], self.info)

    def to(self, device_id: str) -> LabelledImages:
        """Return the same on another device; nothing is copied where it is there already."""
        return LabelledImages(self.images.to(device_id), self.labels.to(device_id), self.info)

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

    @property
    def info(self) -> DatasetInfo:
        """The data set that they are of."""
        return self.train.info

    def described(self, info: DatasetInfo) -> DataSplits:
        """Return the same images with what somebody else says of their data set."""
        return replace(
            self, train=replace(self.train, info=info), test=replace(self.test, info=info)
        )


def as_splits(parts: Mapping[Split, ImageSet]) -> DataSplits:
    """Return both parts of a data set as tensors; imports torch."""
    train, test = (parts[split] for split in (Split.TRAIN, Split.TEST))
    return DataSplits(train.as_tensors(), test.as_tensors(), train.notice or test.notice)


def noting(parts: Mapping[Split, ImageSet], notice: str | None) -> Mapping[Split, ImageSet]:
    """Return the same images with what a person should know about how they were read."""
    return {split: replace(part, notice=part.notice or notice) for split, part in parts.items()}


def described_by_content(
    arrays: Mapping[Split, tuple[Bytes, Bytes]], **words: Any
) -> Mapping[Split, ImageSet]:
    """Return the parts of a data set of which all is known that follows from its content.

    Args:
        arrays: the images of each part, uint8 (N, channels, side, side), and their labels, uint8
            (N,); read-only from now on.
        words: the fields of `DatasetInfo` that do not follow from the content.

    Raises:
        ValueError: they make no data set.
    """
    (pixels, train_labels), (_other, test_labels) = arrays[Split.TRAIN], arrays[Split.TEST]
    classes = len(words["class_names"])
    mean, std = mean_and_std(pixels)
    info = DatasetInfo(
        side=pixels.shape[2],
        channels=pixels.shape[1],
        mean=mean,
        std=std,
        fingerprint=fingerprint_of(*arrays[Split.TRAIN], *arrays[Split.TEST]),
        chance_accuracy=int(np.bincount(test_labels).max()) / len(test_labels),
        train_counts=tuple(np.bincount(train_labels, minlength=classes).tolist()),
        **words,
    )
    return {
        split: ImageSet(read_only(images), read_only(labels), info)
        for split, (images, labels) in arrays.items()
    }


def read_only(array: npt.NDArray[Item]) -> npt.NDArray[Item]:
    """Return an array that nobody can write to from now on."""
    array.setflags(write=False)
    return array


def fingerprint_of(*arrays: Bytes) -> str:
    """Return the fingerprint of a data set: the SHA-256 of all its pixels and labels.

    Args:
        arrays: the training images, uint8 (N, channels, side, side), and their labels, uint8 (N,);
            then those of the test images.
    """
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def mean_and_std(pixels: Bytes) -> tuple[float, float]:
    """Return mean and standard deviation of pixels on the scale 0-1, to four digits."""
    flat = pixels.reshape(-1)
    some = (flat[at : at + _COUNTED_AT_ONCE] for at in range(0, len(flat), _COUNTED_AT_ONCE))
    counts = sum(np.bincount(each, minlength=256) for each in some) / pixels.size
    values = np.arange(256) / 255
    mean = float(counts @ values)
    std = float(np.sqrt(counts @ (values - mean) ** 2))
    return round(mean, 4), max(round(std, 4), 1e-4)
