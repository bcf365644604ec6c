"""LeNet: the layers of the textbook, and what they become for other images."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.catalogue import (
    build_network,
    new_network,
    parameter_count,
    parameter_shapes,
)
from lenet_desktop.networks.fast_network import fast_forward
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK

SHAPES = {
    "conv1": (6, 28, 28),
    "act1": (6, 28, 28),
    "pool1": (6, 14, 14),
    "conv2": (16, 10, 10),
    "act2": (16, 10, 10),
    "pool2": (16, 5, 5),
    "flatten": (400,),
    "fc1": (120,),
    "act3": (120,),
    "fc2": (84,),
    "act4": (84,),
    "fc3": (10,),
}


@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("pooling", Pooling)
def test_each_layer_has_the_textbooks_name_and_output_shape(
    activation: Activation, pooling: Pooling
) -> None:
    values = torch.zeros(3, 1, 28, 28)
    shapes = {}
    for name, layer in build_network(
        TrainingConfig(activation=activation, pooling=pooling)
    ).named_children():
        values = layer(values)
        shapes[name] = tuple(values.shape)

    assert shapes == {name: (3, *shape) for name, shape in SHAPES.items()}
    assert list(shapes) == list(SHAPES)


@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("pooling", Pooling)
def test_it_learns_61706_numbers_whatever_its_activation_and_pooling(
    activation: Activation, pooling: Pooling
) -> None:
    assert (
        parameter_count(build_network(TrainingConfig(activation=activation, pooling=pooling)))
        == 61_706
    )


@pytest.mark.parametrize(
    ("activation", "function"),
    [
        (Activation.SIGMOID, torch.sigmoid),
        (Activation.RELU, torch.relu),
        (Activation.TANH, torch.tanh),
    ],
)
def test_every_layer_but_the_last_has_the_activation_that_was_asked_for(
    activation: Activation, function: Callable[[Tensor], Tensor]
) -> None:
    values = torch.linspace(-3, 3, 48).reshape(3, 16)
    layers = dict(build_network(TrainingConfig(activation=activation)).named_children())

    for name in ("act1", "act2", "act3", "act4"):
        assert torch.equal(layers[name](values), function(values))


def test_pooling_takes_the_mean_or_the_largest_of_two_by_two() -> None:
    values = torch.tensor([[[[1.0, 2.0, 0.0, 0.0], [3.0, 6.0, 0.0, 4.0]]]])
    mean = dict(build_network(TrainingConfig(pooling=Pooling.AVERAGE)).named_children())
    largest = dict(build_network(TrainingConfig(pooling=Pooling.MAX)).named_children())

    for name in ("pool1", "pool2"):
        assert mean[name](values).flatten().tolist() == [3.0, 1.0]
        assert largest[name](values).flatten().tolist() == [6.0, 4.0]


def info(side: int, channels: int, classes: int) -> DatasetInfo:
    names = tuple(f"class {number}" for number in range(classes))
    return replace(
        TEXTBOOK.config.data, side=side, channels=channels, class_names=names, train_counts=()
    )


@given(side=st.integers(8, 128), channels=st.sampled_from([1, 3]), classes=st.integers(2, 62))
@example(side=8, channels=1, classes=10)
@example(side=128, channels=3, classes=62)
@settings(max_examples=15)
def test_every_data_set_gets_a_network_that_computes_the_same_fast_and_plain(
    side: int, channels: int, classes: int
) -> None:
    data = info(side, channels, classes)
    images = torch.rand((2, channels, side, side), generator=torch.Generator().manual_seed(side))
    for network, activation, pooling in (
        (Network.LENET, Activation.SIGMOID, Pooling.AVERAGE),
        (Network.LENET, Activation.RELU, Pooling.MAX),
        (Network.VGG, Activation.RELU, Pooling.MAX),
        (Network.PERCEPTRON, Activation.TANH, Pooling.AVERAGE),
    ):
        built = new_network(
            TrainingConfig(network=network, activation=activation, pooling=pooling, data=data)
        )
        logits = built(images)
        assert logits.shape == (2, classes)
        torch.testing.assert_close(fast_forward(built)(images), logits, rtol=0, atol=1e-5)


@pytest.mark.parametrize("side", [8, 16, 27, 28, 32])
def test_images_up_to_32_pixels_get_the_same_400_features(side: int) -> None:
    shapes = parameter_shapes(Network.LENET, info(side, 1, 10))

    assert shapes == parameter_shapes(Network.LENET, TEXTBOOK.config.data)


def test_larger_images_get_more_features() -> None:
    assert parameter_shapes(Network.LENET, info(64, 3, 47)) == {
        "conv1.weight": (6, 3, 5, 5),
        "conv1.bias": (6,),
        "conv2.weight": (16, 6, 5, 5),
        "conv2.bias": (16,),
        "fc1.weight": (120, 16 * 13 * 13),
        "fc1.bias": (120,),
        "fc2.weight": (84, 120),
        "fc2.bias": (84,),
        "fc3.weight": (47, 84),
        "fc3.bias": (47,),
    }
