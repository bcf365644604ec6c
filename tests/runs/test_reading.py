"""A kept run that is opened: all that is kept of it is there, and what is not is said."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.analysis.history import History
from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run, retell
from lenet_desktop.runs.records import OpenedRun, RunStatus
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.checkpoint_file import save_checkpoint
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    LearningRateChanged,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)
from tests.judged import judged
from tests.long_runs import lengthen
from tests.made_runs import made_run
from tests.opened_files import opened_files
from tests.runs.conftest import CHANGE, CPU, SHORT, STEPS, Course, Disk, about_a_run, die, flip

Reopen = Callable[[], RunStore]
NEWEST, BEFORE = "checkpoint-0003-000000.safetensors", "checkpoint-0002-000000.safetensors"


def damage(folder: RunFolder, name: str) -> None:
    flip(folder.path / name, 10)


def assert_epochs(opened: OpenedRun, course: Course, *epochs: int) -> None:
    """See that the answers and the networks of these epochs are there, to the bit."""
    assert [answers.epoch for answers in opened.predictions] == [*epochs]
    assert [snapshot.epoch for snapshot in opened.snapshots] == [*epochs]
    for answers, snapshot in zip(opened.predictions, opened.snapshots, strict=True):
        kept = course.kept[answers.epoch - 1]
        np.testing.assert_array_equal(answers.probabilities, judged(kept.predictions).probabilities)
        for name, weight in kept.network.weights.items():
            np.testing.assert_array_equal(snapshot.weights[name], weight)


def kinds(events: tuple[Event, ...]) -> list[type[Event]]:
    return [type(event) for event in events]


def test_a_finished_run_is_opened_with_everything(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.finish(store, "Mine")
    store = reopened()
    opened = read_run(store, run_id)
    assert opened.record == store.record(run_id)
    assert opened.notice is None
    assert_epochs(opened, course, 1, 2, 3)
    assert kinds(opened.events) == [
        RunStarted,
        *(StepsDone, EpochDone),
        *(StepsDone, LearningRateChanged, EpochDone),
        *(StepsDone, EpochDone),
        RunFinished,
    ]
    assert opened.events[0] == replace(course.started, resumed=True)
    assert opened.events[-1] == RunFinished(3, course.checkpoints[2].elapsed_s)
    history = History()
    for event in opened.events:
        history.add(event)
    np.testing.assert_array_equal(history.step_losses, course.checkpoints[2].losses)
    assert tuple(history.epochs) == course.checkpoints[2].epochs
    assert opened.checkpoint is not None
    assert opened.checkpoint.is_finished
    assert opened.checkpoint.extended(2).config.epochs == 5


def test_a_stopped_run_is_opened_where_it_stopped(store: RunStore, course: Course) -> None:
    opened = read_run(store, course.stop(store))
    assert opened.notice is None
    assert_epochs(opened, course, 1, 2)
    assert isinstance(opened.events[-1], StepsDone)
    assert opened.events[-1].epoch == 3
    assert opened.events[-1].elapsed_s == course.midway.elapsed_s
    np.testing.assert_array_equal(opened.events[-1].losses, course.midway.losses[-2:])
    assert opened.checkpoint is not None
    assert opened.checkpoint.step == 2


def test_a_run_that_goes_on_is_shown_but_not_gone_on_with(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    opened = read_run(another_window, run_id)
    assert (kinds(opened.events), opened.predictions) == ([RunStarted], ())
    course.keep(store, run_id, 1, 2)
    opened = read_run(another_window, run_id)
    assert_epochs(opened, course, 1, 2)
    assert (opened.checkpoint, opened.notice) == (None, None)


def test_a_run_that_is_not_there_is_no_run(store: RunStore) -> None:
    with pytest.raises(StoreError, match="There is no run 3"):
        read_run(store, 3)


def test_of_a_thousand_epochs_only_those_that_are_looked_at_are_read(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    answers = lengthen(store, run_id, 1_000, readable=(1, 500, 501))
    with opened_files() as names:
        opened = read_run(store, run_id)
        history = PredictionHistory.of(opened.predictions)
    assert {name for name in names if name.startswith("epoch-")} == {"epoch-1000.safetensors"}
    assert (opened.notice, len(opened.snapshots), len(history)) == (None, 1_000, 1_000)

    with opened_files() as names:
        record, guesses = history.record(1_000), history.of_image(7)
        right = history.were_right(np.arange(20), 700)
    assert not [name for name in names if name.startswith("epoch-")]
    correct = np.array([answers[epoch].correct for epoch in range(1, 1_001)])
    assert record is not None
    np.testing.assert_array_equal(record.times_right, correct.sum(axis=0))
    np.testing.assert_array_equal(record.never_right, ~correct.any(axis=0))
    np.testing.assert_array_equal(record.times_forgotten, (correct[:-1] & ~correct[1:]).sum(axis=0))
    np.testing.assert_array_equal(right, correct[:700, :20])
    assert guesses == [(epoch, said.predicted[7]) for epoch, said in answers.items()]

    with opened_files() as names:
        for epoch in (500, 501, 500, 1_000):
            found = history.at(epoch)
            assert found is not None
            np.testing.assert_array_equal(found.probabilities, answers[epoch].probabilities)
    assert names == ["epoch-0500.safetensors", "epoch-0501.safetensors"]


# --- what cannot be read


def test_an_epoch_whose_file_is_gone_is_left_out_and_mentioned(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    store.run_folder(run_id).epoch_file(2).unlink()
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 1, 3)
    assert opened.notice == "The predictions of “Run 1” after epoch 2 cannot be read."
    assert len([event for event in opened.events if isinstance(event, EpochDone)]) == 3
    store.run_folder(run_id).epoch_file(1).unlink()
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 3)
    assert opened.notice == "The predictions of “Run 1” after epochs 1, 2 cannot be read."


def test_a_damaged_epoch_is_found_out_when_it_is_asked_for_and_takes_nothing_with_it(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    damage(store.run_folder(run_id), "epoch-0002.safetensors")
    opened = read_run(store, run_id)
    assert opened.notice is None
    history = PredictionHistory.of(opened.predictions)
    assert history.epochs == [1, 2, 3]
    assert (history.at(2), history.unreadable, history.epochs) == (None, [2], [1, 3])
    for epoch in (3, 1):
        found = history.at(epoch)
        assert found is not None
        kept = judged(course.kept[epoch - 1].predictions)
        np.testing.assert_array_equal(found.probabilities, kept.probabilities)


def test_what_a_version_before_did_not_put_into_the_list_is_read_from_the_files_once(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    with store.writing() as connection:
        connection.execute("UPDATE epochs SET answers = NULL")
    damage(store.run_folder(run_id), "epoch-0001.safetensors")
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 2, 3)
    assert opened.notice == "The predictions of “Run 1” after epoch 1 cannot be read."
    with opened_files() as names:
        again = PredictionHistory.of(read_run(store, run_id).predictions)
    assert "epoch-0002.safetensors" not in names
    guesses = again.predicted(2)
    assert guesses is not None
    np.testing.assert_array_equal(guesses, judged(course.kept[1].predictions).predicted)


def test_with_the_file_of_the_last_epoch_its_checkpoint_is_lost_and_the_one_before_taken(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    damage(store.run_folder(run_id), "epoch-0003.safetensors")
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 1, 2)
    assert len([event for event in opened.events if isinstance(event, EpochDone)]) == 3
    assert opened.checkpoint is not None
    np.testing.assert_array_equal(opened.checkpoint.losses, course.checkpoints[1].losses)
    assert opened.notice == (
        "The predictions of “Run 1” after epoch 3 cannot be read. "
        "The newest checkpoint of “Run 1” cannot be read; it can be continued from epoch 2."
    )


def test_the_last_epoch_is_taken_from_a_checkpoint_that_is_complete_in_itself(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    folder = store.run_folder(run_id)
    save_checkpoint(course.checkpoints[2], folder.path / NEWEST)
    damage(folder, "epoch-0003.safetensors")
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 1, 2, 3)


def test_a_network_is_read_from_its_file_when_it_is_asked_for(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    opened = read_run(store, run_id)
    damage(store.run_folder(run_id), "network-0001.safetensors")
    first, second, _ = opened.snapshots
    assert (first.epoch, first.config) == (1, SHORT)
    with pytest.raises(CheckpointError):
        first.build()
    second.build()


def test_many_epochs_that_cannot_be_read_are_not_all_listed(
    store: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    done = [replace(course.kept[0].done, epoch=epoch) for epoch in range(1, 15)]
    long = replace(
        course.checkpoints[0],
        epochs=tuple(done),
        losses=np.ones(14 * STEPS, np.float32),
        config=replace(SHORT, epochs=14),
        cycles=(14,),
    )
    RunProgress(store).keep(run_id, long, [], RunStatus.RUNNING)
    RunProgress(store).set_status(run_id, RunStatus.FINISHED)
    notice = read_run(store, run_id).notice
    assert notice == (
        "The predictions of “Run 1” after epochs 2, 3, 4, 5, 6, 7, 8, 9, 10, 11… cannot be read."
    )


def test_the_checkpoint_before_is_taken_where_the_newest_cannot_be_read(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    damage(store.run_folder(run_id), NEWEST)
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 1, 2, 3)
    assert opened.checkpoint is not None
    np.testing.assert_array_equal(opened.checkpoint.losses, course.checkpoints[1].losses)
    assert opened.notice == (
        "The newest checkpoint of “Run 1” cannot be read; it can be continued from epoch 2."
    )


def test_without_a_checkpoint_that_can_be_read_there_is_no_going_on(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    for name in (NEWEST, BEFORE):
        damage(store.run_folder(run_id), name)
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 1, 2, 3)
    assert opened.checkpoint is None


def test_without_its_folder_a_run_has_its_curves(store: RunStore, course: Course) -> None:
    run_id = course.finish(store)
    folder = store.run_folder(run_id)
    for path in folder.path.iterdir():
        path.unlink()
    folder.path.rmdir()
    opened = read_run(store, run_id)
    assert (opened.predictions, opened.snapshots, opened.checkpoint) == ((), (), None)
    assert isinstance(opened.events[-1], RunFinished)
    assert len(opened.events) == 9


def test_a_run_of_a_version_that_kept_no_epochs_has_its_last_answers(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    save_checkpoint(course.checkpoints[2], store.run_folder(run_id).path / NEWEST)
    for epoch in (1, 2, 3):
        store.run_folder(run_id).epoch_file(epoch).unlink()
    opened = read_run(store, run_id)
    assert opened.notice is None
    assert_epochs(opened, course, 3)


def test_the_answers_of_a_network_that_has_learned_on_come_without_it(
    store: RunStore, course: Course
) -> None:
    run_id = course.stop(store)
    folder = store.run_folder(run_id)
    save_checkpoint(course.midway, folder.path / folder.checkpoints()[0])
    for epoch in (1, 2):
        folder.epoch_file(epoch).unlink()
    opened = read_run(store, run_id)
    assert [answers.epoch for answers in opened.predictions] == [2]
    assert opened.snapshots == ()


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.DIVERGED])
def test_a_run_that_ended_badly_goes_on_from_its_last_epoch_without_a_word(
    store: RunStore, course: Course, status: RunStatus
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    RunProgress(store).set_status(run_id, status, np.array([2.5, 3.5], np.float32))
    opened = read_run(store, run_id)
    assert opened.notice is None
    assert opened.checkpoint is not None
    assert opened.checkpoint.epoch == 2
    if status is RunStatus.DIVERGED:
        assert opened.events[-1] == RunDiverged(2, 3, SHORT.learning_rate)
        assert isinstance(opened.events[-2], StepsDone)
    else:
        assert isinstance(opened.events[-1], StepsDone)
        np.testing.assert_array_equal(opened.events[-1].losses, [2.5, 3.5])


def test_a_run_that_failed_and_is_killed_when_it_goes_on_has_lost_no_checkpoint(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    RunProgress(store).set_status(run_id, RunStatus.FAILED, np.array([2.5, 3.5], np.float32))
    RunProgress(store).go_on(run_id, SHORT, course.checkpoints[0])
    die(store, run_id)
    store = reopened()
    assert store.records()[0].status is RunStatus.INTERRUPTED
    opened = read_run(store, run_id)
    assert opened.notice is None
    assert opened.checkpoint is not None
    assert opened.checkpoint.epoch == 2


# --- the program ended between the files and the list


def killed_before_the_list_knew(store: RunStore, course: Course) -> int:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    store.run_folder(run_id).write_epoch(course.kept[1])
    store.run_folder(run_id).write_checkpoint(course.checkpoints[1])
    die(store, run_id)
    return run_id


def test_an_epoch_that_only_the_files_have_comes_into_the_list(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = killed_before_the_list_knew(store, course)
    store = reopened()
    assert store.records()[0].status is RunStatus.INTERRUPTED
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 1, 2)
    assert opened.notice is None
    assert (opened.record.epochs_done, opened.record.status) == (2, RunStatus.INTERRUPTED)
    assert opened.record == store.record(run_id)
    (curves,) = store.curves([run_id])
    np.testing.assert_array_equal(curves.losses, course.checkpoints[1].losses)
    assert curves.changes == (CHANGE,)


def test_an_epoch_that_only_its_own_file_has_is_trained_again(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    store.run_folder(run_id).write_epoch(course.kept[1])
    die(store, run_id)
    store = reopened()
    store.records()
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 1)
    assert opened.checkpoint is not None
    assert opened.checkpoint.epoch == 2


@pytest.mark.parametrize("full", ["files", "list"])
def test_a_run_is_opened_although_the_list_cannot_be_brought_up_to_its_files(
    disk: Disk, store: RunStore, reopened: Reopen, course: Course, full: str
) -> None:
    run_id = killed_before_the_list_knew(store, course)
    store = reopened()
    store.records()
    disk.files_are_full = full == "files"
    if full == "list":
        disk.protect_database(True)
    opened = read_run(store, run_id)
    assert_epochs(opened, course, 1, 2)
    assert opened.checkpoint is not None
    assert opened.checkpoint.epoch == 3


# --- retelling

ABOUT = about_a_run(parameter_count=7)


def test_to_retell_says_what_was_reported_in_few_words() -> None:
    run = made_run(4, accuracies=(0.5, 0.75))
    losses = np.arange(2 * STEPS + 1, dtype=np.float32)
    changes = (LearningRateChanged(1, 0, 0.5), LearningRateChanged(2, 2, 0.25))
    record = replace(run.record, status=RunStatus.DIVERGED)
    curves = replace(run, record=record, losses=losses, changes=changes)
    started, first, one, done, second, two, again, last, diverged = retell(curves, ABOUT)
    assert started == RunStarted(record.config, CPU_OF_OLD, 7, 600, STEPS, resumed=True)
    assert (one, done) == (changes[0], run.epochs[0])
    assert (two, again) == (changes[1], run.epochs[1])
    parts = [event for event in (first, second, last) if isinstance(event, StepsDone)]
    assert [(part.epoch, part.step, len(part.losses)) for part in parts] == [
        (1, STEPS, STEPS),
        (2, STEPS, STEPS),
        (3, 1, 1),
    ]
    assert [part.elapsed_s for part in parts] == [2.0, 4.0, record.elapsed_s]
    assert diverged == RunDiverged(3, 2, 0.25)


def test_a_run_of_nothing_is_retold_as_its_start() -> None:
    run = made_run(1, accuracies=())
    record = replace(run.record, status=RunStatus.STOPPED)
    assert [type(e) for e in retell(replace(run, record=record), ABOUT)] == [RunStarted]


CPU_OF_OLD = replace(CPU, name="A processor")


def test_nothing_is_written_where_nothing_is_to_be_mended(store: RunStore, course: Course) -> None:
    run_id = course.finish(store)

    def files() -> dict[Path, tuple[int, int]]:
        paths = store.run_folder(run_id).path.iterdir()
        return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}

    before = files()
    read_run(store, run_id)
    assert files() == before
