"""Looks into networks on a thread of its own, one request after the other. Knows no Qt."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from lenet_desktop.data.images import LabelledImages, Part, Split
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.questions import Questions
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection
    from lenet_desktop.analysis.neighbours import FeatureBank, FeatureBanks

log = logging.getLogger(__name__)

REST_S = 0.3
"""Seconds in which nobody must ask for anything before something is computed beforehand."""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What to look at.

    Attributes:
        snapshot: the network.
        split: the part that the image is of.
        number: handed back with the answer.
        pixels: uint8 (channels, side, side).
        train: where to look for neighbours, None where there are none yet.
        test: against which it is told how far these are, likewise.
    """

    snapshot: Snapshot
    split: Part
    number: int
    pixels: npt.NDArray[np.uint8]
    train: LabelledImages | None
    test: LabelledImages | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Preparation:
    """Which network will be looked into next, if there is one yet; nothing is answered."""

    snapshot: Snapshot | None
    train: LabelledImages | None
    test: LabelledImages | None = None


Request = Look | Preparation


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What came of a look: an inspection, or a sentence for the person."""

    look: Look
    outcome: Inspection | str


class NetworkInspector:
    """Answers the latest request, and gives up those before it.

    The attributes may be set from any thread. The features of the training images are kept for the
    last networks, and a request for one of them goes on where the last was left.

    Attributes:
        wants_neighbours: whether neighbours are looked for even while a run is spared.
        spares_run: whether to compute as little as possible.
    """

    def __init__(self) -> None:
        self.wants_neighbours = False
        self.spares_run = False
        self._requests = Questions[Request]()
        self._has_looked = False
        self._banks: FeatureBanks | None = None

    def answers(self, requests: Questions[Request]) -> Generator[Answer, None, None]:
        """Answer requests, one after the other; to be iterated on a thread of its own."""
        self._requests = requests
        while (request := requests.take()) is not None:
            try:
                if isinstance(request, Look):
                    yield from self._answer(request)
                elif requests.rests_on(request, REST_S):
                    self._prepare(request)
            except Exception as error:  # other requests must be answered, whatever was raised
                log.exception("The network cannot be looked into")
                sentence = _(
                    "What the network saw cannot be shown: {reason}. Training is not "
                    "affected; choose another image to try again."
                ).format(reason=first_line(error))
                if isinstance(request, Look):
                    yield Answer(request, sentence)

    def _prepare(self, preparation: Preparation) -> None:
        """Do beforehand what the next look would have to wait for, as far as a run allows."""
        from lenet_desktop.analysis.inspection import inspect, preload

        preload()
        if preparation.snapshot is not None and not self._has_looked:
            shape = preparation.snapshot.config.data.shape
            inspect(preparation.snapshot, np.zeros(shape, np.uint8))
            self._has_looked = True  # only the first look of a thread is many times slower
        if not self.spares_run:
            for _other in self._banks_for(preparation):
                pass

    def _answer(self, look: Look) -> Iterator[Answer]:
        """Tell what is quick at once, and neighbours among more images as they are computed."""
        from lenet_desktop.analysis.inspection import inspect

        inspection = inspect(look.snapshot, look.pixels)
        for bank in self._banks_for(look):
            if bank is not None:
                own = look.number if look.split is Split.TRAIN else None
                nearest = bank.nearest(inspection.features, leave_out=own)
                inspection = replace(inspection, neighbours=nearest)
                if bank.scale is not None:
                    unlikeness = bank.scale.place(inspection.features, own)
                    inspection = replace(inspection, unlikeness=unlikeness)
            yield Answer(look, inspection)

    def _banks_for(self, request: Request) -> Iterator[FeatureBank | None]:
        """Yield the bank that there is, then each better one as long as it is asked for.

        None comes first where there is no bank yet, but not while somebody looks at neighbours:
        these would go for a moment and come again. Last comes the bank with which test images
        were compared, too.
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
        while self._requests.is_newest(request) and self._may_advance(bank):
            builder.advance()
            better = builder.bank()
            if better is not None and (bank is None or len(better) > len(bank)):
                bank, is_told = better, True
                yield bank
        if not is_told:
            yield bank
        if request.test is not None and bank is not None and bank.scale is None:
            while self._requests.is_newest(request) and self._may_compare():
                if not builder.compare(request.test):
                    break
            bank = builder.bank()
            if bank is not None and bank.scale is not None:
                yield bank

    def _may_compare(self) -> bool:
        """Whether to find out how far test images are: while a run goes on, only if it is seen."""
        return self.wants_neighbours or not self.spares_run

    def _may_advance(self, bank: FeatureBank | None) -> bool:
        """Whether to compute more: while a run goes on, only what somebody wants to see at once."""
        if self.spares_run:
            return bank is None and self.wants_neighbours
        return bank is None or not bank.is_complete
