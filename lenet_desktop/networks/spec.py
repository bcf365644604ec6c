"""What the program knows of a kind of network; all else is read from the network as it is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lenet_desktop.settings.config import TrainingConfig

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSpec:
    """A kind of network: how it is built, and what can be seen in it.

    How it is computed fast, saved as ONNX, written as code and found in files of other programs
    follows from its layers; layers of a new kind are to be added in `onnx_export` and
    `network_code`.

    Attributes:
        name: what it is called in a sentence, as "a perceptron".
        sentence: what it is, for the person.
        taught_in: where it is taught, as it stands in a sentence.
        build: returns it untrained, for the data and the settings of a configuration: logits
            (N, classes) for float32 images (N, channels, side, side). Its layers have names, and
            a `Dropout` stands where one can be asked for.
        maps: the layers whose outputs, (N, K, H, W), are shown, with what they are called.
        kernels: the layers whose weights are shown, likewise.
        features: the layer whose output, (N, F), tells which images are alike.
        without_maps: what is said where maps would be shown and there are none.
    """

    name: str
    sentence: str
    taught_in: str
    build: Callable[[TrainingConfig], nn.Sequential]
    kernels: Mapping[str, str]
    features: str
    maps: Mapping[str, str] = field(default_factory=dict)
    without_maps: str = ""
