"""How a run is written in one row, and by what it is sorted and found. Needs no widgets."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.text.numbers import plain_digits
from lenet_desktop.text.wording import percent

LONGEST_SHOWN = 400
"""Characters of a name or a note that are handed to the screen; no row is wide enough for more."""

NOTHING = "—"
"""What stands where there is no figure yet."""

STATUS_EXPLANATIONS = {
    RunStatus.RUNNING: "The run is going on.",
    RunStatus.PAUSED: "The run is held between two steps and can go on.",
    RunStatus.FINISHED: "All planned epochs are done.",
    RunStatus.STOPPED: "Somebody ended the run before its planned end.",
    RunStatus.FAILED: "An error ended the run.",
    RunStatus.DIVERGED: "The loss was no number any more. Try a lower learning rate.",
    RunStatus.INTERRUPTED: "The program ended in the middle of the run.",
    RunStatus.INCOMPLETE: "There was no room on the disk for all that the run has learned.",
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DIGITS = re.compile("([0-9]+)")
_LONG_WORD = re.compile(r"(\S{40})(?=\S)")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def one_line(text: str, longest: int | None = LONGEST_SHOWN) -> str:
    """Write any text as one line of plain characters, cut after `longest` of them.

    Line breaks, tabs and runs of blanks become one blank. Control characters go, and with them
    the invisible ones that turn the reading direction of whatever follows.
    """
    cut = text if longest is None or len(text) <= longest else text[:longest] + "…"
    shown = "".join(sign for sign in cut if sign.isspace() or not _is_hidden(sign))
    return " ".join(shown.split())


def breakable(text: str) -> str:
    """Let a tool tip wrap inside very long words, by marks that take no room."""
    return _LONG_WORD.sub("\\1\u200b", text)


def quoted(text: str, longest: int = 60) -> str:
    """Put a name into quotes for a sentence, whose reading direction it does not change."""
    return f"“{_ISOLATE}{one_line(text, longest)}{_END_ISOLATE}”"


def accuracy_text(share: float | None) -> str:
    """Write a share, 0-1, with as many decimals as 10,000 test images have."""
    return NOTHING if share is None else percent(share, 2)


def epochs_text(record: RunRecord) -> str:
    """Write how many epochs are done, as `4 of 10`."""
    return f"{record.epochs_done:,} of {record.config.epochs:,}"


def when_text(moment: float, now: float) -> str:
    """Write a moment, in seconds since 1970, as `today 14:03`, `yesterday 9:10` or with its date.

    Months are English whatever the system speaks, as all words of the window are.
    """
    at, today = _local(moment), _local(now)
    if at is None or today is None:
        return NOTHING
    clock = f"{at.hour}:{at.minute:02}"
    if at.date() == today.date():
        return f"today {clock}"
    if at.date() == today.date() - timedelta(days=1):
        return f"yesterday {clock}"
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} {clock}"


def moment_text(moment: float) -> str:
    """Write a moment, in seconds since 1970, exactly: `12 Nov 2026 14:03:22`."""
    at = _local(moment)
    if at is None:
        return NOTHING
    clock = f"{at.hour}:{at.minute:02}:{at.second:02}"
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} {clock}"


def natural_key(text: str) -> tuple[tuple[int, str] | str, ...]:
    """Return what sorts `Run 2` before `Run 10`, whatever the case."""
    parts = _DIGITS.split(text.casefold())
    # Numbers are compared as texts, by length first: a name may hold thousands of digits.
    return tuple(
        (len(part.lstrip("0")), part.lstrip("0")) if place % 2 else part
        for place, part in enumerate(parts)
    )


def searchable(*texts: str) -> str:
    """Return texts in the form in which `matches` looks through them."""
    return _plain("\n".join(texts))


def words_of(search: str) -> tuple[str, ...]:
    """Return the words of a search in the form in which `matches` takes them."""
    return tuple(_plain(search).split())


def matches(text: str, words: Sequence[str]) -> bool:
    """Tell whether every word occurs somewhere in a `searchable` text."""
    return all(word in text for word in words)


def count_text(shown: int, kept: int, selected: int) -> str:
    """Say how many runs there are, how many of them are found and how many selected."""
    noun = "run" if kept == 1 else "runs"
    counted = f"{kept:,} {noun}" if shown == kept else f"{shown:,} of {kept:,} {noun}"
    return f"{counted}, {selected:,} selected" if selected > 1 else counted


def deleted_text(names: Sequence[str]) -> str:
    """Say which runs were deleted, by name where they are few."""
    match names:
        case [name]:
            return f"Deleted {quoted(name)}."
        case [first, second]:
            return f"Deleted {quoted(first, 30)} and {quoted(second, 30)}."
    return f"Deleted {len(names):,} runs."


def _plain(text: str) -> str:
    return plain_digits(unicodedata.normalize("NFKC", text)).casefold()


def _is_hidden(sign: str) -> bool:
    if unicodedata.category(sign) in {"Cc", "Cs"}:  # half a character cannot be shown either
        return True
    return unicodedata.bidirectional(sign) in {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip


def _local(moment: float) -> datetime | None:
    """Return a moment in this place's time, None where no calendar reaches."""
    try:
        return datetime.fromtimestamp(moment)
    except (OverflowError, ValueError, OSError):
        return None
