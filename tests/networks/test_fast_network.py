"""Who gets a network, and what is computed where there are no fast kernels."""

import pytest
import torch
from torch import nn

from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.fast_network import FastNetworks, fast_forward, networks_of
from lenet_desktop.networks.plain_network import PlainNetworks
from lenet_desktop.settings.config import TrainingConfig

UNKNOWN = [
    nn.Sequential(nn.Conv2d(1, 3, 4), nn.ReLU(), nn.MaxPool2d(2)),
    nn.Sequential(nn.Conv2d(1, 3, 3, stride=2), nn.ReLU(), nn.MaxPool2d(2)),
    nn.Sequential(nn.Conv2d(1, 3, 3, padding="same"), nn.ReLU(), nn.MaxPool2d(2)),
    nn.Sequential(nn.Conv2d(1, 3, 3, bias=False), nn.ReLU(), nn.MaxPool2d(2)),
    nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(3)),
    nn.Sequential(nn.Conv2d(1, 3, 3), nn.ELU(), nn.MaxPool2d(2)),
    nn.Sequential(nn.Conv2d(1, 3, 3)),
]


@pytest.mark.parametrize("model", UNKNOWN, ids=str)
def test_layers_without_fast_kernels_are_computed_as_they_stand(model: nn.Sequential) -> None:
    images = torch.rand(4, 1, 12, 12)
    logits = model(images)
    by_logits = torch.randn(logits.shape)
    expected = torch.autograd.grad(logits, list(model.parameters()), by_logits)
    networks = networks_of(model)
    assert isinstance(networks, PlainNetworks)

    noted = []
    for at in (slice(2), slice(2, 4)):
        with networks.borrowed(images[at].shape) as network:
            torch.testing.assert_close(network.forward(images[at]), logits[at].detach())
            noted.append(network.backward(by_logits[at]))
    networks.add_up(noted)

    torch.testing.assert_close(networks.gradients, list(expected))
    torch.testing.assert_close(fast_forward(model)(images), logits)


@pytest.mark.parametrize(
    "model", [new_network(TrainingConfig()), UNKNOWN[0]], ids=["fast", "plain"]
)
def test_nobody_gets_a_network_that_another_one_has(model: nn.Sequential) -> None:
    networks = networks_of(model)
    shape = torch.Size((2, 1, 28, 28))

    with networks.borrowed(shape) as first, networks.borrowed(shape) as second:
        assert first is not second
    with networks.borrowed(shape) as again:
        assert again in (first, second)


def test_any_number_of_images_is_judged_like_each_alone() -> None:
    model = new_network(TrainingConfig())
    images = torch.rand(130, 1, 28, 28)

    logits = fast_forward(model)(images)

    alone = torch.cat([fast_forward(model)(image[None]) for image in images])
    torch.testing.assert_close(logits, alone, rtol=0, atol=1e-6)
    assert isinstance(networks_of(model), FastNetworks)
