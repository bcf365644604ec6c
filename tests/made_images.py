"""Images of data sets that never were: any number of classes, any side, grey or in colour."""

import string
from dataclasses import replace

import numpy as np

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet
from lenet_desktop.networks.predictions import PredictionSet

NAMES = tuple(string.digits + string.ascii_uppercase + string.ascii_lowercase)
"""Names for up to 62 classes."""


def made_info(classes: int, side: int = 28, channels: int = 1) -> DatasetInfo:
    return replace(
        DEFAULT,
        key=f"made-{classes}",
        title=f"Made of {classes} classes",
        class_names=NAMES[:classes],
        train_counts=(),
        side=side,
        channels=channels,
        human_accuracy=None,
        fingerprint=f"{classes:04x}{side:04x}{channels:08x}",
    )


def made_images(classes: int, side: int = 28, channels: int = 1, count: int = 0) -> ImageSet:
    """Return noise, three images of each class or as many as are asked for."""
    info, total = made_info(classes, side, channels), count or 3 * classes
    rng = np.random.default_rng(classes)
    pixels = rng.integers(0, 256, (total, *info.shape), np.uint8)
    return ImageSet(pixels, (np.arange(total) % classes).astype(np.uint8), info)


def made_predictions(images: ImageSet, epoch: int = 1) -> PredictionSet:
    """Return answers of which the first third is wrong: each class is taken for the next one."""
    classes, count = len(images.info.class_names), len(images)
    said = images.labels.astype(np.intp)
    said[: count // 3] = (said[: count // 3] + 1) % classes
    probabilities = np.full((count, classes), 0.2 / (classes - 1), np.float32)
    probabilities[np.arange(count), said] = 0.8
    truth = probabilities[np.arange(count), images.labels]
    return PredictionSet(epoch, images.labels.copy(), probabilities, -np.log(truth), images.info)
