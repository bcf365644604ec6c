"""The networks that can be trained, and how one is built and gets its weights."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.computation import UNIT, PixelScale
from lenet_desktop.networks.lenet import LENET
from lenet_desktop.networks.perceptron import PERCEPTRON
from lenet_desktop.networks.spec import NetworkSpec
from lenet_desktop.networks.vgg import VGG
from lenet_desktop.settings.choices import Network
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _

if TYPE_CHECKING:
    from torch import Tensor, nn

NETWORKS: Mapping[Network, NetworkSpec] = {
    Network.LENET: LENET,
    Network.VGG: VGG,
    Network.PERCEPTRON: PERCEPTRON,
}


class StateMismatchError(ValueError):
    """Weights or an optimiser's memory do not belong to the network; the message says which."""


def build_network(config: TrainingConfig, scale: PixelScale = UNIT) -> nn.Sequential:
    """Return the network that `config` asks for, on the CPU; its weights are not drawn yet.

    Args:
        config: names the network, the data that it is for and its settings.
        scale: one other than `UNIT` becomes a layer of its own, in front.
    """
    import torch
    from torch import nn

    from lenet_desktop.networks.layers import Dropout, Rescale

    with torch.device("meta"):  # so that no layer draws weights of its own first
        network = NETWORKS[config.network].build(config)
    layers = OrderedDict[str, nn.Module]()
    if scale != UNIT:
        layers["rescale"] = Rescale(scale)
    for name, layer in network.named_children():
        if config.dropout or not isinstance(layer, Dropout):
            layers[name] = layer
    return nn.Sequential(layers).to_empty(device="cpu")


def new_network(config: TrainingConfig, scale: PixelScale = UNIT) -> nn.Sequential:
    """Return the freshly initialised network that `config` asks for, on the CPU."""
    network = build_network(config, scale)
    initialise(network, config.seed)
    return network


def initialise(network: nn.Module, seed: int) -> None:
    """Draw every weight and bias of a CPU network anew from `seed`, touching no global generator.

    Weights are Xavier-uniform; biases are uniform in ±1/sqrt(fan-in), as PyTorch's layers have
    them by default and as the published figures for this recipe were reached.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010.
    """
    import torch
    from torch import nn

    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            if layer.bias is not None:
                bound = 1 / math.sqrt(layer.weight[0].numel())
                nn.init.uniform_(layer.bias, -bound, bound, generator=generator)


def load_weights(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put weights into a model, in place.

    Raises:
        StateMismatchError: one is missing, unknown or of another shape; nothing was changed.
    """
    parameters = dict(model.named_parameters())
    for name, parameter in parameters.items():
        if name not in weights:
            raise StateMismatchError(_("the weights {name} are missing").format(name=name))
        if weights[name].shape != parameter.shape:
            found, expected = tuple(weights[name].shape), tuple(parameter.shape)
            raise StateMismatchError(
                _("the weights {name} are {found} instead of {expected}").format(
                    name=name, found=found, expected=expected
                )
            )
    unknown = sorted(weights.keys() - parameters.keys())
    if unknown:
        raise StateMismatchError(
            _("there are no weights called {unknown} in this network").format(unknown=unknown[0])
        )
    import torch

    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(weights[name])


def parameter_count(network: nn.Module) -> int:
    """Return how many numbers a network learns."""
    return sum(parameter.numel() for parameter in network.parameters())


def layers_until(network: nn.Sequential, last: str) -> nn.Sequential:
    """Return the layers of a network up to the one called `last`, with the weights that it has."""
    from torch import nn

    names = [name for name, _other in network.named_children()]
    return nn.Sequential(*network[: names.index(last) + 1])


@cache
def parameter_shapes(network: Network, data: DatasetInfo) -> Mapping[str, tuple[int, ...]]:
    """Return the shapes of a network's parameters by their names, in its order."""
    built = build_network(TrainingConfig(network=network, data=data))
    return {name: tuple(parameter.shape) for name, parameter in built.named_parameters()}
