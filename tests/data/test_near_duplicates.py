"""Images that are nearly the same are all found, as brute force finds them, and no others."""

from dataclasses import replace
from itertools import combinations
from time import thread_time

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lenet_desktop.data import near_duplicates
from lenet_desktop.data.duplicates import Duplicate, Image, Pixels, find_duplicates
from lenet_desktop.data.images import DataSplits, ImageSet, LabelledImages, Split
from lenet_desktop.data.known.fashion_mnist import FASHION_MNIST
from lenet_desktop.data.near_duplicates import (
    NEAR_ERROR,
    blocks,
    find_all_duplicates,
    search_near_pairs,
    shipped_pairs,
    turned,
)
from tests.image_sets import image_set

LIMIT = 20 * 784
"""The squared distance up to which images are nearly the same."""

NO_IMAGES = image_set(np.empty((0, 28, 28), np.uint8))
FOUND = 33
"""How many pairs there are in Fashion-MNIST, as found by comparing every pair."""


def brute_force(images: Pixels) -> set[tuple[int, int]]:
    pixels = images.astype(np.int64)
    return {
        (one, other)
        for one, other in combinations(range(len(images)), 2)
        if ((pixels[one] - pixels[other]) ** 2).sum() <= LIMIT
    }


def searched(images: Pixels) -> list[tuple[int, int]]:
    return [(one, other) for some in search_near_pairs(images) for one, other in some.tolist()]


def place(position: int, tests: int = 8) -> Image:
    return (Split.TEST, position) if position < tests else (Split.TRAIN, position - tests)


def changed(image: Pixels, squared_distance: int, rng: np.random.Generator) -> Pixels:
    """Return an image of exactly this squared distance, changed in few or in many pixels."""
    result = image.reshape(-1).astype(np.int64)
    left = squared_distance
    most = int(rng.choice([7, 20, 120]))
    for place in rng.permutation(result.size).tolist():
        step = min(most, int(left**0.5))
        result[place] += step if result[place] + step <= 255 else -step
        left -= step * step
    assert left == 0
    return result.astype(np.uint8).reshape(image.shape)


def a_picture(kind: str, rng: np.random.Generator) -> Pixels:
    """Return a picture of which every pixel may be changed by 120 in one direction at least."""
    drawn: dict[str, npt.NDArray[np.number]] = {
        "noise": rng.integers(0, 256, (28, 28)),
        "flat": np.full((28, 28), rng.integers(0, 256)),
        "dark": np.zeros((28, 28)),
        "bright": np.full((28, 28), 255),
        "stripes": np.indices((28, 28))[int(rng.integers(2))] % 2 * 255,
        "halves": np.where(np.arange(784).reshape(28, 28) < rng.integers(784), 0, 255),
    }
    return drawn[kind].astype(np.uint8)


KINDS = st.sampled_from(["noise", "flat", "dark", "bright", "stripes", "halves"])


@given(
    st.lists(
        st.tuples(KINDS, st.lists(st.sampled_from([0, 1, LIMIT - 1, LIMIT, LIMIT + 1, 2 * LIMIT]))),
        max_size=5,
    ),
    st.integers(0, 2**32 - 1),
)
@example([], 0)
@example([("dark", [])], 0)
@example([("bright", [0] * 30)], 0)
@example([("dark", [LIMIT] * 12 + [LIMIT + 1] * 12)], 0)
def test_exactly_the_pairs_of_brute_force_are_found(
    groups: list[tuple[str, list[int]]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    pictures = [np.empty((0, 28, 28), np.uint8)]
    planted = 0
    for kind, distances in groups:
        picture = a_picture(kind, rng)
        near = [changed(picture, distance, rng) for distance in distances]
        pictures.append(np.stack([picture, *near]))
        planted += sum(distance <= LIMIT for distance in distances)
    images = np.concatenate(pictures)
    images = images[rng.permutation(len(images))]
    found = searched(images)
    assert len(found) == len(set(found)), "each pair once"
    assert set(found) == brute_force(images)
    assert len(found) >= planted


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 16, 16), (3, 30, 30), (1, 128, 128)])
def test_near_pairs_are_found_in_images_of_any_size_and_in_colour(
    shape: tuple[int, int, int],
) -> None:
    rng = np.random.default_rng(1)
    limit = int(NEAR_ERROR * np.prod(shape))
    images = rng.choice(np.array([0, 120, 135, 255], np.uint8), (12, *shape))
    for place, distance in enumerate((0, limit - 1, limit, limit + 1, 2 * limit)):
        images[7 + place] = changed(images[place], distance, rng)
    assert sorted(searched(images)) == [(0, 7), (1, 8), (2, 9)]


def test_more_images_than_are_compared_at_once_are_all_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They differ in eight pixels only, so blocks and components sort out hardly any pair."""
    for name, most in (("_ROWS", 64), ("_COLUMNS", 150), ("_BATCH", 1_000)):
        monkeypatch.setattr(near_duplicates, name, most)
    rng = np.random.default_rng(0)
    levels = rng.integers(0, 4, (1_000, 8)) * 80
    images = np.zeros((1_000, 28, 28), np.uint8)
    images.reshape(-1, 784)[:, rng.permutation(784)[:8]] = levels
    squares = (levels**2).sum(axis=1)
    distances = squares[:, np.newaxis] + squares - 2 * levels @ levels.T
    expected = np.argwhere(np.triu(distances <= LIMIT, 1))
    np.testing.assert_array_equal(sorted(searched(images)), expected)
    assert len(expected) > 400


def test_pairs_are_found_that_lie_as_far_apart_in_blocks_as_near_ones_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every pixel is changed by 4 or 5, so the 49 numbers by almost as much as the 784."""
    monkeypatch.setattr(near_duplicates, "_ROWS", 3)
    monkeypatch.setattr(near_duplicates, "_COLUMNS", 2)
    changes = np.where(np.arange(784) % 9 < 5, 4, 5)
    assert 0.999 * LIMIT < (changes**2).sum() <= LIMIT
    flat = np.arange(0, 250, 20)[:, np.newaxis] * np.ones(784, np.int64)
    images = np.stack([flat, flat + changes], axis=1).reshape(-1, 28, 28).astype(np.uint8)
    assert sorted(searched(images)) == [(each, each + 1) for each in range(0, len(images), 2)]


@given(KINDS, KINDS, st.integers(0, 2**32 - 1))
@example("stripes", "stripes", 0)
@example("dark", "bright", 0)
def test_blocks_never_lie_farther_apart_than_pixels(one: str, other: str, seed: int) -> None:
    """Cauchy and Schwarz: (d1 + ... + d16)² / 16 <= d1² + ... + d16², equal where all d are."""
    rng = np.random.default_rng(seed)
    images = np.stack([a_picture(one, rng), a_picture(other, rng)])
    pixels = images.astype(np.int64)
    sums = (blocks(images) * 4).astype(np.int64)
    np.testing.assert_array_equal(
        sums, pixels.reshape(2, 7, 4, 7, 4).sum(axis=(2, 4)).reshape(2, 49)
    )
    of_pixels = int(((pixels[0] - pixels[1]) ** 2).sum())
    of_blocks = int(((sums[0] - sums[1]) ** 2).sum())  # 16 times that of the sums by 4
    assert of_blocks <= 16 * of_pixels
    if {one, other} <= {"flat", "dark", "bright"}:
        assert of_blocks == 16 * of_pixels, "the bound is as tight as one can be"


@given(st.lists(KINDS, min_size=2, max_size=8), st.integers(0, 2**32 - 1))
def test_turning_keeps_distances_but_for_less_than_is_allowed_for(
    kinds: list[str], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    images = np.stack([a_picture(kind, rng) for kind in kinds])
    before, after = blocks(images).astype(np.float64), turned(blocks(images)).astype(np.float64)
    for one, other in combinations(range(len(images)), 2):
        distance = np.linalg.norm(before[one] - before[other])
        assert np.linalg.norm(after[one] - after[other]) == pytest.approx(
            distance, rel=1e-5, abs=0.4
        )
        assert np.linalg.norm(after[one, :3] - after[other, :3]) <= distance + 0.4


def test_fashion_mnist_holds_33_pairs_and_none_is_labelled_differently(
    images: ImageSet, data: DataSplits
) -> None:
    everything = np.concatenate([images.images, data.train.images.numpy()])[:, 0]
    start_s = thread_time()  # what others do on this machine meanwhile does not count
    pairs = sorted(searched(everything))
    assert thread_time() - start_s < 2
    shipped = shipped_pairs(FASHION_MNIST.fingerprint)
    assert shipped is not None
    assert pairs == [tuple(pair) for pair in shipped.tolist()]
    assert len(pairs) == FOUND
    named = [(place(one, len(images)), place(other, len(images))) for one, other in pairs]
    parts = [{split for split, _ in pair} for pair in named]
    assert parts.count({Split.TEST}) == 1
    assert parts.count({Split.TRAIN}) == 24
    assert parts.count({Split.TEST, Split.TRAIN}) == 8
    found = find_duplicates(images, data.train.as_image_set()).with_near(named)
    assert len(found) == 0, "none is equal to the last pixel"
    assert len(found.near_groups) == 21
    assert sum(len(group) for group in found.near_groups) == 49
    assert found.of(Split.TEST, 4926) == (
        Duplicate(Split.TEST, 2115, False, is_near=True),
        Duplicate(Split.TRAIN, 18494, False, is_near=True),
        Duplicate(Split.TRAIN, 59025, False, is_near=True),
    )
    for group in found.near_groups:
        for split, number in group:
            others = found.of(split, number)
            assert len(others) == len(group) - 1
            assert not any(other.label_differs for other in others)


def test_a_part_of_fashion_mnist_is_searched_as_brute_force_does(images: ImageSet) -> None:
    """Compare every pair of 5,000 images with exact arithmetic, which float64 is below 2**53."""
    pixels = images.images[:5_000].reshape(5_000, -1).astype(np.float64)
    squares = (pixels**2).sum(axis=1)
    expected = []
    for start in range(0, len(pixels), 500):
        some = pixels[start : start + 500]
        distances = squares[start : start + 500, np.newaxis] + squares - 2 * some @ pixels.T
        for one, other in np.argwhere(distances <= LIMIT).tolist():
            expected += [(start + one, other)] if start + one < other else []
    assert searched(images.images[:5_000, 0]) == expected == [(2115, 4926)]


# Groups


def test_two_that_are_near_a_third_are_in_one_group_with_it() -> None:
    ramp = np.full((5, 28, 28), 100, np.uint8) + np.array([0, 4, 8, 12, 60], np.uint8).reshape(
        5, 1, 1
    )
    labels = np.array([1, 1, 2, 1, 1])
    found = find_duplicates(image_set(ramp, labels), image_set(ramp[3:4], labels[2:3]))
    near = searched(np.concatenate([ramp, ramp[3:4]]))
    found = found.with_near((place(one, 5), place(other, 5)) for one, other in near)
    assert found.groups == (((Split.TEST, 3), (Split.TRAIN, 0)),)
    assert len(found.near_groups) == 1
    assert found.of(Split.TEST, 0) == (
        Duplicate(Split.TEST, 1, False, is_near=True),
        Duplicate(Split.TEST, 2, True, is_near=True),
        Duplicate(Split.TEST, 3, False, is_near=True),
        Duplicate(Split.TRAIN, 0, True, is_near=True),
    )
    assert found.of(Split.TEST, 3) == (
        Duplicate(Split.TRAIN, 0, True),  # equal ones come first
        Duplicate(Split.TEST, 0, False, is_near=True),
        Duplicate(Split.TEST, 1, False, is_near=True),
        Duplicate(Split.TEST, 2, True, is_near=True),
    )
    assert found.of(Split.TEST, 4) == ()


def test_images_that_are_equal_are_not_called_near() -> None:
    twice = np.zeros((2, 28, 28), np.uint8)
    found = find_duplicates(image_set(twice), NO_IMAGES).with_near(
        [((Split.TEST, 0), (Split.TEST, 1))]
    )
    assert found.near_groups == ()
    assert found.of(Split.TEST, 0) == (Duplicate(Split.TEST, 1),)


def test_what_is_near_an_image_is_near_its_equals() -> None:
    images = np.zeros((3, 28, 28), np.uint8)
    images[2] = 1
    found = find_duplicates(image_set(images), NO_IMAGES).with_near(
        [((Split.TEST, 0), (Split.TEST, 2))]
    )
    assert found.of(Split.TEST, 1) == (
        Duplicate(Split.TEST, 0),
        Duplicate(Split.TEST, 2, is_near=True),
    )


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=30))
def test_groups_are_what_can_be_reached(links: list[tuple[int, int]]) -> None:
    different = np.arange(21, dtype=np.uint8).reshape(21, 1, 1) * np.ones((28, 28), np.uint8)
    links = [(one, other) for one, other in links if one != other]
    found = find_duplicates(image_set(different[:8]), image_set(different[8:])).with_near(
        (place(one), place(other)) for one, other in links
    )
    for start in range(21):
        reached, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            ends = {end for link in links if here in link for end in link} - reached
            reached |= ends
            waiting += ends
        others = [(other.split, other.number) for other in found.of(*place(start))]
        assert others == [place(each) for each in sorted(reached - {start})]


# Of all data, and of those whose pairs are known


def test_one_of_many_equal_images_is_searched_for_all_of_them() -> None:
    """Every pair of a thousand blank images would be half a million."""
    drawn = np.zeros((1_000, 28, 28), np.uint8)
    drawn[500] = 1
    *_, found = find_all_duplicates(splits(drawn[:990], drawn[990:], "0" * 16))
    assert found is not None
    assert found.of(Split.TRAIN, 5)[-1] == Duplicate(Split.TEST, 500, False, is_near=True)
    assert len(found.of(Split.TEST, 500)) == 999


def splits(test: Pixels, train: Pixels, fingerprint: str) -> DataSplits:
    info = replace(FASHION_MNIST, fingerprint=fingerprint)

    def part(pixels: Pixels) -> LabelledImages:
        labels = np.zeros(len(pixels), np.uint8)
        return ImageSet(pixels[:, np.newaxis], labels, info).as_tensors()

    return DataSplits(train=part(train), test=part(test))


@pytest.mark.parametrize("fingerprint", ["0" * 16, FASHION_MNIST.fingerprint])
def test_images_whose_pairs_are_not_known_are_searched(fingerprint: str) -> None:
    """Also where they are called Fashion-MNIST and are not, or not all of it."""
    rng = np.random.default_rng(5)
    drawn = rng.integers(0, 256, (6, 28, 28)).astype(np.uint8)
    drawn[2], drawn[3], drawn[5] = (
        drawn[0],
        changed(drawn[0], LIMIT, rng),
        changed(drawn[1], 1, rng),
    )
    *_, found = find_all_duplicates(splits(drawn[:4], drawn[4:], fingerprint))
    assert found is not None
    assert found.groups == (((Split.TEST, 0), (Split.TEST, 2)),)
    assert found.of(Split.TEST, 1) == (Duplicate(Split.TRAIN, 1, False, is_near=True),)
    assert [other.number for other in found.of(Split.TEST, 0)] == [2, 3]


def test_what_equals_is_told_before_what_is_near_is_searched() -> None:
    twice = np.zeros((2, 28, 28), np.uint8)
    first = next(find_all_duplicates(splits(twice, twice, "0" * 16)))
    assert first is not None
    assert len(first.of(Split.TEST, 0)) == 3


def test_of_fashion_mnist_nothing_has_to_be_searched(data: DataSplits) -> None:
    """The pairs that come with it are those that a search finds; see above for what they are."""
    (found,) = find_all_duplicates(data)
    assert found is not None
    assert len(found) == 0
    assert sum(len(group) for group in found.near_groups) == 49
    assert found.of(Split.TEST, 4998) == (Duplicate(Split.TRAIN, 13360, False, is_near=True),)


def test_a_search_can_be_given_up_at_any_moment(data: DataSplits) -> None:
    unknown = replace(data.info, fingerprint="0" * 16)
    search = find_all_duplicates(data.described(unknown))
    worst_s, start_s = 0.0, thread_time()
    for _ in search:
        worst_s, start_s = max(worst_s, thread_time() - start_s), thread_time()
    assert worst_s < 0.5


def test_what_is_near_is_said_in_one_place() -> None:
    assert NEAR_ERROR * 784 == LIMIT
