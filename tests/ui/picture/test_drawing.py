"""Strokes, what takes them back, and pixels that are the same however they came about."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QImage, QPainter

from lenet_desktop.data.pictures.preparation import AS_IT_IS, DRAWN, prepare
from lenet_desktop.ui.picture.drawing import PAPER, Dab, Drawing, Sheet, as_image

PLACES = st.integers(0, PAPER).map(float)
PRESSED = st.builds(Dab, PLACES, PLACES, st.sampled_from((0.02, 0.08, 0.2)))
STROKES = st.lists(
    st.tuples(st.lists(PRESSED, min_size=1, max_size=6), st.booleans()), min_size=1, max_size=4
)


def draw(
    drawing: Drawing, *places: tuple[float, float], width: float = 0.1, erases: bool = False
) -> None:
    """Draw one stroke through places, each as shares of an empty sheet."""
    dabs = [Dab(x * PAPER, y * PAPER, width) for x, y in places]
    drawing.begin(dabs[0], erases=erases)
    for dab in dabs[1:]:
        drawing.extend(dab)
    drawing.end()


@pytest.fixture
def drawing(qapp: object) -> Drawing:
    return Drawing()


@settings(max_examples=15)
@given(strokes=STROKES)
def test_what_is_taken_back_and_done_again_has_the_same_pixels(
    qapp: object, strokes: list[tuple[list[Dab], bool]]
) -> None:
    drawing, seen = Drawing(), []
    for dabs, erases in strokes:
        seen.append(drawing.pixels)
        drawing.begin(dabs[0], erases=erases)
        for dab in dabs[1:]:
            drawing.extend(dab)
        drawing.end()
    last = drawing.pixels
    for before in reversed(seen):
        drawing.undo()
        np.testing.assert_array_equal(drawing.pixels, before)
    assert not drawing.can_undo
    while drawing.can_redo:
        drawing.redo()
    np.testing.assert_array_equal(drawing.pixels, last)


def test_strokes_are_dark_and_smooth_on_white_paper(drawing: Drawing) -> None:
    assert drawing.is_blank
    assert (drawing.pixels == 255).all()
    draw(drawing, (0.2, 0.2), (0.5, 0.6), (0.8, 0.2))
    pixels = drawing.pixels
    assert pixels.shape == (PAPER, PAPER)
    assert pixels.dtype == np.uint8
    assert not pixels.flags.writeable
    assert pixels[PAPER // 5, PAPER // 5] == 0
    edges = pixels[(pixels > 0) & (pixels < 255)]
    assert len(np.unique(edges)) > 50, "no stairs"
    assert pixels[round(0.59 * PAPER), PAPER // 2] == 255, "bent, without a corner"
    assert not prepare(pixels, 28, 1, DRAWN).is_empty


def test_a_dot_is_as_wide_as_the_pen(drawing: Drawing) -> None:
    draw(drawing, (0.5, 0.5), width=0.2)
    dark = (drawing.pixels < 128).sum()
    assert dark == pytest.approx(np.pi * (0.1 * PAPER) ** 2, rel=0.02)


def test_an_eraser_takes_away_and_a_new_stroke_ends_what_was_undone(drawing: Drawing) -> None:
    draw(drawing, (0.1, 0.5), (0.9, 0.5))
    draw(drawing, (0.5, 0.1), (0.5, 0.9), width=0.2, erases=True)
    row = drawing.pixels[PAPER // 2]
    assert row[PAPER // 2] == 255
    assert row[PAPER // 5] == row[PAPER * 4 // 5] == 0
    drawing.undo()
    assert drawing.pixels[PAPER // 2, PAPER // 2] == 0
    draw(drawing, (0.2, 0.2))
    assert not drawing.can_redo


def test_while_a_stroke_is_drawn_it_is_seen(drawing: Drawing) -> None:
    drawing.begin(Dab(100, 100, 0.1), erases=False)
    first = drawing.pixels
    drawing.extend(Dab(300, 100, 0.1))
    assert first[100, 150] == 255
    assert drawing.pixels[100, 150] == 0
    assert not drawing.is_blank
    drawing.undo()
    assert drawing.is_blank, "as a whole"


def test_a_picture_is_as_it_came_until_it_is_drawn_on(drawing: Drawing) -> None:
    rng = np.random.default_rng(0)
    photograph = rng.integers(0, 256, (900, 1600, 3), np.uint8)
    drawing.show(Sheet.of(photograph))
    assert drawing.pixels is photograph
    drawing.begin(Dab(200, 200, 0.05), erases=False)
    drawing.end()
    assert drawing.pixels.shape == (630, 1120, 3), "smaller, in the same shape"
    drawing.undo()
    assert drawing.pixels is photograph
    drawing.undo()
    assert drawing.is_blank


def test_on_a_dark_image_the_pen_is_white_and_what_is_not_drawn_on_stays(drawing: Drawing) -> None:
    image = np.zeros((28, 28), np.uint8)
    image[5:20, 8:16] = np.arange(120, dtype=np.uint8).reshape(15, 8) + 100
    drawing.show(Sheet.of(image))
    side = drawing.sheet.size.width()
    assert side % 28 == 0
    drawing.begin(Dab(side * 25.5 / 28, side * 25.5 / 28, 2 / 28), erases=False)
    drawing.end()
    seen = prepare(drawing.pixels, 28, 1, AS_IT_IS).pixels[0]
    np.testing.assert_array_equal(seen[:22, :22], image[:22, :22])
    assert seen[25, 25] == 255
    drawing.begin(Dab(side * 12 / 28, side * 12 / 28, 0.1), erases=True)
    drawing.end()
    assert prepare(drawing.pixels, 28, 1, AS_IT_IS).pixels[0, 12, 12] == 0


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 3), (7, 2, 3)])
def test_pixels_become_an_image_and_stay_what_they_are(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    image = as_image(pixels)
    for row, column in np.ndindex(*shape[:2]):
        colour = image.pixelColor(column, row)
        expected = np.broadcast_to(pixels[row, column], 3).tolist()
        assert [colour.red(), colour.green(), colour.blue()] == expected


def test_it_is_painted_in_any_size_as_it_is(drawing: Drawing) -> None:
    draw(drawing, (0.1, 0.1), (0.9, 0.9), width=0.2)
    for side in (140, 1120):
        shown = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(shown)
        painter.scale(side / PAPER, side / PAPER)
        drawing.paint(painter)
        painter.end()
        for x, y in ((0.5, 0.5), (0.1, 0.9), (0.3, 0.3)):
            expected = drawing.pixels[int(y * PAPER), int(x * PAPER)]
            assert shown.pixelColor(int(x * side), int(y * side)).value() == expected


def test_large_pictures_are_not_all_kept_to_be_brought_back() -> None:
    drawing = Drawing()
    photographs = [np.zeros((5_000, 8_000, 3), np.uint8) for _ in range(5)]
    for photograph in photographs:
        drawing.show(Sheet(photograph))
    held = 1
    while drawing.can_undo:
        drawing.undo()
        held += 1
    assert held == 2
    assert drawing.sheet.picture is photographs[-2]
    drawing.redo()
    assert drawing.sheet.picture is photographs[-1]
