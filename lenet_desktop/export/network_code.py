"""The lines of a script that build a network, read from the network that is trained here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lenet_desktop.networks.catalogue import build_network
from lenet_desktop.settings.config import TrainingConfig

if TYPE_CHECKING:
    from torch import nn


def network_code(config: TrainingConfig) -> tuple[str, str]:
    """Return the lines that build the network, and those that draw its weights.

    A comment gives each layer's output for one image where it has another shape than its input.
    """
    import torch
    from torch import nn

    lines, x = [], torch.zeros(1, *config.data.shape)
    for layers in _together(config):
        y = nn.Sequential(*layers)(x)
        is_told = y.shape != x.shape and not isinstance(layers[0], nn.Linear)
        comment = f"  # {' x '.join(map(str, y.shape[1:]))}" if is_told else ""
        lines += _element(layers, comment)
        x = y
    kinds = "nn.Linear"
    if any("Conv2d" in line for line in lines):
        kinds = "(nn.Conv2d, nn.Linear)"
    return (
        "\n".join(["net = nn.Sequential(", *lines, ")"]),
        f"""\
# Xavier's uniform distribution for weights, PyTorch's usual one for biases.
torch.manual_seed(seed)
for layer in net.modules():
    if isinstance(layer, {kinds}):
        nn.init.xavier_uniform_(layer.weight)
        bound = 1 / math.sqrt(layer.weight[0].numel())
        nn.init.uniform_(layer.bias, -bound, bound)
net.to(device)""",
    )


def _together(config: TrainingConfig) -> Iterator[list[nn.Module]]:
    """Yield the layers of a network, together those that are normalised as one."""
    from torch import nn

    from lenet_desktop.networks.batch_norm import BatchNorm, with_batch_norm

    network = build_network(config).eval()
    if not config.batch_norm:
        yield from ([layer] for layer in network)
        return
    layers = list(with_batch_norm(network))
    while layers:
        count = 1
        if isinstance(layers[0], nn.Conv2d | nn.Linear):
            kinds = [isinstance(each, BatchNorm) for each in layers[:3]]
            count += kinds.index(True) if any(kinds) else 0
        yield layers[:count]
        del layers[:count]


def _element(layers: list[nn.Module], comment: str) -> list[str]:
    """Return the lines of an element of the network."""
    *inside, last = layers
    if not inside:
        return [f"    {_layer(last)},{comment}"]
    if len(inside) == 1:
        return [f"    Normalised({_layer(inside[0])}),{comment}"]
    return ["    Normalised(", *(f"        {_layer(each)}," for each in inside), f"    ),{comment}"]


def _layer(layer: nn.Module) -> str:
    """Return how a layer is made."""
    from torch import nn

    from lenet_desktop.networks.layers import Dropout

    match layer:
        case nn.Conv2d(in_channels=read, out_channels=made, kernel_size=(size, _)):
            padding = f", padding={layer.padding[0]}" if layer.padding[0] else ""
            return f"nn.Conv2d({read}, {made}, kernel_size={size}{padding})"
        case nn.Linear(in_features=read, out_features=made):
            return f"nn.Linear({read}, {made})"
        case (
            nn.AvgPool2d(kernel_size=size, stride=stride)
            | nn.MaxPool2d(kernel_size=size, stride=stride)
        ):
            return f"nn.{type(layer).__name__}(kernel_size={size}, stride={stride})"
        case Dropout():
            return "nn.Dropout(dropout)"
        case nn.Flatten() | nn.Sigmoid() | nn.ReLU() | nn.Tanh():
            return f"nn.{type(layer).__name__}()"
        case _:
            raise TypeError(f"It is not known how {type(layer).__name__} is written as code.")
