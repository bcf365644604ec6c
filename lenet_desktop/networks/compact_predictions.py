"""Predictions in less than a third of their room, which is all that is kept and shown of them.

Of each image, these are exact to the bit: its true class, its loss, its two most probable classes
and the probabilities of both. So are, then, whether it is right, what is counted, and its place by
loss, confidence and margin. Every other probability is known as one of `CELLS` cells of equal width
between 0 and 1. At each value at which a percentage with no or one decimal becomes another one, a
cell ends, so these are the same, too. A run rounds its predictions before anybody hears of them;
what is read back later is that to the bit.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.predictions import Floats, Labels, PredictionSet
from lenet_desktop.text.language import _

CELLS = 4_000
"""A multiple of 2,000, as a percentage with one decimal changes at odd multiples of 1/2,000."""
LARGEST = 2**28
"""Bytes of the predictions of an epoch, unpacked."""

_ROUNDED_DOWN = (1 / 16, 1 / 8, 5 / 16)
"""At the end of a cell, but shown as what lies below: 6.25 is written as 6.2, after IEEE 754."""
_LEADING = 2
_UNSURE = np.float32(1 / CELLS) * np.float32(0.999)
"""The most that a class in the lowest cell is taken to have."""
_MIDDLES = ((np.arange(CELLS + 1) + 0.5) / CELLS).astype(np.float32)
_MIDDLES[0] = 0
"""Of each cell but the lowest, float32 (CELLS + 1,)."""

Number = TypeVar("Number", bound=np.generic)
Bytes = npt.NDArray[np.uint8]
Parts = Mapping[str, Bytes]
Cells = npt.NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class _Essence:
    """What is left of the probabilities of N images for C classes.

    Attributes:
        leading: uint8 (N, 2), the two most probable classes; of equal ones, the first.
        shares: float32 (N, 2), their probabilities.
        cells: uint16 (N, C - 2), in which cells the others are, in the order of the classes.
    """

    leading: Labels
    shares: Floats
    cells: Cells

    @classmethod
    def of(cls, probabilities: Floats) -> "_Essence":
        rows = np.arange(len(probabilities))
        left = probabilities.copy()
        leading = np.empty((len(left), _LEADING), np.uint8)
        for place in range(_LEADING):
            leading[:, place] = left.argmax(axis=1)
            left[rows, leading[:, place]] = -1
        is_other = _is_other(leading, left.shape[1])
        others = left[is_other].reshape(len(left), left.shape[1] - _LEADING).astype(np.float64)
        cells = np.floor(others * CELLS) - np.isin(others, _ROUNDED_DOWN)
        shares = np.take_along_axis(probabilities, leading.astype(np.intp), axis=1)
        return cls(leading, shares, cells.astype(np.uint16))

    def probabilities(self) -> Floats:
        """Return float32 (N, C): the middles of cells, and in the lowest cell what is left to 1."""
        count, classes = len(self.cells), self.cells.shape[1] + _LEADING
        is_other = _is_other(self.leading, classes)
        middles, is_lowest = _MIDDLES.take(self.cells, mode="clip"), self.cells == 0
        known = self.shares.sum(axis=1) + middles.sum(axis=1)
        left = (1 - known) / np.maximum(is_lowest.sum(axis=1), 1)
        others = np.where(is_lowest, np.clip(left, 0, _UNSURE)[:, None], middles)
        probabilities = np.zeros((count, classes), np.float32)
        probabilities[is_other] = others.ravel()
        np.minimum(probabilities, self._limits(classes), out=probabilities)
        np.put_along_axis(probabilities, self.leading.astype(np.intp), self.shares, axis=1)
        return probabilities

    def _limits(self, classes: int) -> Floats:
        """Return what the others have at most: no more than the second, and less if before it."""
        second = self.shares[:, 1:]
        is_before = np.arange(classes, dtype=np.uint8) < self.leading[:, 1:]
        limits: Floats = np.where(is_before, np.nextafter(second, np.float32(0)), second)
        return limits


def _is_other(leading: Labels, classes: int) -> npt.NDArray[np.bool_]:
    """Return which probabilities are not among the leading ones, bool (N, C)."""
    is_other = np.ones((len(leading), classes), np.bool_)
    np.put_along_axis(is_other, leading.astype(np.intp), values=False, axis=1)
    return is_other


def rounded(predictions: PredictionSet) -> PredictionSet:
    """Return predictions as they are kept, and so as they are to be shown."""
    return PredictionSet(
        predictions.epoch,
        predictions.labels,
        _Essence.of(predictions.probabilities).probabilities(),
        predictions.losses,
        predictions.info,
    ).worked_out()


def packed(predictions: PredictionSet) -> dict[str, Bytes]:
    """Return predictions as named parts, each of them deflated.

    What is alike stands together: images in the order of their losses, and the first bytes of all
    numbers before the second ones. The probability of the true class follows from the loss up to a
    few last bits, and only these are kept.
    """
    essence, labels = _Essence.of(predictions.probabilities), predictions.labels
    order = np.argsort(predictions.losses, kind="stable")
    expected = _expected(essence.leading, labels, predictions.losses)
    difference = essence.shares.view(np.int32) - expected
    small = ((difference << 1) ^ (difference >> 31)).view(np.uint32)  # of either sign
    return {
        "labels": _deflated(labels),
        "losses": _deflated(predictions.losses),
        "predicted": _deflated((essence.leading[:, 0] - labels)[order]),
        "second": _deflated(essence.leading[order, 1]),
        "first_share": _deflated(small[order, 0]),
        "second_share": _deflated(small[order, 1]),
        "cells": _deflated(essence.cells[order]),
    }


def unpacked(parts: Parts, count: int, epoch: int, info: DatasetInfo) -> PredictionSet:
    """Return the predictions that `packed` made these parts of.

    Args:
        parts: what nobody vouches for.
        count: of how many images they should be.
        epoch: after which they were made.
        info: the data set of the images.

    Raises:
        KeyError: a part is missing.
        ValueError: they are no predictions for so many images of that data set.
    """
    classes = len(info.class_names)
    if not 0 < count * (4 * classes + 5) <= LARGEST:
        raise ValueError(_("its predictions are of no images, or of too many"))
    labels = _inflated(parts["labels"], np.uint8, count)
    losses = _inflated(parts["losses"], np.float32, count)
    order = np.argsort(losses, kind="stable")
    leading = np.empty((count, _LEADING), np.uint8)
    leading[order, 0] = _inflated(parts["predicted"], np.uint8, count) + labels[order]
    leading[order, 1] = _inflated(parts["second"], np.uint8, count)
    if leading.max() >= classes or (leading[:, 0] == leading[:, 1]).any():
        raise ValueError(_("its predictions are of other classes"))
    small = np.empty((count, _LEADING), np.uint32)
    for place, name in enumerate(("first_share", "second_share")):
        small[order, place] = _inflated(parts[name], np.uint32, count)
    difference = (small >> 1).view(np.int32) ^ -(small & 1).view(np.int32)
    shares = (difference + _expected(leading, labels, losses)).view(np.float32)
    if not (np.isfinite(losses).all() and np.isfinite(shares).all()):
        raise ValueError(_("it holds what is not a number"))
    cells = np.empty((count, classes - _LEADING), np.uint16)
    cells[order] = _inflated(parts["cells"], np.uint16, cells.size).reshape(cells.shape)
    probabilities = _Essence(leading, shares, cells).probabilities()
    return PredictionSet(epoch, labels, probabilities, losses, info)


def _expected(leading: Labels, labels: Labels, losses: Floats) -> npt.NDArray[np.int32]:
    """Return what is known of the leading probabilities from the losses, as bits, int32 (N, 2)."""
    of_true = np.exp(-losses.astype(np.float64)).astype(np.float32)
    expected: Floats = np.where(leading == labels[:, None], of_true[:, None], np.float32(0))
    return expected.view(np.int32)


def _deflated(values: npt.NDArray[np.generic]) -> Bytes:
    plain = np.ascontiguousarray(values)
    planes = plain.view(np.uint8).reshape(-1, plain.itemsize).T
    return np.frombuffer(zlib.compress(planes.tobytes()), np.uint8)


def _inflated(content: Bytes, kind: type[Number], count: int) -> npt.NDArray[Number]:
    """Return so many numbers.

    Raises:
        ValueError: there are more or fewer, or they are damaged.
    """
    size = np.dtype(kind).itemsize
    stream = zlib.decompressobj()
    try:
        plain = stream.decompress(content.tobytes(), count * size + 1)
    except zlib.error as error:
        raise ValueError(_("its predictions are damaged")) from error
    if len(plain) != count * size or not stream.eof:
        raise ValueError(_("its predictions are damaged"))
    planes = np.frombuffer(plain, np.uint8).reshape(size, count)
    return np.ascontiguousarray(planes.T).view(kind).ravel()
