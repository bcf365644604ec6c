"""LeNet: two convolutions and three fully connected layers.

Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998, as taught in
Zhang et al., Dive into Deep Learning, section 7.6.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from lenet_desktop.networks.spec import NetworkSpec
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import marked

if TYPE_CHECKING:
    from torch import nn

_SIDE = 32
"""Pixels for which LeNet was made; a smaller image gets a black margin up to there."""


def build_lenet(config: TrainingConfig) -> nn.Sequential:
    """Return an untrained LeNet.

    The comments give each layer's output for one image of 28 x 28 pixels and ten classes, of which
    it learns 61,706 numbers; so it does for every smaller grey image.
    """
    from torch import nn

    from lenet_desktop.networks.layers import ACTIVATIONS, POOLINGS, Dropout

    act, pool = ACTIVATIONS[config.activation], POOLINGS[config.pooling]
    side, channels, classes = config.data.side, config.data.channels, len(config.data.class_names)
    margin = max(0, (_SIDE + 1 - side) // 2)
    left = ((side + 2 * margin - 4) // 2 - 4) // 2
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(channels, 6, kernel_size=5, padding=margin),  # 6 x 28 x 28
            act1=act(),
            pool1=pool(kernel_size=2, stride=2),  # 6 x 14 x 14
            conv2=nn.Conv2d(6, 16, kernel_size=5),  # 16 x 10 x 10
            act2=act(),
            pool2=pool(kernel_size=2, stride=2),  # 16 x 5 x 5
            flatten=nn.Flatten(),  # 400
            fc1=nn.Linear(16 * left**2, 120),  # 120
            act3=act(),
            drop1=Dropout(config.dropout, place=0),
            fc2=nn.Linear(120, 84),  # 84
            act4=act(),
            drop2=Dropout(config.dropout, place=1),
            fc3=nn.Linear(84, classes),  # 10
        )
    )


LENET = NetworkSpec(
    name=marked("LeNet"),
    sentence=marked(
        "Two 5x5 convolutions that look for patterns anywhere in the image, 2x2 pooling after "
        "each, and three fully connected layers."
    ),
    taught_in='Zhang et al., "Dive into Deep Learning", section 7.6',
    build=build_lenet,
    maps={"act1": marked("First convolution"), "act2": marked("Second convolution")},
    kernels={"conv1": marked("First convolution"), "conv2": marked("Second convolution")},
    features="act4",
)
