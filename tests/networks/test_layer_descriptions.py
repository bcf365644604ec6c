"""A network is described as it is built: every network, image and number of classes."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from lenet_desktop.networks.catalogue import NETWORKS, build_network, parameter_count
from lenet_desktop.networks.layer_descriptions import LayerKind, describe_layers, in_steps
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.settings.config import TrainingConfig
from tests.made_images import made_info

TEXTBOOK = [
    ("input", (1, 28, 28), 0),
    ("conv1", (6, 28, 28), 156),
    ("act1", (6, 28, 28), 0),
    ("pool1", (6, 14, 14), 0),
    ("conv2", (16, 10, 10), 2_416),
    ("act2", (16, 10, 10), 0),
    ("pool2", (16, 5, 5), 0),
    ("flatten", (400,), 0),
    ("fc1", (120,), 48_120),
    ("act3", (120,), 0),
    ("fc2", (84,), 10_164),
    ("act4", (84,), 0),
    ("fc3", (10,), 850),
]
"""As they stand in Zhang et al., section 7.6, and as one counts them by hand."""


def test_the_textbooks_network_is_told_as_the_textbook_tells_it() -> None:
    layers = describe_layers(TrainingConfig())
    assert [(each.name, each.comes_out, each.parameters) for each in layers] == TEXTBOOK
    steps = in_steps(layers)
    assert [step[0].name for step in steps] == [
        "input", "conv1", "pool1", "conv2", "pool2", "flatten", "fc1", "fc2", "fc3",
    ]  # fmt: skip
    assert [layer for step in steps for layer in step] == list(layers)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(("side", "channels", "classes"), [(28, 1, 10), (8, 3, 2), (45, 1, 62)])
def test_every_network_is_described_as_it_is_built(
    network: Network, batch_norm: bool, side: int, channels: int, classes: int
) -> None:
    config = TrainingConfig(
        network=network,
        batch_norm=batch_norm,
        pooling=Pooling.MAX,
        activation=Activation.RELU,
        dropout=0.2,
        data=made_info(classes, side, channels),
    )
    layers = describe_layers(config)

    assert layers[0].comes_out == (channels, side, side)
    assert layers[-1].comes_out == (classes,)
    assert all(one.comes_out == other.comes_in for one, other in pairwise(layers))
    built = build_network(config)
    assert sum(each.parameters for each in layers) == parameter_count(built)
    names = {each.name for each in layers if each.kind is not LayerKind.NORMALISATION}
    assert names == {"input", *(name for name, _ in built.named_children())}
    kinds = [each.kind for each in layers]
    assert (LayerKind.NORMALISATION in kinds) is batch_norm
    assert kinds.count(LayerKind.DROPOUT) == 2
    assert (LayerKind.CONVOLUTION in kinds) is network.pools
    for each in layers:
        if each.kind is LayerKind.FLATTENING:
            assert each.comes_out == (math.prod(each.comes_in),)


def test_what_decides_only_how_it_learns_changes_nothing() -> None:
    config = TrainingConfig()
    other = replace(config, epochs=3, learning_rate=0.1, seed=7, device="cpu")
    assert describe_layers(other) is describe_layers(config), "nor is anything built again"
