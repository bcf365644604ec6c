"""A network put together of fast kernels, for a CPU, and lent to one thread at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn

from lenet_desktop.networks import kernels
from lenet_desktop.networks.batch_norm import BatchNorm
from lenet_desktop.networks.layers import Dropout, Rescale
from lenet_desktop.networks.plain_network import PlainNetworks

CPU = "cpu"
PIECE = 125
"""Images that are judged at a time; what more of them need does not stay in the cache."""

Forward = Callable[[Tensor], Tensor]
_Maker = Callable[[kernels.Recording, Tensor], kernels.Step]


class FastNetwork:
    """Computes what a model on the CPU computes of N images, and the gradients.

    Logits agree with the model's own to 1e-6, gradients to 1e-5 of the largest of a layer.
    """

    def __init__(self, makers: Sequence[_Maker], shape: torch.Size) -> None:
        n, c, h, w = shape
        self._images = x = torch.empty(h, c, w, n)
        self._forward, self._backward = kernels.Recording(), kernels.Recording()
        steps: list[kernels.Step] = []
        for make in makers:
            steps.append(make(self._forward, x))
            x = steps[-1].output
        self._choices = [step.choose for step in steps if step.choose is not None]
        self._logits, self._by_logits = x, torch.empty(x.shape)
        self._record_backward(steps)

    def _record_backward(self, steps: list[kernels.Step]) -> None:
        sizes = [each.numel() for step in steps for each in step.learned]
        self._noted = torch.empty(sum(sizes))
        places = list(torch.split(self._noted, sizes))
        gradient = self._by_logits
        for step in reversed(steps):
            if step.note is not None:
                own = [places.pop().view(each.shape) for each in reversed(step.learned)]
                step.note(self._backward, gradient, *reversed(own))
            if not places:
                return
            gradient = step.backward(self._backward, gradient)

    def choose(self, numbers: Tensor, key: Tensor | None) -> None:
        """Decide what is dropped of the next images; see `Dropout.choose`."""
        for choose in self._choices:
            choose(numbers, key)

    def forward(self, images: Tensor) -> Tensor:
        """Return the logits, (N, classes), of float32 images (N, C, H, W), until the next call."""
        self._images.copy_(images.permute(2, 1, 3, 0))
        self._forward.play()
        return self._logits.t()

    def backward(self, gradient: Tensor) -> Tensor:
        """Return what `FastNetworks.add_up` adds up; once after each `forward`.

        Args:
            gradient: by the logits, (N, classes).
        """
        self._by_logits.copy_(gradient.t())
        self._backward.play()
        return self._noted.clone()


class FastNetworks:
    """The fast networks of one model, as many for each number of images as are at work at once.

    Args:
        model: on the CPU.

    Attributes:
        gradients: by the model's parameters, in their order, as they were added up last.

    Raises:
        UnknownLayerError: there are no fast kernels for it.
    """

    def __init__(self, model: nn.Sequential) -> None:
        parameters = list(model.parameters())
        convolutions = [layer for layer in model if isinstance(layer, nn.Conv2d)]
        self._refresh, self._fold = kernels.Recording(), kernels.Recording()
        of = {layer.weight: kernels.Kernels(self._refresh, layer.weight) for layer in convolutions}
        self._makers = list(_makers(model, of))
        self._idle: defaultdict[torch.Size, list[FastNetwork]] = defaultdict(list)
        learned = [of[each].matrix if each in of else each for each in parameters]
        self._total = torch.empty(sum(each.numel() for each in learned))
        parts = torch.split(self._total, [each.numel() for each in learned])
        self.gradients = []
        for parameter, part in zip(parameters, parts, strict=True):
            if parameter in of:
                self.gradients.append(torch.empty_like(parameter))
                of[parameter].fold(self._fold, part, self.gradients[-1])
            else:
                self.gradients.append(part.view(parameter.shape))
        self.refresh()

    @torch.no_grad()
    def refresh(self) -> None:
        """Take over the model's parameters as they are now."""
        self._refresh.play()

    @torch.no_grad()
    def add_up(self, noted: Sequence[Tensor]) -> None:
        """Add up what several networks have noted, in the order given."""
        self._total.copy_(noted[0])
        for each in noted[1:]:
            self._total.add_(each)
        self._fold.play()

    @contextmanager
    def borrowed(self, shape: torch.Size) -> Iterator[FastNetwork]:
        """Lend the one for images of a shape, (N, C, H, W), that was at work last."""
        idle = self._idle[shape]
        try:
            network = idle.pop()
        except IndexError:
            network = FastNetwork(self._makers, shape)
        yield network
        idle.append(network)


class UnknownLayerError(ValueError):
    """A network has layers for which there are no fast kernels."""


def networks_of(model: nn.Sequential) -> FastNetworks | PlainNetworks:
    """Return the networks that compute what a model does, fast ones where there are any."""
    if next(model.parameters()).device.type != CPU:
        return PlainNetworks(model)
    try:
        return FastNetworks(model)
    except UnknownLayerError:
        return PlainNetworks(model)


def fast_forward(model: nn.Sequential) -> Forward:
    """Return a function that computes what `model` computes, for any number of images.

    It does so with the parameters of now, and knows no gradients, unless it is the model itself
    because there is none that is faster.
    """
    networks = networks_of(model)
    if isinstance(networks, PlainNetworks):
        return model

    def forward(images: Tensor) -> Tensor:
        logits = []
        for piece in torch.split(images, PIECE):
            with networks.borrowed(piece.shape) as network:
                logits.append(network.forward(piece).clone())
        return torch.cat(logits)

    return forward


def _makers(model: nn.Sequential, kernels_of: Mapping[Tensor, kernels.Kernels]) -> Iterator[_Maker]:
    """Yield what makes each step, which it does when it is told what stands before it."""
    layers = list(model)
    while layers:
        match layers:
            case [nn.Conv2d(), *_]:
                makers, rest = _pooled_convolution(layers, kernels_of)
                yield from makers
            case [nn.Linear(bias=Tensor() as bias) as layer, BatchNorm(), *rest]:
                yield partial(kernels.linear, layer=layer)
                yield from (kernels.normalisation, partial(kernels.bias, numbers=bias.detach()))
            case [nn.Linear(bias=Tensor() as bias) as layer, *rest]:
                yield partial(kernels.linear, layer=layer)
                yield partial(kernels.bias, numbers=bias.detach())
            case [nn.Flatten(), *rest]:
                yield kernels.flatten
            case [Dropout(training=False), *rest]:
                pass
            case [Dropout() as layer, *rest]:
                yield partial(kernels.dropout, layer=layer)
            case [Rescale() as layer, *rest]:
                yield partial(kernels.scale, layer=layer)
            case [layer, *rest] if type(layer) in kernels.ACTIVATIONS:
                yield partial(kernels.activation, layer=layer)
            case _:
                raise UnknownLayerError(f"{layers[0]}")
        layers = rest


def _pooled_convolution(
    layers: list[nn.Module], kernels_of: Mapping[Tensor, kernels.Kernels]
) -> tuple[list[_Maker], list[nn.Module]]:
    """Return what makes the steps of a convolution up to its pooling, and the layers behind."""
    match layers:
        case [layer, BatchNorm(), activation, nn.AvgPool2d() as pooling, *rest]:
            between: list[_Maker] = [kernels.normalisation]
        case [layer, nn.MaxPool2d() as pooling, BatchNorm(), activation, *rest]:
            between = [kernels.normalisation]
        case [layer, activation, nn.AvgPool2d() | nn.MaxPool2d() as pooling, *rest]:
            between = []
        case _:
            raise UnknownLayerError(f"{layers[0]}")
    is_known = type(activation) in kernels.ACTIVATIONS and _halves(pooling)
    if not (is_known and isinstance(layer, nn.Conv2d) and _is_plain(layer)) or layer.bias is None:
        raise UnknownLayerError(f"{layers[0]}")
    first = partial(kernels.convolution, layer=layer, kernels=kernels_of[layer.weight])
    between += [
        partial(kernels.bias, numbers=layer.bias.detach()),
        partial(kernels.activation, layer=activation),
    ]
    if isinstance(pooling, nn.AvgPool2d):
        return [first, *between, kernels.mean], rest
    return [first, kernels.largest, *between], rest


def _is_plain(layer: nn.Conv2d) -> bool:
    return (
        layer.stride == layer.dilation == (1, 1)
        and layer.groups == 1
        and not isinstance(layer.padding, str)
        and all(size % 2 for size in layer.kernel_size)
    )


def _halves(layer: nn.AvgPool2d | nn.MaxPool2d) -> bool:
    return layer.kernel_size == layer.stride == 2 and layer.padding == 0
