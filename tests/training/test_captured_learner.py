"""A learner that works in tensors that stay where they are learns what the plain one learns.

On the CPU the step is run instead of replayed; everything around the recording is the same. The
recording itself is tested where there is a CUDA device.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import Tensor

from lenet_desktop.data.images import DataSplits, LabelledImages
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.captured_learner import CapturedLearner, new_learner, record
from lenet_desktop.training.learner import Learner
from lenet_desktop.training.sampling import draw_variations, hold_out, shuffled
from tests.recipes import OPTIMIZERS

DEVICES = ["cpu", *(f"cuda:{number}" for number in range(min(torch.cuda.device_count(), 2)))]
"""A second device is never the current one unless it is made so."""


def losses_of(
    learner: Learner, config: TrainingConfig, images: LabelledImages, device: str
) -> list[float]:
    """Learn for two epochs, with a smaller batch at the end of each and ever another rate."""
    losses: list[Tensor] = []
    for epoch in (1, 2):
        variations = draw_variations(config.augmentation, len(images), config.seed, epoch).to(
            device
        )
        learned, _ = hold_out(images.labels.cpu(), config)
        order = learned[shuffled(len(learned), config.seed, epoch)].to(device)
        for step, numbers in enumerate(torch.split(order, config.batch_size)):
            rate = config.learning_rate / (1 + step)
            losses.append(learner.learn(numbers, variations, rate)[0])
    return [float(loss) for loss in losses]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("recipe", OPTIMIZERS)
def test_it_learns_what_the_plain_learner_learns(recipe: str, device: str, few: DataSplits) -> None:
    config = OPTIMIZERS[recipe]
    images = few.train.first(450).to(device)
    plain, captured = Learner(config, images), CapturedLearner(config, images)

    expected = losses_of(plain, config, images, device)
    actual = losses_of(captured, config, images, device)

    assert actual == pytest.approx(expected, rel=1e-5 if device == "cpu" else 1e-3)
    mine, theirs = captured.state(), plain.state()
    assert mine.optimizer.keys() == theirs.optimizer.keys()
    for name, weights in mine.weights.items():
        torch.testing.assert_close(weights, theirs.weights[name], rtol=1e-2, atol=1e-4)


@pytest.mark.parametrize("device", DEVICES)
def test_it_goes_on_from_a_state(device: str, few: DataSplits) -> None:
    config = OPTIMIZERS["nesterov"]
    images = few.train.to(device)
    first = CapturedLearner(config, images)
    losses_of(first, config, images, device)
    state = first.state()
    expected = losses_of(first, config, images, device)

    second = CapturedLearner(config, images)
    losses_of(second, config, images, device)
    second.restore(state)

    assert losses_of(second, config, images, device) == pytest.approx(expected, rel=1e-4)


def test_a_gpu_gets_it_and_the_cpu_does_not(few: DataSplits) -> None:
    assert type(new_learner(OPTIMIZERS["sgd"], few.train, torch.arange(9))) is Learner


class Streams:
    """Stands in for the part of `torch.cuda` that knows a current device and current streams."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0
        self.current: Stream | None = None
        self.replays = 0
        monkeypatch.setattr(torch.cuda, "device", self.device)
        monkeypatch.setattr(torch.cuda, "Stream", lambda: Stream(self.now))
        monkeypatch.setattr(torch.cuda, "current_stream", lambda: Stream(self.now))
        monkeypatch.setattr(torch.cuda, "stream", self.on)
        monkeypatch.setattr(torch.cuda, "CUDAGraph", lambda: self)
        monkeypatch.setattr(torch.cuda, "graph", self.recording)

    @contextmanager
    def device(self, device: torch.device) -> Iterator[None]:
        before, self.now = self.now, device.index
        yield
        self.now = before

    @contextmanager
    def on(self, stream: "Stream") -> Iterator[None]:
        before, self.current = self.current, stream
        yield
        self.current = before

    @contextmanager
    def recording(self, _graph: object, stream: "Stream | None" = None) -> Iterator[None]:
        with self.on(stream or Stream(0)):  # PyTorch's own is on the device it was first used on
            yield

    def replay(self) -> None:
        self.replays += 1


class Stream:
    def __init__(self, device: int) -> None:
        self.device = device

    def wait_stream(self, other: "Stream") -> None:
        assert other.device == self.device


def test_a_step_is_recorded_on_the_device_that_was_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = Streams(monkeypatch)
    made_on: list[tuple[int, int | None]] = []

    def step() -> tuple[Tensor, Tensor]:
        made_on.append((streams.now, streams.current.device if streams.current else None))
        return torch.tensor(0.5), torch.tensor(3)

    replay = record(step, torch.device("cuda", 1))

    assert len(made_on) > 1, "it is warmed up before it is recorded"
    assert set(made_on) == {(1, 1)}
    assert streams.now == 0, "the rest of the program finds the device that it had"
    assert replay() == (torch.tensor(0.5), torch.tensor(3))
    assert streams.replays == 1
