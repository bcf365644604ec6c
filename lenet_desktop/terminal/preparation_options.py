"""The steps from a picture to what a network reads, as options of the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from lenet_desktop.data.pictures.preparation import Fit, Invert, Preparation
from lenet_desktop.text.language import _, marked

_STEPS: Mapping[str, tuple[type[StrEnum] | type[bool], str]] = {
    "invert": (
        Invert,
        marked(
            "Make dark light, as networks here read light things on black; automatic does it where "
            "the background is bright."
        ),
    ),
    "levels": (bool, marked("Make the background black and the strongest pixel white.")),
    "crop": (bool, marked("Cut off what surrounds the content.")),
    "fit": (
        Fit,
        marked(
            "Bring it to the size that the network reads: centred by its mass as in MNIST, framed "
            "and sharpened as in Fashion-MNIST, padded, cropped to its middle, or stretched."
        ),
    ),
}
"""Of each field of `Preparation` of what kind it is, and what it does."""


def add_preparation_options(parser: argparse.ArgumentParser, usual: str) -> None:
    """Add an option for each step; `usual` says what is done where none is given."""
    group = parser.add_argument_group(_("from a picture to what the network reads"), usual)
    for name, (kind, words) in _STEPS.items():
        if issubclass(kind, StrEnum):
            group.add_argument(f"--{name}", choices=[str(each) for each in kind], help=_(words))
        else:
            group.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, help=_(words))


def given_steps(options: argparse.Namespace) -> dict[str, Any]:
    """Return the steps that the options ask for, by their names."""
    return {
        name: kind(value)
        for name, (kind, _words) in _STEPS.items()
        if (value := getattr(options, name, None)) is not None
    }


def chosen_preparation(options: argparse.Namespace, usual: Preparation) -> Preparation:
    """Return the usual steps but for those that the options ask for."""
    return replace(usual, **given_steps(options))
