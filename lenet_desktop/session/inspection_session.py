"""One look into the network at a time, on a thread of its own; the latest request wins."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from threading import Condition
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QThread, Signal, Slot

from lenet_desktop.data.images import LabelledImages, Split
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.worker import Worker, describing
from lenet_desktop.text.wording import first_line

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection
    from lenet_desktop.analysis.neighbours import FeatureBank, FeatureBanks

log = logging.getLogger(__name__)

REST_S = 0.3
"""Seconds in which nobody must ask for anything before something is computed beforehand."""


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


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What to look at.

    Attributes:
        snapshot: the network.
        split: the part of the data that the image is of.
        number: handed back with the answer.
        pixels: uint8 (channels, side, side).
        train: where to look for neighbours, None where there are none yet.
    """

    snapshot: Snapshot
    split: Split
    number: int
    pixels: npt.NDArray[np.uint8]
    train: LabelledImages | None


@dataclass(frozen=True, slots=True, eq=False)
class _Preparation:
    """Which network will be looked into next, if there is one yet; nothing is answered."""

    snapshot: Snapshot | None
    train: LabelledImages | None


_Request = _Look | _Preparation


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """What came of a look: an inspection, or a sentence for the person."""

    look: _Look
    outcome: Inspection | str


class _Inspector:
    """Answers the latest request, waits for the next one, until it is told to end.

    `ask` and `end` may be called, and the attributes set, from any thread. The features of the
    training images are kept for the last networks, and a request for one of them goes on where
    the last was left.

    Attributes:
        wants_neighbours: whether neighbours are looked for even while a run is spared.
        spares_run: whether to compute as little as possible.
    """

    def __init__(self) -> None:
        self.wants_neighbours = False
        self.spares_run = False
        self._changed = Condition()
        self._latest: _Request | None = None
        self._is_new = False
        self._must_end = False
        self._has_looked = False
        self._banks: FeatureBanks | None = None

    def ask(self, request: _Request | None) -> None:
        """Answer this from now on, or nothing."""
        with self._changed:
            self._latest = request
            self._is_new = request is not None
            self._changed.notify()

    def end(self) -> None:
        """Answer nothing any more and let `answers` end."""
        with self._changed:
            self._latest = None
            self._must_end = True
            self._changed.notify()

    def answers(self) -> Generator[_Answer, None, None]:
        """Answer requests, one after the other; to be iterated on a thread of its own."""
        while (request := self._next()) is not None:
            try:
                if isinstance(request, _Look):
                    yield from self._answer(request)
                elif self._rests_on(request):
                    self._prepare(request)
            except Exception as error:  # other requests must be answered, whatever was raised
                log.exception("The network cannot be looked into")
                sentence = (
                    f"What the network saw cannot be shown: {first_line(error)}. "
                    "Training is not affected; choose another image to try again."
                )
                if isinstance(request, _Look):
                    yield _Answer(request, sentence)

    def _next(self) -> _Request | None:
        """Wait for a request that was not begun yet; None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_new or self._must_end)
            self._is_new = False
            return self._latest

    def _rests_on(self, request: _Request) -> bool:
        """Wait for a moment in which somebody may ask for something else; whether nobody does."""
        with self._changed:
            return not self._changed.wait_for(lambda: self._latest is not request, REST_S)

    def _prepare(self, preparation: _Preparation) -> None:
        """Do beforehand what the next look would have to wait for, as far as a run allows."""
        from lenet_desktop.analysis.inspection import inspect, preload

        preload()
        if preparation.snapshot is not None and not self._has_looked:
            shape = preparation.snapshot.config.data.shape
            inspect(preparation.snapshot, np.zeros(shape, np.uint8))
            self._has_looked = True  # only the first look of a thread is many times slower
        if not self.spares_run:
            for _ in self._banks_for(preparation):
                pass

    def _answer(self, look: _Look) -> Iterator[_Answer]:
        """Tell what is quick at once, and neighbours among more images as they are computed."""
        from lenet_desktop.analysis.inspection import inspect

        inspection = inspect(look.snapshot, look.pixels)
        for bank in self._banks_for(look):
            if bank is not None:
                own = look.number if look.split is Split.TRAIN else None
                nearest = bank.nearest(inspection.features, leave_out=own)
                inspection = replace(inspection, neighbours=nearest)
            yield _Answer(look, inspection)

    def _banks_for(self, request: _Request) -> Iterator[FeatureBank | None]:
        """Yield the bank that there is, then each better one as long as it is asked for.

        None comes first where there is no bank yet, but not while somebody looks at neighbours:
        these would go for a moment and come again.
        """
        if request.snapshot is None or request.train is None:
            yield None
            return
        from lenet_desktop.analysis.neighbours import FeatureBanks

        if self._banks is None:
            self._banks = FeatureBanks()
        builder = self._banks.builder(request.snapshot, request.train)
        bank = builder.bank()
        is_told = bank is not None or not self.wants_neighbours
        if is_told:
            yield bank
        while self._latest is request and self._may_advance(bank):
            builder.advance()
            better = builder.bank()
            if better is not None and (bank is None or len(better) > len(bank)):
                bank, is_told = better, True
                yield bank
        if not is_told:
            yield bank

    def _may_advance(self, bank: FeatureBank | None) -> bool:
        """Whether to compute more: while a run goes on, only what somebody wants to see at once."""
        if self.spares_run:
            return bank is None and self.wants_neighbours
        return bank is None or not bank.is_complete


class InspectionSession(QObject):
    """Looks into networks on request and passes on what was seen.

    What a look brings comes in one signal, or in more where the training images' features must
    be computed first: without neighbours at once, unless these are what somebody looks at, with
    those among a sample of the training images in less than 100 ms, and with those among all of
    them after a second. Nothing is passed on of a request that another one has followed.
    """

    inspected = Signal(object)  # ImageInspected
    failed = Signal(str)  # a sentence for the person

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._train: LabelledImages | None = None
        self._inspector = _Inspector()
        self._worker: Worker | None = None
        self._request: _Request | None = None
        self._is_shut_down = False

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
        """Look for neighbours among these training images."""
        if resources.data.train is self._train:
            return
        self._train = resources.data.train
        if self._request is None:
            self.prepare(None)
        else:
            self._ask_again()

    def look(
        self, snapshot: Snapshot, split: Split, number: int, pixels: npt.NDArray[np.uint8]
    ) -> None:
        """Look at an image and give up what was asked for before.

        Args:
            snapshot: the network.
            split: the part of the data that the image is of.
            number: its number, handed back with the answer.
            pixels: uint8 (channels, side, side), or (side, side) where there is one channel.
        """
        self._ask(_Look(snapshot, split, number, pixels, self._train))

    @Slot(object)
    def prepare(self, snapshot: Snapshot | None) -> None:
        """Get ready for looks into this network when nothing else has been asked for a while.

        What was asked for before is given up, but for getting ready for the same network.
        """
        now = self._request
        if not isinstance(now, _Preparation) or now.snapshot is not snapshot:
            self._ask(_Preparation(snapshot, self._train))

    @Slot()
    def cancel(self) -> None:
        """Give up what was asked for, at once; features computed so far are kept."""
        self._request = None
        self._inspector.ask(None)

    @Slot()
    def interrupt(self) -> None:
        """Have the thread end after its batch under way; nothing can be asked any more."""
        self._is_shut_down = True
        self._request = None
        self._inspector.end()

    @Slot()
    def shutdown(self) -> None:
        """Wait until the thread has ended; nothing can be asked any more."""
        self.interrupt()
        if self._worker is not None:
            self._worker.end()
            self._worker.deleteLater()
            self._worker = None

    def _ask(self, request: _Request) -> None:
        if self._is_shut_down:
            return
        self._request = request
        if self._worker is None:
            describe = describing("The network could not be looked into")
            self._worker = Worker(self._inspector.answers, self, describe)
            self._worker.reported.connect(self._on_answered)
            self._worker.failed.connect(self.failed)
            self._worker.start(QThread.Priority.LowPriority)
        self._inspector.ask(request)

    def _ask_again(self) -> None:
        """Ask once more for what is being looked at, of which more can be had now."""
        if self._request is not None:
            self._ask(replace(self._request, train=self._train))

    @Slot(object)
    def _on_answered(self, answer: _Answer) -> None:
        look = answer.look
        if look is not self._request:
            return  # another request has followed, or it was given up
        if isinstance(answer.outcome, str):
            self.failed.emit(answer.outcome)
        else:
            self.inspected.emit(ImageInspected(look.number, look.snapshot.epoch, answer.outcome))
