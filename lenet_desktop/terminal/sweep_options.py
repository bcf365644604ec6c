"""What a sweep is asked to do, from a TOML file, from options, which go before it, or both."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.settings.config import BY_NAME, TrainingConfig, unknown_setting
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.definition import (
    GENERATION,
    Aim,
    Pruning,
    Sampler,
    SweepDefinition,
    check_held_out,
    holding_out,
)
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.terminal.data_options import add_data_option, add_folder_options, open_data
from lenet_desktop.terminal.setting_options import PRESET_KEYS, add_setting_options, given
from lenet_desktop.terminal.usage import UsageError, whole
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line, listed, why_not

if TYPE_CHECKING:
    from lenet_desktop.data.images import DataSplits

_LARGEST_FILE = 2**20
_OF_DEFINITION = ("trials", "seeds", "sampler", "pruning", "generation", "aim")
_OPTIONS = ("vary", "repeat", "sweep_seed", "preset", "data", *_OF_DEFINITION)
_OF_FILE = ("recipe", "vary", "preset", "data", "seed", *_OF_DEFINITION)


def add_sweep_options(parser: argparse.ArgumentParser) -> None:
    """Add what is varied and how, where it is computed, and all that a run can be told."""
    group = parser.add_argument_group(
        _("the sweep"), _("What FILE may say, too; see docs/sweeps.md.")
    )
    group.add_argument(
        "--vary",
        action="append",
        metavar="SETTING=VALUES",
        help=_(
            "a setting with its values: activation=relu,tanh, momentum=0:0.95, or "
            "learning_rate=log:0.01:1; may be given for several settings"
        ),
    )
    group.add_argument(
        "--repeat", type=whole, metavar="ID", help=_("repeat a run of the list with --seeds seeds")
    )
    for name, words in (
        ("trials", _("how many recipes are tried; a grid is tried whole by default")),
        ("seeds", _("with how many seeds each recipe is tried; usually 1")),
        (
            "generation",
            _("how many recipes are proposed at once; usually {usual}").format(usual=GENERATION),
        ),
    ):
        group.add_argument(f"--{name}", type=whole, metavar="N", help=words)
    kinds: Mapping[str, tuple[type[Sampler | Pruning | Aim], str]] = {
        "sampler": (
            Sampler,
            _(
                "how recipes are chosen; usually sobol, but grid where only lists are varied and "
                "no number of trials is given"
            ),
        ),
        "pruning": (Pruning, _("which trials are ended before their time; usually none")),
        "aim": (Aim, _("by what of the images held out recipes are judged; usually accuracy")),
    }
    for name, (kind, words) in kinds.items():
        group.add_argument(f"--{name}", choices=[each.value for each in kind], help=words)
    group.add_argument(
        "--sweep-seed", type=whole, metavar="N", help=_("from which recipes are drawn; usually 0")
    )
    add_data_option(parser, _("what is learned from"), DEFAULT.key)
    add_folder_options(parser)
    add_setting_options(parser)


def asked_options(options: argparse.Namespace) -> list[str]:
    """Return the options that say what a sweep is to be."""
    names = [name for name in _OPTIONS if getattr(options, name) is not None]
    settings = [BY_NAME[name].option for name in given(options)]
    return [*(f"--{name.replace('_', '-')}" for name in names), *settings]


def read_sweep(options: argparse.Namespace, cache: Path) -> SweepDefinition:
    """Return what the options and their file ask for, with the data that they name.

    Raises:
        UsageError: no sweep can be begun with it.
        DataError: the data cannot be read.
    """
    values = {} if options.what is None else _read_file(Path(options.what))
    _take_names(options, values)
    data = open_data(options, cache)
    try:
        return _definition(options, values, data)
    except ConfigError as error:
        raise UsageError(str(error)) from error


def repeated(config: TrainingConfig, options: argparse.Namespace) -> SweepDefinition:
    """Return the sweep that repeats a recipe with several seeds, from its own on.

    Raises:
        UsageError: something else is asked for, too.
    """
    asked = [each for each in asked_options(options) if each not in ("--repeat", "--seeds")]
    asked += [] if options.what is None else [options.what]
    if asked:
        raise UsageError(
            _("A repeated run keeps its recipe: leave {asked} out.").format(asked=listed(asked))
        )
    try:
        return SweepDefinition(base=config, seeds=5 if options.seeds is None else options.seeds)
    except ConfigError as error:
        raise UsageError(str(error)) from error


def _read_file(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise UsageError(
                _("{file} is too large for the description of a sweep.").format(file=file)
            )
        values = tomllib.loads(content.decode())
    except FileNotFoundError as error:
        raise UsageError(
            _(
                "There is no file {file}. Name a TOML file, or say with --vary what is varied."
            ).format(file=file)
        ) from error
    except OSError as error:
        raise UsageError(
            _("{file} cannot be read: {reason}.").format(file=file, reason=why_not(error))
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(
            _("{file} is no TOML: its text is not UTF-8.").format(file=file)
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(
            _("{file} is no TOML: {reason}.").format(file=file, reason=first_line(error))
        ) from error
    for name in values:
        if name not in _OF_FILE:
            raise UsageError(
                _("{file} says “{name}”, but a sweep has {names} only.").format(
                    file=file, name=name, names=listed(_OF_FILE)
                )
            )
    return values


def _take_names(options: argparse.Namespace, values: dict[str, Any]) -> None:
    """Have the file's data set and preset count where the options name none."""
    for name in ("data", "preset"):
        value = values.pop(name, None)
        if value is not None and not isinstance(value, str):
            raise UsageError(
                _("“{name}” needs a name, and not {value}.").format(name=name, value=value)
            )
        if getattr(options, name) is None:
            setattr(options, name, value)
    if options.preset is not None and options.preset not in PRESET_KEYS:
        raise UsageError(
            _("There is no preset “{preset}”. There are {names}.").format(
                preset=options.preset, names=listed(sorted(PRESET_KEYS))
            )
        )


def _definition(
    options: argparse.Namespace, values: dict[str, Any], data: DataSplits | None
) -> SweepDefinition:
    info = DEFAULT if data is None else data.info
    preset = PRESET_KEYS[options.preset] if options.preset else TEXTBOOK
    recipe, vary = values.get("recipe", {}), values.get("vary", {})
    if not isinstance(recipe, dict) or not isinstance(vary, dict):
        raise UsageError(_("[recipe] and [vary] of the file need lines like momentum = 0.9."))
    read: dict[str, Any] = {}
    for name, value in {**recipe, **given(options)}.items():
        if name not in BY_NAME:
            raise unknown_setting(name)
        read[name] = BY_NAME[name].read(value)
    base = replace(preset.for_data(info), **read)
    varied = [Vary.read(name, value) for name, value in vary.items()]
    varied += [Vary.parse(text) for text in options.vary or ()]
    if not varied and options.seeds is None and "seeds" not in values:
        raise UsageError(
            _(
                "Nothing is varied: say what with --vary, as in --vary "
                "learning_rate=log:0.01:1, or with how many --seeds the recipe is "
                "repeated."
            )
        )
    asked = {name: getattr(options, name) for name in _OF_DEFINITION}
    told = {name: value for name, value in asked.items() if value is not None}
    if options.sweep_seed is not None:
        told["seed"] = options.sweep_seed
    known = {name: value for name, value in values.items() if name not in ("recipe", "vary")}
    if varied:
        base = holding_out(base)
        is_open = not {"sampler", "trials"} & (known.keys() | told.keys())
        if is_open and not any(each.is_range for each in varied):
            told["sampler"] = Sampler.GRID
    check_held_out(base)
    plain = SweepDefinition.from_dict({**known, **told, "recipe": base.to_dict()})
    return replace(plain, vary=tuple(varied))
