"""The columns of the list: what each says of a run, in the row, on hovering and aloud."""

from enum import IntEnum

from PySide6.QtCore import Qt

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.text.wording import duration, tidied
from lenet_desktop.ui.runs import run_texts


class Column(IntEnum):
    """The columns, from the left."""

    STAR = 0
    NAME = 1
    STATUS = 2
    RECIPE = 3
    BEST = 4
    LAST = 5
    EPOCHS = 6
    DURATION = 7
    WHEN = 8


HEADERS = {
    Column.STAR: ("Star", "Runs that you gave a star. A click gives one or takes it away."),
    Column.NAME: ("Name", "What the run is called, and your note on it. F2 renames it."),
    Column.STATUS: ("State", "Whether the run is going on, and else how it ended."),
    Column.RECIPE: (
        "Recipe",
        "The preset that the settings are closest to, and what differs from it.",
    ),
    Column.BEST: ("Best", "Share of test images that were right after the best epoch."),
    Column.LAST: ("Last", "Share of test images that were right after the last finished epoch."),
    Column.EPOCHS: ("Epochs", "How many epochs are finished, of those that are planned."),
    Column.DURATION: ("Duration", "How long the run worked, without pauses, as minutes:seconds."),
    Column.WHEN: ("Started", "When the run was started."),
}
"""What every column is called and what it means."""

_FIGURES = frozenset({Column.BEST, Column.LAST, Column.EPOCHS, Column.DURATION})
_TO_THE_RIGHT = _FIGURES | {Column.WHEN}  # so that the clocks stand in line
_MOST_FIRST = _TO_THE_RIGHT | {Column.STAR}


def alignment_of(column: Column) -> Qt.AlignmentFlag:
    """Return to which side a column is written: figures to the right, words to the left."""
    side = Qt.AlignmentFlag.AlignRight if column in _TO_THE_RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def first_order_of(column: Column) -> Qt.SortOrder:
    """Return which end of a column a first click on its header brings up: the most telling."""
    most_first = column in _MOST_FIRST
    return Qt.SortOrder.DescendingOrder if most_first else Qt.SortOrder.AscendingOrder


def text_of(record: RunRecord, column: Column, now: float) -> str:
    """Return what a cell shows; nothing for the star and the recipe, which others know.

    Args:
        now: the present moment, in seconds since 1970.
    """
    match column:
        case Column.NAME:
            return tidied(record.name)
        case Column.STATUS:
            return record.status.value
        case Column.BEST:
            return run_texts.accuracy_text(record.best_accuracy)
        case Column.LAST:
            return run_texts.accuracy_text(record.last_accuracy)
        case Column.EPOCHS:
            return run_texts.epochs_text(record)
        case Column.DURATION:
            return duration(record.elapsed_s)
        case Column.WHEN:
            return run_texts.when_text(record.created_at, now)
    return ""


def spoken_of(
    record: RunRecord, column: Column, text: str, *, is_open: bool, is_compared: bool
) -> str:
    """Return a cell as a screen reader speaks it, with what is only drawn in it.

    Args:
        text: what the cell shows.
    """
    if column is Column.STAR:
        return "starred" if record.starred else "not starred"
    if column is Column.NAME:
        note = tidied(record.note)
        said = [text, "open" * is_open, "compared" * is_compared, f"note: {note}" if note else ""]
        return ", ".join(part for part in said if part)
    return "none yet" if text == run_texts.NOTHING else text


def explanation_of(record: RunRecord, column: Column) -> str:
    """Return what a tool tip says beyond the cell itself; empty where there is nothing more."""
    match column:
        case Column.STAR:
            return "Take the star away" if record.starred else "Give the run a star"
        case Column.STATUS:
            return run_texts.STATUS_EXPLANATIONS[record.status]
        case Column.WHEN:
            device = record.surroundings.device_name or record.surroundings.device
            on = f", on {tidied(device)}" if device else ""
            return f"Started {run_texts.moment_text(record.created_at)}{on}"
    return ""
