"""Downloads original files, or takes in those that somebody has, on a thread of its own."""

from __future__ import annotations

from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lenet_desktop.data.progress import Progress
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import describing
from lenet_desktop.text.language import _

if TYPE_CHECKING:
    from lenet_desktop.data.known.taking_in import TakenIn


class FetchingSession(LatestRequest):
    """Fetches one thing at a time; a download that is given up goes on from there the next time.

    Args:
        cache: the folder in which data sets are kept.
        parent: whoever calls `shutdown`.
    """

    fetched = Signal(object)  # TakenIn
    progressed = Signal(object)  # Progress

    def __init__(self, cache: Path, parent: QObject | None = None) -> None:
        super().__init__(describing(_("The files could not be taken in")), parent)
        self._cache = cache

    def download(self, key: str) -> None:
        """Download the files of a data set that is known by name."""
        self.begin(partial(_downloading, key, self._cache))

    def take_in(self, place: Path) -> None:
        """Take in what a folder, or a file, holds."""
        self.begin(partial(_taking_in, place, self._cache))

    def hear(self, report: object) -> None:
        """Pass on how far it has come, and in the end what is here now."""
        signal = self.progressed if isinstance(report, Progress) else self.fetched
        signal.emit(report)


def _downloading(key: str, cache: Path) -> Generator[Progress | TakenIn, None, None]:
    from lenet_desktop.data.known.downloads import download
    from lenet_desktop.data.known.taking_in import TakenIn

    yield from download(key, cache)
    yield TakenIn((key,))


def _taking_in(place: Path, cache: Path) -> Generator[Progress | TakenIn, None, None]:
    from lenet_desktop.data.known.taking_in import take_in

    taken = yield from take_in(place, cache)
    yield taken
