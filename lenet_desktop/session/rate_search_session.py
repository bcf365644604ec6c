"""One search for a learning rate at a time, on a thread of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import describing
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _
from lenet_desktop.training.devices import choose_device


class RateSearchSession(LatestRequest):
    """Runs a search and passes on what it reports; starting anew gives up the one before."""

    tried = Signal(object)  # RatesTried

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(describing(_("The learning rates could not be tried")), parent)
        self._resources: TrainingResources | None = None

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Search with these data and devices from now on."""
        self._resources = resources

    def start(self, config: TrainingConfig) -> bool:
        """Search for the recipe's learning rate; return False where nothing can be computed."""
        from lenet_desktop.training.rate_search import search_rates

        resources = self._resources
        if resources is None:
            return False
        self.begin(
            lambda: search_rates(
                config, resources.data, choose_device(config.device, resources.devices)
            )
        )
        return True

    def hear(self, report: object) -> None:
        """Pass on what was found so far."""
        self.tried.emit(report)
