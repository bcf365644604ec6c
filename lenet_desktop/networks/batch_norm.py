"""Batch normalisation while a network learns, which is part of its weights afterwards.

What a layer computes is brought to mean 0 and variance 1 over the images that are learned from
together, before its bias is added. So early layers do not have to wait for late ones, and much
larger steps can be made. It learns nothing of its own: a network that has learned with it becomes,
by the means and variances of some training images, one without it, of as many weights.

Source: Ioffe and Szegedy, "Batch normalization", 2015; means and variances at last as in Wu and
Johnson, "Rethinking 'batch' in BatchNorm", 2021.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn

EPSILON = 1e-5
"""Added to a variance, as PyTorch's own layers do."""
MEASURED_IMAGES = 1_000
"""How many training images say at last what means and variances are."""


class BatchNorm(nn.Module):
    """Normalises what a layer computes, and adds the layer's bias then, not before."""

    def __init__(self, layer: nn.Conv2d | nn.Linear) -> None:
        super().__init__()
        self.bias = layer.bias

    def forward(self, x: Tensor) -> Tensor:
        """Return x, float32 (B, F) or (B, C, H, W), normalised over these B images.

        What the layer has added to all of them is taken away again.
        """
        return torch.batch_norm(x, None, self.bias, None, None, True, 0.0, EPSILON, False)


def with_batch_norm(network: nn.Sequential) -> nn.Sequential:
    """Return a network with the same parameters that is normalised behind every layer but the last.

    That is done before the activation; where this is followed by maximum pooling, between both,
    on a quarter of the pixels. That changes nothing else, as activations never fall.
    """
    named = list(network.named_children())
    *_, (last, _) = [each for each in named if isinstance(each[1], nn.Conv2d | nn.Linear)]
    layers = OrderedDict[str, nn.Module]()
    while named:
        name, layer = named.pop(0)
        layers[name] = layer
        if isinstance(layer, nn.Conv2d | nn.Linear) and name != last:
            if isinstance(named[1][1], nn.MaxPool2d):
                layers.update([named.pop(1)])
            layers[f"norm_{name}"] = BatchNorm(layer)
    return nn.Sequential(layers)


@torch.no_grad()
def folded_weights(network: nn.Sequential, images: Tensor) -> dict[str, Tensor]:
    """Return the weights with which a network without normalisation computes the same of images.

    Args:
        network: one of `with_batch_norm`, in eval mode.
        images: what it reads, float32 (N, channels, side, side).
    """
    weights = {name: each.detach().clone() for name, each in network.named_parameters()}
    x, above = images, ""
    for name, layer in network.named_children():
        if isinstance(layer, BatchNorm):
            dims = [0, *range(2, x.ndim)]
            variance, mean = torch.var_mean(x, dims, correction=0)
            scale = (variance + EPSILON).rsqrt()
            weight, bias = weights[f"{above}.weight"], weights[f"{above}.bias"]
            weight.mul_(scale.view(-1, *[1] * (weight.ndim - 1)))
            # The mean has the bias in it, which counts once, behind the normalisation.
            weights[f"{above}.bias"] = bias + (bias - mean) * scale
        elif isinstance(layer, nn.Conv2d | nn.Linear):
            above = name
        x = layer(x)
    return weights
