"""Looks at a folder of pictures, on threads of its own, before anything is learned from it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_preview import (
    FolderCheck,
    FolderLook,
    checking,
    looking,
)
from lenet_desktop.data.folders.folder_scan import scanning
from lenet_desktop.data.known.packed_files import is_of_packed_files
from lenet_desktop.data.pictures.picture_files import PictureError, Pixels
from lenet_desktop.data.progress import Progress
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import describing
from lenet_desktop.text.language import _


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PreparedSamples:
    """Samples as a network would read them.

    Attributes:
        options: with which they were prepared.
        pixels: uint8 (channels, side, side) each, None for a file that is gone.
    """

    options: FolderOptions
    pixels: tuple[Pixels | None, ...]


class FolderSession(QObject):
    """Goes through one folder at a time; asking for another one gives up the one before.

    Whoever owns it calls `shutdown` before the program ends.
    """

    progressed = Signal(object)  # Progress, while nothing can be shown
    looked = Signal(object)  # FolderLook
    checked = Signal(object)  # FolderCheck, again and again as more is known
    prepared = Signal(object)  # PreparedSamples
    packed_found = Signal(object)  # Path of a folder that holds packed files, and no pictures
    failed = Signal(str)  # a sentence: the folder cannot be used

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        describe = describing(_("The folder could not be looked through"))
        self._looking = LatestRequest(describe, self)
        self._preparing = LatestRequest(describe, self)
        self._wanted: tuple[FolderLook, object] | None = None  # as it is prepared, or was
        self._looking.reported.connect(self._on_reported)
        self._looking.failed.connect(self.failed)
        self._preparing.reported.connect(self._on_prepared)

    def look_at(self, root: Path) -> None:
        """Look through a folder or a table, and show some of it."""
        self.give_up()
        self._looking.begin(partial(_looking_at, root))

    def prepare(self, look: FolderLook, options: FolderOptions) -> None:
        """Make of samples what a network would read of them, and then check all pictures."""
        wanted = look, options.form
        if wanted != self._wanted:
            self._wanted = wanted
            self._preparing.begin(partial(_prepared, look, options))

    @Slot()
    def give_up(self) -> None:
        """Look no further."""
        self._wanted = None
        self._looking.cancel()
        self._preparing.cancel()

    @Slot()
    def interrupt(self) -> None:
        """Give up for good, without waiting for it."""
        self._looking.interrupt()
        self._preparing.interrupt()

    @Slot()
    def shutdown(self) -> None:
        """Give up for good and wait for that. May be called again and again."""
        self.interrupt()
        self._looking.shutdown()
        self._preparing.shutdown()

    @Slot(object)
    def _on_reported(self, report: object) -> None:
        if isinstance(report, FolderLook):
            self.looked.emit(report)
        elif isinstance(report, Path):
            self.packed_found.emit(report)
        elif report is not None:
            self.progressed.emit(report)

    @Slot(object)
    def _on_prepared(self, report: PreparedSamples | FolderCheck | None) -> None:
        if isinstance(report, FolderCheck):
            self.checked.emit(report)
        elif report is not None:
            self.prepared.emit(report)


def _looking_at(root: Path) -> Generator[Progress | Path | FolderLook, None, None]:
    if is_of_packed_files(root):
        yield root
        return
    scan = yield from scanning(root)
    look = yield from looking(scan)
    yield look


def _prepared(
    look: FolderLook, options: FolderOptions
) -> Generator[PreparedSamples | FolderCheck | None, None, None]:
    pixels: list[Pixels | None] = []
    for sample in look.samples:
        try:
            pixels.append(sample.prepared(options))
        except PictureError:
            pixels.append(None)
        yield None  # another choice may have been made meanwhile
    yield PreparedSamples(options, tuple(pixels))
    yield from checking(look.scan, options)
