"""Whether an image is like anything that a network has learned from, told from its features.

A network is sure of something whatever it is shown. How far an image is from the training images
nearest to it says more, once it is compared with how far test images are.

Source: Sun, Ming, Zhu and Li, "Out-of-distribution detection with deep nearest neighbors", 2022:
the distance to the k-th nearest training image by features scaled to the length 1, beyond that of
95 % of the images that are known to belong. Features that are not scaled tell noise, and images
with dark and light exchanged, far less well from test images here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.images import LabelledImages
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import percent, whole

Floats = npt.NDArray[np.float32]

NEAREST = 8
"""The k of the source: the distance to a single image would be a matter of chance."""
COMPARED = 500
"""Test images that an image is compared with, as many as tell one of a hundred from another."""
UNLIKE = 0.95
"""The share of them from which on an image is unlike, if so many are nearer to the others."""
_FEWEST = 19
"""Test images by which that can be told: of 20 alike, each is the farthest once in 20 times."""
_BLOCK = 50
_LEAST_LENGTH = np.float32(1e-12)


@dataclass(frozen=True, slots=True)
class Unlikeness:
    """How far an image is from the training images, among test images.

    Attributes:
        share: 0-1, of the test images, those that are nearer to the training images.
        compared: how many test images were looked at.
    """

    share: float
    compared: int

    @property
    def is_unlike(self) -> bool:
        """Whether it is so far away as few test images are, where there are enough to say so."""
        return self.share >= UNLIKE and self.compared >= _FEWEST

    @property
    def sentence(self) -> str:
        """What that means, for the person."""
        if self.share == 1:
            text = (
                _(
                    "Unlike the training images: its nearest ones are farther away than those of "
                    "any of {count} test images."
                )
                if self.is_unlike
                else _(
                    "Its nearest training images are farther away than those of any of {count} "
                    "test images."
                )
            )
            return text.format(count=whole(self.compared))
        text = (
            _(
                "Unlike the training images: its nearest ones are farther away than those of "
                "{share} of the test images."
            )
            if self.is_unlike
            else _(
                "Its nearest training images are farther away than those of {share} of the test "
                "images."
            )
        )
        return text.format(share=percent(min(self.share, 0.99), 0))  # the rest is not all of them


class UnlikenessScale:
    """How far test images are from training images, worked out in steps; any image by these."""

    def __init__(self, bank: Floats, tests: Floats) -> None:
        """Compare nothing yet.

        Args:
            bank: float32 (K, F), the features of one training image or more.
            tests: float32 (T, F), those of one test image or more.
        """
        self._bank, self._tests = bank, tests
        self._lengths = _lengths(bank)
        self._similarities: list[Floats] = []

    def __len__(self) -> int:
        return len(self._bank)

    @property
    def is_complete(self) -> bool:
        """Whether all test images were compared, so that others can be."""
        return len(self._similarities) * _BLOCK >= len(self._tests)

    def advance(self) -> None:
        """Compare the next test images, which takes some hundredths of a second."""
        start = len(self._similarities) * _BLOCK
        self._similarities.append(self._nearest(self._tests[start : start + _BLOCK]))

    def place(self, features: Floats, leave_out: int | None = None) -> Unlikeness:
        """Return where an image stands among the test images.

        Args:
            features: float32 (F,), those of the image.
            leave_out: its number, if it is a training image.
        """
        own = self._nearest(features[np.newaxis], leave_out)
        tests = np.concatenate(self._similarities)
        return Unlikeness(float((tests > own).mean()), len(tests))

    def _nearest(self, features: Floats, leave_out: int | None = None) -> Floats:
        """Return the cosine of each, (N, F), with the k-th nearest of the bank, float32 (N,).

        Of features of the length 1 it falls as the distance grows. Among fewer it is the farthest.
        """
        cosines = features @ self._bank.T
        cosines /= self._lengths
        others = len(self._bank)
        if leave_out is not None and leave_out < len(self._bank):
            cosines[:, leave_out] = -np.inf
            others -= 1
        place = len(self._bank) - min(NEAREST, max(others, 1))
        nearest: Floats = np.partition(cosines, place, axis=1)[:, place]
        nearest /= _lengths(features)
        return nearest


def spread(images: LabelledImages) -> LabelledImages:
    """Return `COMPARED` of the images, of all places alike, as some data sets go by classes."""
    import torch

    count = min(len(images), COMPARED)
    return images.some(torch.linspace(0, max(len(images) - 1, 0), count).long())


def _lengths(features: Floats) -> Floats:
    squares: Floats = np.einsum("nf,nf->n", features, features)
    lengths: Floats = np.sqrt(squares).clip(_LEAST_LENGTH)
    return lengths
