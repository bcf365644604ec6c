"""Fast kernels for a CPU, of which `fast_network.py` puts a network together.

The images lie innermost in memory: maps are (rows, channels, columns, N), and features are (F, N).
So every layer is a matrix product or goes over long stretches of memory, however few its channels.

- A convolution computes the four pixels that are pooled together as if they were channels. Its
  kernels become four, each moved by a pixel in a frame that is one pixel wider: four times as many
  rows in the matrix, and a quarter of the columns. What the kernels see of a line is gathered once;
  lines above each other overlap, and the product reads them where they lie.
- Pooling is then the mean or the largest of four stretches of memory. Activations never fall, so
  the largest is found before they are computed, which is a quarter of the work.
- Gradients are written by hand. Most go where the layer's output was, which nobody needs any more.
- All memory is laid out once for a number of images, and stays in the processor's cache if these
  are few. So it is known beforehand which operation reads and writes what: each function here
  records its operations, and they are played again for other images.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from typing import NamedTuple

import torch
from torch import Tensor, nn

from lenet_desktop.networks.batch_norm import EPSILON
from lenet_desktop.networks.layers import Dropout, Rescale

_aten = torch.ops.aten


class Recording:
    """Operations on tensors that stay where they are, which can be played again and again."""

    def __init__(self) -> None:
        self._operations: list[Callable[[], object]] = []

    def __call__(self, operation: Callable[..., object], *given: object, **named: object) -> None:
        """Play an operation with what is given, from now on and behind those before it."""
        self._operations.append(partial(operation, *given, **named))

    def play(self) -> None:
        """Carry out all operations."""
        for operation in self._operations:
            operation()


def _hand_on(_record: Recording, gradient: Tensor) -> Tensor:
    return gradient


class Step(NamedTuple):
    """One layer, or part of one, recorded forward.

    Attributes:
        output: what the next step reads.
        backward: records how the gradient by the output becomes the one by the input, and returns
            where that will be; to be called when `note` was.
        learned: what it multiplies with or adds.
        note: records how the gradients by what is learned come to the places given.
        choose: decides what is dropped of the next images; see `Dropout.choose`.
    """

    output: Tensor
    backward: Callable[[Recording, Tensor], Tensor] = _hand_on
    learned: tuple[Tensor, ...] = ()
    note: Callable[..., None] | None = None
    choose: Callable[[Tensor, Tensor | None], None] | None = None


class Kernels:
    """The kernels of a convolution for the four pixels of a 2x2 square, as one matrix.

    Attributes:
        matrix: float32 (4 out, (rows + 1) * C * (columns + 1)).
    """

    def __init__(self, refresh: Recording, weight: Tensor) -> None:
        """Record to `refresh` that the weights, (out, C, rows, columns), are taken over."""
        out, c, rows, columns = weight.shape
        self._size = rows, columns
        frames = torch.zeros(2, 2, out, rows + 1, c, columns + 1)
        for place in self._places(frames):
            refresh(place.copy_, weight.detach())
        self._shape = frames.shape
        self.matrix = frames.view(4 * out, -1)

    def fold(self, record: Recording, by_matrix: Tensor, by_weight: Tensor) -> None:
        """Record that the gradient by the weights is put together from that by the matrix."""
        first, *others = self._places(by_matrix.view(self._shape))
        record(by_weight.copy_, first)
        for place in others:
            record(by_weight.add_, place)

    def _places(self, frames: Tensor) -> list[Tensor]:
        """Return where in the frames the kernels are, (out, C, rows, columns) each."""
        rows, columns = self._size
        return [
            frames[i, j, :, i : i + rows, :, j : j + columns].transpose(1, 2)
            for i, j in product((0, 1), (0, 1))
        ]


def convolution(record: Recording, x: Tensor, layer: nn.Conv2d, kernels: Kernels) -> Step:
    """Record a convolution without its bias, with the four pixels of every 2x2 square apart.

    Maps (H, C, W, N) become (h, 4, out, w, N), where 2 h and 2 w are the rows and columns that a
    convolution returns; a last one without a neighbour is left out.

    Args:
        record: where to.
        x: what it reads.
        layer: an odd number of rows and of columns, stride 1, no dilation, one group.
        kernels: those of the layer.
    """
    height, c, width, n = x.shape
    rows, columns = layer.kernel_size
    top, left = (int(each) for each in layer.padding)
    h, w = (height + 2 * top + 1 - rows) // 2, (width + 2 * left + 1 - columns) // 2
    maps = torch.zeros(height + 2 * top, c, width + 2 * left, n)
    inside = (slice(top, top + height), slice(None), slice(left, left + width))
    record(maps[inside].copy_, x)

    seen = (slice(2 * h + rows - 1), slice(None), slice(2 * w + columns - 1))
    windows = maps[seen].unfold(2, columns + 1, 2).permute(0, 1, 4, 2, 3)
    lines = torch.empty(windows.shape)
    record(lines.copy_, windows)

    matrix, line = kernels.matrix, lines[0].numel()
    patches = lines.as_strided((h, matrix.shape[1], w * n), (2 * line, w * n, 1))
    output = torch.empty(h, 4 * layer.out_channels, w * n)
    record(torch.bmm, matrix.expand(h, -1, -1), patches, out=output)

    def note(record: Recording, gradient: Tensor, by_matrix: Tensor) -> None:
        by_kernels = torch.empty(h, *matrix.shape)
        record(torch.bmm, gradient.view(output.shape), patches.mT, out=by_kernels)
        record(torch.sum, by_kernels, 0, out=by_matrix)

    def backward(record: Recording, gradient: Tensor) -> Tensor:
        pairs = (rows + 1) // 2  # of lines, which overwrite what was gathered
        by_lines = lines.view(h + pairs - 1, -1, w * n)
        record(by_lines[h:].zero_)
        for pair, kernel in enumerate(matrix.view(len(matrix), pairs, -1).unbind(1)):
            reached = by_lines[pair : pair + h]
            record(
                torch.baddbmm,
                reached,
                kernel.t().expand(h, -1, -1),
                gradient.view(output.shape),
                beta=min(pair, 1),
                out=reached,
            )
        # A pixel was seen in several columns of the kernels, all of them even or all of them odd.
        by_maps = torch.zeros_like(maps)
        by_pairs = torch.unflatten(by_maps[seen], 2, (-1, 2))
        by_windows = torch.unflatten(lines, 2, (-1, 2)).transpose(3, 4)
        record(by_maps.zero_)
        for pair in range((columns + 1) // 2):
            record(by_pairs[:, :, pair : pair + w].add_, by_windows[:, :, pair])
        by_x = by_maps[inside]
        if not by_x.is_contiguous():
            by_x = torch.empty(x.shape)
            record(by_x.copy_, by_maps[inside])
        return by_x

    return Step(output.view(h, 4, -1, w, n), backward, (matrix,), note)


def _all_but_channels(x: Tensor) -> list[int]:
    """Return the dimensions of maps (..., C, W, N) or features (F, N) over which a unit goes."""
    channels = max(0, x.ndim - 3)
    return [dim for dim in range(x.ndim) if dim != channels]


def bias(record: Recording, x: Tensor, numbers: Tensor) -> Step:
    """Record that a number is added to each unit of maps (..., C, W, N) or features, in place."""
    record(x.add_, numbers.view(-1, *[1] * min(2, x.ndim - 1)))

    def note(record: Recording, gradient: Tensor, by_numbers: Tensor) -> None:
        record(torch.sum, gradient, _all_but_channels(x), out=by_numbers)

    return Step(x, learned=(numbers,), note=note)


def normalisation(record: Recording, x: Tensor) -> Step:
    """Record that each unit gets mean 0 and variance 1 over all images; see `BatchNorm`.

    What it reads is overwritten by how far it is from its mean.
    """
    over = _all_but_channels(x)
    output, products = torch.empty(x.shape), torch.empty(x.shape)
    means = torch.empty(x.mean(over, keepdim=True).shape)
    scales, slopes = torch.empty_like(means), torch.empty_like(means)
    record(torch.mean, x, over, True, out=means)
    record(x.sub_, means)
    record(torch.mul, x, x, out=products)
    record(torch.mean, products, over, True, out=scales)
    record(scales.add_, EPSILON)
    record(scales.rsqrt_)
    record(torch.mul, x, scales, out=output)

    def backward(record: Recording, gradient: Tensor) -> Tensor:
        # The mean and the variance come from the images, too: what would only move all of a unit's
        # values, or stretch them, is taken out of the gradient.
        record(torch.mean, gradient, over, True, out=means)
        record(torch.mul, gradient, x, out=products)
        record(torch.mean, products, over, True, out=slopes)
        record(slopes.mul_, scales)
        record(slopes.mul_, scales)
        record(gradient.sub_, means)
        record(gradient.addcmul_, x, slopes, value=-1)
        record(gradient.mul_, scales)
        return gradient

    return Step(output, backward)


def _sigmoid_backward(gradient: Tensor, y: Tensor) -> None:
    _aten.sigmoid_backward.grad_input(gradient, y, grad_input=y)


def _tanh_backward(gradient: Tensor, y: Tensor) -> None:
    _aten.tanh_backward.grad_input(gradient, y, grad_input=y)


def _where_positive(gradient: Tensor, y: Tensor) -> None:
    """Put the gradient in the place of what is greater than 0, and 0 in that of all else."""
    _aten.threshold_backward.grad_input(gradient, y, 0, grad_input=y)


ACTIVATIONS: Mapping[
    type[nn.Module], tuple[Callable[[Tensor], Tensor], Callable[[Tensor, Tensor], None]]
] = {
    nn.Sigmoid: (torch.sigmoid_, _sigmoid_backward),
    nn.Tanh: (torch.tanh_, _tanh_backward),
    nn.ReLU: (torch.relu_, _where_positive),
}
"""How each is computed in place, and what puts its gradient in the place of what it returned."""


def activation(record: Recording, x: Tensor, layer: nn.Module) -> Step:
    """Record one of `ACTIVATIONS`, in place."""
    compute, differentiate = ACTIVATIONS[type(layer)]
    record(compute, x)

    def backward(record: Recording, gradient: Tensor) -> Tensor:
        record(differentiate, gradient, x)
        return x

    return Step(x, backward)


def mean(record: Recording, x: Tensor) -> Step:
    """Record the mean of the four pixels of each square: (h, 4, ...) becomes (h, ...)."""
    output = torch.empty_like(x[:, 0])
    record(torch.mean, x, 1, out=output)

    def backward(record: Recording, gradient: Tensor) -> Tensor:
        record(gradient.mul_, 0.25)
        return gradient[:, None].expand(x.shape)

    return Step(output, backward)


def largest(record: Recording, x: Tensor) -> Step:
    """Record the largest of the four pixels of each square: (h, 4, ...) becomes (h, ...).

    What it reads is overwritten by how much one pixel is larger than the one before it. Of pixels
    that are equal the first one gets the gradient.
    """
    first, second, third, fourth = x.unbind(1)
    upper, lower = torch.empty(2, *first.shape)
    record(torch.maximum, first, second, out=upper)
    record(torch.maximum, third, fourth, out=lower)
    record(second.sub_, first)
    record(fourth.sub_, third)
    record(torch.sub, lower, upper, out=third)
    record(torch.maximum, upper, lower, out=upper)

    def backward(record: Recording, gradient: Tensor) -> Tensor:
        record(_where_positive, gradient, third)
        record(torch.sub, gradient, third, out=lower)
        record(_where_positive, lower, second)
        record(torch.sub, lower, second, out=first)
        record(_where_positive, third, fourth)
        record(third.sub_, fourth)
        return x

    return Step(upper, backward)


def flatten(record: Recording, x: Tensor) -> Step:
    """Record that maps (H, C, W, N) become features (C * H * W, N), in PyTorch's order."""
    features, by_x = torch.empty(x.transpose(0, 1).shape), torch.empty(x.shape)
    record(features.copy_, x.transpose(0, 1))

    def backward(record: Recording, gradient: Tensor) -> Tensor:
        record(by_x.copy_, gradient.view(features.shape).transpose(0, 1))
        return by_x

    return Step(features.flatten(0, 2), backward)


def linear(record: Recording, x: Tensor, layer: nn.Linear) -> Step:
    """Record that features (F, N) become (out, N), without the bias."""
    weight = layer.weight.detach()
    output, by_x = torch.empty(len(weight), x.shape[1]), torch.empty(x.shape)
    record(torch.mm, weight, x, out=output)

    def note(record: Recording, gradient: Tensor, by_weight: Tensor) -> None:
        record(torch.mm, gradient, x.t(), out=by_weight)

    def backward(record: Recording, gradient: Tensor) -> Tensor:
        record(torch.mm, weight.t(), gradient, out=by_x)
        return by_x

    return Step(output, backward, (weight,), note)


def dropout(record: Recording, x: Tensor, layer: Dropout) -> Step:
    """Record that some features are set to 0, which ones is chosen before each forward pass."""
    output, factors = torch.empty(x.shape), torch.ones(x.shape)
    record(torch.mul, x, factors, out=output)

    def backward(record: Recording, gradient: Tensor) -> Tensor:
        record(gradient.mul_, factors)
        return gradient

    def choose(numbers: Tensor, key: Tensor | None) -> None:
        chosen = layer.factors(numbers, key, len(x))
        factors.copy_(torch.ones(()) if chosen is None else chosen.t())

    return Step(output, backward, choose=choose)


def scale(record: Recording, x: Tensor, layer: Rescale) -> Step:
    """Record that pixels are put on another scale, before anything that learns."""
    output = torch.empty(x.shape)
    record(torch.sub, x, layer.scale.mean, out=output)
    record(output.div_, layer.scale.std)
    return Step(output)
