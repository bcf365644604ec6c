"""A multilayer perceptron with about as many weights as LeNet, to compare a convolution with."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import TYPE_CHECKING

from lenet_desktop.networks.lenet import build_lenet
from lenet_desktop.networks.spec import NetworkSpec
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import marked

if TYPE_CHECKING:
    from torch import nn


def build_perceptron(config: TrainingConfig) -> nn.Sequential:
    """Return an untrained perceptron with two hidden layers of equal width.

    The comments give each layer's output for one image of 28 x 28 pixels and ten classes, of which
    it learns 61,567 numbers.
    """
    from torch import nn

    from lenet_desktop.networks.layers import ACTIVATIONS, Dropout

    act, pixels = ACTIVATIONS[config.activation], math.prod(config.data.shape)
    classes = len(config.data.class_names)
    width = _width(config, pixels, classes)
    return nn.Sequential(
        OrderedDict(
            flatten=nn.Flatten(),  # 784
            fc1=nn.Linear(pixels, width),  # 71
            act1=act(),
            drop1=Dropout(config.dropout, place=0),
            fc2=nn.Linear(width, width),  # 71
            act2=act(),
            drop2=Dropout(config.dropout, place=1),
            fc3=nn.Linear(width, classes),  # 10
        )
    )


def _width(config: TrainingConfig, pixels: int, classes: int) -> int:
    """Return the width w for which w (p + 1) + w (w + 1) + c (w + 1) comes to LeNet's weights."""
    import torch

    with torch.device("meta"):
        weights = sum(each.numel() for each in build_lenet(config).parameters())
    half = (pixels + classes + 2) / 2
    return round(math.sqrt(half**2 + weights - classes) - half)


PERCEPTRON = NetworkSpec(
    name=marked("a perceptron"),
    sentence=marked(
        "Two hidden layers of equal width in which every unit sees all pixels, with about as many "
        "weights as LeNet: 61,567 instead of 61,706 for grey images of 28 pixels and ten classes."
    ),
    taught_in='Zhang et al., "Dive into Deep Learning", section 5.1',
    build=build_perceptron,
    kernels={"fc1": marked("First layer")},
    features="act2",
    without_maps=marked(
        "A perceptron makes no maps: each of its units sees all pixels at once. What its first "
        "units look for is shown as kernels."
    ),
)
