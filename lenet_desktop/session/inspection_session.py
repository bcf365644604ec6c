"""One look into the network at a time, on a thread of its own; the latest request wins."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from threading import Condition
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QThread, Signal, Slot

from lenet_desktop.core.datasets import LabelledImages
from lenet_desktop.core.errors import first_line
from lenet_desktop.core.snapshot import Snapshot
from lenet_desktop.session.loading_thread import TrainingResources

if TYPE_CHECKING:
    from lenet_desktop.core.inspection import FeatureBank, FeatureBankBuilder, Inspection

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class ImageInspected:
    """A test image was looked at.

    Attributes:
        number: the image's number.
        epoch: the epoch after which the network was as it was asked.
        inspection: what the network saw in it.
    """

    number: int
    epoch: int
    inspection: Inspection


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    """What to look at.

    Attributes:
        pixels: uint8 (28, 28).
        train: where to look for neighbours, if the thread may; None where there are none.
    """

    snapshot: Snapshot
    number: int
    pixels: npt.NDArray[np.uint8]
    train: LabelledImages | None


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """What came of a request: an inspection, or a sentence for the person."""

    request: _Request
    outcome: Inspection | str


class _InspectionThread(QThread):
    """Answers the latest request, waits for the next one, until it is told to end.

    `ask` and `end` may be called, and the attributes set, from any thread. The features of the
    training images are kept for one snapshot, and a request for the same one goes on where the last
    was left.

    Attributes:
        wants_neighbours: whether to answer with neighbours.
        may_compute_features: whether the training images' features may be computed for them.
    """

    answered = Signal(object)  # _Answer

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.wants_neighbours = False
        self.may_compute_features = True
        self._changed = Condition()
        self._latest: _Request | None = None
        self._is_new = False
        self._must_end = False
        self._builder: FeatureBankBuilder | None = None

    def ask(self, request: _Request | None) -> None:
        """Answer this from now on, or nothing."""
        with self._changed:
            self._latest = request
            self._is_new = request is not None
            self._changed.notify()

    def end(self) -> None:
        """Answer nothing any more and let `run` return."""
        with self._changed:
            self._latest = None
            self._must_end = True
            self._changed.notify()

    def run(self) -> None:
        """Answer requests; Qt calls this on the new thread."""
        while (request := self._next()) is not None:
            try:
                self._answer(request)
            except BaseException as error:  # the thread must live on, whatever was raised
                log.exception("The network cannot be looked into")
                sentence = (
                    f"What the network saw cannot be shown: {first_line(error)}. "
                    "Training is not affected; choose another image to try again."
                )
                self.answered.emit(_Answer(request, sentence))

    def _next(self) -> _Request | None:
        """Wait for a request that was not begun yet; None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_new or self._must_end)
            self._is_new = False
            return self._latest

    def _answer(self, request: _Request) -> None:
        from lenet_desktop.core.inspection import inspect

        train = request.train if self.wants_neighbours else None
        bank = self._kept_bank(request) if train is not None else None
        inspection = inspect(request.snapshot, request.pixels, bank)
        self.answered.emit(_Answer(request, inspection))
        if bank is not None or train is None or not self.may_compute_features:
            return
        bank = self._build_bank(request, train)
        if bank is not None:
            neighbours = bank.nearest(inspection.features)
            self.answered.emit(_Answer(request, replace(inspection, neighbours=neighbours)))

    def _kept_bank(self, request: _Request) -> FeatureBank | None:
        builder = self._builder
        return builder.bank if builder is not None and _is_for(builder, request) else None

    def _build_bank(self, request: _Request, train: LabelledImages) -> FeatureBank | None:
        """Compute features while they are asked for; return them when they are complete."""
        from lenet_desktop.core.inspection import FeatureBankBuilder

        if self._builder is None or not _is_for(self._builder, request):
            self._builder = FeatureBankBuilder(request.snapshot, train)
        while self._builder.bank is None:
            is_wanted = self.wants_neighbours and self.may_compute_features
            if self._latest is not request or not is_wanted:
                return None
            self._builder.advance()
        return self._builder.bank


def _is_for(builder: FeatureBankBuilder, request: _Request) -> bool:
    return builder.snapshot is request.snapshot and builder.train is request.train


class InspectionSession(QObject):
    """Looks into networks on request and passes on what was seen.

    What a request brings comes in one signal, or in two where neighbours are wanted and the
    training images' features must be computed first: without neighbours at once, with them
    later. Nothing is passed on of a request that another one has followed.
    """

    inspected = Signal(object)  # ImageInspected
    failed = Signal(str)  # a sentence for the person

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._train: LabelledImages | None = None
        self._wants_neighbours = False
        self._spares_run = False
        self._thread: _InspectionThread | None = None
        self._request: _Request | None = None
        self._is_shut_down = False

    @property
    def wants_neighbours(self) -> bool:
        """Whether to look for the nearest training images, which takes a second for a network."""
        return self._wants_neighbours

    @wants_neighbours.setter
    def wants_neighbours(self, wanted: bool) -> None:
        if wanted == self._wants_neighbours:
            return
        self._wants_neighbours = wanted
        self._instruct()
        self._ask_for_neighbours()

    @property
    def spares_run(self) -> bool:
        """Whether to compute no training images' features, which would slow down a run by a third.

        Neighbours are still found with features that were computed before.
        """
        return self._spares_run

    @spares_run.setter
    def spares_run(self, spares: bool) -> None:
        if spares != self._spares_run:
            self._spares_run = spares
            self._instruct()
            if not spares:
                self._ask_for_neighbours()

    @Slot(object)
    def use_resources(self, resources: TrainingResources) -> None:
        """Look for neighbours among these training images."""
        if resources.data.train is not self._train:
            self._train = resources.data.train
            self._ask_for_neighbours()

    def look(self, snapshot: Snapshot, number: int, pixels: npt.NDArray[np.uint8]) -> None:
        """Look at an image and give up what was asked for before.

        Args:
            snapshot: the network.
            number: handed back with the answer.
            pixels: uint8 (28, 28), or any shape with as many pixels.
        """
        if self._is_shut_down:
            return
        self._request = _Request(snapshot, number, pixels.reshape(28, 28), self._train)
        if self._thread is None:
            self._thread = _InspectionThread(self)
            self._instruct()
            self._thread.answered.connect(self._on_answered)
            self._thread.start(QThread.Priority.LowPriority)
        self._thread.ask(self._request)

    @Slot()
    def cancel(self) -> None:
        """Give up what was asked for, at once; features computed so far are kept."""
        self._request = None
        if self._thread is not None:
            self._thread.ask(None)

    @Slot()
    def shutdown(self) -> None:
        """End the thread and wait for its batch under way; nothing can be asked any more."""
        self._is_shut_down = True
        self._request = None
        if self._thread is not None:
            self._thread.end()
            self._thread.wait()
            self._thread.deleteLater()
            self._thread = None

    def _instruct(self) -> None:
        if self._thread is not None:
            self._thread.wants_neighbours = self._wants_neighbours
            self._thread.may_compute_features = not self._spares_run

    def _ask_for_neighbours(self) -> None:
        """Ask once more for what is being looked at, where neighbours can be had of it now."""
        request = self._request
        if request is not None and self._wants_neighbours and self._train is not None:
            self.look(request.snapshot, request.number, request.pixels)

    @Slot(object)
    def _on_answered(self, answer: _Answer) -> None:
        if answer.request is not self._request:
            return  # another request has followed, or it was given up
        if isinstance(answer.outcome, str):
            self.failed.emit(answer.outcome)
        else:
            request = answer.request
            self.inspected.emit(
                ImageInspected(request.number, request.snapshot.epoch, answer.outcome)
            )
