"""What a network reads of the pixels of an image."""

import json
from dataclasses import asdict

import torch
from torch import Tensor

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.pictures.preparation import in_words
from lenet_desktop.settings.config import TrainingConfig


def to_input(pixels: Tensor, normalise: bool, info: DatasetInfo) -> Tensor:
    """Turn images, uint8 (N, channels, side, side), into what the network reads, float32.

    Args:
        pixels: values 0-255.
        normalise: whether to give the pixels of the training set mean 0 and deviation 1; else the
            values are 0-1.
        info: the data set, which knows its mean and its deviation.
    """
    unit = to_unit(pixels)
    return unit.sub_(info.mean).div_(info.std) if normalise else unit


def to_unit(pixels: Tensor) -> Tensor:
    """Scale images, uint8 (N, channels, side, side) in 0-255, to float32 in 0-1."""
    return pixels.to(torch.float32).div_(255)


def usage_texts(config: TrainingConfig) -> dict[str, str]:
    """Return what must stand beside weights in a file, so that anybody can use them.

    All are JSON. By `preprocessing` pixels 0-255 are divided by `scale`, then reduced by `mean` and
    divided by `std`; `class_names` is a list in the order of the logits; `learned_from` names the
    data set; `preparation` tells how a picture from elsewhere becomes such pixels, by the choices
    of `data.preparation.Preparation` and, step by step, in words.
    """
    info = config.data
    named = ("title", "source", "licence", "fingerprint")
    preprocessing = {
        "scale": 255,
        "mean": info.mean if config.normalise else 0.0,
        "std": info.std if config.normalise else 1.0,
    }
    preparation = {
        "side": info.side,
        "channels": info.channels,
        **asdict(info.preparation),
        "words": in_words(info.preparation, info.side, info.channels),
    }
    texts = {
        "preparation": preparation,
        "preprocessing": preprocessing,
        "class_names": info.class_names,
        "learned_from": {name: getattr(info, name) for name in named},
    }
    return {name: json.dumps(each) for name, each in texts.items()}
