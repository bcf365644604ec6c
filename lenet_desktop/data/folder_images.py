"""A folder of somebody's own pictures as a data set.

Pictures are decoded by several threads, brought to one size, and parted into those to learn from
and those to be judged on. What came of it is kept in the cache by the content of the files.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.folder_scan import (
    FEWEST_PER_CLASS,
    FolderScan,
    FoundPicture,
    Skipped,
)
from lenet_desktop.data.images import (
    Bytes,
    DataError,
    ImageSet,
    Split,
    described_by_content,
)
from lenet_desktop.data.picture_files import PictureError, read_picture
from lenet_desktop.data.preparation import AS_IT_IS, Preparation, prepare
from lenet_desktop.text.wording import one_line

MOST_MEMORY = 2_000_000_000
"""Bytes that the prepared images may take."""
_AHEAD = 256
"""Pictures that are decoded before they are asked for, at most."""

Progress = Callable[[int, int], None]
"""Is told how many pictures are done, of how many; what it raises ends the reading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions:
    """How a folder becomes a data set.

    Attributes:
        side: height and width that the pictures are brought to.
        channels: 1 for grey, 3 for colour.
        how: the steps from a picture to what the network reads.
        test_share: 0-1, how much of each class is held out for testing, where no folder says so.
        seed: from which those are drawn.
        can_be_mirrored: whether a mirrored picture is still of its class.
    """

    side: int = 28
    channels: int = 1
    how: Preparation = AS_IT_IS
    test_share: float = 0.2
    seed: int = 0
    can_be_mirrored: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class FolderImages:
    """What was read.

    Attributes:
        parts: the images of each part.
        skipped: the files that are not used, and why.
    """

    parts: Mapping[Split, ImageSet]
    skipped: tuple[tuple[Path, Skipped], ...]


def read_folder(
    scan: FolderScan, options: FolderOptions, progress: Progress = lambda _done, _all: None
) -> FolderImages:
    """Decode the pictures of a folder and part them.

    Pictures that are equal to the byte are taken once; where they are of different classes, they
    are in the same part.

    Raises:
        DataError: too little is left, or it would take too much memory.
    """
    size = len(scan.pictures) * options.channels * options.side**2
    if size > MOST_MEMORY:
        raise DataError(
            f"These pictures would take {size / 1e9:.1f} GB at {options.side} x {options.side} "
            "pixels. Choose a smaller size, or grey."
        )
    images = np.empty((len(scan.pictures), options.channels, options.side, options.side), np.uint8)
    kept: list[FoundPicture] = []
    digests: list[bytes] = []
    skipped = list(scan.skipped)
    known: set[tuple[bytes, int]] = set()
    for done, (found, decoded) in enumerate(_decoded(scan.pictures, options), 1):
        if decoded is None:
            skipped.append((found.path, Skipped.UNREADABLE))
        elif (decoded[0], found.label) in known:
            skipped.append((found.path, Skipped.DUPLICATE))
        else:
            known.add((decoded[0], found.label))
            images[len(kept)] = decoded[1]
            kept.append(found)
            digests.append(decoded[0])
        progress(done, len(scan.pictures))
    images = images[: len(kept)]
    labels = np.array([found.label for found in kept], np.uint8)
    _check(scan, labels)
    is_test = _test_images(kept, digests, options)
    return FolderImages(_parts(scan, options, images, labels, is_test), tuple(skipped))


def _decoded(
    pictures: tuple[FoundPicture, ...], options: FolderOptions
) -> Iterator[tuple[FoundPicture, tuple[bytes, Bytes] | None]]:
    """Yield each picture with its digest and pixels, in order; None for what cannot be read."""

    def decode(found: FoundPicture) -> tuple[bytes, Bytes] | None:
        try:
            content = found.path.read_bytes()
            picture = read_picture(content, found.path.name)
        except (OSError, PictureError):
            return None
        pixels = prepare(picture.pixels, options.side, options.channels, options.how).pixels
        return hashlib.sha256(content).digest(), pixels

    waiting = iter(pictures)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = deque((found, pool.submit(decode, found)) for found in islice(waiting, _AHEAD))
        try:
            while running:
                found, future = running.popleft()
                yield found, future.result()
                running.extend((found, pool.submit(decode, found)) for found in islice(waiting, 1))
        finally:
            for _, future in running:
                future.cancel()


def _check(scan: FolderScan, labels: Bytes) -> None:
    """See that enough of each class could be read."""
    counts = np.bincount(labels, minlength=len(scan.class_names))
    for name, count in zip(scan.class_names, counts, strict=True):
        if count < FEWEST_PER_CLASS:
            raise DataError(
                f"Of the class {one_line(name)} only {count} pictures can be used, and a class "
                f"needs {FEWEST_PER_CLASS}. Add some, or take its folder away."
            )


def _test_images(
    kept: Sequence[FoundPicture], digests: Sequence[bytes], options: FolderOptions
) -> npt.NDArray[np.bool_]:
    """Choose what is held out: what its folder says, else a share of each class, by the seed.

    A class has at least one picture in each part. Pictures that are equal to the byte stay
    together; they are put where the first of them is.
    """
    is_test = np.array([found.split is Split.TEST for found in kept])
    if not is_test.any() or is_test.all():
        labels = np.array([found.label for found in kept])
        generator = np.random.default_rng(options.seed)
        is_test = np.zeros(len(kept), np.bool_)
        for label in np.unique(labels):
            of_class = generator.permutation(np.flatnonzero(labels == label))
            count = round(len(of_class) * options.test_share)
            is_test[of_class[: min(max(count, 1), len(of_class) - 1)]] = True
    first: dict[bytes, bool] = {}
    return np.array(
        [
            first.setdefault(digest, bool(held))
            for digest, held in zip(digests, is_test, strict=True)
        ]
    )


def _parts(
    scan: FolderScan,
    options: FolderOptions,
    images: Bytes,
    labels: Bytes,
    is_test: npt.NDArray[np.bool_],
) -> Mapping[Split, ImageSet]:
    if is_test.all() or not is_test.any():
        raise DataError("Too few different pictures are left to learn from and to be judged on.")
    parts = {Split.TRAIN: ~is_test, Split.TEST: is_test}
    try:
        return described_by_content(
            {split: (images[chosen], labels[chosen]) for split, chosen in parts.items()},
            key="folder",
            title=one_line(scan.root.name or "Pictures")[:80],
            class_names=tuple(one_line(name)[:80] for name in scan.class_names),
            can_be_mirrored=options.can_be_mirrored,
            preparation=options.how,
            source="a folder of one's own",
            licence="",
        )
    except ValueError as error:
        raise DataError(f"This folder makes no data set: {error}") from error
