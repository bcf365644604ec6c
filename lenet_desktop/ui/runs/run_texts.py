"""How a run is written in one row, and by what it is sorted and found. Needs no widgets."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.text.numbers import plain_digits
from lenet_desktop.text.wording import counted, listed, percent, quoted_title

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
    runs = counted(kept, "run") if shown == kept else f"{shown:,} of {counted(kept, 'run')}"
    return f"{runs}, {selected:,} selected" if selected > 1 else runs


def deleted_text(names: Sequence[str]) -> str:
    """Say which runs were deleted, by name where they are few."""
    if len(names) > 2:
        return f"Deleted {counted(len(names), 'run')}."
    return f"Deleted {listed(quoted_title(name, 60 // len(names)) for name in names)}."


def _plain(text: str) -> str:
    return plain_digits(unicodedata.normalize("NFKC", text)).casefold()


def _local(moment: float) -> datetime | None:
    """Return a moment in this place's time, None where no calendar reaches."""
    try:
        return datetime.fromtimestamp(moment)
    except (OverflowError, ValueError, OSError):
        return None
