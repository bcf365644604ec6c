"""How a setting of a run is declared: once, for every reader of it.

A declaration is the default value of a field of `TrainingConfig`. The form, the options of the
terminal, the checks, the words of a recipe, the table of compared runs and what is stored follow
from it.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum, auto
from typing import Any, TypeVar

from lenet_desktop.settings.choices import Choice
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, figure, whole

Value = TypeVar("Value")
_LONGEST_TEXT = 200


class ConfigError(ToldError, ValueError):
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

    def refusal(self, subject: str) -> str:
        """Say that a setting, with which the sentence begins, must be in it."""
        match self.includes_low, self.includes_high, self.high == math.inf:
            case True, _high, True:
                text = _("{subject} must be a number at least {low}.")
            case False, _high, True:
                text = _("{subject} must be a number above {low}.")
            case True, True, False:
                text = _("{subject} must be from {low} to {high}.")
            case True, False, False:
                text = _("{subject} must be at least {low} and below {high}.")
            case False, True, False:
                text = _("{subject} must be above {low} and at most {high}.")
            case _both:
                text = _("{subject} must be above {low} and below {high}.")
        return text.format(subject=subject, low=f"{self.low:g}", high=f"{self.high:g}")


class Group(Enum):
    """What belongs together under "More settings", in the order in which it stands there."""

    NETWORK = auto()
    OPTIMISER = auto()
    DATA = auto()
    STOPPING = auto()
    KEEPING = auto()
    """What changes nothing of a recipe."""


def _always(_config: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What a setting and its values are called, in English; a `Setting` says it to a person.

    Attributes:
        noun: its name in a sentence, as "learning rate".
        subject: the same at the beginning of a sentence, as "The learning rate".
        label: its name in the form, with the mnemonic.
        help: what it does, in one plain sentence.
        words: what its values are called below its name, where they are not written as they are.
        labels: what they are called in the form.
        phrase: how a value is written where the name does not stand beside it, as "rate {value}";
            for a number, the noun comes before it, if nothing is given.
        phrases: how single values are written there instead, as 0 by "no weight decay".
    """

    noun: str
    subject: str
    label: str
    help: str
    words: Mapping[Any, str] = field(default_factory=dict)
    labels: Mapping[Any, str] = field(default_factory=dict)
    phrase: str = "{value}"
    phrases: Mapping[Any, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        """Yield all of them, for the catalogues."""
        yield from (self.noun, self.subject, self.label, self.help, self.phrase)
        for told in (self.words, self.labels, self.phrases):
            yield from told.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of a run.

    Attributes:
        name: the field of `TrainingConfig`; with hyphens, the option of the terminal.
        kind: the type of its values.
        default: the textbook's value.
        texts: what it and its values are called.
        range: which numbers it can have.
        can_be_off: whether 0 means that it is not used.
        is_recipe: whether runs that differ in it are runs of different recipes.
        is_compared: whether runs that differ in it are told apart by it.
        is_fixed: whether a run that goes on keeps it.
        group: where under "More settings" it stands in the form, None if in sight from the start.
        is_used: whether the other settings, given as attributes, leave it a meaning.
    """

    name: str
    kind: type
    default: Any
    texts: Texts
    range: Range | None = None
    can_be_off: bool = False
    is_recipe: bool = True
    is_compared: bool = True
    is_fixed: bool = True
    group: Group | None = None
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
    def noun(self) -> str:
        """Its name in a sentence, as "learning rate"."""
        return _(self.texts.noun)

    @property
    def subject(self) -> str:
        """Its name at the beginning of a sentence, as "The learning rate"."""
        return _(self.texts.subject)

    @property
    def label(self) -> str:
        """Its name in the form, with the mnemonic."""
        return _(self.texts.label)

    @property
    def help(self) -> str:
        """What it does, in one plain sentence."""
        return _(self.texts.help)

    @property
    def words(self) -> dict[Any, str]:
        """What its values are called below its name, where they are not written as they are."""
        return {value: _(text) for value, text in self.texts.words.items()}

    @property
    def labels(self) -> dict[Any, str]:
        """What its values are called in the form."""
        return {value: _(text) for value, text in self.texts.labels.items()}

    def phrase(self, value: Any, text: str) -> str:
        """Write a value where the name does not stand beside it, as "rate 0.5".

        Args:
            value: the value.
            text: what it is called below the name.
        """
        phrase = self.texts.phrases.get(value) or self.texts.phrase
        if isinstance(value, int) and not isinstance(value, bool):
            text = figure(value, ",")
        return _(phrase).format(value=text)

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
                sentence = _("{subject} must be a whole number from {low} to {high}.").format(
                    subject=self.subject,
                    low=whole(int(self.range.low)),
                    high=whole(int(self.range.high)),
                )
                raise ConfigError(self.name, sentence)
        elif value not in self.range:
            raise ConfigError(self.name, self.range.refusal(self.subject))

    def read(self, value: object) -> Any:
        """Return a value from a file.

        Raises:
            ConfigError: it is of another type.
        """
        try:
            return self._read(value)
        except (TypeError, ValueError, OverflowError) as error:
            sentence = _("{value} is no value for {name}.").format(
                value=repr(value), name=repr(self.name)
            )
            raise ConfigError(self.name, sentence) from error

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
    noun = declared.setdefault("noun", name.replace("_", " "))
    declared["subject"] = noun.capitalize() if noun.endswith("s") else f"The {noun}"
    declared.setdefault("label", noun.capitalize())
    if issubclass(kind, Choice):
        declared["words"] = {choice: choice.source_words for choice in kind}
        declared["labels"] = {choice: choice.source_label for choice in kind}
    if kind in (int, float):
        declared.setdefault("phrase", f"{noun} {{value}}")
    if declared.get("can_be_off"):
        declared["phrases"] = {0: f"no {noun}"} | declared.get("phrases", {})
    texts = {each.name: declared.pop(each.name) for each in fields(Texts) if each.name in declared}
    return Setting(name=name, kind=kind, default=default, texts=Texts(**texts), **declared)
