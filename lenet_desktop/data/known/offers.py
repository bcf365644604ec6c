"""The data sets that a person can choose from: those with a name, and those of one's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lenet_desktop.data.catalogue import DEFAULT, TITLES, find, read_named, read_split
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.data.known import small_digits
from lenet_desktop.data.known.originals import ORIGINALS, Original, is_here
from lenet_desktop.data.known.torchvision_sets import SETS
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A data set that can be chosen.

    Attributes:
        key: its name, or the fingerprint of one's own.
        title: what people call it.
        about: what its images are, in a sentence or two.
        class_names: in the order of the labels.
        side: height and width of its images, in pixels.
        images: how many there are in both parts; 0 where nobody has said.
        source: where it comes from.
        licence: under which it may be used; empty where that is not said.
        channels: 1 for grey, 3 for colour.
        is_here: whether it can be loaded without a network.
        original: where its files are given away, None for what needs none.
        own: what is known of one's own, None for those with a name.
    """

    key: str
    title: str
    about: str
    class_names: tuple[str, ...]
    side: int
    images: int
    source: str
    licence: str
    channels: int = 1
    is_here: bool = True
    original: Original | None = None
    own: DatasetInfo | None = None

    @property
    def size(self) -> str:
        """How many images of which kind: "70,000 images of 28 x 28 pixels in 10 classes"."""
        named = {"side": self.side, "classes": len(self.class_names)}
        match self.channels, self.images:
            case 1, 0:
                text = _("Grey images of {side} x {side} pixels in {classes} classes")
            case _channels, 0:
                text = _("Colour images of {side} x {side} pixels in {classes} classes")
            case 1, images:
                return counted(
                    images,
                    "{count} grey image of {side} x {side} pixels in {classes} classes",
                    "{count} grey images of {side} x {side} pixels in {classes} classes",
                    **named,
                )
            case _channels, images:
                return counted(
                    images,
                    "{count} colour image of {side} x {side} pixels in {classes} classes",
                    "{count} colour images of {side} x {side} pixels in {classes} classes",
                    **named,
                )
        return text.format(**named)

    def is_of(self, info: DatasetInfo) -> bool:
        """Tell whether these are the data that are described."""
        return self.key in (info.key, info.fingerprint)


_ABOUT = {
    DEFAULT.key: marked(
        "Photographs of clothes from a shop, made to be as handy as MNIST and harder to learn. "
        "They come with the program."
    ),
    small_digits.KEY: marked(
        "Handwritten digits of very few pixels, enlarged. They come with the program, and an epoch "
        "takes a moment."
    ),
    "mnist": marked(
        "Handwritten digits of office workers and pupils, on which LeNet was shown in 1998."
    ),
    "kmnist": marked(
        "Ten letters of cursive Japanese from old books. One letter may be written in very "
        "different ways."
    ),
    "qmnist": marked(
        "MNIST made anew from its sources, with 60,000 test images where MNIST has 10,000."
    ),
    "emnist-balanced": marked(
        "Handwritten digits and letters, equally many of each. Capital and small letters that look "
        "alike are one class. One file brings all EMNIST sets."
    ),
    "emnist-letters": marked(
        "Handwritten letters; capital and small ones are one class. One file brings all EMNIST "
        "sets."
    ),
    "emnist-digits": marked(
        "Handwritten digits, four times as many as MNIST has. One file brings all EMNIST sets."
    ),
    "usps": marked("Handwritten digits read from envelopes of the mail of the United States."),
}


def offers(cache: Path) -> list[Offer]:
    """Return what can be chosen, those with a name first; finds out which of them are here."""
    named = [replace(_named(key), is_here=is_here(key, cache)) for key in TITLES]
    own = [_own(info) for info in PreparedSets(cache).infos() if info.key not in TITLES]
    return [*named, *sorted(own, key=lambda offer: (offer.title.casefold(), offer.key))]


def _named(key: str) -> Offer:
    if key == DEFAULT.key:
        known = (DEFAULT.class_names, DEFAULT.side, 70_000, DEFAULT.source, DEFAULT.licence)
    elif key == small_digits.KEY:
        digits = small_digits
        known = (digits.CLASS_NAMES, digits.SIDE, digits.COUNT, digits.SOURCE, digits.LICENCE)
    else:
        set_, original = SETS[key], ORIGINALS[key]
        count = sum(part.count for part in original.parts.values())
        known = (set_.class_names, original.side, count, set_.source, set_.licence)
    class_names, side, images, source, licence = known
    return Offer(
        key=key,
        title=TITLES[key],
        about=_(_ABOUT[key]),
        class_names=class_names,
        side=side,
        images=images,
        source=source,
        licence=licence,
        original=ORIGINALS.get(key),
    )


def _own(info: DatasetInfo) -> Offer:
    count = info.training_images
    about = (
        counted(
            count,
            "Your own images, as they were last prepared; {count} of them is to learn from.",
            "Your own images, as they were last prepared; {count} of them are to learn from.",
        )
        if count
        else _("Your own images, as they were last prepared.")
    )
    return Offer(
        key=info.fingerprint,
        title=info.title,
        about=about,
        class_names=info.class_names,
        side=info.side,
        channels=info.channels,
        images=0,
        source=_(info.source),
        licence=info.licence,
        own=info,
    )


def samples_of(offer: Offer, cache: Path, each: int) -> ImageSet:
    """Return the first test images of each class, class by class, of data that are here.

    Args:
        each: how many of a class, where it has so many.

    Raises:
        DataError: they cannot be read.
    """
    if offer.own is not None:
        images = find(offer.own, cache)[Split.TEST]
    elif offer.key == DEFAULT.key:
        images = read_split(Split.TEST, cache)
    else:
        images = read_named(offer.key, cache)[Split.TEST]
    labels = range(len(images.info.class_names))
    chosen = np.concatenate([np.flatnonzero(images.labels == label)[:each] for label in labels])
    return ImageSet(images.images[chosen], images.labels[chosen], images.info)
