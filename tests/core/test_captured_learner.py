"""A learner that works in tensors that stay where they are learns what the plain one learns.

On the CPU the step is run instead of replayed; everything around the recording is the same. The
recording itself is tested where there is a CUDA device.
"""

import pytest
import torch
from torch import Tensor

from lenet_desktop.core.captured_learner import CapturedLearner, new_learner
from lenet_desktop.core.config import TrainingConfig
from lenet_desktop.core.datasets import DataSplits
from lenet_desktop.core.learner import Learner
from lenet_desktop.core.sampling import draw_variations, shuffled
from tests.recipes import OPTIMIZERS

DEVICES = [
    "cpu",
    pytest.param(
        "cuda",
        marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device"),
    ),
]


def losses_of(learner: Learner, config: TrainingConfig, count: int, device: str) -> list[float]:
    """Learn for two epochs, with a smaller batch at the end of each and ever another rate."""
    losses: list[Tensor] = []
    for epoch in (1, 2):
        variations = draw_variations(config.augmentation, count, config.seed, epoch).to(device)
        order = shuffled(count, config.seed, epoch).to(device)
        for step, numbers in enumerate(torch.split(order, config.batch_size)):
            rate = config.learning_rate / (1 + step)
            losses.append(learner.learn(numbers, variations, rate)[0])
    return [float(loss) for loss in losses]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("recipe", OPTIMIZERS)
def test_it_learns_what_the_plain_learner_learns(recipe: str, device: str, few: DataSplits) -> None:
    config = OPTIMIZERS[recipe]
    images = few.train.to(device)
    images = type(images)(images.images[:450], images.labels[:450])
    plain, captured = Learner(config, images), CapturedLearner(config, images)

    expected = losses_of(plain, config, 450, device)
    actual = losses_of(captured, config, 450, device)

    assert actual == pytest.approx(expected, rel=1e-3 if device == "cuda" else 1e-5)
    mine, theirs = captured.state(), plain.state()
    assert mine.optimizer.keys() == theirs.optimizer.keys()
    for name, weights in mine.weights.items():
        torch.testing.assert_close(weights, theirs.weights[name], rtol=1e-2, atol=1e-4)


@pytest.mark.parametrize("device", DEVICES)
def test_it_goes_on_from_a_state(device: str, few: DataSplits) -> None:
    config = OPTIMIZERS["nesterov"]
    images = few.train.to(device)
    first = CapturedLearner(config, images)
    losses_of(first, config, 600, device)
    state = first.state()
    expected = losses_of(first, config, 600, device)

    second = CapturedLearner(config, images)
    losses_of(second, config, 600, device)
    second.restore(state)

    assert losses_of(second, config, 600, device) == pytest.approx(expected, rel=1e-4)


def test_a_gpu_gets_it_and_the_cpu_does_not(few: DataSplits) -> None:
    assert type(new_learner(OPTIMIZERS["sgd"], few.train)) is Learner
