"""The gallery through the epochs and across its sources: every view agrees with every other."""

import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis import run_networks
from lenet_desktop.analysis.queries import Query, Show, Sort
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits, ImageSet, Split
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.predictions import confused_pairs
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.session.judging_session import JudgingSession
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.training.epoch_file import KeptEpoch
from lenet_desktop.training.events import EpochDone, Event, PredictionsReady
from lenet_desktop.training.sampling import hold_out
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.inside.pixel_picture import Pixel

CLICK = Qt.MouseButton.LeftButton


@pytest.fixture
def answers(few_events: list[Event]) -> list[PredictionsReady]:
    return [event for event in few_events if isinstance(event, PredictionsReady)]


@pytest.fixture
def gallery(qtbot: QtBot, few_images: ImageSet, answers: list[PredictionsReady]) -> GalleryPanel:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.resize(1_200, 700)
    panel.show()
    panel.state.set_images(few_images)
    for event in answers:
        panel.state.add(event.predictions, event.snapshot)
    return panel


def test_the_slider_replays_grid_matrix_and_counts(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    gallery.filters.set_query(Query(show=Show.MISCLASSIFIED))
    slider = gallery.view_bar.epoch_slider
    for position, event in [(0, answers[0]), (1, answers[1]), (0, answers[0])]:
        slider.setValue(position)
        wrong = np.flatnonzero(~event.predictions.correct)
        np.testing.assert_array_equal(gallery.state.numbers, wrong)
        assert gallery.filters.count.text() == f"{len(wrong)} of 300"
        counts = gallery.matrix.counts
        assert counts is not None
        assert counts.sum() - np.trace(counts) == len(wrong)
        assert gallery.view_bar.epoch_label.text() == f"{event.predictions.epoch} of 2"


def test_networks_that_are_kept_are_not_held_but_read_again(
    gallery: GalleryPanel,
    few_events: list[Event],
    answers: list[PredictionsReady],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_networks, "AT_HAND", 1)
    folder, state, first = RunFolder(tmp_path), gallery.state, answers[0]
    done = next(event for event in few_events if isinstance(event, EpochDone))
    assert first.snapshot is not None
    config, weights = first.snapshot.config, first.snapshot.weights
    folder.write_epoch(
        KeptEpoch(config, done, np.empty(0, np.float32), (), first.predictions, first.snapshot)
    )
    own = {name: array.copy() for name, array in weights.items()}
    held = [weakref.ref(array) for array in own.values()]
    state.forget()
    state.use_source(folder)
    state.add(first.predictions, replace(first.snapshot, weights=own))
    del own
    assert all(array() is not None for array in held)
    state.add(answers[1].predictions, answers[1].snapshot)
    assert all(array() is None for array in held)
    state.look_at(1)
    assert state.snapshot is not None
    for name, array in weights.items():
        np.testing.assert_array_equal(state.snapshot.weights[name], array)


def test_the_best_epoch_by_validation_is_marked_by_a_word_and_a_shape(
    gallery: GalleryPanel,
) -> None:
    bar = gallery.view_bar

    def look(epoch: int) -> tuple[str, QImage]:
        gallery.state.look_at(epoch)
        return bar.epoch_label.text(), bar.epochs.grab().toImage()

    (_, unmarked), _ = look(1), look(2)
    gallery.state.mark_best(1)
    (here, marked), (elsewhere, _) = look(1), look(2)
    assert (here, elsewhere) == ("1 of 2, best", "2 of 2, best 1")
    assert marked != unmarked
    assert "best 1 by validation" in bar.epoch_slider.accessibleDescription()
    width = bar.epoch_label.minimumWidth()
    look(1)
    assert bar.epoch_label.minimumWidth() == width, "the slider stays where it is"

    gallery.state.forget()
    assert "best" not in bar.epoch_label.text()
    assert bar.epochs.marked is None


def test_an_image_that_was_held_out_says_so_where_it_is_looked_at(
    gallery: GalleryPanel, few: DataSplits, answers: list[PredictionsReady]
) -> None:
    snapshot = answers[0].snapshot
    assert snapshot is not None
    config = replace(snapshot.config, validation_images=60, seed=4)
    learned, held_out = hold_out(few.train.labels, config)
    state, inspector = gallery.state, gallery.about_image.inspector
    state.set_images(few.train.as_image_set(), Split.TRAIN)
    state.open_run([answers[0].predictions], [replace(snapshot, config=config)])

    state.go_to(int(held_out[0]))
    assert "held out" not in inspector.title.text(), "it is a test image"
    for numbers, is_held_out in ((held_out, True), (learned, False)):
        state.go_to(int(numbers[0]), Split.TRAIN)
        assert ("held out" in inspector.title.text()) is is_held_out
        assert ("held out" in inspector.accessibleName()) is is_held_out


def test_an_epoch_that_is_looked_at_stays_while_the_training_goes_on(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    gallery.state.look_at(1)
    last = answers[-1].predictions
    gallery.state.add(replace(last, epoch=3))
    assert gallery.state.predictions is answers[0].predictions
    gallery.view_bar.epoch_slider.setValue(2)
    gallery.state.add(replace(last, epoch=4))
    shown = gallery.state.predictions
    assert shown is not None
    assert shown.epoch == 4, "at its right end the slider follows"


def test_the_strip_tells_every_epoch_and_leads_to_it(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    strip, number = gallery.inspector.strip, 7
    gallery.show_number(number)
    assert strip.isVisible()
    expected = [
        (each.predictions.epoch, int(each.predictions.predicted[number])) for each in answers
    ]
    assert list(strip.guesses) == expected
    assert DEFAULT.class_names[expected[0][1]] in strip.part_sentence(0)
    QTest.mouseClick(strip, CLICK, pos=QPoint(2, 5))
    assert gallery.state.predictions is answers[0].predictions
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert gallery.state.predictions is answers[1].predictions
    assert gallery.state.chosen == number


def test_a_chip_takes_away_its_filter_and_no_other(gallery: GalleryPanel) -> None:
    query = Query(
        show=Show.BROKEN, true_class=6, confidence=(0.25, 0.75), digits="1", sort=Sort.HIGHEST_LOSS
    )
    gallery.filters.set_query(query)
    chips = gallery.chips
    texts = [button.text() for button in chips.buttons]
    assert texts == [
        "Broken (forgotten) since epoch 1 ✕", "True: Shirt ✕",
        "Confidence 25\xa0% to 75\xa0% ✕", "Number has 1 ✕",
    ]  # fmt: skip
    QTest.mouseClick(chips.buttons[1], CLICK)
    assert gallery.filters.query == replace(query, true_class=None)
    QTest.mouseClick(chips.clear_button, CLICK)
    assert gallery.filters.query == Query(sort=Sort.HIGHEST_LOSS)
    assert chips.buttons == []
    assert not chips.clear_button.isVisible()
    assert gallery.filters.count.text() == "300 of 300"


def test_what_is_typed_into_the_filters_is_asked_for(gallery: GalleryPanel) -> None:
    filters = gallery.filters
    QTest.mouseClick(filters.more_button, CLICK)
    QTest.keyClicks(filters.digits, "29")
    assert gallery.state.numbers.tolist() == [29, 129, 229, 290, 291, 292, 293, 294, 295, 296, 297,
                                              298, 299]  # fmt: skip
    filters.digits.clear()
    filters.confidence.least.setValue(60)
    predictions = gallery.state.predictions
    assert predictions is not None
    expected = np.flatnonzero(predictions.confidence >= np.float32(0.6))
    np.testing.assert_array_equal(gallery.state.numbers, expected)
    filters.confidence.most.setValue(40)
    assert filters.confidence.range == (0.6, 0.6), "the bounds never cross"


def test_chips_move_nothing(gallery: GalleryPanel, qtbot: QtBot) -> None:
    everything = Query(
        show=Show.MISCLASSIFIED,
        true_class=6,
        predicted_class=0,
        confidence=(0.25, 0.75),
        digits="1",
    )
    places = []
    for query in (Query(), Query(true_class=6), everything, Query()):
        gallery.filters.set_query(query)
        QApplication.processEvents()
        size = gallery.minimumSizeHint()
        places.append((gallery.view.mapTo(gallery, QPoint(0, 0)), gallery.view.size(), size))
    assert places.count(places[0]) == 4


@pytest.mark.parametrize("width", [500, 620, 800])
def test_chips_without_room_are_in_a_menu(gallery: GalleryPanel, width: int, qtbot: QtBot) -> None:
    query = Query(
        show=Show.CHANGED, true_class=0, predicted_class=9, confidence=(0.25, 0.75), digits="1"
    )
    chips = gallery.chips
    chips.setParent(None)
    qtbot.addWidget(chips)
    chips.resize(width, 30)
    chips.show()
    chips.show_query(query, DEFAULT.class_names)
    QApplication.processEvents()
    seen = [button for button in chips.buttons if button.isVisible()]
    assert seen == chips.buttons[: len(seen)]
    assert all(chips.rect().contains(button.geometry()) for button in seen)
    rest = chips.rest_button.menu().actions()
    assert [action.text() for action in rest] == [
        button.text() for button in chips.buttons[len(seen) :]
    ]
    assert chips.rest_button.isVisible() == bool(rest)
    if rest:
        assert chips.rest_button.text() == f"{len(rest)} more"
        rest[-1].trigger()
        assert gallery.filters.query.digits == ""


def test_one_can_compare_with_any_epoch_that_there_is(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    since, last = gallery.view_bar.epochs.since, answers[-1].predictions
    gallery.filters.set_query(Query(show=Show.CHANGED))
    assert since.maximum() == 1
    for epoch in (3, 4):
        gallery.state.add(replace(last, epoch=epoch))
    assert since.maximum() == 3
    since.setFocus()
    QTest.keyClick(since, Qt.Key.Key_Right)
    assert gallery.state.query == Query(show=Show.CHANGED, since_epoch=2)
    assert gallery.filters.query == gallery.state.query
    QTest.keyClick(since, Qt.Key.Key_End)
    assert gallery.state.query.since_epoch == 4


def test_a_new_run_leaves_the_epoch_to_compare_with_as_it_is(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    asked = Query(show=Show.CHANGED, since_epoch=4)
    for epoch in (3, 4, 5):
        gallery.state.add(replace(answers[-1].predictions, epoch=epoch))
    gallery.filters.set_query(asked)
    changed = gallery.state.numbers.tolist()
    gallery.state.forget()
    gallery.state.set_running(True)
    gallery.state.add(answers[0].predictions)
    assert gallery.state.query == gallery.filters.query == asked
    assert gallery.model.rowCount() == 0
    assert gallery.view.placeholder == (
        "This run has 1 epoch so far. Choose one of them to compare with instead of epoch 4, or "
        "wait until it has been trained."
    )
    gallery.state.add(answers[1].predictions)
    for epoch in (3, 4, 5):
        gallery.state.add(replace(answers[-1].predictions, epoch=epoch))
    assert gallery.state.numbers.tolist() == changed


def test_after_the_first_epoch_nothing_can_be_forgotten(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    gallery.state.forget()
    gallery.state.add(answers[0].predictions)
    gallery.filters.set_query(Query(show=Show.FORGOTTEN))
    assert gallery.view.placeholder.startswith("After the first epoch nothing can")


@pytest.mark.parametrize("count", [300, 200], ids=["other labels", "another number"])
def test_a_run_that_was_judged_on_other_images_is_told_and_not_shown(
    gallery: GalleryPanel, answers: list[PredictionsReady], count: int, qtbot: QtBot
) -> None:
    other = [
        replace(
            each.predictions,
            labels=each.predictions.labels[::-1][:count].copy(),
            probabilities=each.predictions.probabilities[:count],
            losses=each.predictions.losses[:count],
        )
        for each in answers
    ]
    with qtbot.waitSignal(gallery.problem_found) as told:
        gallery.state.open_run(other, [each.snapshot for each in answers if each.snapshot])
    assert told.args[0].startswith("This run was judged on other test images")
    assert gallery.state.epochs == []
    gallery.filters.set_query(Query(show=Show.MISCLASSIFIED))  # and nothing is raised
    assert gallery.model.rowCount() == 0


def test_a_look_into_a_network_of_another_run_is_given_up(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    asked: list[Snapshot | None] = []
    gallery.about_image.preparation_requested.connect(asked.append)
    gallery.state.open_run([each.predictions for each in answers], [])
    assert asked[-1] is None, "the networks of this run were not kept"


def test_an_image_that_the_filters_leave_out_is_called_so(gallery: GalleryPanel) -> None:
    gallery.filters.set_query(Query(show=Show.MISCLASSIFIED))
    wrong = gallery.state.numbers.tolist()
    right = next(number for number in range(300) if number not in wrong)
    gallery.show_number(right)
    assert gallery.filters.left_out.text() == f"Image {right} is left out"
    gallery.show_number(wrong[3])
    assert gallery.filters.left_out.text() == ""
    gallery.show_number(right)
    gallery.filters.set_query(Query())
    assert gallery.filters.left_out.text() == ""


@pytest.mark.parametrize("scale", [2, 6])
def test_another_size_keeps_in_sight_what_was(gallery: GalleryPanel, scale: int) -> None:
    view, bar = gallery.view, gallery.view.verticalScrollBar()
    gallery.show_number(0)
    bar.setValue(bar.maximum() // 2)
    first = view.first_visible_row()
    assert first > 20, "the image that is looked at is out of sight"
    gallery.view_bar.scale_changed.emit(scale)
    columns = view.columns
    assert first - columns < view.first_visible_row() <= first
    gallery.show_number(150)
    gallery.view_bar.scale_changed.emit(3)
    assert view.viewport().rect().intersects(view.visualRect(gallery.model.index(150)))


def test_what_was_fixed_and_broken_is_said_and_leads_to_it(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    before, now = (event.predictions for event in answers)
    bar, filters = gallery.epochs_bar, gallery.filters
    assert not bar.isVisible()
    filters.set_query(Query(show=Show.CHANGED, sort=Sort.HIGHEST_LOSS))
    assert bar.isVisible()
    fixed = np.flatnonzero(~before.correct & now.correct)
    broken = np.flatnonzero(before.correct & ~now.correct)
    otherwise = (before.predicted != now.predicted).sum() - len(fixed) - len(broken)
    buttons = bar.counts.buttons
    assert buttons[Show.FIXED].text() == f"{len(fixed)} fixed"
    assert buttons[Show.BROKEN].text() == f"{len(broken)} broken"
    assert bar.text == (
        f"From epoch 1 to 2: {len(fixed)} fixed {len(broken)} broken "
        f"{otherwise} wrong in another way"
    )
    for show, numbers in ((Show.FIXED, fixed), (Show.BROKEN, broken)):
        QTest.mouseClick(buttons[show], CLICK)
        assert filters.query == Query(show=show, sort=Sort.HIGHEST_LOSS)
        assert sorted(gallery.state.numbers.tolist()) == numbers.tolist()
        assert [button.isChecked() for button in buttons.values()] == [
            each is show for each in buttons
        ]
    QTest.mouseClick(buttons[Show.BROKEN], CLICK)
    assert filters.query.show is Show.CHANGED
    filters.set_query(Query(show=Show.FIXED, true_class=6))
    assert buttons[Show.FIXED].text() == f"{(now.labels[fixed] == 6).sum()} fixed"
    assert gallery.filters.count.text() == f"{(now.labels[fixed] == 6).sum()} of 300"
    filters.set_query(Query(show=Show.FORGOTTEN))
    assert not bar.isVisible()


def test_without_the_other_epoch_there_are_no_counts(
    gallery: GalleryPanel, few: DataSplits
) -> None:
    gallery.state.set_images(few.train.as_image_set(), Split.TRAIN)
    gallery.state.browse(Split.TRAIN)
    gallery.filters.set_query(Query(show=Show.FIXED))
    bar = gallery.epochs_bar
    assert [button.text() for button in bar.counts.buttons.values()] == ["fixed", "broken"]
    assert not any(button.isEnabled() for button in bar.counts.buttons.values())
    assert bar.text == "From epoch 1 to 2: fixed broken"


def test_an_epoch_compared_with_itself_and_a_later_one_are_named_as_such(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    gallery.state.add(replace(answers[0].predictions, epoch=3))
    gallery.state.look_at(1)
    gallery.filters.set_query(Query(show=Show.CHANGED, since_epoch=1))
    assert gallery.view.placeholder.startswith("Epoch 1 is compared with itself")
    gallery.filters.set_query(Query(show=Show.CHANGED, since_epoch=2))
    assert gallery.epochs_bar.text.startswith("Epoch 1 beside epoch 2")


def test_a_confused_pair_shows_its_images(gallery: GalleryPanel) -> None:
    counts = gallery.matrix.counts
    assert counts is not None
    true, predicted, times = confused_pairs(counts)[0]
    gallery.filters.set_query(Query(show=Show.CORRECT, digits="1"))
    gallery.about_classes.setCurrentWidget(gallery.about_classes.pairs)
    item = gallery.about_classes.pairs.item(0)
    assert item.text() == f"{DEFAULT.class_names[true]} → {DEFAULT.class_names[predicted]}  {times}"
    place = gallery.about_classes.pairs.visualItemRect(item).center()
    QTest.mouseClick(gallery.about_classes.pairs.viewport(), CLICK, pos=place)
    query = Query(true_class=true, predicted_class=predicted, digits="1")
    assert gallery.filters.query == query, "it cannot be correct, but contain a 1"
    gallery.filters.set_query(replace(query, digits=""))
    assert len(gallery.state.numbers) == times


def test_thumbnails_are_sized_by_slider_and_by_wheel(gallery: GalleryPanel) -> None:
    view, slider = gallery.view, gallery.view_bar.size_slider
    gallery.show_number(200)
    widths = []
    for scale in range(1, 7):
        slider.setValue(scale)
        widths.append(view.gridSize().width())
        assert widths[-1] >= 28 * scale
        rect = view.visualRect(view.currentIndex())
        assert view.viewport().rect().intersects(rect), "the selected image stays in sight"
    assert widths == sorted(widths)
    wheel = QWheelEvent(
        QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), wheel)
    assert slider.value() == 5


def test_training_images_are_judged_by_the_network_of_the_epoch_shown(
    gallery: GalleryPanel, few: DataSplits, answers: list[PredictionsReady],
    resources: TrainingResources, qtbot: QtBot,
) -> None:  # fmt: skip
    judging = JudgingSession(gallery)
    judging.use_resources(resources)
    gallery.state.judging_requested.connect(judging.judge)
    judging.judged.connect(gallery.state.add_training)
    gallery.state.set_images(few.train.as_image_set(), Split.TRAIN)
    gallery.show_number(5)
    with qtbot.waitSignal(judging.judged):
        gallery.view_bar.source_input.setCurrentIndex(1)
    assert gallery.filters.count.text() == "600 of 600"
    for epoch in (2, 1):
        snapshot = answers[epoch - 1].snapshot
        assert snapshot is not None
        expected = evaluate(snapshot.build(), few.train, epoch)
        shown = gallery.state.predictions
        assert shown is not None
        np.testing.assert_array_equal(shown.predicted, expected.predicted)
        np.testing.assert_array_equal(gallery.matrix.counts, expected.confusion)
        if epoch == 2:
            gallery.state.look_at(1)
            qtbot.waitUntil(lambda: gallery.state.predictions is not None)
    assert "Training image 0" in gallery.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    gallery.view_bar.source_input.setCurrentIndex(0)
    assert gallery.state.chosen == 5, "each source keeps its selection"
    assert gallery.state.predictions is answers[0].predictions
    judging.cancel()


def test_a_run_is_not_slowed_down_by_judging_training_images(
    gallery: GalleryPanel, few: DataSplits, qtbot: QtBot
) -> None:
    asked: list[list[Snapshot]] = []
    gallery.state.judging_requested.connect(asked.append)
    gallery.state.set_images(few.train.as_image_set(), Split.TRAIN)
    gallery.state.set_running(True)
    gallery.view_bar.source_input.setCurrentIndex(1)
    assert not any(asked)
    assert "when the run is paused or over" in gallery.inspector.verdict.text()
    gallery.state.look_at(1)
    assert [each.epoch for each in asked[-1]] == [1]
    gallery.state.look_at(2)
    assert asked[-1] == []
    gallery.state.set_running(False)
    assert [each.epoch for each in asked[-1]] == [2, 1]


def test_the_enlarged_image_tells_its_values_and_the_loss_its_rank(
    gallery: GalleryPanel, few_images: ImageSet
) -> None:
    gallery.show_number(9)
    picture, predictions = gallery.inspector.picture, gallery.state.predictions
    assert predictions is not None
    assert picture.describe(Pixel(10, 14)) == (
        f"Row 10, column 14: {few_images.images[9, 0, 10, 14]} of 255"
    )
    order = np.argsort(-predictions.losses, kind="stable").tolist()
    assert f"rank {order.index(9) + 1} of 300" in gallery.inspector.verdict.text()


def test_a_run_that_goes_on_keeps_what_was_known_of_it(
    gallery: GalleryPanel, answers: list[PredictionsReady]
) -> None:
    last = answers[-1].predictions
    told_again = replace(last, probabilities=last.probabilities.copy())
    gallery.state.add(told_again)
    assert gallery.state.epochs == [1, 2]
    assert gallery.state.snapshot is answers[-1].snapshot
    gallery.state.add(replace(told_again, epoch=1))
    assert gallery.state.epochs == [1], "another run begins anew"
