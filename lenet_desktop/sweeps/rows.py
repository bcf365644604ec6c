"""What stands in the rows of trials."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, replace
from typing import Any

import msgspec

from lenet_desktop.settings.config import BY_NAME
from lenet_desktop.sweeps.records import EpochFigures, TrialRecord, TrialState

TRIAL_COLUMNS = tuple(TrialRecord.__dataclass_fields__)


def counts_of(
    connection: sqlite3.Connection, sweep_id: int | None = None
) -> dict[int, dict[TrialState, int]]:
    """Return how many trials of each sweep stand where."""
    counts: dict[int, dict[TrialState, int]] = {}
    for row in connection.execute(
        "SELECT sweep_id, state, count(*) AS count FROM trials "
        "WHERE ifnull(?, sweep_id) = sweep_id GROUP BY sweep_id, state",
        [sweep_id],
    ):
        counts.setdefault(row["sweep_id"], {})[TrialState(row["state"])] = row["count"]
    return counts


def left(trial: TrialRecord) -> TrialRecord:
    """Return how a trial stands whose worker is gone."""
    return replace(trial, state=TrialState.WAITING) if not trial.state.is_settled else trial


def stored_trial(trial: TrialRecord) -> list[Any]:
    """Return the values of a row, in the order of `TRIAL_COLUMNS`."""
    values = {name: getattr(trial, name) for name in TRIAL_COLUMNS}
    values["settings"] = json.dumps(dict(trial.settings))
    values["figures"] = json.dumps([asdict(each) for each in trial.figures])
    return list(values.values())


def read_trial(row: sqlite3.Row) -> TrialRecord:
    """Return the trial of a row."""
    values = dict(row)
    settings = json.loads(values["settings"])
    values["settings"] = {name: BY_NAME[name].read(value) for name, value in settings.items()}
    values["figures"] = msgspec.json.decode(values["figures"], type=tuple[EpochFigures, ...])
    values["state"] = TrialState(values["state"])
    values["is_spared"] = bool(values["is_spared"])
    return TrialRecord(**values)
