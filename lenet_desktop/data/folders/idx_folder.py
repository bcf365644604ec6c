"""Idx files of no known data set, as a data set of somebody's own.

One file has the images and another one their labels; where there are two of each, their names say
which are to learn from. Classes are called by their numbers.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.dataset_info import MOST_CLASSES, SIDES
from lenet_desktop.data.folders.folder_images import MOST_MEMORY
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_scan import MOST_IMAGES, FolderScan, FoundPicture
from lenet_desktop.data.folders.parting import make_parts
from lenet_desktop.data.images import Bytes, DataError, ImageSet, Split, noting
from lenet_desktop.data.known.idx import IdxHeader
from lenet_desktop.data.known.packed_files import PackedFile
from lenet_desktop.data.pictures.preparation import prepare
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import Preparing, Progress
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, enumerated, figure, one_line, whole

_REPORTED_EACH = 500
_TEST = re.compile("t10k|test|val")
_USUAL_SIDE = 28


@dataclass(frozen=True, slots=True)
class IdxFile:
    """A file and what it says of itself."""

    file: PackedFile
    header: IdxHeader

    @property
    def is_for_testing(self) -> bool:
        """Whether its name says so."""
        return _TEST.search(self.file.name.lower()) is not None

    @property
    def holds_images(self) -> bool:
        """Whether it has images: (N, height, width), or with the colours behind."""
        *_other, colours = axes = self.header.shape
        is_coloured = len(axes) == 4 and colours in (1, 3)
        return self.header.kind == "u1" and 0 not in axes and (len(axes) == 3 or is_coloured)

    @property
    def holds_labels(self) -> bool:
        """Whether it has a whole number for each image."""
        return len(self.header.shape) == 1 and "f" not in self.header.kind

    def read(self) -> npt.NDArray[Any]:
        """Return the array.

        Raises:
            PackedError: it is damaged.
            DataError: it is not as long as it says.
        """
        content = bytearray()
        for piece in self.file.pieces():
            content += piece
            if len(content) > self.header.size:
                break
        if len(content) != self.header.size:
            raise DataError(
                _("{name} is not as long as its header says.").format(name=self.file.name)
            )
        return self.header.array(content)


def read_idx_files(
    files: Sequence[IdxFile], root: Path, cache: Path, options: FolderOptions | None = None
) -> Preparing:
    """Make a data set of idx files, and keep it in the cache.

    Args:
        files: images and labels, one pair or two.
        root: where they lie, after which the data set is called.
        cache: where it is kept.
        options: how, by default in the size and colours that the images have.

    Raises:
        DataError: they make none.
        PackedError: one cannot be read.
    """
    images = {each.is_for_testing: each for each in files if each.holds_images}
    labels = {each.is_for_testing: each for each in files if each.holds_labels}
    _check(files, images, labels)
    first = next(iter(images.values())).header.shape
    options = options or FolderOptions(
        side=first[1] if first[1] == first[2] and first[1] in SIDES else _USUAL_SIDE,
        channels=first[3] if len(first) == 4 else 1,
    )
    total = sum(each.header.shape[0] for each in images.values())
    if not total <= MOST_IMAGES or total * options.channels * options.side**2 > MOST_MEMORY:
        raise DataError(
            _(
                "{name} has {total} images, which are too many for this program. It "
                "takes {most_images} at most, and fewer of large ones."
            ).format(name=one_line(root.name), total=whole(total), most_images=whole(MOST_IMAGES))
        )
    prepared = np.empty((total, options.channels, options.side, options.side), np.uint8)
    numbers, is_test = [], []
    done = 0
    for for_testing, each in sorted(images.items()):
        for image in each.read():
            if done % _REPORTED_EACH == 0:
                yield Progress(done, total, _("Preparing the images…"))
            prepared[done] = _prepared(image, options)
            done += 1
        numbers.append(labels[for_testing].read().astype(np.int64))
        is_test += [for_testing] * len(numbers[-1])
    parts = _parts(root, np.concatenate(numbers), is_test, prepared, options)
    origin = hashlib.sha256(f"{parts[Split.TRAIN].info.fingerprint} {asdict(options)}".encode())
    return noting(parts, PreparedSets(cache).save(parts, f"folder-{origin.hexdigest()[:32]}"))


def _check(
    files: Sequence[IdxFile], images: Mapping[bool, IdxFile], labels: Mapping[bool, IdxFile]
) -> None:
    """See that each file of images has its labels, and nothing is left."""
    if not images or images.keys() != labels.keys() or len(files) != len(images) + len(labels):
        text = _(
            "{names} make no data set: one file with images and one with their labels is needed, "
            "or two of each, with “train” and “test” in their names."
        )
        raise DataError(text.format(names=enumerated(each.file.name for each in files[:6])))
    for for_testing, each in images.items():
        counts = each.header.shape[0], labels[for_testing].header.shape[0]
        if counts[0] != counts[1]:
            raise DataError(
                _("{images_file} has {images}, and {labels_file} {labels}.").format(
                    images_file=each.file.name,
                    images=counted(counts[0], "{count} image", "{count} images"),
                    labels_file=labels[for_testing].file.name,
                    labels=counted(counts[1], "{count} label", "{count} labels"),
                )
            )
        if each.header.size > MOST_MEMORY:
            raise DataError(
                _("{name} would take {size} GB.").format(
                    name=each.file.name, size=figure(each.header.size / 1e9, ".1f")
                )
            )


def _prepared(image: Bytes, options: FolderOptions) -> Bytes:
    """Return what a network reads of an image, (H, W) or (H, W, channels)."""
    image = image[..., 0] if image.shape[2:] == (1,) else image
    return prepare(image, options.side, options.channels, options.how).pixels


def _parts(
    root: Path,
    numbers: npt.NDArray[np.int64],
    is_test: Iterable[bool],
    images: Bytes,
    options: FolderOptions,
) -> Mapping[Split, ImageSet]:
    classes, labels = np.unique(numbers, return_inverse=True)
    if len(classes) > MOST_CLASSES:
        raise DataError(
            _("{name} has {count} classes; at most {most_classes} can be told apart here.").format(
                name=one_line(root.name), count=whole(len(classes)), most_classes=MOST_CLASSES
            )
        )
    scan = FolderScan(root, tuple(map(str, classes)), (), ())
    kept = [
        FoundPicture(root, int(label), Split.TEST if tested else Split.TRAIN)
        for label, tested in zip(labels, is_test, strict=True)
    ]
    known: dict[bytes, int] = {}
    equal = [known.setdefault(hashlib.sha256(each.data).digest(), len(known)) for each in images]
    return make_parts(scan, kept, images, np.array(equal), options)
