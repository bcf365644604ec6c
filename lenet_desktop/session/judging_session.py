"""Judges networks of earlier epochs on images that no run judges, on a thread of its own."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.data.images import ImageSet, LabelledImages
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import describing
from lenet_desktop.text.language import _

if TYPE_CHECKING:
    from lenet_desktop.networks.predictions import PredictionSet


class JudgingSession(LatestRequest):
    """Judges snapshots on the same images, one after the other.

    Asking for others gives up those before; what was judged by then has been heard.
    """

    judged = Signal(object)  # PredictionSet, for each snapshot in turn

    def __init__(self, parent: QObject | None = None, failure: str = "") -> None:
        failure = failure or _("The training images could not be judged")
        super().__init__(describing(failure), parent)
        self._images: LabelledImages | ImageSet | None = None
        self._left: list[Snapshot] = []

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Judge networks on the training images of these data from now on."""
        self.use_images(resources.data.train)

    def use_images(self, images: LabelledImages | ImageSet) -> None:
        """Judge networks on these images from now on; nothing is heard any more about others."""
        self.cancel()
        self._images = images

    @Slot(object)
    def judge(self, snapshots: Sequence[Snapshot]) -> None:
        """Judge networks in this order; nothing happens where that is being done already."""
        images, wanted = self._images, list(snapshots)
        if images is None or (self.is_busy and wanted == self._left):
            return
        self._left = wanted
        if wanted:
            self.begin(lambda: _judge(wanted.copy(), images))
        else:
            self.cancel()

    def hear(self, report: object) -> None:
        """Pass on the predictions of a network, which come after its last batch."""
        if report is not None:
            self._left.pop(0)
            self.judged.emit(report)


def _judge(
    snapshots: Sequence[Snapshot], images: LabelledImages | ImageSet
) -> Generator[PredictionSet | None, None, None]:
    """Yield None between the batches, so that it can be given up, and the predictions of each."""
    from lenet_desktop.networks.evaluation import evaluate_in_steps

    labelled = images.as_tensors() if isinstance(images, ImageSet) else images
    for snapshot in snapshots:
        yield from evaluate_in_steps(
            snapshot.build(),
            labelled,
            snapshot.epoch,
            normalise=snapshot.config.normalise,
        )
