"""The strip shows the most confident mistakes on the test images, live, and leads to each."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import select
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE
from lenet_desktop.ui.gallery.grid.mistake_strip import WORST, MistakeStrip, WorstMistakes
from tests.made_images import made_images

LEFT = Qt.MouseButton.LeftButton
IMAGES = made_images(4, count=60)


def answers(images: ImageSet, epoch: int, wrong: dict[int, float]) -> PredictionSet:
    """Return answers that are right but for some images, of each of which it is so sure."""
    count, classes = len(images), len(images.info.class_names)
    sure = np.full(count, 0.9, np.float32)
    said = images.labels.astype(np.intp)
    for number, confidence in wrong.items():
        said[number] = (said[number] + 1) % classes
        sure[number] = confidence
    probabilities = np.empty((count, classes), np.float32)
    probabilities[:] = ((1 - sure) / (classes - 1))[:, np.newaxis]
    probabilities[np.arange(count), said] = sure
    return PredictionSet(
        epoch, images.labels, probabilities, np.zeros(count, np.float32), images.info
    )


@pytest.fixture
def state(qtbot: QtBot) -> GalleryState:
    shown = GalleryState()
    shown.set_images(IMAGES)
    shown.set_images(made_images(4, count=80), Split.TRAIN)
    return shown


@pytest.fixture
def strip(qtbot: QtBot, state: GalleryState) -> MistakeStrip:
    shown = MistakeStrip(state)
    qtbot.addWidget(shown)
    shown.resize(460, shown.height())
    shown.show()
    shown.activateWindow()
    return shown


def numbers_of(strip: MistakeStrip) -> list[int]:
    model = strip.model()
    return [model.index(row, 0).data(NUMBER_ROLE) for row in range(model.rowCount())]


def test_the_most_confident_mistakes_follow_the_epochs(
    state: GalleryState, strip: MistakeStrip
) -> None:
    assert numbers_of(strip) == []
    assert "After each epoch" in strip.placeholder
    state.add(answers(IMAGES, 1, {3: 0.5, 7: 0.8, 50: 0.7}))
    assert numbers_of(strip) == [7, 50, 3]
    assert strip.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("Test ima")
    state.add(answers(IMAGES, 2, {50: 0.6, 9: 0.7}))
    assert numbers_of(strip) == [9, 50]
    resets: list[None] = []
    strip.model().modelReset.connect(lambda: resets.append(None))
    state.look_at(1)
    state.browse(Split.TRAIN)
    assert not resets, "looking back costs nothing here"
    assert numbers_of(strip) == [9, 50], "whatever is looked at in the gallery"
    state.forget()
    assert numbers_of(strip) == []
    state.add(answers(IMAGES, 1, {}))
    assert strip.placeholder == "No test image is taken for another class."


def test_there_are_as_many_as_have_room_and_all_in_one_line(
    state: GalleryState, strip: MistakeStrip
) -> None:
    predictions = answers(IMAGES, 1, {number: 0.9 - number / 100 for number in range(40)})
    state.add(predictions)
    worst = select(IMAGES.labels, predictions, WORST).tolist()
    for width in (460, 900, 300):
        strip.resize(width, strip.height())
        shown = numbers_of(strip)
        assert shown == worst[: len(shown)]
        assert len(shown) == width // strip.gridSize().width()
        places = [strip.visualRect(strip.model().index(row, 0)) for row in range(len(shown))]
        assert all(strip.viewport().rect().contains(place) for place in places)
        assert strip.verticalScrollBar().maximum() == 0


def test_a_click_and_the_keyboard_lead_to_an_image(
    qtbot: QtBot, state: GalleryState, strip: MistakeStrip
) -> None:
    state.add(answers(IMAGES, 1, {3: 0.5, 7: 0.8, 50: 0.7}))
    chosen: list[int] = []
    strip.image_chosen.connect(chosen.append)
    place = strip.visualRect(strip.model().index(1, 0)).center()
    QTest.mouseClick(strip.viewport(), LEFT, pos=place)
    assert chosen == [50]

    other = QWidget()
    qtbot.addWidget(other)
    strip.clearFocus()
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(strip.hasFocus)
    assert strip.currentIndex().row() == 0
    QTest.keyClick(strip, Qt.Key.Key_End)
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert chosen == [50, 3]
    state.add(answers(IMAGES, 2, {9: 0.7, 5: 0.6, 6: 0.55, 8: 0.5}))
    assert strip.currentIndex().row() == 2, "the place that it has been led to"
    state.add(answers(IMAGES, 3, {9: 0.7}))
    assert strip.currentIndex().data(NUMBER_ROLE) == 9, "the keyboard stays where images are"


@pytest.mark.parametrize(("side", "channels", "classes"), [(8, 1, 2), (28, 1, 62), (128, 3, 5)])
def test_images_of_any_size_have_words_below_them_small_or_not(
    qtbot: QtBot, state: GalleryState, strip: MistakeStrip, side: int, channels: int, classes: int
) -> None:
    images = made_images(classes, side, channels)
    state.set_images(images)
    state.add(answers(images, 1, {0: 0.8}))
    assert numbers_of(strip) == [0]
    usual = strip.height()
    strip.set_small(True)
    assert side + 2 * strip.fontMetrics().height() < strip.height() <= usual
    strip.grab()
    strip.set_small(False)
    assert strip.height() == usual
    later = MistakeStrip(state)
    qtbot.addWidget(later)
    assert later.gridSize() == strip.gridSize()


def test_another_data_set_takes_the_place_of_the_one_before(
    state: GalleryState, strip: MistakeStrip
) -> None:
    state.add(answers(IMAGES, 1, {3: 0.5}))
    state.set_images(made_images(3))
    assert numbers_of(strip) == []


def test_its_head_tells_the_epoch(qtbot: QtBot, state: GalleryState) -> None:
    card = WorstMistakes(state)
    qtbot.addWidget(card)
    before = card.title.text()
    state.add(answers(IMAGES, 3, {3: 0.5}))
    assert card.title.text() == f"{before} after epoch 3"
    assert not card.legend.isHidden()
