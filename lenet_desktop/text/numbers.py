"""Numbers as people write them, in the digits and separators of any language.

The program itself writes `1,000` and `0.9` everywhere, whatever the language of the desktop. What a
person types or pastes may look otherwise; it is read where it can mean one number only.
"""

import math
import re
from collections.abc import Iterator

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import quoted

_DIRECTION_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Unseen, but put around signs and figures by right-to-left desktops, and pasted with them."""
_SAME = str.maketrans(
    {
        **dict.fromkeys(_DIRECTION_MARKS, ""),
        **dict.fromkeys("\u2212\u2010\u2011\u2013\ufe63\uff0d", "-"),
        **dict.fromkeys("\ufe62\uff0b", "+"),
        **dict.fromkeys("\u066a\uff05", "%"),
        **dict.fromkeys("\u060c\uff0c", ","),
        **dict.fromkeys("\u066b\uff0e", "."),  # the Arabic decimal sign is never anything else
        **dict.fromkeys("\u066c\u2019\u02bc\uff07", "'"),  # nor is the one between thousands
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
    }
)
_POWER_OF_TEN = re.compile(r"\s?[\u00d7\u00b7]\s?10\^\s?|\u0623\u0633")
"""How other languages write the e of 1e-3."""
_MOST_DIGITS = 30


def _grouped(mark: str) -> str:
    """Return a pattern of thousands, or of India's thousands, lakhs and crores."""
    mark = re.escape(mark)
    return rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+|[1-9]\d?(?:{mark}\d\d)+{mark}\d{{3}}"


def _fractional(point: str, *groups: str) -> re.Pattern[str]:
    whole = "|".join([r"\d+", *(_grouped(mark) for mark in groups)])
    point = re.escape(point)
    return re.compile(rf"([+-]?)(?:({whole})(?:{point}(\d*))?|{point}(\d+))(?:[eE]([+-]?\d+))?")


_OWN = _fractional(".")
_READINGS = (_fractional(".", ",", " ", "'"), _fractional(",", ".", " ", "'"))


def parse_number(text: str) -> float:
    """Read a number as a person types it: `0.9`, `0,9`, `.5`, `1e-3`, `1 234,5`.

    A text that means different numbers to different people, such as `1,000`, is refused.

    Raises:
        ValueError: the text is no finite number; the message is a sentence for the person.
    """
    shown, written = quoted(text.strip()), plain(text)
    if not written:
        raise ValueError(_("Enter a number, for example 0.9 or 1e-3."))
    found = {float(number) for number in _read(written)}
    if not found:
        sentence = _("{text} is not a number. Write it like 0.9 or 1e-3.")
        raise ValueError(sentence.format(text=shown))
    if len(found) > 1:
        one, other = (f"{number:.15g}" for number in sorted(found))
        sentence = _("{text} can be read in two ways. Write {one} or {other}.")
        raise ValueError(sentence.format(text=shown, one=one, other=other))
    number = found.pop()
    if not math.isfinite(number):
        sentence = _("{text} is too large a number. Write it like 0.9 or 1e-3.")
        raise ValueError(sentence.format(text=shown))
    return number


def parse_whole(text: str, group: str = ",") -> int:
    """Read a whole number: `1000`, `1,000`, `1 000`, `1'000` and India's `1,00,000`.

    Args:
        text: what was typed.
        group: what the language of the desktop puts between thousands; it is read as well.

    Raises:
        ValueError: the text is no whole number; the message is a sentence for the person.
    """
    written = plain(text)
    digits = "|".join([r"\d+", *(_grouped(mark) for mark in {",", " ", "'", plain(group) or " "})])
    if not re.fullmatch(rf"[+-]?(?:{digits})", written) or len(written) > _MOST_DIGITS:
        sentence = _("{text} is not a whole number. Write it like 10.")
        raise ValueError(sentence.format(text=quoted(text.strip())))
    return int(re.sub(r"[^+\-\d]", "", written))


def plain_digits(text: str) -> str:
    """Return a text with every decimal digit, of any script, as one of 0 to 9."""
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)


def write_number(value: float) -> str:
    """Write a number as short as it can be, so that `parse_number` reads the same."""
    if isinstance(value, int):
        return str(value)
    short = f"{value + 0.0:g}"  # no minus before 0
    return short if float(short) == value else repr(value)


def plain(text: str) -> str:
    """Return a text with the digits, the signs and the blanks that this program writes."""
    return _POWER_OF_TEN.sub("e", plain_digits(text).translate(_SAME)).strip()


def _read(written: str) -> Iterator[str]:
    """Yield what a text can mean, as Python writes it; the program's own way of writing first."""
    own = _OWN.fullmatch(written)
    for match in [own] if own else [pattern.fullmatch(written) for pattern in _READINGS]:
        if match is not None:
            sign, whole, fraction, only_fraction, exponent = match.groups(default="")
            whole = re.sub(r"\D", "", whole) or "0"
            yield f"{sign}{whole}.{fraction or only_fraction or '0'}e{exponent or '0'}"
