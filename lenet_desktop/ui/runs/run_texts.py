"""How the figures of a run are written in one row. Needs no widgets."""

from datetime import datetime, timedelta

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.text.wording import percent

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


def status_text(record: RunRecord) -> str:
    """Say in a word or two how a run stands, or how it ended."""
    return "stopped early" if record.why_early else record.status.value


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


def _local(moment: float) -> datetime | None:
    """Return a moment in this place's time, None where no calendar reaches."""
    try:
        return datetime.fromtimestamp(moment)
    except (OverflowError, ValueError, OSError):
        return None
