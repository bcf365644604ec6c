"""A run as one zip that another machine can import.

The archive holds what the folder of a run holds, without folders in it: `about.json`, the files of
each finished epoch, and the newest checkpoint; and, only where that is asked for, the person's own
pictures. Its entries are stored, not deflated: predictions are deflated already, and weights would
become 6 % smaller.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from lenet_desktop.data.pictures.own_pictures import OwnPictureError, OwnPictures
from lenet_desktop.runs.archive_checks import check_files, checked_about
from lenet_desktop.runs.placing import put_in_place, refuse_known, work_folder
from lenet_desktop.runs.records import About, RunRecord, RunStatus, about_bytes
from lenet_desktop.runs.run_archive import RunArchive, open_archive, picture_name
from lenet_desktop.runs.run_folder import ABOUT_NAME, RunFolder
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import replacing
from lenet_desktop.storage.zips import RefusedError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import byte_count, counted, enumerated, quoted, sentences, why_not

log = logging.getLogger(__name__)


class ArchiveError(StoreError):
    """A file cannot be imported; the message is a sentence for the person."""


# Out of the list


def export_run(
    store: RunStore, run_id: int, file: Path, own: OwnPictures | None = None
) -> str | None:
    """Write all that is kept of a run into a zip, so that `file` is as it was or whole.

    A run that goes on is written as far as it is kept, as one that was interrupted. The same run
    gives the same bytes.

    Args:
        store: the list of runs.
        run_id: the run's number in it.
        file: where the zip goes.
        own: the person's own pictures, if they are to go along.

    Returns:
        A sentence about what could not be read and is not in the zip, and about the pictures that
        went along; None where all is in it and these were not asked for.

    Raises:
        StoreError: there is no such run, or nothing is kept of it that can be read.
        OSError: the zip cannot be written; what was at `file` is still there.
    """
    from lenet_desktop.training.checkpoint_file import checkpoint_bytes

    about, folder = store.about(run_id), store.run_folder(run_id)
    (curves,) = store.curves([run_id])
    name = curves.record.quoted_name
    newest, checkpoint = folder.newest_checkpoint(about.steps_per_epoch, curves.past)
    lost = [other for other in folder.checkpoints() if newest is None or other > newest]
    finished = folder.epochs()
    if about.status.is_active:
        # It may be writing an epoch just now, whose checkpoint comes after it.
        done = len(checkpoint.epochs) if checkpoint is not None else 0
        finished, lost = [epoch for epoch in finished if epoch <= done], []
        about = replace(about, status=RunStatus.INTERRUPTED)
    with replacing(file) as stream, zipfile.ZipFile(stream, "w") as archive:
        add_entry(archive, ABOUT_NAME, about_bytes(replace(about, deleted_at=None)))
        if newest is not None and checkpoint is not None:
            # Complete in itself, whatever becomes of the epochs' files.
            add_entry(archive, newest, checkpoint_bytes(checkpoint))
        lost += _add_epochs(archive, folder, finished)
        if newest is None and folder.epoch_file(1).name not in archive.namelist():
            raise StoreError(
                _("Nothing is kept of {name} that could be exported.").format(name=name)
            )
        notices = [] if own is None else [_add_pictures(archive, own)]
    if lost:
        text = (
            _("What cannot be read of {name} is not in {file}: {names} and more.")
            if len(lost) > 10
            else _("What cannot be read of {name} is not in {file}: {names}.")
        )
        names = enumerated(lost[:10])
        notices.insert(0, text.format(name=name, file=file.name, names=names))
    return sentences(notices) or None


def _add_epochs(archive: zipfile.ZipFile, folder: RunFolder, epochs: list[int]) -> list[str]:
    """Add the files of some epochs; return the names of those that no import would take."""
    from lenet_desktop.training.network_file import read_network

    lost: list[str] = []

    def add(path: Path, check: Callable[[], object]) -> bool:
        try:
            check()
        except CheckpointError as error:
            log.info("%s", error)  # the person is told in a sentence
            lost.append(path.name)
            return False
        add_entry(archive, path.name, path.read_bytes())
        return True

    for epoch in epochs:
        network = folder.network_file(epoch)
        is_beside = network.exists()
        read = partial(folder.read_epoch, epoch, weights_later=is_beside)
        if add(folder.epoch_file(epoch), read) and is_beside:
            add(network, partial(read_network, network, epoch))
    return lost


def _add_pictures(archive: zipfile.ZipFile, own: OwnPictures) -> str:
    """Add the person's own pictures; return a sentence about how many there are."""
    pictures = own.read()
    problems = [own.notice] if own.notice is not None else []
    added = 0
    for picture in pictures:
        try:
            add_entry(archive, picture_name(picture.key), own.content(picture.key))
            added += 1
        except OwnPictureError as error:
            problems.append(str(error))
    went = (
        counted(added, "{count} own picture went along.", "{count} own pictures went along.")
        if added
        else _("No own picture went along.")
    )
    return sentences([went, *dict.fromkeys(problems)])


def add_entry(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file of a run, so that the same content gives the same bytes."""
    entry = zipfile.ZipInfo(name)  # of 1980
    entry.create_system = 3  # Unix, on every system, for its permissions
    entry.external_attr = (stat.S_IFREG | 0o644) << 16
    archive.writestr(entry, content)


# Into the list


def import_run(store: RunStore, file: Path) -> RunRecord:
    """Put the run of a zip into the list; where that fails, all is as it was.

    A run that was deleted comes back as the zip has it, under a new number.

    Raises:
        ArchiveError: the file cannot be read, or is not the sound zip of a run.
        BusyRunError: another window imports the same run.
        StoreError: the run is in the list already, or nothing can be kept.
    """
    if store.reason is not None:
        raise StoreError(
            _(
                "Nothing can be imported, because runs cannot be kept in {folder} "
                "({reason}). Make the folder writable and start the program again."
            ).format(folder=store.folder, reason=store.reason)
        )
    with _told(file), work_folder(store) as work, open_archive(file) as archive:
        new = RunFolder(work / "new")
        about = _unpack_about(archive, new)
        refuse_known(store, about.key)
        if archive.size > shutil.disk_usage(work).free:
            size = byte_count(archive.size)
            raise RefusedError(
                _("it unpacks to {size}, for which there is no room on the disk").format(size=size)
            )
        for name in archive.names():
            archive.unpack(name, new.path)
        check_files(new, about)
        run_id = put_in_place(store, new, about, work / "old")
        return store.record(run_id)


def count_own_pictures(file: Path) -> int:
    """Return how many own pictures a zip holds beside its run.

    Raises:
        ArchiveError: the file cannot be read, or is not the sound zip of a run.
    """
    with _told(file), open_archive(file) as archive:
        return len(archive.pictures())


def import_own_pictures(file: Path, own: OwnPictures) -> str:
    """Take the own pictures of a zip into a collection; return a sentence about what came of it.

    Those that are in it already stay as they are.

    Raises:
        ArchiveError: the file cannot be read, or is not the sound zip of a run.
    """
    new = known = 0
    problems: list[str] = []
    with _told(file), open_archive(file) as archive:
        for key, name in archive.pictures().items():
            try:
                is_new = own.take_in(key, archive.read(name)) is not None
            except OwnPictureError as error:
                problems.append(str(error))
            else:
                new, known = new + is_new, known + (not is_new)
    said = [
        counted(new, "{count} own picture was taken in.", "{count} own pictures were taken in.")
    ]
    if known:
        said.append(counted(known, "{count} was here before.", "{count} were here before."))
    if problems:
        said.append(
            counted(
                len(problems),
                "{count} was not: {problem}",
                "{count} were not: {problem}",
                problem=problems[0],
            )
        )
    return sentences(said)


@contextlib.contextmanager
def _told(file: Path) -> Iterator[None]:
    """Say in a sentence why a file cannot be imported."""
    name = quoted(file.name)
    try:
        yield
    except OSError as error:
        text = _("{file} cannot be imported: {reason}.")
        reason = why_not(error)
        raise ArchiveError(text.format(file=name, reason=reason)) from error
    except RefusedError as error:
        text = _("{file} cannot be imported, because {reason}.")
        raise ArchiveError(text.format(file=name, reason=error)) from error
    except CheckpointError as error:
        text = _("{file} cannot be imported, because its files do not fit together.")
        raise ArchiveError(text.format(file=name)) from error


def _unpack_about(archive: RunArchive, new: RunFolder) -> About:
    """Return what the run is about, in a form in which it can be put into the list."""
    archive.unpack(ABOUT_NAME, new.path)
    about = checked_about(new)
    (new.path / ABOUT_NAME).unlink()  # it is written anew, in place
    now = time.time()
    return replace(
        about,
        title=" ".join(about.title.split()),
        status=RunStatus.INTERRUPTED if about.status.is_active else about.status,
        # A clock that is ahead must not make this the latest run for years.
        created_at=min(about.created_at, now),
        updated_at=min(about.updated_at, now),
        deleted_at=None,
    )
