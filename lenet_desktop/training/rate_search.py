"""Finds a learning rate by trying them all for a moment: the exponential range test.

Source: Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3; the rates
grow exponentially and a tenth of the best one is suggested, as Howard and Gugger do in "fastai: a
layered API for deep learning", 2020.
"""

import itertools
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lenet_desktop.data.images import DataSplits
from lenet_desktop.settings.choices import Augmentation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import Device
from lenet_desktop.training.learner import Learner
from lenet_desktop.training.sampling import Variations, draw_variations, hold_out, shuffled

LOWEST_RATE, HIGHEST_RATE = 1e-5, 10.0
STEPS = 200
_REPORT_INTERVAL_S = 0.1
_SMOOTHING = 0.9
_BURST = 4.0
"""The search ends when the smoothed loss is this many times the best one."""
_LEAST_FALL = 0.1
"""The share by which the loss must have fallen before a rate is suggested."""


@dataclass(frozen=True, slots=True, eq=False)
class RatesTried:
    """The learning rates tried so far and the loss at each.

    Attributes:
        rates: float64 (K,), growing; one step was made with each.
        losses: float64 (K,), the smoothed loss of the batches up to each, in nats; all finite.
        is_done: whether this is the last report.
    """

    rates: npt.NDArray[np.float64]
    losses: npt.NDArray[np.float64]
    is_done: bool

    @property
    def suggestion(self) -> float | None:
        """A tenth of the rate with the lowest loss, to two digits; None if none made it fall."""
        if not len(self.losses):
            return None
        best = int(self.losses.argmin())
        if self.losses[best] > (1 - _LEAST_FALL) * self.losses[0]:
            return None
        return float(f"{self.rates[best] / 10:.1e}")


def search_rates(
    config: TrainingConfig, data: DataSplits, device: Device
) -> Generator[RatesTried, None, None]:
    """Make one step with each of up to 200 learning rates and report the loss, again and again.

    A network of its own is trained; nothing of it is kept. The search ends early when the loss
    bursts.

    Args:
        config: the recipe; its learning rate, epochs and schedule are left out of account.
        data: images to learn from.
        device: where to compute.
    """
    images = data.train.to(device.id)
    numbers, _ = hold_out(data.train.labels, config)
    learner = Learner(config, images, numbers)
    batches = _batches(config, numbers, device.id)
    rates = np.geomspace(LOWEST_RATE, HIGHEST_RATE, STEPS)
    losses: list[float] = []
    mean, reported_at = 0.0, perf_counter()
    for step, rate in enumerate(rates, start=1):
        loss, _ = learner.learn(*next(batches), float(rate))
        mean = _SMOOTHING * mean + (1 - _SMOOTHING) * float(loss)  # decides whether to go on
        smoothed = mean / (1 - _SMOOTHING**step)
        if not math.isfinite(smoothed) or (losses and smoothed > _BURST * min(losses)):
            break
        losses.append(smoothed)
        if perf_counter() - reported_at >= _REPORT_INTERVAL_S and step < STEPS:
            yield RatesTried(rates[:step], np.array(losses), is_done=False)
            reported_at = perf_counter()
    yield RatesTried(rates[: len(losses)], np.array(losses), is_done=True)


def _batches(
    config: TrainingConfig, numbers: Tensor, device_id: str
) -> Iterator[tuple[Tensor, Variations]]:
    """Yield which images come next, as they are, again and again."""
    count = len(numbers)
    for epoch in itertools.count(1):
        order = numbers[shuffled(count, config.seed, epoch)].to(device_id)
        plain = draw_variations(Augmentation.NONE, count, config.seed, epoch).to(device_id)
        for batch in torch.split(order, config.batch_size):
            yield batch, plain
