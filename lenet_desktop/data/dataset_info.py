"""What is known of a data set beside its images."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import msgspec

from lenet_desktop.data.pictures.preparation import AS_IT_IS, Preparation
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import one_line

FEWEST_CLASSES, MOST_CLASSES = 2, 62
SIDES = range(8, 129)
_CHANNELS = (1, 3)
_MOST_IMAGES = 10**9
LONGEST_NAME, _LONGEST_TEXT = 100, 500
"""Characters of a title or a class's name, and of a source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetInfo:
    """A data set, known by its content.

    Attributes:
        key: a short name for files and the command line.
        title: what people call it.
        class_names: in the order of the labels.
        side: height and width of the images as a network takes them, in pixels.
        channels: 1 for grey, 3 for colour.
        mean: of the training images' pixels on the scale 0-1.
        std: their standard deviation.
        can_be_mirrored: whether the mirror image of an image is of the same class.
        source: where it comes from.
        licence: under which it may be used.
        fingerprint: hexadecimal; equal for equal images and labels only.
        chance_accuracy: 0-1, what calling every test image the most frequent class is right at.
        train_counts: how many training images each class has; empty where that is not said, as
            in files of earlier versions.
        preparation: how a picture from elsewhere becomes an image like these.
        human_accuracy: 0-1, what people reach, where a source gives a figure.
        test_share: 0-1, how much of each class of somebody's own pictures is held out for testing;
            None where nobody chose that, or it is not said.
        test_seed: from which those were drawn.

    Raises:
        ValueError: the values make no data set; the message is a sentence.
    """

    key: str
    title: str
    class_names: tuple[str, ...]
    side: int
    channels: int
    mean: float
    std: float
    can_be_mirrored: bool
    source: str
    licence: str
    fingerprint: str
    chance_accuracy: float
    train_counts: tuple[int, ...] = ()
    preparation: Preparation = AS_IT_IS
    human_accuracy: float | None = None
    test_share: float | None = None
    test_seed: int = 0

    def __post_init__(self) -> None:
        if not FEWEST_CLASSES <= len(self.class_names) <= MOST_CLASSES:
            raise ValueError(
                _("A data set has {fewest_classes} to {most_classes} classes.").format(
                    fewest_classes=FEWEST_CLASSES, most_classes=MOST_CLASSES
                )
            )
        if len(set(self.class_names)) < len(self.class_names) or "" in self.class_names:
            raise ValueError(_("The classes need names, each another one."))
        names, texts = (self.key, self.title, *self.class_names), (self.source, self.licence)
        is_long = max(map(len, names)) > LONGEST_NAME or max(map(len, texts)) > _LONGEST_TEXT
        if is_long or not self.title:
            raise ValueError(_("The data set needs a title, and no text may be endless."))
        if any(one_line(text) != text for text in (*names, *texts)):
            raise ValueError(_("Every text about the data set has to stand on one line."))
        if self.side not in SIDES or self.channels not in _CHANNELS:
            raise ValueError(_("The images are not of a size that a network here can take."))
        if not (math.isfinite(self.mean) and math.isfinite(self.std) and self.std > 0):
            raise ValueError(_("The pixels need a finite mean and a deviation above 0."))
        if not 0 < self.chance_accuracy <= 1 or not 0 <= (self.human_accuracy or 0) <= 1:
            raise ValueError(_("An accuracy is from 0 to 1."))
        if (self.test_share is not None and not 0 < self.test_share < 1) or self.test_seed < 0:
            raise ValueError(_("The share held out is between 0 and 1, and no seed below 0."))
        counts = self.train_counts
        if counts and (len(counts) != len(self.class_names) or not _are_counts(counts)):
            raise ValueError(_("The training images are not counted class by class."))
        if not re.fullmatch("[0-9a-f]{16,64}", self.fingerprint):
            raise ValueError(_("The fingerprint is none."))

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an image: channels, height, width."""
        return self.channels, self.side, self.side

    @property
    def form(self) -> str:
        """What a network for it must fit: "10 classes of grey images of 28 x 28 pixels"."""
        text = (
            _("{classes} classes of grey images of {side} x {side} pixels")
            if self.channels == 1
            else _("{classes} classes of colour images of {side} x {side} pixels")
        )
        return text.format(classes=len(self.class_names), side=self.side)

    @property
    def training_images(self) -> int:
        """How many training images there are; 0 where that is not said."""
        return sum(self.train_counts)

    @property
    def guessing_loss(self) -> float:
        """The loss of a network that calls every class as likely, in nats."""
        return math.log(len(self.class_names))

    def told_from(self, other: DatasetInfo) -> str:
        """Return what this data set is called beside another one, which may have its title."""
        if self.title != other.title:
            return self.title
        return _("other images called {title}").format(title=self.title)

    @classmethod
    def from_dict(cls, values: object) -> DatasetInfo:
        """Return what `dataclasses.asdict` has made these values of.

        Raises:
            ValueError: they are none of a data set.
        """
        try:
            return msgspec.convert(values, cls)
        except msgspec.ValidationError as error:
            raise ValueError(f"{str(error).rstrip('.')}.") from error


def _are_counts(counts: tuple[int, ...]) -> bool:
    return min(counts) >= 0 and 0 < sum(counts) <= _MOST_IMAGES
