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
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.folders.folder_scan import (
    FEWEST_PER_CLASS,
    TABLE,
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
    noting,
)
from lenet_desktop.data.pictures.picture_files import (
    PictureError,
    PictureTooLargeError,
    read_content,
    read_picture,
)
from lenet_desktop.data.pictures.preparation import AS_IT_IS, Preparation, prepare
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import Progress
from lenet_desktop.text.wording import counted, one_line

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
_ORIGIN = "folder"
_MADE_AS = 1
"""Counted up when the same options make other images of the same files."""

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
DECODING = "Reading the pictures…"
Result = TypeVar("Result")


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
        digests: of the content of each file of the scan, empty where it cannot be read.
    """

    parts: Mapping[Split, ImageSet]
    skipped: tuple[tuple[Path, Skipped], ...]
    digests: Sequence[bytes] = ()


def open_folder(
    scan: FolderScan, options: FolderOptions, cache: Path
) -> Generator[Progress, None, FolderImages]:
    """Find the pictures of a folder in the cache, or else decode them and keep them there.

    Yields how far it is, ten times a second and more. To close it is to give up.

    Raises:
        DataError: as `reading`.
    """
    sets = PreparedSets(cache)
    if sets.has_any(_ORIGIN):  # or there is nothing to compare with
        digests = yield from _digests(scan)
        origin = _origin(scan, options, digests)
        parts = sets.read(origin=origin)
        if parts is not None:
            return FolderImages(parts, (*scan.skipped, *_unpacked(sets.remark(origin), scan)))
    read = yield from reading(scan, options)
    origin = _origin(scan, options, read.digests)
    left_out = read.skipped[len(scan.skipped) :]
    notice = sets.save(read.parts, origin, _packed(left_out, scan))
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
            f"These pictures would take {size / 1e9:.1f} GB at {options.side} x {options.side} "
            "pixels. Choose a smaller size, or grey."
        )
    images = np.empty((len(scan.pictures), options.channels, options.side, options.side), np.uint8)
    kept: list[FoundPicture] = []
    groups: list[int] = []  # of pictures that are equal after they were prepared
    skipped = list(scan.skipped)
    known: set[tuple[bytes, int]] = set()
    alike: dict[bytes, int] = {}
    digests: list[bytes] = []
    for decoded in by_threads(_decoder(options), scan.pictures):
        for digest, result in decoded:
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


def make_parts(
    scan: FolderScan,
    kept: Sequence[FoundPicture],
    images: Bytes,
    equal: Numbers,
    options: FolderOptions,
) -> Mapping[Split, ImageSet]:
    """Part pictures into those to learn from and those to be judged on.

    Args:
        scan: what they are called, and their classes.
        kept: N pictures.
        images: what is read of them, uint8 (N, channels, side, side).
        equal: int64 (N,), the same number for those that are equal, counted from 0.
        options: how much is held out, and how.

    Raises:
        DataError: there are too few of a class, or they make no data set.
    """
    labels = np.array([found.label for found in kept], np.uint8)
    _check(scan, labels, equal)
    return _parts(scan, options, images, labels, _test_images(kept, equal, options))


Decoded = tuple[bytes, Bytes | Skipped]
"""A digest of a file, and its pixels as a network reads them or why it is not used."""


def useless(error: PictureError) -> Skipped:
    """Return why a picture is not used that could not be read."""
    is_large = isinstance(error, PictureTooLargeError)
    return Skipped.TOO_LARGE if is_large else Skipped.UNREADABLE


def _decoder(options: FolderOptions) -> Callable[[FoundPicture], Decoded]:
    large_alone = threading.Lock()

    def decode(found: FoundPicture) -> Decoded:
        digest = b""
        try:
            content = read_content(found.path)
            digest = hashlib.sha256(content).digest()
            picture = read_picture(content, found.path.name).pixels
        except PictureError as error:
            return digest, useless(error)
        with large_alone if picture.size > _LARGE else contextlib.nullcontext():
            pixels = prepare(picture, options.side, options.channels, options.how).pixels
        return digest, pixels

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
        yield Progress(len(digests), len(scan.pictures), "Comparing with what is known…")
    return digests


def _origin(scan: FolderScan, options: FolderOptions, digests: Sequence[bytes]) -> str:
    """Return what tells that these files would be made into the same data set again."""
    made = (_MADE_AS, _title(scan), scan.class_names, asdict(options))
    files = hashlib.sha256(json.dumps(made).encode())
    for found, digest in zip(scan.pictures, digests, strict=True):
        files.update(f"{found.label} {found.split} {digest.hex()}\n".encode())
    return f"{_ORIGIN}-{files.hexdigest()[:32]}"


def _packed(skipped: Iterable[tuple[Path, Skipped]], scan: FolderScan) -> str:
    """Write which pictures were left out as text, by their numbers, wherever the folder will be."""
    numbers = {found.path: number for number, found in enumerate(scan.pictures)}
    return json.dumps([(numbers[path], reason) for path, reason in skipped])


def _unpacked(remark: str, scan: FolderScan) -> Iterator[tuple[Path, Skipped]]:
    for number, reason in json.loads(remark or "[]"):
        yield scan.pictures[number].path, Skipped(reason)


def _check(scan: FolderScan, labels: Bytes, equal: Numbers) -> None:
    """See that enough different pictures of each class could be read."""
    for label, name in enumerate(scan.class_names):
        count = len(np.unique(equal[labels == label]))
        if count < FEWEST_PER_CLASS:
            raise DataError(
                f"Of the class {one_line(name)} only {counted(count, 'different picture')} can be "
                f"used, and a class needs {FEWEST_PER_CLASS}. Add some, or take its folder away."
            )


def _test_images(kept: Sequence[FoundPicture], equal: Numbers, options: FolderOptions) -> Bools:
    """Choose what is held out: what its folder says, else a share of each class, by the seed.

    Equal pictures stay together: for testing, where the folder puts one of them there.

    Args:
        kept: N pictures.
        equal: int64 (N,), the same number for those that are equal, counted from 0.
    """
    in_test = np.zeros(equal.max() + 1, np.bool_)
    given = np.array([found.split is Split.TEST for found in kept])
    if given.any() and not given.all():
        in_test[equal[given]] = True
        return in_test[equal]
    first, sizes = np.unique(equal, return_index=True)[1], np.bincount(equal)
    labels = np.array([kept[number].label for number in first])
    generator = np.random.default_rng(options.seed)
    for label in np.unique(labels):
        groups = generator.permutation(np.flatnonzero(labels == label))
        reached = np.cumsum(sizes[groups])
        wanted = test_count(int(reached[-1]), options)
        count = int(np.searchsorted(reached, wanted)) + 1
        in_test[groups[: min(count, len(groups) - 1)]] = True
    return in_test[equal]


def test_count(of_class: int, options: FolderOptions) -> int:
    """Return how many pictures of a class are held out, at least one and never all."""
    return max(min(max(round(of_class * options.test_share), 1), of_class - 1), 0)


def _title(scan: FolderScan) -> str:
    return one_line(scan.root.stem if scan.root.suffix == TABLE else scan.root.name)[:80]


def _parts(
    scan: FolderScan,
    options: FolderOptions,
    images: Bytes,
    labels: Bytes,
    is_test: Bools,
) -> Mapping[Split, ImageSet]:
    if is_test.all() or not is_test.any():
        raise DataError("Too few different pictures are left to learn from and to be judged on.")
    unlearned = set(labels.tolist()) - set(labels[~is_test].tolist())
    if unlearned:
        name = one_line(scan.class_names[min(unlearned)])
        raise DataError(
            f"Of the class {name} all pictures are held out for testing. Put some beside those to "
            "learn from, or take its folder away."
        )
    parts = {Split.TRAIN: ~is_test, Split.TEST: is_test}
    try:
        return described_by_content(
            {split: (images[chosen], labels[chosen]) for split, chosen in parts.items()},
            key="folder",
            title=_title(scan) or "Pictures",
            class_names=tuple(one_line(name)[:80] for name in scan.class_names),
            can_be_mirrored=options.can_be_mirrored,
            preparation=options.how,
            source="a folder of one's own",
            licence="",
        )
    except ValueError as error:
        raise DataError(f"This folder makes no data set: {error}") from error
