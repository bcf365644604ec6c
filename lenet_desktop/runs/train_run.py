"""Trains and keeps a run: all that the window, the terminal and anything else assembles for one."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError, why_busy
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.devices import Device, choose_device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import Event
from lenet_desktop.training.learning_rate import LiveLearningRate


@dataclass(frozen=True, slots=True, eq=False)
class RunInProgress:
    """A run that computes whenever its next event is asked for.

    Attributes:
        events: what it reports; closing them stops the run and keeps where it stopped.
        recorder: what of it is kept, and where it stands.
        learning_rate: by which another one is set from its next step on.
    """

    events: Generator[Event, None, None]
    recorder: RunRecorder
    learning_rate: LiveLearningRate


def train_run(
    config: TrainingConfig,
    data: DataSplits,
    store: RunStore | None,
    devices: Iterable[Device],
    *,
    checkpoint: Checkpoint | None = None,
    run_id: int | None = None,
    title: str = "",
    file: Path | None = None,
    key: str = "",
    judges_test_images: bool = True,
) -> RunInProgress:
    """Return a run that is kept while it goes on; nothing is computed before its first event.

    Args:
        config: the recipe; that of the checkpoint when there is one.
        data: images to learn from and to be judged on.
        store: where the run is kept, None to keep it out of the list.
        devices: those that there are; the recipe says which one computes.
        checkpoint: where to go on from, None for a new run.
        run_id: the run of the list that goes on, None for a new one.
        title: a name for a new run; empty to have it named by its number.
        file: where the newest checkpoint is written besides, None to write none.
        key: that of a new run; empty to have one made.
        judges_test_images: whether they are judged after each epoch.

    The first event raises:
        BusyRunError: another window or terminal works on this run.
        CheckpointError: the checkpoint does not belong to these data or to this network.
        ConfigError: these data are too few for the recipe.
        DeviceError: the recipe's device is not there.
    """
    recorder = RunRecorder(store, run_id, checkpoint, title, file, key=key)
    learning_rate = LiveLearningRate()

    def events() -> Generator[Event, None, None]:
        device = choose_device(config.device, list(devices))
        trainer = Trainer(
            config,
            data,
            device,
            checkpoint=checkpoint,
            live_rate=learning_rate,
            judges_test_images=judges_test_images,
        )
        yield from recorder.follow(trainer)

    return RunInProgress(events(), recorder, learning_rate)


def checkpoint_of(store: RunStore, run_id: int) -> Checkpoint:
    """Return where a run of the list can be gone on from.

    Raises:
        StoreError: there is no such run, it is going on, or it left nothing to go on from.
    """
    opened = read_run(store, run_id)
    if opened.record.status.is_active:
        raise BusyRunError(why_busy(opened.record.quoted_name))
    if opened.checkpoint is None:
        raise StoreError(
            _("{name} left nothing from which it could go on.").format(
                name=opened.record.quoted_name
            )
        )
    return opened.checkpoint
