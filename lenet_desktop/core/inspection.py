"""What a network saw in one image: its maps, where it looked, and what it finds most alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from lenet_desktop.core.datasets import LabelledImages
from lenet_desktop.core.devices import CPU
from lenet_desktop.core.evaluation import EVALUATION_BATCH
from lenet_desktop.core.kernels import fast_forward
from lenet_desktop.core.model import to_input
from lenet_desktop.core.snapshot import Snapshot

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

FEATURES = 84
"""How many numbers the last layer, `fc3`, reads of an image."""
NEIGHBOURS = 8
ATTRIBUTION_STEPS = 64
"""Points on the way from the black image; more of them bring the sum nearer to the change."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Neighbour:
    """A training image that the network finds like the one looked at.

    Attributes:
        number: its place among the training images, from 0.
        label: its class.
        distance: the Euclidean distance of the two images' features, no unit.
        pixels: uint8 (28, 28), read-only.
    """

    number: int
    label: int
    distance: float
    pixels: Bytes


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
        neighbours: the training images with the nearest features, the nearest first; None where
            they were not asked for.
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
    neighbours: tuple[Neighbour, ...] | None = None

    @property
    def predicted(self) -> int:
        """The class that the network took the image for."""
        return int(self.probabilities.argmax())


class FeatureBank:
    """The features of all training images, as one network has them; read-only."""

    def __init__(self, train: LabelledImages, features: Floats) -> None:
        """Keep `features`, float32 (N, 84), of the N images `train`."""
        self._images = train.images.cpu().numpy()
        self.labels: Bytes = _detached(train.labels.to(torch.uint8))
        self.features = features
        self.features.setflags(write=False)

    @classmethod
    def of(
        cls,
        snapshot: Snapshot,
        train: LabelledImages,
        should_stop: Callable[[], bool] = lambda: False,
        batch_size: int = EVALUATION_BATCH,
    ) -> FeatureBank | None:
        """Compute the features of all training images; return None when told to stop.

        Args:
            snapshot: the network.
            train: N images.
            should_stop: asked before each batch.
            batch_size: how many images to compute at a time, which decides nothing else.
        """
        builder = FeatureBankBuilder(snapshot, train, batch_size)
        while builder.bank is None:
            if should_stop():
                return None
            builder.advance()
        return builder.bank

    def __len__(self) -> int:
        return len(self.labels)

    def nearest(self, features: Floats, count: int = NEIGHBOURS) -> tuple[Neighbour, ...]:
        """Return the `count` images whose features, (84,), are nearest, the nearest first.

        Of images that are equally near, the one with the smaller number comes first.
        """
        apart = self.features - features
        distances = np.sqrt(np.einsum("nf,nf->n", apart, apart))
        order = np.argsort(distances, kind="stable")[:count]
        return tuple(
            Neighbour(
                int(number),
                int(self.labels[number]),
                float(distances[number]),
                _read_only(self._images[number, 0].copy()),
            )
            for number in order
        )


class FeatureBankBuilder:
    """A `FeatureBank` in the making, which can be left and gone on with between two batches."""

    def __init__(
        self, snapshot: Snapshot, train: LabelledImages, batch_size: int = EVALUATION_BATCH
    ) -> None:
        self.snapshot = snapshot
        self.train = train
        self.bank: FeatureBank | None = None
        self._batch_size = batch_size
        self._features = np.empty((len(train), FEATURES), np.float32)
        self._done = 0
        model = snapshot.build()[:-1]  # all but fc3
        model.to(memory_format=torch.channels_last)
        self._forward = fast_forward(model)

    def advance(self) -> None:
        """Compute the next batch; `bank` is there after the last one."""
        end = min(self._done + self._batch_size, len(self.train))
        if self._done < end:
            pixels = self.train.images[self._done : end].to(CPU)
            with torch.inference_mode():
                features = self._forward(to_input(pixels, self.snapshot.config.normalise))
            self._features[self._done : end] = features.numpy()
            self._done = end
        if self._done == len(self.train):
            self.bank = FeatureBank(self.train, self._features)


def inspect(
    snapshot: Snapshot,
    pixels: Bytes,
    bank: FeatureBank | None = None,
    neighbour_count: int = NEIGHBOURS,
) -> Inspection:
    """Look at one image with the network of a snapshot, on the CPU and in any thread.

    Nothing outside is changed: no generator is drawn from, and gradients are switched on for this
    computation alone. Imports captum, which takes a second the first time.

    Args:
        snapshot: the network.
        pixels: uint8 (28, 28).
        bank: the training images' features for this very snapshot; None for no neighbours.
        neighbour_count: how many of them to find.
    """
    model = snapshot.build().requires_grad_(False)
    image = _network_input(snapshot, pixels)
    outputs = _outputs(model, image)
    logits = outputs["fc3"]
    target = int(logits.argmax())
    features = _detached(outputs["act4"][0])
    black = _network_input(snapshot, np.zeros_like(pixels))
    change = logits[0, target] - _outputs(model, black)["fc3"][0, target]
    return Inspection(
        pixels=_read_only(pixels.copy()),
        probabilities=_detached(logits[0].softmax(dim=0)),
        first_maps=_detached(outputs["act1"][0]),
        second_maps=_detached(outputs["act2"][0]),
        first_kernels=snapshot.weights["conv1.weight"][:, 0],
        second_kernels=snapshot.weights["conv2.weight"],
        features=features,
        attribution=_attribute(model, image, black, target),
        logit_change=float(change),
        neighbours=None if bank is None else bank.nearest(features, neighbour_count),
    )


def _attribute(model: nn.Module, image: Tensor, black: Tensor, target: int) -> Floats:
    """Return what each pixel adds to the target class's logit, float32 (28, 28).

    The gradients are added up on the straight way from a black image to this one, so that all
    pixels together add up to the change of the logit, and a pixel that is black adds nothing.

    Source: integrated gradients, Sundararajan, Taly and Yan, "Axiomatic attribution for deep
    networks", 2017; computed by Captum.
    """
    from captum.attr import IntegratedGradients  # type: ignore[import-untyped]

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
