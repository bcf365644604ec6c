"""LeNet, one readable `torch.nn.Sequential`."""

import json
import math
from collections import OrderedDict

import torch
from torch import Tensor, nn

from lenet_desktop.data.datasets import CLASS_NAMES
from lenet_desktop.networks.computation import FASHION_MNIST, UNIT, PixelScale
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.settings.config import TrainingConfig

_ACTIVATIONS = {
    Activation.SIGMOID: nn.Sigmoid,
    Activation.RELU: nn.ReLU,
    Activation.TANH: nn.Tanh,
}
_POOLINGS = {Pooling.AVERAGE: nn.AvgPool2d, Pooling.MAX: nn.MaxPool2d}


class Rescale(nn.Module):
    """Puts pixels on the scale that a network has learned from, before anything else."""

    def __init__(self, scale: PixelScale) -> None:
        super().__init__()
        self.scale = scale

    def forward(self, pixels: Tensor) -> Tensor:
        """Return what the first convolution reads of pixels 0-1, float32 (N, 1, 28, 28)."""
        return (pixels - self.scale.mean) / self.scale.std


def build_lenet(
    activation: Activation = Activation.SIGMOID,
    pooling: Pooling = Pooling.AVERAGE,
    scale: PixelScale = UNIT,
) -> nn.Sequential:
    """Return LeNet for float32 images (N, 1, 28, 28); its output is logits (N, 10).

    A scale other than `UNIT` becomes a layer of its own, in front.

    The comments give each layer's output for one image. 61,706 parameters.

    Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998, as
    taught in Zhang et al., Dive into Deep Learning, section 7.6.
    """
    act, pool = _ACTIVATIONS[activation], _POOLINGS[pooling]
    model = nn.Sequential(
        OrderedDict(
            conv1=nn.Conv2d(1, 6, kernel_size=5, padding=2),  # 6 x 28 x 28
            act1=act(),
            pool1=pool(kernel_size=2, stride=2),  # 6 x 14 x 14
            conv2=nn.Conv2d(6, 16, kernel_size=5),  # 16 x 10 x 10
            act2=act(),
            pool2=pool(kernel_size=2, stride=2),  # 16 x 5 x 5
            flatten=nn.Flatten(),  # 400
            fc1=nn.Linear(400, 120),  # 120
            act3=act(),
            fc2=nn.Linear(120, 84),  # 84
            act4=act(),
            fc3=nn.Linear(84, 10),  # 10
        )
    )
    if scale != UNIT:
        layers = OrderedDict[str, nn.Module](rescale=Rescale(scale), **dict(model.named_children()))
        return nn.Sequential(layers)
    return model


def initialise(model: nn.Module, seed: int) -> None:
    """Draw every weight and bias of a CPU model anew from `seed`, touching no global generator.

    Weights are Xavier-uniform; biases are uniform in ±1/sqrt(fan-in), as PyTorch's layers have
    them by default and as the published figures for this recipe were reached.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", 2010.
    """
    generator = torch.Generator().manual_seed(seed)
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            if layer.bias is not None:
                bound = 1 / math.sqrt(layer.weight[0].numel())
                nn.init.uniform_(layer.bias, -bound, bound, generator=generator)


def new_lenet(config: TrainingConfig, scale: PixelScale = UNIT) -> nn.Sequential:
    """Return the freshly initialised LeNet that `config` asks for, on the CPU."""
    with torch.device("meta"):  # so that no layer draws weights of its own first
        model = build_lenet(config.activation, config.pooling, scale)
    model.to_empty(device="cpu")
    initialise(model, config.seed)
    return model


PIXEL_MEAN, PIXEL_STD = FASHION_MNIST.mean, FASHION_MNIST.std
"""Mean and standard deviation of the training images' pixels on the scale 0-1."""


def to_input(pixels: Tensor, normalise: bool) -> Tensor:
    """Turn images, uint8 (N, 1, 28, 28), into what the network reads, float32.

    Args:
        pixels: values 0-255.
        normalise: whether to give the pixels of the training set mean 0 and deviation 1; else the
            values are 0-1.
    """
    unit = to_unit(pixels)
    return unit.sub_(PIXEL_MEAN).div_(PIXEL_STD) if normalise else unit


def to_unit(pixels: Tensor) -> Tensor:
    """Scale images, uint8 (N, 1, 28, 28) in 0-255, to float32 in 0-1."""
    return pixels.to(torch.float32).div_(255)


def usage_texts(config: TrainingConfig) -> dict[str, str]:
    """Return what must stand beside weights in a file, so that anybody can use them.

    `preprocessing` is JSON, by which pixels 0-255 are divided by `scale`, then reduced by `mean`
    and divided by `std`; `class_names` is a JSON list in the order of the logits.
    """
    preprocessing = {
        "scale": 255,
        "mean": PIXEL_MEAN if config.normalise else 0.0,
        "std": PIXEL_STD if config.normalise else 1.0,
    }
    return {"preprocessing": json.dumps(preprocessing), "class_names": json.dumps(CLASS_NAMES)}


def parameter_count(model: nn.Module) -> int:
    """Return how many numbers the model learns."""
    return sum(parameter.numel() for parameter in model.parameters())
