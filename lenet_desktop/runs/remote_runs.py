"""Runs that another process trains: it writes their folders, and the list is kept in line here."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import replace

from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.recovery import put_content, read_content
from lenet_desktop.runs.rows import insert_run, next_turn, outcome_of, update_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.training.events import EpochDone

log = logging.getLogger(__name__)


def list_run(store: RunStore, key: str, sweep_id: int | None = None) -> int:
    """Have a run in the list that goes on in another process, and return its number.

    Args:
        store: the list.
        key: that of the run, whose folder says what it is about.
        sweep_id: the sweep that it is a trial of.

    Raises:
        CheckpointError: its folder does not say what it is about.
        StoreError: the database cannot be written.
    """
    run_id = store.id_of(key)
    if run_id is None:
        about = store.folder_of(key).read_about()
        with store.writing() as connection:
            run_id = insert_run(connection, about, next_turn(connection))
    with store.writing() as connection:
        values = {"status": RunStatus.RUNNING, "sweep_id": sweep_id, "deleted_at": None}
        update_run(connection, run_id, **values)
    return run_id


def note_epochs(store: RunStore, run_id: int, epochs: Sequence[EpochDone]) -> None:
    """Have the list say how far a run has come.

    Raises:
        StoreError: the database cannot be written.
    """
    with store.writing() as connection:
        update_run(
            connection,
            run_id,
            updated_at=time.time(),
            elapsed_s=sum(done.elapsed_s for done in epochs),
            **outcome_of(epochs),
        )


def settle_run(store: RunStore, key: str, status: RunStatus) -> int | None:
    """Have in the list all that the folder of a run holds that nobody trains any more.

    Args:
        store: the list.
        key: that of the run.
        status: how it ended.

    Returns:
        The number of the run; None where it left nothing.

    Raises:
        StoreError: the database cannot be written.
    """
    run_id, folder = store.id_of(key), store.folder_of(key)
    if run_id is None:
        return None
    values = {"status": status, "updated_at": time.time()}
    content = None
    with contextlib.suppress(CheckpointError):  # it diverged in its first epoch, or failed
        content = read_content(folder, replace(folder.read_about(), status=status))
        values |= {
            "config": content.about.config,
            "elapsed_s": content.about.elapsed_s,
            "surroundings": content.about.surroundings,
        }
    with store.writing() as connection:
        if content is not None:
            put_content(connection, run_id, content)
        update_run(connection, run_id, turn=next_turn(connection), **values)
    store.write_about(run_id)
    return run_id
