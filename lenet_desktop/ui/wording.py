"""How values are written for a person: steady figures, separators and units."""

from collections.abc import Callable, Sequence
from html import escape

from lenet_desktop.core.datasets import CLASS_NAMES, Split
from lenet_desktop.core.duplicates import EqualImage
from lenet_desktop.core.predictions import PredictionSet

WRONG_MARK = "✗"
MINUS = "\N{MINUS SIGN}"
EQUAL_MARK, NEAR_MARK = "=", "≈"


def percent(share: float, decimals: int = 1) -> str:
    """Write a share, 0-1, as `61.2 %`."""
    return f"{share * 100:.{decimals}f} %"


def figure(value: float, form: str = "z#.3g") -> str:
    """Write a number, by default with three digits, with a minus and not a hyphen."""
    return f"{value:{form}}".replace("-", MINUS)


def duration(seconds: float) -> str:
    """Write seconds as `0:12` or `1:02:03`."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def tip(sentence: str) -> str:
    """Make a tool tip wrap, which Qt does for rich text only."""
    return f"<p>{escape(sentence)}</p>"


def describe_image(
    number: int, label: int, predictions: PredictionSet | None, split: Split = Split.TEST
) -> str:
    """Say what is known of an image, as a screen reader speaks it."""
    true = CLASS_NAMES[label]
    name = f"{split.word.capitalize()} {number}"
    if predictions is None:
        return f"{name}: true label {true}"
    predicted = CLASS_NAMES[predictions.predicted[number]]
    confidence = percent(float(predictions.confidence[number]))
    return f"{name}: predicted {predicted}, true label {true}, confidence {confidence}"


def name_image(image: EqualImage) -> str:
    """Call an image `training image 123`."""
    return f"{image.split.word} {image.number}"


def describe_equal(
    images: Sequence[EqualImage], name: Callable[[EqualImage], str] = name_image
) -> list[str]:
    """Say which images one equals, and which nearly, in a phrase each.

    They read like `nearly the same picture as test image 5; training image 12, labelled
    differently`.
    """
    phrases = []
    for how, is_near in (("the very same", False), ("nearly the same", True)):
        names = [
            name(image) + (", labelled differently" if image.label_differs else "")
            for image in images
            if image.is_near is is_near
        ]
        if names:
            phrases.append(f"{how} picture as {'; '.join(names)}")
    return phrases
