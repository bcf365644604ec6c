"""The way from a picture to what a network reads: pure, in steps that can be seen and switched.

One function serves drawings, files, folders, the terminal and exports, so that one picture gets
one answer everywhere.

Source: digits are fitted as those of MNIST were (LeCun et al., "Gradient-based learning applied to
document recognition", 1998, section III), other things as those of Fashion-MNIST were (Xiao, Rasul
and Vollgraf, "Fashion-MNIST", 2017, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.pictures.geometry import Pixels, corner_by_mass, placed, scaled
from lenet_desktop.text.language import _, marked

MNIST_SIDE, MNIST_BOX = 28, 20
"""A digit of MNIST fits into a box of 20 x 20 in 28 x 28 pixels; other sides in proportion."""
_NEAR_BACKGROUND = 0.05
"""The share of the range of greys within which a pixel is of the background (Xiao et al.)."""


class Invert(StrEnum):
    """Whether dark is made light, as networks here read light things on black."""

    AUTOMATIC = "automatic"
    YES = "yes"
    NO = "no"


class StepKind(StrEnum):
    """The steps from a picture to an image, in their order."""

    CHANNELS = "channels"
    INVERT = "invert"
    LEVELS = "levels"
    CROP = "crop"
    FIT = "fit"


class Fit(StrEnum):
    """How a picture is brought to the size that the network reads.

    CENTRED puts it by its centre of mass into the middle, smaller than the frame, as in MNIST.
    FRAMED scales its longer side to the frame and sharpens what that made smaller, as in
    Fashion-MNIST; a picture that is of this size already is left as it is. PADDED does so without
    sharpening, CROPPED cuts what stands out off the longer side, and STRETCHED scales
    each side on its own.
    """

    CENTRED = "centred"
    FRAMED = "framed"
    PADDED = "padded"
    CROPPED = "cropped"
    STRETCHED = "stretched"


@dataclass(frozen=True, slots=True)
class Preparation:
    """Which steps are taken.

    Attributes:
        invert: whether dark is made light.
        levels: whether the background is made black and the strongest pixel white, before and
            after it is brought to size.
        crop: whether what surrounds the content is cut off.
        fit: how the rest is brought to size.
    """

    invert: Invert = Invert.AUTOMATIC
    levels: bool = True
    crop: bool = True
    fit: Fit = Fit.CENTRED


DRAWN = Preparation()
"""For digits and letters, drawn or scanned."""
PHOTOGRAPHED = Preparation(levels=False, fit=Fit.FRAMED)
"""For single things photographed on a plain background."""
AS_IT_IS = Preparation(invert=Invert.NO, levels=False, crop=False, fit=Fit.PADDED)
"""For pictures whose surroundings belong to them."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Step:
    """One step, for showing.

    Attributes:
        kind: which of the steps it is.
        words: what was done, as a short sentence.
        pixels: what came of it: uint8 (H, W) or (H, W, 3), read-only.
    """

    kind: StepKind
    words: str
    pixels: Pixels


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prepared:
    """What a network reads of a picture, and how it came about.

    Attributes:
        steps: every step that changed something, in order.
        pixels: uint8 (channels, side, side), read-only.
    """

    steps: tuple[Step, ...]
    pixels: Pixels
    _of: Pixels

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on the picture but background."""
        return not _content(_extremes(self._of), background_of(self._of)).any()

    @property
    def picture(self) -> Pixels:
        """The same as a picture."""
        return as_picture(self.pixels)


def as_picture(pixels: Pixels) -> Pixels:
    """Return pixels, uint8 (channels, side, side), as uint8 (side, side), in colour (..., 3)."""
    return pixels[0] if len(pixels) == 1 else pixels.transpose(1, 2, 0)


def prepare(picture: Pixels, side: int, channels: int, how: Preparation = DRAWN) -> Prepared:
    """Return what a network reads of a picture.

    Greys are 0.299 R + 0.587 G + 0.114 B, rounded as Pillow rounds them (ITU-R BT.601). The
    background is the median of the outermost pixels.

    Args:
        picture: uint8 (H, W) or (H, W, 3).
        side: height and width of the result.
        channels: 1 for grey, 3 for colour.
        how: which steps are taken.
    """
    steps: list[Step] = []

    def take(kind: StepKind, words: str, pixels: Pixels) -> Pixels:
        if pixels is not now and (pixels.shape != now.shape or (pixels != now).any()):
            steps.append(Step(kind, words, _read_only(pixels)))
        return pixels

    now = _read_only(picture)
    words = _(_GREYS) if channels == 1 else _("Made of three colours.")
    now = before = take(StepKind.CHANNELS, words, _with_channels(now, channels))
    fit = how.fit
    is_square = now.shape[0] == now.shape[1]
    fills_frame = fit in (Fit.CROPPED, Fit.STRETCHED) or (is_square and fit is not Fit.CENTRED)
    if how.invert is Invert.NO and not (how.levels or how.crop) and fills_frame:
        background = _NO_BACKGROUND  # many pictures at a time are mostly of this kind
    else:
        background = background_of(now)
    is_bright = int(background.sum()) >= 128 * background.size
    if how.invert is Invert.YES or (how.invert is Invert.AUTOMATIC and is_bright):
        words = _("Inverted, because its background is bright.") if is_bright else _("Inverted.")
        now, background = take(StepKind.INVERT, words, 255 - now), 255 - background
    content = _content(now, background) if how.levels or how.crop else None
    has_content = content is not None and content.any()
    if how.levels and has_content:
        words = _("The background becomes black, the strongest pixel white.")
        now = take(StepKind.LEVELS, words, _levelled(now, background))
        background = np.zeros_like(background)
    is_framed = fit is Fit.FRAMED and now.shape[:2] == (side, side)
    if how.crop and content is not None and has_content and not is_framed:
        rows, columns = np.flatnonzero(content.any(axis=1)), np.flatnonzero(content.any(axis=0))
        content_only = now[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        now = take(StepKind.CROP, _("Cropped to what is on it."), content_only)
    if fit is Fit.FRAMED and max(now.shape[:2]) <= side:  # which is as sharp as it was
        fit = Fit.PADDED
    fitted = _fitted(now, side, fit, background)
    if how.levels and has_content:  # or what is thin would be next to nothing in so few pixels
        fitted = _levelled(fitted, background)
    now = take(StepKind.FIT, _(_WORDS[fit]), fitted)
    pixels = now[np.newaxis] if channels == 1 else now.transpose(2, 0, 1)
    return Prepared(tuple(steps), _read_only(np.ascontiguousarray(pixels)), before)


def in_words(how: Preparation, side: int, channels: int) -> list[str]:
    """Return what `prepare` does with any picture, for files: an English sentence for each step."""
    box = _box(side)
    inverted = {
        Invert.AUTOMATIC: ["Where the median of its outermost pixels is bright, it is inverted."],
        Invert.YES: ["It is inverted."],
        Invert.NO: [],
    }
    fitted = {
        Fit.CENTRED: f"Its longer side is scaled by area to {box} pixels, and its centre of mass "
        f"put into the middle of {side} x {side}.",
        Fit.FRAMED: f"Its longer side is scaled by area to {side} pixels, and what that made "
        "smaller is sharpened: unsharp mask, radius 1, 100 %.",
        Fit.PADDED: f"Its longer side is scaled by area to {side} pixels.",
        Fit.CROPPED: f"Its middle square is scaled by area to {side} x {side} pixels.",
        Fit.STRETCHED: f"It is scaled by area to {side} x {side} pixels, each side on its own.",
    }
    levels = ["Its background becomes black and its strongest pixel white."]
    crop = ["It is cut to what differs from its background by more than a twentieth."]
    return [
        "Grey is 0.299 R + 0.587 G + 0.114 B." if channels == 1 else "It has three colours.",
        *inverted[how.invert],
        *(levels if how.levels else []),
        *(crop if how.crop else []),
        fitted[how.fit],
    ]


_NO_BACKGROUND = np.zeros(1, np.int16)
_GREYS = marked("Colours become greys: 0.299 R + 0.587 G + 0.114 B.")
_WORDS = {
    Fit.CENTRED: marked("Scaled by area and centred by its mass, as in MNIST."),
    Fit.FRAMED: marked("Scaled until it fits the frame, and sharpened, as in Fashion-MNIST."),
    Fit.PADDED: marked("Scaled until it fits the frame."),
    Fit.CROPPED: marked("Its middle, scaled to the frame; what stands out is cut off."),
    Fit.STRETCHED: marked("Stretched to the frame."),
}


def _read_only(pixels: Pixels) -> Pixels:
    view = pixels.view()
    view.setflags(write=False)
    return view


def _with_channels(picture: Pixels, channels: int) -> Pixels:
    if channels == 3:
        return np.repeat(picture[..., np.newaxis], 3, axis=2) if picture.ndim == 2 else picture
    from PIL import Image  # not at the start of a window, which only wants the names above

    return picture if picture.ndim == 2 else np.asarray(Image.fromarray(picture).convert("L"))


def background_of(picture: Pixels) -> npt.NDArray[np.int16]:
    """Return the median of the outermost pixels: a grey, or a colour."""
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    middle = [len(edge) // 2 - 1, len(edge) // 2]
    between = np.partition(edge, middle, axis=0)[middle].astype(np.int16)
    median: npt.NDArray[np.int16] = np.asarray(between.sum(axis=0, dtype=np.int16) // 2)
    return median


def _content(picture: Pixels, background: npt.NDArray[np.int16]) -> npt.NDArray[np.bool_]:
    """Tell which pixels are not of the background: bool (H, W)."""
    near = int(_NEAR_BACKGROUND * 255)
    lowest = np.maximum(background - near, 0).astype(np.uint8)
    highest = np.minimum(background + near, 255).astype(np.uint8)
    far = (picture < lowest) | (picture > highest)
    found: npt.NDArray[np.bool_] = np.asarray(far if picture.ndim == 2 else far.any(axis=2))
    return found


def _extremes(picture: Pixels) -> Pixels:
    """Return the least and the greatest values, of which one is content if any pixel is."""
    rows = picture.reshape(-1, *picture.shape[2:])
    return np.stack([rows.min(axis=0), rows.max(axis=0)])[np.newaxis]


def _levelled(picture: Pixels, background: npt.NDArray[np.int16]) -> Pixels:
    from PIL import Image

    above = np.clip(np.arange(256.0)[:, np.newaxis] - background, 0, None)  # of each value
    greatest = (picture.max(axis=(0, 1)) - background).max()
    table = np.rint(above * (255 / greatest if greatest > 0 else 0))
    levels = np.clip(table, 0, 255).astype(int).T.reshape(-1).tolist()
    return np.asarray(Image.fromarray(picture).point(levels))


def _fitted(picture: Pixels, side: int, fit: Fit, background: npt.NDArray[np.int16]) -> Pixels:
    height, width = picture.shape[:2]
    if fit is Fit.CROPPED:  # and not scaled before: what is cut off may be enormous
        edge = min(height, width)
        top, left = (height - edge) // 2, (width - edge) // 2
        picture = picture[top : top + edge, left : left + edge]
    if fit in (Fit.CROPPED, Fit.STRETCHED):
        return scaled(picture, side, side)
    box = _box(side) if fit is Fit.CENTRED else side
    edge = max(height, width)
    fitted = scaled(picture, max(1, round(height * box / edge)), max(1, round(width * box / edge)))
    if fit is Fit.FRAMED:
        from PIL import Image, ImageFilter

        sharpened = Image.fromarray(fitted).filter(ImageFilter.UnsharpMask(1, 100, 0))
        fitted = np.asarray(sharpened)
    top, left = (
        corner_by_mass(fitted, side)
        if fit is Fit.CENTRED
        else ((side - fitted.shape[0]) // 2, (side - fitted.shape[1]) // 2)
    )
    return placed(fitted, side, top, left, background)


def _box(side: int) -> int:
    """Return how large a digit is in an image of so many pixels' height."""
    return max(1, round(side * MNIST_BOX / MNIST_SIDE))
