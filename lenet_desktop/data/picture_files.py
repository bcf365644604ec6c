"""Pictures of any kind, from files that nobody vouches for, as plain arrays.

Colours and greys come out as they are meant to be seen: turned as the camera was held, 16 bits
scaled to 8 instead of cut off, and what is transparent laid on what sets off the rest.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from lenet_desktop.text.wording import first_line, one_line

Pixels = npt.NDArray[np.uint8]

FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "TIFF", "GIF")
"""Which kinds of files are read, as Pillow calls them."""
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".gif"})
MOST_BYTES = 100_000_000
MOST_PIXELS = 40_000_000
# Between Pillow's two limits it would only warn, on standard error; the limit here is lower.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

_DEEP = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N", "F"})


class PictureError(ValueError):
    """A picture cannot be used; the message is a sentence for the person."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Picture:
    """A picture as it is meant to be seen.

    Attributes:
        pixels: uint8, (H, W) of a grey picture and (H, W, 3) of a coloured one; read-only.
        notes: a sentence for each thing that was done to get at them.
    """

    pixels: Pixels
    notes: tuple[str, ...] = ()

    @property
    def is_grey(self) -> bool:
        """Whether it has no colours."""
        return self.pixels.ndim == 2


def read_picture(source: Path | bytes, name: str = "The picture") -> Picture:
    """Read a picture from a file, or from the content of one.

    Args:
        source: the file, or what is in it.
        name: what it is called in a sentence, where it has no path.

    Raises:
        PictureError: it is none, or too large; nothing of its pixels was unpacked then.
    """
    if isinstance(source, Path):
        name = one_line(source.name)
    with _opened(source, name) as image:
        return _decoded(image)


def read_text(content: bytes, keyword: str, name: str = "The picture") -> str:
    """Return what a PNG says under a keyword before its pixels, which stay packed; "" for nothing.

    Raises:
        PictureError: it is no picture, or too large.
    """
    with _opened(content, name) as image:
        return str(image.info.get(keyword, ""))


@contextlib.contextmanager
def _opened(source: Path | bytes, name: str) -> Iterator[Image.Image]:
    """Open a picture, and say in a sentence whatever is wrong with it."""
    try:
        content = _content(source, name)
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(image.size, name)
            yield image
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(_too_large(name)) from error
    except UnidentifiedImageError as error:
        raise PictureError(
            f"{name} is no picture that can be read. Take a PNG, JPEG, BMP, WebP or TIFF."
        ) from error
    except MemoryError as error:
        raise PictureError(f"{name} needs more memory than there is.") from error
    except Exception as error:  # decoders of damaged files raise whatever they come upon
        raise PictureError(
            f"{name} is damaged and cannot be read ({one_line(first_line(error))})."
        ) from error


def _content(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        content = source
    else:
        try:
            if not source.is_file():
                raise PictureError(f"{name} is no file.")
            with source.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise PictureError(f"{name} cannot be read ({error.strerror or error}).") from error
    if len(content) > MOST_BYTES:
        raise PictureError(f"{name} has more than {MOST_BYTES // 10**6} MB. Save it smaller first.")
    return content


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise PictureError(f"{name} has no pixels.")
    if width * height > MOST_PIXELS:
        raise PictureError(_too_large(name))


def _too_large(name: str) -> str:
    return (
        f"{name} has more than {MOST_PIXELS // 10**6} million pixels. Scale it down first; a "
        "network here reads only a few hundred of them."
    )


def _decoded(image: Image.Image) -> Picture:
    notes: list[str] = []
    if getattr(image, "n_frames", 1) > 1:
        notes.append("Of its several pictures the first one is taken.")
        image.seek(0)
    upright = ImageOps.exif_transpose(image)
    if upright.mode in _DEEP:
        pixels = _shallow(np.asarray(upright), notes)
    elif upright.has_transparency_data:
        pixels = _on_background(np.asarray(upright.convert("RGBA")), notes)
    elif upright.mode in ("1", "L"):
        pixels = np.asarray(upright.convert("L"))
    else:
        pixels = np.asarray(upright.convert("RGB"))
    if pixels.ndim == 3 and (pixels == pixels[..., :1]).all():
        pixels = pixels[..., 0]
    pixels = np.ascontiguousarray(pixels)
    pixels.setflags(write=False)
    return Picture(pixels, tuple(notes))


def _shallow(deep: npt.NDArray[np.generic], notes: list[str]) -> Pixels:
    """Scale values of 16 bits and more, (H, W), to 8."""
    values = np.nan_to_num(deep.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    if deep.dtype.itemsize == 2 or (deep.dtype.kind in "iu" and 255 < values.max() < 2**16):
        low, high = 0.0, 2.0**16 - 1
        notes.append("Its 16-bit greys are scaled to 8 bits.")
    elif values.min() >= 0 and values.max() <= 1 and deep.dtype.kind == "f":
        low, high = 0.0, 1.0
    elif values.min() >= 0 and values.max() <= 255:
        low, high = 0.0, 255.0
    else:
        low, high = float(values.min()), float(values.max())
        notes.append("Its values are scaled from the least to the greatest.")
    return np.rint((values - low) / (high - low or 1) * 255).astype(np.uint8)


def _on_background(rgba: Pixels, notes: list[str]) -> Pixels:
    """Lay what is transparent, (H, W, 4), on white, or on black where the rest is light."""
    alpha = rgba[..., 3:].astype(np.float64) / 255
    if (alpha == 1).all():
        return rgba[..., :3]
    weight = alpha.sum()
    lightness = (rgba[..., :3].mean(axis=2, keepdims=True) * alpha).sum() / weight if weight else 0
    background, word = (255, "white") if lightness < 128 else (0, "black")
    notes.append(f"What is transparent is laid on {word}.")
    return np.rint(rgba[..., :3] * alpha + background * (1 - alpha)).astype(np.uint8)
