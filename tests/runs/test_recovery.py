"""Runs whose files are there and whose line is not: what can be believed is taken in."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.runs.reading import open_run
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.recovery import (
    FolderContent,
    adopt_single_checkpoint,
    newest_checkpoint,
    read_content,
)
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from tests.runs.conftest import CHANGE, SHORT, STEPS, Course, Disk, about_a_run, flip

FIRST, SECOND, THIRD = (f"checkpoint-{epoch:04}-000000.safetensors" for epoch in (1, 2, 3))
MIDWAY = "checkpoint-0002-000002.safetensors"


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
    assert tuple(done for done, _ in content.epochs) == checkpoint.epochs
    assert content.changes == checkpoint.changes
    parts = [losses for _, losses in content.epochs]
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
    assert content.about.elapsed_s == sum(done.elapsed_s for done, _ in content.epochs)


def test_a_checkpoint_is_enough_without_epochs(folder: RunFolder, course: Course) -> None:
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
        found, checkpoint = newest_checkpoint(folder, STEPS)
        assert found == name
        assert checkpoint is not None
        np.testing.assert_array_equal(checkpoint.losses, expected.losses)
        damage(folder, name)
    assert newest_checkpoint(folder, STEPS) == (None, None)


# --- into the list


def test_an_adopted_run_is_what_it_was(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run_id = course.finish(store, "Mine")
    store.set_note(run_id, "a note")
    before, (curves,) = store.record(run_id), store.curves([run_id])
    folder, about = store.run_folder(run_id), store.run_folder(run_id).read_about()
    content = {path.name: path.read_bytes() for path in folder.path.iterdir()}
    store.delete([run_id])
    store.purge(9e9)
    for name, part in content.items():
        folder.path.mkdir(exist_ok=True)
        (folder.path / name).write_bytes(part)

    adopted = another_window.adopt(folder, about)

    assert adopted > run_id
    assert store.record(adopted) == replace(before, id=adopted)
    (again,) = store.curves([adopted])
    np.testing.assert_array_equal(again.losses, curves.losses)
    assert (again.epochs, again.changes) == (curves.epochs, curves.changes)
    with pytest.raises(StoreError):
        store.adopt(folder, about)
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
    run_id = adopt_single_checkpoint(store, single, 600)
    assert run_id is not None
    assert not single.exists()
    opened = open_run(store, run_id)
    record = opened.record
    assert (record.status, record.epochs_done) == (RunStatus.STOPPED, 2)
    assert record.config == SHORT
    assert record.updated_at == 1_700_000_000
    assert record.created_at == pytest.approx(1_700_000_000 - course.midway.elapsed_s)
    assert store.started(run_id) == (600, STEPS, 61_706)
    (curves,) = store.curves([run_id])
    np.testing.assert_array_equal(curves.losses, course.midway.losses)
    assert curves.changes == (CHANGE,)
    assert opened.notice is None
    assert opened.checkpoint is not None
    np.testing.assert_array_equal(opened.checkpoint.losses, course.midway.losses)
    assert adopt_single_checkpoint(store, single, 600) is None
    assert len(store.records()) == 1


def test_the_one_run_of_an_earlier_version_may_have_been_finished(
    store: RunStore, single: Path, course: Course
) -> None:
    save_checkpoint(course.checkpoints[2], single)
    run_id = adopt_single_checkpoint(store, single, 600)
    assert run_id is not None
    assert store.record(run_id).status is RunStatus.FINISHED


def test_what_cannot_be_read_of_an_earlier_version_is_set_aside(
    store: RunStore, single: Path
) -> None:
    single.write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointError, match=r"It was set aside as last\.safetensors\.damaged\."):
        adopt_single_checkpoint(store, single, 600)
    assert single.with_name("last.safetensors.damaged").read_bytes() == b"not a checkpoint"
    assert adopt_single_checkpoint(store, single, 600) is None
    assert store.records() == []


def test_a_file_of_an_earlier_version_that_is_withheld_is_not_set_aside(
    store: RunStore, single: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing:

        def fail(*_: object) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        failing.setattr(os, "open", fail)
        with pytest.raises(CheckpointError, match=os.strerror(errno.EIO)):
            adopt_single_checkpoint(store, single, 600)
    assert single.exists()
    assert adopt_single_checkpoint(store, single, 600) is not None


def test_the_file_of_an_earlier_version_stays_until_all_of_it_is_kept(
    disk: Disk, store: RunStore, single: Path, course: Course
) -> None:
    disk.files_are_full = True
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        adopt_single_checkpoint(store, single, 600)
    disk.files_are_full = False
    disk.protect_database(True)
    with pytest.raises(StoreError):
        adopt_single_checkpoint(store, single, 600)
    disk.protect_database(False)
    assert store.records() == []
    np.testing.assert_array_equal(load_checkpoint(single).losses, course.midway.losses)
    assert adopt_single_checkpoint(store, single, 600) is not None
    assert not single.exists()


def test_where_nothing_can_be_kept_the_file_of_an_earlier_version_stays(
    tmp_path: Path, single: Path
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    store = RunStore(tmp_path / "blocked" / "kept")
    assert adopt_single_checkpoint(store, single, 600) is None
    assert single.exists()
    store.close()
