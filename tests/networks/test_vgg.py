"""The small VGG: its layers."""

import torch

from lenet_desktop.networks.catalogue import new_network, parameter_count
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import TrainingConfig

CONFIG = TrainingConfig(network=Network.VGG)


def test_each_layer_gives_as_many_numbers_as_it_should() -> None:
    values = torch.zeros(3, 1, 28, 28)
    shapes = {}
    for name, layer in new_network(CONFIG).named_children():
        values = layer(values)
        if name.startswith(("pool", "flatten", "fc")):
            shapes[name] = tuple(values.shape)

    assert shapes == {
        "pool1": (3, 16, 14, 14),
        "pool2": (3, 32, 7, 7),
        "pool3": (3, 48, 3, 3),
        "flatten": (3, 432),
        "fc1": (3, 120),
        "fc2": (3, 10),
    }
    assert parameter_count(new_network(CONFIG)) == 71_842
