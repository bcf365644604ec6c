"""How a network computes beside its weights: what bends, what pools, and what a pixel is to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from lenet_desktop.data import fashion_mnist as data
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.text.wording import listed


@dataclass(frozen=True, slots=True)
class PixelScale:
    """What a pixel from 0, black, to 1, white, becomes before a network reads it.

    It is reduced by `mean` and divided by `std`.
    """

    mean: float = 0.0
    std: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.std) and self.std > 0):
            raise ValueError("A scale needs a finite mean and a deviation above 0.")


UNIT = PixelScale()
FASHION_MNIST = PixelScale(data.FASHION_MNIST.mean, data.FASHION_MNIST.std)
"""Mean and standard deviation of Fashion-MNIST's training images."""
SCALES: Mapping[str, PixelScale] = {
    "unit": UNIT,
    "bytes": PixelScale(0.0, 1 / 255),
    "signed": PixelScale(0.5, 0.5),
    "fashion-mnist": FASHION_MNIST,
    "mnist": PixelScale(0.1307, 0.3081),
}
"""The usual ones, by short names."""
SCALE_NAMES: Mapping[str, str] = {
    "unit": "pixels from 0 to 1",
    "bytes": "pixels from 0 to 255",
    "signed": "pixels from -1 to 1",
    "fashion-mnist": "pixels normalised by Fashion-MNIST's mean",
    "mnist": "pixels normalised by MNIST's mean",
}


@dataclass(frozen=True, slots=True)
class Computation:
    """What LeNet's weights do not tell of it."""

    activation: Activation
    pooling: Pooling
    scale: PixelScale = UNIT

    def layers(self) -> str:
        """Return what its layers are called."""
        return listed(self.words()[:2])

    def words(self) -> tuple[str, str, str]:
        """Return what each part is called."""
        return (
            self.activation.words,
            self.pooling.words,
            _scale_words(self.scale),
        )

    def sentence_part(self) -> str:
        """Return all parts as they stand in a sentence."""
        return listed(self.words())

    def difference(self, other: Computation) -> str:
        """Return what is otherwise in another one, as it stands in a sentence."""
        pairs = zip(self.words(), other.words(), strict=True)
        return listed(theirs for mine, theirs in pairs if mine != theirs)


def computations(
    activation: Activation | None = None,
    pooling: Pooling | None = None,
    scale: PixelScale | None = None,
) -> Iterator[Computation]:
    """Yield all usual ones, or those with what is given."""
    yield from (
        Computation(*parts)
        for parts in product(
            Activation if activation is None else [activation],
            Pooling if pooling is None else [pooling],
            SCALES.values() if scale is None else [scale],
        )
    )


def _scale_words(scale: PixelScale) -> str:
    for name, usual in SCALES.items():
        if usual == scale:
            return SCALE_NAMES[name]
    return f"pixels normalised by mean {scale.mean:g} and deviation {scale.std:g}"
