"""Configurations: valid from birth, read back as they were written, typed in by people."""

import json
import math
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from torch.nn import functional

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.settings.choices import (
    Activation,
    Augmentation,
    ClassWeights,
    Optimizer,
    Pooling,
)
from lenet_desktop.settings.config import MAX_BATCH_SIZE, MAX_EPOCHS, MAX_SEED, TrainingConfig
from lenet_desktop.settings.presets import PRESETS, TEXTBOOK, find_preset
from lenet_desktop.settings.table import ConfigError
from tests.recipes import RELU
from tests.settings.strategies import configs

FIELDS = [field.name for field in fields(TrainingConfig)]


def test_the_defaults_are_the_textbooks_recipe() -> None:
    config = TrainingConfig()

    assert (config.epochs, config.learning_rate, config.batch_size) == (10, 0.9, 256)
    assert (config.optimizer, config.momentum) == (Optimizer.SGD, 0.0)
    assert (config.activation, config.pooling) == (Activation.SIGMOID, Pooling.AVERAGE)
    assert config.device == "auto"


def test_a_configuration_cannot_be_changed() -> None:
    config = TrainingConfig()
    field = "epochs"

    with pytest.raises(FrozenInstanceError):
        setattr(config, field, 3)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("epochs", -1),
        ("epochs", MAX_EPOCHS + 1),
        ("epochs", 2.5),
        ("epochs", True),
        ("batch_size", 0),
        ("batch_size", MAX_BATCH_SIZE + 1),
        ("batch_size", "256"),
        ("seed", -1),
        ("seed", MAX_SEED + 1),
        ("learning_rate", 0.0),
        ("learning_rate", -0.1),
        ("learning_rate", math.nan),
        ("learning_rate", math.inf),
        ("momentum", -0.1),
        ("momentum", 1.0),
        ("momentum", math.nan),
    ],
)
def test_a_value_that_no_run_can_use_is_refused_with_its_field_and_a_sentence(
    field: str, value: object
) -> None:
    wrong: dict[str, Any] = {field: value}

    with pytest.raises(ConfigError) as caught:
        TrainingConfig(**wrong)

    assert caught.value.field == field
    assert str(caught.value)[0].isupper()
    assert str(caught.value).endswith(".")


def test_the_bounds_themselves_are_allowed() -> None:
    TrainingConfig(epochs=1, batch_size=1, seed=0, learning_rate=5e-324)
    TrainingConfig(epochs=MAX_EPOCHS, batch_size=MAX_BATCH_SIZE, seed=MAX_SEED, momentum=0.999)


def test_nesterov_without_momentum_is_refused() -> None:
    with pytest.raises(ConfigError, match="momentum above 0") as caught:
        TrainingConfig(optimizer=Optimizer.NESTEROV)

    assert caught.value.field == "momentum"


@given(configs())
def test_a_configuration_comes_back_from_json_as_it_was(config: TrainingConfig) -> None:
    written = json.dumps(config.to_dict(), allow_nan=False)

    assert TrainingConfig.from_dict(json.loads(written)) == config


@given(configs())
def test_the_dictionary_names_every_field_with_a_plain_value(config: TrainingConfig) -> None:
    values = config.to_dict()

    assert list(values) == [name for name in FIELDS if name != "data"]
    assert json.loads(json.dumps(values)).keys() == values.keys()
    assert all(isinstance(value, int | float | str) for value in values.values())


def test_other_data_than_those_that_are_meant_without_a_word_are_named() -> None:
    config = TrainingConfig(data=replace(DEFAULT, fingerprint="0" * 64))
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize("augmentation", Augmentation)
def test_what_changes_its_class_in_a_mirror_is_not_mirrored(augmentation: Augmentation) -> None:
    digits = replace(DEFAULT, title="Digits", can_be_mirrored=False)
    if not augmentation.flips:
        assert TrainingConfig(augmentation=augmentation, data=digits).augmentation is augmentation
        return
    with pytest.raises(ConfigError, match="Digits may be of another class") as caught:
        TrainingConfig(augmentation=augmentation, data=digits)
    assert caught.value.field == "augmentation"
    advised = augmentation.without_flips
    assert advised.words in str(caught.value)
    assert TrainingConfig(augmentation=advised, data=digits).augmentation.shifts is (
        augmentation.shifts
    )


@given(configs(), st.sets(st.sampled_from(FIELDS)))
def test_a_missing_field_gets_its_default(config: TrainingConfig, kept: set[str]) -> None:
    # The momentum stays, because Nesterov's method has none by default.
    values = {
        name: value for name, value in config.to_dict().items() if name in kept | {"momentum"}
    }

    read = TrainingConfig.from_dict(values)

    assert read == TrainingConfig(**{name: getattr(config, name) for name in values})


def test_an_unknown_setting_is_named_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(ConfigError, match=r"colour.*There are epochs") as caught:
        TrainingConfig.from_dict({"colour": "blue"})

    assert caught.value.field == "colour"
    with pytest.raises(ConfigError, match=r"momentom.*“momentum” is meant"):
        TrainingConfig.from_dict({"momentom": 0.9})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)


@given(st.sampled_from(FIELDS), json_values)
@example("epochs", math.inf)
@example("learning_rate", 10**400)
@example("momentum", math.nan)
@example("optimizer", "newton")
@example("pooling", None)
def test_whatever_json_says_the_result_is_valid_or_a_config_error(field: str, value: Any) -> None:
    try:
        config = TrainingConfig.from_dict({field: value})
    except ConfigError as error:
        assert error.field in (field, "momentum")  # noqa: PT017 - either outcome is right
    else:
        assert replace(config) == config  # which checks every value once more


def test_only_the_two_gradient_descents_use_momentum() -> None:
    users = {optimizer for optimizer in Optimizer if optimizer.uses_momentum}

    assert users == {Optimizer.SGD, Optimizer.NESTEROV}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_recognised_whatever_the_seed_and_the_device(preset: Any) -> None:
    config = replace(preset.config, seed=77, device="cpu")

    assert find_preset(config) is preset


def test_a_recipe_of_its_own_is_no_preset() -> None:
    assert find_preset(replace(TEXTBOOK.config, epochs=11)) is None
    assert find_preset(replace(RELU.config, pooling=Pooling.AVERAGE)) is None


def test_presets_have_different_names_and_explain_themselves() -> None:
    assert len({preset.name for preset in PRESETS}) == len(PRESETS)
    assert all(preset.sentence.endswith(".") for preset in PRESETS)
    assert TEXTBOOK.config == TrainingConfig()


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("counts", [(6,) * 10, (90, 1, *(2,) * 8)])
def test_who_only_knows_how_frequent_classes_are_has_the_guessing_loss(
    counts: tuple[int, ...], smoothing: float
) -> None:
    data = replace(DEFAULT, train_counts=counts)
    config = TrainingConfig(label_smoothing=smoothing, data=data)
    known = torch.tensor(counts, dtype=torch.float64) / sum(counts)
    told = (1 - smoothing) * known + smoothing / len(counts)
    labels = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))

    loss = functional.cross_entropy(
        told.log().expand(len(labels), -1), labels, label_smoothing=smoothing
    )

    assert config.guessing_loss == pytest.approx(float(loss))
    balanced = replace(config, class_weights=ClassWeights.BALANCED)
    assert balanced.guessing_loss == pytest.approx(math.log(10))
