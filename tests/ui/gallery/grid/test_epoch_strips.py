"""The strip under each image of the grid: every mark is one epoch, and words say the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QCursor, QImage
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import ImageSet
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.grid.epoch_strips import (
    STRIP_HEIGHT,
    describe_epochs,
    draw_strips,
    epochs_that_fit,
)
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme

COURSES = {
    "rrr": "right in 3 of 3 epochs",
    "www": "right in 0 of 3 epochs",
    "wrr": "right in 2 of 3 epochs, last learned in epoch 5",
    "rwr": "right in 2 of 3 epochs, last learned in epoch 9",
    "rww": "right in 1 of 3 epochs, last forgotten in epoch 5",
    "wrw": "right in 1 of 3 epochs, last forgotten in epoch 9",
}


@pytest.mark.parametrize(("course", "words"), COURSES.items())
def test_words_say_how_often_and_what_changed_last(course: str, words: str) -> None:
    assert describe_epochs([2, 5, 9], [letter == "r" for letter in course]) == words


def test_a_single_epoch_is_counted_in_the_singular() -> None:
    assert describe_epochs([4], [True]) == "right in 1 of 1 epoch"


@given(st.data())
def test_every_mark_is_one_epoch_and_wrong_ones_stand_out(data: st.DataObject) -> None:
    width = 28 * data.draw(st.integers(1, 6))
    known = data.draw(st.integers(2, 1_000))
    shown = data.draw(st.integers(0, min(known, epochs_that_fit(width))))
    theme = data.draw(st.sampled_from([LIGHT, DARK]))
    rights = st.lists(st.booleans(), min_size=shown, max_size=shown)
    right = np.array([data.draw(rights), data.draw(rights)], np.bool_).T.reshape(shown, 2)

    strips = draw_strips(right, known, width, theme)

    assert strips.shape == (2, STRIP_HEIGHT, width)
    pitch = max(2, width // max(known, 10))
    for image in range(2):
        heights = [np.count_nonzero(column) for column in strips[image].T]
        expected = [1 if is_right else STRIP_HEIGHT for is_right in right[:, image]]
        assert heights[: shown * pitch : pitch] == expected
        assert not any(heights[shown * pitch :]), "nothing follows the epoch that is looked at"
        lowest = strips[image, -1, : shown * pitch : pitch].tolist()
        colours = {True: QColor(theme.muted).rgba(), False: QColor(theme.wrong).rgba()}
        assert lowest == [colours[is_right] for is_right in right[:, image].tolist()]


def test_marks_stay_in_place_while_one_goes_through_the_epochs() -> None:
    right = np.random.default_rng(0).random((30, 5)) < 0.5
    last = draw_strips(right, 30, 84, LIGHT)
    for shown in range(30):
        earlier = draw_strips(right[:shown], 30, 84, LIGHT)
        np.testing.assert_array_equal(earlier[..., : 2 * shown], last[..., : 2 * shown])


@pytest.fixture
def answers(few_events: list[Event]) -> list[PredictionSet]:
    return [event.predictions for event in few_events if isinstance(event, PredictionsReady)]


@pytest.fixture
def gallery(qtbot: QtBot, few_images: ImageSet) -> GalleryPanel:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.resize(1_200, 700)
    panel.show()
    QCursor.setPos(panel.mapToGlobal(QPoint(-20, -20)))  # or a cell may be tinted under it
    panel.state.set_images(few_images)
    return panel


def strip_of(gallery: GalleryPanel, row: int, theme: Theme) -> list[str]:
    """Return the marks under an image, as they are on the screen, a letter for each."""
    side = 28 * gallery.view_bar.size_slider.value()
    picture: QImage = gallery.view.viewport().grab().toImage()
    cell = gallery.view.visualRect(gallery.model.index(row))
    left = cell.left() + (cell.width() - side) // 2
    top = cell.top() + (8 if side > 28 else 5) + side + 2
    letters = {theme.wrong: "w", theme.muted: "r", theme.surface: " "}
    for raised in (top, top + STRIP_HEIGHT - 2):
        marks = {picture.pixelColor(left + x, raised).name() for x in range(side)}
        assert marks <= {theme.wrong, theme.surface}, "only what is wrong is high"
    bottom = [picture.pixelColor(left + x, top + STRIP_HEIGHT - 1).name() for x in range(side)]
    return [letters[colour] for colour in bottom[:: side // 10]]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("scale", [1, 2, 3, 6])
def test_every_image_carries_the_strip_of_its_epochs(
    gallery: GalleryPanel, answers: list[PredictionSet], theme: Theme, scale: int
) -> None:
    gallery.view_bar.size_slider.setValue(scale)
    gallery.show_theme(theme)
    for predictions in answers:
        gallery.state.add(predictions)
    for row in range(1, 4):  # the first is selected, on a ground of its own
        expected = ["r" if each.correct[row] else "w" for each in answers]
        assert strip_of(gallery, row, theme)[:10] == expected + [" "] * 8


def test_the_epoch_that_is_looked_at_ends_the_strip(
    gallery: GalleryPanel, answers: list[PredictionSet]
) -> None:
    gallery.state.add(answers[0])
    assert not "".join(strip_of(gallery, 1, LIGHT)).strip(), "one epoch is no history"
    gallery.state.add(answers[1])
    gallery.state.look_at(1)
    assert len("".join(strip_of(gallery, 1, LIGHT)).strip()) == 1
    gallery.state.forget()
    assert not "".join(strip_of(gallery, 1, LIGHT)).strip(), "nor has a new run any"


def test_a_strip_changes_no_place(gallery: GalleryPanel, answers: list[PredictionSet]) -> None:
    before = gallery.view.gridSize(), gallery.view.visualRect(gallery.model.index(9))
    for predictions in answers:
        gallery.state.add(predictions)
    assert (gallery.view.gridSize(), gallery.view.visualRect(gallery.model.index(9))) == before


def test_the_strip_is_spoken(gallery: GalleryPanel, answers: list[PredictionSet]) -> None:
    for predictions in answers:
        gallery.state.add(predictions)
    for row in range(60):
        right = [bool(each.correct[row]) for each in answers]
        words = describe_epochs([1, 2], right)
        index = gallery.model.index(row)
        assert index.data(Qt.ItemDataRole.AccessibleTextRole).endswith(f", {words}")
        assert words in index.data(Qt.ItemDataRole.ToolTipRole)
    gallery.state.look_at(1)
    spoken = gallery.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith(" of 1 epoch")


def test_the_selected_image_has_its_strip_on_the_ground_of_the_selection(
    gallery: GalleryPanel, answers: list[PredictionSet]
) -> None:
    for predictions in answers:
        gallery.state.add(predictions)
    cell = gallery.view.visualRect(gallery.model.index(0))
    picture = gallery.view.viewport().grab().toImage()
    ground = picture.pixelColor(cell.left() + 6, cell.center().y())
    assert ground.name() != LIGHT.surface
    top_right = QPoint(cell.center().x() + 41, cell.top() + 8 + 84 + 2)
    assert picture.pixelColor(top_right) == ground
