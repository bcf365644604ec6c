"""Brings in, behind the window, what takes seconds: images first, then torch, then the rest."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import Event as Flag
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from lenet_desktop.core.datasets import DataError, DataSplits, Split, load_splits, read_split
from lenet_desktop.core.devices import Device, DeviceError, choose_device, find_devices
from lenet_desktop.core.errors import CheckpointError, first_line
from lenet_desktop.core.events import Event
from lenet_desktop.core.libraries import LibraryError, import_torch

if TYPE_CHECKING:
    from lenet_desktop.core.checkpoint import Checkpoint

log = logging.getLogger(__name__)

IMAGES_SHOWN_LIMIT_S = 0.5
"""Seconds after which torch is imported even if nobody has shown the images."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainingResources:
    """What a run needs besides its configuration.

    Attributes:
        checkpoint_file: where a run is kept.
        checkpoint: the run that was kept there, None when there is none that could be used.
        past: what that run has reported.
    """

    data: DataSplits
    devices: list[Device]
    checkpoint_file: Path
    checkpoint: Checkpoint | None = None
    past: tuple[Event, ...] = ()


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

    def __init__(self, cache: Path, checkpoint_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._checkpoint_file = checkpoint_file
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
        self.resources_ready.emit(self._with_last_run(data, find_devices()))
        if data.notice is not None:
            self.notice.emit(data.notice)
        if not self.isInterruptionRequested():
            _warm_up()

    def _with_last_run(self, data: DataSplits, devices: list[Device]) -> TrainingResources:
        """Add the run that was left, if there is one and it can be gone on with."""
        from lenet_desktop.core.checkpoint import load_checkpoint
        from lenet_desktop.core.engine import Trainer

        if not self._checkpoint_file.exists():
            return TrainingResources(data, devices, self._checkpoint_file)
        try:
            checkpoint = load_checkpoint(self._checkpoint_file)
            device = choose_device(checkpoint.config.device, devices)
            past = tuple(Trainer(checkpoint.config, data, device, checkpoint=checkpoint).recall())
        except (CheckpointError, DeviceError) as error:
            log.warning("The last run cannot be continued", exc_info=True)
            self.notice.emit(f"The last run cannot be continued. {error}")
            return TrainingResources(data, devices, self._checkpoint_file)
        return TrainingResources(data, devices, self._checkpoint_file, checkpoint, past)


def _warm_up() -> None:
    """Import what the first optimiser would import, which takes about a second."""
    from lenet_desktop.core.config import TrainingConfig
    from lenet_desktop.core.learner import make_optimizer
    from lenet_desktop.core.model import new_lenet

    config = TrainingConfig()
    make_optimizer(config, new_lenet(config))
