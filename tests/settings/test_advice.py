"""What is advised to a person, done exactly, learns."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits
from lenet_desktop.settings.advice import (
    advise_on_divergence,
    advise_on_high_loss,
    advise_on_imbalance,
    advise_on_overfitting,
    advise_on_plateau,
    good_rate,
)
from lenet_desktop.settings.choices import (
    Activation,
    Augmentation,
    ClassWeights,
    Network,
    Optimizer,
)
from lenet_desktop.settings.config import BY_NAME, TrainingConfig
from lenet_desktop.settings.presets import MODERN, TEXTBOOK
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import train
from lenet_desktop.training.events import EpochDone
from tests.judged import judged

RELU = replace(TEXTBOOK.config, activation=Activation.RELU)


def accuracy_after(config: TrainingConfig, data: DataSplits, images: int) -> float:
    """Train as long as the configuration says on the first images; return the test accuracy."""
    part = DataSplits(data.train.first(images), data.test.first(2_000))
    events = train(replace(config, device=CPU), part, Device(CPU, "A processor"))
    return [judged(event.test_accuracy) for event in events if isinstance(event, EpochDone)][-1]


@pytest.mark.parametrize(
    ("config", "epochs", "images"),
    [
        # One epoch where two are allowed, and fewer images where these are enough.
        (TEXTBOOK.config, 1, 30_000),
        (replace(RELU, optimizer=Optimizer.ADAM, learning_rate=0.5), 1, 8_000),
        (replace(RELU, optimizer=Optimizer.NESTEROV, momentum=0.9, learning_rate=0.1), 2, 12_000),
        (replace(RELU, activation=Activation.TANH, learning_rate=9.0), 2, 4_000),
        (replace(RELU, weight_decay=1.0), 2, 6_000),
    ],
)
def test_what_is_advised_on_a_plateau_learns(
    config: TrainingConfig, epochs: int, images: int, data: DataSplits
) -> None:
    advice = advise_on_plateau(config)
    assert advice is not None
    assert accuracy_after(replace(advice.config, epochs=epochs), data, images) > 0.6


@given(
    st.builds(
        TrainingConfig,
        epochs=st.integers(1, 100),
        learning_rate=st.floats(1e-12, 1e12),
        batch_size=st.sampled_from([1, 256, 10_000]),
        weight_decay=st.sampled_from([0.0, 1.0]),
        label_smoothing=st.sampled_from([0.0, 0.9]),
        seed=st.integers(0, 9),
        network=st.sampled_from(Network),
        validation_images=st.sampled_from([0, 100]),
        patience=st.sampled_from([0, 3]),
        optimizer=st.sampled_from([Optimizer.SGD, Optimizer.ADAM, Optimizer.ADAMW]),
        momentum=st.floats(0, 0.99),
        activation=st.sampled_from(Activation),
    )
)
def test_advice_names_what_its_button_does(config: TrainingConfig) -> None:
    advice = advise_on_plateau(config)
    assert advice is not None
    assert advice.config != config
    assert advice.config.activation is not Activation.SIGMOID
    kept = ("epochs", "seed", "device", "network", "validation_images", "patience")
    assert all(getattr(advice.config, name) == getattr(config, name) for name in kept)
    assert "Find" not in advice.sentence
    assert advise_on_high_loss(config, 1e3).config.activation is not Activation.SIGMOID
    diverged = advise_on_divergence(config, config.learning_rate)
    assert diverged.config.activation is not Activation.SIGMOID
    if MODERN.name in diverged.button:
        named = {name: getattr(MODERN.config, name) for name in kept if BY_NAME[name].is_recipe}
        assert MODERN.matches(replace(diverged.config, **named))
    else:
        assert 0 < diverged.config.learning_rate < config.learning_rate
        assert float(diverged.button.rpartition(" ")[2]) == diverged.config.learning_rate


@pytest.mark.parametrize(
    "hindrance",
    [{"weight_decay": 0.1}, {"batch_size": 10_000}, {"label_smoothing": 0.9}, {"dropout": 0.8}],
)
def test_what_keeps_a_network_from_learning_at_any_rate_is_not_advised(
    hindrance: dict[str, float],
) -> None:
    """With a weight decay of 0.1, say, ReLU at a good rate is right for half of the images."""
    config = TrainingConfig.from_dict(hindrance)
    for advice in (advise_on_plateau(config), advise_on_divergence(config, 1e30)):
        assert advice is not None
        assert MODERN.matches(advice.config)


def test_sigmoids_are_not_advised_when_a_run_has_burst() -> None:
    """At a rate that suits other networks they would go on guessing."""
    assert MODERN.matches(advise_on_divergence(TEXTBOOK.config, 1e300).config)
    assert advise_on_divergence(RELU, 50.0).config == replace(RELU, learning_rate=0.1)


def test_momentum_counts() -> None:
    plain, fast = (good_rate(replace(RELU, momentum=momentum)) for momentum in (0.0, 0.9))
    assert (plain, fast) == (0.1, 0.01)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((31, *(10,) * 9), "3.1 times as many training images of “T-shirt/top” as of"),
        ((0, 7, *(3_000,) * 8), "429 times as many"),
        ((30, *(10,) * 9), None),
        ((0, *(10,) * 9), None),
        ((), None),
    ],
)
def test_class_weights_are_advised_where_a_class_has_more_than_three_times_another_one(
    counts: tuple[int, ...], words: str | None
) -> None:
    config = replace(RELU, data=replace(DEFAULT, train_counts=counts))

    advice = advise_on_imbalance(config)

    if words is None:
        assert advice is None
        return
    assert advice is not None
    assert words in advice.sentence
    assert advice.config == replace(config, class_weights=ClassWeights.BALANCED)
    assert advise_on_imbalance(advice.config) is None


def test_on_few_images_the_recipe_that_learns_at_once_is_fitted_to_them() -> None:
    few = replace(DEFAULT, train_counts=(24,) * 10)
    advice = advise_on_plateau(replace(RELU, data=few))
    assert advice is not None
    assert MODERN.name in advice.button, "an epoch has but one step"
    assert advice.config == replace(MODERN.for_data(few), epochs=RELU.epochs)
    assert advise_on_plateau(advice.config) is None, "there is nothing better"


def test_each_way_against_learning_by_heart_is_advised_until_all_are_taken() -> None:
    config, taken = TrainingConfig(), []
    while (advice := advise_on_overfitting(config)) is not None:
        taken.append(advice.button)
        config = advice.config
    assert len(set(taken)) == len(taken) == 3
    assert config.augmentation.flips
    assert config.weight_decay > 0
    assert config.dropout > 0


def test_what_must_not_be_mirrored_is_only_moved() -> None:
    digits = replace(TrainingConfig().data, can_be_mirrored=False)
    advice = advise_on_overfitting(TrainingConfig(data=digits))
    assert advice is not None
    assert advice.config.augmentation is Augmentation.SHIFTS
