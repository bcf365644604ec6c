"""Layers that are normalised while a network learns, and what becomes of that."""

from itertools import product

import pytest
import torch

from lenet_desktop.networks.batch_norm import BatchNorm, folded_weights, with_batch_norm
from lenet_desktop.networks.catalogue import (
    build_network,
    load_weights,
    new_network,
    parameter_count,
)
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.settings.config import TrainingConfig

IMAGES = torch.rand(20, 1, 28, 28, generator=torch.Generator().manual_seed(1))
CONFIGS = [
    *(
        TrainingConfig(activation=activation, pooling=pooling)
        for activation, pooling in product(Activation, Pooling)
    ),
    TrainingConfig(network=Network.PERCEPTRON, activation=Activation.RELU),
]


@pytest.mark.parametrize("config", CONFIGS)
def test_a_plain_network_with_folded_weights_computes_the_same(config: TrainingConfig) -> None:
    model = new_network(config)
    normalised = with_batch_norm(model)
    assert parameter_count(normalised) == parameter_count(model)
    plain = build_network(config)

    load_weights(plain, folded_weights(normalised.eval(), IMAGES))

    torch.testing.assert_close(plain(IMAGES), normalised(IMAGES), rtol=0, atol=2e-5)
    assert not torch.allclose(plain(IMAGES), model(IMAGES), atol=1e-2)


@pytest.mark.parametrize("shape", [(7, 3), (4, 3, 5, 6)])
def test_each_output_gets_mean_0_and_variance_1_before_the_bias_is_added(
    shape: tuple[int, ...],
) -> None:
    layer = torch.nn.Linear(2, 3)
    x = 5 + 3 * torch.randn(shape, generator=torch.Generator().manual_seed(2))

    y = BatchNorm(layer)(x).transpose(0, 1).flatten(1)

    torch.testing.assert_close(y.mean(dim=1), layer.bias, rtol=0, atol=1e-5)
    torch.testing.assert_close(y.var(dim=1, correction=0), torch.ones(3), rtol=0, atol=1e-3)


def test_an_image_alone_has_nothing_but_the_bias_left() -> None:
    layer = torch.nn.Linear(2, 3)

    torch.testing.assert_close(
        BatchNorm(layer)(torch.ones(1, 3)), layer.bias[None], rtol=0, atol=1e-4
    )
