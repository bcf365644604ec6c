"""The way from a picture to what a network reads."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lenet_desktop.data.images import DataSplits, Split
from lenet_desktop.data.known import small_digits
from lenet_desktop.data.pictures.preparation import (
    AS_IT_IS,
    DRAWN,
    PHOTOGRAPHED,
    Fit,
    Invert,
    Preparation,
    prepare,
)

Pixels = npt.NDArray[np.uint8]

preparations = st.builds(
    Preparation,
    invert=st.sampled_from(Invert),
    levels=st.booleans(),
    crop=st.booleans(),
    fit=st.sampled_from(Fit),
)
sizes = st.tuples(st.integers(1, 40), st.integers(1, 40)) | st.sampled_from([(1, 900), (700, 2)])
shapes = sizes.flatmap(lambda size: st.sampled_from([size, (*size, 3)]))


@st.composite
def drawings(draw: st.DrawFn) -> Pixels:
    """Draw up to three strokes, light on black, of some width and some brightness."""
    paper = np.zeros((80, 80), np.uint8)
    for _ in range(draw(st.integers(1, 3))):
        top, left, height, width = (draw(st.integers(5, 35)) for _ in range(4))
        paper[top : top + height, left : left + width] = draw(st.integers(120, 255))
    return paper


def on_paper(ink: Pixels, top: int, left: int, side: int = 90) -> Pixels:
    """Return black ink on white paper."""
    paper = np.full((side, side), 255, np.uint8)
    height, width = ink.shape
    paper[top : top + height, left : left + width] = 255 - ink
    return paper


def stroke(height: int = 40, width: int = 16) -> Pixels:
    """Return something that is no more on one side than its mass is."""
    ink = np.zeros((height, width), np.uint8)
    ink[:, 4:8] = 255
    ink[-6:, :] = 255
    return ink


@given(hnp.arrays(np.uint8, shapes), st.integers(8, 128), st.sampled_from([1, 3]), preparations)
@bounded(max_examples=60)
def test_any_picture_becomes_what_a_network_reads(
    picture: Pixels, side: int, channels: int, how: Preparation
) -> None:
    before = picture.copy()

    prepared = prepare(picture, side, channels, how)

    assert prepared.pixels.shape == (channels, side, side)
    assert prepared.pixels.dtype == np.uint8
    assert not prepared.pixels.flags.writeable
    assert (picture == before).all()
    if prepared.steps and channels == 1:
        np.testing.assert_array_equal(prepared.steps[-1].pixels, prepared.pixels[0])


def test_a_digit_is_fitted_as_those_of_mnist_are() -> None:
    prepared = prepare(on_paper(stroke(), 30, 20), 28, 1, DRAWN).pixels[0].astype(float)

    rows, columns = np.flatnonzero(prepared.any(axis=1)), np.flatnonzero(prepared.any(axis=0))
    centre = [prepared.sum(axis=1 - axis) @ np.arange(28) / prepared.sum() for axis in (0, 1)]
    assert rows[-1] - rows[0] + 1 == 20  # its longer side
    assert columns[-1] - columns[0] + 1 == 8
    assert centre == pytest.approx([13.5, 13.5], abs=0.5)
    assert prepared.max() == 255


@given(st.integers(0, 50), st.integers(0, 70))
@bounded(max_examples=20)
def test_where_it_stands_on_the_paper_does_not_matter(top: int, left: int) -> None:
    expected = prepare(on_paper(stroke(), 10, 10), 28, 1).pixels

    np.testing.assert_array_equal(prepare(on_paper(stroke(), top, left), 28, 1).pixels, expected)


@given(drawings(), st.integers(2, 3), st.sampled_from([8, 28, 40]))
@bounded(max_examples=15)
def test_neither_its_size_nor_what_is_dark_on_it_matters(
    drawn: Pixels, times: int, side: int
) -> None:
    picture, larger = (drawn.repeat(n, axis=0).repeat(n, axis=1) for n in (6, 6 * times))
    expected = prepare(picture, side, 1).picture

    np.testing.assert_array_equal(prepare(255 - picture, side, 1).picture, expected)
    found = prepare(larger, side, 1).picture.astype(int)
    # A centre of mass between two pixels is rounded to either.
    shifts = [np.roll(expected, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert min(np.abs(found - shifted).max() for shifted in shifts) <= 16


def test_a_digit_that_was_prepared_before_is_nearly_itself() -> None:
    digits = small_digits.read(Path())[Split.TEST].images[:60, 0]

    again = np.stack([prepare(digit, 28, 1).picture for digit in digits])
    apart = np.abs(again.astype(int) - digits).mean(axis=(1, 2))
    assert np.median(apart) < 1
    assert apart.max() < 12


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", [500, 1_000, 3_000])
def test_a_thin_stroke_on_a_large_paper_is_seen(side: int, channels: int) -> None:
    paper = np.full((side, side), 250, np.uint8)
    paper[side // 10 : -side // 10, side // 2] = 30
    paper[side // 2, side // 10 : -side // 10] = 30

    prepared = prepare(paper, 28, channels, DRAWN)

    assert prepared.pixels.max() == 255
    assert ((prepared.pixels > 100).sum(axis=(1, 2)) >= 38).all(), "two strokes of 20 pixels"
    assert prepared.pixels[:, 0, 0].max() == 0


@pytest.mark.parametrize("how", [DRAWN, PHOTOGRAPHED])
def test_dark_on_light_and_light_on_dark_are_the_same(how: Preparation) -> None:
    paper = on_paper(stroke(), 20, 30)

    np.testing.assert_array_equal(
        prepare(paper, 28, 1, how).pixels, prepare(255 - paper, 28, 1, how).pixels
    )


def test_a_photograph_fills_the_frame() -> None:
    prepared = prepare(on_paper(stroke(), 20, 30), 28, 1, PHOTOGRAPHED).pixels[0]

    assert np.flatnonzero(prepared.any(axis=1)).tolist() == list(range(28))


def test_an_image_of_fashion_mnist_is_one_already(few: DataSplits) -> None:
    for image in few.test.images[:100, 0].numpy():
        for picture in (image, 255 - image):
            np.testing.assert_array_equal(prepare(picture, 28, 1, PHOTOGRAPHED).picture, image)


def test_what_is_not_made_smaller_is_not_sharpened() -> None:
    soft = np.tile(np.array([0, 0, 90, 90, 180, 180], np.uint8).repeat(4), (12, 1))

    prepared = prepare(soft, 28, 1, PHOTOGRAPHED)

    assert prepared.pixels.max() == 180
    assert not any("sharpened" in step.words for step in prepared.steps)


def test_greys_of_a_photograph_stay_grey() -> None:
    picture = np.full((60, 60), 255, np.uint8)
    picture[10:50, 10:50] = 155

    prepared = prepare(picture, 28, 1, PHOTOGRAPHED).pixels[0]

    assert prepared[14, 14] == 100


def test_an_image_of_the_right_size_stays_as_it_is() -> None:
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)

    prepared = prepare(image, 28, 1, AS_IT_IS)

    assert prepared.steps == ()
    np.testing.assert_array_equal(prepared.pixels[0], image)


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("shape", [(40, 40), (40, 20), (20, 40)])
@pytest.mark.parametrize("colour", [200, (10, 200, 90)])
def test_what_is_missing_to_a_square_is_of_the_colour_of_the_edge(
    fit: Fit, shape: tuple[int, int], colour: int | tuple[int, ...]
) -> None:
    paper = np.full((*shape, *np.shape(colour)), colour, np.uint8)

    prepared = prepare(paper, 28, 3, replace(AS_IT_IS, fit=fit))

    expected = np.broadcast_to(np.array(colour, np.uint8), (28, 28, 3))
    np.testing.assert_array_equal(prepared.picture, expected)
    assert prepared.is_empty


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_nothing_but_background_is_empty(grey: int) -> None:
    prepared = prepare(np.full((50, 40), grey, np.uint8), 28, 1)

    assert prepared.is_empty
    assert len(np.unique(prepared.pixels[0])) <= 2


def test_every_step_says_what_it_did() -> None:
    picture = np.repeat(on_paper(stroke(), 20, 30)[..., np.newaxis], 3, axis=2)
    picture[picture == 0] = 40

    steps = prepare(picture, 28, 1).steps

    assert len(steps) == 5
    assert all(step.words.endswith(".") for step in steps)
    assert steps[-1].pixels.shape == (28, 28)


@pytest.mark.parametrize("fit", Fit)
def test_an_enormously_long_picture_is_fitted_in_little_memory(fit: Fit) -> None:
    line = np.zeros((3, 100_000), np.uint8)
    line[1] = 255

    tracemalloc.start()
    try:
        assert prepare(line, 28, 1, Preparation(fit=fit)).pixels.shape == (1, 28, 28)
        assert tracemalloc.get_traced_memory()[1] < 40e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("wide", [True, False])
def test_what_is_cropped_is_the_middle(wide: bool) -> None:
    grey = np.repeat(np.array([10, 200, 90], np.uint8), 28)
    picture = np.tile(grey, (28, 1)) if wide else np.tile(grey, (28, 1)).T

    how = replace(AS_IT_IS, fit=Fit.CROPPED)
    assert np.unique(prepare(picture, 28, 1, how).pixels).tolist() == [200]
