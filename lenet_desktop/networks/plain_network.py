"""A network as PyTorch computes it, where there are no fast kernels: another device or layer."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from lenet_desktop.networks.layers import Dropout


class PlainNetwork:
    """Computes what a model computes, and the gradients; see `FastNetwork`."""

    def __init__(self, model: nn.Sequential) -> None:
        self._model = model
        self._parameters = list(model.parameters())

    def choose(self, numbers: Tensor, key: Tensor | None) -> None:
        """Decide what is dropped of the next images; see `Dropout.choose`."""
        for layer in self._model:
            if isinstance(layer, Dropout):
                layer.choose(numbers, key)

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, (N, classes), of float32 images (N, C, H, W)."""
        logits: Tensor = self._model(images)
        self._logits = logits
        return logits.detach()

    def backward(self, gradient: Tensor) -> Sequence[Tensor]:
        """Return the gradients by the parameters, given that by the logits, (N, classes)."""
        return list(torch.autograd.grad(self._logits, self._parameters, gradient))


class PlainNetworks:
    """The plain networks of one model, with the very same parameters; see `FastNetworks`."""

    def __init__(self, model: nn.Sequential) -> None:
        self._model = model
        self._idle = [PlainNetwork(model)]
        self.gradients = [torch.empty_like(each) for each in model.parameters()]

    def refresh(self) -> None:
        """Do nothing: the parameters are always those of now."""

    def add_up(self, noted: Sequence[Sequence[Tensor]]) -> None:
        """Add up the gradients of several networks, in the order given."""
        for gradient, first, *others in zip(self.gradients, *noted, strict=True):
            gradient.copy_(first)
            for each in others:
                gradient.add_(each)

    @contextmanager
    def borrowed(self, _shape: torch.Size) -> Iterator[PlainNetwork]:
        """Lend a network for images of any shape."""
        try:
            network = self._idle.pop()
        except IndexError:
            shared = {id(each): each for each in self._model.parameters()}
            network = PlainNetwork(copy.deepcopy(self._model, shared))
        yield network
        self._idle.append(network)
