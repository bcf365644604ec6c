"""Reads the two that are to be compared, says the verdict, and leads to the images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.runs.records import RunRecord
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.requests import Job, JobRunner
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import MAX_EPOCHS
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import one_line, quoted_title, tidied
from lenet_desktop.training.learning_rate import unlike_courses
from lenet_desktop.ui.comparison.compare_page import ComparePage
from lenet_desktop.ui.comparison.compared_pair import ComparedPair, Side, read_pair
from lenet_desktop.ui.comparison.run_comparer import RunComparer, differ
from lenet_desktop.ui.gallery.classes.confusion_matrix import Cell
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.shown_run import Rival
from lenet_desktop.ui.kit.telling import telling
from lenet_desktop.ui.runs.runs_panel import RunsPanel

if TYPE_CHECKING:
    from lenet_desktop.export.model_opening import JudgedModel

_LONGEST_NAME = 40


class PairComparer(QObject):
    """Compares two runs, or the seeds of two recipes, and keeps the gallery's comparison in line.

    In the gallery, A is the run or the network from a file that is open, and B the run that is
    compared with it.
    """

    failed = Signal(str)  # a sentence
    open_requested = Signal(int)  # A, so that its images can be shown beside those of B
    images_shown = Signal()  # the gallery shows the images that were asked for

    def __init__(
        self,
        page: ComparePage,
        comparer: RunComparer,
        panel: RunsPanel,
        parent: QObject,
        *,
        gallery: GalleryState,
        session: TrainingSession,
    ) -> None:
        super().__init__(parent)
        self._page = page
        self._panel = panel
        self._gallery = gallery
        self._session = session
        self._jobs = JobRunner(self)
        self._job: Job | None = None
        self._store: RunStore | None = None
        self._letters: dict[int, str] = {}  # of what is selected
        self._asked: tuple[Sequence[int], int | None] = ((), None)
        self._read_before: tuple[Sequence[int], int | None] = (
            self._asked
        )  # what was asked for the pair that is known
        self._pair: ComparedPair | None = None
        self._is_wanted = False  # whether nothing else was selected since it was asked for
        self._open_id: int | None = None
        self._file: Side | None = None  # what is open in place of a run
        self._wanted: tuple[int, Query] | None = None  # a run and which of its images, once open
        comparer.changed.connect(self._on_selection)
        panel.compare_requested.connect(self.compare)
        page.images_requested.connect(self._on_images_requested)
        page.cell_requested.connect(self._on_cell_requested)
        page.epoch_requested.connect(self._on_epoch_requested)
        session.run_kept.connect(self._on_run_kept)
        session.state_changed.connect(self._follow_open_run)
        # When everybody else has taken in the run that was opened.
        session.run_opened.connect(self._on_run_opened, Qt.ConnectionType.QueuedConnection)

    def use_store(self, store: RunStore) -> None:
        """Compare the runs of a store."""
        self._store = store

    @Slot(object)
    def compare(self, run_ids: Sequence[int]) -> None:
        """Compare runs with each other, or a single one with the run or the model that is open."""
        open_id = self._session.run_id
        ids = list(run_ids)
        if open_id is not None and (len(ids) == 1 or open_id in ids):
            ids = [open_id, *(run_id for run_id in ids if run_id != open_id)]
        if set(ids) == self._letters.keys():
            ids.sort(key=lambda run_id: self._letters[run_id])
        self._is_wanted = True
        self._read(ids, None)

    @Slot(int)
    def compare_with(self, run_id: int) -> None:
        """Compare what is open with a run, which is selected in the list from now on."""
        self._panel.select([run_id])
        self.compare([run_id])

    @Slot(object)
    def show_model(self, model: JudgedModel | None) -> None:
        """Take in which network from a file is open, None where a run is, or nothing."""
        self._file = None
        if model is not None:
            name = tidied(one_line(model.model.path.name), _LONGEST_NAME)
            self._file = Side((), name, model.predictions)
        if self._pair is None or not self._pair.a.is_file:
            return
        if self._file is None:
            self._pair, self._job, self._asked = None, None, ((), None)
        else:
            self._read(*self._asked)

    @Slot(object)
    def show_changes(self, records: Iterable[RunRecord]) -> None:
        """Compare anew where one of the runs has a new name or has learned more."""
        for record in records:
            self._gallery.tell_of_rival(record.id, name=record.name)
            if self._is_news(record):
                self._read(*self._asked)
                return

    @Slot()
    def shutdown(self) -> None:
        """Wait for what is being read. May be called again and again."""
        self._jobs.shutdown()

    def _is_news(self, record: RunRecord) -> bool:
        sides = () if self._pair is None else (self._pair.a, self._pair.b)
        known = {run.record.id: run.record for side in sides for run in side.runs}
        return record.id in known and differ(known[record.id], record)

    def _read(self, ids: Sequence[int], epoch: int | None) -> None:
        """Read a pair; of several wishes, the last one counts."""
        store = self._store
        if store is None:
            return
        self._asked = ids, epoch
        file = self._file if len(ids) == 1 else None
        self._job = self._jobs.start(
            lambda: read_pair(store, ids, epoch, file),
            _("The runs could not be compared"),
            self._on_read,
            self._on_not_read,
        )

    @Slot(object)
    def _on_read(self, pair: ComparedPair) -> None:
        if self.sender() is not self._job:
            return
        self._job, self._read_before = None, self._asked
        is_new = self._pair is None or self._pair.ids != pair.ids
        self._pair = pair
        if self._is_wanted:
            self._page.show_pair(pair)
        self._show_rival(is_new=is_new)

    @Slot(str)
    def _on_not_read(self, sentence: str) -> None:
        if self.sender() is self._job:
            self._job = None
            if self._pair is not None:  # which is what changes are of from now on
                self._asked = self._read_before
            self.failed.emit(sentence)

    @Slot(object)
    def _on_selection(self, letters: dict[int, str]) -> None:
        """Show the verdict on what is selected, if it was asked for, and else how to ask for it."""
        self._letters = letters
        self._is_wanted = letters.keys() == set(self._asked[0])
        is_it = self._pair is not None and self._pair.ids == letters.keys()
        self._page.show_pair(
            self._pair if is_it else None,
            can_compare=bool(letters),
            obstacle=self._obstacle(letters),
            file="" if self._file is None else self._file.name,
        )

    def _obstacle(self, run_ids: Iterable[int]) -> str:
        """Say why runs cannot be compared though they are two; nothing where they can."""
        chosen = set(run_ids)
        for record in self._panel.model.records:
            if record.id in chosen and not record.epochs_done:
                text = _("{name} has finished no epoch yet, so there is no verdict.")
                return text.format(name=quoted_title(record.name))
        return ""

    def _show_rival(self, *, is_new: bool) -> None:
        """Compare image by image in the gallery, too, if A is what it shows."""
        pair = self._pair
        if pair is None or not pair.can_show_images:
            return
        predictions = pair.b.predictions
        if not self._is_open(pair.a) or predictions is None:
            if is_new:
                self._gallery.end_comparison()  # what is A and B there is other than here
            return
        record, unlike = pair.b.runs[0].record, ""
        if not pair.a.is_file:
            a, b = pair.a.contestant, pair.b.contestant
            unlike = unlike_courses((a.config, a.course), (b.config, b.course))
        self._gallery.compare_with(Rival(record.id, record.name, predictions, unlike))

    def _is_open(self, side: Side) -> bool:
        """Whether the window shows it."""
        return side is self._file if side.is_file else side.ids[0] == self._session.run_id

    # To the images

    @Slot(object)
    def _on_images_requested(self, show: Show) -> None:
        self._look(Query(show=show, sort=self._gallery.query.sort))

    @Slot(str, object)
    def _on_cell_requested(self, letter: str, cell: Cell) -> None:
        """Show the images of a cell of the matrix of A; for that of B, B is opened.

        Beside a network from a file, which would be closed by that, they are asked for there.
        """
        if self._pair is None:
            return
        true_class, predicted = cell
        query = Query(sort=self._gallery.query.sort)
        if letter == "A":
            self._look(query.at_cell(*cell))
        elif self._pair.a.is_file:
            self._look(replace(query, true_class=true_class, rival_class=predicted))
        else:
            self._open(self._pair.b.ids[0], query.at_cell(*cell))

    @Slot(int)
    def _on_epoch_requested(self, epoch: int) -> None:
        self._read(self._asked[0], epoch)

    def _look(self, query: Query) -> None:
        if self._pair is None or not self._pair.can_show_images:
            return
        if self._pair.a.is_file:
            self._show_images(query)
        else:
            self._open(self._pair.a.ids[0], query)

    def _open(self, run_id: int, query: Query) -> None:
        """Show images of a run, which is opened first if it is not open."""
        self._wanted = None if self._session.state.is_active else (run_id, query)
        if self._session.run_id == run_id:
            self._show_images(query)
        else:
            self.open_requested.emit(run_id)

    def _show_images(self, query: Query) -> None:
        self._wanted = None
        self._show_rival(is_new=False)
        a = None if self._pair is None else self._pair.a
        if a is not None and a.predictions is not None and self._is_open(a):
            self._gallery.look_at(a.predictions.epoch)
        self._gallery.ask(query)
        self.images_shown.emit()

    @Slot()
    def _on_run_opened(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted[0] == self._session.run_id:
            self._show_images(wanted[1])

    # The comparison in the gallery follows the run that is open

    @Slot(int)
    def _on_run_kept(self, run_id: int) -> None:
        self._follow_open_run()
        self._tell_unlike()
        sides = () if self._pair is None else self._pair.sides.values()
        if self._store is None or not any(run_id in side.ids for side in sides):
            return
        with telling(self.failed):
            self.show_changes([self._store.record(run_id)])

    @Slot()
    def _follow_open_run(self) -> None:
        if self._session.run_id == self._open_id:
            return
        self._open_id = self._session.run_id
        rival = self._gallery.rival
        if rival is not None and self._open_id == rival.run_id:
            self._gallery.end_comparison()
        self._tell_unlike()

    def _tell_unlike(self) -> None:
        """Say how the two runs that are compared image by image were not trained alike."""
        rival, open_id = self._gallery.rival, self._session.run_id
        if self._store is None or rival is None or open_id is None:
            return
        with telling(self.failed):
            unlike = _unlike(self._store, open_id, rival.run_id)
            self._gallery.tell_of_rival(rival.run_id, unlike=unlike)


def _unlike(store: RunStore, open_id: int, run_id: int) -> str:
    """Say how the learning rate of a run went differently from that of the open one."""
    curves = store.curves([open_id, run_id], first=MAX_EPOCHS + 1)  # without any of their points
    one, other = ((run.record.config, run.course) for run in curves)
    return unlike_courses(one, other)
