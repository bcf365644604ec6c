"""How a setting of a run is declared: once, for every reader of it.

A declaration is the default value of a field of `TrainingConfig`. The form, the options of the
terminal, the checks, the words of a recipe, the table of compared runs and what is stored follow
from it.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from lenet_desktop.settings.choices import Choice

Value = TypeVar("Value")
_LONGEST_TEXT = 200


class ConfigError(ValueError):
    """A value that no run can be started with.

    Attributes:
        field: name of the `TrainingConfig` field at fault.
    """

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Range:
    """Which numbers a setting can have."""

    low: float
    high: float = math.inf
    includes_low: bool = True
    includes_high: bool = True

    def __contains__(self, value: float) -> bool:
        above = value >= self.low if self.includes_low else value > self.low
        below = value <= self.high if self.includes_high else value < self.high
        return math.isfinite(value) and above and below

    @property
    def words(self) -> str:
        """What a number in it is, as "at least 0 and below 1"."""
        if self.high == math.inf:
            return f"a number {'at least' if self.includes_low else 'above'} {self.low:g}"
        if self.includes_low and self.includes_high:
            return f"from {self.low:g} to {self.high:g}"
        low = "at least" if self.includes_low else "above"
        return (
            f"{low} {self.low:g} and {'at most' if self.includes_high else 'below'} {self.high:g}"
        )


def _always(_config: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of a run.

    Attributes:
        name: the field of `TrainingConfig`; with hyphens, the option of the terminal.
        kind: the type of its values.
        default: the textbook's value.
        noun: its name in a sentence, as "learning rate".
        label: its name in the form, with the mnemonic; the noun, if it is not given.
        help: what it does, in one plain sentence.
        range: which numbers it can have.
        words: what its values are called below its name, where they are not written as they are.
        labels: what they are called in the form.
        phrase: how a value is written where the name does not stand beside it, as "rate {}"; for a
            number, the noun comes before it, if nothing is given.
        phrases: how single values are written there instead, as 0 by "no weight decay".
        can_be_off: whether 0 means that it is not used.
        is_recipe: whether runs that differ in it are runs of different recipes.
        is_compared: whether runs that differ in it are told apart by it.
        is_fixed: whether a run that goes on keeps it.
        is_shown: whether it stands in the form from the start, not under "More settings".
        is_used: whether the other settings, given as attributes, leave it a meaning.
    """

    name: str
    kind: type
    default: Any
    label: str
    noun: str
    help: str
    range: Range | None = None
    words: Mapping[Any, str] = field(default_factory=dict)
    labels: Mapping[Any, str] = field(default_factory=dict)
    phrase: str = "{}"
    phrases: Mapping[Any, str] = field(default_factory=dict)
    can_be_off: bool = False
    is_recipe: bool = True
    is_compared: bool = True
    is_fixed: bool = True
    is_shown: bool = False
    is_used: Callable[[Any], bool] = _always

    @property
    def option(self) -> str:
        """The option of the terminal that sets it."""
        return "--" + self.name.replace("_", "-")

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.kind is int

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.kind in (int, float)

    @property
    def subject(self) -> str:
        """Its name at the beginning of a sentence, as "The learning rate"."""
        return self.noun.capitalize() if self.noun.endswith("s") else f"The {self.noun}"

    def is_off(self, config: Any) -> bool:
        """Return whether a configuration computes as if there were no such setting."""
        is_zero = self.can_be_off and getattr(config, self.name) == 0
        return is_zero or not self.is_used(config)

    def check(self, value: Any) -> None:
        """Refuse a value that no run can have, whatever the other settings are.

        Raises:
            ConfigError: it is out of the range; the message is a sentence for the person.
        """
        if self.range is None:
            return
        if self.is_whole:
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            if not is_whole or value not in self.range:
                low, high = int(self.range.low), int(self.range.high)
                sentence = f"{self.subject} must be a whole number from {low:,} to {high:,}."
                raise ConfigError(self.name, sentence)
        elif value not in self.range:
            raise ConfigError(self.name, f"{self.subject} must be {self.range.words}.")

    def read(self, value: object) -> Any:
        """Return a value from a file.

        Raises:
            ConfigError: it is of another type.
        """
        try:
            return self._read(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise ConfigError(self.name, f"{value!r} is no value for {self.name!r}.") from error

    def _read(self, value: object) -> Any:
        if self.kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if issubclass(self.kind, Choice) and isinstance(value, str):
            return self.kind(value)
        if type(value) is not self.kind:
            raise TypeError("of another type")
        if isinstance(value, str):
            if len(value) > _LONGEST_TEXT:
                raise ValueError("too long")
            value.encode()  # raises a ValueError for half a character
        return value


def setting(default: Value, **declared: Any) -> Value:
    """Declare a field of `TrainingConfig`; the arguments are the attributes of `Setting`."""
    described: Value = field(default=default, metadata=declared)
    return described


def read_table(config: type) -> tuple[Setting, ...]:
    """Return the settings that a class of configurations declares, in their order."""
    return tuple(
        _complete(each.name, type(each.default), each.default, **each.metadata)
        for each in fields(config)
        if each.metadata
    )


def _complete(name: str, kind: type, default: Any, **declared: Any) -> Setting:
    if issubclass(kind, Choice):
        declared.setdefault("words", {choice: choice.words for choice in kind})
        declared.setdefault("labels", {choice: choice.label for choice in kind})
    noun = declared.setdefault("noun", name.replace("_", " "))
    declared.setdefault("label", noun.capitalize())
    if kind in (int, float):
        declared.setdefault("phrase", f"{noun} {{}}")
    if declared.get("can_be_off"):
        declared["phrases"] = {0: f"no {noun}"} | declared.get("phrases", {})
    return Setting(name=name, kind=kind, default=default, **declared)
