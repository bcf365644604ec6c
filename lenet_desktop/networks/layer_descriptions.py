"""What a network is made of, layer by layer, read from the network as it is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from lenet_desktop.networks.catalogue import build_network
from lenet_desktop.settings.config import TrainingConfig

if TYPE_CHECKING:
    from torch import nn

_IMAGES = 2
"""Passed through; a single one has no deviation, which a normalisation needs."""


class LayerKind(StrEnum):
    """What a layer does with the numbers that come in."""

    INPUT = "input"
    CONVOLUTION = "convolution"
    POOLING = "pooling"
    FLATTENING = "flattening"
    LINEAR = "linear"
    NORMALISATION = "normalisation"
    ACTIVATION = "activation"
    DROPOUT = "dropout"

    @property
    def is_in_passing(self) -> bool:
        """Whether it changes numbers one by one, and so belongs to the layer before."""
        return self in (LayerKind.NORMALISATION, LayerKind.ACTIVATION, LayerKind.DROPOUT)


@dataclass(frozen=True, slots=True)
class LayerDescription:
    """A layer.

    Attributes:
        name: by which its weights are known in files.
        kind: what it does.
        comes_in: the shape of what it reads of one image, (C, H, W) or (F,).
        comes_out: the shape of what it makes of that.
        weights: how many numbers it learns beside its biases.
        biases: how many of these; those that a normalisation adds are of the layer before.
        kernel: how many pixels it looks at along each side, 0 where that means nothing.
    """

    name: str
    kind: LayerKind
    comes_in: tuple[int, ...]
    comes_out: tuple[int, ...]
    weights: int = 0
    biases: int = 0
    kernel: int = 0

    @property
    def parameters(self) -> int:
        """How many numbers it learns."""
        return self.weights + self.biases


def describe_layers(config: TrainingConfig) -> tuple[LayerDescription, ...]:
    """Return the layers of the network that a configuration trains, after the image itself.

    Imports torch.
    """
    return _described(
        TrainingConfig(
            network=config.network,
            activation=config.activation,
            pooling=config.pooling,
            batch_norm=config.batch_norm,
            dropout=config.dropout,
            data=config.data,
        )
    )


def in_steps(layers: Sequence[LayerDescription]) -> list[tuple[LayerDescription, ...]]:
    """Return each layer together with those behind it that change numbers in passing."""
    steps: list[tuple[LayerDescription, ...]] = []
    for layer in layers:
        if layer.kind.is_in_passing and steps:
            steps[-1] += (layer,)
        else:
            steps.append((layer,))
    return steps


@lru_cache(maxsize=16)
def _described(config: TrainingConfig) -> tuple[LayerDescription, ...]:
    import torch

    from lenet_desktop.networks.batch_norm import with_batch_norm

    network = build_network(config)
    if config.batch_norm:
        network = with_batch_norm(network)
    shape: tuple[int, ...] = config.data.shape
    layers = [LayerDescription("input", LayerKind.INPUT, shape, shape)]
    x, counted = torch.zeros(_IMAGES, *shape), set[int]()
    with torch.no_grad():
        for name, layer in network.named_children():
            x = layer(x)
            learned = {
                what: parameter.numel()
                for what, parameter in layer.named_parameters()
                if id(parameter) not in counted
            }
            counted.update(map(id, layer.parameters()))
            before, shape = shape, tuple(x.shape[1:])
            layers.append(
                LayerDescription(
                    name,
                    _kind_of(layer),
                    before,
                    shape,
                    weights=learned.get("weight", 0),
                    biases=learned.get("bias", 0),
                    kernel=_kernel_of(layer),
                )
            )
    return tuple(layers)


def _kind_of(layer: nn.Module) -> LayerKind:
    from torch import nn

    from lenet_desktop.networks.batch_norm import BatchNorm
    from lenet_desktop.networks.layers import Dropout

    kinds: list[tuple[type[nn.Module], LayerKind]] = [
        (nn.Conv2d, LayerKind.CONVOLUTION),
        (nn.AvgPool2d, LayerKind.POOLING),
        (nn.MaxPool2d, LayerKind.POOLING),
        (nn.Flatten, LayerKind.FLATTENING),
        (nn.Linear, LayerKind.LINEAR),
        (BatchNorm, LayerKind.NORMALISATION),
        (Dropout, LayerKind.DROPOUT),
    ]
    found = (kind for each, kind in kinds if isinstance(layer, each))
    return next(found, LayerKind.ACTIVATION)


def _kernel_of(layer: nn.Module) -> int:
    size = getattr(layer, "kernel_size", 0)
    return int(size[0] if isinstance(size, tuple) else size)
