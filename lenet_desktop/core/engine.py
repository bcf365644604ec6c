"""Training and judging LeNet. A run is a generator: it yields events and knows no listener.

Pausing a run means not asking for its next event; stopping it means closing the generator.
"""

import math
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import SGD, Adam, AdamW
from torch.optim import Optimizer as TorchOptimizer

from lenet_desktop.core.config import Optimizer, TrainingConfig
from lenet_desktop.core.datasets import DataSplits, LabelledImages
from lenet_desktop.core.devices import CPU, Device
from lenet_desktop.core.events import (
    EpochDone,
    Event,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)
from lenet_desktop.core.kernels import Forward, fast_forward
from lenet_desktop.core.model import new_lenet, parameter_count, to_unit
from lenet_desktop.core.predictions import PredictionSet

REPORT_INTERVAL_S = 0.05
EVALUATION_BATCH = 1_000


def train(
    config: TrainingConfig,
    data: DataSplits,
    device: Device,
    report_interval_s: float = REPORT_INTERVAL_S,
) -> Generator[Event, None, None]:
    """Train a new LeNet and yield what happens.

    The order is `RunStarted`; then per epoch any number of `StepsDone`, one `EpochDone` and one
    `PredictionsReady`; then `RunFinished`. `RunDiverged` ends the run early. The same
    configuration, data and thread count give the same losses bit for bit on the CPU.

    Args:
        config: the recipe.
        data: images to learn from and to be judged on; copied to the device once.
        device: where to compute.
        report_interval_s: least seconds between two `StepsDone` of an epoch; the device is
            waited for only then.
    """
    clock = _Clock()
    for event in _run(config, data, device, report_interval_s, clock):
        with clock.held():
            yield event


def evaluate(model: nn.Sequential, images: LabelledImages, epoch: int) -> PredictionSet:
    """Judge a model on images that are on its device, in eval mode and without gradients.

    Args:
        model: gives logits (N, 10) for float32 images (N, 1, 28, 28); its mode is restored.
        images: what to judge it on.
        epoch: how many epochs the model has learned for, to be kept with the answers.
    """
    was_training = model.training
    model.eval()
    forward = fast_forward(model)
    probabilities, losses = [], []
    with torch.inference_mode():
        for pixels, labels in zip(
            torch.split(images.images, EVALUATION_BATCH),
            torch.split(images.labels, EVALUATION_BATCH),
            strict=True,
        ):
            logits = forward(to_unit(pixels))
            probabilities.append(logits.softmax(dim=1))
            losses.append(functional.cross_entropy(logits, labels, reduction="none"))
        answers = torch.cat(probabilities).cpu().numpy(), torch.cat(losses).cpu().numpy()
    model.train(was_training)
    return PredictionSet(epoch, images.labels.cpu().numpy().astype(np.uint8), *answers)


def make_optimizer(config: TrainingConfig, model: nn.Module) -> TorchOptimizer:
    """Return the optimiser of `config` over the model's parameters."""
    parameters, rate = model.parameters(), config.learning_rate
    match config.optimizer:
        case Optimizer.SGD:
            return SGD(parameters, lr=rate, momentum=config.momentum)
        case Optimizer.NESTEROV:
            return SGD(parameters, lr=rate, momentum=config.momentum, nesterov=True)
        case Optimizer.ADAM:
            return Adam(parameters, lr=rate)
        case Optimizer.ADAMW:
            return AdamW(parameters, lr=rate)


def shuffled(count: int, seed: int, epoch: int) -> Tensor:
    """Return the order of the images in an epoch: a permutation, int64 (count,), on the CPU.

    It depends on nothing but its arguments, so no generator state has to be kept to go on.
    """
    state = np.random.SeedSequence((seed, epoch)).generate_state(1, np.uint64)[0]
    generator = torch.Generator().manual_seed(int(state))
    return torch.randperm(count, generator=generator)


def _run(
    config: TrainingConfig,
    data: DataSplits,
    device: Device,
    report_interval_s: float,
    clock: "_Clock",
) -> Generator[Event, None, None]:
    train_set, test_set = _to_device(data.train, device), _to_device(data.test, device)
    model = new_lenet(config).to(device.id).to(memory_format=torch.channels_last)
    optimizer = make_optimizer(config, model)
    steps_per_epoch = math.ceil(len(train_set) / config.batch_size)
    yield RunStarted(config, device, parameter_count(model), len(train_set), steps_per_epoch)
    for epoch in range(1, config.epochs + 1):
        began_s = clock.elapsed_s
        order = shuffled(len(train_set), config.seed, epoch).to(device.id)
        batches = torch.split(order, config.batch_size)
        totals = _Totals()
        for report in _train_epoch(model, optimizer, train_set, batches, report_interval_s):
            totals.add(report)
            if len(report.losses):
                yield StepsDone(
                    epoch,
                    totals.steps,
                    report.losses,
                    report.images,
                    duration_s=report.duration_s,
                    elapsed_s=clock.elapsed_s,
                )
            if report.diverged:
                yield RunDiverged(epoch, totals.steps + 1, config.learning_rate)
                return
        predictions = evaluate(model, test_set, epoch)
        if not math.isfinite(predictions.loss):
            yield RunDiverged(epoch, totals.steps, config.learning_rate)
            return
        yield EpochDone(
            epoch,
            train_loss=totals.loss,
            train_accuracy=totals.accuracy,
            test_loss=predictions.loss,
            test_accuracy=predictions.accuracy,
            elapsed_s=clock.elapsed_s - began_s,
        )
        yield PredictionsReady(predictions)
    yield RunFinished(config.epochs, clock.elapsed_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Report:
    """Steps since the last time that the device was waited for, up to the first bad loss."""

    losses: npt.NDArray[np.float32]
    batch_sizes: npt.NDArray[np.int64]
    correct: int
    diverged: bool
    duration_s: float

    @property
    def images(self) -> int:
        return int(self.batch_sizes.sum())


@dataclass(slots=True)
class _Totals:
    """What an epoch came to so far."""

    steps: int = 0
    images: int = 0
    correct: int = 0
    loss_sum: float = 0.0

    def add(self, report: _Report) -> None:
        self.steps += len(report.losses)
        self.images += report.images
        self.correct += report.correct
        self.loss_sum += float(report.losses.astype(np.float64) @ report.batch_sizes)

    @property
    def loss(self) -> float:
        return self.loss_sum / self.images

    @property
    def accuracy(self) -> float:
        return self.correct / self.images


def _train_epoch(
    model: nn.Sequential,
    optimizer: TorchOptimizer,
    train_set: LabelledImages,
    batches: tuple[Tensor, ...],
    report_interval_s: float,
) -> Iterator[_Report]:
    """Learn from each batch of image numbers once; a diverged report is the last."""
    model.train()
    forward = fast_forward(model)
    losses: list[Tensor] = []
    sizes: list[int] = []
    correct = torch.zeros((), dtype=torch.int64, device=train_set.labels.device)
    reported_at = perf_counter()
    for step, batch in enumerate(batches, start=1):
        loss, hits = _train_step(forward, optimizer, train_set, batch)
        losses.append(loss)
        sizes.append(len(batch))
        correct += hits
        if step < len(batches) and perf_counter() - reported_at < report_interval_s:
            continue
        report = _report(losses, sizes, correct, reported_at)
        yield report
        if report.diverged:
            return
        losses.clear()
        sizes.clear()
        correct.zero_()
        reported_at = perf_counter()


def _train_step(
    forward: Forward, optimizer: TorchOptimizer, train_set: LabelledImages, batch: Tensor
) -> tuple[Tensor, Tensor]:
    """Learn from one batch; return its mean loss and how many it got right, on the device."""
    images = to_unit(train_set.images[batch])
    labels = train_set.labels[batch]
    logits = forward(images)
    loss = functional.cross_entropy(logits, labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss.detach(), (logits.argmax(dim=1) == labels).sum()


def _report(losses: list[Tensor], sizes: list[int], correct: Tensor, began_at: float) -> _Report:
    """Wait for the device and bring over what it has computed, the steps with a finite loss."""
    values = torch.stack(losses).cpu().numpy()
    finite = np.isfinite(values)
    count = len(values) if finite.all() else int(finite.argmin())
    kept = values[:count]
    kept.setflags(write=False)
    return _Report(
        kept,
        np.array(sizes[:count], np.int64),
        correct=int(correct.item()),
        diverged=count < len(values),
        duration_s=perf_counter() - began_at,
    )


def _to_device(split: LabelledImages, device: Device) -> LabelledImages:
    if device.id == CPU:
        return split
    return LabelledImages(split.images.to(device.id), split.labels.to(device.id))


class _Clock:
    """Measures seconds of work, without those in which the consumer held the generator."""

    def __init__(self) -> None:
        self._began_at = perf_counter()
        self._held_s = 0.0

    @property
    def elapsed_s(self) -> float:
        return perf_counter() - self._began_at - self._held_s

    @contextmanager
    def held(self) -> Iterator[None]:
        began_at = perf_counter()
        yield
        self._held_s += perf_counter() - began_at
