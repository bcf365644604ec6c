"""A look at a folder before anything is learned from it: samples, sizes, what is useless."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lenet_desktop.data.folders.folder_images import by_threads, decoder
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_scan import FolderScan, FoundPicture, Skipped
from lenet_desktop.data.folders.parting import Bools, Numbers, held_out
from lenet_desktop.data.images import Bytes, Split
from lenet_desktop.data.pictures.picture_files import (
    PictureError,
    Pixels,
    read_picture,
)
from lenet_desktop.data.pictures.preparation import prepare
from lenet_desktop.data.progress import Progress
from lenet_desktop.text.language import _

SAMPLES_EACH = 3
THUMBNAIL = 96
"""Height and width, in pixels, that the copy of a sample for showing has at most."""
_TRIED_EACH = 5
_KEPT_WHOLE = 250_000
"""Values of a sample up to which it is kept as it is; a larger one is read anew when needed."""
_CHECKED_FOR_S = 20.0
_TOLD_EACH_S = 0.5
_COLOURED_FROM = 0.1

Size = tuple[int, int]
"""Width and height, in pixels."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sample:
    """A picture of a folder, for showing.

    Attributes:
        found: where it is, and its class.
        thumbnail: uint8 (H, W) or (H, W, 3), scaled down.
        size: of the picture itself.
        whole: its pixels, None where they would take too much memory.
    """

    found: FoundPicture
    thumbnail: Pixels
    size: Size
    whole: Pixels | None

    @property
    def is_grey(self) -> bool:
        """Whether it has no colours."""
        return self.thumbnail.ndim == 2

    def prepared(self, options: FolderOptions) -> Pixels:
        """Return what the network would read of it: uint8 (channels, side, side).

        Raises:
            PictureError: it is not there any more.
        """
        whole = read_picture(self.found.path).pixels if self.whole is None else self.whole
        return prepare(whole, options.side, options.channels, options.how).pixels


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class FolderLook:
    """What is seen of a folder at the first glance.

    Attributes:
        scan: what was found.
        samples: some of each class, in the order of the classes.
        labels: uint8 (N,), of all N pictures.
        given: bool (N,), which of these the folder says are for testing.
    """

    scan: FolderScan
    samples: tuple[Sample, ...]
    labels: Bytes
    given: Bools

    @property
    def suggested(self) -> FolderOptions:
        """How the folder would best become a data set: in colour, if some pictures have any."""
        coloured = sum(not sample.is_grey for sample in self.samples)
        return FolderOptions(channels=3 if coloured > _COLOURED_FROM * len(self.samples) else 1)

    def part_counts(
        self, options: FolderOptions, check: FolderCheck | None = None
    ) -> list[tuple[int, int]]:
        """Return how many pictures of each class will be learned from, and how many held out."""
        kept = np.ones(len(self.labels), np.bool_)
        equal: Numbers = np.arange(len(self.labels))
        if check is not None:
            kept[[number for number, _reason in check.left_out]] = False
            equal = check.equal
        labels = self.labels[kept]
        is_test = held_out(labels, self.given[kept], equal[kept], options)
        classes = len(self.scan.class_names)
        train, test = (
            np.bincount(labels[part], minlength=classes).tolist() for part in (~is_test, is_test)
        )
        return list(zip(train, test, strict=True))


def looking(scan: FolderScan) -> Generator[Progress, None, FolderLook]:
    """Read a few pictures of each class, spread over its files; those damaged are passed over."""
    pictures: dict[int, list[FoundPicture]] = {}
    for found in scan.pictures:
        pictures.setdefault(found.label, []).append(found)
    tried = [
        found
        for of_class in pictures.values()
        for found in of_class[:: max(1, len(of_class) // _TRIED_EACH)][:_TRIED_EACH]
    ]
    samples: list[Sample] = []
    done, count = 0, Counter[int]()
    for some in by_threads(_sample, tried):
        for sample in filter(None, some):
            count[sample.found.label] += 1
            if count[sample.found.label] <= SAMPLES_EACH:
                samples.append(sample)
        done += len(some)
        yield Progress(done, len(tried), _("Reading samples…"))
    labels = np.array([found.label for found in scan.pictures], np.uint8)
    given = np.array([found.split is Split.TEST for found in scan.pictures])
    return FolderLook(scan, tuple(samples), labels, given)


def _sample(found: FoundPicture) -> Sample | None:
    from PIL import Image

    try:
        pixels = read_picture(found.path).pixels
    except PictureError:
        return None
    image = Image.fromarray(pixels)
    image.thumbnail((THUMBNAIL, THUMBNAIL))
    height, width = pixels.shape[:2]
    whole = pixels if pixels.size <= _KEPT_WHOLE else None
    return Sample(found, np.asarray(image), (width, height), whole)


@dataclass(frozen=True, slots=True, eq=False)
class FolderCheck:
    """What is known of a folder's pictures once some of them, or all, were read.

    Attributes:
        done: how many were read.
        total: how many there are.
        coloured: how many of these have colours.
        sizes: how many there are of each size.
        left_out: the numbers of those that cannot be used, and why, in the order of the folder.
        equal: int64 (total,), the same number for those that are equal once they are prepared.
    """

    done: int
    total: int
    coloured: int
    sizes: Mapping[Size, int]
    left_out: tuple[tuple[int, Skipped], ...]
    equal: Numbers

    def skipped(self, scan: FolderScan) -> list[tuple[Path, Skipped]]:
        """Return the files that cannot be used, and why."""
        return [(scan.pictures[number].path, reason) for number, reason in self.left_out]


def checking(scan: FolderScan, options: FolderOptions) -> Generator[FolderCheck | None, None, None]:
    """Read the pictures in a mixed order, as many as there is time for.

    What is known is yielded twice a second and in the end, and None several times between.

    Which of several equal pictures is used is the same as when the folder is opened.
    """
    order = np.random.default_rng(0).permutation(len(scan.pictures)).tolist()
    coloured, sizes = 0, Counter[Size]()
    left_out: dict[int, Skipped] = {}
    first: dict[tuple[bytes, int], int] = {}
    equal, alike = np.arange(len(scan.pictures)), dict[bytes, int]()
    told_at = time.monotonic()
    ends_at = told_at + _CHECKED_FOR_S
    done = 0
    for facts in by_threads(decoder(options), [scan.pictures[number] for number in order]):
        for number, fact in zip(order[done : done + len(facts)], facts, strict=True):
            digest, pixels, size, is_grey = fact
            if isinstance(pixels, Skipped):
                left_out[number] = pixels
                continue
            equal[number] = alike.setdefault(hashlib.sha256(pixels.data).digest(), number)
            coloured += not is_grey
            sizes[size] += 1
            key = digest, scan.pictures[number].label
            earlier = first.setdefault(key, number)
            if earlier != number:
                first[key] = min(earlier, number)
                left_out[max(earlier, number)] = Skipped.DUPLICATE
        done += len(facts)
        now = time.monotonic()
        is_last = done == len(order) or now > ends_at
        if is_last or now > told_at + _TOLD_EACH_S:
            told_at = now
            in_order = tuple(sorted(left_out.items()))
            yield FolderCheck(done, len(order), coloured, dict(sizes), in_order, equal.copy())
        else:
            yield None
        if is_last:
            return
