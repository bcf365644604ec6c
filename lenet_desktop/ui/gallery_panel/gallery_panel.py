"""Browse the images, and above all those that the network gets wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from lenet_desktop.core.datasets import ImageSet, Split
from lenet_desktop.core.duplicates import Duplicates
from lenet_desktop.core.marks import Mark
from lenet_desktop.core.predictions import PredictionSet
from lenet_desktop.core.queries import Query, Show
from lenet_desktop.core.snapshot import Snapshot
from lenet_desktop.ui.gallery_panel.class_details import ClassDetails
from lenet_desktop.ui.gallery_panel.confusion_matrix import Cell
from lenet_desktop.ui.gallery_panel.exporter import GalleryContent
from lenet_desktop.ui.gallery_panel.filter_bar import FilterBar
from lenet_desktop.ui.gallery_panel.filter_chips import FilterChips
from lenet_desktop.ui.gallery_panel.gallery_model import GalleryModel, Role
from lenet_desktop.ui.gallery_panel.gallery_state import GalleryState, Rival
from lenet_desktop.ui.gallery_panel.grid_view import GridView
from lenet_desktop.ui.gallery_panel.image_details import ImageDetails
from lenet_desktop.ui.gallery_panel.rival_bar import RivalBar
from lenet_desktop.ui.gallery_panel.view_bar import ViewBar
from lenet_desktop.ui.runs_panel.run_texts import quoted
from lenet_desktop.ui.tall_area import TallArea
from lenet_desktop.ui.theme import LIGHT, SPACING, Theme

_LOADING = "Loading the test images…"
_FAILED = "The test images could not be loaded."
_UNTRAINED = "Press Start to see what LeNet gets wrong."
_LEARNING = "The first predictions come after the first epoch."
_JUDGING = "The network is asked about the training images…"
_LOST = "The network of this epoch was not kept, so it cannot be asked about training images."
_LATER = "The training images are judged when the run is over, or after an earlier epoch."
_NOTHING = "No image is like this. Show all images, or any class."


class GalleryPanel(QWidget):
    """Filters, the grid of images, the inspector and the confusion matrix."""

    problem_found = Signal(str)  # a sentence about what was typed
    problem_solved = Signal()
    judging_requested = Signal(object)  # Snapshot, to be judged on the training images
    menu_requested = Signal(QPoint)  # where on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gallery_panel")
        self.state = GalleryState()
        self._selected: dict[Split, int] = {}
        self._marks: Mapping[tuple[Split, int], Mark] = {}
        self._theme = LIGHT
        self._scrolled_to = 0
        self._failed = self._running = False
        self._build()
        self._lay_out()
        self._connect()
        self._show_count()

    def _build(self) -> None:
        self.filters = FilterBar()
        self.chips = FilterChips()
        self.view_bar = ViewBar()
        self.rival_bar = RivalBar()
        self.model = GalleryModel(self)
        self.view = GridView()
        self.view.setObjectName("gallery_view")
        self.view.setAccessibleName("Test images")
        self.view.setModel(self.model)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.fit_cells()
        self.about_image = ImageDetails()
        self.about_classes = ClassDetails()
        self.inspector = self.about_image.inspector
        self.matrix = self.about_classes.matrix
        self.details = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.details.addWidget(self.about_image)
        self.details.addWidget(self.about_classes)
        self.details.setHandleWidth(SPACING)
        self.splitter = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.splitter.addWidget(self.view)
        self.splitter.addWidget(self.details)
        self.splitter.setHandleWidth(SPACING)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([400, 270])

    def _lay_out(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACING // 2, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.filters)
        layout.addWidget(self.chips)
        layout.addWidget(self.view_bar)
        layout.addWidget(self.rival_bar)
        layout.addWidget(self.splitter, 1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(TallArea(content))

    def _connect(self) -> None:
        self.filters.query_changed.connect(self._on_query_changed)
        self.filters.number_entered.connect(self.show_number)
        self.filters.problem_found.connect(self.problem_found)
        self.filters.problem_solved.connect(self.problem_solved)
        self.chips.query_changed.connect(self.filters.set_query)
        self.rival_bar.show_requested.connect(self._on_show_requested)
        self.rival_bar.ended.connect(self.end_comparison)
        self.view_bar.source_changed.connect(self.show_source)
        self.view_bar.epoch_changed.connect(self.show_epoch)
        self.view_bar.scale_changed.connect(self._on_scale_changed)
        self.view.scale_step_requested.connect(self.view_bar.step_scale)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.inspector.strip.epoch_chosen.connect(self.show_epoch)
        self.about_image.currentChanged.connect(self._on_page_changed)
        self.about_image.inside.training_image_chosen.connect(self._on_training_image_chosen)
        self.about_classes.currentChanged.connect(self._on_page_changed)
        self.about_classes.cell_chosen.connect(self._on_cell_chosen)
        self.about_classes.suspects.image_chosen.connect(self._on_suspect_chosen)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)

    @property
    def selected(self) -> int | None:
        """The number of the image that is looked at, None when there is none."""
        return self._selected.get(self.state.split)

    def show_images(self, images: ImageSet, split: Split = Split.TEST) -> None:
        """Let these images be browsed; nothing is predicted for them yet."""
        self.state.set_images(split, images)
        if len(images):
            self._selected[split] = 0
        if split is Split.TRAIN:
            self.view_bar.allow_training_images(True)
        if split is self.state.split:
            self.model.set_images(images, split)
            self._show_state()

    def show_predictions(
        self, predictions: PredictionSet | None, snapshot: Snapshot | None = None
    ) -> None:
        """Take in what a network says of the test images after its next epoch.

        Selection and scroll position are kept. None forgets all of it, as a new run does.

        Args:
            predictions: the answers for all test images.
            snapshot: the network that gave them, to ask it about other images.
        """
        if predictions is None:
            self.state.forget()
        else:
            self.state.add(predictions, snapshot)
        self._show_state()

    def show_run(self, predictions: Sequence[PredictionSet], snapshots: Sequence[Snapshot]) -> None:
        """Look at a run that is brought back, with the answers and networks of its epochs."""
        networks = {snapshot.epoch: snapshot for snapshot in snapshots}
        self.state.forget()
        for answers in predictions:
            self.state.add(answers, networks.get(answers.epoch))
        self._show_state()

    def show_rival(self, rival: Rival) -> None:
        """Compare another run with the one that is shown, image by image."""
        images = self.state.images(Split.TEST)
        if images is None or not np.array_equal(rival.predictions.labels, images.labels):
            self.problem_found.emit(
                f"{quoted(rival.name)} was judged on other images, so the two runs cannot be "
                "compared image by image."
            )
            return
        self.show_source(Split.TEST)
        self._compare_with(rival)

    @Slot()
    def end_comparison(self) -> None:
        """Show one run again."""
        if self.state.rival is not None:
            self._compare_with(None)

    def _compare_with(self, rival: Rival | None) -> None:
        self.state.rival = rival
        self.view.cells.set_compared(rival is not None)
        self.view.fit_cells()
        self.filters.offer_comparison(rival is not None)
        self._show_state()

    def show_training_predictions(self, predictions: PredictionSet) -> None:
        """Take in what a network says of the training images."""
        self.state.add_training(predictions)
        self._show_state()

    @Slot(object)
    def show_duplicates(self, duplicates: Duplicates) -> None:
        """Say which images there are more than once."""
        self.about_image.show_duplicates(duplicates)
        self.about_classes.suspects.show_duplicates(duplicates)
        self._show_inspected()

    def show_marks(self, marks: Mapping[tuple[Split, int], Mark]) -> None:
        """Show what a person noted on images."""
        self._marks = marks
        self.model.set_marks(marks)
        self.about_image.show_marks(marks)

    def content(self) -> GalleryContent:
        """Return what is shown right now, to be saved or copied."""
        split = self.state.split
        return GalleryContent(
            images=self.model.images,
            split_name="training" if split is Split.TRAIN else "test",
            numbers=self.model.numbers,
            predictions=self.model.predictions,
            selected=self.selected,
            marks={
                number: (str(mark.kind), mark.note)
                for (part, number), mark in self._marks.items()
                if part is split
            },
            counts=self.matrix.counts,
            theme=self._theme,
        )

    @Slot(object)
    def show_source(self, split: Split) -> None:
        """Browse another part of the data set; each keeps its own selection."""
        self.state.split = split
        images = self.state.source.images
        if images is not None:
            self.view.setAccessibleName(f"{split.word.capitalize()}s")
            self.view_bar.show_source(split)
            self.model.set_images(images, split)
            self._scrolled_to = 0
            self._show_state()
            self._scroll_to_selected()

    @Slot(object)
    def show_epoch(self, epoch: int | None) -> None:
        """Look back at an epoch, or follow the newest with None."""
        self.state.look_at(None if epoch == self.state.newest else epoch)
        self._show_state()

    def show_running(self, running: bool) -> None:
        """Choose words that fit to whether a network is learning right now."""
        self._running = running
        self._ask_about_training_images()
        self._show_count()
        self._show_inspected()

    def show_failure(self) -> None:
        """Say that there will be no images, if there are none."""
        self._failed = True
        self._show_count()

    @Slot(int)
    def show_number(self, number: int) -> None:
        """Select an image and look at it, in the grid as well if it is among those shown."""
        self._selected[self.state.split] = number
        self._after_selection()
        row = self.model.row_of(number)
        if row is not None:
            self.view.scrollTo(self.model.index(row))
            self.view.setFocus()

    @Slot()
    def toggle_misclassified(self) -> None:
        """Show the misclassified images only, or all of them again."""
        query = self.filters.query
        only = query.show is not Show.MISCLASSIFIED
        self.filters.set_query(replace(query, show=Show.MISCLASSIFIED if only else Show.ALL))

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        for part in (self.view.cells, self.about_image, self.about_classes):
            part.show_theme(theme)
        self.view.fit_cells()
        self.view.viewport().update()

    def _show_state(self) -> None:
        """Bring everything in line with the source and the epoch that are looked at."""
        state, bar = self.state, self.view.verticalScrollBar()
        if self.model.rowCount():  # an empty grid, between two runs, has no place to come back to
            self._scrolled_to = bar.value()
        predictions = state.predictions
        self.model.set_predictions(predictions, state.source.history)
        self.model.set_rival(state.rival_predictions)
        self.about_classes.show_state(state, running=self._running)
        self.view_bar.show_epochs(state.epochs, state.epoch)
        self._ask_about_training_images()
        self._after_selection()
        self.view.doItemsLayout()  # or the bar would still have the range of the rows before
        bar.setValue(self._scrolled_to)

    def _ask_about_training_images(self) -> None:
        """Have the training images judged, but not again and again beside a run."""
        state = self.state
        if state.split is not Split.TRAIN or state.predictions is not None:
            return
        if state.snapshot is not None and not (self._running and state.follows):
            self.judging_requested.emit(state.snapshot)

    def _after_selection(self) -> None:
        """Bring everything beside the grid in line with what the model now shows."""
        if self.selected is not None:
            row = self.model.row_of(self.selected)
            selection = self.view.selectionModel()
            if row is None:
                selection.blockSignals(True)
                selection.clear()
                selection.blockSignals(False)
            else:
                flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
                selection.setCurrentIndex(self.model.index(row), flag)
        self._show_count()
        self._show_inspected()
        self.view.viewport().update()

    def _show_count(self) -> None:
        images, query = self.model.images, self.filters.query
        total = 0 if images is None else len(images)
        self.filters.show_count(len(self.model.numbers), total, self.state.split)
        self.chips.show_query(query)
        self.rival_bar.show_comparison(self.state, query.show)
        self.matrix.mark((query.true_class, query.predicted_class))
        unpredicted = self._why_unpredicted()
        self.matrix.set_placeholder(unpredicted)
        if images is None:
            self.view.set_placeholder(_FAILED if self._failed else _LOADING)
        elif self.model.predictions is None and query.needs_predictions:
            self.view.set_placeholder(unpredicted)
        else:
            self.view.set_placeholder(_NOTHING)

    def _why_unpredicted(self) -> str:
        state = self.state
        if state.epoch is None:
            return _LEARNING if self._running else _UNTRAINED
        if state.snapshot is None:
            return _LOST
        return _LATER if self._running and state.follows else _JUDGING

    def _show_inspected(self) -> None:
        self.about_image.show_image(self.state, self.selected, self._why_unpredicted())

    def _scroll_to_selected(self) -> None:
        row = None if self.selected is None else self.model.row_of(self.selected)
        if row is None:
            self.view.scrollToTop()
        else:
            self.view.scrollTo(self.model.index(row))

    @Slot(object)
    def _on_show_requested(self, show: Show) -> None:
        self.filters.set_query(replace(self.filters.query, show=show))

    @Slot(object)
    def _on_query_changed(self, query: Query) -> None:
        self.model.set_query(query)
        self._after_selection()
        self._scroll_to_selected()

    @Slot(int)
    def _on_scale_changed(self, scale: int) -> None:
        self.view.cells.set_scale(scale)
        self.view.fit_cells()
        self._scroll_to_selected()

    @Slot()
    def _on_page_changed(self) -> None:
        """Find out what only the page that is looked at needs."""
        self.about_classes.show_state(self.state, running=self._running)
        self._show_inspected()

    @Slot(int)
    def _on_suspect_chosen(self, number: int) -> None:
        self._selected[self.state.split] = number
        self._after_selection()
        self._scroll_to_selected()

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        self.menu_requested.emit(self.view.viewport().mapToGlobal(place))

    @Slot(int)
    def _on_training_image_chosen(self, number: int) -> None:
        self.show_source(Split.TRAIN)
        self.show_number(number)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._selected[self.state.split] = current.data(Role.NUMBER)
            self._show_inspected()

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        """Show exactly the images that the cell counts."""
        query = replace(Query(), sort=self.filters.query.sort)
        self.filters.set_query(replace(query, true_class=cell[0], predicted_class=cell[1]))
