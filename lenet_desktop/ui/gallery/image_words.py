"""What is said of an image, in words."""

from collections.abc import Callable, Sequence

from lenet_desktop.data.duplicates import Duplicate
from lenet_desktop.data.images import Part, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.wording import percent


def describe_image(
    number: int,
    label: int,
    names: Sequence[str],
    predictions: PredictionSet | None,
    split: Part = Split.TEST,
) -> str:
    """Say what is known of an image, as a screen reader speaks it, with the classes' names."""
    true = names[label]
    name = f"{split.word.capitalize()} {number}"
    if predictions is None:
        return f"{name}: true label {true}"
    predicted = names[predictions.predicted[number]]
    confidence = percent(float(predictions.confidence[number]))
    return f"{name}: predicted {predicted}, true label {true}, confidence {confidence}"


def name_image(image: Duplicate) -> str:
    """Call an image `training image 123`."""
    return f"{image.split.word} {image.number}"


def describe_duplicates(
    images: Sequence[Duplicate], name: Callable[[Duplicate], str] = name_image
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
