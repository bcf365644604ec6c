"""What is said of an image, in words."""

from collections.abc import Mapping, Sequence

from lenet_desktop.data.duplicates import Duplicate
from lenet_desktop.data.images import Own, Part, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import percent

_TITLES: dict[Part, str] = {
    Split.TEST: marked("Test image {number}"),
    Split.TRAIN: marked("Training image {number}"),
    Own.PICTURES: marked("Own picture {number}"),
}
_NAMES = {
    Split.TEST: marked("test image {number}"),
    Split.TRAIN: marked("training image {number}"),
}
_ALIKE = {
    False: marked("the very same picture as {images}"),
    True: marked("nearly the same picture as {images}"),
}
_ALIKE_ALONE = {
    False: marked("The very same picture as {images}"),
    True: marked("Nearly the same picture as {images}"),
}
"""Within a line and by itself, by whether the images are only near."""


def title_image(part: Part, number: int) -> str:
    """Call an image `Training image 123`, as a sentence or a title begins."""
    return _(_TITLES[part]).format(number=number)


def describe_image(
    number: int,
    label: int,
    names: Sequence[str],
    predictions: PredictionSet | None,
    split: Part = Split.TEST,
) -> str:
    """Say what is known of an image, as a screen reader speaks it, with the classes' names."""
    image, true = title_image(split, number), names[label]
    if predictions is None:
        return _("{image}: true label {true}").format(image=image, true=true)
    return _("{image}: predicted {predicted}, true label {true}, confidence {confidence}").format(
        image=image,
        predicted=names[predictions.predicted[number]],
        true=true,
        confidence=percent(float(predictions.confidence[number])),
    )


def name_image(image: Duplicate) -> str:
    """Call an image `training image 123`."""
    return _(_NAMES[image.split]).format(number=image.number)


def in_a_row(images: Sequence[str]) -> str:
    """Write names of images one after the other, each of which may have a comma in it."""
    return pgettext("between images that are the same", "; ").join(images)


def describe_duplicates(images: Sequence[Duplicate]) -> list[str]:
    """Say which images one equals, and which nearly, in a phrase each.

    They read like `nearly the same picture as test image 5; training image 12, labelled
    differently`.
    """
    return _told(images, _ALIKE)


def tell_duplicates(images: Sequence[Duplicate]) -> str:
    """Say the same by itself: `Nearly the same picture as test image 5`."""
    told = _told(images, _ALIKE_ALONE)
    if len(told) < len(_ALIKE_ALONE):
        return "".join(told)
    first, then = told
    return _("{first}. {then}").format(first=first, then=then)


def _told(images: Sequence[Duplicate], phrases: Mapping[bool, str]) -> list[str]:
    differs = _("{image}, labelled differently")
    told = []
    for is_near, phrase in phrases.items():
        named = [
            differs.format(image=name_image(image)) if image.label_differs else name_image(image)
            for image in images
            if image.is_near is is_near
        ]
        if named:
            told.append(_(phrase).format(images=in_a_row(named)))
    return told
