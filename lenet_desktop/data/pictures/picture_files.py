"""Pictures of any kind, from files that nobody vouches for, as plain arrays.

Colours and greys come out as they are meant to be seen: turned as the camera was held, 16 bits
scaled to 8 instead of cut off, and what is transparent laid on what sets off the rest.
"""

from __future__ import annotations

import contextlib
import io
import logging
import stat
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, TiffImagePlugin, UnidentifiedImageError

from lenet_desktop.data.images import DataError
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import first_line, one_line, why_not

Pixels = npt.NDArray[np.uint8]

FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "TIFF", "GIF")
"""Which kinds of files are read, as Pillow calls them."""
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".gif"})
MOST_BYTES = 100_000_000
MOST_PIXELS = 40_000_000
# Between Pillow's two limits it would only warn, on standard error; the limit here is lower.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
# Metadata of cameras are often not as they should be, and of no use here.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
logging.getLogger("PIL").setLevel(logging.CRITICAL)  # what is wrong with a file is said below

_BLOCK = 1_000_000
"""Values of a picture that are computed with at a time."""
_LARGE = 4_000_000
"""Pixels of a picture above which it is decoded alone, whichever threads read others."""
_LARGE_ALONE = threading.Lock()
Value = TypeVar("Value", bound=np.generic)
_SIXTEEN_BITS = marked("Its 16-bit greys are scaled to 8 bits.")
_DEEP = frozenset({"I", "I;16", "I;16B", "I;16L", "I;16N", "F"})
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a picture becomes upright, by the orientation that EXIF gives it."""


class PictureError(DataError, ValueError):
    """A picture cannot be used; the message is a sentence for the person."""


class PictureTooLargeError(PictureError):
    """A picture has more bytes, or pixels, than are read here."""


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


def read_picture(source: Path | bytes, name: str = "") -> Picture:
    """Read a picture from a file, or from the content of one.

    Args:
        source: the file, or what is in it.
        name: what it is called in a sentence, where it has no path; "The picture" by default.

    Raises:
        PictureError: it is none, or too large; nothing of its pixels was unpacked then.
    """
    if isinstance(source, Path):
        name = one_line(source.name)
    with _opened(source, name) as image:
        is_large = image.width * image.height > _LARGE
        with _LARGE_ALONE if is_large else contextlib.nullcontext():
            return _decoded(image)


def png_bytes(pixels: Pixels) -> bytes:
    """Return a picture, uint8 (H, W) or (H, W, 3), as the content of a PNG file."""
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, "PNG")
    return stream.getvalue()


def read_texts(content: bytes) -> dict[str, str]:
    """Return what a PNG says before its pixels, which stay packed, by keyword.

    Raises:
        PictureError: it is no picture, or too large.
    """
    with _opened(content) as image:
        # Pillow hands out a kind of `str` that msgspec does not take.
        found = image.info.items()
        return {str(key): str(text) for key, text in found if isinstance(text, str)}


@contextlib.contextmanager
def _opened(source: Path | bytes, name: str = "") -> Iterator[Image.Image]:
    """Open a picture, and say in a sentence whatever is wrong with it."""
    name = name or _("The picture")
    try:
        content = read_content(source) if isinstance(source, Path) else source
        if len(content) > MOST_BYTES:
            raise PictureTooLargeError(_too_many_bytes(name))
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(image.size, name)
            yield image
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLargeError(_too_large(name)) from error
    except UnidentifiedImageError as error:
        raise PictureError(
            _("{name} is no picture that can be read. Take a PNG, JPEG, BMP, WebP or TIFF.").format(
                name=name
            )
        ) from error
    except MemoryError as error:
        raise PictureError(
            _("{name} needs more memory than there is.").format(name=name)
        ) from error
    except Exception as error:  # decoders of damaged files raise whatever they come upon
        raise PictureError(
            _("{name} is damaged and cannot be read ({reason}).").format(
                name=name, reason=one_line(first_line(error))
            )
        ) from error


def read_content(path: Path) -> bytes:
    """Return what is in the file of a picture.

    Raises:
        PictureError: it is no plain file, cannot be read or has too many bytes.
    """
    name = one_line(path.name)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise PictureError(_("{name} is no file.").format(name=name))
        with path.open("rb") as file:  # room is made for as much as is asked for
            content = file.read(min(status.st_size, MOST_BYTES) + 1)
    except OSError as error:
        raise PictureError(
            _("{name} cannot be read ({reason}).").format(name=name, reason=why_not(error))
        ) from error
    if len(content) > MOST_BYTES:
        raise PictureTooLargeError(_too_many_bytes(name))
    return content


def _too_many_bytes(name: str) -> str:
    return _("{name} has more than {most_bytes} MB. Save it smaller first.").format(
        name=name, most_bytes=MOST_BYTES // 10**6
    )


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise PictureError(_("{name} has no pixels.").format(name=name))
    if width * height > MOST_PIXELS:
        raise PictureTooLargeError(_too_large(name))


def _too_large(name: str) -> str:
    return _(
        "{name} has more than {most_pixels} million pixels. Scale it down first; a "
        "network here reads only some hundreds or thousands of them."
    ).format(name=name, most_pixels=MOST_PIXELS // 10**6)


def _decoded(image: Image.Image) -> Picture:
    notes: list[str] = []
    if getattr(image, "is_animated", False):  # to count them would mean to go through them all
        notes.append(_("Of its several pictures the first one is taken."))
        image.seek(0)
    is_negative = _is_negative(image)
    image = _upright(image)
    if image.mode in _DEEP:
        pixels = _shallow(np.asarray(image), notes)
        pixels = 255 - pixels if is_negative else pixels
    elif image.has_transparency_data:
        pixels = _on_background(np.asarray(image.convert("RGBA")), notes)
    else:
        mode = "L" if image.mode in ("1", "L") else "RGB"
        pixels = np.asarray(image if image.mode == mode else image.convert(mode))
    if pixels.ndim == 3:
        red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
        if (red == green).all() and (green == blue).all():
            pixels = red
    pixels = np.ascontiguousarray(pixels)
    pixels.setflags(write=False)
    return Picture(pixels, tuple(notes))


def _upright(image: Image.Image) -> Image.Image:
    """Return a picture turned as its camera was held; as it is stored where nothing says how.

    Pillow's `exif_transpose` would write all other metadata anew, and with them fail of a picture
    that is whole.
    """
    try:
        turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 0))
    except Exception:  # of damaged metadata, of which nothing else is needed here
        return image
    return image if turn is None else image.transpose(turn)


def _is_negative(image: Image.Image) -> bool:
    """Whether 0 means white in a TIFF of 16 bits, where Pillow does not put it right itself."""
    tags = getattr(image, "tag_v2", {})
    return image.mode in _DEEP and tags.get(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) == 0


def _shallow(deep: npt.NDArray[np.generic], notes: list[str]) -> Pixels:
    """Scale values of 16 bits and more, (H, W), to 8."""

    def finite(block: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        return np.nan_to_num(block.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)

    blocks = _blocks(deep.reshape(-1))
    if deep.dtype.itemsize == 2:
        notes.append(_(_SIXTEEN_BITS))
        rounded = [((block.astype(np.uint32) + 128) // 257).astype(np.uint8) for block in blocks]
        return np.concatenate(rounded).reshape(deep.shape)
    least = min(float(finite(block).min()) for block in blocks)
    greatest = max(float(finite(block).max()) for block in blocks)
    if deep.dtype.kind in "iu" and least >= 0 and 255 < greatest < 2**16:
        low, high = 0.0, 2.0**16 - 1
        notes.append(_(_SIXTEEN_BITS))
    elif least >= 0 and greatest <= 1 and deep.dtype.kind == "f":
        low, high = 0.0, 1.0
    elif least >= 0 and greatest <= 255:
        low, high = 0.0, 255.0
    else:
        low, high = least, greatest
        notes.append(_("Its values are scaled from the least to the greatest."))
    factor = 255 / (high - low or 1)
    scaled = [np.rint((finite(block) - low) * factor).astype(np.uint8) for block in blocks]
    return np.concatenate(scaled).reshape(deep.shape)


def _on_background(rgba: Pixels, notes: list[str]) -> Pixels:
    """Lay what is transparent, (H, W, 4), on white, or on black where the rest is light."""
    blocks = _blocks(rgba.reshape(-1, 4))
    if rgba[..., 3].min() == 255:
        return rgba[..., :3]
    weight = sum(int(block[..., 3].sum(dtype=np.int64)) for block in blocks)
    wide = (block.astype(np.float64) for block in blocks)  # in which these sums are exact
    light = sum(float((block[:, 3] @ block[:, :3]).sum()) for block in wide)
    if light < 128 * 3 * weight or not weight:
        background, note = 255, _("What is transparent is laid on white.")
    else:
        background, note = 0, _("What is transparent is laid on black.")
    notes.append(note)

    def laid(block: Pixels) -> Pixels:
        alpha = block[..., 3:].astype(np.uint16)
        both = block[..., :3] * alpha + background * (255 - alpha)
        return ((both + 127) // 255).astype(np.uint8)  # rounded

    return np.concatenate([laid(block) for block in blocks]).reshape(*rgba.shape[:2], 3)


def _blocks(picture: npt.NDArray[Value]) -> list[npt.NDArray[Value]]:
    """Cut a list of pixels into shorter ones, so that floats of all of them need no room."""
    return np.array_split(picture, min(len(picture), -(-picture.size // _BLOCK)))
