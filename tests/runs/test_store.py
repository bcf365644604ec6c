"""The store of the runs: what is kept is there, whatever else happens to the disk or the list."""

import contextlib
import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import retell
from lenet_desktop.runs.records import LONGEST_NOTE, LONGEST_TITLE, RunRecord, RunStatus
from lenet_desktop.runs.recovery import add_run
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError
from lenet_desktop.runs.trash import delete_runs, purge, restore_runs
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.events import LearningRateChanged, RunFinished, RunStarted
from tests.judged import judged
from tests.runs.conftest import (
    CHANGE,
    CPU,
    SHORT,
    STEPS,
    SURROUNDINGS,
    Course,
    Disk,
    about_a_run,
    die,
    flip,
    only_to_read,
)

Reopen = Callable[[], RunStore]
FULL = os.strerror(errno.ENOSPC)


def statuses(store: RunStore) -> dict[int, RunStatus]:
    return {record.id: record.status for record in store.records()}


def begin_many(store: RunStore, course: Course) -> None:
    for _ in range(100):
        course.begin(store, "x" * LONGEST_TITLE)


def folder_names(store: RunStore) -> set[str]:
    return {path.name for path in store.runs_path.iterdir()}


# --- a run that goes on


def test_a_run_is_in_the_list_from_its_first_moment(store: RunStore, course: Course) -> None:
    assert store.records() == []
    assert store.latest() is None
    before = time.time()
    run_id = course.begin(store, "  A \n first   try ")
    (record,) = store.records()
    assert record == store.record(run_id) == store.latest()
    assert (record.id, record.title, record.name) == (run_id, "A first try", "A first try")
    assert (record.status, record.config) == (RunStatus.RUNNING, SHORT)
    assert (record.surroundings, record.steps_per_epoch) == (SURROUNDINGS, STEPS)
    assert (record.epochs_done, record.last_accuracy, record.best_accuracy) == (0, None, None)
    assert before <= record.created_at == record.updated_at <= time.time()
    about = store.about(run_id)
    sizes = (about.images_per_epoch, about.steps_per_epoch, about.parameter_count)
    assert sizes == (600, STEPS, 61_706)
    assert store.run_folder(run_id).read_about() == store.about(run_id)
    assert store.keys() == {record.key}
    assert store.knows(record.key) == record
    (curves,) = store.curves([run_id])
    assert (len(curves.losses), curves.epochs, curves.changes) == (0, (), ())


def test_what_is_kept_of_every_epoch_is_read_to_the_bit(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    for epoch in (1, 2, 3):
        course.keep(store, run_id, epoch)
        checkpoint = course.checkpoints[epoch - 1]
        (curves,) = another_window.curves([run_id])
        np.testing.assert_array_equal(curves.losses, checkpoint.losses)
        assert curves.losses.dtype == np.float32
        assert (curves.epochs, curves.changes) == (checkpoint.epochs, checkpoint.changes)
        record = curves.record
        accuracies = [judged(done.test_accuracy) for done in checkpoint.epochs]
        assert record.epochs_done == epoch
        assert (record.last_accuracy, record.best_accuracy) == (accuracies[-1], max(accuracies))
        assert record.elapsed_s == checkpoint.elapsed_s
        assert record.status is RunStatus.RUNNING
        answers = another_window.predictions(run_id, epoch)
        np.testing.assert_array_equal(
            answers.probabilities, judged(course.kept[epoch - 1].predictions).probabilities
        )
    assert store.run_folder(run_id).epochs() == [1, 2, 3]
    RunProgress(store).set_status(run_id, RunStatus.FINISHED)
    assert statuses(another_window) == {run_id: RunStatus.FINISHED}
    assert store.run_folder(run_id).read_about() == store.about(run_id)


def test_a_run_that_is_stopped_in_an_epoch_keeps_its_last_step(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.stop(store)
    (curves,) = reopened().curves([run_id])
    assert len(curves.losses) == 2 * STEPS + 2
    np.testing.assert_array_equal(curves.losses, course.midway.losses)
    assert len(curves.epochs) == 2
    assert curves.changes == (CHANGE,)
    assert curves.record.status is RunStatus.STOPPED


def test_losses_that_no_checkpoint_has_are_noted_with_the_end(
    store: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    tail = np.array([1.5, 2.5], np.float32)
    RunProgress(store).set_status(run_id, RunStatus.DIVERGED, tail)
    (curves,) = store.curves([run_id])
    np.testing.assert_array_equal(curves.losses, [*course.kept[0].losses, *tail])


def test_the_best_accuracy_is_that_of_any_epoch(store: RunStore, course: Course) -> None:
    run_id = course.begin(store)
    figures = zip(course.checkpoints[2].epochs, (0.5, 0.75, 0.25), strict=True)
    epochs = tuple(replace(done, test_accuracy=accuracy) for done, accuracy in figures)
    RunProgress(store).keep(
        run_id, replace(course.checkpoints[2], epochs=epochs), [], RunStatus.RUNNING
    )
    record = store.record(run_id)
    assert (record.last_accuracy, record.best_accuracy) == (0.25, 0.75)


def test_what_images_held_out_say_is_kept_and_the_best_epoch_follows_from_it(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    figures = zip(course.checkpoints[2].epochs, (0.5, 0.25, 0.3), strict=True)
    epochs = tuple(
        replace(done, validation_loss=loss, validation_accuracy=1 - loss) for done, loss in figures
    )
    config = replace(SHORT, epochs=9, validation_images=60, patience=1)
    RunProgress(store).keep(
        run_id,
        replace(course.checkpoints[2], epochs=epochs, config=config, cycles=(9,)),
        [],
        RunStatus.FINISHED,
    )
    (curves,) = another_window.curves([run_id])
    assert curves.epochs == epochs
    assert (curves.record.best_epoch, curves.record.validation_accuracy) == (2, 0.75)
    assert "after epoch 3" in curves.record.why_early
    *_, last = retell(curves, another_window.about(run_id))
    assert last == RunFinished(3, curves.record.elapsed_s, curves.record.why_early)


def test_the_balanced_accuracy_is_kept_of_each_epoch(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    checkpoint = course.checkpoints[2]
    epochs = tuple(
        replace(done, balanced_accuracy=share)
        for done, share in zip(checkpoint.epochs, (None, 0.5, 0.25), strict=True)
    )
    run_id = course.begin(store)
    RunProgress(store).keep(run_id, replace(checkpoint, epochs=epochs), [], RunStatus.STOPPED)
    (curves,) = another_window.curves([run_id])
    assert curves.epochs == epochs
    assert curves.record.balanced_accuracy == 0.25


def test_without_images_held_out_there_is_no_best_epoch(store: RunStore, course: Course) -> None:
    record = store.record(course.finish(store))
    assert (record.best_epoch, record.validation_accuracy, record.why_early) == (None, None, "")


def test_to_keep_an_epoch_again_changes_nothing(store: RunStore, course: Course) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1, 2, 2, 3, 3)
    (curves,) = store.curves([run_id])
    np.testing.assert_array_equal(curves.losses, course.checkpoints[2].losses)
    assert curves.epochs == course.checkpoints[2].epochs
    assert curves.changes == (CHANGE,)


def test_epochs_that_are_trained_again_take_the_place_of_those_before(
    store: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1, 2)
    done = replace(course.kept[1].done, test_accuracy=1.0)
    change = LearningRateChanged(2, 0, 0.5)
    checkpoint = replace(
        course.checkpoints[1],
        epochs=(course.kept[0].done, done),
        losses=np.append(course.kept[0].losses, np.array([7, 8, 9], np.float32)),
        changes=(change,),
    )
    RunProgress(store).keep(
        run_id, checkpoint, [replace(course.kept[1], done=done)], RunStatus.RUNNING
    )
    (curves,) = store.curves([run_id])
    assert curves.epochs == checkpoint.epochs
    assert curves.changes == (change,)
    np.testing.assert_array_equal(curves.losses, checkpoint.losses)
    assert curves.record.best_accuracy == 1.0


def test_a_run_that_goes_on_from_an_earlier_epoch_has_none_of_the_later_ones(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    RunProgress(store).go_on(run_id, SHORT)
    course.keep(store, run_id, 2)
    (curves,) = store.curves([run_id])
    assert curves.epochs == course.checkpoints[1].epochs
    assert RunFolder(store.runs_path / store.record(run_id).key).epochs() == [1, 2]


def test_a_run_that_goes_on_has_the_epochs_that_are_planned_now(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    delete_runs(store, [run_id])
    RunProgress(store).go_on(run_id, replace(SHORT, epochs=7))
    (record,) = store.records()
    assert (record.status, record.config.epochs) == (RunStatus.RUNNING, 7)
    assert record.epochs_done == 3


def stop_after(store: RunStore, course: Course, *epochs: int) -> int:
    run_id = course.begin(store)
    course.keep(store, run_id, *epochs)
    RunProgress(store).set_status(run_id, RunStatus.STOPPED)
    return run_id


def lose_newest(store: RunStore, course: Course) -> int:
    """Keep a finished run whose newest checkpoint cannot be read."""
    run_id = course.finish(store)
    folder = store.run_folder(run_id)
    flip(folder.path / folder.checkpoints()[0], 10)
    return run_id


@pytest.mark.parametrize(
    ("known", "epochs", "now"),
    [(1, (2, 3), " and has 3 epochs now"), (2, (), "")],
    ids=["epochs", "steps"],
)
def test_a_run_that_has_got_further_elsewhere_is_not_gone_on_with_from_before(
    store: RunStore,
    another_window: RunStore,
    course: Course,
    known: int,
    epochs: tuple[int, ...],
    now: str,
) -> None:
    run_id = stop_after(store, course, *range(1, known + 1))
    checkpoint = course.checkpoints[known - 1]
    RunProgress(another_window).go_on(run_id, SHORT, checkpoint)
    course.keep(another_window, run_id, *epochs)
    newest = course.checkpoints[2] if epochs else course.midway
    RunProgress(another_window).keep(run_id, newest, [], RunStatus.STOPPED)
    RunProgress(another_window).set_status(run_id, RunStatus.STOPPED)
    before = store.record(run_id), store.run_folder(run_id).checkpoints()
    with pytest.raises(BusyRunError) as refused:
        RunProgress(store).go_on(run_id, SHORT, checkpoint)
    assert str(refused.value) == (
        f"“Run 1” has gone on elsewhere meanwhile{now}. Show the list of runs, which brings it up "
        "to date here."
    )
    assert (store.record(run_id), store.run_folder(run_id).checkpoints()) == before
    RunProgress(another_window).go_on(run_id, SHORT, newest)  # nobody holds it


def test_a_run_of_one_epoch_has_one_epoch_now(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    first = replace(course.checkpoints[0], epochs=(), losses=np.ones(1, np.float32))
    RunProgress(store).keep(run_id, first, [], RunStatus.STOPPED)
    RunProgress(store).set_status(run_id, RunStatus.STOPPED)
    RunProgress(another_window).go_on(run_id, SHORT, first)
    course.keep(another_window, run_id, 1)
    RunProgress(another_window).set_status(run_id, RunStatus.STOPPED)
    with pytest.raises(BusyRunError, match="and has 1 epoch now"):
        RunProgress(store).go_on(run_id, SHORT, first)


def test_a_run_whose_newest_checkpoint_is_lost_goes_on_from_the_one_before(
    store: RunStore, course: Course
) -> None:
    run_id = lose_newest(store, course)
    RunProgress(store).go_on(run_id, SHORT, course.checkpoints[1])
    (curves,) = store.curves([run_id])
    assert curves.epochs == course.checkpoints[2].epochs, "until they are trained again"
    RunProgress(store).keep(run_id, course.midway, [], RunStatus.STOPPED)
    (curves,) = store.curves([run_id])
    assert curves.epochs == course.checkpoints[1].epochs
    np.testing.assert_array_equal(curves.losses, course.midway.losses)
    accuracies = [judged(done.test_accuracy) for done in curves.epochs]
    assert (curves.record.epochs_done, curves.record.best_accuracy) == (2, max(accuracies))


def test_a_run_that_goes_on_has_the_losses_of_the_steps_that_it_goes_on_from(
    store: RunStore, course: Course
) -> None:
    failed, stopped = stop_after(store, course, 1), course.stop(store)
    RunProgress(store).set_status(failed, RunStatus.FAILED, np.array([1.5, 2.5], np.float32))
    again = lose_newest(store, course)
    for run_id, checkpoint, losses in (
        (failed, course.checkpoints[0], course.checkpoints[0].losses),
        (stopped, course.midway, course.midway.losses),
        (again, course.midway, course.checkpoints[2].losses),
    ):
        RunProgress(store).go_on(run_id, SHORT, checkpoint)
        np.testing.assert_array_equal(store.curves([run_id])[0].losses, losses)


def test_files_are_there_before_the_list_names_them(
    disk: Disk, store: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    disk.fill_database()
    long = replace(course.midway, changes=(CHANGE,) * 5_000)
    with pytest.raises(StoreError, match="cannot be written: database or disk is full"):
        RunProgress(store).keep(run_id, long, course.kept[1:2], RunStatus.STOPPED)
    assert store.run_folder(run_id).epochs() == [1, 2]
    assert len(store.run_folder(run_id).checkpoints()) == 2
    (curves,) = store.curves([run_id])
    assert (curves.record.epochs_done, curves.record.status) == (1, RunStatus.RUNNING)
    assert curves.epochs == course.checkpoints[0].epochs
    np.testing.assert_array_equal(curves.losses, course.checkpoints[0].losses)


# --- which run is the latest, whatever the clock says


def set_clock(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Let the clock be ahead by some days."""
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 86_400 * days)


def test_the_latest_run_is_the_one_kept_last_though_a_clock_was_ahead(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    with pytest.MonkeyPatch.context() as ahead:
        set_clock(ahead, days=400)
        first = course.stop(store)
    second = course.finish(store)
    store = reopened()
    latest = store.latest()
    assert latest is not None
    assert latest.id == second
    assert [record.id for record in store.records()] == [second, first]

    RunProgress(store).go_on(first, SHORT)
    course.keep(store, first, 3)
    RunProgress(store).set_status(first, RunStatus.FINISHED)
    latest = store.latest()
    assert latest is not None
    assert latest.id == first
    store.rename(second, "nothing new of it")
    assert store.latest() == latest


def test_runs_kept_before_the_clock_was_mistrusted_are_the_latest_by_their_time(
    store: RunStore, course: Course
) -> None:
    runs = [course.finish(store) for _ in range(3)]
    with contextlib.closing(sqlite3.connect(store.folder / DATABASE_NAME)) as connection:
        connection.execute("UPDATE runs SET turn = 0, updated_at = 9 - abs(id - 2)")
        connection.commit()
    latest = store.latest()
    assert latest is not None
    assert latest.id == runs[1]


@pytest.mark.parametrize(("moment", "place"), [(1.0, 0), (1e10, 1)])
def test_a_run_from_elsewhere_is_the_latest_only_by_its_time(
    store: RunStore, course: Course, moment: float, place: int
) -> None:
    own = course.finish(store)
    about = about_a_run(updated_at=moment)
    folder = store.folder_of(about.key)
    folder.write_checkpoint(course.checkpoints[0])
    taken = add_run(store, folder, about)
    latest = store.latest()
    assert latest is not None
    assert latest.id == (own, taken)[place]


# --- what a person says


def test_a_run_without_a_name_is_called_by_its_number(store: RunStore, course: Course) -> None:
    run_id = course.finish(store)
    assert store.record(run_id).name == f"Run {run_id}"
    assert store.rename(run_id, "\tMy  best\r\nrun ").title == "My best run"
    assert store.rename(run_id, "x" * 1_000).title == "x" * LONGEST_TITLE
    assert store.rename(run_id, " \n ").name == f"Run {run_id}"
    assert store.rename(run_id, "half \udcff").title == "half ?"


def test_what_is_said_about_a_run_is_there_the_next_time(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.finish(store)
    other = course.finish(store)
    updated_at = store.record(run_id).updated_at
    store.rename(run_id, "„Größe“ 👗'; DROP TABLE runs; --")
    store.set_note(run_id, "\n Two\nlines \n")
    store.set_star(run_id, True)
    again = reopened()
    record = again.record(run_id)
    assert record.title == "„Größe“ 👗'; DROP TABLE runs; --"
    assert (record.note, record.starred) == ("Two\nlines", True)
    assert record.updated_at == updated_at, "nothing new was learned"
    assert again.run_folder(run_id).read_about() == again.about(run_id)
    assert again.record(other).starred is False
    assert again.set_star(run_id, False).starred is False
    assert again.set_note(run_id, "y" * 20_000).note == "y" * LONGEST_NOTE
    assert again.set_note(run_id, "half \udcff").note == "half ?"


def test_a_run_is_named_while_it_goes_on(store: RunStore, course: Course) -> None:
    run_id = course.begin(store)
    store.rename(run_id, "early")
    course.keep(store, run_id, 1)
    RunProgress(store).set_status(run_id, RunStatus.STOPPED)
    assert store.record(run_id).title == "early"
    assert store.run_folder(run_id).read_about().title == "early"


def test_a_name_is_kept_although_its_file_cannot_be_written(
    disk: Disk, store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    disk.files_are_full = True
    assert store.rename(run_id, "new").title == "new"
    assert store.run_folder(run_id).read_about().title == ""


# --- what is deleted


def test_what_is_deleted_can_be_brought_back_with_all_that_is_kept(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id, other = course.finish(store, "gone"), course.finish(store)
    before = store.record(run_id)
    delete_runs(store, [run_id])
    assert [*statuses(store)] == [other]
    assert store.knows(before.key) is None
    assert store.keys() >= {before.key}
    again = reopened()
    assert [*statuses(again)] == [other], "it does not come back by itself"
    restore_runs(again, [run_id])
    assert again.record(run_id) == before
    assert len(again.records()) == 2
    assert again.run_folder(run_id).read_epoch(3).done == course.kept[2].done


def test_a_run_that_goes_on_is_not_deleted_nor_are_those_with_it(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    finished, running = course.finish(store), course.begin(store, "busy")
    for window in (store, another_window):
        with pytest.raises(StoreError, match="“busy” is going on"):
            delete_runs(window, [finished, running])
    assert len(store.records()) == 2
    RunProgress(store).set_status(running, RunStatus.PAUSED)
    with pytest.raises(StoreError):
        delete_runs(store, [running])
    RunProgress(store).set_status(running, RunStatus.STOPPED)
    delete_runs(store, [finished, running])
    assert store.records() == []


def test_what_is_purged_is_gone_and_its_number_with_it(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    runs = [course.finish(store) for _ in range(3)]
    kept = store.record(runs[0]).key
    delete_runs(store, runs[1:2])
    between = time.time()
    delete_runs(store, runs[2:])
    purge(store, between)
    with pytest.raises(StoreError):
        store.record(runs[1])
    restore_runs(store, runs[2:])
    delete_runs(store, runs[2:])
    purge(store, time.time() + 1)
    assert folder_names(store) == store.keys() == {kept}
    with pytest.raises(StoreError):
        restore_runs(store, runs[2:])
    again = reopened()
    assert course.begin(again) > max(runs)


@pytest.mark.parametrize(
    "action",
    [
        lambda store: store.record(7),
        lambda store: store.curves([7]),
        lambda store: store.rename(7, "a"),
        lambda store: store.set_note(7, "a"),
        lambda store: store.set_star(7, True),
        lambda store: delete_runs(store, [7]),
        lambda store: restore_runs(store, [7]),
        lambda store: RunProgress(store).go_on(7, SHORT),
        lambda store: RunProgress(store).set_status(7, RunStatus.STOPPED),
        lambda store: store.about(7),
        lambda store: store.run_folder(7),
        lambda store: store.predictions(7, 1),
    ],
)
def test_a_run_that_is_not_there_is_named_in_a_sentence(
    store: RunStore, course: Course, action: Callable[[RunStore], object]
) -> None:
    course.finish(store)
    with pytest.raises(StoreError, match=r"There is no run 7\."):
        action(store)
    assert len(store.records()) == 1


def test_nothing_is_kept_of_a_run_that_is_not_there(store: RunStore, course: Course) -> None:
    with pytest.raises(StoreError):
        RunProgress(store).keep(7, course.checkpoints[0], course.kept[:1], RunStatus.RUNNING)
    assert store.records() == []
    assert not store.runs_path.exists()


# --- two windows


def test_a_run_goes_on_in_one_window_only(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run_id = course.begin(store, "mine")
    course.keep(store, run_id, 1)
    assert statuses(another_window) == {run_id: RunStatus.RUNNING}
    with pytest.raises(BusyRunError, match="“mine” is going on in another window"):
        RunProgress(another_window).go_on(run_id, SHORT)
    assert store.record(run_id).config == SHORT
    RunProgress(store).set_status(run_id, RunStatus.PAUSED)
    assert statuses(another_window) == {run_id: RunStatus.PAUSED}
    RunProgress(store).set_status(run_id, RunStatus.STOPPED)
    RunProgress(another_window).go_on(run_id, replace(SHORT, epochs=9))
    with pytest.raises(BusyRunError):
        RunProgress(store).go_on(run_id, SHORT)
    assert statuses(store) == {run_id: RunStatus.RUNNING}
    assert store.record(run_id).config.epochs == 9


def test_each_window_sees_what_is_said_in_the_other(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    another_window.rename(run_id, "there")
    store.set_star(run_id, True)
    assert store.record(run_id) == another_window.record(run_id)
    assert (store.record(run_id).title, store.record(run_id).starred) == ("there", True)
    delete_runs(another_window, [run_id])
    assert store.records() == []


def test_windows_that_begin_runs_at_once_give_each_its_own_number(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    found: list[int] = []

    def begin_some(window: RunStore) -> None:
        for _ in range(4):
            run_id = course.begin(window)
            course.keep(window, run_id, 1)
            found.append(run_id)

    threads = [threading.Thread(target=begin_some, args=[w]) for w in (store, another_window)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted({record.id for record in store.records()})
    assert len(found) == 8
    assert set(statuses(store).values()) == {RunStatus.RUNNING}
    assert [record.id for record in store.records()] == sorted(found, reverse=True)


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.PAUSED])
def test_a_run_whose_window_was_killed_is_found_interrupted(
    store: RunStore, reopened: Reopen, course: Course, status: RunStatus
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    RunProgress(store).set_status(run_id, status)
    assert statuses(store) == {run_id: status}
    die(store, run_id)
    again = reopened()
    assert statuses(again) == {run_id: RunStatus.INTERRUPTED}
    (curves,) = again.curves([run_id])
    assert curves.epochs == course.checkpoints[0].epochs
    RunProgress(again).go_on(run_id, SHORT)
    course.keep(again, run_id, 2, 3)
    RunProgress(again).set_status(run_id, RunStatus.FINISHED)
    assert statuses(again) == {run_id: RunStatus.FINISHED}


def test_an_end_that_cannot_be_noted_leaves_the_run_to_others(
    store: RunStore, another_window: RunStore, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    store.close()
    with pytest.raises(StoreError):
        RunProgress(store).set_status(run_id, RunStatus.STOPPED)
    assert statuses(another_window) == {run_id: RunStatus.INTERRUPTED}
    RunProgress(another_window).go_on(run_id, SHORT)


# --- disks that cannot be written


def test_a_full_disk_leaves_nothing_of_a_run_that_could_not_begin(
    disk: Disk, store: RunStore, course: Course
) -> None:
    disk.files_are_full = True
    with pytest.raises(OSError, match=FULL):
        course.begin(store)
    disk.files_are_full = False
    disk.fill_database()
    with pytest.raises(StoreError, match="disk is full"):
        begin_many(store, course)
    assert folder_names(store) == store.keys()
    disk.empty_database()
    run_id = course.finish(store)
    assert store.record(run_id).status is RunStatus.FINISHED


def test_a_disk_that_is_full_for_a_while_loses_nothing(
    disk: Disk, store: RunStore, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    before = store.record(run_id)
    disk.files_are_full = True
    with pytest.raises(OSError, match=FULL):
        course.keep(store, run_id, 2)
    assert store.record(run_id) == before
    disk.files_are_full = False
    RunProgress(store).keep(run_id, course.checkpoints[2], course.kept[1:], RunStatus.RUNNING)
    (curves,) = store.curves([run_id])
    np.testing.assert_array_equal(curves.losses, course.checkpoints[2].losses)
    assert curves.epochs == course.checkpoints[2].epochs
    assert store.run_folder(run_id).epochs() == [1, 2, 3]


def test_a_store_that_cannot_be_written_works_in_memory(tmp_path: Path, course: Course) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    store = open_store(tmp_path / "blocked" / "kept")
    assert store.reason
    assert store.notice
    run_id = course.stop(store)
    running = course.begin(store)
    course.keep(store, running, 1)
    assert statuses(store) == {run_id: RunStatus.STOPPED, running: RunStatus.RUNNING}
    (curves,) = store.curves([run_id])
    np.testing.assert_array_equal(curves.losses, course.midway.losses)
    assert store.rename(run_id, "for now").name == "for now"
    RunProgress(store).go_on(run_id, SHORT)
    RunProgress(store).set_status(run_id, RunStatus.STOPPED)
    delete_runs(store, [run_id])
    assert [*statuses(store)] == [running]
    store.close()
    store.close()
    assert (tmp_path / "blocked").is_file()


def test_a_run_on_which_nobody_works_does_not_go_on_where_the_list_may_only_be_read(
    store: RunStore, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = course.begin(store)
    store.let_go(running)  # as if its process had been killed
    monkeypatch.setattr(sqlite3, "connect", only_to_read(sqlite3.connect))
    visitor = open_store(store.folder)
    assert visitor.reason
    assert statuses(visitor) == {running: RunStatus.INTERRUPTED}
    visitor.close()


def test_what_may_only_be_read_is_listed_and_left_as_it_is(
    store: RunStore, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = course.stop(store)
    running = course.begin(store)
    files = [path for path in store.folder.rglob("*.*") if path.is_file()]
    before = {path: path.read_bytes() for path in files if not path.name.endswith("-shm")}
    monkeypatch.setattr(sqlite3, "connect", only_to_read(sqlite3.connect))
    visitor = open_store(store.folder)
    assert visitor.reason
    assert statuses(visitor) == {run_id: RunStatus.STOPPED, running: RunStatus.RUNNING}
    assert visitor.predictions(run_id, 2).epoch == 2
    visitor.rename(run_id, "only here")
    new = course.finish(visitor)
    assert len(visitor.records()) == 3
    assert visitor.curves([new])[0].epochs == course.checkpoints[2].epochs
    visitor.close()
    assert {path: path.read_bytes() for path in before} == before
    assert folder_names(store) == store.keys()


def test_a_list_that_is_gone_is_named_in_a_sentence(store: RunStore, course: Course) -> None:
    course.finish(store)
    store.close()
    with pytest.raises(StoreError, match="The list of runs cannot be read"):
        store.records()
    with pytest.raises(StoreError, match="The list of runs cannot be"):
        store.rename(1, "a")
    with pytest.raises(StoreError, match="The list of runs cannot be written"):
        course.begin(store)


# --- rows that cannot be read


STRANGE = {
    "status": ("dreaming", ""),
    "config": ("", "null", "[]", '{"epochs": 0}', '{"colour": 1}', "[" * 20_000, b"\xff\xfe"),
    "surroundings": ("", "3", '{"device": 1}'),
}


@pytest.mark.parametrize(
    ("column", "value"),
    [(name, value) for name, values in STRANGE.items() for value in values],
    ids=lambda value: str(value)[:12],
)
def test_a_line_that_cannot_be_read_does_not_take_the_others_with_it(
    store: RunStore, course: Course, column: str, value: Any
) -> None:
    strange, other = course.begin(store), course.begin(store)
    with sqlite3.connect(store.folder / DATABASE_NAME) as connection:
        connection.execute(f"UPDATE runs SET {column} = ? WHERE id = ?", [value, strange])  # noqa: S608
    connection.close()
    assert [record.id for record in store.records()] == [other]
    for action in (
        lambda: store.record(strange),
        lambda: store.curves([strange]),
        lambda: store.about(strange),
        lambda: store.rename(strange, "a"),
        lambda: delete_runs(store, [strange]),
    ):
        with pytest.raises(StoreError, match="another version of this program"):
            action()


def test_half_a_character_in_a_name_does_not_take_the_list_with_it(
    store: RunStore, course: Course
) -> None:
    run_id = course.finish(store)
    with sqlite3.connect(store.folder / DATABASE_NAME) as connection:
        connection.execute("UPDATE runs SET title = CAST(x'41ff' AS TEXT)")
    connection.close()
    assert store.record(run_id).title == "A\N{REPLACEMENT CHARACTER}"


# --- against a list in plain Python


@dataclass
class Line:
    title: str = ""
    note: str = ""
    starred: bool = False
    status: RunStatus = RunStatus.RUNNING
    epochs: int = 1_000
    deleted: bool = False


ENDS = [status for status in RunStatus if not status.is_active]
STARTED = RunStarted(TrainingConfig(epochs=1_000), CPU, 61_706, 600, STEPS)
titles = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=5)


class ListOfRuns(RuleBasedStateMachine):
    """Says the same to a store with two windows and to a dictionary."""

    folder: Path
    runs: Bundle[int] = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        self.windows = [open_store(self.folder), open_store(self.folder)]
        self.store, self.other = self.windows
        self.lines: dict[int, Line] = {}
        self.first_id = max((record.id for record in self.store.records()), default=0)
        # Of the example before.
        delete_runs(self.store, [r.id for r in self.store.records()])
        self.highest = self.first_id

    @rule(target=runs, title=titles)
    def begin(self, title: str) -> int:
        run_id = RunProgress(self.store).begin(STARTED, SURROUNDINGS, title)
        assert run_id > self.highest, "no number is given twice"
        self.highest = run_id
        self.lines[run_id] = Line(title=title)
        return run_id

    @rule(run_id=runs, title=titles)
    def rename(self, run_id: int, title: str) -> None:
        assert self.other.rename(run_id, title).title == title
        self.lines[run_id].title = title

    @rule(run_id=runs, note=titles, starred=st.booleans())
    def annotate(self, run_id: int, note: str, starred: bool) -> None:
        self.store.set_note(run_id, note)
        self.other.set_star(run_id, starred)
        self.lines[run_id].note = note
        self.lines[run_id].starred = starred

    @rule(run_id=runs, status=st.sampled_from(ENDS))
    def end(self, run_id: int, status: RunStatus) -> None:
        RunProgress(self.store).set_status(run_id, status)
        self.lines[run_id].status = status

    @rule(run_id=runs)
    def pause(self, run_id: int) -> None:
        if self.lines[run_id].status is RunStatus.RUNNING:
            RunProgress(self.store).set_status(run_id, RunStatus.PAUSED)
            self.lines[run_id].status = RunStatus.PAUSED

    @rule(run_id=runs, epochs=st.integers(1, 1_000))
    def go_on(self, run_id: int, epochs: int) -> None:
        line = self.lines[run_id]
        if line.status.is_active:
            with pytest.raises(BusyRunError):
                RunProgress(self.other).go_on(run_id, STARTED.config)
        else:
            RunProgress(self.store).go_on(run_id, replace(STARTED.config, epochs=epochs))
            line.status, line.epochs, line.deleted = RunStatus.RUNNING, epochs, False

    @rule(some=st.lists(runs, max_size=3, unique=True))
    def delete(self, some: list[int]) -> None:
        if any(self.lines[run_id].status.is_active for run_id in some):
            with pytest.raises(StoreError):
                delete_runs(self.other, some)
            return
        delete_runs(self.other, some)
        for run_id in some:
            self.lines[run_id].deleted = True

    @rule(run_id=runs)
    def restore(self, run_id: int) -> None:
        restore_runs(self.store, [run_id])
        self.lines[run_id].deleted = False

    @rule(target=runs, run_id=consumes(runs))
    def purge(self, run_id: int) -> Any:
        line = self.lines[run_id]
        if not line.deleted:
            return run_id
        with sqlite3.connect(self.folder / DATABASE_NAME) as connection:
            connection.execute("UPDATE runs SET deleted_at = 5 WHERE id = ?", [run_id])
        connection.close()
        purge(self.store, 6)
        del self.lines[run_id]
        return multiple()

    @rule()
    def close_both_windows(self) -> None:
        self._die()
        self.windows[:] = self.store, self.other = open_store(self.folder), open_store(self.folder)
        for line in self.lines.values():
            if line.status.is_active:
                line.status = RunStatus.INTERRUPTED
        self.store.records()

    @invariant()
    def both_windows_list_the_same(self) -> None:
        expected = [(run_id, line) for run_id, line in self.lines.items() if not line.deleted]
        for window in self.windows:
            found = [(record.id, line_of(record)) for record in window.records()]
            assert found == sorted(expected, key=lambda pair: -pair[0])
        for run_id, line in self.lines.items():
            about = self.store.run_folder(run_id).read_about()
            # What the list would be put together from.
            if not line.status.is_active and line.status is not RunStatus.INTERRUPTED:
                assert about == self.store.about(run_id)

    def teardown(self) -> None:
        self._die()

    def _die(self) -> None:
        for run_id in self.lines:
            self.store.run_folder(run_id).leave()
        for window in self.windows:
            window.close()


def line_of(record: RunRecord) -> Line:
    return Line(record.title, record.note, record.starred, record.status, record.config.epochs)


def test_the_list_is_what_was_said_to_it(tmp_path: Path) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    ListOfRuns.folder = tmp_path
    run_state_machine_as_test(
        ListOfRuns, settings=settings(max_examples=12, stateful_step_count=12, deadline=None)
    )
