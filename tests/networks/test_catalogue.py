"""The initial weights are the textbook's, and follow from the seed alone."""

import math

import pytest
import torch
from torch import Tensor, nn

from lenet_desktop.networks.catalogue import build_network, initialise, new_network
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.settings.config import TrainingConfig

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


@pytest.mark.parametrize("name", FANS)
def test_weights_are_xavier_uniform(name: str) -> None:
    fan_in, fan_out = FANS[name]
    bound = math.sqrt(6 / (fan_in + fan_out))
    weight = dict(new_network(TrainingConfig()).named_parameters())[f"{name}.weight"].detach()

    assert weight.abs().max().item() <= bound
    assert weight.abs().max().item() > 0.9 * bound
    assert weight.mean().item() == pytest.approx(0, abs=0.15 * bound)
    # The variance of a uniform distribution in ±bound.
    assert weight.square().mean().item() == pytest.approx(bound**2 / 3, rel=0.2)


@pytest.mark.parametrize("name", FANS)
def test_biases_are_uniform_in_what_the_fan_in_allows(name: str) -> None:
    bound = 1 / math.sqrt(FANS[name][0])
    bias = dict(new_network(TrainingConfig()).named_parameters())[f"{name}.bias"].detach()

    assert bias.abs().max().item() <= bound
    assert bias.abs().max().item() > 0.5 * bound
    assert len(set(bias.tolist())) == len(bias)


def test_the_same_seed_draws_the_same_network() -> None:
    assert same(new_network(TrainingConfig(seed=3)), new_network(TrainingConfig(seed=3)))


def test_another_seed_draws_every_parameter_anew() -> None:
    first, second = (weights_of(new_network(TrainingConfig(seed=seed))) for seed in (3, 4))

    for one, other in zip(first, second, strict=True):
        assert (one != other).float().mean() > 0.99


def test_the_activation_does_not_change_the_initial_weights() -> None:
    sigmoid = new_network(TrainingConfig(seed=3))
    relu = new_network(TrainingConfig(seed=3, activation=Activation.RELU, pooling=Pooling.MAX))

    assert same(sigmoid, relu)


@pytest.mark.parametrize("network", Network)
def test_a_trained_network_is_drawn_anew(network: Network) -> None:
    config = TrainingConfig(network=network, seed=3)
    model = build_network(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(7)

    initialise(model, seed=3)

    assert same(model, new_network(config))


def test_initialising_leaves_the_global_generator_as_it_was() -> None:
    model = build_network(TrainingConfig())
    before = torch.get_rng_state()

    initialise(model, seed=3)

    assert torch.equal(torch.get_rng_state(), before)


def test_the_global_generator_does_not_change_what_is_drawn() -> None:
    torch.manual_seed(1)
    first = new_network(TrainingConfig(seed=3))
    torch.manual_seed(2)
    second = new_network(TrainingConfig(seed=3))

    assert same(first, second)
