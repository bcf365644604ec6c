"""LeNet: the layers and the initial weights of the textbook."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from lenet_desktop.networks.lenet import (
    build_lenet,
    initialise,
    new_lenet,
    parameter_count,
    to_unit,
)
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.settings.config import TrainingConfig

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
FANS = {  # numbers that enter and leave one unit
    "conv1": (1 * 25, 6 * 25),
    "conv2": (6 * 25, 16 * 25),
    "fc1": (400, 120),
    "fc2": (120, 84),
    "fc3": (84, 10),
}


def weights_of(model: nn.Module) -> list[Tensor]:
    return [parameter.detach().clone() for parameter in model.parameters()]


def same(first: nn.Module, second: nn.Module) -> bool:
    pairs = zip(weights_of(first), weights_of(second), strict=True)
    return all(torch.equal(one, other) for one, other in pairs)


@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("pooling", Pooling)
def test_each_layer_has_the_textbooks_name_and_output_shape(
    activation: Activation, pooling: Pooling
) -> None:
    values = torch.zeros(3, 1, 28, 28)
    shapes = {}
    for name, layer in build_lenet(activation, pooling).named_children():
        values = layer(values)
        shapes[name] = tuple(values.shape)

    assert shapes == {name: (3, *shape) for name, shape in SHAPES.items()}
    assert list(shapes) == list(SHAPES)


@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("pooling", Pooling)
def test_it_learns_61706_numbers_whatever_its_activation_and_pooling(
    activation: Activation, pooling: Pooling
) -> None:
    assert parameter_count(build_lenet(activation, pooling)) == 61_706


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
    layers = dict(build_lenet(activation).named_children())

    for name in ("act1", "act2", "act3", "act4"):
        assert torch.equal(layers[name](values), function(values))


def test_pooling_takes_the_mean_or_the_largest_of_two_by_two() -> None:
    values = torch.tensor([[[[1.0, 2.0, 0.0, 0.0], [3.0, 6.0, 0.0, 4.0]]]])
    mean = dict(build_lenet(pooling=Pooling.AVERAGE).named_children())
    largest = dict(build_lenet(pooling=Pooling.MAX).named_children())

    for name in ("pool1", "pool2"):
        assert mean[name](values).flatten().tolist() == [3.0, 1.0]
        assert largest[name](values).flatten().tolist() == [6.0, 4.0]


@pytest.mark.parametrize("name", FANS)
def test_weights_are_xavier_uniform(name: str) -> None:
    fan_in, fan_out = FANS[name]
    bound = math.sqrt(6 / (fan_in + fan_out))
    weight = dict(new_lenet(TrainingConfig()).named_parameters())[f"{name}.weight"].detach()

    assert weight.abs().max().item() <= bound
    assert weight.abs().max().item() > 0.9 * bound
    assert weight.mean().item() == pytest.approx(0, abs=0.15 * bound)
    # The variance of a uniform distribution in ±bound.
    assert weight.square().mean().item() == pytest.approx(bound**2 / 3, rel=0.2)


@pytest.mark.parametrize("name", FANS)
def test_biases_are_uniform_in_what_the_fan_in_allows(name: str) -> None:
    bound = 1 / math.sqrt(FANS[name][0])
    bias = dict(new_lenet(TrainingConfig()).named_parameters())[f"{name}.bias"].detach()

    assert bias.abs().max().item() <= bound
    assert bias.abs().max().item() > 0.5 * bound
    assert len(set(bias.tolist())) == len(bias)


def test_the_same_seed_draws_the_same_network() -> None:
    assert same(new_lenet(TrainingConfig(seed=3)), new_lenet(TrainingConfig(seed=3)))


def test_another_seed_draws_every_parameter_anew() -> None:
    first, second = (weights_of(new_lenet(TrainingConfig(seed=seed))) for seed in (3, 4))

    for one, other in zip(first, second, strict=True):
        assert (one != other).float().mean() > 0.99


def test_the_activation_does_not_change_the_initial_weights() -> None:
    sigmoid = new_lenet(TrainingConfig(seed=3))
    relu = new_lenet(TrainingConfig(seed=3, activation=Activation.RELU, pooling=Pooling.MAX))

    assert same(sigmoid, relu)


def test_a_trained_network_is_drawn_anew() -> None:
    model = build_lenet()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(7)

    initialise(model, seed=3)

    assert same(model, new_lenet(TrainingConfig(seed=3)))


def test_initialising_leaves_the_global_generator_as_it_was() -> None:
    model = build_lenet()
    before = torch.get_rng_state()

    initialise(model, seed=3)

    assert torch.equal(torch.get_rng_state(), before)


def test_the_global_generator_does_not_change_what_is_drawn() -> None:
    torch.manual_seed(1)
    first = new_lenet(TrainingConfig(seed=3))
    torch.manual_seed(2)
    second = new_lenet(TrainingConfig(seed=3))

    assert same(first, second)


def test_pixels_are_scaled_to_one_and_left_as_they_were() -> None:
    pixels = torch.arange(256, dtype=torch.uint8).reshape(1, 1, 16, 16)

    scaled = to_unit(pixels)

    assert scaled.dtype == torch.float32
    assert scaled.shape == pixels.shape
    torch.testing.assert_close(
        scaled.flatten(), torch.tensor([value / 255 for value in range(256)]), rtol=0, atol=1e-7
    )
    assert pixels.flatten().tolist() == list(range(256))
