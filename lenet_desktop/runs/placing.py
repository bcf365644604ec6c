"""Puts a run that comes from elsewhere where runs are kept; where that fails, all is as it was."""

from __future__ import annotations

import contextlib
import logging
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from lenet_desktop.runs.records import About
from lenet_desktop.runs.recovery import add_run
from lenet_desktop.runs.run_folder import ABOUT_NAME, LOCK_NAME, RunFolder
from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError
from lenet_desktop.storage.files import is_abandoned
from lenet_desktop.text.language import _

log = logging.getLogger(__name__)

WORK_PREFIX = ".import-"


def refuse_known(store: RunStore, key: str) -> None:
    """See that a run is not in the list.

    Raises:
        StoreError: it is.
    """
    known = store.knows(key)
    if known is not None:
        raise StoreError(
            _("This run is in the list already, as {name}.").format(name=known.quoted_name)
        )


@contextlib.contextmanager
def work_folder(store: RunStore) -> Iterator[Path]:
    """Have a folder beside those of the runs, which is no run because there is no about.json."""
    base = store.runs_path
    work = base / f"{WORK_PREFIX}{secrets.token_hex(8)}"
    try:
        for part in ("new", "old"):
            (work / part).mkdir(parents=True)
        _remove_abandoned(base)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _remove_abandoned(base: Path) -> None:
    """Delete what an import left that was killed, a good while ago."""
    for folder in base.glob(f"{WORK_PREFIX}*"):
        with contextlib.suppress(OSError):  # another process may be quicker
            if is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)


def put_in_place(store: RunStore, new: RunFolder, about: About, aside: Path) -> int:
    """Move files that were checked to where the run is kept; whatever fails is undone.

    The folder is locked and gets its about.json last, so that no other window takes half of it
    for a run. Single files are moved, because Windows moves no folder with a locked file in it.
    """
    folder = store.folder_of(about.key)
    if not folder.take():
        raise BusyRunError(_("Another window imports this run. Wait until it is done."))
    with contextlib.ExitStack() as undo:
        undo.callback(_remove_empty, folder.path)
        undo.callback(folder.leave)
        refuse_known(store, about.key)
        _set_aside(folder.path, aside, undo)  # what is left of the run that was deleted
        for path in sorted(new.path.iterdir()):
            undo.callback(_unlink, folder.path / path.name)
            path.replace(folder.path / path.name)
        undo.callback(_unlink, folder.path / ABOUT_NAME)
        folder.write_about(about)
        run_id = add_run(store, folder, about)
        undo.pop_all()
    folder.leave()
    return run_id


def _remove_empty(folder: Path) -> None:
    """Delete a folder with nothing but a lock in it."""
    with contextlib.suppress(OSError):
        if [path.name for path in folder.iterdir()] in ([], [LOCK_NAME]):
            shutil.rmtree(folder)


def _set_aside(folder: Path, aside: Path, undo: contextlib.ExitStack) -> None:
    for path in sorted(folder.iterdir()):
        if path.name != LOCK_NAME:
            path.replace(aside / path.name)
            undo.callback(_put_back, aside / path.name, path)


def _put_back(moved: Path, path: Path) -> None:
    try:
        moved.replace(path)
    except OSError:
        log.warning("%s could not be moved back to %s", moved, path, exc_info=True)


def _unlink(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
