"""How the figures of a run are written in one row. Needs no widgets."""

from datetime import datetime, timedelta

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import percent, whole

NOTHING = "—"
"""What stands where there is no figure yet."""

STATUS_EXPLANATIONS = {
    RunStatus.RUNNING: marked("The run is going on."),
    RunStatus.PAUSED: marked("The run is held between two steps and can go on."),
    RunStatus.FINISHED: marked("All planned epochs are done."),
    RunStatus.STOPPED: marked("Somebody ended the run before its planned end."),
    RunStatus.FAILED: marked("An error ended the run."),
    RunStatus.DIVERGED: marked("The loss was no number any more. Try a lower learning rate."),
    RunStatus.INTERRUPTED: marked("The program ended in the middle of the run."),
    RunStatus.INCOMPLETE: marked("There was no room on the disk for all that the run has learned."),
}

# Translators: the twelve months, with blanks between.
_MONTHS = marked("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")


def status_text(record: RunRecord) -> str:
    """Say in a word or two how a run stands, or how it ended."""
    return _("stopped early") if record.why_early else record.status.words


def accuracy_text(share: float | None) -> str:
    """Write a share, 0-1, with as many decimals as 10,000 test images have."""
    return NOTHING if share is None else percent(share, 2)


def epochs_text(record: RunRecord) -> str:
    """Write how many epochs are done, as `4 of 10`."""
    return _("{done} of {planned}").format(
        done=whole(record.epochs_done), planned=whole(record.config.epochs)
    )


def when_text(moment: float, now: float) -> str:
    """Write a moment, in seconds since 1970, as `today 14:03`, `yesterday 9:10` or with its date.

    Months are in the language of the window, whatever the system speaks.
    """
    at, today = _local(moment), _local(now)
    if at is None or today is None:
        return NOTHING
    clock = f"{at.hour}:{at.minute:02}"
    if at.date() == today.date():
        return _("today {clock}").format(clock=clock)
    if at.date() == today.date() - timedelta(days=1):
        return _("yesterday {clock}").format(clock=clock)
    return _dated(at, clock)


def moment_text(moment: float) -> str:
    """Write a moment, in seconds since 1970, exactly: `12 Nov 2026 14:03:22`."""
    at = _local(moment)
    if at is None:
        return NOTHING
    clock = f"{at.hour}:{at.minute:02}:{at.second:02}"
    return _dated(at, clock)


def _dated(at: datetime, clock: str) -> str:
    return _("{day} {month} {year} {clock}").format(
        day=at.day, month=_(_MONTHS).split()[at.month - 1], year=at.year, clock=clock
    )


def _local(moment: float) -> datetime | None:
    """Return a moment in this place's time, None where no calendar reaches."""
    try:
        return datetime.fromtimestamp(moment)
    except (OverflowError, ValueError, OSError):
        return None
