"""A small VGG: three 3x3 convolutions and two fully connected layers.

Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image
recognition", 2015, as taught in Zhang et al., Dive into Deep Learning, section 8.2. Theirs has more
than a thousand times as many weights.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from lenet_desktop.networks.spec import NetworkSpec
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import marked

if TYPE_CHECKING:
    from torch import nn


def build_vgg(config: TrainingConfig) -> nn.Sequential:
    """Return an untrained small VGG.

    The comments give each layer's output for one image of 28 x 28 pixels and ten classes, of which
    it learns 71,842 numbers.
    """
    from torch import nn

    from lenet_desktop.networks.layers import ACTIVATIONS, POOLINGS, Dropout

    act, pool = ACTIVATIONS[config.activation], POOLINGS[config.pooling]
    side, channels, classes = config.data.side, config.data.channels, len(config.data.class_names)
    return nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(channels, 16, kernel_size=3, padding=1),  # 16 x 28 x 28
            act1=act(),
            pool1=pool(kernel_size=2, stride=2),  # 16 x 14 x 14
            conv2=nn.Conv2d(16, 32, kernel_size=3, padding=1),  # 32 x 14 x 14
            act2=act(),
            pool2=pool(kernel_size=2, stride=2),  # 32 x 7 x 7
            conv3=nn.Conv2d(32, 48, kernel_size=3, padding=1),  # 48 x 7 x 7
            act3=act(),
            pool3=pool(kernel_size=2, stride=2),  # 48 x 3 x 3
            flatten=nn.Flatten(),  # 432
            drop1=Dropout(config.dropout, place=0),
            fc1=nn.Linear(48 * (side // 8) ** 2, 120),  # 120
            act4=act(),
            drop2=Dropout(config.dropout, place=1),
            fc2=nn.Linear(120, classes),  # 10
        )
    )


VGG = NetworkSpec(
    name=marked("a small VGG"),
    sentence=marked(
        "Three 3x3 convolutions of more and more channels, 2x2 pooling after each, and two fully "
        "connected layers: a deeper network than LeNet, with 71,842 weights for grey images of 28 "
        "pixels and ten classes, and several times the work."
    ),
    taught_in='Zhang et al., "Dive into Deep Learning", section 8.2',
    build=build_vgg,
    maps={
        "act1": marked("First convolution"),
        "act2": marked("Second convolution"),
        "act3": marked("Third convolution"),
    },
    kernels={"conv1": marked("First convolution")},  # those behind it are 2,048, too many to see
    features="act4",
)
