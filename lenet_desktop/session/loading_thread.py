"""Brings in, behind the window, what takes seconds: images first, then torch, then the rest."""

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag

from PySide6.QtCore import QObject, QThread, Signal

from lenet_desktop.core.datasets import DataError, DataSplits, Split, load_splits, read_split
from lenet_desktop.core.devices import Device, find_devices
from lenet_desktop.core.errors import first_line
from lenet_desktop.core.libraries import LibraryError, import_torch

log = logging.getLogger(__name__)

IMAGES_SHOWN_LIMIT_S = 0.5
"""Seconds after which torch is imported even if nobody has shown the images."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingResources:
    """What a run needs besides its configuration."""

    data: DataSplits
    devices: list[Device]


class LoadingThread(QThread):
    """Loads the test images, the libraries, the training images and the devices, in this order.

    Signals: `images_ready` with the test `ImageSet` before torch is imported; `resources_ready`
    with `TrainingResources`; `notice` with a sentence about something that was worked around;
    `failed` with a sentence when training will not be possible.
    """

    images_ready = Signal(object)  # ImageSet
    resources_ready = Signal(object)  # TrainingResources
    notice = Signal(str)
    failed = Signal(str)

    def __init__(self, cache: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._images_are_shown = Flag()

    def go_on(self) -> None:
        """Import torch now, which slows down everything else, because the images are shown."""
        self._images_are_shown.set()

    def run(self) -> None:
        """Load everything; Qt calls this on the new thread."""
        try:
            self._load()
        except (DataError, LibraryError) as error:
            log.exception("Loading failed")
            self.failed.emit(str(error))
        except Exception as error:  # the window must hear of it, whatever it was
            log.exception("Loading failed")
            reason = first_line(error)
            self.failed.emit(f"Loading failed: {reason}. Close the window and start it again.")

    def shutdown(self) -> None:
        """Ask the thread to end and wait for it; an import under way is waited for."""
        self.requestInterruption()
        self.go_on()
        self.wait()

    def _load(self) -> None:
        self.images_ready.emit(read_split(Split.TEST, self._cache))
        self._images_are_shown.wait(IMAGES_SHOWN_LIMIT_S)
        if self.isInterruptionRequested():
            return
        import_torch()
        if self.isInterruptionRequested():
            return
        data = load_splits(self._cache)
        self.resources_ready.emit(TrainingResources(data, find_devices()))
        if data.notice is not None:
            self.notice.emit(data.notice)
        if not self.isInterruptionRequested():
            _warm_up()


def _warm_up() -> None:
    """Import what the first optimiser would import, which takes about a second."""
    from lenet_desktop.core.config import TrainingConfig
    from lenet_desktop.core.learner import make_optimizer
    from lenet_desktop.core.model import new_lenet

    config = TrainingConfig()
    make_optimizer(config, new_lenet(config))
