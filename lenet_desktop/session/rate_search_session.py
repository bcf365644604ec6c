"""One search for a learning rate at a time, on a thread of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.core.config import TrainingConfig
from lenet_desktop.core.devices import choose_device
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.training_thread import TrainingThread


class RateSearchSession(QObject):
    """Runs a search and passes on what it reports; starting anew gives up the one before."""

    tried = Signal(object)  # RatesTried
    failed = Signal(str)  # a sentence for the person

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._resources: TrainingResources | None = None
        self._thread: TrainingThread | None = None

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Allow searches on these data and devices."""
        self._resources = resources

    def start(self, config: TrainingConfig) -> bool:
        """Search for the recipe's learning rate; return False where nothing can be computed."""
        from lenet_desktop.core.rate_search import search_rates

        resources = self._resources
        if resources is None:
            return False
        self.cancel()
        self._thread = TrainingThread(
            lambda: search_rates(
                config, resources.data, choose_device(config.device, resources.devices)
            ),
            self,
        )
        self._thread.event_received.connect(self._on_tried)
        self._thread.failed.connect(self._on_failed)
        self._thread.start()
        return True

    @Slot()
    def cancel(self) -> None:
        """Give up the search, if there is one, and wait for its step under way."""
        if self._thread is None:
            return
        self._thread.interrupt()
        self._thread.wait()
        self._thread.deleteLater()
        self._thread = None

    @Slot(object)
    def _on_tried(self, report: object) -> None:
        if self.sender() is self._thread:  # not what one that was given up still had to say
            self.tried.emit(report)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is self._thread:
            self.failed.emit(sentence)
