"""Settings in words: complete, those of the form, and enough to tell runs apart."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.settings.choices import (
    Activation,
    Augmentation,
    Network,
    Optimizer,
    Pooling,
    Schedule,
)
from lenet_desktop.settings.config import BY_NAME, MAX_EPOCHS, SETTINGS, TrainingConfig
from lenet_desktop.settings.config_differences import (
    COMPARED,
    differing_fields,
    legend_texts,
    recipe_text,
    setting_name,
    setting_text,
    without_seed,
)
from lenet_desktop.settings.presets import BEST, MODERN, PRESETS, TEXTBOOK
from lenet_desktop.settings.table import Setting
from tests.settings.strategies import similar_configs as configs

OTHER_WAY = replace(DEFAULT, title="Digits", fingerprint="0" * 64, can_be_mirrored=False)
RECIPE = [name for name in COMPARED if name not in {"seed", "device"}]


def uses(config: TrainingConfig, name: str) -> bool:
    return name not in BY_NAME or BY_NAME[name].is_used(config)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_has_the_name_that_the_form_gives_or_explains(setting: Setting) -> None:
    words = f"{setting.label} {setting.help}".replace("&", "").lower()

    assert setting_name(setting.name) in words


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("epochs", MAX_EPOCHS, "1000"),
        ("learning_rate", 0.9, "0.9"),
        ("learning_rate", 1, "1"),
        ("learning_rate", 1e-7, "1e-07"),
        ("learning_rate", 0.1234567890123, "0.1234567890123"),
        ("momentum", -0.0, "0"),
        ("device", "auto", "automatic"),
        ("device", "cuda:0", "cuda:0"),
        ("activation", Activation.RELU, "ReLU"),
        ("pooling", Pooling.MAX, "maximum pooling"),
        ("augmentation", Augmentation.FLIPS_AND_SHIFTS, "flips and shifts"),
        ("normalise", True, "normalised pixels"),
        ("normalise", False, "pixels 0 to 1"),
    ],
)
def test_values_are_written_as_a_person_writes_them(field: str, value: Any, text: str) -> None:
    assert setting_text(replace(TrainingConfig(), **{field: value}), field) == text


def test_a_momentum_that_is_not_used_is_not_told() -> None:
    assert setting_text(TrainingConfig(optimizer=Optimizer.ADAM, momentum=0.5), "momentum") == (
        "not used"
    )


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (TEXTBOOK.config, "Textbook LeNet"),
        (TEXTBOOK.for_run(TrainingConfig(seed=7, device="cuda:0")), "Textbook LeNet"),
        (MODERN.config, "Modern"),
        (BEST.config, "Best"),
        (TrainingConfig(epochs=3, learning_rate=0.5), "Textbook LeNet, 3 epochs, rate 0.5"),
        (TrainingConfig(epochs=1, batch_size=1_024), "Textbook LeNet, 1 epoch, batch 1,024"),
        (TrainingConfig(validation_images=1), "Textbook LeNet, 1 validation image"),
        (TrainingConfig(momentum=0.9), "Textbook LeNet, momentum 0.9"),
        (
            TrainingConfig(optimizer=Optimizer.NESTEROV, momentum=0.9),
            "Textbook LeNet, SGD + Nesterov, momentum 0.9",
        ),
        (replace(MODERN.config, activation=Activation.TANH), "Modern, tanh"),
        (replace(MODERN.config, optimizer=Optimizer.ADAM), "Modern, Adam"),
        (replace(MODERN.config, epochs=60), "Modern, 60 epochs"),
        (
            replace(MODERN.config, weight_decay=0.0, schedule=Schedule.CONSTANT),
            "Modern, constant rate, no weight decay",
        ),
        (replace(BEST.config, augmentation=Augmentation.NONE), "Best, no augmentation"),
        (MODERN.for_data(OTHER_WAY), "Modern on Digits"),
        (replace(BEST.for_data(OTHER_WAY), epochs=3), "Best on Digits, 3 epochs"),
    ],
)
def test_a_recipe_is_named_by_the_nearest_preset(config: TrainingConfig, text: str) -> None:
    assert recipe_text(config) == text


def test_of_two_presets_equally_near_the_first_is_named() -> None:
    between = replace(MODERN.config, epochs=60, batch_size=256)  # two settings from Best, too

    assert recipe_text(between) == "Modern, 60 epochs, batch 256"


@given(configs())
def test_no_preset_is_nearer_than_the_one_named(config: TrainingConfig) -> None:
    def distance(preset: TrainingConfig) -> int:
        return sum(
            getattr(config, name) != getattr(preset, name) for name in RECIPE if uses(config, name)
        )

    name, *changes = recipe_text(config).split(", ")

    distances = {preset.name: distance(preset.config) for preset in PRESETS}
    assert distances[name] == len(changes) == min(distances.values())


@given(configs(), configs())
def test_recipes_have_the_same_text_only_if_they_are_the_same(
    one: TrainingConfig, other: TrainingConfig
) -> None:
    assert (recipe_text(one) == recipe_text(other)) == (without_seed(one) == without_seed(other))


@given(configs(), st.sampled_from([Optimizer.ADAM, Optimizer.ADAMW]))
def test_seed_device_and_unused_momentum_are_no_part_of_a_recipe(
    config: TrainingConfig, optimizer: Optimizer
) -> None:
    here = replace(config, optimizer=optimizer)
    there = replace(here, seed=99, device="mps:0", momentum=0.25)

    assert without_seed(here) == without_seed(there)
    assert recipe_text(here) == recipe_text(there)


@given(st.lists(configs(), max_size=4))
def test_what_differs_is_what_is_not_the_same_in_all(several: list[TrainingConfig]) -> None:
    found = differing_fields(several)

    for name in COMPARED:
        values = [getattr(config, name) for config in several if uses(config, name)]
        assert (name in found) == any(value != values[0] for value in values)
    assert list(found) == sorted(found, key=COMPARED.index)


@given(st.lists(configs(), max_size=4))
def test_runs_have_the_same_legend_only_if_they_compute_the_same(
    several: list[TrainingConfig],
) -> None:
    texts = legend_texts(several)

    keys = [(without_seed(config), config.seed, config.device) for config in several]
    assert len(texts) == len(several)
    for text, key in zip(texts, keys, strict=True):
        assert [text == each for each in texts] == [key == each for each in keys]


def test_a_legend_names_only_what_differs() -> None:
    runs = [
        TrainingConfig(learning_rate=0.5, seed=1),
        TrainingConfig(seed=1),
        TrainingConfig(seed=2),
    ]

    assert differing_fields(runs) == ("learning_rate", "seed")
    assert legend_texts(runs) == ["rate 0.5, seed 1", "rate 0.9, seed 1", "rate 0.9, seed 2"]
    assert legend_texts(runs[:1] * 3) == ["", "", ""]


def test_a_momentum_is_compared_among_the_runs_that_use_it() -> None:
    adam = TrainingConfig(optimizer=Optimizer.ADAM)
    fast = TrainingConfig(optimizer=Optimizer.NESTEROV, momentum=0.9)
    slow = replace(fast, momentum=0.5)
    plain = TrainingConfig()

    assert legend_texts([adam, fast]) == ["Adam", "SGD + Nesterov"]
    assert legend_texts([adam, fast, slow, plain]) == [
        "Adam",
        "SGD + Nesterov, momentum 0.9",
        "SGD + Nesterov, momentum 0.5",
        "SGD, no momentum",
    ]


def test_devices_are_told_apart() -> None:
    runs = [TrainingConfig(), TrainingConfig(device="cuda:0")]

    assert legend_texts(runs) == ["automatic device", "on cuda:0"]


def test_images_that_are_held_out_are_told_and_early_stopping_where_there_is_some() -> None:
    held = replace(TEXTBOOK.config, validation_images=5_000)

    assert recipe_text(held) == "Textbook LeNet, 5,000 validation images"
    impatient = replace(held, patience=3)
    assert recipe_text(impatient) == "Textbook LeNet, 5,000 validation images, patience 3"
    assert recipe_text(replace(impatient, validation_images=0)) == "Textbook LeNet"
    assert legend_texts([held, impatient]) == ["no early stopping", "patience 3"]


def test_other_data_are_named_first_also_where_they_have_the_usual_title() -> None:
    digits = replace(DEFAULT, title="Digits", fingerprint="0" * 64)
    impostor = replace(DEFAULT, fingerprint="1" * 64)
    configs = [TrainingConfig(data=each, epochs=3) for each in (DEFAULT, digits, impostor)]
    assert [recipe_text(config) for config in configs] == [
        "Textbook LeNet, 3 epochs",
        "Textbook LeNet on Digits, 3 epochs",
        "Textbook LeNet on other images called Fashion-MNIST, 3 epochs",
    ]
    assert legend_texts(configs[:2]) == ["on Fashion-MNIST", "on Digits"]
    assert differing_fields(configs) == ("data",)


def test_networks_are_compared_and_a_pooling_only_among_those_that_pool() -> None:
    lenet = replace(TEXTBOOK.config, epochs=2)
    perceptron = replace(lenet, network=Network.PERCEPTRON, pooling=Pooling.MAX, dropout=0.2)

    assert legend_texts([lenet, perceptron]) == ["LeNet, no dropout", "perceptron, dropout 0.2"]
    assert recipe_text(perceptron) == "Textbook LeNet, 2 epochs, perceptron, dropout 0.2"
    assert setting_text(perceptron, "pooling") == "not used"
    assert without_seed(perceptron) == without_seed(replace(perceptron, pooling=Pooling.AVERAGE))
