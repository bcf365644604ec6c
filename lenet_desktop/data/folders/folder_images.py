"""A folder of somebody's own pictures as a data set.

Pictures are decoded by several threads, brought to one size, and parted into those to learn from
and those to be judged on. What came of it is kept in the cache by the content of the files, and
found there again without decoding any.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_scan import FolderScan, FoundPicture, Skipped
from lenet_desktop.data.folders.parting import KEY, make_parts, title_of
from lenet_desktop.data.images import Bytes, DataError, ImageSet, Split, noting
from lenet_desktop.data.pictures.picture_files import (
    PictureError,
    PictureTooLargeError,
    read_content,
    read_picture,
)
from lenet_desktop.data.pictures.preparation import prepare
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import Progress
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import figure

MOST_MEMORY = 2_000_000_000
"""Bytes that the prepared images may take."""
_MOST_THREADS = 4
_AT_A_TIME = 16
"""Files that a thread is given at a time: to hand over each would take as long as reading it."""
_QUICK_S = 0.001
"""Seconds for a file below which threads take turns: with so little to do outside the interpreter
they would hinder each other in it, and two be slower than one."""
_REPORTED_EACH_S = 0.1
_LARGE = 4_000_000
"""Values of a picture above which it is prepared alone, to save memory."""
_MADE_AS = 1
"""Counted up when the same options make other images of the same files."""

DECODING = _("Reading the pictures…")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class FolderImages:
    """What was read.

    Attributes:
        parts: the images of each part.
        skipped: the files that are not used, and why.
        digests: of the content of each file of the scan, empty where it cannot be read.
    """

    parts: Mapping[Split, ImageSet]
    skipped: tuple[tuple[Path, Skipped], ...]
    digests: Sequence[bytes] = ()

    @property
    def part_counts(self) -> list[tuple[int, int]]:
        """How many pictures of each class are learned from, and how many held out."""
        info = self.parts[Split.TRAIN].info
        train, test = (
            np.bincount(self.parts[split].labels, minlength=len(info.class_names)).tolist()
            for split in (Split.TRAIN, Split.TEST)
        )
        return list(zip(train, test, strict=True))


def open_folder(
    scan: FolderScan, options: FolderOptions, cache: Path, in_use: Collection[str] | None = None
) -> Generator[Progress, None, FolderImages]:
    """Find the pictures of a folder in the cache, or else decode them and keep them there.

    Yields how far it is, ten times a second and more. To close it is to give up.

    Args:
        scan: what the folder holds.
        options: how it becomes a data set.
        cache: the folder in which data sets are kept.
        in_use: the fingerprints of data that are needed. What was made of the same folder before
            and is none of these gives way; None to keep all.

    Raises:
        DataError: as `reading`.
    """
    sets, place = PreparedSets(cache), _place(scan)
    if sets.has_any(KEY):  # or there is nothing to compare with
        digests = yield from _digests(scan)
        origin = _origin(scan, options, digests)
        anywhere = f"{KEY}*-{origin}"  # it may have been moved since, or copied
        parts = sets.read(origin=anywhere)
        if parts is not None:
            _thin(sets, place, parts, in_use)
            return FolderImages(parts, (*scan.skipped, *_unpacked(sets.remark(anywhere), scan)))
    read = yield from reading(scan, options)
    origin = _origin(scan, options, read.digests)
    left_out = read.skipped[len(scan.skipped) :]
    notice = sets.save(read.parts, f"{place}-{origin}", _packed(left_out, scan))
    if notice is None:
        _thin(sets, place, read.parts, in_use)
    return replace(read, parts=noting(read.parts, notice))


def reading(scan: FolderScan, options: FolderOptions) -> Generator[Progress, None, FolderImages]:
    """Decode the pictures of a folder and part them.

    Pictures that are equal to the byte are taken once. Where they are of different classes, and
    where pictures are equal after they were prepared, they are in the same part.

    Raises:
        DataError: too little is left, or it would take too much memory.
    """
    size = len(scan.pictures) * options.channels * options.side**2
    if size > MOST_MEMORY:
        raise DataError(
            _(
                "These pictures would take {size} GB at {side} x {side} pixels. Choose a "
                "smaller size, or grey."
            ).format(size=figure(size / 1e9, ".1f"), side=options.side)
        )
    images = np.empty((len(scan.pictures), options.channels, options.side, options.side), np.uint8)
    kept: list[FoundPicture] = []
    groups: list[int] = []  # of pictures that are equal after they were prepared
    skipped = list(scan.skipped)
    known: set[tuple[bytes, int]] = set()
    alike: dict[bytes, int] = {}
    digests: list[bytes] = []
    for decoded in by_threads(decoder(options), scan.pictures):
        for digest, result, _size, _is_grey in decoded:
            found = scan.pictures[len(digests)]
            digests.append(digest)
            if isinstance(result, Skipped):
                skipped.append((found.path, result))
            elif (digest, found.label) in known:
                skipped.append((found.path, Skipped.DUPLICATE))
            else:
                known.add((digest, found.label))
                images[len(kept)] = result
                groups.append(alike.setdefault(hashlib.sha256(result.data).digest(), len(alike)))
                kept.append(found)
        yield Progress(len(digests), len(scan.pictures), DECODING)
    parts = make_parts(scan, kept, images[: len(kept)], np.array(groups, np.int64), options)
    return FolderImages(parts, tuple(skipped), digests)


class Decoded(NamedTuple):
    """What came of a file.

    Attributes:
        digest: of its content, empty where it cannot be read.
        pixels: uint8 (channels, side, side) as a network reads them, or why it is not used.
        size: width and height of the picture itself.
        is_grey: whether that has no colours.
    """

    digest: bytes
    pixels: Bytes | Skipped
    size: tuple[int, int] = (0, 0)
    is_grey: bool = True


def decoder(options: FolderOptions) -> Callable[[FoundPicture], Decoded]:
    """Return what decodes a file and prepares its picture; for several threads at once."""
    large_alone = threading.Lock()

    def decode(found: FoundPicture) -> Decoded:
        digest = b""
        try:
            content = read_content(found.path)
            digest = hashlib.sha256(content).digest()
            picture = read_picture(content, found.path.name)
        except PictureTooLargeError:
            return Decoded(digest, Skipped.TOO_LARGE)
        except PictureError:
            return Decoded(digest, Skipped.UNREADABLE)
        with large_alone if picture.pixels.size > _LARGE else contextlib.nullcontext():
            made = prepare(picture.pixels, options.side, options.channels, options.how)
        height, width = picture.pixels.shape[:2]
        return Decoded(digest, made.pixels, (width, height), picture.is_grey)

    return decode


def by_threads(
    work: Callable[[FoundPicture], Result], pictures: Sequence[FoundPicture]
) -> Generator[list[Result], None, None]:
    """Yield what comes of pictures, in order, many at a time, and now and then none of them."""
    given_up, turn = threading.Event(), threading.Lock()
    are_quick = True  # those read last

    def work_on(some: Sequence[FoundPicture]) -> list[Result]:
        nonlocal are_quick
        with turn if are_quick else contextlib.nullcontext():
            began_s = time.perf_counter()
            results = [work(each) for each in some if not given_up.is_set()]
            are_quick = time.perf_counter() - began_s < _QUICK_S * len(some)
        return results

    starts = iter(range(0, len(pictures), _AT_A_TIME))
    threads = min(os.cpu_count() or 1, _MOST_THREADS)
    with ThreadPoolExecutor(max_workers=threads) as pool:

        def begun(count: int) -> Iterator[Future[list[Result]]]:
            for start in islice(starts, count):
                yield pool.submit(work_on, pictures[start : start + _AT_A_TIME])

        running = deque(begun(2 * threads))
        try:
            while running:
                if not wait([running[0]], _REPORTED_EACH_S).done:
                    yield []
                    continue
                yield running.popleft().result()
                running.extend(begun(1))
        finally:
            given_up.set()


def _digests(scan: FolderScan) -> Generator[Progress, None, list[bytes]]:
    """Return a digest of the content of each file, empty where it cannot be read."""

    def digest(found: FoundPicture) -> bytes:
        try:
            return hashlib.sha256(read_content(found.path)).digest()
        except PictureError:
            return b""

    digests: list[bytes] = []
    for some in by_threads(digest, scan.pictures):
        digests += some
        yield Progress(len(digests), len(scan.pictures), _("Comparing with what is known…"))
    return digests


def _origin(scan: FolderScan, options: FolderOptions, digests: Sequence[bytes]) -> str:
    """Return what tells that these files would be made into the same data set again."""
    made = (_MADE_AS, title_of(scan), scan.class_names, asdict(options))
    files = hashlib.sha256(json.dumps(made).encode())
    for found, digest in zip(scan.pictures, digests, strict=True):
        files.update(f"{found.label} {found.split} {digest.hex()}\n".encode())
    return files.hexdigest()[:32]


def _place(scan: FolderScan) -> str:
    """Return what all data sets begin with that are made of one folder, whatever is in it."""
    return f"{KEY}-{hashlib.sha256(os.fsencode(scan.root.absolute())).hexdigest()[:8]}"


def _thin(
    sets: PreparedSets,
    place: str,
    parts: Mapping[Split, ImageSet],
    in_use: Collection[str] | None,
) -> None:
    """Have what was made of a folder before give way to what is made of it now."""
    if in_use is not None:
        sets.forget(f"{place}-*", keep={parts[Split.TRAIN].info.fingerprint, *in_use})


def _packed(skipped: Iterable[tuple[Path, Skipped]], scan: FolderScan) -> str:
    """Write which pictures were left out as text, by their numbers, wherever the folder will be."""
    numbers = {found.path: number for number, found in enumerate(scan.pictures)}
    return json.dumps([(numbers[path], reason) for path, reason in skipped])


def _unpacked(remark: str, scan: FolderScan) -> Iterator[tuple[Path, Skipped]]:
    for number, reason in json.loads(remark or "[]"):
        yield scan.pictures[number].path, Skipped(reason)
