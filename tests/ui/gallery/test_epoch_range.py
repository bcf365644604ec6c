"""Two handles on one groove: by mouse and keyboard, and what they ask the images."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.images import ImageSet
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.gallery.epoch_range import EpochRange
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


@pytest.fixture
def range_(qtbot: QtBot) -> EpochRange:
    shown = EpochRange()
    qtbot.addWidget(shown)
    shown.resize(400, 28)
    shown.show()
    shown.set_places(10, 0, 9)
    return shown


@pytest.fixture
def gallery(qtbot: QtBot, few_images: ImageSet, few_events: list[Event]) -> GalleryPanel:
    """Return a gallery that knows five epochs."""
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.resize(1_200, 700)
    panel.show()
    panel.state.set_images(few_images)
    answers = [event.predictions for event in few_events if isinstance(event, PredictionsReady)]
    for epoch in range(1, 6):
        panel.state.add(replace(answers[epoch % 2], epoch=epoch))
    return panel


def places(range_: EpochRange) -> tuple[int, int]:
    return range_.since.value(), range_.shown.value()


def at(range_: EpochRange, place: int) -> QPoint:
    return QPoint(range_.shown.middle(place), range_.height() // 2)


def test_a_click_moves_the_nearer_handle(qtbot: QtBot, range_: EpochRange) -> None:
    with qtbot.waitSignal(range_.since_moved) as told:
        QTest.mouseClick(range_, LEFT, pos=at(range_, 3))
    assert told.args == [3]
    with qtbot.waitSignal(range_.shown_moved) as told:
        QTest.mouseClick(range_, LEFT, pos=at(range_, 7))
    assert told.args == [7]
    assert places(range_) == (3, 7)


def test_a_handle_is_dragged_and_the_right_one_pushes_the_left(range_: EpochRange) -> None:
    QTest.mousePress(range_, LEFT, pos=at(range_, 9))
    for place in (6, 4, 1):
        QTest.mouseMove(range_, at(range_, place))
    assert places(range_) == (0, 1)
    QTest.mouseRelease(range_, LEFT, pos=at(range_, 1))
    range_.set_places(10, 5, 9)
    QTest.mousePress(range_, LEFT, pos=at(range_, 9))
    QTest.mouseMove(range_, at(range_, 2))
    assert places(range_) == (2, 2)
    QTest.mouseRelease(range_, LEFT, pos=at(range_, 2))
    QTest.mouseClick(range_, LEFT, pos=at(range_, 6))
    assert places(range_) == (2, 6), "of two at one place, the one on the side of the click goes"
    range_.set_places(10, 4, 4)
    QTest.mouseClick(range_, LEFT, pos=at(range_, 1))
    assert places(range_) == (1, 4)


def test_each_handle_takes_the_keyboard_and_the_left_one_stays_left(range_: EpochRange) -> None:
    range_.set_places(10, 2, 4)
    range_.since.setFocus()
    QTest.keyClick(range_.since, KEY.Key_Right)
    assert places(range_) == (3, 4)
    QTest.keyClick(range_.since, KEY.Key_End)
    assert places(range_) == (4, 4)
    range_.shown.setFocus()
    QTest.keyClick(range_.shown, KEY.Key_Home)
    assert places(range_) == (0, 0)
    for handle in (range_.since, range_.shown):
        assert handle.accessibleName()
        assert handle.accessibleDescription()


def test_placing_the_handles_asks_for_nothing(qtbot: QtBot, range_: EpochRange) -> None:
    with qtbot.assertNotEmitted(range_.since_moved), qtbot.assertNotEmitted(range_.shown_moved):
        range_.set_places(4, 1, 2)
    assert places(range_) == (1, 2)
    range_.set_places(1, 0, 0)
    assert not range_.isEnabled()


def test_the_left_handle_shows_what_was_forgotten(gallery: GalleryPanel) -> None:
    epochs = gallery.view_bar.epochs
    QTest.mouseClick(epochs, LEFT, pos=at(epochs, 2))
    assert gallery.state.query == Query(show=Show.BROKEN, since_epoch=3)
    assert gallery.epochs_bar.isVisible()
    assert gallery.epochs_bar.text.startswith("From epoch 3 to 5:")
    QTest.mouseClick(gallery.epochs_bar.counts.buttons[Show.FIXED], LEFT)
    QTest.mouseClick(epochs, LEFT, pos=at(epochs, 1))
    assert gallery.state.query == Query(show=Show.FIXED, since_epoch=2), "what is asked stays"


def test_the_right_handle_takes_what_is_compared_along(gallery: GalleryPanel) -> None:
    epochs = gallery.view_bar.epochs
    QTest.mouseClick(epochs, LEFT, pos=at(epochs, 2))
    assert places(epochs) == (2, 4)
    QTest.mousePress(epochs, LEFT, pos=at(epochs, 4))
    QTest.mouseMove(epochs, at(epochs, 1))
    QTest.mouseRelease(epochs, LEFT, pos=at(epochs, 1))
    assert places(epochs) == (1, 1)
    assert (gallery.state.query.since_epoch, gallery.state.epoch) == (2, 2)
    gallery.state.ask(Query(since_epoch=4))
    gallery.state.look_at(5)
    epochs.shown.setValue(1)
    assert gallery.state.query == Query(since_epoch=4), "where nothing is compared, nothing is"


def test_the_epochs_are_played_from_where_one_is_to_the_last(
    qtbot: QtBot, gallery: GalleryPanel
) -> None:
    bar, seen = gallery.view_bar, list[int | None]()
    gallery.state.look_at(3)
    gallery.state.changed.connect(lambda _: seen.append(gallery.state.epoch))
    bar.play_every(1)
    QTest.mouseClick(bar.play, LEFT)
    qtbot.waitUntil(lambda: not bar.play.isChecked())
    assert list(dict.fromkeys(seen)) == [4, 5]
    seen.clear()
    QTest.mouseClick(bar.play, LEFT)
    assert gallery.state.epoch == 1, "from the last one it begins anew"
    QTest.mouseClick(bar.play, LEFT)
    assert not bar.play.isChecked()
    assert gallery.state.epoch == 1


@pytest.mark.parametrize("by_key", [False, True])
def test_the_left_handle_leads_to_the_first_epoch_where_it_stands_already(
    gallery: GalleryPanel, few_events: list[Event], by_key: bool
) -> None:
    epochs, state = gallery.view_bar.epochs, gallery.state
    answers = [event.predictions for event in few_events if isinstance(event, PredictionsReady)]
    state.ask(Query(show=Show.BROKEN, since_epoch=9))
    state.open_run([replace(answers[epoch % 2], epoch=epoch) for epoch in (4, 5, 6)], [])
    assert places(epochs) == (0, 2), "of epoch 9 this run knows nothing"
    if by_key:
        QTest.keyClick(epochs.since, KEY.Key_Home)
    else:
        QTest.mouseClick(epochs, LEFT, pos=at(epochs, 0))
    assert state.query == Query(show=Show.BROKEN, since_epoch=4)
    assert gallery.epochs_bar.text.startswith("From epoch 4 to 6:")


def test_the_epochs_are_played_though_both_handles_stand_at_the_last(
    gallery: GalleryPanel,
) -> None:
    gallery.state.ask(Query(show=Show.BROKEN, since_epoch=5))
    QTest.mouseClick(gallery.view_bar.play, LEFT)
    assert gallery.state.epoch == 1


def test_another_run_is_not_played(gallery: GalleryPanel, few_events: list[Event]) -> None:
    answers = [event.predictions for event in few_events if isinstance(event, PredictionsReady)]
    gallery.state.look_at(1)
    QTest.mouseClick(gallery.view_bar.play, LEFT)
    assert gallery.view_bar.play.isChecked()
    gallery.state.open_run([replace(each, epoch=at) for at, each in enumerate(answers, 1)], [])
    assert not gallery.view_bar.play.isChecked()
