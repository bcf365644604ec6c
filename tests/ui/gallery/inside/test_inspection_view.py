"""The four pages: what they show is what was seen, and the keyboard reaches all of it."""

from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.inspection import Inspection, SeenLayer
from lenet_desktop.analysis.neighbours import Floats, Neighbour, Neighbours
from lenet_desktop.analysis.unlikeness import Unlikeness
from lenet_desktop.ui.gallery.inside.inspection_view import InspectionView, Page
from lenet_desktop.ui.gallery.inside.map_grid import MapGroup
from lenet_desktop.ui.gallery.inside.pixel_picture import Pixel
from lenet_desktop.ui.gallery.pixel_images import AGAINST_COLOUR, FOR_COLOUR, signed_image
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme

CLICK = Qt.MouseButton.LeftButton
COAT, SHIRT = 4, 6
MINUS = "\N{MINUS SIGN}"


def numbers(*shape: int) -> Floats:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


FIRST_MAPS = SeenLayer("First convolution", np.abs(numbers(6, 28, 28)))
SECOND_MAPS = SeenLayer("Second convolution", np.abs(numbers(16, 10, 10)))
FIRST_KERNELS = SeenLayer("First convolution", numbers(6, 1, 5, 5))
SECOND_KERNELS = SeenLayer("Second convolution", numbers(16, 6, 5, 5))


@pytest.fixture
def seen() -> Inspection:
    """Return an inspection in which one pixel spoke for the answer and one against it."""
    attribution = np.zeros((28, 28), np.float32)
    attribution[3, 5], attribution[20, 11] = 2.0, -1.5
    pixels = np.full((28, 28), 100, np.uint8)
    near = [
        Neighbour(1_000 + at, SHIRT if at in (2, 5) else COAT, 0.5 + at / 10, pixels)
        for at in range(8)
    ]
    probabilities = np.full(10, 0.05, np.float32)
    probabilities[COAT] = 0.55
    return Inspection(
        pixels,
        probabilities,
        (FIRST_MAPS, SECOND_MAPS),
        (FIRST_KERNELS, SECOND_KERNELS),
        numbers(84),
        attribution,
        neighbours=Neighbours(tuple(near), 60_000, 60_000),
    )  # fmt: skip


@pytest.fixture
def view(qtbot: QtBot) -> InspectionView:
    shown = InspectionView()
    qtbot.addWidget(shown)
    shown.resize(420, 260)
    shown.show()
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    return shown


def click_tab(view: InspectionView, page: Page) -> None:
    position = list(Page).index(page)
    QTest.mouseClick(view.tabs, CLICK, pos=view.tabs.tabRect(position).center())
    assert view.page is page


def test_before_anything_was_seen_it_says_what_to_do(view: InspectionView) -> None:
    assert view.placeholder.isVisible()
    assert view.placeholder.text().startswith("Train a network and select an image")
    view.show_placeholder("The network is learning.")
    assert view.placeholder.text() == "The network is learning."
    assert view.accessibleDescription() == "The network is learning."


def test_every_page_is_a_click_away_and_stays_turned_to(
    qtbot: QtBot, view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    pages = [view.attribution, view.maps, view.kernels, view.neighbours]
    for page, widget in zip(Page, pages, strict=True):
        click_tab(view, page)
        assert widget.isVisible()
        assert not view.placeholder.isVisible()
        assert view.tabs.tabToolTip(list(Page).index(page))
    assert "84 numbers each" in view.tabs.tabToolTip(list(Page).index(Page.NEIGHBOURS))
    view.show_placeholder("The network is learning.")
    assert view.placeholder.isVisible()
    view.show_inspection(seen, COAT)
    assert view.page is Page.NEIGHBOURS
    assert view.neighbours.isVisible()


def test_neighbours_are_wanted_only_while_their_page_is_turned_to(
    qtbot: QtBot, view: InspectionView
) -> None:
    wanted: list[bool] = []
    view.neighbours_wanted.connect(wanted.append)
    view.tabs.setFocus()
    for _ in range(3):
        QTest.keyClick(view.tabs, Qt.Key.Key_Right)
    assert view.page is Page.NEIGHBOURS
    QTest.keyClick(view.tabs, Qt.Key.Key_Left)
    assert wanted == [False, False, True, False]


def test_the_attribution_names_its_class_its_method_and_its_pixels(
    view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    page = view.attribution
    assert page.title.text() == "Why Coat? (55.0\xa0%)"
    assert "Sundararajan" in page.method.text()
    assert page.picture.describe(Pixel(0, 0)) == "Row 0, column 0: +0.00, said nothing"
    assert page.picture.describe(Pixel(3, 5)) == "Row 3, column 5: +2.00, spoke for it"
    assert (
        page.picture.describe(Pixel(20, 11)) == f"Row 20, column 11: {MINUS}1.50, spoke against it"
    )
    assert "Strongest pixel: Row 3, column 5" in page.picture.accessibleName()


def test_what_all_pixels_did_together_is_said_in_plain_words(
    view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    change = view.attribution.change
    assert change.text() == (
        "All pixels together, compared with a black image: +2.0 logits for Coat, "
        f"{MINUS}1.5 against it"
    )
    outcome = "this image's logit for Coat is 0.5 higher than a black image's"
    assert outcome in unescape(change.toolTip())
    assert "raw score for a class" in unescape(change.toolTip())
    view.show_inspection(replace(seen, attribution=-seen.attribution), COAT)
    assert "0.5 lower than a black image's" in unescape(change.toolTip())
    labels = [label.text() for label in view.attribution.findChildren(QLabel)]
    assert any(labels)
    assert not any("-" in text for text in labels if text), "a hyphen is no minus"


@pytest.mark.parametrize(("size", "scale"), [((344, 265), 7), ((430, 265), 8), ((900, 420), 12)])
def test_the_attribution_takes_the_room_there_is_and_all_words_are_seen(
    view: InspectionView, seen: Inspection, size: tuple[int, int], scale: int
) -> None:
    page = view.attribution
    view.resize(*size)
    for position in range(10):
        probabilities = np.full(10, 0.05, np.float32)
        probabilities[position] = 0.55
        view.show_inspection(replace(seen, probabilities=probabilities), COAT)
        view.grab()
        assert page.picture.scale == scale, "the same for each class"
        assert page.method.geometry().bottom() < page.height()
        for label in (page.title, page.change, page.method):
            assert label.height() >= label.heightForWidth(label.width())


@pytest.mark.parametrize("percent_of_font", [100, 150])
@pytest.mark.parametrize("size", [(344, 265), (360, 220), (700, 300)])
def test_a_larger_font_makes_the_attribution_smaller_not_its_words(
    view: InspectionView, seen: Inspection, size: tuple[int, int], percent_of_font: int
) -> None:
    page = view.attribution
    view.show_inspection(seen, COAT)
    view.resize(*size)
    view.grab()
    before = page.picture.scale
    font = view.font()
    font.setPointSizeF(font.pointSizeF() * percent_of_font / 100)
    view.setFont(font)
    view.grab()
    assert page.picture.scale <= before
    assert page.change.geometry().left() > page.picture.area.right()
    assert page.rect().right() >= page.change.geometry().right()


def test_the_legend_calls_colours_what_people_call_them(
    view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    click_tab(view, Page.KERNELS)
    assert view.kernels.detail == "Green adds, pink takes away, black is 0"
    green, pink = QColor(FOR_COLOUR), QColor(AGAINST_COLOUR)
    assert 90 < green.hue() < 170
    assert 310 < pink.hue() < 350, "purple ends at about 300"
    assert pink.lightnessF() > 0.6


def test_the_keyboard_goes_from_pixel_to_pixel_of_an_attribution(
    view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    picture = view.attribution.picture
    QTest.keyClick(view.tabs, Qt.Key.Key_Tab)
    assert picture.hasFocus()
    assert picture.accessibleDescription() == "Row 3, column 5: +2.00, spoke for it"
    QTest.keyClick(picture, Qt.Key.Key_Left)
    assert picture.accessibleDescription() == "Row 3, column 4: +0.00, said nothing"
    other = np.zeros((28, 28), np.float32)
    other[3, 4], other[9, 9] = -0.25, 7
    view.show_inspection(replace(seen, attribution=other), COAT)
    assert picture.accessibleDescription() == f"Row 3, column 4: {MINUS}0.250, spoke against it"
    view.tabs.setFocus()
    view.show_inspection(replace(seen, attribution=other), COAT)
    said = picture.accessibleDescription()
    assert said.startswith("Row 9, column 9:"), "with nobody there, it waits at the strongest pixel"


def test_colours_say_the_sign_and_grow_with_the_amount() -> None:
    values = np.array([[1.0, -1.0], [0.25, 0.0]], np.float32)
    image = signed_image(values, limit=1.0)
    assert image.pixelColor(0, 0) == QColor(FOR_COLOUR)
    assert image.pixelColor(1, 0) == QColor(AGAINST_COLOUR)
    assert 0 < image.pixelColor(0, 1).green() < image.pixelColor(0, 0).green()
    assert image.pixelColor(1, 1) == QColor("black")


def test_the_strongest_pixels_have_their_colours_on_screen(
    view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    picture = view.attribution.picture
    image = picture.grab().toImage()
    scale = min(picture.width(), picture.height()) // 28
    assert image.pixelColor(5 * scale, 3 * scale) == QColor(FOR_COLOUR)
    grey = image.pixelColor(15 * scale, 15 * scale)
    assert grey.red() == grey.green() == grey.blue() == 50


def test_pixels_against_stand_apart_and_the_legend_shows_it(
    view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    picture = view.attribution.picture
    image, scale = picture.grab().toImage(), picture.scale
    last = scale - 1
    assert image.pixelColor(5 * scale + last, 3 * scale + last) == QColor(FOR_COLOUR)
    against = 11 * scale, 20 * scale
    assert image.pixelColor(*against).hue() == pytest.approx(QColor(AGAINST_COLOUR).hue(), abs=3)
    for gap in ((against[0] + last, against[1]), (against[0], against[1] + last)):
        assert image.pixelColor(*gap) == QColor("black")
    legend = [label.text() for label in view.attribution.findChildren(QLabel)]
    assert "+ for it (solid)" in legend
    assert f"{MINUS} against it (grid)" in legend
    swatches = [label.pixmap().toImage() for label in view.attribution.findChildren(QLabel)
                if not label.pixmap().isNull()]  # fmt: skip
    assert [QColor("black").rgb() in {swatch.pixel(x, x) for x in range(1, swatch.width() - 1)}
            for swatch in swatches] == [False, True]  # fmt: skip
    assert view.attribution.method.text().endswith("computed with Captum")


def test_kernels_use_the_room_of_their_page(view: InspectionView, seen: Inspection) -> None:
    view.show_inspection(seen, COAT)
    click_tab(view, Page.KERNELS)
    view.resize(344, 262)  # what a window of 1280 x 800 leaves them
    second = view.kernels.part_place(6)
    assert second.width() == 4 * 5
    last = view.kernels.part_place(101)
    assert last.right() - second.left() > 0.95 * view.kernels.width()
    assert view.kernels.part_place(0).width() > second.width()


@pytest.mark.parametrize("page", [Page.ATTRIBUTION, Page.KERNELS])
def test_what_the_arrows_lead_to_is_spoken(
    view: InspectionView, seen: Inspection, page: Page, spoken: list[str]
) -> None:
    view.show_inspection(seen, COAT)
    click_tab(view, page)
    widget = view.attribution.picture if page is Page.ATTRIBUTION else view.kernels
    widget.setFocus()
    spoken.clear()  # the keyboard has come to the first of them
    QTest.keyClick(widget, Qt.Key.Key_Right)
    assert spoken == [widget.accessibleDescription()] != [""]


@pytest.mark.parametrize(("page", "count"), [(Page.MAPS, 22), (Page.KERNELS, 102)])
@pytest.mark.parametrize("size", [(420, 260), (360, 220), (900, 600)])
def test_all_maps_and_kernels_are_in_sight_and_apart(
    view: InspectionView, seen: Inspection, page: Page, count: int, size: tuple[int, int]
) -> None:
    view.show_inspection(seen, COAT)
    click_tab(view, page)
    view.resize(*size)
    grid = view.maps if page is Page.MAPS else view.kernels
    places = [grid.part_place(position) for position in range(count)]
    assert all(grid.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for at, one in enumerate(places) for other in places[:at])
    with pytest.raises(IndexError):
        grid.part_place(count)


def test_the_mouse_is_told_which_map_it_points_at(
    qtbot: QtBot, view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    click_tab(view, Page.MAPS)
    assert view.maps.detail.startswith("Black is the least")
    QTest.mouseMove(view.maps, view.maps.part_place(7).center())
    shown = SECOND_MAPS.values[1]
    low, high = shown.min(), shown.max()
    expected = f"Second convolution, map 2 of 16: {low:#.3g} to {high:#.3g}"
    qtbot.waitUntil(lambda: view.maps.detail == expected)
    assert view.maps.part_at(QPoint(-5, -5)) is None


def test_the_keyboard_goes_from_kernel_to_kernel(view: InspectionView, seen: Inspection) -> None:
    view.show_inspection(seen, COAT)
    click_tab(view, Page.KERNELS)
    QTest.keyClick(view.tabs, Qt.Key.Key_Tab)
    grid = view.kernels
    assert grid.hasFocus()
    assert grid.detail.startswith("Kernel of the first convolution's map 1:")
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.detail.startswith("Kernel of the first convolution's map 2:")
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert "reads first map 1:" in grid.detail
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert "reads first map 2:" in grid.detail
    QTest.keyClick(grid, Qt.Key.Key_End)
    kernel = SECOND_KERNELS.values[15, 5]
    assert kernel.min() < 0 < kernel.max()
    low, high = f"{MINUS}{-kernel.min():#.3g}", f"{kernel.max():#.3g}"
    assert grid.detail == f"Kernel by which second map 16 reads first map 6: {low} to {high}"
    assert grid.accessibleDescription() == grid.detail
    QTest.keyClick(grid, Qt.Key.Key_Home)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert "first convolution's map 1:" in grid.detail


def test_neighbours_of_another_class_are_marked_with_more_than_colour(
    view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    click_tab(view, Page.NEIGHBOURS)
    tiles = view.neighbours.tiles
    assert [tile.is_wrong for tile in tiles] == [at in (2, 5) for at in range(8)]
    assert tiles[2].text() == "✗ Shirt"
    assert tiles[2].accessibleName() == "Training image 1002: Shirt, not Coat, distance 0.700"
    assert tiles[0].text() == "Coat"
    assert view.neighbours.caption.text() == "6 of the 8 nearest training images are of class Coat"
    view.show_inspection(seen, SHIRT)  # the network was wrong
    assert [tile.is_wrong for tile in tiles] == [at not in (2, 5) for at in range(8)]


def test_a_click_or_the_space_bar_chooses_a_training_image(
    qtbot: QtBot, view: InspectionView, seen: Inspection
) -> None:
    view.show_inspection(seen, COAT)
    click_tab(view, Page.NEIGHBOURS)
    tiles = view.neighbours.tiles
    with qtbot.waitSignal(view.training_image_chosen) as chosen:
        QTest.mouseClick(tiles[3], CLICK)
    assert chosen.args == [1_003]
    tiles[3].setFocus()
    QTest.keyClick(tiles[3], Qt.Key.Key_Right)
    assert tiles[4].hasFocus()
    with qtbot.waitSignal(view.training_image_chosen) as chosen:
        QTest.keyClick(tiles[4], Qt.Key.Key_Space)
    assert chosen.args == [1_004]


def test_fewer_neighbours_or_none_yet_leave_no_old_ones(
    view: InspectionView, seen: Inspection
) -> None:
    click_tab(view, Page.NEIGHBOURS)
    view.show_inspection(seen, COAT)
    view.show_inspection(replace(seen, neighbours=None), COAT)
    assert view.neighbours.sentence.isVisible()
    assert view.neighbours.sentence.text() == "Looking through the training images…"
    assert not any(tile.isVisible() for tile in view.neighbours.tiles)
    assert seen.neighbours is not None
    few = replace(seen.neighbours, nearest=seen.neighbours.nearest[:3])
    view.show_inspection(replace(seen, neighbours=few), COAT)
    assert [tile.isVisible() for tile in view.neighbours.tiles] == [at < 3 for at in range(8)]
    view.show_inspection(replace(seen, neighbours=Neighbours((), 0, 0)), COAT)
    assert view.neighbours.sentence.text() == "There are no training images."


def test_neighbours_among_a_sample_are_called_so(view: InspectionView, seen: Inspection) -> None:
    click_tab(view, Page.NEIGHBOURS)
    assert seen.neighbours is not None
    caption = view.neighbours.caption
    view.show_inspection(replace(seen, neighbours=replace(seen.neighbours, searched=3_000)), COAT)
    assert caption.text() == (
        "6 of the 8 nearest training images among the first 3,000 are of class Coat"
    )
    assert "first 3,000 of 60,000 training images" in caption.toolTip()
    view.show_inspection(seen, COAT)
    assert caption.text() == "6 of the 8 nearest training images are of class Coat"
    assert "All 60,000 training images" in caption.toolTip()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_page_is_painted_in_both_themes_even_if_numbers_burst(
    view: InspectionView, seen: Inspection, theme: Theme
) -> None:
    nothing = np.full_like(seen.attribution, np.nan)
    unknown = replace(FIRST_MAPS, values=FIRST_MAPS.values * np.float32(np.nan))
    burst = replace(seen, attribution=nothing, maps=(unknown, SECOND_MAPS))
    silent = np.zeros_like(seen.attribution)
    zero = replace(SECOND_MAPS, values=np.zeros_like(SECOND_MAPS.values))
    flat = replace(seen, attribution=silent, maps=(FIRST_MAPS, zero))
    view.show_theme(theme)
    for inspection in (seen, burst, flat):
        view.show_inspection(inspection, COAT)
        for page in Page:
            click_tab(view, page)
            assert not view.grab().isNull()


def test_a_network_without_maps_says_why_and_shows_the_weights_of_its_units(
    view: InspectionView, seen: Inspection
) -> None:
    units = SeenLayer("First layer", numbers(71, 1, 28, 28), "unit")
    why = "A perceptron makes no maps."
    view.show_inspection(replace(seen, maps=(), kernels=(units,), without_maps=why), COAT)
    click_tab(view, Page.MAPS)
    assert view.placeholder.isVisible()
    assert view.placeholder.text() == view.accessibleDescription() == why
    click_tab(view, Page.KERNELS)
    grid = view.kernels
    assert grid.isVisible()
    places = [grid.part_place(position) for position in range(71)]
    assert all(grid.rect().contains(place) for place in places)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.detail.startswith("Weights of unit 71: ")
    view.show_inspection(seen, COAT)
    click_tab(view, Page.MAPS)
    assert view.maps.isVisible()


def test_kernels_of_a_first_layer_name_the_colours_that_they_read(
    view: InspectionView, seen: Inspection
) -> None:
    large = SeenLayer("First convolution", numbers(6, 124, 124))
    colours = SeenLayer("First convolution", numbers(6, 3, 5, 5))
    view.show_inspection(replace(seen, maps=(large,), kernels=(colours, SECOND_KERNELS)), COAT)
    click_tab(view, Page.MAPS)
    assert all(view.maps.rect().contains(view.maps.part_place(at)) for at in range(6))
    click_tab(view, Page.KERNELS)
    view.kernels.setFocus()
    QTest.keyClick(view.kernels, Qt.Key.Key_Down)
    assert view.kernels.detail.startswith("Kernel by which first map 1 reads green: ")


def test_one_large_weight_does_not_dim_the_others_of_a_unit() -> None:
    maps = np.full((1, 28, 28), 0.1, np.float32)
    maps[0, 0, 0] = 50
    dim, bright = (
        MapGroup("", maps, ("",), 1, is_signed=True, dazzling=share).images()[0]
        for share in (0.0, 0.02)
    )
    assert dim.pixelColor(5, 5) == QColor("black")
    assert bright.pixelColor(5, 5) == bright.pixelColor(0, 0) == QColor(FOR_COLOUR)


def test_an_image_unlike_all_others_is_said_to_be_so_beside_its_neighbours(
    view: InspectionView, seen: Inspection
) -> None:
    caption = view.neighbours.caption
    for share in (0.4, 0.99):
        found = Unlikeness(share, 500)
        view.show_inspection(replace(seen, unlikeness=found), COAT)
        assert (found.sentence in caption.text()) == (share > 0.9)
        assert found.sentence in caption.text() + unescape(caption.toolTip())
