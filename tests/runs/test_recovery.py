"""A store that is opened is in order: what the list lost is back, what was deleted goes."""

import errno
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.runs.database import DATABASE_NAME
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.runs.recovery import (
    FolderContent,
    add_run,
    read_content,
    recover_single_checkpoint,
    tidy,
)
from lenet_desktop.runs.run_folder import ABOUT_NAME, RunFolder
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.runs.trash import UNDO_LIMIT_S, delete_runs, purge, restore_runs
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.checkpoint_file import load_checkpoint, save_checkpoint
from tests.runs.conftest import CHANGE, SHORT, STEPS, Course, Disk, about_a_run, die, flip

Reopen = Callable[[], RunStore]
FIRST, SECOND, THIRD = (f"checkpoint-{epoch:04}-000000.safetensors" for epoch in (1, 2, 3))
MIDWAY = "checkpoint-0002-000002.safetensors"


def lose_list(store: RunStore) -> None:
    store.close()
    for path in store.folder.glob(f"{DATABASE_NAME}*"):
        path.unlink()


def by_key(store: RunStore) -> dict[str, RunRecord]:
    return {record.key: replace(record, id=0) for record in store.records()}


def set_deleted(store: RunStore, run_id: int, ago_s: float) -> None:
    with sqlite3.connect(store.folder / DATABASE_NAME) as connection:
        values = [time.time() - ago_s, run_id]
        connection.execute("UPDATE runs SET deleted_at = ? WHERE id = ?", values)
    connection.close()


def grow_old(path: Path) -> None:
    long_ago = time.time() - 2 * 3_600
    os.utime(path, (long_ago, long_ago))


@pytest.fixture
def folder(tmp_path: Path, course: Course) -> RunFolder:
    """Return a folder with all three epochs and every checkpoint that there ever was."""
    folder = RunFolder(tmp_path / "run")
    for kept in course.kept:
        folder.write_epoch(kept)
    for checkpoint in (*course.checkpoints, course.midway):
        folder.write_checkpoint(checkpoint)
    return folder


def lose(folder: RunFolder, *names: str) -> None:
    for name in names:
        (folder.path / name).unlink()


def damage(folder: RunFolder, *names: str) -> None:
    for name in names:
        flip(folder.path / name, 10)


def assert_content(content: FolderContent, checkpoint: Checkpoint, name: str | None) -> None:
    """See that what was read of a folder is what a checkpoint says, to the bit."""
    assert content.checkpoint == name
    assert tuple(done for done, *_ in content.epochs) == checkpoint.epochs
    assert content.changes == checkpoint.changes
    parts = [losses for _, losses, _ in content.epochs]
    np.testing.assert_array_equal(np.concatenate([*parts, content.tail]), checkpoint.losses)
    assert len(content.tail) == checkpoint.step


# --- what a folder holds


def test_a_sound_folder_is_read_whole(folder: RunFolder, course: Course) -> None:
    content = read_content(folder, about_a_run(elapsed_s=1e6))
    assert_content(content, course.checkpoints[2], THIRD)
    assert content.about == about_a_run(elapsed_s=course.checkpoints[2].elapsed_s)


def test_the_planned_epochs_are_those_of_the_checkpoint(folder: RunFolder) -> None:
    about = about_a_run(config=replace(SHORT, epochs=99))
    assert read_content(folder, about).about.config == SHORT


def test_the_steps_after_the_last_epoch_come_from_the_checkpoint(
    folder: RunFolder, course: Course
) -> None:
    lose(folder, THIRD, "epoch-0003.safetensors")
    assert_content(read_content(folder, about_a_run()), course.midway, MIDWAY)


def test_epochs_after_the_newest_checkpoint_are_believed_too(
    folder: RunFolder, course: Course
) -> None:
    damage(folder, THIRD)
    lose(folder, SECOND, MIDWAY)
    content = read_content(folder, about_a_run())
    assert_content(content, course.checkpoints[2], FIRST)
    assert content.about.elapsed_s == course.checkpoints[0].elapsed_s


def test_epochs_are_enough_without_a_checkpoint(folder: RunFolder, course: Course) -> None:
    lose(folder, FIRST, SECOND)
    damage(folder, THIRD, MIDWAY)
    content = read_content(folder, about_a_run())
    assert_content(content, course.checkpoints[2], None)
    assert content.about.elapsed_s == sum(done.elapsed_s for done, *_ in content.epochs)


def test_a_checkpoint_that_is_complete_in_itself_is_enough_without_epochs(
    folder: RunFolder, course: Course
) -> None:
    save_checkpoint(course.checkpoints[2], folder.path / THIRD)
    for epoch in (1, 2, 3):
        damage(folder, folder.epoch_file(epoch).name)
    assert_content(read_content(folder, about_a_run()), course.checkpoints[2], THIRD)


def test_an_epoch_after_a_gap_is_not_believed(folder: RunFolder, course: Course) -> None:
    lose(folder, FIRST, SECOND, MIDWAY, THIRD)
    damage(folder, "epoch-0002.safetensors")
    assert_content(read_content(folder, about_a_run()), course.checkpoints[0], None)
    lose(folder, "epoch-0002.safetensors")
    assert_content(read_content(folder, about_a_run()), course.checkpoints[0], None)


def test_files_of_a_run_with_other_steps_are_not_believed(folder: RunFolder) -> None:
    with pytest.raises(CheckpointError, match="holds nothing of a run that can be read"):
        read_content(folder, about_a_run(steps_per_epoch=STEPS + 1))


def test_a_folder_of_which_nothing_can_be_read_is_refused(
    folder: RunFolder, tmp_path: Path
) -> None:
    damage(folder, *(path.name for path in folder.path.iterdir()))
    for each in (folder, RunFolder(tmp_path / "nothing")):
        with pytest.raises(CheckpointError) as refused:
            read_content(each, about_a_run())
        assert str(each.path) in str(refused.value)


def test_the_newest_checkpoint_that_can_be_read_is_found(folder: RunFolder, course: Course) -> None:
    newer = [course.checkpoints[2], course.midway, course.checkpoints[1], course.checkpoints[0]]
    for name, expected in zip((THIRD, MIDWAY, SECOND, FIRST), newer, strict=True):
        found, checkpoint = folder.newest_checkpoint(STEPS)
        assert found == name
        assert checkpoint is not None
        np.testing.assert_array_equal(checkpoint.losses, expected.losses)
        damage(folder, name)
    assert folder.newest_checkpoint(STEPS) == (None, None)


@pytest.mark.parametrize("patience", [0, 1])
def test_a_run_that_was_stopped_early_is_finished_and_any_other_one_with_epochs_left_is_not(
    folder: RunFolder, course: Course, patience: int
) -> None:
    end = course.checkpoints[2]
    judged = [
        replace(done, validation_loss=float(done.epoch), validation_accuracy=0.5)
        for done in end.epochs
    ]
    config = replace(SHORT, epochs=9, validation_images=60, patience=patience)
    early = replace(end, epochs=tuple(judged), config=config, cycles=(9,))
    save_checkpoint(early, folder.path / THIRD)

    about = read_content(folder, about_a_run(status=RunStatus.FINISHED)).about

    assert about.status is (RunStatus.FINISHED if patience else RunStatus.STOPPED)


# --- the list is put together from the files


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_a_list_that_is_gone_is_put_together_from_the_files(
    store: RunStore, reopened: Reopen, course: Course, how: str
) -> None:
    finished, stopped = course.finish(store, "Mine"), course.stop(store)
    store.set_note(finished, "a note\nof two lines")
    store.set_star(stopped, True)
    before = by_key(store)
    curves = {each.record.key: each for each in store.curves([finished, stopped])}
    lose_list(store)
    if how == "damaged":
        (store.folder / DATABASE_NAME).write_bytes(b"damaged " * 1_000)

    again = reopened()

    assert by_key(again) == before
    assert (again.notice is not None) == (how == "damaged")
    for each in again.curves(record.id for record in again.records()):
        known = curves[each.record.key]
        np.testing.assert_array_equal(each.losses, known.losses)
        assert (each.epochs, each.changes) == (known.epochs, known.changes)
        assert each.cycles == known.cycles != ()
        opened = read_run(again, each.record.id)
        assert opened.notice is None
        assert opened.checkpoint is not None
    assert again.notice != reopened().notice or how == "lost"


def test_runs_get_their_numbers_in_the_order_in_which_they_were_begun(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    folders = [store.run_folder(course.stop(store)) for _ in range(3)]
    newest_first = sorted(folders, key=lambda folder: folder.path.name)
    for ago_s, folder in enumerate(newest_first):
        about = folder.read_about()
        folder.write_about(replace(about, created_at=about.created_at - ago_s))
    lose_list(store)
    assert [record.key for record in reopened().records()] == [f.path.name for f in newest_first]


def test_a_finished_run_that_lost_epochs_is_not_finished_any_more(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.finish(store)
    folder = store.run_folder(run_id)
    for path in (folder.epoch_file(3), *(folder.path / name for name in folder.checkpoints())):
        path.unlink()
    lose_list(store)
    (record,) = reopened().records()
    assert (record.status, record.epochs_done) == (RunStatus.STOPPED, 2)


def test_what_was_deleted_stays_deleted_when_the_list_is_put_together(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.finish(store)
    key = store.record(run_id).key
    delete_runs(store, [run_id])
    lose_list(store)
    again = reopened()
    assert again.records() == []
    assert again.keys() == {key}
    restore_runs(again, [1])
    assert again.record(1).key == key


def test_a_run_that_was_killed_comes_back_as_interrupted(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1, 2)
    die(store, run_id)
    lose_list(store)
    (record,) = reopened().records()
    assert (record.status, record.epochs_done) == (RunStatus.INTERRUPTED, 2)


def test_a_run_that_goes_on_elsewhere_is_left_to_whoever_has_it(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.begin(store)
    course.keep(store, run_id, 1)
    folder = store.run_folder(run_id)
    lose_list(store)
    assert reopened().records() == []
    folder.leave()
    assert len(reopened().records()) == 1


def test_a_list_that_is_known_is_left_as_it_is(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    course.finish(store)
    running = course.begin(store)
    course.keep(store, running, 1)
    before = store.records()
    tidy(store)
    tidy(store)
    assert store.records() == before
    assert reopened().records()[1:] == before[1:]


def test_a_folder_that_was_put_there_by_hand_is_taken_in(
    store: RunStore, reopened: Reopen, course: Course, tmp_path: Path
) -> None:
    elsewhere = open_store(tmp_path / "elsewhere")
    key = elsewhere.record(course.finish(elsewhere, "Carried")).key
    course.finish(store)
    shutil.copytree(elsewhere.runs_path / key, store.runs_path / key)
    elsewhere.close()
    assert {record.title for record in reopened().records()} == {"", "Carried"}


# --- what is no run


def test_what_is_no_run_is_neither_listed_nor_touched(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    key = store.record(course.finish(store)).key
    runs = store.runs_path
    shutil.copytree(runs / key, runs / "copy of a run")
    shutil.copytree(runs / key, runs / ("a" * 32))
    shutil.copytree(runs / key, runs / ("b" * 32))
    (runs / ("b" * 32) / ABOUT_NAME).unlink()
    shutil.copytree(runs / key, runs / ("c" * 32))
    about = json.loads((runs / key / ABOUT_NAME).read_bytes())
    for name, wrong in {"c": {"config": []}, "d": {"title": 3}, "e": {"version": 2}}.items():
        shutil.copytree(runs / key, runs / (name * 32), dirs_exist_ok=True)
        document = json.dumps(about | {"key": name * 32} | wrong)
        (runs / (name * 32) / ABOUT_NAME).write_text(document)
    shutil.copytree(runs / key, runs / ("f" * 32))
    document = json.dumps(about | {"key": "f" * 32})
    (runs / ("f" * 32) / ABOUT_NAME).write_text(document)
    for path in (runs / ("f" * 32)).glob("*.safetensors"):
        flip(path, 10)
    (runs / "a file.txt").write_text("mine")
    (runs / "holiday").mkdir()
    (runs / "holiday" / "beach.txt").write_text("mine")
    for path in runs.iterdir():
        grow_old(path)
    before = {path: path.read_bytes() for path in runs.rglob("*") if path.is_file()}

    again = reopened()

    assert [record.key for record in again.records()] == [key]
    assert again.notice is None
    after = {path: path.read_bytes() for path in before}
    assert after == before


def test_a_folder_in_which_nothing_was_kept_goes_after_an_hour(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    young, old, running = (store.runs_path / (digit * 32) for digit in "abc")
    for path in (young, old, running):
        path.mkdir(parents=True)
        (path / ABOUT_NAME).write_text("{}")
    holder = store.run_folder(course.begin(store))
    for path in (old, holder.path):
        grow_old(path)
    lose_list(store)
    reopened()
    assert young.exists()
    assert not old.exists()
    assert holder.path.exists(), "somebody works on it"
    holder.leave()


# --- what was deleted


def test_what_was_deleted_long_ago_goes_when_the_store_is_opened(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    recent, old, kept = (course.finish(store, title) for title in ("recent", "old", "kept"))
    folders = {run_id: store.run_folder(run_id).path for run_id in (recent, old, kept)}
    delete_runs(store, [recent, old])
    set_deleted(store, recent, UNDO_LIMIT_S - 60)
    set_deleted(store, old, UNDO_LIMIT_S + 60)
    assert folders[old].exists(), "not while the window may still bring it back"
    again = reopened()
    assert {run_id: path.exists() for run_id, path in folders.items()} == {
        recent: True,
        old: False,
        kept: True,
    }
    restore_runs(again, [recent])
    assert {record.title for record in again.records()} == {"recent", "kept"}


def test_a_deleted_run_whose_files_could_not_go_does_not_come_back(
    store: RunStore, reopened: Reopen, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = course.finish(store)
    folder = store.run_folder(run_id)
    delete_runs(store, [run_id])
    set_deleted(store, run_id, UNDO_LIMIT_S + 60)
    about = replace(folder.read_about(), deleted_at=time.time() - UNDO_LIMIT_S - 60)
    folder.write_about(about)
    with monkeypatch.context() as held:
        held.setattr(shutil, "rmtree", lambda *_, **__: None)  # as where a file of it is open
        assert reopened().records() == []
    assert folder.path.exists()
    assert reopened().records() == []
    assert not folder.path.exists()


# --- a store that cannot be tidied


def test_a_store_that_cannot_be_tidied_is_opened_all_the_same(
    disk: Disk, store: RunStore, course: Course
) -> None:
    run_id, other = course.finish(store), course.finish(store)
    delete_runs(store, [run_id])
    set_deleted(store, run_id, UNDO_LIMIT_S + 60)
    disk.protect_database(True)
    tidy(store)
    assert [record.id for record in store.records()] == [other]
    disk.protect_database(False)
    store.close()
    tidy(store)


def test_runs_are_taken_in_as_far_as_the_list_can_be_written(
    disk: Disk, store: RunStore, reopened: Reopen, course: Course
) -> None:
    course.finish(store)
    runs = store.runs_path.rename(store.folder / "moved away")
    lose_list(store)
    again = reopened()
    runs.rename(again.runs_path)
    disk.protect_database(True)
    tidy(again)
    assert again.records() == []
    disk.protect_database(False)
    tidy(again)
    (record,) = again.records()
    assert (record.config, record.epochs_done) == (SHORT, 3)


def test_windows_that_are_opened_at_once_take_a_run_in_once(
    store: RunStore, another_window: RunStore, course: Course, tmp_path: Path
) -> None:
    elsewhere = open_store(tmp_path / "elsewhere")
    key = elsewhere.record(course.finish(elsewhere)).key
    store.runs_path.mkdir()
    shutil.copytree(elsewhere.runs_path / key, store.runs_path / key)
    elsewhere.close()
    for window in (store, another_window, store):
        tidy(window)
        assert [record.key for record in window.records()] == [key]


def test_a_folder_that_says_it_is_another_run_is_not_that_run(
    store: RunStore, reopened: Reopen, course: Course
) -> None:
    run_id = course.finish(store)
    store.run_folder(run_id).write_about(about_a_run())
    lose_list(store)
    assert reopened().records() == []


# --- into the list


def test_a_run_that_is_taken_in_is_what_it_was(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run_id = course.finish(store, "Mine")
    store.set_note(run_id, "a note")
    before, (curves,) = store.record(run_id), store.curves([run_id])
    folder, about = store.run_folder(run_id), store.run_folder(run_id).read_about()
    content = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    delete_runs(store, [run_id])
    purge(store, 9e9)
    for name, part in content.items():
        folder.path.mkdir(exist_ok=True)
        (folder.path / name).write_bytes(part)

    added = add_run(another_window, folder, about)

    assert added > run_id
    assert store.record(added) == replace(before, id=added)
    (again,) = store.curves([added])
    np.testing.assert_array_equal(again.losses, curves.losses)
    assert (again.epochs, again.changes) == (curves.epochs, curves.changes)
    with pytest.raises(StoreError):
        add_run(store, folder, about)
    assert len(store.records()) == 1


# --- the one run that earlier versions kept


@pytest.fixture
def single(tmp_path: Path, course: Course) -> Path:
    path = tmp_path / "last.safetensors"
    save_checkpoint(course.midway, path)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def test_the_one_run_of_an_earlier_version_is_taken_in_once(
    store: RunStore, single: Path, course: Course
) -> None:
    run_id = recover_single_checkpoint(store, single, 600)
    assert run_id is not None
    assert not single.exists()
    opened = read_run(store, run_id)
    record = opened.record
    assert (record.status, record.epochs_done) == (RunStatus.STOPPED, 2)
    assert record.config == SHORT
    assert record.updated_at == 1_700_000_000
    assert record.created_at == pytest.approx(1_700_000_000 - course.midway.elapsed_s)
    about = store.about(run_id)
    sizes = (about.images_per_epoch, about.steps_per_epoch, about.parameter_count)
    assert sizes == (600, STEPS, 61_706)
    (curves,) = store.curves([run_id])
    np.testing.assert_array_equal(curves.losses, course.midway.losses)
    assert curves.changes == (CHANGE,)
    assert opened.notice is None
    assert opened.checkpoint is not None
    np.testing.assert_array_equal(opened.checkpoint.losses, course.midway.losses)
    assert recover_single_checkpoint(store, single, 600) is None
    assert len(store.records()) == 1


def test_the_one_run_of_an_earlier_version_may_have_been_finished(
    store: RunStore, single: Path, course: Course
) -> None:
    save_checkpoint(course.checkpoints[2], single)
    run_id = recover_single_checkpoint(store, single, 600)
    assert run_id is not None
    assert store.record(run_id).status is RunStatus.FINISHED


def test_what_cannot_be_read_of_an_earlier_version_is_set_aside(
    store: RunStore, single: Path
) -> None:
    single.write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match=r"It was set aside as last\.safetensors\.damaged\."):
        recover_single_checkpoint(store, single, 600)
    assert single.with_name("last.safetensors.damaged").read_bytes() == b"not a checkpoint"
    assert recover_single_checkpoint(store, single, 600) is None
    assert store.records() == []


def test_a_file_of_an_earlier_version_that_is_withheld_is_not_set_aside(
    store: RunStore, single: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing:

        def fail(*_: object) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        failing.setattr(os, "open", fail)
        with pytest.raises(CheckpointError, match=os.strerror(errno.EIO)):
            recover_single_checkpoint(store, single, 600)
    assert single.exists()
    assert recover_single_checkpoint(store, single, 600) is not None


def test_the_file_of_an_earlier_version_stays_until_all_of_it_is_kept(
    disk: Disk, store: RunStore, single: Path, course: Course
) -> None:
    disk.files_are_full = True
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        recover_single_checkpoint(store, single, 600)
    disk.files_are_full = False
    disk.protect_database(True)
    with pytest.raises(StoreError):
        recover_single_checkpoint(store, single, 600)
    disk.protect_database(False)
    assert store.records() == []
    np.testing.assert_array_equal(load_checkpoint(single).losses, course.midway.losses)
    assert recover_single_checkpoint(store, single, 600) is not None
    assert not single.exists()


def test_where_nothing_can_be_kept_the_file_of_an_earlier_version_stays(
    tmp_path: Path, single: Path
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    store = open_store(tmp_path / "blocked" / "kept")
    assert recover_single_checkpoint(store, single, 600) is None
    assert single.exists()
    store.close()
