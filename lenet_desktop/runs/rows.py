"""Rows of the database to values, and back."""

from __future__ import annotations

import json
import logging
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, astuple
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from lenet_desktop.networks.predictions import Labels, PredictionSet
from lenet_desktop.runs.records import (
    About,
    RunCurves,
    RunRecord,
    RunStatus,
    Surroundings,
    read_config,
    read_surroundings,
)
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.events import EpochDone, LearningRateChanged
from lenet_desktop.training.validation import best_epoch

log = logging.getLogger(__name__)

_LOSSES = np.dtype("<f4")
"""As which losses stand in a row."""
Losses = npt.NDArray[np.float32]
EpochRow = tuple[EpochDone, Losses, bytes | None]
"""A finished epoch, the losses of its steps, and what `pack_answers` made of its predictions."""

_PACKING = 6
"""The level of zlib: what a lower one packs takes several times as long to unpack."""

LISTED = ", ".join(RunRecord.__dataclass_fields__)


def read_record(row: sqlite3.Row) -> RunRecord | None:
    """Return a line of the list; None where another version of the program wrote what is new."""
    try:
        values = {name: row[name] for name in RunRecord.__dataclass_fields__}
        return RunRecord(**values | _parsed(row))
    except (ValueError, TypeError, RecursionError):
        log.warning("Run %s of the list cannot be read", row["id"], exc_info=True)
        return None


def read_about(row: sqlite3.Row) -> About:
    """Return what a run is about."""
    values = {name: row[name] for name in About.__dataclass_fields__}
    return About(**values | _parsed(row))


def _parsed(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "status": RunStatus(row["status"]),
        "starred": bool(row["starred"]),
        "config": _config(row["config"]),
        "surroundings": _surroundings(row["surroundings"]),
    }


# A list of a thousand runs is read again after every change of it, and its values cannot change.


@lru_cache(maxsize=4096)
def _config(text: str) -> TrainingConfig:
    return read_config(json.loads(text))


@lru_cache(maxsize=256)
def _surroundings(text: str) -> Surroundings:
    return read_surroundings(msgspec.json.decode(text))


def read_curves(connection: sqlite3.Connection, record: RunRecord, first: int = 1) -> RunCurves:
    """Return what the plots show of a run, from an epoch on."""
    figures = tuple(EpochDone.__dataclass_fields__)
    epochs = connection.execute(
        f"SELECT losses, {', '.join(figures)} FROM epochs "  # noqa: S608  # the names are ours
        "WHERE run_id = ? AND epoch >= ? ORDER BY epoch",
        [record.id, first],
    ).fetchall()
    changes = connection.execute(
        "SELECT * FROM rate_changes WHERE run_id = ? ORDER BY place", [record.id]
    ).fetchall()
    tail, cycles = connection.execute(
        "SELECT tail, cycles FROM runs WHERE id = ?", [record.id]
    ).fetchone()
    parts = [np.frombuffer(blob, _LOSSES) for blob in (*(e["losses"] for e in epochs), tail)]
    return RunCurves(
        record=record,
        losses=np.concatenate(parts).astype(np.float32),
        epochs=tuple(EpochDone(*epoch[1:]) for epoch in epochs),
        changes=tuple(
            LearningRateChanged(c["epoch"], c["step"], c["learning_rate"]) for c in changes
        ),
        cycles=_read_cycles(cycles),
    )


def _read_cycles(text: str) -> tuple[int, ...]:
    """Return how many epochs each course of a schedule has; nothing where that cannot be read."""
    try:
        return msgspec.json.decode(text, type=tuple[int, ...])
    except (msgspec.MsgspecError, RecursionError):
        return ()


def insert_run(connection: sqlite3.Connection, about: About, turn: int) -> int:
    """Put a run into the list, and return its number."""
    values = {name: getattr(about, name) for name in About.__dataclass_fields__} | {"turn": turn}
    # What was deleted under this key gives way to what comes back.
    connection.execute("DELETE FROM runs WHERE key = ? AND deleted_at IS NOT NULL", [about.key])
    cursor = connection.execute(_inserting("INTO runs", values), _stored(values.values()))
    return int(cursor.lastrowid or 0)


def _inserting(into: str, columns: Collection[str]) -> str:
    """Return the statement that puts in a row; all of these names are the program's own."""
    places = ", ".join("?" * len(columns))
    return f"INSERT {into} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608


def update_run(connection: sqlite3.Connection, run_id: int, **values: Any) -> bool:
    """Change columns of a run; return whether there is such a run."""
    names = ", ".join(f"{name} = ?" for name in values)
    cursor = connection.execute(
        f"UPDATE runs SET {names} WHERE id = ?",  # noqa: S608  # the names are ours
        [*_stored(values.values()), run_id],
    )
    return cursor.rowcount == 1


def _stored(values: Iterable[Any]) -> list[Any]:
    """Return values as the columns of a row hold them."""
    return [_in_column(value) for value in values]


def _in_column(value: Any) -> Any:
    match value:
        case TrainingConfig():
            return json.dumps(value.to_dict())
        case Surroundings():
            return json.dumps(asdict(value))
        case tuple():
            return json.dumps(value)
        case np.ndarray():
            return value.astype(_LOSSES).tobytes()
        case _:
            return value


def next_turn(connection: sqlite3.Connection) -> int:
    """Return what the turn of a run becomes of which something is kept now."""
    return int(connection.execute("SELECT ifnull(max(turn), 0) + 1 FROM runs").fetchone()[0])


def turn_at(connection: sqlite3.Connection, moment: float) -> int:
    """Return the turn of the last run of which something was kept up to a time since 1970."""
    row = connection.execute("SELECT max(turn) FROM runs WHERE updated_at <= ?", [moment])
    return int(row.fetchone()[0] or 0)


def put_epochs(connection: sqlite3.Connection, run_id: int, epochs: Iterable[EpochRow]) -> None:
    """Put in finished epochs; what is known of them is replaced."""
    columns = ("run_id", "losses", "answers", *EpochDone.__dataclass_fields__)
    connection.executemany(
        _inserting("OR REPLACE INTO epochs", columns),
        (_stored([run_id, losses, answers, *astuple(done)]) for done, losses, answers in epochs),
    )


def pack_answers(predictions: PredictionSet) -> bytes:
    """Return the predicted classes of all images in few bytes, about 2 kB for 10,000.

    Most of them are the true ones, so that what they differ by is almost everywhere 0.
    """
    return zlib.compress((predictions.predicted - predictions.labels).tobytes(), _PACKING)


def unpack_answers(packed: bytes, labels: Labels) -> Labels | None:
    """Return the predicted classes, uint8 (N,), of which this was made; None if of none such.

    Args:
        packed: what `pack_answers` has returned.
        labels: uint8 (N,), the true classes of these images.
    """
    try:
        differences = np.frombuffer(zlib.decompress(packed, bufsize=len(labels)), np.uint8)
    except zlib.error:
        return None
    return differences + labels if len(differences) == len(labels) else None


def put_answers(
    connection: sqlite3.Connection, run_id: int, answers: Iterable[tuple[int, bytes]]
) -> None:
    """Put in what the files of some epochs say, (epoch, `pack_answers`), of a run in the list."""
    connection.executemany(
        "UPDATE epochs SET answers = ? WHERE run_id = ? AND epoch = ?",
        ((packed, run_id, epoch) for epoch, packed in answers),
    )


def read_answers(connection: sqlite3.Connection, run_id: int) -> dict[int, bytes]:
    """Return what `pack_answers` made of the predictions of a run, by epoch, where known."""
    rows = connection.execute(
        "SELECT epoch, answers FROM epochs WHERE run_id = ? AND answers NOTNULL", [run_id]
    )
    return dict(rows.fetchall())


def outcome_of(epochs: Sequence[EpochDone]) -> dict[str, Any]:
    """Return what a line of the list says of the finished epochs of a run."""
    best = best_epoch(epochs)
    return {
        "epochs_done": len(epochs),
        "last_accuracy": epochs[-1].test_accuracy if epochs else None,
        "best_accuracy": max(
            (done.test_accuracy for done in epochs if done.test_accuracy is not None), default=None
        ),
        "balanced_accuracy": epochs[-1].balanced_accuracy if epochs else None,
        "best_epoch": best,
        "validation_accuracy": next(
            (done.validation_accuracy for done in epochs if done.epoch == best), None
        ),
    }


def last_epoch(connection: sqlite3.Connection, run_id: int) -> int:
    """Return the last epoch of a run that the table has; all before it are there, too."""
    row = connection.execute("SELECT ifnull(max(epoch), 0) FROM epochs WHERE run_id = ?", [run_id])
    return int(row.fetchone()[0])


def drop_epochs(connection: sqlite3.Connection, run_id: int, last: int) -> None:
    """Take out what is known of epochs after `last`, from which a run has gone on anew."""
    connection.execute("DELETE FROM epochs WHERE run_id = ? AND epoch > ?", [run_id, last])


def put_changes(
    connection: sqlite3.Connection, run_id: int, changes: Sequence[LearningRateChanged]
) -> None:
    """Put in every learning rate that was set in a run, instead of those that are there."""
    connection.execute("DELETE FROM rate_changes WHERE run_id = ?", [run_id])
    connection.executemany(
        "INSERT INTO rate_changes VALUES (?, ?, ?, ?, ?)",
        [[run_id, n, c.epoch, c.step, c.learning_rate] for n, c in enumerate(changes)],
    )
