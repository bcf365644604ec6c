"""What the gallery knows of each source of images, what is looked at, and what of it changes."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Flag, auto
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.analysis.kept_predictions import EpochSource
from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.duplicates import Duplicates
from lenet_desktop.data.images import ImageSet, Own, Part, Split
from lenet_desktop.networks.predictions import Numbers, PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.ui.gallery.refusals import not_comparable, of_other_images, unreadable
from lenet_desktop.ui.gallery.shown_run import Marks, Rival, ShownRun, Source


class Change(Flag):
    """What is different now. Each part of the gallery looks only at what concerns it."""

    DATA = auto()
    """The images are of another data set."""
    LOADED = auto()
    """There are images of a part, whether or not it is browsed."""
    SOURCE = auto()
    """Other images are browsed."""
    RUN = auto()
    """All that was predicted is forgotten."""
    PREDICTIONS = auto()
    """The images that are browsed were judged after other epochs than before."""
    EPOCH = auto()
    """Another epoch is looked at, or other predictions of it."""
    BEST = auto()
    """Another epoch is the best by the images held out."""
    RIVAL = auto()
    """Another run is compared with, or something else is known of it."""
    QUERY = auto()
    """Something else is asked for."""
    ROWS = auto()
    """Other images answer what is asked for, or they stand in another order."""
    CHOSEN = auto()
    """Another image is looked at."""
    PLACE = auto()
    """The image that is looked at is to be brought into sight."""
    MARKS = auto()
    DUPLICATES = auto()
    RUNNING = auto()
    """A run begins or ends, is paused or goes on."""
    FAILURE = auto()
    """There will be no images."""


_ANSWERS = Change.SOURCE | Change.PREDICTIONS | Change.EPOCH | Change.QUERY
"""By what other images may answer a question, and others have to be judged to answer it."""


class GalleryState(ShownRun):
    """The run, the question that is asked about its images and the one that is looked at.

    A new question leads to the first of its images if the one looked at is not among them, as soon
    as there are any; whatever else changes, the image looked at stays.

    Attributes:
        query: what is asked for.
        numbers: intp (K,), the images that answer it, in its order; none before all is known.
        is_running: whether a network is learning, or paused.
        has_failed: whether there will be no images.
    """

    changed = Signal(object)  # Change: all that is different at once
    to_show = Signal(object)  # Change: the same, gathered while nobody looks at the gallery
    judging_requested = Signal(object)  # Snapshots to judge on the training images, and no others
    own_judging_requested = Signal(object)  # the same for a person's own pictures
    refused = Signal(str)  # a sentence about what cannot be shown

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[object, ...] = (None, None, None)
        self._waits_for_rows = self._needs_suspects = False
        self._is_seen, self._unseen = True, Change(0)
        self.query = Query()
        self.numbers: Numbers = np.empty(0, np.intp)
        self.is_running = self.has_failed = False

    # What is known

    @property
    def left_out(self) -> int | None:
        """The number of the image that is looked at, if it is not among those that are shown."""
        number = self.chosen
        is_shown = number is None or self.row_of(number) is not None
        return None if is_shown or not len(self.numbers) else number

    def row_of(self, number: int) -> int | None:
        """Return the place of an image among those that are shown, None if it is not there."""
        rows = np.flatnonzero(self.numbers == number)
        return int(rows[0]) if len(rows) else None

    def count(self, query: Query) -> int | None:
        """Return how many images another question asks for, None before all is known."""
        numbers = self._answer(query)
        return None if numbers is None else len(numbers)

    # What happens

    def set_images(self, images: ImageSet, split: Part = Split.TEST) -> None:
        """Take in the images of a part; nothing is predicted for them yet.

        Those of another data set take the place of all that is known of the one before.
        """
        change = Change(0)
        if images.info != self.info:
            change = Change.DATA | Change.RUN | Change.RIVAL | Change.QUERY | Change.DUPLICATES
            self._begin_anew(images.info, split)
            self.query = replace(self.query.of_one_run, true_class=None, predicted_class=None)
        last, chosen = len(images) - 1, self._sources[split].chosen or 0
        # Where an image is gone, the next takes its place.
        self._sources[split] = Source(images, chosen=min(chosen, last) if len(images) else None)
        browsed = Change.SOURCE | Change.PREDICTIONS | Change.CHOSEN
        self._tell(change | Change.LOADED | (browsed if split is self.split else Change(0)))

    def fail(self) -> None:
        """Take in that there will be no images."""
        self.has_failed = True
        self._tell(Change.FAILURE)

    @Slot(object)
    def browse(self, split: Part) -> None:
        """Browse another part, once it is there; each keeps its own image."""
        if split is not self.split and self.images(split) is not None:
            self.split = split
            self._tell(Change.SOURCE | Change.CHOSEN, asks_anew=True)

    @Slot(object)
    def ask(self, query: Query) -> None:
        """Ask for other images, or in another order."""
        if query != self.query:
            self.query = query
            self._tell(Change.QUERY, asks_anew=True)

    @Slot(object)
    def show(self, show: Show) -> None:
        """Ask for other images by what was predicted for them."""
        self.ask(replace(self.query, show=show))

    @Slot()
    def toggle_misclassified(self) -> None:
        """Ask for the misclassified images only, or for all of them again."""
        only = self.query.show is not Show.MISCLASSIFIED
        self.show(Show.MISCLASSIFIED if only else Show.ALL)

    def choose(self, number: int) -> None:
        """Look at an image of the part that is browsed, and leave the grid where it is."""
        self._waits_for_rows = False
        if number != self.chosen:
            self.source.chosen = number
            self._tell(Change.CHOSEN)

    def go_to(self, number: int, split: Part | None = None) -> None:
        """Look at an image, of another part if one is named, and bring it into sight."""
        change = Change.CHOSEN | Change.PLACE
        if split not in (None, self.split) and self.images(split) is not None:
            self.split = split
            change |= Change.SOURCE
        self._waits_for_rows = False
        self.source.chosen = number
        self._tell(change)

    @Slot(object)
    def look_at(self, epoch: int | None) -> None:
        """Look back at an epoch, or follow the newest with None."""
        self._epoch = None if epoch == self.newest else epoch
        self._tell(Change(0))

    def forget(self) -> None:
        """Begin anew, as a new run does."""
        self._forget()
        self._tell(Change.RUN | Change.PREDICTIONS)

    def use_source(self, source: EpochSource) -> None:
        """Hold of the run that goes on only the newest, and what is not to be had elsewhere."""
        self._networks.use_source(source)
        self._sources[Split.TEST].history.use_source(source)

    def add(self, predictions: PredictionSet, snapshot: Snapshot | None = None) -> None:
        """Take in what a network says of the test images after its next epoch.

        A run that goes on tells its last epoch again, which changes nothing; another run begins
        anew.

        Args:
            predictions: those for all test images.
            snapshot: the network that made them, to ask it about other images.

        Raises:
            ValueError: they are for another number of images.
        """
        last = self._sources[Split.TEST].history.latest
        change = Change.PREDICTIONS
        if last is not None and predictions.epoch <= last.epoch:
            is_last = predictions.epoch == last.epoch
            if is_last and np.array_equal(last.probabilities, predictions.probabilities):
                return
            self._forget()
            change |= Change.RUN
        self._add(predictions, snapshot)
        self._tell(change)

    def answers_after(self, epochs: Sequence[int]) -> list[PredictionSet]:
        """Return the predictions for the images that are browsed after those epochs known."""
        found = [each for each in map(self.source.history.at, epochs) if each is not None]
        self._tell(Change(0))  # some may have turned out not to be readable
        return found

    def mark_best(self, epoch: int | None) -> None:
        """Take in which epoch is the best by the images held out, None where there are none."""
        if epoch != self.best:
            self.best = epoch
            self._tell(Change.BEST)

    @Slot(object)
    def add_training(self, predictions: PredictionSet) -> None:
        """Take in what a network says of the training images after some epoch, in any order."""
        self._insert(predictions, Split.TRAIN)

    @Slot(object)
    def add_own(self, predictions: PredictionSet) -> None:
        """Take in what a network says of the own pictures after some epoch, in any order."""
        self._insert(predictions, Own.PICTURES)

    def open_run(
        self,
        predictions: Sequence[PredictionSet],
        snapshots: Sequence[Snapshot],
        *,
        file: str = "",
    ) -> None:
        """Look at a run that is brought back, with the predictions and networks of its epochs.

        Predictions for other test images than those of this window cannot be shown; that is told.

        Args:
            predictions: those for the test images.
            snapshots: the networks.
            file: that of the only network, which is of no run; its epoch is 0 where nobody knows.
        """
        images = self.images(Split.TEST)
        if images is None or not predictions or _are_of(predictions[-1], images):
            self._forget(predictions, snapshots)
            self.file = file
        else:
            self._forget()
            self.is_refused = True
            self.end_comparison()  # there is nothing to compare another run with
            self.refused.emit(of_other_images(predictions[-1].info, images.info))
        self._tell(Change.RUN | Change.PREDICTIONS)

    @Slot(object)
    def compare_with(self, rival: Rival) -> None:
        """Compare another run with the one that is shown, image by image."""
        images = self.images(Split.TEST)
        if images is None or not _are_of(rival.predictions, images):
            self.refused.emit(not_comparable(rival.name))
            return
        self.browse(Split.TEST)
        self.rival = rival
        self._tell(Change.RIVAL)

    @Slot()
    def end_comparison(self) -> None:
        """Show one run again; a question that compares runs is taken back."""
        if self.rival is None:
            return
        self.rival, change = None, Change.RIVAL
        if self.query.compares_runs:
            self.query = self.query.of_one_run
            change |= Change.QUERY
        self._tell(change, asks_anew=bool(change & Change.QUERY))

    def tell_of_rival(self, run_id: int, **news: Any) -> None:
        """Take in what is new of the run that is compared with, if it is that: see `Rival`."""
        if self.rival is not None and self.rival.run_id == run_id:
            self.rival = replace(self.rival, **news)
            self._tell(Change.RIVAL)

    def set_marks(self, marks: Marks) -> None:
        """Take in what a person noted on images."""
        self.marks = marks
        self._tell(Change.MARKS)

    @Slot(object)
    def set_duplicates(self, duplicates: Duplicates) -> None:
        """Take in which images there are more than once."""
        self.duplicates = duplicates
        self._tell(Change.DUPLICATES)

    def set_running(self, running: bool, *, paused: bool = False) -> None:
        """Take in whether a network is learning, and leave the processor to it."""
        before = self.is_running, self.spares_run
        self.is_running, self.spares_run = running, running and not paused
        if before != (self.is_running, self.spares_run):
            self._tell(Change.RUNNING)

    def be_seen(self, is_seen: bool) -> None:
        """Take in whether somebody looks, who is to be shown at once all that has changed since."""
        self._is_seen = is_seen
        self._show_unseen()

    def _show_unseen(self) -> None:
        if self._is_seen and self._unseen:
            unseen, self._unseen = self._unseen, Change(0)
            self.to_show.emit(unseen)

    def look_for_suspects(self, looking: bool) -> None:
        """Have the images judged after all epochs that tell the suspect labels, or not."""
        if looking != self._needs_suspects:
            self._needs_suspects = looking
            self._request_judging()

    def _insert(self, predictions: PredictionSet, part: Part) -> None:
        self._sources[part].history.insert(predictions)
        self._tell(Change.PREDICTIONS if self.split is part else Change(0))

    def _tell(self, change: Change, *, asks_anew: bool = False) -> None:
        """Say what is different, with what follows from it.

        Args:
            change: what is known to be different.
            asks_anew: whether the image looked at has to be one of those that are shown.
        """
        if lost := self._leave_unreadable():
            change |= Change.PREDICTIONS
            self.refused.emit(unreadable(lost, self.epoch))
        shown = self.epoch, self.predictions, self.snapshot
        if any(now is not before for now, before in zip(shown, self._shown, strict=True)):
            self._shown = shown
            change |= Change.EPOCH
        if change & (_ANSWERS | Change.RIVAL | Change.MARKS):
            change |= self._find_rows()
        if asks_anew or (self._waits_for_rows and len(self.numbers)):
            change |= self._start_at_rows()
        if change:
            self.changed.emit(change)
            self._unseen |= change
            self._show_unseen()
        if change & (_ANSWERS | Change.RUNNING):
            self._request_judging()

    def _find_rows(self) -> Change:
        answer = self._answer(self.query)
        numbers = np.empty(0, np.intp) if answer is None else answer
        if np.array_equal(numbers, self.numbers):
            return Change(0)
        self.numbers = numbers
        return Change.ROWS

    def _answer(self, query: Query) -> Numbers | None:
        """Return which images that are browsed a question asks for, None before all is known."""
        images = self.source.images
        if images is None:
            return np.empty(0, np.intp) if self.known.can_answer(query) else None
        marked = self.marked if query.show is Show.MARKED else None
        return self.known.answer(query, images.labels, marked)

    def _start_at_rows(self) -> Change:
        """Look at an image that is shown, as soon as there are any."""
        self._waits_for_rows = not len(self.numbers)
        chosen = self.chosen
        if self._waits_for_rows or (chosen is not None and self.row_of(chosen) is not None):
            return Change.PLACE
        self.source.chosen = int(self.numbers[0])
        return Change.PLACE | Change.CHOSEN

    def _request_judging(self) -> None:
        """Have the images that are browsed judged as far as it is needed, and no others."""
        wanted: list[Snapshot] = []
        if self.source.images and not self.must_wait:
            also = self.suspect_epochs if self._needs_suspects else []
            wanted = self.known.to_judge(self.query, also, sparing=self.spares_run)
        own = self.split is Own.PICTURES
        self.judging_requested.emit([] if own else wanted)
        self.own_judging_requested.emit(wanted if own else [])


def _are_of(predictions: PredictionSet, images: ImageSet) -> bool:
    is_same = predictions.info.fingerprint == images.info.fingerprint
    return is_same and np.array_equal(predictions.labels, images.labels)
