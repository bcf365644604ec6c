"""Configurations for Hypothesis, made from the table of settings."""

from collections.abc import Sequence
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from lenet_desktop.settings.choices import Choice
from lenet_desktop.settings.config import SETTINGS, TrainingConfig
from lenet_desktop.settings.table import ConfigError, Setting

DEVICES = ("auto", "cpu", "cuda:0", "mps:0")
_FEW: dict[str, Sequence[Any]] = {
    "learning_rate": (0.9, 0.1, 1, 1e-7, 0.1234567890123),
    "momentum": (0.0, -0.0, 0.9),
    "seed": (0, 1),
}


@st.composite
def configs(draw: st.DrawFn) -> TrainingConfig:
    """Draw any configuration."""
    return _config({each.name: draw(_any_value(each)) for each in SETTINGS})


@st.composite
def similar_configs(draw: st.DrawFn) -> TrainingConfig:
    """Draw a configuration with few values for each setting, so that several often share them."""
    return _config({each.name: draw(_few_values(each)) for each in SETTINGS})


def _config(values: dict[str, Any]) -> TrainingConfig:
    try:
        return TrainingConfig(**values)
    except ConfigError:  # each value is right, but not beside the others
        assume(False)
        raise


def _any_value(setting: Setting) -> st.SearchStrategy[Any]:
    if issubclass(setting.kind, Choice):
        return st.sampled_from(setting.kind)
    if setting.kind is bool:
        return st.booleans()
    if setting.range is None:
        return st.sampled_from(DEVICES)
    low, high = setting.range.low, setting.range.high
    if setting.is_whole:
        return st.integers(int(low), int(high))
    return st.floats(
        low,
        high,
        exclude_min=not setting.range.includes_low,
        exclude_max=not setting.range.includes_high or high == float("inf"),
    )


def _few_values(setting: Setting) -> st.SearchStrategy[Any]:
    if setting.name in _FEW:
        return st.sampled_from(_FEW[setting.name])
    if setting.is_whole:
        return st.sampled_from([setting.default, setting.default + 1])
    if setting.is_number:
        return st.sampled_from([0.0, 0.05])
    return _any_value(setting)
