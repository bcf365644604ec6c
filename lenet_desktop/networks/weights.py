"""Putting weights into a network."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class StateMismatchError(ValueError):
    """Weights or an optimiser's memory do not belong to the network; the message says which."""


def load_weights(model: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Put weights into a model, in place.

    Raises:
        StateMismatchError: one is missing, unknown or of another shape; nothing was changed.
    """
    parameters = dict(model.named_parameters())
    for name, parameter in parameters.items():
        if name not in weights:
            raise StateMismatchError(f"the weights {name} are missing")
        if weights[name].shape != parameter.shape:
            found, expected = tuple(weights[name].shape), tuple(parameter.shape)
            raise StateMismatchError(f"the weights {name} are {found} instead of {expected}")
    unknown = sorted(weights.keys() - parameters.keys())
    if unknown:
        raise StateMismatchError(f"there are no weights called {unknown[0]} in this network")
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(weights[name])
