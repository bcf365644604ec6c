"""The curves of a run as TensorBoard reads them.

The events are made of the package tensorboard's own messages and records, as PyTorch's
`SummaryWriter` makes them; that one would write from a thread of its own, stamp everything with the
present time, and import TensorFlow wherever it is installed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lenet_desktop.export.optional_packages import importing_optional
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.files import write_folder
from lenet_desktop.text.language import _
from lenet_desktop.training.events import EpochDone, LearningRateChanged

TRAIN_STEP_LOSS = "loss/train_step"
TRAIN_LOSS = "loss/train"
TEST_LOSS = "loss/test"
VALIDATION_LOSS = "loss/validation"
TRAIN_ACCURACY = "accuracy/train"
TEST_ACCURACY = "accuracy/test"
VALIDATION_ACCURACY = "accuracy/validation"
BALANCED_ACCURACY = "accuracy/test_balanced"
LEARNING_RATE = "learning_rate"

Losses = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Scalar:
    """One value of a series, and when it was reached, in seconds since 1970."""

    tag: str
    step: int
    value: float
    wall_time: float


def write_tensorboard(
    folder: Path,
    *,
    config: TrainingConfig,
    losses: Losses,
    steps_per_epoch: int,
    epochs: Sequence[EpochDone],
    changes: Sequence[LearningRateChanged],
    created_at: float,
) -> None:
    """Write a run as a folder of its own, which appears as a whole or not at all.

    The losses of single steps and the learning rates are series over the steps, counted from 1
    through the whole run; the others are over the epochs. A learning rate is given at the first and
    the last step that it was set for, before the schedule's factor. The configuration goes into
    TensorBoard's table of hyper-parameters. TensorBoard keeps values as float32, and calls runs
    whose folders lie side by side as these folders are called.

    The time of each value is the start plus the seconds of work until then, as if the run had never
    been paused; within an epoch all steps count as equally long.

    Args:
        folder: where to write; it may be there if it is empty.
        losses: float32 (S,), the mean loss of each step's batch, in nats.
        steps_per_epoch: how many steps an epoch has.
        epochs: the figures of the finished epochs, in order.
        changes: the learning rates that were set while the run went on, in order.
        created_at: when the run was started, in seconds since 1970.

    Raises:
        MissingPackageError: the package tensorboard is not there or does not work.
        OSError: it cannot be written, or there is something in the folder, which stays as it is.
    """
    clock = _Clock(created_at, steps_per_epoch, epochs)
    scalars = [
        *_step_scalars(losses, clock),
        *_rate_scalars(config.learning_rate, changes, len(losses), clock),
        *_epoch_scalars(epochs, clock),
    ]
    content = _event_file(config.to_dict() | {"data": config.data.title}, scalars, created_at)
    # The name that TensorBoard knows event files by.
    write_folder(folder, f"events.out.tfevents.{int(created_at):010d}.lenet-desktop", content)


class _Clock:
    """Tells when each step and epoch ended, in seconds since 1970."""

    def __init__(
        self, created_at: float, steps_per_epoch: int, epochs: Sequence[EpochDone]
    ) -> None:
        self.steps_per_epoch = steps_per_epoch
        seconds = [done.elapsed_s for done in epochs]
        self._ends = created_at + np.cumsum([0.0, *seconds])
        # An epoch that was not finished is taken to have been as fast as the last one that was.
        self._pace = seconds[-1] if seconds else 0.0

    def after_epochs(self, epochs: float) -> float:
        """Return when this many epochs were done; a fraction is a place within one."""
        known = len(self._ends) - 1
        inside = float(np.interp(epochs, np.arange(known + 1), self._ends))
        return inside + max(0.0, epochs - known) * self._pace

    def after_steps(self, steps: int) -> float:
        """Return when this many steps were done."""
        return self.after_epochs(steps / self.steps_per_epoch)


def _step_scalars(losses: Losses, clock: _Clock) -> Iterator[_Scalar]:
    for step, loss in enumerate(losses.tolist(), start=1):
        yield _Scalar(TRAIN_STEP_LOSS, step, loss, clock.after_steps(step))


def _epoch_scalars(epochs: Sequence[EpochDone], clock: _Clock) -> Iterator[_Scalar]:
    for count, done in enumerate(epochs, start=1):
        now = clock.after_epochs(count)
        yield _Scalar(TRAIN_LOSS, done.epoch, done.train_loss, now)
        yield _Scalar(TRAIN_ACCURACY, done.epoch, done.train_accuracy, now)
        if done.test_loss is not None and done.test_accuracy is not None:
            yield _Scalar(TEST_LOSS, done.epoch, done.test_loss, now)
            yield _Scalar(TEST_ACCURACY, done.epoch, done.test_accuracy, now)
        if done.balanced_accuracy is not None:
            yield _Scalar(BALANCED_ACCURACY, done.epoch, done.balanced_accuracy, now)
        if done.validation_loss is not None and done.validation_accuracy is not None:
            yield _Scalar(VALIDATION_LOSS, done.epoch, done.validation_loss, now)
            yield _Scalar(VALIDATION_ACCURACY, done.epoch, done.validation_accuracy, now)


def _rate_scalars(
    first_rate: float, changes: Sequence[LearningRateChanged], steps: int, clock: _Clock
) -> Iterator[_Scalar]:
    """Yield the corners of the staircase: the first and the last step with each rate.

    TensorBoard joins points by straight lines; without the last steps it would draw slopes.
    """
    rate, corners = first_rate, {1: first_rate}
    for change in changes:
        first = (change.epoch - 1) * clock.steps_per_epoch + change.step + 1
        if first > 1:
            corners.setdefault(first - 1, rate)
        rate = corners[first] = change.learning_rate
    corners.setdefault(max(steps, *corners), rate)
    for step in sorted(corners):
        yield _Scalar(LEARNING_RATE, step, corners[step], clock.after_steps(step))


def _event_file(hparams: Mapping[str, Any], scalars: Sequence[_Scalar], created_at: float) -> bytes:
    """Return the bytes of an event file that holds all of these."""
    with importing_optional("tensorboard", _("Saving for TensorBoard")):
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.compat.proto.summary_pb2 import Summary
        from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
        from tensorboard.plugins.hparams.summary_v2 import hparams_pb
        from tensorboard.summary.writer.record_writer import RecordWriter

    stream = io.BytesIO()
    writer = RecordWriter(stream)
    writer.write(Event(wall_time=created_at, file_version="brain.Event:2").SerializeToString())
    table = hparams_pb(dict(hparams), start_time_secs=created_at)
    for value in table.value:
        # A map inside is written in an order that is another one in each process.
        plugin = value.metadata.plugin_data
        settings = HParamsPluginData.FromString(plugin.content)
        plugin.content = settings.SerializeToString(deterministic=True)
    writer.write(Event(wall_time=created_at, summary=table).SerializeToString())
    for scalar in scalars:
        summary = Summary(value=[Summary.Value(tag=scalar.tag, simple_value=scalar.value)])
        event = Event(wall_time=scalar.wall_time, step=scalar.step, summary=summary)
        writer.write(event.SerializeToString())
    return stream.getvalue()
