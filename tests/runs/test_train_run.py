"""One function trains and keeps a run, for the window, the terminal and anything else."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError
from lenet_desktop.runs.train_run import checkpoint_of, train_run
from lenet_desktop.training.checkpoint_file import checkpoint_bytes, load_checkpoint
from lenet_desktop.training.devices import DeviceError
from lenet_desktop.training.events import (
    CheckpointFailed,
    CheckpointRecovered,
    LearningRateChanged,
    PredictionsReady,
    RunFinished,
    RunStarted,
)
from tests.runs.conftest import CHANGE, CPU, SHORT, STEPS, Course, Disk


def test_a_run_is_trained_kept_and_written_where_somebody_wants_it_besides(
    store: RunStore, few: DataSplits, course: Course, tmp_path: Path
) -> None:
    file = tmp_path / "out" / "checkpoint.safetensors"
    run = train_run(SHORT, few, store, [CPU], title="By hand", file=file)
    assert store.records() == [], "nothing is done before the first event is asked for"
    epochs = []
    for event in run.events:
        if isinstance(event, RunStarted):
            run.learning_rate.change(CHANGE.learning_rate)
        elif isinstance(event, LearningRateChanged):
            assert event.learning_rate == CHANGE.learning_rate
        elif isinstance(event, RunFinished):
            epochs.append(len(load_checkpoint(file).epochs))
    (record,) = store.records()
    assert (record.id, record.title) == (run.recorder.run_id, "By hand")
    assert (record.status, record.epochs_done) == (RunStatus.FINISHED, 3)
    assert (run.recorder.reason, epochs) == (None, [3])
    # It is complete in itself, unlike the one in the folder of the run.
    kept = checkpoint_of(store, record.id)
    assert file.read_bytes() == checkpoint_bytes(kept)


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_run_that_is_stopped_goes_on_from_the_list_or_from_its_file(
    store: RunStore, few: DataSplits, tmp_path: Path, is_listed: bool
) -> None:
    file = tmp_path / "checkpoint.safetensors"
    run = train_run(SHORT, few, store if is_listed else None, [CPU], file=file)
    for event in run.events:
        if isinstance(event, PredictionsReady):
            break
    run.events.close()
    assert run.recorder.latest is not None
    assert load_checkpoint(file).step == run.recorder.latest.step == 0
    assert len(store.records()) == is_listed

    run_id = run.recorder.run_id
    checkpoint = load_checkpoint(file) if run_id is None else checkpoint_of(store, run_id)
    again = train_run(SHORT, few, store, [CPU], checkpoint=checkpoint, run_id=run_id)
    list(again.events)
    (record,) = store.records()
    assert (record.status, record.epochs_done) == (RunStatus.FINISHED, 3)
    (curves,) = store.curves([record.id])
    assert len(curves.losses) == 3 * STEPS
    np.testing.assert_array_equal(curves.losses[:STEPS], checkpoint.losses)


def test_a_file_that_cannot_be_written_is_mentioned_and_tried_again(
    disk: Disk, few: DataSplits, tmp_path: Path
) -> None:
    file = tmp_path / "checkpoint.safetensors"
    run = train_run(SHORT, few, None, [CPU], file=file)
    told = []
    for event in run.events:
        told.append(event)
        epoch = event.epoch if hasattr(event, "epoch") else None
        disk.files_are_full = epoch == 1
    failed = [event.reason for event in told if isinstance(event, CheckpointFailed)]
    assert failed == [os.strerror(errno.ENOSPC)]
    assert any(isinstance(event, CheckpointRecovered) for event in told)
    assert run.recorder.reason is None
    assert load_checkpoint(file).is_finished


def test_what_cannot_be_gone_on_with_says_why(
    store: RunStore, few: DataSplits, course: Course
) -> None:
    run_id = course.begin(store)
    with pytest.raises(BusyRunError, match="is going on in another window"):
        checkpoint_of(store, run_id)
    RunProgress(store).set_status(run_id, RunStatus.FAILED)
    with pytest.raises(StoreError, match="left nothing from which it could go on"):
        checkpoint_of(store, run_id)
    with pytest.raises(DeviceError):
        next(train_run(replace(SHORT, device="cuda:9"), few, store, [CPU]).events)
