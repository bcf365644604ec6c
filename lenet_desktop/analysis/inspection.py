"""What a network saw in one image: its maps, its kernels and where it looked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from lenet_desktop.analysis.neighbours import Bytes, Floats, Neighbours
from lenet_desktop.analysis.unlikeness import Unlikeness
from lenet_desktop.data.images import read_only
from lenet_desktop.networks.catalogue import NETWORKS
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.snapshot import Snapshot

ATTRIBUTION_STEPS = 64
"""Points on the way from the black image; more of them bring the sum nearer to the change."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SeenLayer:
    """What can be shown of one layer.

    Attributes:
        title: what the layer is called, as "First convolution".
        values: its maps, float32 (K, H, W), or its kernels, float32 (made, read, h, w): the weights
            with which each of what it makes reads each map, or each colour, before it.
        makes: what it makes, as "map" or "unit".
    """

    title: str
    values: Floats
    makes: str = "map"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Inspection:
    """What one network saw in one image. All arrays are read-only.

    Attributes:
        pixels: uint8 (channels, side, side), the image.
        probabilities: float32 (classes,), the answer.
        maps: what the layers with maps give; none where a network has no such layer.
        kernels: the weights of the layers that look for patterns.
        features: float32 (F,), by which images are alike to the network.
        attribution: float32 (side, side), how much each pixel spoke for the predicted class, in
            logits; below 0 it spoke against it. But for rounding it adds up to the class's logit
            less that of a black image.
        without_maps: why there are no maps, if there are none.
        neighbours: the training images with the nearest features; None until they were looked
            for.
        unlikeness: how far from them it is, among test images; None until that was compared.
    """

    pixels: Bytes
    probabilities: Floats
    maps: tuple[SeenLayer, ...]
    kernels: tuple[SeenLayer, ...]
    features: Floats
    attribution: Floats
    without_maps: str = ""
    neighbours: Neighbours | None = None
    unlikeness: Unlikeness | None = None

    @property
    def predicted(self) -> int:
        """The class that the network took the image for."""
        return int(self.probabilities.argmax())


class Asked:
    """A network that is asked about one image after the other, for its answer alone; on the CPU."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._model = snapshot.build().requires_grad_(False)

    def probabilities(self, pixels: Bytes) -> Floats:
        """Return what `inspect` would: float32 (classes,), of uint8 (channels, side, side)."""
        outputs = _outputs(self._model, _network_input(self.snapshot, pixels))
        return _probabilities([*outputs.values()][-1])


def inspect(snapshot: Snapshot, pixels: Bytes) -> Inspection:
    """Look at one image with the network of a snapshot, on the CPU and in any thread.

    Nothing outside is changed: no generator is drawn from, and gradients are switched on for this
    computation alone. Imports captum, which takes a second the first time.

    Args:
        snapshot: the network.
        pixels: uint8 (channels, side, side), or without the first where that is 1.
    """
    spec, shape = NETWORKS[snapshot.config.network], snapshot.config.data.shape
    pixels = pixels.reshape(shape)
    model = snapshot.build().requires_grad_(False)
    image = _network_input(snapshot, pixels)
    outputs = _outputs(model, image)
    logits = [*outputs.values()][-1]
    target = int(logits.argmax())
    black = _network_input(snapshot, np.zeros_like(pixels))
    return Inspection(
        pixels=read_only(pixels.copy()),
        probabilities=_probabilities(logits),
        maps=tuple(
            SeenLayer(title, _detached(outputs[layer][0])) for layer, title in spec.maps.items()
        ),
        kernels=tuple(
            _kernels(title, snapshot.weights[f"{layer}.weight"], shape)
            for layer, title in spec.kernels.items()
        ),
        features=_detached(outputs[spec.features][0]),
        attribution=_attribute(model, image, black, target),
        without_maps=spec.without_maps,
    )


def _kernels(title: str, weights: Floats, shape: tuple[int, int, int]) -> SeenLayer:
    """Return weights as pictures; those of units that read all pixels lie where these do."""
    if weights.ndim == 4:
        return SeenLayer(title, weights)
    return SeenLayer(title, weights.reshape(-1, *shape), "unit")


def preload() -> None:
    """Import captum, which takes most of a second, before the first look needs it."""
    import captum.attr  # type: ignore[import-untyped]  # noqa: F401


def _attribute(model: nn.Module, image: Tensor, black: Tensor, target: int) -> Floats:
    """Return what each pixel adds to the target class's logit, float32 (side, side).

    The gradients are added up on the straight way from a black image to this one, so that all
    pixels together add up to the change of the logit, and a pixel that is black adds nothing.

    Source: integrated gradients, Sundararajan, Taly and Yan, "Axiomatic attribution for deep
    networks", 2017; computed by Captum.
    """
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(model)
    with torch.inference_mode(False), torch.enable_grad():
        shares = method.attribute(image, black, target=target, n_steps=ATTRIBUTION_STEPS)
    return _detached(shares[0].sum(dim=0).float())


def _probabilities(logits: Tensor) -> Floats:
    return _detached(logits[0].softmax(dim=0))


def _outputs(model: nn.Sequential, x: Tensor) -> Mapping[str, Tensor]:
    """Return what each layer gives, by the layer's name."""
    outputs = {}
    with torch.no_grad():
        for name, layer in model.named_children():
            x = layer(x)
            outputs[name] = x
    return outputs


def _network_input(snapshot: Snapshot, pixels: Bytes) -> Tensor:
    """Return one image, uint8 (C, side, side), as the network reads it, float32 (1, C, ...)."""
    config = snapshot.config
    return to_input(torch.tensor(pixels)[None], config.normalise, config.data)


def _detached(tensor: Tensor) -> npt.NDArray[Any]:
    return read_only(tensor.detach().cpu().numpy())
