"""The runs of a sweep as a group: a row of its own, under which they stand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.settings.config_differences import recipe_text, setting_name
from lenet_desktop.sweeps.records import SweepRecord
from lenet_desktop.text.wording import counted, listed
from lenet_desktop.ui.runs.run_columns import Column, sorted_rows


def is_group(record: RunRecord) -> bool:
    """Return whether a row is that of a sweep: its number is then below 0."""
    return record.id < 0


def group_id(sweep_id: int) -> int:
    """Return the number of a sweep's row, or of the sweep of a row."""
    return -sweep_id


def group_row(sweep: SweepRecord, runs: Sequence[RunRecord]) -> RunRecord:
    """Return the row of a sweep, as if it was a run.

    Args:
        sweep: it.
        runs: those of its runs that are in the list.
    """
    known = [run.best_accuracy for run in runs if run.best_accuracy is not None]
    return RunRecord(
        id=group_id(sweep.id),
        key=sweep.key,
        title=sweep.name,
        note=counted(len(runs), "{count} run", "{count} runs"),
        starred=sweep.starred,
        status=RunStatus(sweep.state.value),
        config=sweep.definition.base,
        steps_per_epoch=1,
        epochs_done=sum(run.epochs_done for run in runs),
        last_accuracy=None,
        best_accuracy=max(known, default=None),
        elapsed_s=sum(run.elapsed_s for run in runs),
        created_at=sweep.created_at,
        updated_at=sweep.updated_at,
    )


def varied_text(sweep: SweepRecord) -> str:
    """Say what a sweep varies: "Learning rate and activation", or which recipe it repeats."""
    definition = sweep.definition
    if not definition.vary:
        recipe = recipe_text(definition.base)
        seeds = definition.seeds
        return counted(
            seeds, "{count} seed of {recipe}", "{count} seeds of {recipe}", recipe=recipe
        )
    words = listed(setting_name(each.name) for each in definition.vary)
    return words[:1].upper() + words[1:]


def with_groups(
    records: Iterable[RunRecord], sweeps: Iterable[SweepRecord]
) -> tuple[list[RunRecord], dict[int, str]]:
    """Return runs with the rows of their sweeps, and what the sweeps vary by the rows' numbers.

    A sweep without a run in the list has no row.
    """
    rows = list(records)
    runs: dict[int, list[RunRecord]] = {}
    for record in rows:
        if record.sweep_id is not None:
            runs.setdefault(record.sweep_id, []).append(record)
    listed_sweeps = [sweep for sweep in sweeps if sweep.id in runs]
    groups = [group_row(sweep, runs[sweep.id]) for sweep in listed_sweeps]
    texts = {group_id(sweep.id): varied_text(sweep) for sweep in listed_sweeps}
    return [*rows, *groups], texts


def grouped_rows(
    records: Sequence[RunRecord],
    column: Column,
    order: Qt.SortOrder,
    recipe_of: Callable[[RunRecord], str],
) -> list[int]:
    """Return the rows in their order: each run of a sweep below the row of that sweep.

    Both the runs of a sweep and what stands beside it are sorted by the column.

    Args:
        records: the runs and the rows of sweeps, in any order.
        column: what they are sorted by.
        order: whether the least value or the greatest comes first.
        recipe_of: writes the recipe of a run.
    """
    groups = {record.id for record in records if is_group(record)}
    if not groups:
        return sorted_rows(records, column, order, recipe_of)
    inside: dict[int, list[int]] = {group: [] for group in groups}
    outside: list[int] = []
    for row, record in enumerate(records):
        owner = owner_of(record, groups)
        (outside if owner is None else inside[owner]).append(row)
    newest = {
        group: max((records[row].id for row in rows), default=0) for group, rows in inside.items()
    }
    # A row of a sweep is as new as its newest run; what it is called is asked for by itself.
    stand_ins = {row: records[row] for row in outside}
    beside = [
        replace(record, id=newest[record.id]) if is_group(record) else record
        for record in stand_ins.values()
    ]
    names = {id(each): recipe_of(stand_ins[row]) for each, row in zip(beside, outside, strict=True)}
    rows: list[int] = []
    for place in sorted_rows(beside, column, order, lambda record: names[id(record)]):
        row = outside[place]
        rows.append(row)
        children = inside.get(records[row].id, [])
        below = sorted_rows([records[child] for child in children], column, order, recipe_of)
        rows += [children[child] for child in below]
    return rows


def owner_of(record: RunRecord, groups: Iterable[int]) -> int | None:
    """Return the row's number of the sweep that a run stands under, None where there is none."""
    if record.sweep_id is None or group_id(record.sweep_id) not in groups:
        return None
    return group_id(record.sweep_id)
