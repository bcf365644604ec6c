"""Brings in, behind the window, what takes seconds: images first, then torch, then the rest."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from lenet_desktop.data.catalogue import DEFAULT, find, read_split
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataError, DataSplits, Split, as_splits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.session.worker import Worker
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line, sentences
from lenet_desktop.training.devices import Device, find_devices
from lenet_desktop.training.libraries import LibraryError, import_torch, no_garbage_collection

log = logging.getLogger(__name__)

Images = TypeVar("Images")

SINGLE_CHECKPOINT = "last_run.safetensors"
"""In which earlier versions of the program kept the last run, and no other."""

IMAGES_SHOWN_LIMIT_S = 0.5
"""Seconds after which torch is imported even if nobody has shown the images."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingResources:
    """What a run needs besides its configuration.

    Attributes:
        store: where runs are kept.
    """

    data: DataSplits
    devices: list[Device]
    store: RunStore


class LoadingThread(Worker):
    """Loads the test images, the list of runs, the libraries, the rest, and the last run.

    Args:
        cache: the folder of the data sets.
        kept: the folder of the runs.
        parent: whoever waits for the thread.
        wanted: the data to begin with; the usual ones where these are not here any more.

    Signals: `images_ready` with the test `ImageSet`, and `store_ready` with the `RunStore`, before
    torch is imported; `resources_ready` with `TrainingResources`; `last_run_ready` with the
    `OpenedRun` that something was kept of last; `networks_ready` once a network is built in no
    time; `notice` with a sentence about something that was worked around; `failed` with a sentence
    when training will not be possible.
    """

    images_ready = Signal(object)  # ImageSet
    store_ready = Signal(object)  # RunStore
    resources_ready = Signal(object)  # TrainingResources
    last_run_ready = Signal(object)  # OpenedRun
    networks_ready = Signal()
    notice = Signal(str)

    def __init__(
        self, cache: Path, kept: Path, parent: QObject, wanted: DatasetInfo = DEFAULT
    ) -> None:
        super().__init__(self._load, parent, _why_not_loaded)
        self._cache = cache
        self._kept = kept
        self._wanted = wanted
        self._images_are_shown = Flag()
        self._store: RunStore | None = None

    def go_on(self) -> None:
        """Import torch now, which slows down everything else, because the images are shown."""
        self._images_are_shown.set()

    def interrupt(self) -> None:
        """Ask the thread to end after its import under way."""
        super().interrupt()
        self.go_on()

    def close_store(self) -> None:
        """Let go of the list of runs, as the last thing that is done with it."""
        if self._store is not None:
            self._store.close()

    def _load(self) -> Generator[None, None, None]:
        """Load everything; yield where it may be interrupted."""
        images = self._read(partial(read_split, Split.TEST, self._cache))
        self.images_ready.emit(images)
        store = self._store = open_store(self._kept)
        self.store_ready.emit(store)
        self._images_are_shown.wait(IMAGES_SHOWN_LIMIT_S)
        yield
        with ThreadPoolExecutor(1, "reading") as beside:
            # Reading and checking the files needs Python as little as its import needs the disk.
            parts = beside.submit(self._read, partial(find, cache=self._cache))
            import_torch()
        yield
        data = as_splits(parts.result())
        if data.info.fingerprint != images.info.fingerprint:
            self.images_ready.emit(data.test.as_image_set())
        self.resources_ready.emit(TrainingResources(data, find_devices(), store))
        for notice in (data.notice, store.notice):
            if notice is not None:
                self.notice.emit(notice)
        yield
        self._bring_back_last_run(store)
        _warm_up()
        self.networks_ready.emit()

    def _read(self, read: Callable[[DatasetInfo], Images]) -> Images:
        """Read the data that are wanted, or the usual ones in their place."""
        try:
            return read(self._wanted)
        except DataError as error:
            if self._wanted.fingerprint == DEFAULT.fingerprint:
                raise
            text = _("{title} is loaded in their place.").format(title=DEFAULT.title)
            self.notice.emit(sentences([str(error), text]))
            self._wanted = DEFAULT
            return read(DEFAULT)

    def _bring_back_last_run(self, store: RunStore) -> None:
        from lenet_desktop.runs.reading import read_run
        from lenet_desktop.runs.recovery import recover_single_checkpoint

        try:
            single = self._kept / SINGLE_CHECKPOINT
            recover_single_checkpoint(store, single, DEFAULT.training_images)
        except (CheckpointError, OSError, StoreError) as error:
            log.warning("The run of an earlier version cannot be kept", exc_info=True)
            text = _("The last run of an earlier version is not shown.")
            self.notice.emit(sentences([text, str(error)]))
        try:
            last = store.latest()
            if last is not None:
                self.last_run_ready.emit(read_run(store, last.id))
        except StoreError as error:
            log.warning("The last run cannot be brought back", exc_info=True)
            text = _("The last run cannot be shown.")
            self.notice.emit(sentences([text, str(error)]))


def _why_not_loaded(error: BaseException) -> str:
    if isinstance(error, DataError | LibraryError):
        return str(error)
    return _("Loading failed: {reason}. Close the window and start it again.").format(
        reason=first_line(error)
    )


def _warm_up() -> None:
    """Import what the first network and optimiser would import, which takes about a second.

    It is as much as torch itself, and a collection that went through it would hold up the window.
    """
    from lenet_desktop.networks.catalogue import new_network
    from lenet_desktop.settings.config import TrainingConfig
    from lenet_desktop.training.learner import make_optimizer

    config = TrainingConfig()
    with no_garbage_collection():
        make_optimizer(config, new_network(config))
