"""Judges a network of an earlier epoch on other images, on a thread of its own."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lenet_desktop.core.snapshot import Snapshot
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.one_shot_session import OneShotSession

if TYPE_CHECKING:
    from lenet_desktop.core.predictions import PredictionSet


class JudgingSession(OneShotSession):
    """Judges snapshots on the training images; asking for another gives up the one before."""

    judged = Signal(object)  # PredictionSet

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._snapshot: Snapshot | None = None

    def judge(self, snapshot: Snapshot) -> None:
        """Judge a network; nothing happens where that is being done already."""
        resources = self.resources
        if resources is None or (self.is_busy and snapshot is self._snapshot):
            return
        self._snapshot = snapshot
        self.begin(lambda: _judge(snapshot, resources))

    def hear(self, report: object) -> None:
        """Pass on the answers, which come after the last batch."""
        if report is not None:
            self.judged.emit(report)


def _judge(
    snapshot: Snapshot, resources: TrainingResources
) -> Generator[PredictionSet | None, None, None]:
    """Yield None between the batches, so that it can be given up, and the answers at the end."""
    from lenet_desktop.core.evaluation import evaluate_in_steps

    yield from evaluate_in_steps(
        snapshot.build(), resources.data.train, snapshot.epoch, normalise=snapshot.config.normalise
    )
