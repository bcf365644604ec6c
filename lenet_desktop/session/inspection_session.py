"""One look into the network at a time, on a thread of its own; the latest request wins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QThread, Signal, Slot

from lenet_desktop.data.images import LabelledImages, Part
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.network_inspector import (
    Answer,
    Look,
    NetworkInspector,
    Preparation,
    Request,
)
from lenet_desktop.session.requests import Answering
from lenet_desktop.text.language import _

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection


@dataclass(frozen=True, slots=True, eq=False)
class ImageInspected:
    """An image was looked at.

    Attributes:
        number: the image's number.
        epoch: the epoch after which the network was as it was asked.
        inspection: what the network saw in it.
    """

    number: int
    epoch: int
    inspection: Inspection


class InspectionSession(Answering):
    """Looks into networks on request and passes on what was seen.

    What a look brings comes in one signal, or in more where the training images' features must
    be computed first: without neighbours at once, unless these are what somebody looks at, with
    those among a sample of the training images in less than 100 ms, and with those among all of
    them after a second; how unlike them the image is follows. Nothing is passed on of a request
    that another one has followed.
    """

    inspected = Signal(object)  # ImageInspected

    def __init__(self, parent: QObject | None = None) -> None:
        self._inspector = NetworkInspector()
        failure = _("The network could not be looked into")
        low = QThread.Priority.LowPriority
        super().__init__(self._inspector.answers, failure, parent, low)
        self._train: LabelledImages | None = None
        self._test: LabelledImages | None = None
        self._request: Request | None = None

    @property
    def wants_neighbours(self) -> bool:
        """Whether somebody looks at neighbours, so that a run has to be slowed down a little."""
        return self._inspector.wants_neighbours

    @wants_neighbours.setter
    def wants_neighbours(self, wanted: bool) -> None:
        if wanted != self._inspector.wants_neighbours:
            self._inspector.wants_neighbours = wanted
            if wanted and self.spares_run:
                self._ask_again()

    @property
    def spares_run(self) -> bool:
        """Whether to search a sample only, as all features would slow down a run by a third.

        Neighbours among all training images are still found with features computed before.
        """
        return self._inspector.spares_run

    @spares_run.setter
    def spares_run(self, spares: bool) -> None:
        if spares != self._inspector.spares_run:
            self._inspector.spares_run = spares
            if not spares:
                self._ask_again()

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Look for neighbours among these training images, and compare them with test images."""
        data = resources.data
        if data.train is self._train:
            return
        self._train, self._test = data.train, data.test
        asked = None if self._request is None else self._request.snapshot
        if asked is not None and asked.config.data.fingerprint != data.info.fingerprint:
            self._request = None  # it was about a network of the data before
        if self._request is None:
            self.prepare(None)
        else:
            self._ask_again()

    def look(
        self, snapshot: Snapshot, split: Part, number: int, pixels: npt.NDArray[np.uint8]
    ) -> None:
        """Look at an image and give up what was asked for before.

        Args:
            snapshot: the network.
            split: the part that the image is of.
            number: its number, handed back with the answer.
            pixels: uint8 (channels, side, side), or (side, side) where there is one channel.
        """
        self.ask(Look(snapshot, split, number, pixels, self._train, self._test))

    @Slot(object)
    def prepare(self, snapshot: Snapshot | None) -> None:
        """Get ready for looks into this network when nothing else has been asked for a while.

        What was asked for before is given up, but for getting ready for the same network.
        """
        now = self._request
        if not isinstance(now, Preparation) or now.snapshot is not snapshot:
            self.ask(Preparation(snapshot, self._train, self._test))

    @Slot()
    def cancel(self) -> None:
        """Give up what was asked for, at once; features computed so far are kept."""
        self._request = None
        self.questions.ask(None)

    def ask(self, question: Request) -> None:
        """Give up what was asked for before, and do this."""
        self._request = question
        super().ask(question)

    def hear(self, answer: Answer) -> None:
        """Pass on what was seen, unless another request has followed, or it was given up."""
        look = answer.look
        if look is not self._request:
            return
        if isinstance(answer.outcome, str):
            self.failed.emit(answer.outcome)
        else:
            self.inspected.emit(ImageInspected(look.number, look.snapshot.epoch, answer.outcome))

    def _ask_again(self) -> None:
        """Ask once more for what is being looked at, of which more can be had now."""
        if self._request is not None:
            self.ask(replace(self._request, train=self._train, test=self._test))
