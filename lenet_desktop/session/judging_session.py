"""Judges a network of an earlier epoch on other images, on a thread of its own."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.core.snapshot import Snapshot
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.training_thread import TrainingThread

if TYPE_CHECKING:
    from lenet_desktop.core.predictions import PredictionSet


class JudgingSession(QObject):
    """Judges snapshots on the training images; asking for another gives up the one before."""

    judged = Signal(object)  # PredictionSet
    failed = Signal(str)  # a sentence for the person

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._resources: TrainingResources | None = None
        self._thread: TrainingThread | None = None
        self._snapshot: Snapshot | None = None

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Judge on the training images of these data."""
        self._resources = resources

    def judge(self, snapshot: Snapshot) -> None:
        """Judge a network; nothing happens where that is being done already."""
        resources = self._resources
        if resources is None or (self._thread is not None and snapshot is self._snapshot):
            return
        self.cancel()
        self._snapshot = snapshot
        self._thread = TrainingThread(lambda: _judge(snapshot, resources), self)
        self._thread.event_received.connect(self._on_judged)
        self._thread.failed.connect(self._on_failed)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()

    @Slot()
    def cancel(self) -> None:
        """Give up what is being judged, if anything, and wait for the batch under way."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        thread.interrupt()
        thread.wait()
        thread.deleteLater()

    @Slot(object)
    def _on_judged(self, predictions: object) -> None:
        if self.sender() is self._thread and predictions is not None:
            self.judged.emit(predictions)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is self._thread:
            self.failed.emit(sentence)

    @Slot()
    def _on_finished(self) -> None:
        if self._thread is not None and self.sender() is self._thread:
            self._thread.deleteLater()
            self._thread = None


def _judge(
    snapshot: Snapshot, resources: TrainingResources
) -> Generator[PredictionSet | None, None, None]:
    """Yield None between the batches, so that it can be given up, and the answers at the end."""
    from lenet_desktop.core.evaluation import evaluate_in_steps

    yield from evaluate_in_steps(
        snapshot.build(), resources.data.train, snapshot.epoch, normalise=snapshot.config.normalise
    )
