"""What is varied in a sweep: a setting, and the values that it may have."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lenet_desktop.settings.choices import Choice
from lenet_desktop.settings.config import BY_NAME, unknown_setting
from lenet_desktop.settings.table import ConfigError, Setting
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import listed, sentences, whole

_INSTEAD = {
    "seed": marked("Say with how many seeds each recipe is tried."),
    "device": marked("Choose the device of the recipe."),
    "validation_images": marked(
        "All trials are judged by as many images: choose how many in the recipe."
    ),
}
"""What cannot be varied, and what to do in its place."""
_WORDS = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
_LOG = "log"
_LONGEST_LIST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vary:
    """A setting with a list of values, or a range of numbers.

    Attributes:
        name: the field of `TrainingConfig`.
        values: the list; empty where it is a range.
        low: the least number of a range.
        high: the greatest one.
        is_log: whether each factor counts alike, as from 0.01 to 0.1 and from 0.1 to 1.

    Raises:
        ConfigError: no run can be made with it; the message is a sentence for the person.
    """

    name: str
    values: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    is_log: bool = False

    def __post_init__(self) -> None:
        setting = _setting(self.name)
        if self.low is None or self.high is None:
            self._check_list(setting)
        else:
            self._check_range(setting, self.low, self.high)

    @classmethod
    def parse(cls, text: str) -> Vary:
        """Read what stands on a command line: `momentum=0:0.95`, `activation=relu,tanh`.

        A range may be logarithmic, `learning_rate=log:0.01:1`, and may say of how many values it
        shall consist, `log:0.01:1:5`, as a grid needs it.

        Raises:
            ConfigError: it is something else.
        """
        name, equals, values = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise ConfigError(
                name,
                _(
                    "“{text}” varies nothing: write a setting and its values, as in "
                    "activation=relu,tanh or learning_rate=log:0.01:1."
                ).format(text=text),
            )
        return cls.read(name, values)

    @classmethod
    def read(cls, name: str, value: object) -> Vary:
        """Read a list of values, or the text of a list or range.

        Raises:
            ConfigError: it is something else.
        """
        setting = _setting(name)
        if isinstance(value, str) and ":" in value and setting.is_number:
            return _read_range(setting, value)
        if isinstance(value, str):
            value = [each.strip() for each in value.split(",")]
        if not isinstance(value, list | tuple):
            raise ConfigError(
                name,
                _("{subject} needs a list of values, or a range.").format(subject=setting.subject),
            )
        return cls(name=name, values=tuple(_read_value(setting, each) for each in value))

    @property
    def setting(self) -> Setting:
        """The setting that is varied."""
        return BY_NAME[self.name]

    @property
    def is_range(self) -> bool:
        """Whether it is a range, of which any number may be tried."""
        return not self.values

    @property
    def text(self) -> str:
        """The values as `read` takes them: "relu,tanh", "log:0.01:1"."""
        if self.is_range:
            return f"{'log:' if self.is_log else ''}{_number(self.low)}:{_number(self.high)}"
        return ",".join(_written(value) for value in self.values)

    def _check_list(self, setting: Setting) -> None:
        if not self.values:
            raise ConfigError(
                self.name, _("{subject} needs at least one value.").format(subject=setting.subject)
            )
        if len(self.values) > _LONGEST_LIST:
            raise ConfigError(
                self.name,
                _("{subject} can have at most {longest_list} values.").format(
                    subject=setting.subject, longest_list=whole(_LONGEST_LIST)
                ),
            )
        for place, value in enumerate(self.values):
            setting.check(setting.read(value))
            if value in self.values[:place]:
                raise ConfigError(
                    self.name,
                    _("{subject} has the value {written} twice.").format(
                        subject=setting.subject, written=_written(value)
                    ),
                )

    def _check_range(self, setting: Setting, low: float, high: float) -> None:
        if not setting.is_number:
            raise ConfigError(
                self.name,
                _("{subject} has no range: list its values.").format(subject=setting.subject),
            )
        if not (math.isfinite(low) and math.isfinite(high)):
            raise ConfigError(
                self.name,
                _("{subject} needs a range of finite numbers.").format(subject=setting.subject),
            )
        if low >= high:
            raise ConfigError(
                self.name,
                _(
                    "{subject} cannot go from {low} to {high}: the smaller number comes first."
                ).format(subject=setting.subject, low=f"{low:g}", high=f"{high:g}"),
            )
        if self.is_log and low <= 0:
            raise ConfigError(
                self.name,
                _(
                    "{subject} cannot go from {low} on in a logarithmic range, which "
                    "begins above 0."
                ).format(subject=setting.subject, low=f"{low:g}"),
            )
        for value in (low, high):
            setting.check(_typed(setting, value))


def _setting(name: str) -> Setting:
    if name not in BY_NAME:
        raise unknown_setting(name)
    if name in _INSTEAD:
        text = _("{subject} cannot be varied.").format(subject=BY_NAME[name].subject)
        raise ConfigError(name, sentences([text, _(_INSTEAD[name])]))
    return BY_NAME[name]


def _read_range(setting: Setting, text: str) -> Vary:
    is_log, parts = False, [part.strip() for part in text.split(":")]
    if parts[0] == _LOG:
        is_log, parts = True, parts[1:]
    try:
        low, high, *rest = (float(part) for part in parts)
    except ValueError:
        rest = [math.nan]
    if len(rest) > 1 or any(not each.is_integer() for each in rest):
        raise ConfigError(
            setting.name,
            _(
                "“{text}” is no range for the {noun}: write 0.1:0.9, log:0.01:1 or, for "
                "five values in it, log:0.01:1:5."
            ).format(text=text, noun=setting.noun),
        )
    within = Vary(name=setting.name, low=low, high=high, is_log=is_log)
    return within if not rest else _spread(within, int(rest[0]))


def _spread(within: Vary, count: int) -> Vary:
    """Return so many values of a range, evenly from its one end to the other."""
    if not 2 <= count <= _LONGEST_LIST:
        raise ConfigError(
            within.name,
            _("A range can consist of 2 to {longest_list} values, not of {count}.").format(
                longest_list=whole(_LONGEST_LIST), count=count
            ),
        )
    low, high = within.low or 0.0, within.high or 0.0
    shares = [place / (count - 1) for place in range(count)]
    if within.is_log:
        numbers = [low * (high / low) ** share for share in shares]
    else:
        numbers = [low + (high - low) * share for share in shares]
    # As a person would write them, and the ends as they were given.
    numbers = [low, *(float(f"{number:.4g}") for number in numbers[1:-1]), high]
    if within.setting.is_whole:
        numbers = [round(number) for number in numbers]
    kept = [numbers[0], *(b for a, b in pairwise(numbers) if b != a)]
    return Vary(name=within.name, values=tuple(_typed(within.setting, each) for each in kept))


def _read_value(setting: Setting, value: object) -> Any:
    """Return a value of a list, which may be the text of one."""
    try:
        if isinstance(value, str) and setting.is_number:
            value = int(value) if setting.is_whole else float(value)
        elif isinstance(value, str) and setting.kind is bool:
            value = _WORDS[value.lower()]
        return setting.read(value)
    except (KeyError, ValueError) as error:
        raise ConfigError(setting.name, _no_value(setting, value)) from error


def _no_value(setting: Setting, value: object) -> str:
    known = ""
    if issubclass(setting.kind, Choice):
        text = _("“{value}” is no value for the {setting}: there are {known}.")
        known = listed([str(each) for each in setting.kind])
    elif setting.kind is bool:
        text = _("“{value}” is no value for the {setting}: it is on or off.")
    elif setting.is_whole:
        text = _("“{value}” is no value for the {setting}, which is a whole number.")
    else:
        text = _("“{value}” is no value for the {setting}, which is a number.")
    return text.format(value=value, setting=setting.noun, known=known)


def _typed(setting: Setting, value: float) -> Any:
    return round(value) if setting.is_whole and float(value).is_integer() else value


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float | None) -> str:
    return repr(value).removesuffix(".0")
