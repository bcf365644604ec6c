"""The settings of a run as options of the terminal, all of them from their table."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.settings.choices import Choice
from lenet_desktop.settings.config import BY_NAME, SETTINGS, TrainingConfig
from lenet_desktop.settings.presets import PRESETS, TEXTBOOK
from lenet_desktop.settings.table import ConfigError, Setting
from lenet_desktop.terminal.usage import UsageError, number, whole
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import listed, one_line, sentences

PRESET_KEYS = {preset.name.partition(" ")[0].lower(): preset for preset in PRESETS}
_ALIASES = {"learning_rate": "--lr"}
_READERS: dict[type, tuple[Callable[[str], Any], str]] = {
    int: (whole, "N"),
    float: (number, "X"),
    str: (str, "NAME"),
}


def add_setting_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for a preset, and one for each setting."""
    group = parser.add_argument_group(
        _("settings of the run"),
        _("What is not given is as the preset has it, by default the textbook."),
    )
    group.add_argument(
        "--preset",
        choices=sorted(PRESET_KEYS),
        help=_("A ready-made recipe to start from, which is fitted to the data."),
    )
    for each in SETTINGS:
        usual = _("In the textbook: {value}.").format(value=_default(each))
        add_setting_option(group, each, usual)


def add_setting_option(
    group: argparse._ActionsContainer, setting: Setting, more_help: str = ""
) -> None:
    """Add the option that sets one setting; None where it is not given."""
    names = [setting.option]
    if setting.name in _ALIASES:
        names.append(_ALIASES[setting.name])
    words = one_line(sentences([setting.help, more_help])).replace("%", "%%")
    if setting.kind is bool:
        group.add_argument(
            *names, dest=setting.name, action=argparse.BooleanOptionalAction, help=words
        )
    elif issubclass(setting.kind, Choice):
        values = [str(choice) for choice in setting.kind]
        group.add_argument(*names, dest=setting.name, choices=values, help=words)
    else:
        read, metavar = _READERS[setting.kind]
        group.add_argument(*names, dest=setting.name, type=read, metavar=metavar, help=words)


def read_config(options: argparse.Namespace, info: DatasetInfo = DEFAULT) -> TrainingConfig:
    """Return what the options ask for: a preset, and what is to be otherwise.

    Args:
        options: as they were parsed.
        info: what is learned from, to which the preset is fitted.

    Raises:
        UsageError: no run can be started with it.
    """
    preset = PRESET_KEYS[options.preset] if options.preset else TEXTBOOK
    try:
        values = {name: BY_NAME[name].read(value) for name, value in given(options).items()}
        return replace(preset.for_data(info), **values)
    except ConfigError as error:
        raise UsageError(str(error)) from error


def refuse_recipe(options: argparse.Namespace) -> None:
    """Refuse what a run that goes on cannot be given any more.

    Raises:
        UsageError: an option asks for another recipe.
    """
    fixed = [BY_NAME[name].option for name in given(options) if BY_NAME[name].is_fixed]
    if options.preset is not None:
        fixed.append("--preset")
    if fixed:
        text = _("A run that goes on keeps its recipe: leave {options} out.")
        raise UsageError(text.format(options=listed(fixed)))


def given(options: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that were given, by their names."""
    values = {each.name: getattr(options, each.name, None) for each in SETTINGS}
    return {name: value for name, value in values.items() if value is not None}


def _default(setting: Setting) -> str:
    if setting.kind is bool:
        return _("on") if setting.default else _("off")
    return f"{setting.default:g}" if setting.is_number else str(setting.default)
