"""Runs that were deleted: they can be brought back for a day, and go for good afterwards."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterable, Sequence

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.runs.rows import update_run
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.text.language import _

UNDO_LIMIT_S = 24 * 3_600
"""How long what was deleted can be brought back; its files go when the store is opened later."""


def delete_runs(store: RunStore, run_ids: Sequence[int]) -> None:
    """Take runs out of the list; they can be brought back for a day.

    Raises:
        StoreError: one of them is going on, and nothing was deleted.
    """
    with store.writing() as connection:  # so that nobody goes on with one in between
        for record in map(store.record, run_ids):
            if record.status.is_active:
                name = record.quoted_name
                raise StoreError(
                    _("{name} is going on. Stop it before you delete it.").format(name=name)
                )
            update_run(connection, record.id, deleted_at=time.time())
    for run_id in run_ids:
        with contextlib.suppress(StoreError):  # another window may be quicker
            store.write_about(run_id)


def restore_runs(store: RunStore, run_ids: Sequence[int]) -> None:
    """Bring back runs that were deleted, by the numbers that they have now."""
    for run_id in run_ids:
        store.edit(run_id, deleted_at=None)


def bring_back(store: RunStore, deleted: Iterable[RunRecord]) -> list[str]:
    """Put runs back into the list, known by their keys, as an import gives them other numbers.

    Args:
        store: the list.
        deleted: the runs, as they were when they were deleted.

    Returns:
        A sentence on each that is not back as it was, whatever other windows did to it meanwhile.

    Raises:
        StoreError: the database cannot be written.
    """
    said: list[str] = []
    for record in deleted:
        run_id = store.id_of(record.key)
        if run_id is None:
            said.append(
                _("{name} was deleted for good and cannot be brought back.").format(
                    name=record.quoted_name
                )
            )
            continue
        restore_runs(store, [run_id])
        if run_id != record.id:
            said.append(
                _(
                    "{name} was imported anew meanwhile. It is in the list as run "
                    "{number}, with the name and the note of that file."
                ).format(name=record.quoted_name, number=run_id)
            )
    return said


def purge(store: RunStore, before: float) -> None:
    """Delete for good which runs and sweeps were deleted before a time, in seconds since 1970.

    Raises:
        StoreError: the database cannot be read or written.
    """
    with store.reading() as connection:
        rows = connection.execute(
            "SELECT id, key FROM runs WHERE deleted_at < ?", [before]
        ).fetchall()
    with store.writing() as connection:
        connection.execute("DELETE FROM sweeps WHERE deleted_at < ?", [before])
    for row in rows:
        folder = store.folder_of(row["key"])
        if store.reason is None and not folder.take():
            continue  # somebody goes on with it, or imports it again
        try:
            with store.writing() as connection:
                purged = connection.execute(
                    "DELETE FROM runs WHERE id = ? AND deleted_at < ?", [row["id"], before]
                ).rowcount
            if purged:  # nobody has brought it back meanwhile
                shutil.rmtree(folder.path, ignore_errors=True)
        finally:
            folder.leave()
