"""What is random: which images are held out, the order of the others, what is varied and dropped.

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
from lenet_desktop.training.validation import held_out_shares

SHIFT = 1
"""How far an image is moved at most, in pixels, up, down, left or right."""
_ORDER, _VARIATIONS, _DROPOUT = (), (1,), (2,)
"""Added to seed and epoch, so that these are drawn independently."""


def shuffled(count: int, seed: int, epoch: int) -> Tensor:
    """Return the order of the images in an epoch: a permutation, int64 (count,), on the CPU."""
    return torch.randperm(count, generator=_generator(seed, epoch, *_ORDER))


def hold_out(labels: Tensor, config: TrainingConfig) -> tuple[Tensor, Tensor]:
    """Draw which training images are held out for validation: of each class its share.

    Which of a class it is says the order that the seed gives an epoch 0.

    Args:
        labels: int64 (N,), on the CPU.
        config: says how many, and has the seed.

    Returns:
        The numbers of the images to learn from and of those held out, int64, ascending.

    Raises:
        ConfigError: so many cannot be held out; the message is a sentence for the person.
    """
    numbers = torch.arange(len(labels))
    if not config.validation_images:
        return numbers, numbers[:0]
    order = shuffled(len(labels), config.seed, 0)
    in_order = labels[order]
    is_held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label, share in enumerate(held_out_shares(np.bincount(labels), config).tolist()):
        is_held_out[order[in_order == label][:share]] = True
    return numbers[~is_held_out], numbers[is_held_out]


@dataclass(frozen=True, slots=True, eq=False)
class Variations:
    """What is to be done to each training image in one epoch.

    Attributes:
        mirrored: bool (N,), whether left and right are exchanged; None when no image is.
        offsets: int64 (2, N), rows and columns to begin at in the image with a margin of `SHIFT`
            black pixels; None when no image is moved.
        dropped: int64 (), the key by which layers decide what they drop; None to drop nothing.
    """

    mirrored: Tensor | None = None
    offsets: Tensor | None = None
    dropped: Tensor | None = None

    def to(self, device: str) -> Self:
        """Return the same on another device."""
        return type(self)(*(each if each is None else each.to(device) for each in self._parts()))

    def copy(self) -> Self:
        """Return the same in tensors of its own."""
        return type(self)(*(each if each is None else each.clone() for each in self._parts()))

    def overwrite(self, other: Self) -> None:
        """Take over the values of others of the same kind and number, in place."""
        for mine, theirs in zip(self._parts(), other._parts(), strict=True):
            if mine is not None and theirs is not None:
                mine.copy_(theirs)

    def _parts(self) -> tuple[Tensor | None, ...]:
        return self.mirrored, self.offsets, self.dropped

    def apply(self, images: Tensor, numbers: Tensor) -> Tensor:
        """Return a batch as it is to be seen in this epoch, uint8 (B, channels, side, side).

        Args:
            images: uint8 (B, channels, side, side).
            numbers: int64 (B,), which images these are.
        """
        if self.mirrored is not None:
            mirrored = self.mirrored[numbers].view(-1, 1, 1, 1)
            images = torch.where(mirrored, images.flip(-1), images)
        if self.offsets is not None:
            rows, columns = self.offsets[:, numbers]
            side = images.shape[-1]
            wide = functional.pad(images, (SHIFT,) * 4)
            windows = wide.unfold(2, side, 1).unfold(3, side, 1)
            images = windows[torch.arange(len(images), device=rows.device), :, rows, columns]
        return images


def draw_variations(augmentation: Augmentation, count: int, seed: int, epoch: int) -> Variations:
    """Draw what is done to each of `count` images in an epoch, on the CPU."""
    dropped = torch.tensor(_bits(seed, epoch, *_DROPOUT) - 2**63)
    if augmentation is Augmentation.NONE:
        return Variations(dropped=dropped)
    generator = _generator(seed, epoch, *_VARIATIONS)
    mirrored = torch.rand(count, generator=generator) < 0.5
    offsets = torch.randint(0, 2 * SHIFT + 1, (2, count), generator=generator)
    return Variations(
        mirrored if augmentation.flips else None, offsets if augmentation.shifts else None, dropped
    )


def _generator(*key: int) -> torch.Generator:
    return torch.Generator().manual_seed(_bits(*key))


def _bits(*key: int) -> int:
    """Return 64 bits that are others for every key."""
    return int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0])
