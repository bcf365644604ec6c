"""Images that are nearly the same: one photograph, processed or cropped a trifle differently.

Every pair is found that brute force would find, in a fraction of a second instead of many minutes,
because three cheap tests leave but a few hundred of the 2.4 billion pairs to be compared pixel by
pixel. Each lets all near pairs through:

1. The sum of a block of 4x4 pixels, divided by 4, changes by at most the length of what changes in
   its 16 pixels (Cauchy and Schwarz), so in these 49 numbers two images are never farther apart
   than in their 784 pixels.
2. Turned into the directions of their greatest variance (principal components), the 49 numbers are
   as far apart as before, and in the first few of them alone never farther.
3. Images in the order of the first component have near ones only a short way ahead.

The pairs of a data set that comes with the program stand in a file beside it, which
`benchmarks/near_duplicates.py` writes: nobody has to wait for what is known.
"""

import json
import logging
from collections.abc import Generator, Iterator

import numpy as np
import numpy.typing as npt

from lenet_desktop import assets
from lenet_desktop.data.datasets import IMAGE_SIDE, DataSplits, Split
from lenet_desktop.data.duplicates import Duplicates, Image, Pixels, find_duplicates

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

_BLOCK = 4
_LIMIT = NEAR_ERROR * IMAGE_SIDE**2
"""The squared distance of two images in their pixels up to which they are nearly the same."""

_REACH = np.float32(_LIMIT**0.5 + 1)
"""The same as a distance, with 1 to spare: rounding in float32 changes it by less than 0.4."""

_WINDOW = int(_REACH) + 2
"""The same between components that were rounded down to whole numbers."""

_BOXED, _FIRST = 5, 12
"""How many components each image is compared in one by one, and how many of those that are left."""

_ROWS, _COLUMNS, _BATCH = 256, 4_096, 16_384
"""How many images are compared with how many, and how many pairs pixel by pixel, at once."""
SHIPPED_AS = "near_duplicates.json"
"""The name of the file of pairs beside the data, which must hold no equal images."""


def find_all_duplicates(
    data: DataSplits, fingerprint: str
) -> Generator[Duplicates | None, None, None]:
    """Yield the images that are equal, then also those that nearly are, and None in between.

    Nothing is searched where the pairs come with the program. Otherwise 70,000 images take about
    0.7 s in all, which can be given up every few milliseconds.

    Args:
        data: the images to look through.
        fingerprint: of the content, as in `DatasetInfo`.
    """
    test, train = data.test, data.train
    labels = {Split.TEST: test.labels.numpy(), Split.TRAIN: train.labels.numpy()}
    parts = test.images.numpy(), train.images.numpy()
    images = np.concatenate([part.reshape(-1, IMAGE_SIDE, IMAGE_SIDE) for part in parts])
    pairs = shipped_pairs(fingerprint)
    if pairs is not None and _are_near(images, pairs):
        yield Duplicates.of_groups((), labels).with_near(_named(pairs, len(test)))
        return
    equal = find_duplicates(
        *parts, test_labels=labels[Split.TEST], train_labels=labels[Split.TRAIN]
    )
    yield equal
    found = [_NO_PAIRS]
    for some in search_near_pairs(images):
        found.append(some)
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
        images: uint8 (N, 28, 28).
    """
    if len(images) < 2:
        return
    components = turned(images)
    order = np.argsort(components[:, 0])
    components = components[order]
    yield _NO_PAIRS
    first = np.ascontiguousarray(components[:, :_FIRST])
    # int16 is compared many at once, and from -7,141 to 7,140 is all that can occur.
    boxed = np.floor(components[:, :_BOXED].T).astype(np.int16, order="C")
    ends = np.searchsorted(components[:, 0], components[:, 0] + _REACH, side="right")
    for start in range(0, len(images), _ROWS):
        rows = slice(start, min(start + _ROWS, len(images)))
        end = int(ends[rows.stop - 1])
        near = [_NO_PAIRS]
        for left in range(start, end, _COLUMNS):
            ones, others = _in_a_box(boxed, rows, slice(left, min(left + _COLUMNS, end)))
            for batch in range(0, len(ones), _BATCH):
                one, other = ones[batch : batch + _BATCH], others[batch : batch + _BATCH]
                for some in (first, components):
                    close = _squared_distances(some, one, other) <= _REACH**2
                    one, other = one[close], other[close]
                near.append(_near(images, order[one], order[other]))
        yield np.concatenate(near)


def turned(images: Pixels) -> _Floats:
    """Return the 49 blocks of each image along their principal components, float32 (N, 49)."""
    numbers = np.concatenate(
        [blocks(images[start : start + _COLUMNS]) for start in range(0, len(images), _COLUMNS)]
    )
    numbers -= numbers.mean(axis=0)
    covariance = (numbers.T @ numbers).astype(np.float64)
    directions = np.linalg.eigh(covariance).eigenvectors[:, ::-1].astype(np.float32)
    result: _Floats = numbers @ directions
    return result


def blocks(images: Pixels) -> _Floats:
    """Return the sum of each block of 4x4 pixels divided by 4, float32 (N, 49) in 0-1,020.

    Args:
        images: uint8 (N, 28, 28).
    """
    across = IMAGE_SIDE // _BLOCK
    bands = images.reshape(-1, across, _BLOCK, IMAGE_SIDE).sum(axis=2, dtype=np.uint16)
    columns = [bands[..., column::_BLOCK] for column in range(_BLOCK)]
    sums = np.add.reduce(columns, dtype=np.float32)
    result: _Floats = sums.reshape(-1, across**2) / np.float32(_BLOCK)
    return result


def _in_a_box(
    boxed: npt.NDArray[np.int16], rows: slice, columns: slice
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the pairs of a row and a later column that are close in each component."""
    ones, others = boxed[:, rows], boxed[:, columns]
    close = np.ones((ones.shape[1], others.shape[1]), np.bool_)
    for one, other in zip(ones, others, strict=True):
        difference = (one + np.int16(_WINDOW))[:, np.newaxis] - other
        close &= difference.view(np.uint16) <= 2 * _WINDOW  # what is below 0 is very large so
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
    difference = images[one].astype(np.int16) - images[other]
    near = np.einsum("kyx,kyx->k", difference, difference, dtype=np.int32) <= _LIMIT
    return np.sort(np.column_stack([one, other])[near], axis=1)


def _are_near(images: Pixels, pairs: Pairs) -> bool:
    """Whether pairs that others found are of these images, of which some may be left out."""
    return pairs.max(initial=0) < len(images) and len(_near(images, *pairs.T)) == len(pairs)


def _named(pairs: Pairs, tests: int) -> list[tuple[Image, Image]]:
    """Say of which part the images of each pair are; the first `tests` are test images."""

    def image(place: int) -> Image:
        return (Split.TEST, place) if place < tests else (Split.TRAIN, place - tests)

    return [(image(one), image(other)) for one, other in pairs.tolist()]
