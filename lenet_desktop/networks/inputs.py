"""What a network reads of the pixels of an image."""

import json

import torch
from torch import Tensor

from lenet_desktop.data.datasets import CLASS_NAMES
from lenet_desktop.networks.computation import FASHION_MNIST
from lenet_desktop.settings.config import TrainingConfig

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
