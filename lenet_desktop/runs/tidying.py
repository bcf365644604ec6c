"""Puts a store in order when it is opened: what was deleted goes, what fell out comes back."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.run_folder import ABOUT_NAME, RunFolder
from lenet_desktop.storage.errors import CheckpointError

if TYPE_CHECKING:
    from lenet_desktop.runs.store import RunStore

log = logging.getLogger(__name__)

UNDO_LIMIT_S = 24 * 3_600
"""How long what was deleted can be brought back; its files go when the store is opened later."""


def tidy(store: RunStore) -> None:
    """Remove what was deleted long ago, and list the folders that the list does not know.

    Such folders are there when the list had to be begun anew, or when the program ended between
    the making of a folder and its line in the list. A store that cannot be tidied is left as it is.
    """
    try:
        store.purge(time.time() - UNDO_LIMIT_S)
        known = store.keys()
        found = {path.name for path in store.runs_path.iterdir()}
    except (OSError, RuntimeError):
        log.info("The folders of the runs cannot be tidied", exc_info=True)
        return
    _count_anew(store)
    unknown = [RunFolder(store.runs_path / key) for key in sorted(found - known)]
    for folder in sorted(unknown, key=_created_at):
        _take_in(store, folder)


def _count_anew(store: RunStore) -> None:
    """Count what was written of runs whose lines could not be, because the disk was full."""
    from lenet_desktop.runs.reading import take_up

    try:
        records = store.records()
    except RuntimeError:
        log.info("The list cannot be read just now", exc_info=True)
        return
    for record in records:
        take_up(store, record)


def _created_at(folder: RunFolder) -> float:
    """Return when a run was begun: in that order they get their numbers, as they did before."""
    try:
        return folder.read_about().created_at
    except CheckpointError:
        return math.inf  # it is none


def _take_in(store: RunStore, folder: RunFolder) -> None:
    """List the run of a folder, unless another window works on it, or it is none."""
    if not folder.epochs() and not folder.checkpoints():
        folder.remove_abandoned()
        return
    if not (folder.path / ABOUT_NAME).exists() or not folder.take():
        return
    try:
        about = folder.read_about()
        if about.key == folder.path.name:
            if about.status.is_active:
                about = replace(about, status=RunStatus.INTERRUPTED)
            store.adopt(folder, about)
    except (CheckpointError, RuntimeError) as error:
        log.warning("%s was not taken in: %s", folder.path, error)
    finally:
        folder.leave()
