"""Real runs that are kept without a window, for tests of what a window does with them."""

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import Event, PredictionsReady, RunFinished, StepsDone
from tests.recipes import RELU

STEPS = 10
"""Steps in an epoch of `BRIEF` on 600 images."""
BRIEF = replace(RELU.config, epochs=2, batch_size=64, device=CPU)


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that a module's tests find in the list.

    Attributes:
        config: its recipe.
        steps: after how many steps it was stopped, None if it was not.
        title: what it is called, nothing for its number.
    """

    config: TrainingConfig = BRIEF
    steps: int | None = None
    title: str = ""


def keep_runs(folder: Path, data: DataSplits, runs: Iterable[KeptRun]) -> None:
    """Train runs one after the other, so that they are kept in `folder`."""
    store = open_store(folder)
    try:
        for number, run in enumerate(runs, start=1):
            kept = keep_run(store, data, run.config, steps=run.steps, title=run.title)
            assert kept == number
    finally:
        store.close()


def keep_run(
    store: RunStore,
    data: DataSplits,
    config: TrainingConfig = BRIEF,
    *,
    steps: int | None = None,
    title: str = "",
) -> int:
    """Train, stop after so many steps if any are given, and return the number of the run."""
    trainer = Trainer(config, data, Device(CPU, "A processor"), report_interval_s=0)
    recorder = RunRecorder(store, title=title)
    events = recorder.follow(trainer)
    done = 0
    for event in events:
        done += len(event.losses) if isinstance(event, StepsDone) else 0
        if done == steps:
            break
    events.close()
    if recorder.run_id is None:
        raise RuntimeError("The run could not be kept.")
    return recorder.run_id


@dataclass
class Elsewhere:
    """A run in another window or terminal; each step ends an epoch, the last one the run."""

    store: RunStore
    recorder: RunRecorder
    events: Generator[Event, None, None]

    @classmethod
    def begin(
        cls, folder: Path, data: DataSplits, config: TrainingConfig, run_id: int | None = None
    ) -> "Elsewhere":
        """Begin a run, or go on with one, as another process with the same folder would.

        Raises:
            RuntimeError: the run left nothing to go on from.
        """
        store = open_store(folder)
        checkpoint = None if run_id is None else read_run(store, run_id).checkpoint
        if run_id is not None and checkpoint is None:
            raise RuntimeError("There is nothing to go on from.")
        recorder = RunRecorder(store, run_id, checkpoint)
        device = Device(CPU, "A processor")
        trainer = Trainer(config, data, device, checkpoint=checkpoint, report_interval_s=0)
        return cls(store, recorder, recorder.follow(trainer))

    @property
    def run_id(self) -> int:
        """The number of the run."""
        assert self.recorder.run_id is not None
        return self.recorder.run_id

    def go_on(self, ends: int = 1) -> None:
        """Finish so many epochs, or the run."""
        for _ in range(ends):
            next(e for e in self.events if isinstance(e, PredictionsReady | RunFinished))

    def end(self) -> None:
        """Finish the run."""
        for _ in self.events:
            pass

    def stop(self) -> None:
        """Stop the run where it stands, and let go of the list."""
        self.events.close()
        self.store.close()
