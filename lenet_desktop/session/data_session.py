"""Loads another data set, on a thread of its own, while the window goes on with the one it has."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.data.catalogue import find, read_named
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet, Split, as_splits
from lenet_desktop.data.progress import Preparing, Progress
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import describing
from lenet_desktop.text.language import _


class DataSession(LatestRequest):
    """Loads one data set at a time; asking for another one gives up the one before.

    Args:
        cache: the folder in which data sets are kept.
        parent: whoever calls `shutdown`.
    """

    loaded = Signal(object)  # TrainingResources, with the store and devices of those before
    progressed = Signal(object)  # Progress

    def __init__(self, cache: Path, parent: QObject | None = None) -> None:
        super().__init__(describing(_("The data could not be loaded")), parent)
        self.cache = cache
        self._resources: TrainingResources | None = None

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Keep to this store and these devices, whatever data are loaded."""
        self._resources = resources

    def load_named(self, key: str) -> bool:
        """Load a data set that is known by name, as `load` does."""
        return self.load(partial(_at_once, partial(read_named, key, self.cache)))

    def load_again(self, info: DatasetInfo) -> bool:
        """Load what something was learned from, as `load` does."""
        return self.load(partial(_at_once, partial(find, info, self.cache)))

    def load(self, make_ready: Callable[[], Preparing]) -> bool:
        """Load what a generator makes ready and returns, which is all called on the thread.

        Args:
            make_ready: begins that; it must not know the session, or a thread may take that apart.

        Returns:
            False where nothing is done, because the libraries are not there yet.
        """
        resources = self._resources
        if resources is None:
            return False
        self.begin(lambda: _loading(make_ready, resources))
        return True

    def hear(self, report: object) -> None:
        """Pass on how far it has come, and in the end what was loaded."""
        signal = self.progressed if isinstance(report, Progress) else self.loaded
        signal.emit(report)


def _at_once(read: Callable[[], Mapping[Split, ImageSet]]) -> Preparing:
    yield Progress(0, 0, _("Reading the images…"))
    return read()


def _loading(
    make_ready: Callable[[], Preparing], resources: TrainingResources
) -> Generator[Progress | TrainingResources, None, None]:
    parts = yield from make_ready()
    yield replace(resources, data=as_splits(parts))
