"""A run that goes on elsewhere: what another machine needs for it, and what comes home from it.

Both are zips as those of `portable.py`, but only of what the other side lacks. The run's folder at
home has all of it; nothing that comes home is believed before it was looked at.
"""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from lenet_desktop.runs.archive_checks import check_files, checked_about
from lenet_desktop.runs.portable import WORK_PREFIX, ArchiveError, add_entry
from lenet_desktop.runs.records import about_bytes
from lenet_desktop.runs.run_archive import open_archive
from lenet_desktop.runs.run_folder import ABOUT_NAME, RunFolder
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.zips import RefusedError
from lenet_desktop.text.language import _


def pack_run(folder: RunFolder, known: int) -> bytes | None:
    """Return the zip of what came of a run after some epochs, and of what it takes to go on.

    Args:
        folder: that of the run.
        known: the last epoch whose files the other side has, or does not need.

    Returns:
        None where the run has to be begun.

    Raises:
        OSError: the files cannot be read.
    """
    from lenet_desktop.training.checkpoint_file import checkpoint_bytes

    try:
        about = folder.read_about()
    except CheckpointError:  # there is none yet, or it is as good as none
        return None
    name, checkpoint = folder.newest_checkpoint(about.steps_per_epoch)
    if name is None or checkpoint is None:
        return None
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        add_entry(archive, ABOUT_NAME, about_bytes(about))
        # Complete in itself, because the files of earlier epochs stay where they are.
        add_entry(archive, name, checkpoint_bytes(checkpoint))
        paths = [folder.epoch_file(epoch) for epoch in folder.epochs() if epoch > known]
        paths += [folder.network_file(epoch) for epoch in folder.networks() if epoch > known]
        for path in paths:
            add_entry(archive, path.name, path.read_bytes())
    return packed.getvalue()


def pack_about(folder: RunFolder) -> bytes | None:
    """Return the zip of what a run is about that has come to nothing else.

    Returns:
        None where not even that is known.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        about = folder.read_about()
    except CheckpointError:
        return None
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        add_entry(archive, ABOUT_NAME, about_bytes(about))
    return packed.getvalue()


def take_home(folder: RunFolder, content: bytes) -> None:
    """Put what a zip holds of a run into its folder; where that fails, all is as it was.

    Raises:
        ArchiveError: the zip is not sound, or of another run.
        OSError: the files cannot be written.
    """
    folder.path.mkdir(parents=True, exist_ok=True)
    with (
        _refusing(),
        tempfile.TemporaryDirectory(dir=folder.path.parent, prefix=WORK_PREFIX) as work,
    ):
        file, new = Path(work) / "run.zip", RunFolder(Path(work) / "new")
        new.path.mkdir()
        file.write_bytes(content)
        with open_archive(file) as archive:
            for name in (ABOUT_NAME, *archive.names()):
                archive.unpack(name, new.path)
        about = checked_about(new)
        if about.key != folder.path.name:
            raise RefusedError(_("it is of another run"))
        if new.epochs() or new.checkpoints():  # it came to something
            check_files(new, about)
        # Networks, epochs, the checkpoint that refers to them, and what the run is about at last.
        for path in sorted(new.path.iterdir(), key=lambda path: path.name[0], reverse=True):
            path.replace(folder.path / path.name)
    newest = folder.checkpoints()[:1]
    if newest and folder.epochs():
        folder.prune(newest[0], folder.epochs()[-1])


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except RefusedError as error:
        raise ArchiveError(
            _("What a worker sent cannot be used, because {error}.").format(error=error)
        ) from error
