"""Where the values of a setting, or what trials came to, lie on an axis from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lenet_desktop.settings.config import BY_NAME
from lenet_desktop.sweeps.findings import SweepFindings, number_text
from lenet_desktop.sweeps.records import TrialRecord
from lenet_desktop.sweeps.vary import Vary

_APART = 2
Places = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis, and where trials lie on it.

    Attributes:
        name: the setting; "" for what the trials came to.
        title: what the axis is called.
        places: of each trial, float64 (N,) in 0-1, not a number where it has none.
        ticks: where something stands beside the axis, and what.
        ends: what stands for 0 and for 1, where the values are numbers.
        is_log: whether each factor counts alike.
    """

    name: str
    title: str
    places: Places
    ticks: tuple[tuple[float, str], ...]
    ends: tuple[float, float] | None = None
    is_log: bool = False

    @property
    def is_number(self) -> bool:
        """Whether a part of it is said by two numbers, and not by naming values."""
        return self.ends is not None

    def place_of(self, value: float) -> float:
        """Return where a number lies; below 0 or above 1 outside of the axis.

        Raises:
            ValueError: the axis has no numbers.
        """
        if self.ends is None:
            raise ValueError("This axis has no numbers.")
        return float(_places([value], *self.ends, self.is_log)[0])

    def value_at(self, place: float) -> float:
        """Return the number at a place.

        Raises:
            ValueError: the axis has no numbers.
        """
        if self.ends is None:
            raise ValueError("This axis has no numbers.")
        low, high = self.ends
        return low * (high / low) ** place if self.is_log else low + place * (high - low)


def scales_of(findings: SweepFindings) -> list[Scale]:
    """Return an axis for each varied setting, and last that of what the trials came to."""
    axes = [_setting_scale(each, findings.trials) for each in findings.definition.vary]
    return [*axes, value_scale(findings)]


def value_scale(findings: SweepFindings) -> Scale:
    """Return the axis of what the trials came to; those that diverged have no place on it."""
    values = [findings.value(trial) for trial in findings.trials]
    low, high = findings.usual_range
    measure = findings.measure
    ticks = tuple((place, measure.text(low + place * (high - low))) for place in (0.0, 0.5, 1.0))
    # Those that are far off lie at the end.
    places = np.clip(_places(values, low, high, False), 0, 1)
    return Scale("", findings.measure_text, places, ticks, (low, high))


def _setting_scale(varied: Vary, trials: Sequence[TrialRecord]) -> Scale:
    setting = varied.setting
    values = [trial.settings.get(varied.name) for trial in trials]
    title = setting.noun.capitalize()
    if setting.is_number:
        numbers = [math.nan if value is None else float(value) for value in values]
        low, high = _ends(varied, numbers)
        places = _places(numbers, low, high, varied.is_log)
        marks = varied.values or _marks(low, high, is_log=varied.is_log)
        at = _places([float(mark) for mark in marks], low, high, varied.is_log)
        ticks = tuple(zip(at.tolist(), map(number_text, map(float, marks)), strict=True))
        return Scale(varied.name, title, places, ticks, (low, high), varied.is_log)
    kinds = list(varied.values)
    spread = [place_of_choice(row, len(kinds)) for row in range(len(kinds))]
    known = dict(zip(kinds, spread, strict=True))
    found = np.array([known.get(value, math.nan) for value in values], np.float64)
    ticks = tuple((known[kind], choice_text(varied.name, kind)) for kind in kinds)
    return Scale(varied.name, title, found, ticks)


def choice_text(name: str, value: Any) -> str:
    """Return what a value of a choice is called."""
    setting = BY_NAME[name]
    return str(setting.words.get(value, value))


def place_of_choice(row: int, count: int) -> float:
    """Return where one of several values lies, so that none is at an end without need."""
    return 0.5 if count == 1 else row / (count - 1)


def _ends(varied: Vary, numbers: Sequence[float]) -> tuple[float, float]:
    if varied.low is not None and varied.high is not None:
        return float(varied.low), float(varied.high)
    known = [*map(float, varied.values), *(each for each in numbers if math.isfinite(each))]
    return min(known), max(known)


def _marks(low: float, high: float, *, is_log: bool) -> list[float]:
    """Return where numbers stand beside an axis: its ends, and what is round between them."""
    if not is_log:
        return [low, (low + high) / 2, high]
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    # Not so near to an end that the figures would run into each other.
    inside = [10.0**power for power in powers if low * _APART <= 10.0**power <= high / _APART]
    return [low, *inside, high]


def _places(values: Sequence[float], low: float, high: float, is_log: bool) -> Places:
    numbers = np.asarray(values, np.float64)
    if high <= low:
        return np.where(np.isfinite(numbers), 0.5, np.nan)
    if is_log:
        with np.errstate(invalid="ignore", divide="ignore"):
            numbers = np.log(numbers / low) / math.log(high / low)
    else:
        numbers = (numbers - low) / (high - low)
    return np.where(np.isfinite(numbers), numbers, np.nan)
