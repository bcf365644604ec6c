"""Images that a test makes, as the program reads them."""

import numpy as np

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.duplicates import Labels, Pixels
from lenet_desktop.data.images import ImageSet


def image_set(pixels: Pixels, labels: Labels | None = None) -> ImageSet:
    """Return images, all of the first class unless labels are given.

    Args:
        pixels: uint8 (N, side, side) or (N, channels, side, side).
        labels: integers (N,).
    """
    given = np.zeros(len(pixels), np.uint8) if labels is None else labels.astype(np.uint8)
    return ImageSet(pixels if pixels.ndim == 4 else pixels[:, np.newaxis], given, DEFAULT)
