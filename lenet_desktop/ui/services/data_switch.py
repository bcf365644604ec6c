"""Has other data in the window: those that somebody chooses, or of what is to be opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.known.offers import Offer
from lenet_desktop.data.progress import Preparing, Progress
from lenet_desktop.session.data_session import DataSession
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.text.language import _

Then = Callable[[str], None]
"""Is called once the data are there, with nothing, or else with a sentence that says why not."""


class DataSwitch(QObject):
    """Loads one data set at a time, for a window without a run that goes on.

    Attributes:
        info: the data that the window holds.
        title: what those are called that are being loaded; empty where none are.
    """

    asked = Signal()  # somebody has chosen other data; nothing else is wanted now
    switched = Signal(object, bool)  # TrainingResources, and whether they are for what is opened
    loading = Signal(str)  # `title` has changed
    progressed = Signal(object)  # Progress
    failed = Signal(str)  # a sentence about what went wrong
    blocked = Signal(str)  # a sentence: a run goes on, and nothing can be done before it is stopped

    def __init__(self, session: TrainingSession, cache: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._training = session
        self._session = DataSession(cache, self)
        self._then: Then | None = None
        self._waiting: Callable[[], bool] | None = None  # loads what is chosen, given the libraries
        self.info = DEFAULT
        self.title = ""
        self._session.loaded.connect(self._on_loaded)
        self._session.failed.connect(self._on_failed)
        self._session.progressed.connect(self._on_progressed)

    def use_resources(self, resources: TrainingResources) -> None:
        """Take in what the window holds."""
        self.info = resources.data.info
        self._session.use_resources(resources)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting()

    def choose(self, offer: Offer) -> None:
        """Have a data set in the window, in place of the run that is shown."""
        if offer.is_of(self.info):
            self.give_up()
        elif offer.own is not None:
            own = offer.own
            self._choose(offer.title, lambda: self._session.load_again(own))
        else:
            self._choose(offer.title, lambda: self._session.load_named(offer.key))

    def make_ready(self, title: str, make: Callable[[], Preparing]) -> None:
        """Have in the window what a generator makes ready on a thread; see `DataSession.load`."""
        self._choose(title, lambda: self._session.load(make))

    def bring(self, info: DatasetInfo, then: Then) -> None:
        """Have what something learned from in the window, and then go on with it.

        Nothing is loaded where the window holds them. What was asked for before is given up.
        """
        self.give_up()
        if info.fingerprint == self.info.fingerprint:
            then("")
        else:
            self._then = then
            self._load(info.title, lambda: self._session.load_again(info))

    @property
    def is_busy(self) -> bool:
        """Whether data are being loaded."""
        return bool(self.title)

    @Slot()
    def give_up(self) -> None:
        """Keep to the data that are there."""
        self._session.cancel()
        self._then = self._waiting = None
        self._tell("")

    @Slot()
    def interrupt(self) -> None:
        """Give up for good, without waiting for it."""
        self._session.interrupt()

    @Slot()
    def shutdown(self) -> None:
        """Give up for good and wait for that. May be called again and again."""
        self._session.shutdown()

    def _choose(self, title: str, load: Callable[[], bool]) -> None:
        if self._training.state.is_active:
            self.blocked.emit(_("A run is going on. Stop it before you choose other data."))
            return
        self.give_up()
        self.asked.emit()
        self._load(title, load)

    def _load(self, title: str, load: Callable[[], bool]) -> None:
        """Load data now, or as soon as the libraries are there."""
        self._waiting = None if load() else load
        self._tell(title)

    def _tell(self, title: str) -> None:
        if title != self.title:
            self.title = title
            self.loading.emit(title)

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        if self.title:
            self.progressed.emit(progress)

    @Slot(object)
    def _on_loaded(self, resources: TrainingResources) -> None:
        then = self._then
        self._then = None
        self._tell("")
        self.use_resources(resources)
        self.switched.emit(resources, then is not None)
        if then is not None:
            then("")

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        then = self._then
        self._then = None
        self._tell("")
        if then is None:
            self.failed.emit(sentence)
        else:
            then(sentence)
