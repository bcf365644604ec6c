"""How names, errors, counts, lists and figures are written in a sentence for a person."""

import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import reduce
from html import escape
from itertools import takewhile

from lenet_desktop.text.language import _, marked, ngettext, pgettext

WRONG_MARK = "✗"
MINUS = "\N{MINUS SIGN}"
_GLUE = "\N{NO-BREAK SPACE}"
DUPLICATE_MARK, NEAR_MARK = "=", "≈"

LONGEST_QUOTED = 80
LONGEST_SHOWN = 400
"""Characters of a name or a note that are handed to the screen; no row is wide enough for more."""

REASONS = (
    marked("No such file or directory"),
    marked("Permission denied"),
    marked("Operation not permitted"),
    marked("No space left on device"),
    marked("Disk quota exceeded"),
    marked("Read-only file system"),
    marked("Is a directory"),
    marked("Not a directory"),
    marked("File exists"),
    marked("File name too long"),
    marked("File too large"),
    marked("Input/output error"),
    marked("Too many open files"),
    marked("Connection refused"),
    marked("Connection reset by peer"),
    marked("Connection timed out"),
    marked("Network is unreachable"),
    marked("No route to host"),
)
"""What a system says why something failed, in English; the rest of it stays as it is."""

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Invisible, but part of the spelling of Persian or Hindi, and of many pictographs."""
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_LONG_WORD = re.compile(r"(\S{40})(?=\S)")
_WIDE_STOPS = "\u3000-\u303f\uff00-\uff65"
WIDE = rf"{_WIDE_STOPS}\u3040-\u9fff\uf900-\ufaff"
"""Signs of Chinese and Japanese, which are written without blanks, inside the [] of a pattern."""
_BREAK = r"[^\S\n]*\n[^\S\n]*"
_BREAK_WITHOUT_BLANK = re.compile(
    rf"(?<=[{_WIDE_STOPS}]){_BREAK}|{_BREAK}(?=[{_WIDE_STOPS}])"
    rf"|(?<=[{WIDE}]){_BREAK}(?=[{WIDE}“…])|(?<=[”…]){_BREAK}(?=[{WIDE}])"
)

_BEGINNINGS = (rf".*(?:[,;:] |[{_WIDE_STOPS}])", r".* ", r".*(?<![\d.,])(?=\d)", r".*")
"""What a name may do without: what it lists first, else whole words, else up to a number."""


class ToldError(Exception):
    """Something cannot be done, and no fault of the program; the message is for the person."""


class Worded(StrEnum):
    """What stands in files by its value, and is told to a person by the same words, translated."""

    @property
    def words(self) -> str:
        """What a person is told of it, within a sentence."""
        return _(self.value)


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its kind, without a full stop."""
    lines = str(error).strip().splitlines()
    return lines[0].strip().rstrip(".。") if lines else type(error).__name__


def why_not(error: BaseException) -> str:
    """Return why something failed, without a full stop; of a system error, what the system says."""
    reason = getattr(error, "strerror", None)
    return _(reason) if reason else first_line(error)


def one_line(text: object) -> str:
    """Return a path, an error or a name from a file fit to stand in a sentence or on a terminal.

    Nothing is left out, as the file may have to be found by it: line breaks, and what steers a
    terminal or turns the reading direction, become question marks in diamonds, as does all else
    that cannot be printed. Blanks of any width become blanks.
    """
    return "".join(map(_printable, str(text)))


def tidied(text: str, longest: int | None = LONGEST_SHOWN) -> str:
    """Return a name or a note, as somebody typed it, as one line cut after `longest` characters.

    Line breaks, tabs and runs of blanks become one blank. Control characters go, and with them
    the invisible ones that turn the reading direction of whatever follows.
    """
    cut = text if longest is None or len(text) <= longest else text[:longest] + "…"
    return " ".join("".join(sign for sign in cut if sign.isspace() or not _steers(sign)).split())


def told_apart(names: Sequence[str], cut: Callable[[str], str]) -> list[str]:
    """Shorten names so that those that differ still do.

    Of names that would be cut alike, what they begin with alike is left out.

    Args:
        names: the names.
        cut: cuts the end of a name that is too long.
    """
    starts = dict.fromkeys(names, 0)
    while True:
        alike: dict[str, list[str]] = {}
        for name, start in starts.items():
            alike.setdefault(cut(f"…{name[start:]}" if start else name), []).append(name)
        further: dict[str, int] = {}
        for named in alike.values():
            same = takewhile(lambda letters: len(set(letters)) == 1, zip(*named, strict=False))
            begin, start = named[0][: len(list(same))], max(starts[name] for name in named)
            found = (re.match(pattern, begin) for pattern in _BEGINNINGS)
            place = next((each.end() for each in found if each and each.end() > start), start)
            if len(named) > 1 and place > start:
                further |= dict.fromkeys(named, place)
        if not further:
            shown = {name: short for short, named in alike.items() for name in named}
            return [shown[name] for name in names]
        starts |= further


def quoted(text: object, limit: int = LONGEST_QUOTED) -> str:
    """Return a name from a file in quotes, on one line and not endless."""
    line = one_line(str(text)[: limit + 1])
    return _in_quotes(line if len(line) <= limit else f"{line[:limit]}…")


def quoted_title(text: str, longest: int = 60) -> str:
    """Put a run's name into quotes for the window, whose reading direction it does not change."""
    return _in_quotes(f"{_ISOLATE}{tidied(text, longest)}{_END_ISOLATE}")


def _in_quotes(text: str) -> str:
    return pgettext("in quotes", "“{text}”").format(text=text)


def unwrapped(text: str) -> str:
    """Return a paragraph without the line breaks and the indents that it has in its file.

    A blank stands for a line break, but none where a script is written without blanks.
    """
    return " ".join(_BREAK_WITHOUT_BLANK.sub("", text).split())


def breakable(text: str) -> str:
    """Let a tool tip wrap inside very long words, by marks that take no room."""
    return _LONG_WORD.sub("\\1\u200b", text)


def whole(count: int) -> str:
    """Write a whole number with its thousands apart: `1,200`."""
    return with_marks(f"{count:,}")


def counted(count: int, one: str, many: str, **named: object) -> str:
    """Write how many there are, in the form that goes with the count: `1 epoch`, `1,200 epochs`.

    Args:
        count: how many.
        one: the text for one, with `{count}` where the number stands.
        many: the text for more.
        named: what stands in the text besides.
    """
    return ngettext(one, many, count).format(count=whole(count), **named)


def listed(items: Iterable[object], most: int | None = None) -> str:
    """Write a list as it stands in a sentence: `1, 2 and 3`; beyond `most`, how many more."""
    words = list(map(str, items))
    if most is not None and len(words) > most:
        words[most:] = [counted(len(words) - most, "{count} more", "{count} more")]
    if len(words) < 2:
        return "".join(words)
    *others, last = words
    first, end = enumerated(others), pgettext("end of a list", "{first} and {last}")
    if re.search(rf"[{WIDE}]", end):  # where blanks only stand beside Latin letters and figures
        first = re.sub(r"(?<=[0-9A-Za-z])$", " ", first)
        last = re.sub(r"^(?=[0-9A-Za-z])", " ", last)
    return end.format(first=first, last=last)


def enumerated(items: Iterable[object]) -> str:
    """Write a list without an end: `1, 2, 3`."""
    return pgettext("between the items of a list", ", ").join(map(str, items))


def joined(parts: Iterable[str]) -> str:
    """Write figures, or settings with their values, in one line: `epoch 3, loss 0.41`."""
    return pgettext("between the parts of a line", ", ").join(parts)


def sentences(said: Iterable[str]) -> str:
    """Write whole sentences one after the other."""
    pair = pgettext("two sentences", "{first} {then}")
    told = [sentence for sentence in said if sentence]
    return reduce(lambda first, then: pair.format(first=first, then=then), told) if told else ""


def byte_count(count: int) -> str:
    """Write how many bytes there are: `562 MB`, `8.4 MB` or `12 kB`."""
    if count < 100_000:
        return f"{-(-count // 1000)}{_GLUE}kB"
    megabytes = count / 1e6
    figures = f"{megabytes:.1f}" if megabytes < 9.95 else f"{megabytes:,.0f}"
    return f"{with_marks(figures)}{_GLUE}MB"


def epochs_named(epochs: Sequence[int], most: int = 10) -> str:
    """Name epochs by their numbers: `epoch 3`, `epochs 3, 4, 7`, and a few of very many."""
    numbers = enumerated(epochs[:most]) + ("…" if len(epochs) > most else "")
    return ngettext("epoch {numbers}", "epochs {numbers}", len(epochs)).format(numbers=numbers)


def percent(share: float, decimals: int = 1) -> str:
    """Write a share, 0-1, as `61.2 %`."""
    number = with_marks(f"{share * 100:.{decimals}f}")
    return pgettext("share", "{number} %").format(number=number)


def figure(value: float, form: str = "z#.3g") -> str:
    """Write a number, by default with three digits, with a minus and not a hyphen."""
    return with_marks(f"{value:{form}}").replace("-", MINUS)


def duration(seconds: float) -> str:
    """Write seconds as `0:12` or `1:02:03`."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(seconds: float) -> str:
    """Write a time, in seconds since 1970, as day and minute on this machine's clock."""
    return time.strftime(pgettext("moment", "%Y-%m-%d %H:%M"), time.localtime(seconds))


def tip(sentence: str) -> str:
    """Make a tool tip wrap, which Qt does for rich text only."""
    return f"<p>{escape(sentence)}</p>"


def with_marks(number: str) -> str:
    """Return a number, written as Python does, with the marks of the language that is spoken."""
    if number.isdecimal():
        return number
    point, group = pgettext("before decimals", "."), pgettext("between thousands", ",")
    return number.translate({ord("."): point, ord(","): group})


def _printable(sign: str) -> str:
    if unicodedata.category(sign) == "Zs":
        return " "
    is_harmless = sign.isprintable() or sign in _JOINERS
    return sign if is_harmless else "\N{REPLACEMENT CHARACTER}"


def _steers(sign: str) -> bool:
    """Whether a sign is a control character, one that turns the reading direction, or a half."""
    return unicodedata.category(sign) in {"Cc", "Cs"} or unicodedata.bidirectional(sign) in _TURNING
