"""What is known of a data set beside its images."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

FEWEST_CLASSES, MOST_CLASSES = 2, 62
_SIDES = range(8, 129)
_CHANNELS = (1, 3)
_LONGEST_TEXT = 500


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
        human_accuracy: 0-1, what people reach, where a source gives a figure.

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
    human_accuracy: float | None = None

    def __post_init__(self) -> None:
        if not FEWEST_CLASSES <= len(self.class_names) <= MOST_CLASSES:
            raise ValueError(f"A data set has {FEWEST_CLASSES} to {MOST_CLASSES} classes.")
        if len(set(self.class_names)) < len(self.class_names) or "" in self.class_names:
            raise ValueError("The classes need names, each another one.")
        texts = (self.key, self.title, self.source, self.licence, *self.class_names)
        if max(map(len, texts)) > _LONGEST_TEXT or not self.title:
            raise ValueError("The data set needs a title, and no text may be endless.")
        if self.side not in _SIDES or self.channels not in _CHANNELS:
            raise ValueError("The images are not of a size that a network here can take.")
        if not (math.isfinite(self.mean) and math.isfinite(self.std) and self.std > 0):
            raise ValueError("The pixels need a finite mean and a deviation above 0.")
        if not re.fullmatch("[0-9a-f]{16,64}", self.fingerprint):
            raise ValueError("The fingerprint is none.")

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of an image: channels, height, width."""
        return self.channels, self.side, self.side

    @classmethod
    def from_dict(cls, values: object) -> DatasetInfo:
        """Return what `dataclasses.asdict` has made these values of.

        Raises:
            ValueError: they are none of a data set.
        """
        if not isinstance(values, Mapping):
            raise ValueError("They are no fields.")
        number = (int, float)
        kinds: dict[str, Any] = {
            "class_names": (list, tuple), "side": int, "channels": int, "mean": number,
            "std": number, "can_be_mirrored": bool, "human_accuracy": (*number, type(None)),
        }  # fmt: skip
        read = dict(values)
        if read.keys() - {each.name for each in fields(cls)}:
            raise ValueError("There is a field too many.")
        for name, value in read.items():
            is_flag = isinstance(value, bool) and name != "can_be_mirrored"
            if is_flag or not isinstance(value, kinds.get(name, str)):
                raise ValueError(f"{name} is of another type.")
        names = read.get("class_names", ())
        if not all(isinstance(name, str) for name in names):
            raise ValueError("A class is called something that is no text.")
        try:
            return cls(**read | {"class_names": tuple(names)})
        except TypeError as error:
            raise ValueError("A field is missing.") from error
