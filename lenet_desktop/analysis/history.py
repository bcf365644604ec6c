"""Folds the events of a run into series that a plot can show and figures that a person reads."""

import math
from collections import deque
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from lenet_desktop.training.events import (
    EpochDone,
    Event,
    LearningRateChanged,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)
from lenet_desktop.training.growing_array import GrowingArray
from lenet_desktop.training.validation import best_epoch

Series = npt.NDArray[np.float64]
Figure = Literal[
    "train_loss",
    "train_accuracy",
    "test_loss",
    "test_accuracy",
    "validation_loss",
    "validation_accuracy",
]
_FIGURES: Sequence[Figure] = get_args(Figure)

_PLATEAU_WIDTH, _PLATEAU_STEPS = 0.01, 50
_FAR_OFF = 2.0
"""Times the loss of mere guessing above which no network is that learns."""
_OVERFITTING_RISE, _OVERFITTING_EPOCHS = 0.05, 3

_RATE_WINDOW_S = 2.0


class History:
    """What is known of one run. Nothing that a run has reported is ever thinned out."""

    def __init__(self) -> None:
        self.started: RunStarted | None = None
        self.epochs: list[EpochDone] = []
        self.changes: list[LearningRateChanged] = []
        self.diverged: RunDiverged | None = None
        self.finished: RunFinished | None = None
        self._step_losses = GrowingArray(np.float64)
        self._step_epochs = GrowingArray(np.float64)
        self._epoch, self._step = 1, 0
        self._elapsed_s = self._epochs_s = 0.0
        self._recent: deque[StepsDone] = deque()
        self._figures: dict[Figure, tuple[list[int], list[float]]] = {
            each: ([], []) for each in _FIGURES
        }
        self._best: EpochDone | None = None  # by the images held out
        self._lowest: EpochDone | None = None  # by those that were not learned from
        self._plateau_epoch: int | None = None  # the last one
        self._plateau_until: float | None = None
        self._guessing_loss = math.inf  # before it is known

    def add(self, event: Event) -> None:
        """Take in the next event of the run."""
        match event:
            case RunStarted():
                self.started, self._guessing_loss = event, event.config.guessing_loss
            case StepsDone():
                self._add_steps(event)
            case EpochDone():
                self._add_epoch(event)
            case LearningRateChanged():
                self.changes.append(event)
            case RunDiverged():
                self.diverged = event
            case RunFinished():
                self.finished = event

    @property
    def step_epochs(self) -> Series:
        """Where each step stands on an axis in epochs, float64 (S,): 1.0 is the first one's end."""
        return self._step_epochs.values

    @property
    def step_losses(self) -> Series:
        """The loss of each step's batch in nats, float64 (S,)."""
        return self._step_losses.values

    def series(self, figure: Figure) -> tuple[Series, Series]:
        """Return the finished epochs' numbers and a figure of each, float64 (E,).

        Epochs that do not have it are left out.
        """
        epochs, values = self._figures[figure]
        return np.array(epochs, np.float64), np.array(values, np.float64)

    @property
    def holds_out(self) -> bool:
        """Whether the run judges itself on images held out."""
        return self.started is not None and self.started.config.validation_images > 0

    @property
    def best_epoch(self) -> int | None:
        """The best finished epoch by the images held out, None where there are none."""
        return None if self._best is None else self._best.epoch

    @property
    def rate_changes(self) -> list[tuple[float, float]]:
        """Every learning rate that was set on the way, with its place on an axis in epochs."""
        per_epoch = self.started.steps_per_epoch if self.started else 1
        return [
            (change.epoch - 1 + change.step / per_epoch, change.learning_rate)
            for change in self.changes
        ]

    @property
    def is_on_plateau(self) -> bool:
        """Whether the last finished epoch had, within 1 %, the loss of mere guessing.

        After a few steps that is nothing to speak of.
        """
        return bool(self.epochs) and self._plateau_epoch == self.epochs[-1].epoch

    @property
    def is_far_off(self) -> bool:
        """Whether the last finished epoch had more than twice the loss of mere guessing."""
        if self.started is None or not self.epochs:
            return False
        last = self.epochs[-1]
        is_early = last.epoch * self.started.steps_per_epoch < _PLATEAU_STEPS
        return (
            not is_early
            and min(last.train_loss, unseen_loss(last)) > _FAR_OFF * self._guessing_loss
        )

    @property
    def plateau_until(self) -> float | None:
        """Where such a plateau ends, in epochs; None where none was.

        That is with the last steps that were on it, and with a finished epoch while it lasts.
        """
        return self._plateau_until

    @property
    def overfits_since(self) -> EpochDone | None:
        """The epoch after which only the training images were still learned, None where none is.

        For three epochs or more the loss of the images held out, or of the test images where none
        are, has not been as low again, and by now it is higher by 5 % at least, while that of the
        training images has fallen, to less than that of mere guessing.
        """
        best = self._lowest
        if best is None:
            return None
        last = self.epochs[-1]
        is_long_ago = last.epoch - best.epoch >= _OVERFITTING_EPOCHS
        has_risen = unseen_loss(last) > unseen_loss(best) * (1 + _OVERFITTING_RISE)
        rises = has_risen and last.train_loss < best.train_loss
        has_learned = last.train_loss < self._guessing_loss
        return best if is_long_ago and rises and has_learned else None

    @property
    def planned_epochs(self) -> int:
        """How many epochs the run is to have, 0 before it began."""
        return self.started.config.epochs if self.started else 0

    @property
    def epoch(self) -> int:
        """The epoch under way, or the last one when all are done, from 1."""
        return min(max(self._epoch, len(self.epochs) + 1), max(self.planned_epochs, 1))

    @property
    def progress(self) -> float:
        """The share of the run that is done, 0-1."""
        if self.started is None:
            return 0.0
        return (self.epoch - 1 + self.epoch_progress) / self.planned_epochs

    @property
    def epoch_progress(self) -> float:
        """The share of the steps of `epoch` that are done, 0-1; 0 between two epochs."""
        if self.started is None or self._epoch <= len(self.epochs):
            return float(0 < self.planned_epochs <= len(self.epochs))
        return self._step / self.started.steps_per_epoch

    @property
    def images_per_s(self) -> float | None:
        """Training images a second over the last seconds, None before there is a measurement."""
        seconds = sum(report.duration_s for report in self._recent)
        return sum(report.images for report in self._recent) / seconds if seconds > 0 else None

    @property
    def elapsed_s(self) -> float:
        """Seconds of work so far, without pauses."""
        return self._elapsed_s

    @property
    def remaining_s(self) -> float | None:
        """Seconds of work that are left at the speed so far, None before the first report."""
        progress = self.progress
        return self._elapsed_s * (1 - progress) / progress if progress > 0 else None

    def _add_epoch(self, done: EpochDone) -> None:
        self.epochs.append(done)
        self._epochs_s += done.elapsed_s
        # Never back: the seconds before the first epoch are in no epoch's figure.
        self._elapsed_s = max(self._elapsed_s, self._epochs_s)
        for name, (epochs, values) in self._figures.items():
            value: float | None = getattr(done, name)
            if value is not None:
                epochs.append(done.epoch)
                values.append(value)
        known = [each for each in (self._best, done) if each is not None]
        self._best = done if best_epoch(known) == done.epoch else self._best
        if self._lowest is None or unseen_loss(done) < unseen_loss(self._lowest):
            self._lowest = done
        if self._is_of_plateau(done):
            self._plateau_epoch = self._plateau_until = done.epoch
        elif self._plateau_epoch == done.epoch - 1:
            self._plateau_until = self._last_step_of_plateau(done.epoch - 1)

    def _is_of_plateau(self, done: EpochDone) -> bool:
        if self.started is None:
            return False
        is_early = done.epoch * self.started.steps_per_epoch < _PLATEAU_STEPS
        share = done.train_loss / self._guessing_loss
        return not is_early and abs(share - 1) <= _PLATEAU_WIDTH

    def _last_step_of_plateau(self, after: int) -> float:
        """Return the last place where the latest steps had, on average, the loss of guessing.

        Args:
            after: the last epoch that was on the plateau as a whole.
        """
        epochs, losses = self._step_epochs.values, self._step_losses.values
        window = np.searchsorted(epochs, after, side="right") - _PLATEAU_STEPS
        if window < 0:
            return after
        sums = np.cumsum(losses[window:])
        means = (sums[_PLATEAU_STEPS:] - sums[:-_PLATEAU_STEPS]) / _PLATEAU_STEPS
        stays = np.flatnonzero(means >= (1 - _PLATEAU_WIDTH) * self._guessing_loss)
        return float(epochs[window + _PLATEAU_STEPS + stays[-1]]) if len(stays) else after

    def _add_steps(self, event: StepsDone) -> None:
        if self.started is None:
            raise ValueError("Steps were reported before the run started.")
        per_epoch = self.started.steps_per_epoch
        first = event.step - len(event.losses) + 1
        steps = np.arange(first, event.step + 1, dtype=np.float64)
        self._step_epochs.extend(event.epoch - 1 + steps / per_epoch)
        self._step_losses.extend(event.losses.astype(np.float64))
        self._epoch, self._step, self._elapsed_s = event.epoch, event.step, event.elapsed_s
        if event.duration_s == 0:  # told again by a run that goes on
            return
        self._recent.append(event)
        while event.elapsed_s - self._recent[0].elapsed_s > _RATE_WINDOW_S:
            self._recent.popleft()


def unseen_loss(done: EpochDone) -> float:
    """Return the loss of images that were not learned from: those held out, or the test images."""
    told = (loss for loss in (done.validation_loss, done.test_loss) if loss is not None)
    return next(told, math.inf)
