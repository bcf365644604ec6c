"""Trains one trial in the folder of its run, on whichever machine that is."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.database import MEMORY, Database
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.recovery import add_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.runs.train_run import RunInProgress, train_run
from lenet_desktop.sweeps.executor import Report, TaskAdvanced, TaskBegun, TaskEnded, TrialTask
from lenet_desktop.text.language import _
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import (
    EpochDone,
    NetworkReady,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
)


def train_trial(
    task: TrialTask, folder: Path, data: DataSplits, devices: Sequence[Device]
) -> Generator[Report | None, None, None]:
    """Train a trial, from where its folder says or from the beginning, and yield what happens.

    Yields None at times where there is nothing to tell. What was told in an earlier process is told
    again. To close it is to stop: where the run stands is kept, and nothing more is told.

    Args:
        task: the trial.
        folder: that of the store; the run has its own in it. Its list is left alone.
        data: what is learned from.
        devices: those that there are.

    Raises:
        BusyRunError: somebody else works on this run.
        CheckpointError: the folder holds a run of other data.
        ConfigError: these data are too few for the recipe.
        DeviceError: the recipe's device is not there.
    """
    with closing(RunStore(folder, Database(MEMORY))) as store:
        run = _begun(task, store, data, devices)
        known = 0 if run.recorder.latest is None else len(run.recorder.latest.epochs)
        done: EpochDone | None = None
        with closing(run.events) as events:
            for event in events:
                match event:
                    case RunStarted():
                        yield TaskBegun(task.number)
                    case EpochDone(epoch=epoch) if epoch <= known:
                        yield TaskAdvanced(task.number, event)
                    case EpochDone():
                        done = event
                    case PredictionsReady() | NetworkReady() if done is not None:
                        yield TaskAdvanced(task.number, done)
                        done = None
                    case RunDiverged():
                        ended = TaskEnded(task.number, RunStatus.DIVERGED)
                    case RunFinished():
                        ended = TaskEnded(task.number, RunStatus.FINISHED)
                    case _:
                        yield None
        yield _ended(ended, run)


def _begun(
    task: TrialTask, store: RunStore, data: DataSplits, devices: Sequence[Device]
) -> RunInProgress:
    run_folder, run_id, checkpoint = store.folder_of(task.key), None, None
    if run_folder.checkpoints():
        about = run_folder.read_about()
        _other, checkpoint = run_folder.newest_checkpoint(about.steps_per_epoch)
    if checkpoint is not None:
        run_id = add_run(store, run_folder, about)
        missing = task.config.epochs + task.more_epochs - checkpoint.config.epochs
        if missing > 0:
            checkpoint = checkpoint.extended(missing)
        elif task.is_spared and checkpoint.is_stopped_early:
            checkpoint = checkpoint.waiting()
    is_judged = checkpoint is not None and checkpoint.predictions is not None
    return train_run(
        task.config,
        data,
        store,
        devices,
        checkpoint=checkpoint,
        run_id=run_id,
        key=task.key,
        judges_test_images=task.judges_test_images or is_judged,
    )


def _ended(ended: TaskEnded, run: RunInProgress) -> TaskEnded:
    """Return how a trial ended, which failed where not all of it could be kept."""
    reason = run.recorder.reason
    if reason is None:
        return ended
    return TaskEnded(
        ended.number,
        RunStatus.INCOMPLETE,
        _("Not all of it could be kept ({reason}).").format(reason=reason),
    )
