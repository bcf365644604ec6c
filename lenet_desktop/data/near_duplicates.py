"""Images that are nearly the same: one photograph, processed or cropped a trifle differently.

Every pair is found that brute force would find, in a fraction of a second instead of many minutes,
because three cheap tests leave but a few hundred of the 2.4 billion pairs to be compared pixel by
pixel. Each lets all near pairs through:

1. The sum of a block of b x b pixels, divided by b, changes by at most the length of what changes
   in its pixels (Cauchy and Schwarz), so in the numbers of 7x7 blocks two images are never farther
   apart than in all their pixels.
2. Turned into the directions of their greatest variance (principal components), these numbers are
   as far apart as before, and in the first few of them alone never farther.
3. Images in the order of the first component have near ones only a short way ahead.

The pairs of a data set that comes with the program stand in a file beside it, which
`benchmarks/near_duplicates.py` writes: nobody has to wait for what is known.
"""

import json
import logging
import math
from collections.abc import Generator, Iterator

import numpy as np
import numpy.typing as npt

from lenet_desktop import assets
from lenet_desktop.data.duplicates import Duplicates, Image, Pixels, find_duplicates, image_at
from lenet_desktop.data.images import DataSplits, Split

log = logging.getLogger(__name__)

NEAR_ERROR = 20.0
"""The mean squared error, in grey levels of 0-255, up to which two images are nearly the same.

A convention, chosen by eye on Fashion-MNIST: its 33 pairs up to 17.9 show the same photograph, and
the first pair that visibly does not is at 27.5.
"""

Pairs = npt.NDArray[np.intp]
"""(K, 2): the places of the images of each pair, the smaller one first."""

_NO_PAIRS: Pairs = np.empty((0, 2), np.intp)
_Floats = npt.NDArray[np.float32]

_ACROSS = 7
"""How many blocks stand side by side."""

_BOXED, _FIRST = 5, 12
"""How many components each image is compared in one by one, and how many of those that are left."""

_ROWS, _COLUMNS, _BATCH = 256, 4_096, 16_384
"""How many images are compared with how many, and how many pairs, at once."""

_PIXELS = 2**23
"""How many pixels are compared one by one at once."""

SHIPPED_AS = "near_duplicates.json"
"""The name of the file of pairs beside the data, which must hold no equal images."""


def find_all_duplicates(data: DataSplits) -> Generator[Duplicates | None, None, None]:
    """Yield the images that are equal, then also those that nearly are, and None in between.

    Nothing is searched where the pairs come with the program. Otherwise 70,000 images take about
    0.7 s in all, which can be given up every few milliseconds.
    """
    test, train = data.test.as_image_set(), data.train.as_image_set()
    pairs = shipped_pairs(data.info.fingerprint)
    if pairs is not None and _are_near(test.images, train.images, pairs):
        none = Duplicates.of_groups((), {Split.TEST: test.labels, Split.TRAIN: train.labels})
        yield none.with_near(_named(pairs, len(test)))
        return
    equal = find_duplicates(test, train)
    yield equal
    images = np.concatenate([test.images, train.images])
    # One of each group stands for all: a hundred blank images would be thousands of pairs.
    is_single = np.ones(len(images), np.bool_)
    for group in equal.groups:
        for split, number in group[1:]:
            is_single[number if split is Split.TEST else len(test) + number] = False
    places = np.flatnonzero(is_single)
    found = [_NO_PAIRS]
    for some in search_near_pairs(images[places] if equal.groups else images):
        found.append(places[some])
        yield None
    yield equal.with_near(_named(np.concatenate(found), len(test)))


def shipped_pairs(fingerprint: str) -> Pairs | None:
    """Return the pairs that come with the program for these images; the test images come first."""
    for file in assets.resources().glob(f"*/{SHIPPED_AS}"):
        content = json.loads(file.read_bytes())
        if content["fingerprint"] == fingerprint and content["mean_squared_error"] == NEAR_ERROR:
            return np.array(content["pairs"], np.intp).reshape(-1, 2)
    return None


def search_near_pairs(images: Pixels) -> Iterator[Pairs]:
    """Find the pairs of images whose mean squared error is `NEAR_ERROR` or less, a few at a time.

    Args:
        images: uint8 (N, ..., side, side).
    """
    if len(images) < 2:
        return
    numbers = blocks(images)
    components = turned(numbers)
    # What is far apart in components is in pixels, but for the rounding of float32.
    reach = np.float32(_limit(images) ** 0.5 + _rounding(images))
    window = int(reach) + 2  # between components that were rounded down to whole numbers
    order = np.argsort(components[:, 0])
    components = components[order]
    yield _NO_PAIRS
    first = np.ascontiguousarray(components[:, :_FIRST])
    # int16 is compared many at once; what does not fit comes round, which leaves near ones near.
    boxed = np.floor(components[:, :_BOXED].T).astype(np.int32).astype(np.int16, order="C")
    ends = np.searchsorted(components[:, 0], components[:, 0] + reach, side="right")
    for start in range(0, len(images), _ROWS):
        rows = slice(start, min(start + _ROWS, len(images)))
        end = int(ends[rows.stop - 1])
        near = [_NO_PAIRS]
        for left in range(start, end, _COLUMNS):
            ones, others = _in_a_box(boxed, window, rows, slice(left, min(left + _COLUMNS, end)))
            for batch in range(0, len(ones), _BATCH):
                one, other = ones[batch : batch + _BATCH], others[batch : batch + _BATCH]
                for some in (first, components):
                    close = _squared_distances(some, one, other) <= reach**2
                    one, other = one[close], other[close]
                near.append(_near(images, order[one], order[other]))
        yield np.concatenate(near)


def turned(numbers: _Floats) -> _Floats:
    """Return the blocks of each image along their principal components, float32 (N, K)."""
    centred = numbers - numbers.mean(axis=0)
    covariance = (centred.T @ centred).astype(np.float64)
    directions = np.linalg.eigh(covariance).eigenvectors[:, ::-1].astype(np.float32)
    result: _Floats = centred @ directions
    return result


def blocks(images: Pixels) -> _Floats:
    """Return the sum of each of 7x7 blocks, divided by a block's side, float32 (N, channels * 49).

    Args:
        images: uint8 (N, ..., side, side); they are taken to be black beyond their edges.
    """
    side, block = images.shape[-1], _block(images.shape[-1])
    margin = block * _ACROSS - side
    parts: list[_Floats] = []
    for start in range(0, len(images), _COLUMNS):
        some = images[start : start + _COLUMNS].reshape(-1, side, side)
        wide = np.pad(some, ((0, 0), (0, margin), (0, margin))) if margin else some
        bands = wide.reshape(-1, _ACROSS, block, block * _ACROSS).sum(axis=2, dtype=np.uint16)
        columns = [bands[..., column::block] for column in range(block)]
        parts.append(np.add.reduce(columns, dtype=np.float32))
    result: _Floats = np.concatenate(parts).reshape(len(images), -1) / np.float32(block)
    return result


def _block(side: int) -> int:
    return -(-side // _ACROSS)


def _limit(images: Pixels) -> float:
    """Return the squared distance in pixels up to which two images are nearly the same."""
    return NEAR_ERROR * math.prod(images.shape[1:])


def _rounding(images: Pixels) -> float:
    """Return more than float32 changes a distance by: 1 for grey images of 28x28 pixels."""
    channels = math.prod(images.shape[1:-2])
    return math.sqrt(channels) * _block(images.shape[-1]) / 4


def _in_a_box(
    boxed: npt.NDArray[np.int16], window: int, rows: slice, columns: slice
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the pairs of a row and a later column that are close in each component."""
    ones, others = boxed[:, rows], boxed[:, columns]
    close = np.ones((ones.shape[1], others.shape[1]), np.bool_)
    for one, other in zip(ones, others, strict=True):
        difference = (one + np.int16(window))[:, np.newaxis] - other
        close &= difference.view(np.uint16) <= 2 * window  # what is below 0 is very large so
    row, column = np.divmod(np.flatnonzero(close), close.shape[1])
    row, column = row + rows.start, column + columns.start
    return row[column > row], column[column > row]


def _squared_distances(
    vectors: _Floats, one: npt.NDArray[np.intp], other: npt.NDArray[np.intp]
) -> _Floats:
    difference = vectors[one] - vectors[other]
    result: _Floats = np.einsum("kd,kd->k", difference, difference)
    return result


def _near(images: Pixels, one: npt.NDArray[np.intp], other: npt.NDArray[np.intp]) -> Pairs:
    """Return those pairs that are near in their pixels."""
    pixels = images.reshape(len(images), -1)
    near = [np.empty(0, np.bool_)]
    count = max(1, _PIXELS // pixels.shape[1])
    for start in range(0, len(one), count):
        some = slice(start, start + count)
        difference = pixels[one[some]].astype(np.int16) - pixels[other[some]]
        squares = np.einsum("kp,kp->k", difference, difference, dtype=np.int64)
        near.append(squares <= _limit(images))
    return np.sort(np.column_stack([one, other])[np.concatenate(near)], axis=1)


def _are_near(test: Pixels, train: Pixels, pairs: Pairs) -> bool:
    """Whether pairs that others found are of these images, of which some may be left out."""
    places = pairs.T.ravel()
    if not len(places) or places.max() >= len(test) + len(train):
        return not len(places)
    # Only theirs are put together: all images would be a copy of many megabytes.
    picked = np.stack([test[p] if p < len(test) else train[p - len(test)] for p in places.tolist()])
    ones = np.arange(len(pairs))
    return len(_near(picked, ones, ones + len(pairs))) == len(pairs)


def _named(pairs: Pairs, tests: int) -> list[tuple[Image, Image]]:
    """Say of which part the images of each pair are; the first `tests` are test images."""
    return [(image_at(one, tests), image_at(other, tests)) for one, other in pairs.tolist()]
