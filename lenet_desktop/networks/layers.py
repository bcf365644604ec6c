"""Layers that PyTorch does not have like that, and which of its own can be chosen."""

import torch
from torch import Tensor, nn

from lenet_desktop.networks.computation import PixelScale
from lenet_desktop.settings.choices import Activation, Pooling

ACTIVATIONS: dict[Activation, type[nn.Module]] = {
    Activation.SIGMOID: nn.Sigmoid,
    Activation.RELU: nn.ReLU,
    Activation.TANH: nn.Tanh,
}
POOLINGS = {Pooling.AVERAGE: nn.AvgPool2d, Pooling.MAX: nn.MaxPool2d}


class Rescale(nn.Module):
    """Puts pixels on the scale that a network has learned from, before anything else."""

    def __init__(self, scale: PixelScale) -> None:
        super().__init__()
        self.scale = scale

    def forward(self, pixels: Tensor) -> Tensor:
        """Return what the first layer reads of pixels 0-1, float32 (N, C, H, W)."""
        return (pixels - self.scale.mean) / self.scale.std


class Dropout(nn.Module):
    """Sets numbers to 0 at random while a network learns, and enlarges the others to make up.

    PyTorch's own draws from a generator, whose numbers depend on what was drawn before and on the
    device. Here it depends on the image and the epoch alone which of its numbers are dropped, so a
    run repeats and goes on to the same bits however its steps are cut, computed or recorded.

    Source: Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting",
    2014.
    """

    def __init__(self, share: float, place: int) -> None:
        """Prepare a layer.

        Args:
            share: of the numbers, which are dropped; at least 0 and below 1.
            place: another one for each such layer of a network, 0 or 1.
        """
        super().__init__()
        self.share = share
        self._place = place
        self._numbers: Tensor | None = None
        self._key: Tensor | None = None

    def choose(self, numbers: Tensor, key: Tensor | None) -> None:
        """Decide what is dropped of the next batch.

        Args:
            numbers: int64 (B,), which images it is made of.
            key: int64 (), another one for each epoch and seed; None to drop nothing.
        """
        self._numbers, self._key = numbers, key

    def forward(self, x: Tensor) -> Tensor:
        """Return x, float32 (B, F), as it stands unless the network learns."""
        if self._numbers is None:
            return x
        factors = self.factors(self._numbers, self._key, x.shape[1])
        return x if factors is None else x * factors

    def factors(self, numbers: Tensor, key: Tensor | None, units: int) -> Tensor | None:
        """Return what each number is multiplied by, float32 (B, units), None if nothing is dropped.

        Args:
            numbers, key: see `choose`.
            units: how many numbers there are of each image.
        """
        if not self.training or key is None:
            return None
        kept = kept_units(key, numbers, self._place, units, self.share)
        return kept.to(torch.float32).mul_(1 / (1 - self.share))


_WORD = 2**64
_GAMMA, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_MOST_UNITS, _PLACES = 2**16, 2


def kept_units(key: Tensor, numbers: Tensor, place: int, units: int, share: float) -> Tensor:
    """Return which numbers of each image are not dropped, bool (B, units).

    Each is decided by one output of the generator SplitMix64 with the seed `key`, the one that its
    image, place and unit count to; so it is known without drawing those before it.

    Args:
        key: int64 ().
        numbers: int64 (B,), which images.
        place: 0 or 1.
        units: at most 65,536.
        share: how many are dropped on average, 0-1.

    Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
    """
    first = numbers * _signed(_MOST_UNITS * _PLACES * _GAMMA) + key
    ahead = torch.arange(1, units + 1, device=key.device) + place * _MOST_UNITS
    state = first[:, None] + ahead * _signed(_GAMMA)
    state = (state ^ _shifted(state, 30)) * _signed(_FIRST)
    state = (state ^ _shifted(state, 27)) * _signed(_SECOND)
    # What follows in the generator leaves the upper half alone, a whole number below 2^32.
    return _shifted(state, 32).ge(round(share * 2**32))


def _shifted(state: Tensor, by: int) -> Tensor:
    """Shift to the right without drawing the sign along."""
    return (state >> by).bitwise_and(2 ** (64 - by) - 1)


def _signed(number: int) -> int:
    """Return what is left of a number in 64 bits of which one is the sign."""
    return (number + _WORD // 2) % _WORD - _WORD // 2
