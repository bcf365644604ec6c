"""Every optimiser, activation and pooling learns, each in its own way."""

import itertools
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import Tensor, nn

from lenet_desktop.data.images import DataSplits, LabelledImages
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.settings.choices import Activation, ClassWeights, Optimizer, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.learner import Learner, make_optimizer
from lenet_desktop.training.sampling import Variations, draw_variations

RATES = {
    Optimizer.SGD: (0.1, 0.0),
    Optimizer.NESTEROV: (0.01, 0.9),
    Optimizer.ADAM: (0.002, 0.0),
    Optimizer.ADAMW: (0.002, 0.0),
}


def losses_of(
    config: TrainingConfig, images: LabelledImages, steps: int
) -> npt.NDArray[np.float32]:
    """Return the loss of each step of learning one batch by heart."""
    learner = Learner(config, images)
    numbers = torch.arange(len(images))
    plain = draw_variations(config.augmentation, len(images), config.seed, epoch=1)
    losses = [learner.learn(numbers, plain, config.learning_rate)[0] for _ in range(steps)]
    return torch.stack(losses).numpy()


@pytest.mark.parametrize("optimizer", Optimizer)
@pytest.mark.parametrize("activation", Activation)
@pytest.mark.parametrize("pooling", Pooling)
def test_every_recipe_takes_steps_that_lower_the_loss(
    optimizer: Optimizer, activation: Activation, pooling: Pooling, few: DataSplits
) -> None:
    rate, momentum = RATES[optimizer]
    config = TrainingConfig(
        learning_rate=rate,
        optimizer=optimizer,
        momentum=momentum,
        activation=activation,
        pooling=pooling,
    )

    losses = losses_of(config, few.train.first(64), steps=25)

    assert losses[-1] < losses[0] - 0.1


def test_every_recipe_computes_something_else(few: DataSplits) -> None:
    images = few.train.first(64)
    # Without a decay AdamW would be Adam.
    recipes = [
        TrainingConfig(
            learning_rate=0.1, optimizer=optimizer, momentum=0.5, activation=activation,
            pooling=pooling, weight_decay=0.01,
        )
        for optimizer, activation, pooling in itertools.product(Optimizer, Activation, Pooling)
    ]  # fmt: skip
    recipes.append(replace(recipes[0], momentum=0.0))

    finals = {losses_of(recipe, images, steps=4).tobytes() for recipe in recipes}

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


BALANCED = TrainingConfig(epochs=3, batch_size=50, class_weights=ClassWeights.BALANCED)


def first_loss(learner: Learner, numbers: Tensor) -> float:
    return float(learner.learn(numbers, Variations(), 0.1)[0])


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_class_weights_are_those_of_torchs_own_loss(smoothing: float, few: DataSplits) -> None:
    config = replace(BALANCED, label_smoothing=smoothing)
    images = few.train.some((few.train.labels < 9).nonzero().flatten()[:97])
    counts = [int((images.labels == label).sum()) for label in range(10)]
    assert min(counts[:9]) < max(counts)
    weights = torch.tensor([97 / (10 * count) if count else 0.0 for count in counts])

    loss = first_loss(Learner(config, images), torch.arange(97))

    criterion = nn.CrossEntropyLoss(weight=weights, label_smoothing=smoothing)
    logits = new_network(config)(to_input(images.images, False, images.info)).detach()
    assert loss == pytest.approx(float(criterion(logits, images.labels)), rel=1e-6)
    plain = nn.CrossEntropyLoss(label_smoothing=smoothing)
    assert loss != pytest.approx(float(plain(logits, images.labels)), rel=1e-4)


def test_images_that_are_held_out_do_not_weigh_on_the_classes(few: DataSplits) -> None:
    alone = Learner(BALANCED, few.train.first(60))
    among = Learner(BALANCED, few.train, torch.arange(60))
    numbers = torch.arange(20)

    assert first_loss(among, numbers) == first_loss(alone, numbers)
    assert first_loss(Learner(BALANCED, few.train), numbers) != first_loss(alone, numbers)


def test_classes_of_one_size_are_learned_to_the_bit_as_without_weights(few: DataSplits) -> None:
    labels = few.train.labels
    numbers = [(labels == label).nonzero().flatten()[:12] for label in range(10)]
    images = few.train.some(torch.cat(numbers))
    plain = replace(BALANCED, class_weights=ClassWeights.NONE, label_smoothing=0.1)

    weighted = losses_of(replace(plain, class_weights=ClassWeights.BALANCED), images, steps=8)

    assert weighted.tobytes() == losses_of(plain, images, steps=8).tobytes()
