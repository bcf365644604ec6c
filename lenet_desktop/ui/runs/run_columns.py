"""The columns of the list: what each says of a run and by what it is sorted; a table of them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import Qt

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import duration, joined, tidied
from lenet_desktop.ui.runs import run_texts

_STATUS_PLACES = {status: place for place, status in enumerate(RunStatus)}
_DIGITS = re.compile("([0-9]+)")


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


def _unknown(_record: RunRecord, _now: float) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class _Look:
    """How a column shows runs.

    Attributes:
        title: what it is called, in English.
        explanation: what it means, likewise.
        value: of a run, and of a function that writes its recipe, what it is sorted by.
        text: of a run and the present moment, in seconds since 1970, what its cell shows; nothing
            for the star and the recipe, which others know.
        is_figure: whether it is written to the right, so that digits stand in line.
        most_first: whether a first click on its header brings up the greatest values.
    """

    title: str
    explanation: str
    value: Callable[[RunRecord, Callable[[RunRecord], str]], Any]
    text: Callable[[RunRecord, float], str] = _unknown
    is_figure: bool = False
    most_first: bool = False

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        """To which side it is written."""
        side = Qt.AlignmentFlag.AlignRight if self.is_figure else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    @property
    def first_order(self) -> Qt.SortOrder:
        """Which end of it a first click on its header brings up: the most telling."""
        most_first = self.most_first or self.is_figure
        return Qt.SortOrder.DescendingOrder if most_first else Qt.SortOrder.AscendingOrder


COLUMNS = {
    Column.STAR: _Look(
        marked("Star"), marked("Runs that you gave a star. A click gives one or takes it away."),
        lambda run, _recipe_of: run.starred, most_first=True,
    ),
    Column.NAME: _Look(
        marked("Name"), marked("What the run is called, and your note on it. F2 renames it."),
        lambda run, _recipe_of: natural_key(run.name), lambda run, _now: tidied(run.name),
    ),
    Column.STATUS: _Look(
        marked("State"), marked("Whether the run is going on, and else how it ended."),
        lambda run, _recipe_of: _STATUS_PLACES[run.status],
        lambda run, _now: run_texts.status_text(run),
    ),
    Column.RECIPE: _Look(
        marked("Recipe"),
        marked("The preset that the settings are closest to, and what differs from it."),
        lambda run, recipe_of: natural_key(recipe_of(run)),
    ),
    Column.BEST: _Look(
        marked("Best"), marked("The highest share of test images that were right after any epoch."),
        lambda run, _recipe_of: run.best_accuracy,
        lambda run, _now: run_texts.accuracy_text(run.best_accuracy), is_figure=True,
    ),
    Column.LAST: _Look(
        marked("Last"),
        marked("Share of test images that were right after the last finished epoch."),
        lambda run, _recipe_of: run.last_accuracy,
        lambda run, _now: run_texts.accuracy_text(run.last_accuracy), is_figure=True,
    ),
    Column.EPOCHS: _Look(
        marked("Epochs"), marked("How many epochs are finished, of those that are planned."),
        lambda run, _recipe_of: (run.epochs_done, run.config.epochs),
        lambda run, _now: run_texts.epochs_text(run), is_figure=True,
    ),
    Column.DURATION: _Look(
        marked("Duration"), marked("How long the run worked, without pauses, as minutes:seconds."),
        lambda run, _recipe_of: run.elapsed_s,
        lambda run, _now: duration(run.elapsed_s), is_figure=True,
    ),
    Column.WHEN: _Look(
        marked("Started"), marked("When the run was started."),
        lambda run, _recipe_of: run.id,  # a clock that was ahead does not count
        lambda run, now: run_texts.when_text(run.created_at, now), is_figure=True,
    ),
}  # fmt: skip


def spoken_of(
    record: RunRecord, column: Column, text: str, *, is_open: bool, compared_as: str
) -> str:
    """Return a cell as a screen reader speaks it, with what is only drawn in it.

    Args:
        text: what the cell shows.
        compared_as: A or B of two runs that are compared, empty for one that is not.
    """
    if column is Column.STAR:
        return _("starred") if record.starred else _("not starred")
    if column is Column.NAME:
        note = tidied(record.note)
        open_said = pgettext("run", "open") if is_open else ""
        note_said = _("note: {note}").format(note=note) if note else ""
        return joined(filter(None, [text, open_said, compared_as, note_said]))
    return _("none yet") if text == run_texts.NOTHING else text


def explanation_of(record: RunRecord, column: Column) -> str:
    """Return what a tool tip says beyond the cell itself; empty where there is nothing more."""
    match column:
        case Column.STAR:
            return _("Take the star away") if record.starred else _("Give the run a star")
        case Column.STATUS:
            return record.why_early or _(run_texts.STATUS_EXPLANATIONS[record.status])
        case Column.WHEN:
            device = record.surroundings.computed_by
            moment = run_texts.moment_text(record.created_at)
            if not device:
                return _("Started {moment}").format(moment=moment)
            words = _("Started {moment}, on {device}")
            return words.format(moment=moment, device=tidied(device))
    return ""


def sorted_rows(
    records: Sequence[RunRecord],
    column: Column,
    order: Qt.SortOrder,
    recipe_of: Callable[[RunRecord], str],
) -> list[int]:
    """Return the rows of runs in their order, by true values and not by the texts shown.

    Where values are equal the newer run comes first, and a run that has no value yet comes last;
    both hold in either direction.

    Args:
        records: the runs, in any order.
        column: what they are sorted by.
        order: whether the least value or the greatest comes first.
        recipe_of: writes the recipe of a run.
    """
    value_of = COLUMNS[column].value
    values = [value_of(record, recipe_of) for record in records]
    rows = sorted(range(len(records)), key=lambda row: -records[row].id)
    known = [row for row in rows if values[row] is not None]
    backwards = order is Qt.SortOrder.DescendingOrder
    known.sort(key=lambda row: values[row], reverse=backwards)  # equal ones stay put
    return known + [row for row in rows if values[row] is None]


def natural_key(text: str) -> tuple[tuple[int, str] | str, ...]:
    """Return what sorts `Run 2` before `Run 10`, whatever the case."""
    parts = _DIGITS.split(text.casefold())
    # Numbers are compared as texts, by length first: a name may hold thousands of digits.
    return tuple(
        (len(part.lstrip("0")), part.lstrip("0")) if place % 2 else part
        for place, part in enumerate(parts)
    )
