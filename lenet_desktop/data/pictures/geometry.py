"""Pictures of another size, and in a frame.

Scaling by area is done here where Pillow's is not exact.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

_FINE = 16
"""Pixels of a picture for one of an image; of more, each may be taken as a whole or not at all."""
_SMALL_PRODUCT = 200_000
"""Multiplications up to which a library for matrices starts no threads, as it would in each thread
that prepares pictures."""


def scaled(picture: Pixels, height: int, width: int) -> Pixels:
    """Scale a picture by area where a side gets smaller, and linearly where it grows.

    Args:
        picture: uint8 (H, W) or (H, W, 3); the result is of the same kind.
        height: of the result.
        width: of the result.
    """
    if picture.shape[:2] == (height, width):
        return picture
    from PIL import Image

    ratios = (height / picture.shape[0], width / picture.shape[1])
    for axis in sorted((0, 1), key=ratios.__getitem__):  # first what gets smaller, to save memory
        length = (height, width)[axis]
        most = length if ratios[axis] > 1 else _FINE * length
        if ratios[axis] > 1 or picture.shape[axis] > most:
            how = Image.Resampling.BILINEAR if ratios[axis] > 1 else Image.Resampling.BOX
            size = (picture.shape[1], most) if axis == 0 else (most, picture.shape[0])
            image = Image.fromarray(np.ascontiguousarray(picture))
            picture = np.asarray(image.resize(size, how))
        if picture.shape[axis] > length:
            picture = _shortened(picture, axis, length)
    return picture


def _shortened(picture: Pixels, axis: int, length: int) -> Pixels:
    """Scale one side of a picture by area to fewer pixels.

    All sums are of whole numbers that float32 holds, so that none depends on how it is computed.
    """
    before = picture.shape[axis]
    shares = _area_shares(before, length)
    if picture.size * length <= _SMALL_PRODUCT:
        lines = picture.swapaxes(axis, -1).astype(np.float32)
        products = lines.reshape(-1, before) @ shares.T
        sums = products.reshape(*lines.shape[:-1], length).swapaxes(axis, -1)
    else:
        terms = "al,lw...->aw..." if axis == 0 else "al,hl...->ha..."
        sums = np.einsum(terms, shares, picture.astype(np.float32))
    shorter: Pixels = np.rint(sums / before).astype(np.uint8)
    return shorter


@lru_cache(maxsize=256)
def _area_shares(before: int, after: int) -> npt.NDArray[np.float32]:
    """Return how much each pixel of a line is in each of a shorter one, float32 (after, before).

    These are whole numbers, which add up to `before` for each pixel of the shorter line.

    Pillow's BOX takes pixels as a whole or not at all, which tears thin strokes where one pixel is
    made of one and a half.
    """
    edges = np.arange(after + 1) * before
    pixels = np.arange(before) * after
    ends = np.minimum(edges[1:, np.newaxis], pixels + after)
    begins = np.maximum(edges[:-1, np.newaxis], pixels)
    shares: npt.NDArray[np.float32] = np.clip(ends - begins, 0, None).astype(np.float32)
    return shares


def corner_by_mass(picture: Pixels, side: int) -> tuple[int, int]:
    """Return where the corner must lie for the centre of mass to be in the middle of the frame."""
    mass = picture.astype(np.float64)
    mass = mass.sum(axis=2) if mass.ndim == 3 else mass
    total = mass.sum()
    places = []
    for axis, length in enumerate(mass.shape):
        along = mass.sum(axis=1 - axis)
        centre = (along @ np.arange(length)) / total if total else (length - 1) / 2
        place = round((side - 1) / 2 - centre)
        places.append(int(min(max(place, 0), side - length)))
    return places[0], places[1]


def placed(
    picture: Pixels, side: int, top: int, left: int, background: npt.NDArray[np.int16]
) -> Pixels:
    """Return a square picture with another one in it, which is no larger, on a background."""
    height, width = picture.shape[:2]
    if height == width == side:
        return picture
    frame = np.empty((side, side, *picture.shape[2:]), np.uint8)
    frame[...] = background.astype(np.uint8)
    frame[top : top + height, left : left + width] = picture
    return frame
