"""Pictures have crisp pixels, the captions of the grid and the colours of the theme."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtGui import QColor, QImage

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.wording import DUPLICATE_MARK, NEAR_MARK
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.pictures import (
    MOST_IMAGES,
    contact_sheet,
    image_picture,
    matrix_picture,
    name_part,
)
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme
from tests.painted import pixels

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture(scope="module")
def answers(few_events: list[Event]) -> PredictionSet:
    return [event.predictions for event in few_events if isinstance(event, PredictionsReady)][-1]


def share(picture: QImage, colour: str) -> float:
    wanted = QColor(colour)
    same = pixels(picture) == (wanted.red(), wanted.green(), wanted.blue())
    return float(same.all(axis=2).mean())


def contains(picture: QImage, image: npt.NDArray[np.uint8], scale: int) -> bool:
    """Tell whether an image lies anywhere in a picture, pixel for pixel."""
    wanted = image.repeat(scale, 0).repeat(scale, 1)
    grey = pixels(picture)[..., 0]
    windows = np.lib.stride_tricks.sliding_window_view(grey, wanted.shape)
    middle = len(wanted) // 2  # one line finds the few places that are worth a closer look
    places = np.argwhere((windows[:, :, middle] == wanted[middle]).all(axis=2))
    return any((windows[row, column] == wanted).all() for row, column in places)


@pytest.mark.parametrize("scale", [1, 3, 64])
def test_every_pixel_of_an_image_becomes_a_square(few_images: ImageSet, scale: int) -> None:
    picture = image_picture(few_images, 7, scale)
    assert (picture.width(), picture.height()) == (28 * scale, 28 * scale)
    expected = few_images.images[7, 0].repeat(scale, 0).repeat(scale, 1)
    np.testing.assert_array_equal(pixels(picture), np.repeat(expected[..., np.newaxis], 3, 2))


@pytest.mark.parametrize("scale", [0, -1, 65])
def test_other_scales_are_refused(few_images: ImageSet, scale: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 64"):
        image_picture(few_images, 0, scale)
    with pytest.raises(ValueError, match="from 1 to 64"):
        matrix_picture(np.zeros((10, 10), np.intp), DEFAULT.class_names, LIGHT, scale)


@THEMES
def test_a_sheet_has_every_image(
    few_images: ImageSet, answers: PredictionSet, theme: Theme
) -> None:
    numbers = np.array([12, 3, 250])
    sheet = contact_sheet(few_images, numbers, answers, theme, columns=2, scale=2)
    for number in numbers:
        assert contains(sheet, few_images.images[number, 0], 2)
    assert not contains(sheet, few_images.images[4, 0], 2)
    assert QColor(sheet.pixel(0, 0)).name() == theme.surface


@THEMES
def test_wrong_ones_are_coloured_and_only_they(
    few_images: ImageSet, answers: PredictionSet, theme: Theme
) -> None:
    wrong, right = np.flatnonzero(~answers.correct)[:10], np.flatnonzero(answers.correct)[:10]
    assert share(contact_sheet(few_images, wrong, answers, theme), theme.wrong) > 0
    assert share(contact_sheet(few_images, right, answers, theme), theme.heat) == 0
    assert share(contact_sheet(few_images, wrong, None, theme), theme.heat) == 0


def test_captions_never_reach_into_the_next_cell(
    few_images: ImageSet, answers: PredictionSet
) -> None:
    for scale in (1, 3, 8):
        numbers = np.flatnonzero(~answers.correct)[:12]
        sheet = pixels(contact_sheet(few_images, numbers, answers, LIGHT, columns=6, scale=scale))
        inner = sheet[:, 8:-8]
        width = inner.shape[1] // 6
        for column in range(1, 6):
            assert (inner[:, column * width - 1 : column * width + 1] == 255).all(), scale


def test_captions_tell_numbers_confidences_and_marks(
    few_images: ImageSet, answers: PredictionSet
) -> None:
    one = np.array([12])
    sheet = contact_sheet(few_images, one, answers, LIGHT)
    surer = replace(answers, probabilities=answers.probabilities**2)
    for other in (
        contact_sheet(few_images, one, surer, LIGHT),
        contact_sheet(few_images, one, None, LIGHT),
        contact_sheet(few_images, one, answers, LIGHT, marked={12}),
    ):
        assert other != sheet
    assert contact_sheet(few_images, one, answers, LIGHT, marked={13}) == sheet
    assert share(contact_sheet(few_images, one, answers, LIGHT, marked={12}), LIGHT.accent) > 0
    duplicates = ImageSet(few_images.images[[5, 5]], few_images.labels[[5, 5]], few_images.info)
    numbered = [contact_sheet(duplicates, np.array([at]), None, LIGHT) for at in (0, 1)]
    assert numbered[0] != numbered[1], "the number is in the caption"


def test_a_sheet_is_no_longer_than_can_be_opened(few_images: ImageSet) -> None:
    full = contact_sheet(few_images, np.arange(MOST_IMAGES), None, LIGHT)
    more = contact_sheet(few_images, np.arange(300), None, LIGHT)
    assert more.width() == full.width()
    assert full.height() == more.height()
    assert full != more, "the line at the foot says what was left out"


@pytest.mark.parametrize(
    ("total", "first", "words"),
    [
        (1, 0, "1 image"),
        (200, 0, "200 images"),
        (1_912, 0, "The first 200 of 1,912 images"),
        (10_000, 5_000, "200 of 10,000 images from image 5007 on"),
        (10_000, 9_950, "The last 50 of 10,000 images"),
        (300, 299, "The last image of 300 images"),
        (300, 400, "0 images"),
    ],
)
def test_a_part_of_a_list_is_named(total: int, first: int, words: str) -> None:
    assert name_part(np.arange(total) + 7, first) == words


def test_a_sheet_begins_where_it_is_told_to(few_images: ImageSet, answers: PredictionSet) -> None:
    every = np.arange(300)
    sheet = contact_sheet(few_images, every, answers, LIGHT, first=90, scale=1)
    assert not contains(sheet, few_images.images[89, 0], 1)
    for number in (90, 91, 289):
        assert contains(sheet, few_images.images[number, 0], 1)
    assert not contains(sheet, few_images.images[290, 0], 1)
    rest = contact_sheet(few_images, every, answers, LIGHT, first=297, scale=1)
    assert contains(rest, few_images.images[299, 0], 1)
    assert not contains(rest, few_images.images[296, 0], 1)


@THEMES
def test_a_sheet_has_a_head(few_images: ImageSet, theme: Theme) -> None:
    numbers = np.array([3, 12])
    plain = contact_sheet(few_images, numbers, None, theme)
    sheets = [
        contact_sheet(few_images, numbers, None, theme, head=head)
        for head in (("Test images",), ("Test images", "No filter"), ("Test images", "Marked"))
    ]
    assert plain.height() < sheets[0].height() < sheets[1].height() == sheets[2].height()
    changed = np.argwhere((pixels(sheets[1]) != pixels(sheets[2])).any(axis=2))
    assert len(changed) > 0
    assert changed[:, 0].max() < 40
    wide = contact_sheet(few_images, numbers, None, theme, head=("Test images", "wide " * 60))
    ink = np.argwhere((pixels(wide) != pixels(wide)[0, 0]).any(axis=2))
    assert ink[:, 1].max() < wide.width() - 8, "nothing is cut"


def test_an_image_with_a_twin_has_the_badge_of_the_grid(few_images: ImageSet) -> None:
    numbers = np.array([3, 12])
    plain = contact_sheet(few_images, numbers, None, LIGHT)
    same, near = (
        contact_sheet(few_images, numbers, None, LIGHT, duplicate_marks={12: mark, 3: "", 7: mark})
        for mark in (DUPLICATE_MARK, NEAR_MARK)
    )
    assert share(plain, LIGHT.accent) == 0
    assert share(same, LIGHT.accent) > 0
    assert len({pixels(image).tobytes() for image in (plain, same, near)}) == 3
    changed = np.argwhere((pixels(plain) != pixels(same)).any(axis=2))
    assert changed[:, 1].min() > plain.width() // 2, "only the second one has it"


def test_a_sheet_of_nothing_says_so(few_images: ImageSet) -> None:
    sheet = contact_sheet(few_images, np.empty(0, np.intp), None, LIGHT)
    assert share(sheet, LIGHT.surface) > 0.5
    assert len(np.unique(pixels(sheet))) > 1, "there is a sentence"


@THEMES
def test_errors_stand_out_in_the_matrix(answers: PredictionSet, theme: Theme) -> None:
    counts = answers.confusion.copy()
    counts[4, 2] = counts[4].sum() * 5
    picture = matrix_picture(counts, DEFAULT.class_names, theme)
    assert share(picture, theme.heat) > 0.002
    assert share(picture, theme.surface) > 0.2
    assert (
        share(matrix_picture(np.diag(np.full(10, 5)), DEFAULT.class_names, theme), theme.heat) == 0
    )


def test_a_larger_matrix_shows_the_same(answers: PredictionSet) -> None:
    counts = answers.confusion.copy()
    once, twice = (matrix_picture(counts, DEFAULT.class_names, LIGHT, scale) for scale in (1, 2))
    assert (twice.width(), twice.height()) == (2 * once.width(), 2 * once.height())


def test_the_matrix_has_its_title_and_totals(answers: PredictionSet) -> None:
    counts = answers.confusion.copy()
    plain = matrix_picture(counts, DEFAULT.class_names, LIGHT, 1)
    third = matrix_picture(
        counts, DEFAULT.class_names, LIGHT, 1, title="Confusion matrix of test images"
    )
    assert plain.size() == third.size()
    changed = np.argwhere((pixels(plain) != pixels(third)).any(axis=2))
    assert len(changed) > 0
    assert changed[:, 0].max() < 30, "the title says it"
    # Twice as many images with the same shares: colours stay, counts and totals do not.
    same, twice = pixels(plain), pixels(matrix_picture(2 * counts, DEFAULT.class_names, LIGHT, 1))
    edge, bottom = plain.width() - 88, plain.height() - 8 - 28
    (first, _), (right, _) = ink(same[100:bottom, edge:], gap=8)
    first, right = edge + first - 1, edge + right - 1
    assert (same[:, first:right] != twice[:, first:right]).any(), "totals of rows"
    assert (same[bottom - 28 : bottom] != twice[bottom - 28 : bottom]).any(), "and of columns"
    assert len(np.unique(same[100:bottom, right:-8])) > 1, "recall"
    np.testing.assert_array_equal(same[: bottom - 28, right:], twice[: bottom - 28, right:])
    assert len(np.unique(same[bottom:-8])) > 1, "precision"
    np.testing.assert_array_equal(same[bottom:], twice[bottom:])


def ink(part: npt.NDArray[np.uint8], gap: int) -> list[tuple[int, int]]:
    """Return where something is written in a part of a picture, from left to right."""
    columns = np.flatnonzero((part != part[0, -1]).any(axis=(0, 2)))
    ends = np.flatnonzero(np.diff(columns) > gap)
    lefts, rights = np.append(0, ends + 1), np.append(ends, len(columns) - 1)
    return [(int(columns[a]), int(columns[b])) for a, b in zip(lefts, rights, strict=True)]


@pytest.mark.parametrize("images", [1_000, 6_000])
def test_names_stand_over_totals_and_shares(images: int) -> None:
    counts = np.diag(np.full(10, images - 20))
    counts[:, 3] += 20
    picture = pixels(matrix_picture(counts, DEFAULT.class_names, LIGHT, 1))
    edge = picture.shape[1] - 88
    names, figures, total = (
        ink(picture[top:bottom, edge:], gap=7)
        for top, bottom in ((40, 105), (115, 385), (393, 415))
    )
    assert (len(names), len(figures), len(total)) == (2, 2, 1)
    for name, column in zip(names, figures, strict=True):
        assert abs(sum(name) - sum(column)) / 2 <= 4, (names, figures)
    assert abs(total[0][1] - figures[0][1]) <= 1, "all images stand under the images of a class"


def test_a_matrix_in_percent_is_saved_so() -> None:
    counts = np.diag(np.full(10, 1_000))
    counts[0, 1] = 3
    in_percent = pixels(matrix_picture(counts, DEFAULT.class_names, LIGHT, 1, in_percent=True))
    counted = pixels(matrix_picture(counts, DEFAULT.class_names, LIGHT, 1))
    cells = slice(105, 385)
    changed = np.argwhere((in_percent != counted).any(axis=2))
    assert len(changed) > 0
    assert cells.start < changed[:, 0].min() <= changed[:, 0].max() < cells.stop
    # 3 of 1,003 are written otherwise than one in a hundred, and than none.
    none, one = counts.copy(), counts.copy()
    none[0, 1], one[0, 1] = 0, 10
    for other in (none, one):
        picture = pixels(matrix_picture(other, DEFAULT.class_names, LIGHT, 1, in_percent=True))
        assert (picture[cells] != in_percent[cells]).any()


def test_an_empty_matrix_is_drawn_without_counts() -> None:
    picture = matrix_picture(np.zeros((10, 10), np.intp), DEFAULT.class_names, LIGHT)
    assert share(picture, LIGHT.grid) > 0.3
