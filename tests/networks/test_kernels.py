"""The fast way computes what the plain way computes: outputs and gradients."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from lenet_desktop.networks.catalogue import build_network, initialise
from lenet_desktop.networks.kernels import (
    fast_forward,
    maximum_pool,
    paired_convolution,
    sigmoid_average_pool,
    split_convolution,
)
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.settings.config import TrainingConfig

FORMATS = [torch.contiguous_format, torch.channels_last]


Compute = Callable[[torch.Tensor], torch.Tensor]
POOLINGS: list[tuple[Compute, Compute]] = [
    (lambda x: functional.avg_pool2d(torch.sigmoid(x), 2), sigmoid_average_pool),
    (lambda x: functional.max_pool2d(x, 2), maximum_pool),
]


@pytest.mark.parametrize("ways", POOLINGS)
@given(
    images=st.integers(1, 5),
    channels=st.integers(1, 17),
    height=st.integers(1, 8),
    width=st.integers(1, 8),
    scale=st.sampled_from([0.1, 1.0, 30.0]),
    memory_format=st.sampled_from(FORMATS),
)
def test_pooling_is_what_pytorch_computes(
    ways: tuple[Compute, Compute],
    images: int,
    channels: int,
    height: int,
    width: int,
    scale: float,
    memory_format: torch.memory_format,
) -> None:
    generator = torch.Generator().manual_seed(images * 1_000 + channels)
    shape = (images, channels, 2 * height, 2 * width)
    x = scale * torch.randn(shape, generator=generator)
    x = x.contiguous(memory_format=memory_format)
    gradient = torch.randn((images, channels, height, width), generator=generator)
    results = []
    for compute in ways:
        leaf = x.clone().requires_grad_()
        pooled = compute(leaf)
        pooled.backward(gradient)  # type: ignore[no-untyped-call]
        results.append((pooled.detach(), leaf.grad))
    (expected, expected_gradient), (pooled, x_gradient) = results
    torch.testing.assert_close(pooled, expected, rtol=0, atol=2e-7)
    torch.testing.assert_close(x_gradient, expected_gradient, rtol=0, atol=2e-7)


def test_of_equal_values_one_gets_the_gradient() -> None:
    equal = torch.zeros(3, 5, 4, 6, requires_grad=True)
    maximum_pool(equal * 1).sum().backward()  # type: ignore[no-untyped-call]
    assert equal.grad is not None
    windows = equal.grad.unfold(2, 2, 2).unfold(3, 2, 2).flatten(4)
    assert windows.sum(dim=4).eq(1).all()
    assert windows.max(dim=4).values.eq(1).all()


@given(
    images=st.integers(1, 3),
    channels=st.integers(1, 3),
    out=st.integers(1, 9),
    kernel=st.sampled_from([(1, 1), (3, 3), (5, 5), (2, 3)]),
    padding=st.sampled_from([(0, 0), (1, 2), (2, 2)]),
    half_width=st.integers(3, 7),
    memory_format=st.sampled_from(FORMATS),
    convolve=st.sampled_from([paired_convolution, split_convolution]),
)
def test_a_convolution_is_what_pytorch_computes(
    images: int,
    channels: int,
    out: int,
    kernel: tuple[int, int],
    padding: tuple[int, int],
    half_width: int,
    memory_format: torch.memory_format,
    convolve: Callable[[nn.Conv2d, torch.Tensor], torch.Tensor],
) -> None:
    generator = torch.Generator().manual_seed(out)
    layer = nn.Conv2d(channels, out, kernel, padding=padding)
    x = torch.randn((images, channels, 7, 2 * half_width), generator=generator)
    results = []
    for compute in (layer, partial(convolve, layer)):
        layer.zero_grad()
        leaf = x.contiguous(memory_format=memory_format).clone().requires_grad_()
        y = compute(leaf)
        (y * torch.arange(y.numel()).view(y.shape).remainder(7)).mean().backward()
        results.append([y.detach(), leaf.grad, *(each.grad for each in layer.parameters())])
    torch.testing.assert_close(results[1], results[0], rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("pooling", Pooling)
@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("memory_format", FORMATS)
def test_a_network_gives_the_same_logits_and_gradients(
    activation: Activation, pooling: Pooling, memory_format: torch.memory_format
) -> None:
    model = build_network(TrainingConfig(activation=activation, pooling=pooling))
    initialise(model, seed=3)
    model.to(memory_format=memory_format)
    generator = torch.Generator().manual_seed(4)
    images = torch.rand((32, 1, 28, 28), generator=generator)
    labels = torch.randint(10, (32,), generator=generator)
    results = []
    for forward in (model, fast_forward(model)):
        model.zero_grad()
        logits = forward(images)
        functional.cross_entropy(logits, labels).backward()  # type: ignore[no-untyped-call]
        found = [parameter.grad for parameter in model.parameters()]
        results.append((logits.detach(), [each.clone() for each in found if each is not None]))
    (expected, expected_gradients), (logits, gradients) = results
    assert len(gradients) == 10
    torch.testing.assert_close(logits, expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(gradients, expected_gradients, rtol=1e-5, atol=1e-7)


def test_a_convolution_that_cannot_be_paired_is_left_alone() -> None:
    for layer in (
        nn.Conv2d(1, 3, 4),
        nn.Conv2d(1, 3, 5, padding=1),
        nn.Conv2d(1, 3, 3, stride=2),
        nn.Conv2d(1, 3, 3, padding="same"),
        nn.Conv2d(1, 3, 3, bias=False),
    ):
        model = nn.Sequential(layer)
        images = torch.rand(2, 1, 12, 12)
        torch.testing.assert_close(fast_forward(model)(images), model(images))


def test_only_pooling_behind_a_sigmoid_or_a_relu_is_replaced() -> None:
    def calls(activation: Activation, pooling: Pooling) -> int:
        config = TrainingConfig(activation=activation, pooling=pooling)
        return _own_pooling_calls(build_network(config))

    assert calls(Activation.SIGMOID, Pooling.AVERAGE) == 2
    assert calls(Activation.RELU, Pooling.MAX) == 2
    assert calls(Activation.RELU, Pooling.AVERAGE) == 0
    assert calls(Activation.TANH, Pooling.MAX) == 0
    odd = nn.Sequential(nn.Conv2d(1, 1, 1), nn.Sigmoid(), nn.AvgPool2d(3))
    assert _own_pooling_calls(odd) == 0


def _own_pooling_calls(model: nn.Sequential) -> int:
    output = fast_forward(model)(torch.rand(2, 1, 28, 28))
    seen, found = [output.grad_fn], 0
    while seen:
        node = seen.pop()
        if node is not None:
            found += any(name in node.name() for name in ("_SigmoidAveragePool", "_MaximumPool"))
            seen.extend(parent for parent, _ in node.next_functions)
    return found
