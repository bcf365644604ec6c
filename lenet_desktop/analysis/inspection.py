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
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.snapshot import Snapshot

ATTRIBUTION_STEPS = 64
"""Points on the way from the black image; more of them bring the sum nearer to the change."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Inspection:
    """What one network saw in one image. All arrays are read-only.

    Attributes:
        pixels: uint8 (28, 28), the image.
        probabilities: float32 (10,), the answer.
        first_maps: float32 (6, 28, 28), what the first activation, `act1`, gives.
        second_maps: float32 (16, 10, 10), what the second activation, `act2`, gives.
        first_kernels: float32 (6, 5, 5), the weights of `conv1`.
        second_kernels: float32 (16, 6, 5, 5), the weights of `conv2`: map made, map read.
        features: float32 (84,), what the last layer reads, from `act4`.
        attribution: float32 (28, 28), how much each pixel spoke for the predicted class, in
            logits; below 0 it spoke against it.
        logit_change: the predicted class's logit of the image less that of a black image, to
            which the attribution adds up but for rounding.
        neighbours: the training images with the nearest features; None until they were looked
            for.
    """

    pixels: Bytes
    probabilities: Floats
    first_maps: Floats
    second_maps: Floats
    first_kernels: Floats
    second_kernels: Floats
    features: Floats
    attribution: Floats
    logit_change: float
    neighbours: Neighbours | None = None

    @property
    def predicted(self) -> int:
        """The class that the network took the image for."""
        return int(self.probabilities.argmax())


def inspect(snapshot: Snapshot, pixels: Bytes) -> Inspection:
    """Look at one image with the network of a snapshot, on the CPU and in any thread.

    Nothing outside is changed: no generator is drawn from, and gradients are switched on for this
    computation alone. Imports captum, which takes a second the first time.

    Args:
        snapshot: the network.
        pixels: uint8 (28, 28).
    """
    model = snapshot.build().requires_grad_(False)
    image = _network_input(snapshot, pixels)
    outputs = _outputs(model, image)
    logits = outputs["fc3"]
    target = int(logits.argmax())
    black = _network_input(snapshot, np.zeros_like(pixels))
    change = logits[0, target] - _outputs(model, black)["fc3"][0, target]
    return Inspection(
        pixels=_read_only(pixels.copy()),
        probabilities=_detached(logits[0].softmax(dim=0)),
        first_maps=_detached(outputs["act1"][0]),
        second_maps=_detached(outputs["act2"][0]),
        first_kernels=snapshot.weights["conv1.weight"][:, 0],
        second_kernels=snapshot.weights["conv2.weight"],
        features=_detached(outputs["act4"][0]),
        attribution=_attribute(model, image, black, target),
        logit_change=float(change),
    )


def preload() -> None:
    """Import captum, which takes most of a second, before the first look needs it."""
    import captum.attr  # type: ignore[import-untyped]  # noqa: F401


def _attribute(model: nn.Module, image: Tensor, black: Tensor, target: int) -> Floats:
    """Return what each pixel adds to the target class's logit, float32 (28, 28).

    The gradients are added up on the straight way from a black image to this one, so that all
    pixels together add up to the change of the logit, and a pixel that is black adds nothing.

    Source: integrated gradients, Sundararajan, Taly and Yan, "Axiomatic attribution for deep
    networks", 2017; computed by Captum.
    """
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(model)
    with torch.inference_mode(False), torch.enable_grad():
        shares = method.attribute(image, black, target=target, n_steps=ATTRIBUTION_STEPS)
    return _detached(shares[0, 0].float())


def _outputs(model: nn.Sequential, x: Tensor) -> Mapping[str, Tensor]:
    """Return what each layer gives, by the layer's name."""
    outputs = {}
    with torch.no_grad():
        for name, layer in model.named_children():
            x = layer(x)
            outputs[name] = x
    return outputs


def _network_input(snapshot: Snapshot, pixels: Bytes) -> Tensor:
    """Return one image, uint8 (28, 28), as the network reads it, float32 (1, 1, 28, 28)."""
    return to_input(torch.tensor(pixels)[None, None], snapshot.config.normalise)


def _detached(tensor: Tensor) -> npt.NDArray[Any]:
    return _read_only(tensor.detach().cpu().numpy())


def _read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.setflags(write=False)
    return array
