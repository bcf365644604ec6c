"""How values are written for a person: steady figures, separators and units."""

from html import escape

from lenet_desktop.core.datasets import CLASS_NAMES, Split
from lenet_desktop.core.predictions import PredictionSet

WRONG_MARK = "✗"


def percent(share: float, decimals: int = 1) -> str:
    """Write a share, 0-1, as `61.2 %`."""
    return f"{share * 100:.{decimals}f} %"


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
