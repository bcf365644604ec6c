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

from lenet_desktop.data.images import Split

Pixels = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.integer]
Image = tuple[Split, int]
"""A part of the data and where the image stands in it, from 0."""

_DIGEST_BYTES = 16
"""128 bits: two different images among 70,000 that share a digest are not to be expected."""


class EqualImage(NamedTuple):
    """An image that equals another one, or nearly.

    Attributes:
        split: the part of the data that it stands in.
        number: where it stands there, from 0.
        label_differs: whether its label is another one, None where the labels are not known.
        is_near: whether the two are nearly the same only.
    """

    split: Split
    number: int
    label_differs: bool | None = None
    is_near: bool = False


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Duplicates:
    """Which images equal which.

    Attributes:
        groups: the images that equal each other; each group has two or more.
        near_groups: the images that are nearly the same, and those that equal one of them.
        labels: the labels of each part of the data, None where they are not known.
    """

    groups: tuple[tuple[Image, ...], ...]
    near_groups: tuple[tuple[Image, ...], ...]
    labels: Mapping[Split, Labels | None]
    _group_of: Mapping[Image, tuple[Image, ...]]
    _near_group_of: Mapping[Image, tuple[Image, ...]]

    @classmethod
    def of_groups(
        cls, groups: Iterable[tuple[Image, ...]], labels: Mapping[Split, Labels | None]
    ) -> "Duplicates":
        """Return the images of groups that equal each other."""
        groups = tuple(groups)
        return cls(groups, (), labels, _by_image(groups), {})

    def of(self, split: Split, number: int) -> tuple[EqualImage, ...]:
        """Return the images that equal one of either part, then those that nearly do."""
        image = (split, number)
        equal, near = self._group_of.get(image, ()), self._near_group_of.get(image, ())
        if not equal and not near:
            return ()
        own = self._label(image)
        return tuple(
            EqualImage(*other, None if own is None else self._label(other) != own, is_near)
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

    def _label(self, image: Image) -> int | None:
        given = self.labels[image[0]]
        return None if given is None else int(given[image[1]])


def find_duplicates(
    test: Pixels,
    train: Pixels | None = None,
    *,
    test_labels: Labels | None = None,
    train_labels: Labels | None = None,
) -> Duplicates:
    """Find equal images within the test images, within the training images and across the two.

    All of Fashion-MNIST takes about 0.2 s.

    Args:
        test: uint8 (N, 28, 28) or (N, 1, 28, 28).
        train: uint8 (M, 28, 28) or (M, 1, 28, 28), None to look at the test images alone.
        test_labels: integers (N,), None where it does not matter if labels differ.
        train_labels: integers (M,), likewise.

    Raises:
        ValueError: there is not one label for each image.
    """
    # Labels of one part alone cannot say whether those of the two differ.
    labelled = test_labels is not None and (train is None or train_labels is not None)
    places: list[tuple[Split, int]] = []  # of the first image of each split, among all of them
    labels: dict[Split, Labels | None] = {}
    digests: list[bytes] = []
    for split, images, given in (
        (Split.TEST, test, test_labels),
        (Split.TRAIN, train, train_labels),
    ):
        if images is None:
            continue
        if given is not None and len(given) != len(images):
            raise ValueError("There must be one label for each image.")
        labels[split] = given if labelled else None
        places.append((split, len(digests)))
        digests += _digests(images)
    groups = (tuple(_image(places, position) for position in group) for group in _repeated(digests))
    return Duplicates.of_groups(groups, labels)


def _digests(images: Pixels) -> Sequence[bytes]:
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


def _image(places: Sequence[tuple[Split, int]], position: int) -> Image:
    """Return which image stands at a position among all images."""
    split, start = next(place for place in reversed(places) if place[1] <= position)
    return split, position - start
