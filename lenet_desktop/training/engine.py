"""Training a network. A run is a generator: it yields events and knows no listener.

Pausing a run means not asking for its next event; stopping it means closing the generator. A
`Trainer` can say at any event what it takes to go on from there, to the bit.
"""

import math
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from lenet_desktop.data.images import DataSplits, LabelledImages
from lenet_desktop.networks.catalogue import StateMismatchError, parameter_count
from lenet_desktop.networks.compact_predictions import rounded
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.text.language import _
from lenet_desktop.training.allocator import FreedMemory
from lenet_desktop.training.captured_learner import new_learner
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    LearningRateChanged,
    NetworkReady,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)
from lenet_desktop.training.growing_array import GrowingArray
from lenet_desktop.training.learner import copied_weights
from lenet_desktop.training.learning_rate import LiveLearningRate, factor_in_cycles
from lenet_desktop.training.pending_steps import PendingSteps
from lenet_desktop.training.sampling import Variations, draw_variations, hold_out, shuffled
from lenet_desktop.training.validation import has_lost_patience, stopping_sentence
from lenet_desktop.training.work_clock import WorkClock

REPORT_INTERVAL_S = 0.1


def train(
    config: TrainingConfig,
    data: DataSplits,
    device: Device,
    report_interval_s: float = REPORT_INTERVAL_S,
) -> Generator[Event, None, None]:
    """Train a new network to the end and yield what happens; see `Trainer.events`."""
    return Trainer(config, data, device, report_interval_s=report_interval_s).events()


class Trainer:
    """One run, from its first step or from a checkpoint.

    The same configuration, data and changes give the same losses and weights bit for bit on the
    CPU, with any number of threads and however often the run was stopped and continued.

    Args:
        config: the recipe, here for these data; that of the checkpoint when there is one.
        data: images to learn from and to be judged on; copied to the device once.
        device: where to compute.
        checkpoint: where to go on from.
        live_rate: from which other learning rates are taken while the run goes on.
        changes: learning rates to set at given steps, to repeat a run that was changed.
        report_interval_s: least seconds between two `StepsDone` of an epoch; the device is
            waited for only then.
        judges_test_images: whether they are judged after each epoch.

    Raises:
        CheckpointError: the checkpoint does not belong to these data or to this network.
        ConfigError: more images are to be held out than these data can spare.
    """

    def __init__(
        self,
        config: TrainingConfig,
        data: DataSplits,
        device: Device,
        *,
        checkpoint: Checkpoint | None = None,
        live_rate: LiveLearningRate | None = None,
        changes: Iterable[LearningRateChanged] = (),
        report_interval_s: float = REPORT_INTERVAL_S,
        judges_test_images: bool = True,
    ) -> None:
        if checkpoint is None:
            self.config = replace(config, data=data.info)
        else:
            self.config = checkpoint.config
            checkpoint.check_data(data.info)
            data = data.described(self.config.data)  # or other rounding of its mean would tell
        self._device = device
        self._train_set = data.train.to(device.id)
        self._test_set = data.test.to(device.id) if judges_test_images else None
        self._numbers, held_out = hold_out(data.train.labels, self.config)
        self._validation_set = data.train.some(held_out).to(device.id)
        self._steps_per_epoch = math.ceil(len(self._numbers) / self.config.batch_size)
        self._live_rate = live_rate or LiveLearningRate()
        self._due = deque(changes)
        self._report_interval_s = report_interval_s
        self._learner = new_learner(self.config, self._train_set, self._numbers)
        self._cycles: tuple[int, ...] = (self.config.epochs,)
        self._learning_rate = self.config.learning_rate
        self._losses = GrowingArray(np.float32)
        self._correct = 0  # images of the epoch under way that were right
        self._epoch_began_s = 0.0
        self._epochs: list[EpochDone] = []
        self._changes: list[LearningRateChanged] = []
        self._predictions: PredictionSet | None = None
        self._clock = WorkClock()
        self._memory = FreedMemory()
        self._checkpoint = checkpoint
        if checkpoint is not None:
            self._go_on_from(checkpoint)

    def events(self) -> Generator[Event, None, None]:
        """Train, and yield what happens; to be iterated once.

        The order is `RunStarted`; for a run that goes on, what it reported before, told again
        with one `StepsDone` an epoch; then per epoch any number of `StepsDone` and
        `LearningRateChanged`, one `EpochDone` and one `PredictionsReady`, or one `NetworkReady`
        where the test images are not judged; then `RunFinished`. `RunDiverged` ends the run early.
        """
        events = self._run()
        while True:
            with self._clock.running():
                event = next(events, None)
            if event is None:
                return
            yield event

    def checkpoint(self) -> Checkpoint:
        """Return where the run stands. To be asked between two events, or after the last."""
        return Checkpoint(
            config=self.config,
            cycles=self._cycles,
            learning_rate=self._learning_rate,
            correct=self._correct,
            elapsed_s=self._clock.elapsed_s,
            epoch_elapsed_s=self._clock.elapsed_s - self._epoch_began_s,
            learner=self._learner.state(),
            judged=copied_weights(self._learner.judged()) if self.config.batch_norm else None,
            losses=self._losses.values,
            epochs=tuple(self._epochs),
            changes=tuple(self._changes),
            predictions=self._predictions,
            steps_per_epoch=self._steps_per_epoch,
        )

    def _go_on_from(self, checkpoint: Checkpoint) -> None:
        if checkpoint.steps_per_epoch != self._steps_per_epoch:
            raise CheckpointError(
                _("The checkpoint was made with another number of training images. Start anew.")
            )
        try:
            self._learner.restore(checkpoint.learner)
        except StateMismatchError as error:
            raise CheckpointError(
                _("The checkpoint does not fit: {error}. Start anew.").format(error=error)
            ) from error
        self._cycles = checkpoint.cycles
        self._learning_rate = checkpoint.learning_rate
        self._losses.extend(checkpoint.losses)
        self._epochs = list(checkpoint.epochs)
        self._changes = list(checkpoint.changes)
        for _other in self._changes[: len(self._due)]:
            self._due.popleft()
        self._predictions = checkpoint.predictions
        self._clock = WorkClock(checkpoint.elapsed_s)
        self._correct = checkpoint.correct
        self._epoch_began_s = checkpoint.elapsed_s - checkpoint.epoch_elapsed_s

    def _run(self) -> Iterator[Event]:
        yield RunStarted(
            self.config,
            self._device,
            parameter_count(self._learner.model),
            len(self._numbers),
            self._steps_per_epoch,
            resumed=self._checkpoint is not None,
        )
        if self._checkpoint is not None:
            yield from self._checkpoint.past()
        while self._epoch <= self.config.epochs and not self._has_lost_patience:
            for event in self._train_epoch():
                yield event
                if isinstance(event, RunDiverged):
                    return
            judged = self._learner.judged()
            predictions = self._judge(judged, self._test_set)
            validation = self._judge(judged, self._validation_set)
            losses = [each.loss for each in (predictions, validation) if each is not None]
            if not np.isfinite(losses).all():
                yield self._diverged()
                return
            predictions = None if predictions is None else rounded(predictions)  # as they are kept
            yield self._finish_epoch(predictions, validation)
            weights = copied_weights(judged)
            network = Snapshot.of(self.config, len(self._epochs), weights)
            if predictions is None:
                yield NetworkReady(network)
            else:
                yield PredictionsReady(predictions, network)
            self._memory.give_back_excess()
        done = len(self._epochs)
        is_early = done < self.config.epochs
        reason = stopping_sentence(self.config.patience, done) if is_early else ""
        yield RunFinished(done, self._clock.elapsed_s, reason)

    @property
    def _epoch(self) -> int:
        """The epoch under way, from 1."""
        return len(self._epochs) + 1

    @property
    def _steps(self) -> int:
        """How many of its steps were reported."""
        return len(self._losses.values) - len(self._epochs) * self._steps_per_epoch

    @property
    def _has_lost_patience(self) -> bool:
        return has_lost_patience(self.config, self._epochs)

    def _judge(self, network: nn.Sequential, images: LabelledImages | None) -> PredictionSet | None:
        if images is None or not len(images):
            return None
        return evaluate(network, images, self._epoch, normalise=self.config.normalise)

    def _finish_epoch(
        self, predictions: PredictionSet | None, validation: PredictionSet | None
    ) -> EpochDone:
        done = EpochDone(
            self._epoch,
            train_loss=self._mean_loss(),
            train_accuracy=self._correct / len(self._numbers),
            test_loss=None if predictions is None else predictions.loss,
            test_accuracy=None if predictions is None else predictions.accuracy,
            elapsed_s=self._clock.elapsed_s - self._epoch_began_s,
            validation_loss=None if validation is None else validation.loss,
            validation_accuracy=None if validation is None else validation.accuracy,
            balanced_accuracy=None if predictions is None else predictions.balanced_accuracy,
        )
        self._epochs.append(done)
        self._predictions = predictions
        self._correct, self._epoch_began_s = 0, self._clock.elapsed_s
        return done

    def _mean_loss(self) -> float:
        """Return an epoch's mean per image; added up at once, so that reports leave no trace."""
        losses = self._losses.values[-self._steps_per_epoch :].astype(np.float64)
        images, batch_size = len(self._numbers), self.config.batch_size
        sizes = np.full(len(losses), batch_size)
        sizes[-1] = images - batch_size * (len(losses) - 1)
        return float(losses @ sizes) / images

    def _train_epoch(self) -> Iterator[Event]:
        """Make the steps of the epoch that are left to be made."""
        device, seed, epoch = self._device.id, self.config.seed, self._epoch
        order = self._numbers[shuffled(len(self._numbers), seed, epoch)].to(device)
        variations = draw_variations(
            self.config.augmentation, len(self._train_set), seed, epoch
        ).to(device)
        batches = torch.split(order, self.config.batch_size)
        pending = PendingSteps(device, self._clock)
        for step in range(self._steps, len(batches)):
            rate = self._requested_rate(step)
            if rate is not None:
                if pending.losses:
                    yield from self._report(pending)
                yield self._change(rate)
                pending.clear()
            self._step(step, batches[step], variations, pending)
            if step + 1 == len(batches) or pending.seconds >= self._report_interval_s:
                yield from self._report(pending)

    def _step(
        self, step: int, numbers: Tensor, variations: Variations, pending: PendingSteps
    ) -> None:
        factor = factor_in_cycles(
            self.config.schedule, self._cycles, self._epoch, step, self._steps_per_epoch
        )
        loss, correct = self._learner.learn(numbers, variations, self._learning_rate * factor)
        pending.add(loss, correct, len(numbers))

    def _report(self, pending: PendingSteps) -> Iterator[Event]:
        """Wait for the device and tell what it has computed, up to the first bad loss."""
        losses, correct = pending.fetch()
        finite = np.isfinite(losses)
        count = len(losses) if finite.all() else int(finite.argmin())
        kept = losses[:count]
        kept.setflags(write=False)
        if count:
            self._losses.extend(kept)
            self._correct += correct
            yield StepsDone(
                self._epoch,
                self._steps,
                kept,
                sum(pending.sizes[:count]),
                duration_s=pending.seconds,
                elapsed_s=self._clock.elapsed_s,
            )
        if count < len(losses):
            yield self._diverged(ahead=1)
        else:
            pending.clear()

    def _requested_rate(self, step: int) -> float | None:
        if self._due and (self._due[0].epoch, self._due[0].step) <= (self._epoch, step):
            return self._due.popleft().learning_rate
        return self._live_rate.take()

    def _change(self, learning_rate: float) -> LearningRateChanged:
        self._learning_rate = learning_rate
        change = LearningRateChanged(self._epoch, self._steps, learning_rate)
        self._changes.append(change)
        return change

    def _diverged(self, ahead: int = 0) -> RunDiverged:
        return RunDiverged(self._epoch, self._steps + ahead, self._learning_rate)
