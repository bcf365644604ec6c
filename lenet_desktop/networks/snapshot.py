"""The network as it was after an epoch, to look into it while the run goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lenet_desktop.networks.computation import UNIT, PixelScale
from lenet_desktop.settings.config import TrainingConfig

if TYPE_CHECKING:
    from torch import Tensor, nn

EPOCH_FORMAT = "LeNet Desktop epoch"
"""What the file of an epoch that is kept says that it is."""
MODEL_FORMAT = "LeNet Desktop model"
"""What the file of a network says that it is."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Snapshot:
    """A copy of the weights, which no later step changes.

    Attributes:
        config: the recipe, which says how the network is built and what it reads.
        epoch: the epoch after which it was taken, from 1.
        weights: float32 by name, as in the network's `named_parameters`; read-only.
        scale: what the network itself makes of the pixels that the recipe gives it. A network of
            another program may have learned on a scale that no recipe of this one has.
    """

    config: TrainingConfig
    epoch: int
    weights: Mapping[str, npt.NDArray[np.float32]]
    scale: PixelScale = UNIT

    @classmethod
    def of(
        cls,
        config: TrainingConfig,
        epoch: int,
        weights: Mapping[str, Tensor],
        scale: PixelScale = UNIT,
    ) -> Snapshot:
        """Take a snapshot of CPU weights that nobody else will change."""
        arrays = {name: weight.numpy() for name, weight in weights.items()}
        for array in arrays.values():
            array.setflags(write=False)
        return cls(config, epoch, arrays, scale)

    def build(self) -> nn.Sequential:
        """Return the network on the CPU, in eval mode."""
        import torch

        from lenet_desktop.networks.catalogue import build_network, load_weights

        model = build_network(self.config, self.scale)
        load_weights(model, {name: torch.tensor(array) for name, array in self.weights.items()})
        return model.eval()
