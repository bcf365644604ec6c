"""Small images from numbers: pixels as they are, grey from least to most, or two signed hues."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

Floats = npt.NDArray[np.float32]
Rgb = npt.NDArray[np.float32]

FOR_COLOUR = "#10d69a"
AGAINST_COLOUR = "#f07cc8"
"""Green and pink, told apart by colour-blind readers and used for nothing else; brightened, in
either theme, because they always lie on black."""


def pixel_image(pixels: npt.NDArray[np.uint8]) -> QImage:
    """Return pixels, uint8 (H, W), (1, H, W) or (3, H, W), as a QImage of its own."""
    height, width = pixels.shape[-2:]
    if pixels.ndim == 3 and len(pixels) == 3:
        rgb = np.moveaxis(pixels, 0, -1).tobytes()
        return QImage(rgb, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
    return QImage(pixels.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()


def grey_image(values: Floats, low: float, high: float) -> QImage:
    """Return values, (H, W), as an image from black at `low` to white at `high`."""
    span = high - low
    unit = (np.nan_to_num(values) - low) / span if span > 0 else np.zeros_like(values)
    return _image(np.repeat(unit.clip(0, 1)[..., np.newaxis], 3, axis=2))


def signed_image(
    values: Floats, limit: float, base: npt.NDArray[np.floating] | None = None
) -> QImage:
    """Return values, (H, W), as an image: green above 0, pink below, at full strength at `limit`.

    Args:
        values: any.
        limit: the amount, above or below 0, from which a colour grows no stronger.
        base: (H, W), 0-1, the grey that shows where the colour is weak; black without.
    """
    amount = np.nan_to_num(values)[..., np.newaxis]
    strength = (np.abs(amount) / limit).clip(0, 1) if limit > 0 else np.zeros_like(amount)
    hues = np.where(amount > 0, _rgb(FOR_COLOUR), _rgb(AGAINST_COLOUR))
    grey = np.zeros_like(amount) if base is None else base[..., np.newaxis]
    return _image(grey * (1 - strength) + hues * strength)


def _rgb(colour: str) -> Rgb:
    return np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)], np.float32)


def _image(rgb: npt.NDArray[np.floating]) -> QImage:
    """Return colours, (H, W, 3), 0-1, as a QImage of its own."""
    height, width, _ = rgb.shape
    pixels = (rgb * 255).round().astype(np.uint8).tobytes()
    return QImage(pixels, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
