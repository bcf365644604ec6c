"""Sorts runs by the true values of a column, not by the texts that are shown."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.runs.run_texts import natural_key

_STATUS_PLACES = {status: place for place, status in enumerate(RunStatus)}


def sorted_rows(
    records: Sequence[RunRecord],
    column: Column,
    order: Qt.SortOrder,
    recipe_of: Callable[[RunRecord], str],
) -> list[int]:
    """Return the rows of runs in their order.

    Where values are equal the newer run comes first, and a run that has no value yet comes last;
    both hold in either direction.

    Args:
        records: the runs, in any order.
        column: what they are sorted by.
        order: whether the least value or the greatest comes first.
        recipe_of: writes the recipe of a run.
    """
    value_of = _value_of(column, recipe_of)
    values = [value_of(record) for record in records]
    rows = sorted(range(len(records)), key=lambda row: _newest_first(records[row]))
    backwards = order is Qt.SortOrder.DescendingOrder
    rows.sort(key=lambda row: _or_least(values[row]), reverse=backwards)  # equal ones stay put
    rows.sort(key=lambda row: values[row] is None)
    return rows


def _value_of(column: Column, recipe_of: Callable[[RunRecord], str]) -> Callable[[RunRecord], Any]:
    match column:
        case Column.STAR:
            return lambda record: record.starred
        case Column.NAME:
            return lambda record: natural_key(record.name)
        case Column.STATUS:
            return lambda record: _STATUS_PLACES[record.status]
        case Column.RECIPE:
            return lambda record: natural_key(recipe_of(record))
        case Column.BEST:
            return lambda record: record.best_accuracy
        case Column.LAST:
            return lambda record: record.last_accuracy
        case Column.EPOCHS:
            return lambda record: (record.epochs_done, record.config.epochs)
        case Column.DURATION:
            return lambda record: record.elapsed_s
        case Column.WHEN:
            return lambda record: record.id  # a clock that was ahead does not count


def _newest_first(record: RunRecord) -> int:
    return -record.id


def _or_least(value: Any) -> Any:
    """Return a value that can be sorted by; where there is none it does not matter which."""
    return -1.0 if value is None else value
