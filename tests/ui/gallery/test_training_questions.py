"""Questions about several epochs, asked of the training images: judged first, and then right."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.analysis.queries import Query, Show, Sort, select
from lenet_desktop.analysis.suspects import find_suspects
from lenet_desktop.data.images import DataSplits, ImageSet, Own, Split
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.judging_session import JudgingSession
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.suspect_session import SuspectSession
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import train
from lenet_desktop.training.events import PredictionsReady
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from tests.recipes import RELU

EPOCHS = 4
LIMIT_MS = 30_000
QUESTIONS = [
    Query(show=Show.NEVER_RIGHT),
    Query(show=Show.FORGOTTEN),
    Query(show=Show.CHANGED, since_epoch=2),
    Query(show=Show.FIXED, since_epoch=1),
    Query(show=Show.BROKEN, since_epoch=3, sort=Sort.HIGHEST_LOSS),
    Query(sort=Sort.MOST_FORGOTTEN),
    Query(show=Show.LEARNED_LAST, sort=Sort.LEAST_OFTEN_RIGHT),
    Query(sort=Sort.LEARNED_LAST, show=Show.CORRECT, true_class=6),
]
SPOKEN = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture(scope="module")
def course(few: DataSplits, devices: list[Device]) -> list[PredictionsReady]:
    """Return what a real run of four epochs said after each."""
    config = replace(RELU.config, epochs=EPOCHS, batch_size=32)
    events = train(config, few, devices[-1])
    return [event for event in events if isinstance(event, PredictionsReady)]


@pytest.fixture(scope="module")
def truth(few: DataSplits, course: list[PredictionsReady]) -> PredictionHistory:
    """Return the answers for the training images after every epoch."""
    history = PredictionHistory()
    for event in course:
        assert event.snapshot is not None
        history.add(evaluate(event.snapshot.build(), few.train, event.predictions.epoch))
    return history


def test_play_waits_for_the_answers_of_each_epoch(
    qtbot: QtBot, gallery: GalleryPanel, truth: PredictionHistory
) -> None:
    bar, state = gallery.view_bar, gallery.state
    state.browse(Split.TRAIN)
    seen: list[int | None] = []
    bar.play_every(1)
    bar.play.setChecked(True)
    assert state.predictions is None
    with qtbot.assertNotEmitted(state.changed, wait=50):
        assert state.epoch == 1, "nobody has judged it yet"

    def is_at(epoch: int) -> bool:
        return state.epoch == epoch

    state.changed.connect(lambda _: seen.append(state.epoch))
    for epoch in range(1, EPOCHS + 1):
        told = truth.at(epoch)
        assert told is not None
        qtbot.waitUntil(partial(is_at, epoch))
        assert bar.play.isChecked()
        state.add_training(told)
    qtbot.waitUntil(lambda: not bar.play.isChecked())
    assert list(dict.fromkeys(seen)) == [1, 2, 3, 4]


@pytest.fixture
def gallery(
    qtbot: QtBot, few: DataSplits, few_images: ImageSet, course: list[PredictionsReady]
) -> GalleryPanel:
    """Return a gallery that knows the run; nobody judges for it yet."""
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    panel.resize(1_200, 700)
    panel.show()
    panel.state.set_images(few_images)
    panel.state.set_images(few.train.as_image_set(), Split.TRAIN)
    for event in course:
        panel.state.add(event.predictions, event.snapshot)
    return panel


@pytest.fixture
def judging(gallery: GalleryPanel, resources: TrainingResources) -> Iterator[JudgingSession]:
    session = JudgingSession(gallery)
    session.use_resources(resources)
    gallery.state.judging_requested.connect(session.judge)
    session.judged.connect(gallery.state.add_training)
    yield session
    session.shutdown()


def expected(truth: PredictionHistory, query: Query, epoch: int = EPOCHS) -> list[int]:
    predictions = truth.at(epoch)
    assert predictions is not None
    numbers: list[int] = select(predictions.labels, predictions, query, truth).tolist()
    return numbers


def when_judged(qtbot: QtBot, gallery: GalleryPanel, judging: JudgingSession) -> list[int]:
    qtbot.waitUntil(
        lambda: not judging.is_busy and gallery.state.known.can_answer(gallery.filters.query),
        timeout=LIMIT_MS,
    )
    numbers: list[int] = gallery.state.numbers.tolist()
    return numbers


@pytest.mark.parametrize("query", QUESTIONS, ids=lambda query: f"{query.show}, {query.sort}")
def test_only_the_right_images_are_ever_shown(
    qtbot: QtBot, gallery: GalleryPanel, judging: JudgingSession, truth: PredictionHistory,
    query: Query,
) -> None:  # fmt: skip
    gallery.state.browse(Split.TRAIN)
    shown: list[list[int]] = []
    gallery.filters.set_query(query)
    gallery.model.modelReset.connect(lambda: shown.append(gallery.state.numbers.tolist()))
    assert gallery.model.rowCount() == 0
    assert gallery.filters.count.text() == "… of 600"
    right = expected(truth, query)
    assert when_judged(qtbot, gallery, judging) == right
    assert [numbers for numbers in shown if numbers] == ([right] if right else [])
    assert gallery.filters.count.text() == f"{len(right)} of 600"


def test_something_can_be_found_by_these_questions(truth: PredictionHistory) -> None:
    assert sum(bool(expected(truth, query)) for query in QUESTIONS) >= 5


def test_how_far_it_is_is_told(
    gallery: GalleryPanel, judging: JudgingSession, qtbot: QtBot
) -> None:
    told: list[str] = []
    judging.judged.connect(lambda _: told.append(gallery.view.placeholder))
    gallery.state.browse(Split.TRAIN)
    gallery.filters.set_query(Query(show=Show.NEVER_RIGHT))
    assert "0 of 4 epochs judged" in gallery.view.placeholder
    when_judged(qtbot, gallery, judging)
    done = [text.split(": ")[1] for text in told[: EPOCHS - 1]]
    assert done == [f"{count} of 4 epochs judged…" for count in (1, 2, 3)]


def test_the_epoch_that_is_looked_at_is_judged_first_and_later_ones_are_not(
    gallery: GalleryPanel, judging: JudgingSession, truth: PredictionHistory, qtbot: QtBot
) -> None:
    judged: list[int] = []
    judging.judged.connect(lambda predictions: judged.append(predictions.epoch))
    query = Query(show=Show.FORGOTTEN)
    gallery.filters.set_query(query)
    gallery.state.set_running(True)
    gallery.state.look_at(3)
    gallery.state.browse(Split.TRAIN)
    assert when_judged(qtbot, gallery, judging) == expected(truth, query, 3)
    assert judged == [3, 1, 2]


def test_what_is_known_is_not_judged_again(
    gallery: GalleryPanel, judging: JudgingSession, truth: PredictionHistory, qtbot: QtBot
) -> None:
    judged: list[int] = []
    judging.judged.connect(lambda predictions: judged.append(predictions.epoch))
    gallery.state.set_running(True)
    gallery.state.look_at(3)
    gallery.state.browse(Split.TRAIN)
    gallery.filters.set_query(Query(show=Show.CHANGED, since_epoch=2))
    when_judged(qtbot, gallery, judging)
    query = Query(show=Show.NEVER_RIGHT)
    gallery.filters.set_query(query)
    assert when_judged(qtbot, gallery, judging) == expected(truth, query, 3)
    assert judged == [3, 2, 1]


def test_the_rest_is_judged_for_the_strips_unless_a_run_would_have_to_wait(
    gallery: GalleryPanel, judging: JudgingSession, truth: PredictionHistory, qtbot: QtBot
) -> None:
    judged: list[int] = []
    judging.judged.connect(lambda predictions: judged.append(predictions.epoch))
    gallery.state.set_running(True, paused=True)
    gallery.filters.set_query(Query(show=Show.CHANGED, since_epoch=2))
    gallery.state.browse(Split.TRAIN)
    qtbot.waitUntil(lambda: len(judged) == EPOCHS and not judging.is_busy, timeout=LIMIT_MS)
    assert judged == [4, 2, 3, 1]
    gallery.filters.set_query(Query())
    right = truth.were_right(np.arange(5), EPOCHS)
    np.testing.assert_array_equal(gallery.model.were_right(range(5), 10), right)


def test_another_question_gives_up_what_nobody_wants_any_more(
    gallery: GalleryPanel, judging: JudgingSession, truth: PredictionHistory, qtbot: QtBot
) -> None:
    gallery.state.browse(Split.TRAIN)
    gallery.filters.set_query(Query(show=Show.NEVER_RIGHT))
    assert judging.is_busy
    gallery.state.browse(Split.TEST)
    assert not judging.is_busy
    gallery.filters.set_query(Query(show=Show.MISCLASSIFIED))
    gallery.state.browse(Split.TRAIN)
    assert when_judged(qtbot, gallery, judging) == expected(truth, Query(show=Show.MISCLASSIFIED))


def test_a_new_run_hears_nothing_of_the_one_before(
    gallery: GalleryPanel, judging: JudgingSession
) -> None:
    gallery.state.browse(Split.TRAIN)
    gallery.filters.set_query(Query(show=Show.NEVER_RIGHT))
    assert judging.is_busy
    gallery.state.forget()
    assert not judging.is_busy
    assert gallery.state.source.history.epochs == []


def test_a_run_is_spared_and_the_grid_says_so(gallery: GalleryPanel) -> None:
    asked: list[list[int]] = []
    gallery.state.judging_requested.connect(
        lambda snapshots: asked.append([each.epoch for each in snapshots])
    )
    gallery.state.set_running(True)
    gallery.state.browse(Split.TRAIN)
    gallery.filters.set_query(Query(show=Show.FORGOTTEN))
    assert not any(asked)
    later = "Training images are judged when the run is paused or over."
    assert gallery.view.placeholder == later
    gallery.state.look_at(2)
    assert asked[-1] == [2, 1]
    gallery.state.look_at(4)
    assert asked[-1] == []
    gallery.state.set_running(False)
    assert asked[-1] == [4, 1, 2, 3]


def test_own_pictures_are_few_and_judged_after_each_epoch_of_a_run(
    gallery: GalleryPanel, few_images: ImageSet, course: list[PredictionsReady]
) -> None:
    state, asked = gallery.state, list[list[int]]()
    first = slice(5)
    some = replace(few_images, images=few_images.images[first], labels=few_images.labels[first])
    state.own_judging_requested.connect(
        lambda snapshots: asked.append([each.epoch for each in snapshots])
    )
    state.set_images(some, Own.PICTURES)
    assert not any(asked), "nobody looks at them"
    state.browse(Own.PICTURES)
    assert asked[-1] == [4, 3, 2, 1]
    state.forget()
    state.set_running(True)
    for event in course:
        state.add(event.predictions, event.snapshot)
        assert asked[-1] == [event.predictions.epoch]
    state.browse(Split.TRAIN)
    assert asked[-1] == []


def test_a_network_that_is_lost_is_named(
    gallery: GalleryPanel, course: list[PredictionsReady]
) -> None:
    snapshots: list[Snapshot] = [each.snapshot for each in course if each.snapshot is not None]
    gallery.state.open_run([each.predictions for each in course], [snapshots[0], *snapshots[2:]])
    asked: list[list[Snapshot]] = []
    gallery.state.judging_requested.connect(asked.append)
    gallery.state.browse(Split.TRAIN)
    gallery.filters.set_query(Query(show=Show.FORGOTTEN))
    assert gallery.model.rowCount() == 0
    assert gallery.view.placeholder.startswith("The network after epoch 2 was not kept")
    assert [each.epoch for each in asked[-1]] == [4], "the others would be of no use"
    gallery.filters.set_query(Query(show=Show.CHANGED, since_epoch=3))
    assert [each.epoch for each in asked[-1]] == [4, 3]


def test_strips_do_not_pretend(
    gallery: GalleryPanel, judging: JudgingSession, truth: PredictionHistory, qtbot: QtBot
) -> None:
    gallery.state.set_running(True)
    gallery.state.look_at(3)
    gallery.state.browse(Split.TRAIN)
    gallery.filters.set_query(Query(show=Show.CHANGED, since_epoch=2))
    when_judged(qtbot, gallery, judging)
    gallery.filters.set_query(Query())
    model, rows = gallery.model, range(5)
    assert model.were_right(rows, 10).shape == (0, 5)
    assert "right in" not in model.index(0).data(SPOKEN)
    assert not gallery.inspector.strip.isVisible()
    gallery.filters.set_query(Query(sort=Sort.MOST_FORGOTTEN))
    when_judged(qtbot, gallery, judging)
    gallery.filters.set_query(Query())
    right = truth.were_right(np.arange(5), 3)
    np.testing.assert_array_equal(model.were_right(rows, 10), right)
    assert f"right in {right[:, 0].sum()} of 3 epochs" in model.index(0).data(SPOKEN)
    assert gallery.inspector.strip.isVisible()
    assert len(gallery.inspector.strip.guesses) == 3


def test_the_first_image_found_is_looked_at_once_it_is_found(
    gallery: GalleryPanel, judging: JudgingSession, truth: PredictionHistory, qtbot: QtBot
) -> None:
    query = Query(show=Show.CHANGED, since_epoch=1)
    right = expected(truth, query)
    other = next(number for number in range(600) if number not in right)
    gallery.state.browse(Split.TRAIN)
    gallery.show_number(other)
    gallery.filters.set_query(query)
    assert gallery.inspector.number == other, "there is no other yet"
    when_judged(qtbot, gallery, judging)
    assert gallery.inspector.number == gallery.state.chosen == right[0]
    assert gallery.view.currentIndex().row() == 0


def test_labels_of_training_images_are_doubted_once_the_last_epochs_are_judged(
    qtbot: QtBot, gallery: GalleryPanel, resources: TrainingResources, truth: PredictionHistory
) -> None:
    classes = gallery.about_classes
    said: list[str] = []
    judging, suspecting = JudgingSession(gallery), SuspectSession(gallery)
    judging.use_resources(resources)
    gallery.state.judging_requested.connect(judging.judge)
    judging.judged.connect(gallery.state.add_training)
    judging.judged.connect(lambda _: said.append(classes.suspects.table.placeholder))
    classes.suspects_requested.connect(suspecting.find)
    suspecting.found.connect(classes.suspects.show_suspects)
    gallery.state.browse(Split.TRAIN)
    with qtbot.waitSignal(suspecting.found, timeout=LIMIT_MS) as found:
        classes.setCurrentWidget(classes.suspects)
    assert said[1:] == [
        "The training images are judged first: 2 of 4 epochs…",
        "The training images are judged first: 3 of 4 epochs…",
        "Examining the labels…",
    ]
    answers = [each for each in map(truth.at, truth.epochs) if each is not None]
    expected = find_suspects(answers[0].labels, [each.probabilities for each in answers])
    assert len(expected), "or nothing is shown by this"
    assert found.args == [expected]
    assert classes.suspects.model.rowCount() == len(expected)
    row = classes.suspects.model.index(0, 0)
    classes.suspects.table.row_chosen.emit(row)
    assert gallery.state.split is Split.TRAIN
    assert gallery.state.chosen == expected.ranked[0].number
    judging.cancel()
    suspecting.shutdown()


def test_labels_are_doubted_with_the_networks_that_were_kept(
    gallery: GalleryPanel, course: list[PredictionsReady]
) -> None:
    snapshots: list[Snapshot] = [each.snapshot for each in course if each.snapshot is not None]
    gallery.state.open_run([each.predictions for each in course], [snapshots[0], *snapshots[2:]])
    asked: list[list[int]] = []
    gallery.state.judging_requested.connect(
        lambda networks: asked.append([each.epoch for each in networks])
    )
    gallery.about_classes.setCurrentWidget(gallery.about_classes.suspects)
    gallery.state.browse(Split.TRAIN)
    assert asked[-1] == [4, 1, 3]
    gallery.state.look_at(2)
    assert asked[-1] == []
    said = gallery.about_classes.suspects.table.placeholder
    assert said.startswith("The network of this epoch was not kept")


def test_a_run_is_spared_the_doubts_too(gallery: GalleryPanel) -> None:
    asked: list[list[Snapshot]] = []
    gallery.state.judging_requested.connect(asked.append)
    gallery.state.set_running(True)
    gallery.about_classes.setCurrentWidget(gallery.about_classes.suspects)
    gallery.state.browse(Split.TRAIN)
    assert not any(asked)
    said = gallery.about_classes.suspects.table.placeholder
    assert said == "Training images are judged when the run is paused or over."
