"""What was painted, as numbers."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage


def pixels(picture: QImage) -> npt.NDArray[np.uint8]:
    """Return the colours of a picture, uint8 (height, width, 3)."""
    plain = picture.convertToFormat(QImage.Format.Format_RGB888)
    lines = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), -1)
    return lines[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


def colours(picture: QImage) -> set[str]:
    """Return the names of all colours in a picture, such as "#ff00ff"."""
    red, green, blue = np.moveaxis(pixels(picture).astype(np.uint32), -1, 0)
    return {f"#{colour:06x}" for colour in np.unique(red << 16 | green << 8 | blue).tolist()}


def changed(one: QImage, other: QImage) -> list[tuple[int, int]]:
    """Return where two pictures of one size differ, (x, y)."""
    places = np.argwhere((pixels(one) != pixels(other)).any(axis=2))
    return [(int(x), int(y)) for y, x in places]
