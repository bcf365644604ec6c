"""Every optimiser, activation and pooling learns, each in its own way."""

import itertools
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from lenet_desktop.data.datasets import DataSplits
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.settings.choices import Activation, Optimizer, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import train
from lenet_desktop.training.events import StepsDone
from lenet_desktop.training.learner import make_optimizer

RATES = {
    Optimizer.SGD: (0.1, 0.0),
    Optimizer.NESTEROV: (0.01, 0.9),
    Optimizer.ADAM: (0.002, 0.0),
    Optimizer.ADAMW: (0.002, 0.0),
}


def losses_of(config: TrainingConfig, data: DataSplits) -> npt.NDArray[np.float32]:
    events = train(config, data, Device("cpu", "CPU"))
    return np.concatenate([event.losses for event in events if isinstance(event, StepsDone)])


def first_images(data: DataSplits) -> DataSplits:
    """Return a single batch to learn, and a few images to be judged by."""
    return DataSplits(data.train.first(64), data.test.first(10))


@pytest.mark.parametrize("optimizer", Optimizer)
@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("pooling", Pooling)
def test_every_recipe_takes_steps_that_lower_the_loss(
    optimizer: Optimizer, activation: Activation, pooling: Pooling, few: DataSplits
) -> None:
    rate, momentum = RATES[optimizer]
    config = TrainingConfig(
        epochs=25,
        learning_rate=rate,
        batch_size=64,
        optimizer=optimizer,
        momentum=momentum,
        activation=activation,
        pooling=pooling,
    )
    tiny = first_images(few)

    losses = losses_of(config, tiny)

    assert len(losses) == 25
    assert losses[-1] < losses[0] - 0.1


def test_every_recipe_computes_something_else(few: DataSplits) -> None:
    tiny = first_images(few)
    # Without a decay AdamW would be Adam.
    recipes = [
        TrainingConfig(
            epochs=4, learning_rate=0.1, batch_size=64, optimizer=optimizer,
            momentum=0.5, activation=activation, pooling=pooling, weight_decay=0.01,
        )
        for optimizer, activation, pooling in itertools.product(Optimizer, Activation, Pooling)
    ]  # fmt: skip
    recipes.append(replace(recipes[0], momentum=0.0))

    finals = {losses_of(recipe, tiny).tobytes() for recipe in recipes}

    assert len(finals) == len(recipes)


def test_the_optimiser_gets_the_learning_rate_and_the_momentum() -> None:
    model = new_network(TEXTBOOK.config)
    for optimizer in Optimizer:
        config = TrainingConfig(learning_rate=0.03, momentum=0.7, optimizer=optimizer)
        group = make_optimizer(config, model).param_groups[0]

        assert group["lr"] == 0.03
        assert len(group["params"]) == 10
        if optimizer.uses_momentum:
            assert group["momentum"] == 0.7
            assert group["nesterov"] is (optimizer is Optimizer.NESTEROV)
