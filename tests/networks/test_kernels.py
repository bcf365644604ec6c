"""The fast way computes what the plain way computes: outputs and gradients."""

from copy import deepcopy
from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from lenet_desktop.networks.batch_norm import with_batch_norm
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.computation import PixelScale
from lenet_desktop.networks.fast_network import FastNetworks
from lenet_desktop.networks.layers import Dropout
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.settings.config import TrainingConfig

ACTIVATIONS = (nn.Sigmoid, nn.Tanh, nn.ReLU)
POOLINGS = (nn.AvgPool2d, nn.MaxPool2d)


def plainly(model: nn.Sequential, images: Tensor, by_logits: Tensor) -> list[Tensor]:
    """Return logits and gradients as PyTorch computes them with twice the digits."""
    model = deepcopy(model).double()
    logits = model(images.double())
    found = torch.autograd.grad(logits, list(model.parameters()), by_logits.double())
    return [each.detach().float() for each in (logits, *found)]


def fast(
    model: nn.Sequential,
    images: Tensor,
    by_logits: Tensor,
    dropped: tuple[Tensor, Tensor | None] | None = None,
) -> list[Tensor]:
    """Return the same by the fast kernels, of two slices, with what was computed before."""
    networks = FastNetworks(model)
    for _ in range(2):
        logits, noted = [], []
        for at in torch.tensor_split(torch.arange(len(images)), 2):
            with networks.borrowed(images[at].shape) as network:
                if dropped is not None:
                    network.choose(dropped[0][at], dropped[1])
                logits.append(network.forward(images[at]).clone())
                noted.append(network.backward(by_logits[at]))
        networks.add_up(noted)
    return [torch.cat(logits), *networks.gradients]


def assert_close(found: list[Tensor], expected: list[Tensor]) -> None:
    torch.testing.assert_close(found[0], expected[0], rtol=1e-5, atol=1e-6)
    for mine, theirs in zip(found[1:], expected[1:], strict=True):
        largest = float(theirs.abs().max())
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-5 * largest + 1e-7)


@given(
    images=st.integers(2, 5),
    channels=st.integers(1, 3),
    out=st.integers(1, 5),
    kernel=st.sampled_from([(1, 1), (3, 3), (5, 3)]),
    padding=st.sampled_from([(0, 0), (1, 2)]),
    side=st.tuples(st.integers(20, 23), st.integers(12, 15)),
    activation=st.sampled_from(ACTIVATIONS),
    pooling=st.sampled_from(POOLINGS),
)
def test_layers_of_any_size_are_computed_as_pytorch_does(
    images: int,
    channels: int,
    out: int,
    kernel: tuple[int, int],
    padding: tuple[int, int],
    side: tuple[int, int],
    activation: type[nn.Module],
    pooling: type[nn.AvgPool2d | nn.MaxPool2d],
) -> None:
    generator = torch.Generator().manual_seed(100 * images + out)
    x = torch.randn((images, channels, *side), generator=generator)
    before = nn.Sequential(
        nn.Conv2d(channels, 3, kernel, padding=padding), activation(), pooling(2),
        nn.Conv2d(3, out, kernel, padding=padding), activation(), pooling(2), nn.Flatten(),
    )  # fmt: skip
    features = before(x).shape[1]
    model = nn.Sequential(*before, nn.Linear(features, 7), activation(), nn.Linear(7, 4))
    by_logits = torch.randn((images, 4), generator=generator)

    assert_close(fast(model, x, by_logits), plainly(model, x, by_logits))


@pytest.mark.parametrize("pooling", Pooling)
@pytest.mark.parametrize("activation", Activation)
def test_a_network_gives_the_same_logits_and_gradients(
    activation: Activation, pooling: Pooling
) -> None:
    model = new_network(TrainingConfig(activation=activation, pooling=pooling, seed=3))
    generator = torch.Generator().manual_seed(4)
    images = torch.rand((33, 1, 28, 28), generator=generator)
    by_logits = torch.randn((33, 10), generator=generator) / 33

    found = fast(model, images, by_logits)

    assert len(found) == 11
    assert_close(found, plainly(model, images, by_logits))


def test_so_does_a_perceptron_on_a_scale_of_its_own() -> None:
    model = new_network(TrainingConfig(network=Network.PERCEPTRON), PixelScale(0.3, 0.4))
    images, by_logits = torch.rand(6, 1, 28, 28), torch.randn(6, 10)

    assert_close(fast(model, images, by_logits), plainly(model, images, by_logits))


@pytest.mark.parametrize("key", [torch.tensor(5), None])
def test_the_same_numbers_are_dropped(key: Tensor | None) -> None:
    model = new_network(TrainingConfig(dropout=0.4))
    images, by_logits, numbers = torch.rand(6, 1, 28, 28), torch.randn(6, 10), torch.arange(7, 13)
    for layer in model:
        if isinstance(layer, Dropout):
            layer.choose(numbers, key)

    found = fast(model, images, by_logits, (numbers, key))

    assert_close(found, plainly(model, images, by_logits))


def test_of_equal_pixels_one_gets_the_gradient() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 1, 1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 1)
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1.0)
    images = torch.ones(2, 1, 4, 4)

    found = fast(model, images, torch.ones(2, 1))

    assert_close(found, plainly(model, images, torch.ones(2, 1)))
    assert float(found[1]) == 2 * 4


def test_weights_that_have_changed_are_used_from_a_refresh_on() -> None:
    model = new_network(TrainingConfig(activation=Activation.RELU))
    images = torch.rand(3, 1, 28, 28)
    networks = FastNetworks(model)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.5)

    networks.refresh()

    with networks.borrowed(images.shape) as network:
        torch.testing.assert_close(network.forward(images), model(images), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "config",
    [
        *(
            TrainingConfig(activation=activation, pooling=pooling)
            for activation, pooling in product(Activation, Pooling)
        ),
        TrainingConfig(network=Network.VGG, activation=Activation.RELU, pooling=Pooling.MAX),
        TrainingConfig(network=Network.PERCEPTRON, activation=Activation.TANH),
    ],
)
def test_a_normalised_network_is_computed_slice_by_slice(config: TrainingConfig) -> None:
    model = with_batch_norm(new_network(config))
    generator = torch.Generator().manual_seed(4)
    images = torch.rand((24, 1, 28, 28), generator=generator)
    by_logits = torch.randn((24, 10), generator=generator)

    found = fast(model, images, by_logits)

    halves = [plainly(model, images[at], by_logits[at]) for at in (slice(12), slice(12, 24))]
    logits, *gradients = zip(*halves, strict=True)
    expected = [torch.cat(logits), *(sum(parts, torch.zeros(())) for parts in gradients)]
    torch.testing.assert_close(found[0], expected[0], rtol=1e-4, atol=1e-5)
    for mine, theirs in zip(found[1:], expected[1:], strict=True):
        largest = float(theirs.abs().max())
        torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-3 * largest + 1e-6)
