"""How a network computes beside its weights: what bends, what pools, and what a pixel is to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from lenet_desktop.data.catalogue import NORMALISATIONS
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.text.language import _, marked
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
SCALES: Mapping[str, PixelScale] = {
    "unit": UNIT,
    "bytes": PixelScale(0.0, 1 / 255),
    "signed": PixelScale(0.5, 0.5),
    **{key: PixelScale(mean, std) for key, (_title, mean, std) in NORMALISATIONS.items()},
}
"""The usual ones, by short names."""
_RANGES = {"unit": marked("0 to 1"), "bytes": marked("0 to 255"), "signed": marked("-1 to 1")}


@dataclass(frozen=True, slots=True)
class Computation:
    """What a network's weights do not tell of it; it has no pooling where it does not pool."""

    activation: Activation
    pooling: Pooling | None
    scale: PixelScale = UNIT

    def words(self) -> list[str]:
        """Return what each part is called."""
        pooling = [] if self.pooling is None else [self.pooling.words]
        return [self.activation.words, *pooling, _scale_words(self.scale)]

    def layers(self) -> str:
        """Return what its layers are called."""
        return listed(self.words()[:-1])

    def sentence_part(self) -> str:
        """Return all parts as they stand in a sentence."""
        return listed(self.words())

    def difference(self, other: Computation) -> str:
        """Return what is otherwise in another one, as it stands in a sentence."""
        pairs = zip(self.words(), other.words(), strict=True)
        return listed(theirs for mine, theirs in pairs if mine != theirs)


def computations(
    network: Network,
    activation: Activation | None = None,
    pooling: Pooling | None = None,
    scale: PixelScale | None = None,
) -> Iterator[Computation]:
    """Yield all usual ways in which a network computes, or those with what is given."""
    poolings = Pooling if pooling is None else [pooling]
    yield from (
        Computation(*parts)
        for parts in product(
            Activation if activation is None else [activation],
            poolings if network.pools else [None],
            SCALES.values() if scale is None else [scale],
        )
    )


def scale_names() -> dict[str, str]:
    """Return what stands of each of `SCALES` below "Pixels"."""
    titles = {key: title for key, (title, *_scale) in NORMALISATIONS.items()}
    means = {key: _("{title}'s mean").format(title=title) for key, title in titles.items()}
    return {key: _(words) for key, words in _RANGES.items()} | means


def _scale_words(scale: PixelScale) -> str:
    for key, usual in SCALES.items():
        if usual == scale:
            if key in NORMALISATIONS:
                text = _("pixels normalised by {title}'s mean")
                return text.format(title=NORMALISATIONS[key][0])
            return _("pixels from {range}").format(range=_(_RANGES[key]))
    text = _("pixels normalised by mean {mean} and deviation {deviation}")
    return text.format(mean=f"{scale.mean:g}", deviation=f"{scale.std:g}")
