"""What is random: which images are held out, the order of the others, how each is varied.

Everything depends on the seed, the epoch and the image's number alone, never on what was drawn
before, so no generator's state has to be kept to go on with a run.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lenet_desktop.settings.choices import Augmentation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.table import ConfigError

SHIFT = 1
"""How far an image is moved at most, in pixels, up, down, left or right."""
_ORDER, _VARIATIONS = (), (1,)
"""Added to seed and epoch, so that the two are drawn independently."""


def shuffled(count: int, seed: int, epoch: int) -> Tensor:
    """Return the order of the images in an epoch: a permutation, int64 (count,), on the CPU."""
    return torch.randperm(count, generator=_generator(seed, epoch, *_ORDER))


def hold_out(labels: Tensor, config: TrainingConfig) -> tuple[Tensor, Tensor]:
    """Draw which training images are held out for validation: of each class its share.

    The shares are those of the classes among all N images, rounded by the largest remainder so that
    they sum up. Which images of a class it is says the order that the seed gives an epoch 0.

    Args:
        labels: int64 (N,), on the CPU.
        config: says how many, and has the seed.

    Returns:
        The numbers of the images to learn from and of those held out, int64, ascending.

    Raises:
        ConfigError: so many cannot be held out; the message is a sentence for the person.
    """
    counts = np.bincount(labels)
    shares, remainders = np.divmod(counts * config.validation_images, len(labels))
    missing = config.validation_images - shares.sum()
    shares[np.argsort(-remainders, kind="stable")[:missing]] += 1
    if config.validation_images and (shares >= np.maximum(counts, 1)).any():
        raise ConfigError(
            "validation_images",
            f"Of {len(labels):,} training images, {config.validation_images:,} cannot be held out: "
            "every class needs some to learn from. Hold out fewer.",
        )
    order = shuffled(len(labels), config.seed, 0)
    is_held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label, share in enumerate(shares.tolist()):
        is_held_out[order[labels[order] == label][:share]] = True
    return (~is_held_out).nonzero().flatten(), is_held_out.nonzero().flatten()


@dataclass(frozen=True, slots=True, eq=False)
class Variations:
    """What is to be done to each training image in one epoch.

    Attributes:
        mirrored: bool (N,), whether left and right are exchanged; None when no image is.
        offsets: int64 (2, N), rows and columns to begin at in the image with a margin of `SHIFT`
            black pixels; None when no image is moved.
    """

    mirrored: Tensor | None = None
    offsets: Tensor | None = None

    def to(self, device: str) -> Self:
        """Return the same on another device."""
        return type(self)(
            None if self.mirrored is None else self.mirrored.to(device),
            None if self.offsets is None else self.offsets.to(device),
        )

    def copy(self) -> Self:
        """Return the same in tensors of its own."""
        return type(self)(
            None if self.mirrored is None else self.mirrored.clone(),
            None if self.offsets is None else self.offsets.clone(),
        )

    def overwrite(self, other: Self) -> None:
        """Take over the values of others of the same kind and number, in place."""
        if self.mirrored is not None and other.mirrored is not None:
            self.mirrored.copy_(other.mirrored)
        if self.offsets is not None and other.offsets is not None:
            self.offsets.copy_(other.offsets)

    def apply(self, images: Tensor, numbers: Tensor) -> Tensor:
        """Return a batch as it is to be seen in this epoch, uint8 (B, 1, 28, 28).

        Args:
            images: uint8 (B, 1, 28, 28).
            numbers: int64 (B,), which images these are.
        """
        if self.mirrored is not None:
            mirrored = self.mirrored[numbers].view(-1, 1, 1, 1)
            images = torch.where(mirrored, images.flip(-1), images)
        if self.offsets is not None:
            rows, columns = self.offsets[:, numbers]
            side = images.shape[-1]
            wide = functional.pad(images, (SHIFT,) * 4)
            windows = wide[:, 0].unfold(1, side, 1).unfold(2, side, 1)
            images = windows[torch.arange(len(images), device=rows.device), rows, columns]
            images = images.unsqueeze(1)
        return images


def draw_variations(augmentation: Augmentation, count: int, seed: int, epoch: int) -> Variations:
    """Draw what is done to each of `count` images in an epoch, on the CPU."""
    if augmentation is Augmentation.NONE:
        return Variations()
    generator = _generator(seed, epoch, *_VARIATIONS)
    mirrored = torch.rand(count, generator=generator) < 0.5
    if augmentation is Augmentation.FLIPS:
        return Variations(mirrored)
    offsets = torch.randint(0, 2 * SHIFT + 1, (2, count), generator=generator)
    return Variations(mirrored, offsets)


def _generator(*key: int) -> torch.Generator:
    state = np.random.SeedSequence(key).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state))
