"""A run that goes on elsewhere: what another machine needs for it, and what comes home from it.

Both are zips as those of `portable.py`, but only of what the other side lacks. The run's folder at
home has all of it; nothing that comes home is believed before it was looked at.
"""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from lenet_desktop.runs.archive_checks import check_files, checked_about
from lenet_desktop.runs.placing import WORK_PREFIX
from lenet_desktop.runs.portable import ArchiveError, add_entry
from lenet_desktop.runs.records import About, about_bytes
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

    about = _about_of(folder)
    if about is None:
        return None
    name, checkpoint = folder.newest_checkpoint(about.steps_per_epoch)
    if name is None or checkpoint is None:
        return None
    paths = [folder.epoch_file(epoch) for epoch in folder.epochs() if epoch > known]
    paths += [folder.network_file(epoch) for epoch in folder.networks() if epoch > known]
    # Complete in itself, because the files of earlier epochs stay where they are.
    complete = {name: checkpoint_bytes(checkpoint)}
    return _packed(about, complete | {path.name: path.read_bytes() for path in paths})


def pack_about(folder: RunFolder) -> bytes | None:
    """Return the zip of what a run is about that has come to nothing else.

    Returns:
        None where not even that is known.
    """
    about = _about_of(folder)
    return None if about is None else _packed(about, {})


def _about_of(folder: RunFolder) -> About | None:
    try:
        return folder.read_about()
    except CheckpointError:  # there is none yet, or it is as good as none
        return None


def _packed(about: About, files: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in {ABOUT_NAME: about_bytes(about), **files}.items():
            add_entry(archive, name, content)
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
