"""The perceptron: its layers, and as many weights as LeNet has for the same images."""

from dataclasses import replace

import pytest
import torch

from lenet_desktop.networks.catalogue import new_network, parameter_count
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK

CONFIG = TrainingConfig(network=Network.PERCEPTRON)


def test_each_layer_gives_as_many_numbers_as_it_should() -> None:
    values = torch.zeros(3, 1, 28, 28)
    shapes = {}
    for name, layer in new_network(CONFIG).named_children():
        values = layer(values)
        shapes[name] = tuple(values.shape)

    assert shapes == {
        "flatten": (3, 784),
        "fc1": (3, 71),
        "act1": (3, 71),
        "fc2": (3, 71),
        "act2": (3, 71),
        "fc3": (3, 10),
    }
    assert parameter_count(new_network(CONFIG)) == 61_567


@pytest.mark.parametrize(("side", "channels", "classes"), [(8, 1, 10), (32, 3, 10), (96, 3, 62)])
def test_it_has_about_as_many_weights_as_lenet(side: int, channels: int, classes: int) -> None:
    names = tuple(map(str, range(classes)))
    data = replace(
        TEXTBOOK.config.data, side=side, channels=channels, class_names=names, train_counts=()
    )
    lenet, perceptron = (
        parameter_count(new_network(TrainingConfig(network=network, data=data)))
        for network in (Network.LENET, Network.PERCEPTRON)
    )

    assert perceptron == pytest.approx(lenet, rel=0.03)
