"""A run may keep the best, every tenth and the last of its networks only."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.export.model_files import read_model
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.portable import export_run, import_run
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.choices import KeptNetworks
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.checkpoint_file import checkpoint_bytes, load_checkpoint
from lenet_desktop.training.epoch_file import KeptEpoch
from tests.judged import judged
from tests.runs.conftest import SHORT, STEPS, SURROUNDINGS, Course

EPOCHS = 13
CONFIG = replace(
    SHORT, epochs=EPOCHS, validation_images=60, keep_networks=KeptNetworks.BEST_AND_TENTHS
)


def epoch_of(course: Course, epoch: int, loss: float) -> KeptEpoch:
    """Return the real last epoch as another one."""
    real = course.kept[2]
    done = replace(real.done, epoch=epoch, validation_loss=loss, validation_accuracy=0.5)
    return replace(
        real,
        config=CONFIG,
        done=done,
        predictions=replace(judged(real.predictions), epoch=epoch),
        snapshot=replace(real.network, config=CONFIG, epoch=epoch),
    )


def keep_all(store: RunStore, course: Course, epochs: int = EPOCHS, best: int = 4) -> int:
    """Keep a run epoch by epoch; validation says that one was the best."""
    run_id = RunProgress(store).begin(replace(course.started, config=CONFIG), SURROUNDINGS)
    done: list[KeptEpoch] = []
    for epoch in range(1, epochs + 1):
        done.append(epoch_of(course, epoch, abs(epoch - best) + 1.0))
        checkpoint = checkpoint_of(course, done)
        RunProgress(store).keep(run_id, checkpoint, done[-1:], RunStatus.RUNNING)
        expected = {*range(10, epoch + 1, 10), min(epoch, best), epoch}
        assert store.run_folder(run_id).networks() == sorted(expected)
    RunProgress(store).set_status(run_id, RunStatus.STOPPED)
    return run_id


def checkpoint_of(course: Course, done: list[KeptEpoch]) -> Checkpoint:
    return replace(
        course.checkpoints[2],
        config=CONFIG,
        cycles=(EPOCHS,),
        epochs=tuple(each.done for each in done),
        losses=np.concatenate([each.losses for each in done]),
        predictions=done[-1].predictions,
        changes=(),
    )


def test_the_best_every_tenth_and_the_last_are_kept(store: RunStore, course: Course) -> None:
    run_id = keep_all(store, course)
    opened = read_run(store, run_id)
    assert opened.notice is None
    assert [each.epoch for each in opened.snapshots] == [4, 10, 13]
    assert [each.epoch for each in opened.predictions] == list(range(1, EPOCHS + 1))
    for snapshot in opened.snapshots:
        snapshot.build()
    folder = store.run_folder(run_id)
    with pytest.raises(CheckpointError, match="The network after epoch 7 is not kept"):
        _ = folder.read_epoch(7).network
    with pytest.raises(CheckpointError, match="The network after epoch 7 is not kept"):
        read_model(folder.epoch_file(7))
    assert read_model(folder.epoch_file(4)).epochs_done == 4


def test_a_checkpoint_needs_no_network_that_gives_way(store: RunStore, course: Course) -> None:
    run_id = keep_all(store, course)
    folder = store.run_folder(run_id)
    newest, older = folder.checkpoints()
    whole = load_checkpoint(folder.path / newest)
    (folder.path / newest).unlink()
    folder.network_file(EPOCHS).unlink()
    opened = read_run(store, run_id)
    assert opened.checkpoint is not None
    assert len(opened.checkpoint.epochs) == EPOCHS - 1
    assert load_checkpoint(folder.path / older).epochs == whole.epochs[:-1]


def test_what_a_killed_process_left_goes_with_the_next_epoch(
    store: RunStore, course: Course
) -> None:
    run_id = keep_all(store, course, epochs=2)
    folder = store.run_folder(run_id)
    folder.write_epoch(epoch_of(course, 1, 9.0))  # as if it had not come to delete it
    assert folder.networks() == [1, 2]
    done = [epoch_of(course, epoch, 10.0 - epoch) for epoch in (1, 2, 3)]
    checkpoint = checkpoint_of(course, done)
    RunProgress(store).go_on(run_id, CONFIG)
    RunProgress(store).keep(run_id, checkpoint, done[-1:], RunStatus.STOPPED)
    assert folder.networks() == [3]


def test_such_a_run_is_carried_and_put_together_anew(
    store: RunStore, course: Course, tmp_path: Path
) -> None:
    run_id = keep_all(store, course)
    name = store.run_folder(run_id).checkpoints()[0]
    expected = checkpoint_bytes(load_checkpoint(store.run_folder(run_id).path / name))
    assert export_run(store, run_id, tmp_path / "run.zip") is None
    other = open_store(tmp_path / "other")
    taken = import_run(other, tmp_path / "run.zip")
    other.close()
    (tmp_path / "other" / "runs.sqlite").unlink()
    again = open_store(tmp_path / "other")
    try:
        opened = read_run(again, taken.id)
        assert opened.notice is None
        assert (opened.record.best_epoch, opened.record.epochs_done) == (4, EPOCHS)
        assert [each.epoch for each in opened.snapshots] == [4, 10, 13]
        assert opened.checkpoint is not None
        assert checkpoint_bytes(opened.checkpoint) == expected
        assert len(opened.checkpoint.losses) == EPOCHS * STEPS
    finally:
        again.close()
