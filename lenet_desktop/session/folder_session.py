"""Looks at a folder of pictures, on threads of its own, before anything is learned from it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_preview import (
    FolderCheck,
    FolderLook,
    Sample,
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
        self._looking.reported.connect(self._on_reported)
        self._looking.failed.connect(self.failed)
        self._preparing.reported.connect(self._on_prepared)

    def look_at(self, root: Path) -> None:
        """Look through a folder or a table, show some of it and check the rest."""
        self._preparing.cancel()
        self._looking.begin(partial(_looking_at, root))

    def prepare(self, samples: Sequence[Sample], options: FolderOptions) -> None:
        """Make of samples what a network would read of them."""
        self._preparing.begin(partial(_prepared, samples, options))

    @Slot()
    def give_up(self) -> None:
        """Look no further."""
        self._looking.cancel()

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
        elif isinstance(report, FolderCheck):
            self.checked.emit(report)
        elif isinstance(report, Path):
            self.packed_found.emit(report)
        elif report is not None:
            self.progressed.emit(report)

    @Slot(object)
    def _on_prepared(self, report: PreparedSamples | None) -> None:
        if report is not None:
            self.prepared.emit(report)


def _looking_at(
    root: Path,
) -> Generator[Progress | Path | FolderLook | FolderCheck | None, None, None]:
    if is_of_packed_files(root):
        yield root
        return
    scan = yield from scanning(root)
    look = yield from looking(scan)
    yield look
    yield from checking(scan)


def _prepared(
    samples: Sequence[Sample], options: FolderOptions
) -> Generator[PreparedSamples | None, None, None]:
    pixels: list[Pixels | None] = []
    for sample in samples:
        try:
            pixels.append(sample.prepared(options))
        except PictureError:
            pixels.append(None)
        yield None  # another choice may have been made meanwhile
    yield PreparedSamples(options, tuple(pixels))
