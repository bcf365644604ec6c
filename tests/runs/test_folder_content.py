"""What the folder of a run holds: what can be believed of it is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.runs.folder_content import FolderContent, newest_checkpoint, read_content
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.run_folder import RunFolder
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.checkpoint import Checkpoint, save_checkpoint
from tests.runs.conftest import SHORT, STEPS, Course, about_a_run, flip

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
        found, checkpoint = newest_checkpoint(folder, STEPS)
        assert found == name
        assert checkpoint is not None
        np.testing.assert_array_equal(checkpoint.losses, expected.losses)
        damage(folder, name)
    assert newest_checkpoint(folder, STEPS) == (None, None)


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
