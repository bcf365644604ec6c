"""The settings as options: each of them, by its own name, as the table says."""

import argparse
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from lenet_desktop.settings.choices import Choice
from lenet_desktop.settings.config import SETTINGS, TrainingConfig
from lenet_desktop.settings.presets import MODERN, TEXTBOOK
from lenet_desktop.settings.table import Setting
from lenet_desktop.terminal.setting_options import (
    add_setting_options,
    read_config,
    refuse_recipe,
)
from lenet_desktop.terminal.usage import OneSentenceParser, UsageError
from tests.other_data import colours
from tests.settings.strategies import configs

every = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)


def read(*arguments: str) -> argparse.Namespace:
    parser = OneSentenceParser(prog="train")
    add_setting_options(parser)
    return parser.parse_args(arguments)


def option(setting: Setting, value: Any) -> list[str]:
    """Return what a person types for a value."""
    if setting.kind is bool:
        return [setting.option if value else setting.option.replace("--", "--no-", 1)]
    return [f"{setting.option}={value}"]


@given(configs())
def test_every_configuration_can_be_typed(config: TrainingConfig) -> None:
    typed = [word for each in SETTINGS for word in option(each, getattr(config, each.name))]

    assert read_config(read(*typed)) == config


def test_what_is_not_typed_is_as_the_preset_has_it() -> None:
    assert read_config(read()) == TEXTBOOK.config
    changed = read_config(read("--preset", "modern", "--lr", "0.2", "--no-normalise"))
    assert changed == replace(MODERN.config, learning_rate=0.2, normalise=False)


def test_a_preset_is_fitted_to_the_data() -> None:
    info = colours().info
    assert read_config(read("--preset", "modern"), info) == MODERN.for_data(info)
    changed = read_config(read("--preset", "modern", "--batch-size", "20"), info)
    assert changed == replace(MODERN.for_data(info), batch_size=20)


def test_both_names_of_the_learning_rate_mean_the_same() -> None:
    assert read("--lr", "0.3") == read("--learning-rate", "0.3")


@every
def test_the_help_explains_a_setting_and_what_it_can_be(
    setting: Setting, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read("--help")
    words = " ".join(capsys.readouterr().out.split())
    assert setting.option in words
    assert " ".join(setting.help.split()) in words
    if issubclass(setting.kind, Choice):
        assert f"{setting.option} {{{','.join(setting.kind)}}}" in words


@every
def test_a_run_that_goes_on_keeps_what_is_fixed(setting: Setting) -> None:
    options = read(*option(setting, setting.default))
    if setting.name in {"epochs", "learning_rate", "device"}:
        refuse_recipe(options)
        return
    with pytest.raises(UsageError, match=f"leave {setting.option} out"):
        refuse_recipe(options)
