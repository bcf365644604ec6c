"""Images that stand in the data more than once: to the last pixel, or nearly so.

Fashion-MNIST as it was first published held 43 such pairs among its training images, one among
its test images and ten across the two. Zalando put other images in their place on the same day
(zalandoresearch/fashion-mnist, issue 44 and pull request 45, August 2017), so the files that this
program comes with hold none. Who trains on other images of the same form may find some. What they
do hold are images that are nearly the same; `near_duplicates` finds those.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.images import ImageSet, Split

Pixels = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.integer]
Image = tuple[Split, int]
"""A part of the data and where the image stands in it, from 0."""

_DIGEST_BYTES = 16
"""128 bits: two different images among 70,000 that share a digest are not to be expected."""


class Duplicate(NamedTuple):
    """An image that equals another one, or nearly.

    Attributes:
        split: the part of the data that it stands in.
        number: where it stands there, from 0.
        label_differs: whether its label is another one.
        is_near: whether the two are nearly the same only.
    """

    split: Split
    number: int
    label_differs: bool = False
    is_near: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Duplicates:
    """Which images equal which.

    Attributes:
        groups: the images that equal each other; each group has two or more.
        near_groups: the images that are nearly the same, and those that equal one of them.
        labels: the labels of each part of the data.
    """

    groups: tuple[tuple[Image, ...], ...]
    near_groups: tuple[tuple[Image, ...], ...]
    labels: Mapping[Split, Labels]
    _group_of: Mapping[Image, tuple[Image, ...]]
    _near_group_of: Mapping[Image, tuple[Image, ...]]

    @classmethod
    def of_groups(
        cls, groups: Iterable[tuple[Image, ...]], labels: Mapping[Split, Labels]
    ) -> "Duplicates":
        """Return the images of groups that equal each other."""
        groups = tuple(groups)
        return cls(groups, (), labels, _by_image(groups), {})

    def of(self, split: Split, number: int) -> tuple[Duplicate, ...]:
        """Return the images that equal one of either part, then those that nearly do."""
        image = (split, number)
        equal, near = self._group_of.get(image, ()), self._near_group_of.get(image, ())
        if not equal and not near:
            return ()
        return tuple(
            Duplicate(*other, self._label(other) != self._label(image), is_near)
            for group, is_near in ((equal, False), (near, True))
            for other in group
            if other != image and not (is_near and other in equal)
        )

    def with_near(self, pairs: Iterable[tuple[Image, Image]]) -> "Duplicates":
        """Return the same with the images that are nearly the same.

        Two that are near a third one are in one group with it.

        Args:
            pairs: of images that are nearly the same, in any order; equal ones may be among them.
        """
        equal = ((group[0], other) for group in self.groups for other in group[1:])
        near = tuple(group for group in _joined([*pairs, *equal]) if group not in self.groups)
        return replace(self, near_groups=near, _near_group_of=_by_image(near))

    def __len__(self) -> int:
        return len(self.groups)

    def _label(self, image: Image) -> int:
        return int(self.labels[image[0]][image[1]])


def find_duplicates(test: ImageSet, train: ImageSet) -> Duplicates:
    """Find equal images within the test images, within the training images and across the two.

    All of Fashion-MNIST takes about 0.2 s.
    """
    repeated = _repeated(_digests(test.images) + _digests(train.images))
    groups = (tuple(image_at(place, len(test)) for place in places) for places in repeated)
    return Duplicates.of_groups(groups, {Split.TEST: test.labels, Split.TRAIN: train.labels})


def image_at(place: int, tests: int) -> Image:
    """Return which image stands at a place among all, of which the first `tests` are for tests."""
    return (Split.TEST, place) if place < tests else (Split.TRAIN, place - tests)


def _digests(images: Pixels) -> list[bytes]:
    size = int(np.prod(images.shape[1:]))
    pixels = np.ascontiguousarray(images).reshape(-1).data
    return [
        hashlib.blake2b(pixels[start : start + size], digest_size=_DIGEST_BYTES).digest()
        for start in range(0, len(pixels), size)
    ]


def _repeated(digests: Sequence[bytes]) -> Iterable[list[int]]:
    """Return where each digest stands that occurs more than once.

    A list for each of 70,000 digests, nearly all with one entry, would be a burden on the garbage
    collection that takes longer than everything else.
    """
    first: dict[bytes, int] = {}
    repeated: dict[bytes, list[int]] = {}
    for position, digest in enumerate(digests):
        earlier = first.setdefault(digest, position)
        if earlier != position:
            repeated.setdefault(digest, [earlier]).append(position)
    return repeated.values()


def _joined(pairs: Iterable[tuple[Image, Image]]) -> Iterable[tuple[Image, ...]]:
    """Return the groups that pairs make, each in the order of its images, like the groups."""
    group_of: dict[Image, set[Image]] = {}
    for one, other in pairs:
        group, joining = group_of.get(one, {one}), group_of.get(other, {other})
        if len(group) < len(joining):
            group, joining = joining, group
        group |= joining
        group_of.update(dict.fromkeys(joining, group))
        group_of[one] = group_of[other] = group
    unique = {id(group): group for group in group_of.values()}
    return sorted(tuple(sorted(group, key=_in_order)) for group in unique.values())


def _by_image(groups: Iterable[tuple[Image, ...]]) -> dict[Image, tuple[Image, ...]]:
    return {image: group for group in groups for image in group}


def _in_order(image: Image) -> tuple[bool, int]:
    """Sort test images before training images."""
    return image[0] is Split.TRAIN, image[1]
