"""The relatives of MNIST and Fashion-MNIST, through torchvision's own readers.

Their files lie where torchvision looks for them below its root. What torchvision leaves to its
users is put right here: EMNIST is stored transposed and counts its letters from 1, QMNIST has eight
numbers for a label, and files with more images than labels are read without a word.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lenet_desktop.data.images import Bytes, DataError, ImageSet, Split, described_by_content
from lenet_desktop.data.pictures.preparation import DRAWN
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, first_line

if TYPE_CHECKING:
    from torch.utils.data import Dataset

Opener = Callable[[str, bool], "Dataset[Any]"]
"""Opens the training part, or else the test part, below torchvision's root."""

_DIGITS = tuple(string.digits)


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchvisionSet:
    """A data set that torchvision can read.

    Attributes:
        title: what people call it.
        class_names: in the order of the labels.
        open: opens a part of it.
        is_transposed: whether rows and columns of its images are stored the wrong way round.
        first_label: what the first class is called in its files.
        source: where it comes from.
        licence: under which it may be used; empty where its makers name none.
    """

    title: str
    class_names: tuple[str, ...]
    open: Opener
    is_transposed: bool = False
    first_label: int = 0
    source: str
    licence: str = ""


def _opener(name: str, **arguments: Any) -> Opener:
    def open_part(root: str, train: bool) -> Dataset[Any]:
        from torchvision import datasets

        opened: Dataset[Any] = getattr(datasets, name)(root, train=train, **arguments)
        return opened

    return open_part


def _emnist(split: str, title: str, names: tuple[str, ...], first_label: int = 0) -> TorchvisionSet:
    return TorchvisionSet(
        title=title,
        class_names=names,
        open=_opener("EMNIST", split=split),
        is_transposed=True,
        first_label=first_label,
        source="Cohen, Afshar, Tapson and van Schaik, EMNIST, 2017, NIST",
    )


SETS: Mapping[str, TorchvisionSet] = {
    "mnist": TorchvisionSet(
        title="MNIST",
        class_names=_DIGITS,
        open=_opener("MNIST"),
        source="LeCun, Cortes and Burges, The MNIST database of handwritten digits",
    ),
    "kmnist": TorchvisionSet(
        title="KMNIST",
        class_names=("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        open=_opener("KMNIST"),
        source="Clanuwat et al., Deep Learning for Classical Japanese Literature, 2018",
        licence="CC BY-SA 4.0",
    ),
    "qmnist": TorchvisionSet(
        title="QMNIST",
        class_names=_DIGITS,
        open=_opener("QMNIST"),
        source="Yadav and Bottou, Cold Case: The Lost MNIST Digits, 2019",
        licence="BSD",
    ),
    "emnist-balanced": _emnist(
        "balanced", "EMNIST balanced", (*_DIGITS, *string.ascii_uppercase, *"abdefghnqrt")
    ),
    "emnist-letters": _emnist("letters", "EMNIST letters", tuple(string.ascii_lowercase), 1),
    "emnist-digits": _emnist("digits", "EMNIST digits", _DIGITS),
    "usps": TorchvisionSet(
        title="USPS",
        class_names=_DIGITS,
        open=_opener("USPS"),
        source="Hull, A database for handwritten text recognition research, 1994",
    ),
}


def read(key: str, root: Path) -> Mapping[Split, ImageSet]:
    """Read both parts of a data set of the table; imports torch and torchvision.

    Args:
        key: its key in `SETS`.
        root: the folder below which torchvision looks for its files.

    Raises:
        DataError: the files are not there, or not what they should be.
    """
    known = SETS[key]
    return described_by_content(
        {split: _arrays(known, root, split) for split in Split},
        key=key,
        title=known.title,
        class_names=known.class_names,
        can_be_mirrored=False,
        preparation=DRAWN,
        source=known.source,
        licence=known.licence,
    )


def _arrays(known: TorchvisionSet, root: Path, split: Split) -> tuple[Bytes, Bytes]:
    """Return images, uint8 (N, 1, side, side), and labels from 0, uint8 (N,)."""
    try:
        part: Any = known.open(str(root), split is Split.TRAIN)
    except Exception as error:  # each reader has its own for files that are no such files
        raise DataError(
            _("{title} cannot be read from {root} ({reason}).").format(
                title=known.title, root=root, reason=first_line(error)
            )
        ) from error
    images, labels = np.asarray(part.data), np.asarray(part.targets)
    if labels.ndim == 2:
        labels = labels[:, 0]  # the others say who wrote it, and where it is from
    if len(images) != len(labels):
        raise DataError(
            _(
                "{title} has {images} and {labels} of them. Put the original files in their place."
            ).format(
                title=known.title,
                images=split.number(len(images)),
                labels=counted(len(labels), "{count} label", "{count} labels"),
            )
        )
    labels = labels.astype(np.int64) - known.first_label
    if not len(labels) or labels.min() < 0 or labels.max() >= len(known.class_names):
        text = (
            _(
                "{title} has a training image of a class that it does not know. Put the original "
                "files in their place."
            )
            if split is Split.TRAIN
            else _(
                "{title} has a test image of a class that it does not know. Put the original "
                "files in their place."
            )
        )
        raise DataError(text.format(title=known.title))
    if images.ndim != 3 or images.dtype != np.uint8 or images.shape[1] != images.shape[2]:
        text = (
            _("{title} has training images that are not square and grey.")
            if split is Split.TRAIN
            else _("{title} has test images that are not square and grey.")
        )
        raise DataError(text.format(title=known.title))
    if known.is_transposed:
        images = images.transpose(0, 2, 1)
    return np.ascontiguousarray(images[:, np.newaxis]), labels.astype(np.uint8)


READERS = {key: partial(read, key) for key in SETS}
