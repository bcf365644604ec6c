"""Presets fit themselves to the data, and leave 60,000 images that may be mirrored as they are."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.settings.choices import Augmentation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import (
    BEST,
    MODERN,
    PRESETS,
    TEXTBOOK,
    Preset,
    find_preset,
    fitted_to,
)
from tests.settings.strategies import configs

presets = st.sampled_from(PRESETS)


def digits(images: int) -> DatasetInfo:
    """Return a data set of two classes that must not be mirrored."""
    return replace(
        DEFAULT,
        title="Digits",
        fingerprint=f"{images:032x}",
        class_names=("0", "1"),
        can_be_mirrored=False,
        train_counts=(images - images // 2, images // 2),
    )


def steps_of(config: TrainingConfig) -> int:
    return -(-config.data.training_images // config.batch_size)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_nothing_changes_for_the_images_that_it_was_made_for(preset: Preset) -> None:
    assert preset.for_data(DEFAULT) == preset.config
    many = digits(112_800)
    plain = replace(preset.config, augmentation=Augmentation.NONE, data=many)
    assert replace(preset.for_data(many), augmentation=Augmentation.NONE) == plain


def test_what_must_not_be_mirrored_is_only_moved() -> None:
    info = digits(60_000)
    assert MODERN.for_data(info).augmentation is Augmentation.NONE
    assert BEST.for_data(info).augmentation is Augmentation.SHIFTS


def test_on_few_images_there_are_as_many_steps_as_it_takes() -> None:
    small = MODERN.for_data(digits(1_433))
    assert (small.batch_size, small.learning_rate, small.epochs) == (32, 0.025, 10)
    tiny = MODERN.for_data(digits(40))
    assert (tiny.batch_size, tiny.learning_rate, tiny.epochs) == (8, 0.00625, 80)
    textbook = TEXTBOOK.for_data(digits(1_433))
    assert (textbook.batch_size, textbook.learning_rate, textbook.epochs) == (64, 0.225, 87)
    assert textbook.normalise, "which sigmoids take off sooner with"
    assert MODERN.for_data(replace(DEFAULT, train_counts=())).batch_size == 128, "as was measured"


@given(presets, st.integers(2, 200_000), st.integers(0, 200_000))
def test_the_fewer_images_the_smaller_the_batches_and_there_are_steps_enough(
    preset: Preset, fewer: int, more: int
) -> None:
    few, many = preset.for_data(digits(fewer)), preset.for_data(digits(fewer + more))
    assert few.batch_size <= many.batch_size <= preset.config.batch_size
    for config in (few, many):
        assert preset.config.epochs <= config.epochs <= 200
        assert steps_of(config) * config.epochs >= preset.least_steps or config.epochs == 200
        read = min(config.batch_size, config.data.training_images)
        share = read / preset.config.batch_size
        assert config.learning_rate == pytest.approx(preset.config.learning_rate * share)
        assert find_preset(replace(config, seed=3, device="cpu")) is preset


@given(presets, st.integers(2, 70_000), st.integers(2, 70_000), st.integers(0, 9))
def test_a_preset_stays_one_from_data_to_data(
    preset: Preset, here: int, there: int, seed: int
) -> None:
    config = replace(preset.for_data(digits(here)), seed=seed)
    assert fitted_to(digits(there), config) == replace(preset.for_data(digits(there)), seed=seed)


@given(configs(), st.integers(2, 70_000))
def test_a_recipe_of_ones_own_stays_but_for_mirroring(config: TrainingConfig, images: int) -> None:
    info = digits(images)
    fitted = fitted_to(info, config)
    if find_preset(config) is None:
        augmentation = config.augmentation.without_flips
        assert fitted == replace(config, augmentation=augmentation, data=info)
    assert fitted_to(info, fitted) == fitted


def test_each_says_for_which_data_its_figures_were_measured() -> None:
    for preset in PRESETS:
        assert "Fashion-MNIST" in preset.about(DEFAULT)
        assert "fitted" not in preset.about(DEFAULT)
        assert preset.about(digits(1_433)).endswith("fitted to Digits.")
    assert "fitted" not in TEXTBOOK.about(digits(60_000))
