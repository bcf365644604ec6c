"""Browse the images, and above all those that the network gets wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from lenet_desktop.analysis.queries import Query, Show, Sort
from lenet_desktop.data.datasets import ImageSet, Split
from lenet_desktop.data.duplicates import Duplicates
from lenet_desktop.data.marks import Mark
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.text.wording import quoted_title
from lenet_desktop.ui.gallery.classes.class_details import ClassDetails
from lenet_desktop.ui.gallery.classes.confusion_matrix import Cell
from lenet_desktop.ui.gallery.escape_to_grid import WayBack
from lenet_desktop.ui.gallery.exporter import GalleryContent
from lenet_desktop.ui.gallery.filters.epochs_bar import EpochsBar
from lenet_desktop.ui.gallery.filters.filter_bar import FilterBar
from lenet_desktop.ui.gallery.filters.rival_bar import RivalBar
from lenet_desktop.ui.gallery.gallery_state import GalleryState, Rival
from lenet_desktop.ui.gallery.grid.empty_reasons import FAILED, LOADING, why_empty, why_unpredicted
from lenet_desktop.ui.gallery.grid.gallery_model import GalleryModel
from lenet_desktop.ui.gallery.grid.grid_selection import GridSelection
from lenet_desktop.ui.gallery.grid.grid_view import GridView
from lenet_desktop.ui.gallery.image.image_details import ImageDetails
from lenet_desktop.ui.gallery.pictures import MOST_IMAGES
from lenet_desktop.ui.gallery.view_bar import ViewBar
from lenet_desktop.ui.kit.stacking_splitter import StackingSplitter
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme
from lenet_desktop.ui.kit.vertical_scroll_area import TallArea


class GalleryPanel(QWidget):
    """Filters, the grid of images, the inspector and the confusion matrix."""

    problem_found = Signal(str)  # a sentence about what was typed
    problem_solved = Signal()
    judging_requested = Signal(object)  # Snapshots to judge on the training images, and no others
    content_changed = Signal()  # there is something else to save or copy
    menu_requested = Signal(QPoint)  # where on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gallery_panel")
        self.state = GalleryState()
        self._marks: Mapping[tuple[Split, int], Mark] = {}
        self._theme = LIGHT
        self._failed = self._running = False
        self._build()
        self._lay_out()
        self._connect()
        self._show_count()

    def _build(self) -> None:
        self.filters = FilterBar()
        self.chips = self.filters.chips
        self.view_bar = ViewBar()
        self.rival_bar = RivalBar()
        self.epochs_bar = EpochsBar()
        self.model = GalleryModel(self)
        self.view = GridView()
        self.view.setObjectName("gallery_view")
        self.view.setAccessibleName("Test images")
        self.view.setModel(self.model)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.fit_cells()
        self.selection = GridSelection(self.view, self.model)
        self.about_image = ImageDetails()
        self.about_classes = ClassDetails()
        for details in (self.about_image, self.about_classes):
            WayBack(details, self.view)
        self.inspector = self.about_image.inspector
        self.matrix = self.about_classes.matrix
        self.details = StackingSplitter(self.about_image, self.about_classes)
        self.details.setHandleWidth(SPACING)
        self.splitter = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.splitter.addWidget(self._grid_with_bars())
        self.splitter.addWidget(self.details)
        self.splitter.setHandleWidth(SPACING)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([400, 270])

    def _grid_with_bars(self) -> QWidget:
        """Put what is compared below the grid, where its coming and going moves nothing."""
        pane = QWidget()
        layout = QVBoxLayout(pane)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.rival_bar)
        layout.addWidget(self.epochs_bar)
        return pane

    def _lay_out(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(SPACING // 2, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.filters)
        layout.addWidget(self.view_bar)
        layout.addWidget(self.splitter, 1)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(TallArea(content))

    def _connect(self) -> None:
        self.filters.query_changed.connect(self._on_query_changed)
        self.filters.number_entered.connect(self.show_number)
        self.filters.problem_found.connect(self.problem_found)
        self.filters.problem_solved.connect(self.problem_solved)
        self.epochs_bar.show_requested.connect(self._on_show_requested)
        self.rival_bar.show_requested.connect(self._on_show_requested)
        self.rival_bar.ended.connect(self.end_comparison)
        self.view_bar.source_changed.connect(self.show_source)
        self.view_bar.epoch_changed.connect(self.show_epoch)
        self.view_bar.scale_changed.connect(self._on_scale_changed)
        self.view.scale_step_requested.connect(self.view_bar.step_scale)
        self.view.inspection_requested.connect(self._on_inspection_wanted)
        self.selection.changed.connect(self._show_inspected)
        self.inspector.strip.epoch_chosen.connect(self.show_epoch)
        self.inspector.twins.image_chosen.connect(self._on_twin_chosen)
        self.about_image.currentChanged.connect(self._on_page_changed)
        self.about_image.inside.training_image_chosen.connect(self._on_training_image_chosen)
        self.about_classes.currentChanged.connect(self._on_page_changed)
        self.about_classes.cell_chosen.connect(self._on_cell_chosen)
        self.about_classes.suspects.image_chosen.connect(self._on_suspect_chosen)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)

    @property
    def selected(self) -> int | None:
        """The number of the image that is looked at, None when there is none."""
        return self.selection.number

    def show_images(self, images: ImageSet, split: Split = Split.TEST) -> None:
        """Let these images be browsed; nothing is predicted for them yet."""
        self.state.set_images(split, images)
        if len(images):
            self.selection.start(split)
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
        """Look at a run that is brought back, with the answers and networks of its epochs.

        Answers for other test images than those of this window cannot be shown; that is told.
        """
        networks = {snapshot.epoch: snapshot for snapshot in snapshots}
        self.state.forget()
        self.about_classes.suspects.show_untrained()  # those of the run before are none of this one
        images = self.state.images(Split.TEST)
        labels = [] if images is None else [answers.labels for answers in predictions]
        if images is not None and not all(np.array_equal(each, images.labels) for each in labels):
            self.problem_found.emit(
                "This run was judged on other test images than those of this window, so what it "
                "said of them cannot be shown. Its curves and settings are complete."
            )
            predictions = ()
        for answers in predictions:
            self.state.add(answers, networks.get(answers.epoch))
        self._show_state()

    def show_rival(self, rival: Rival) -> None:
        """Compare another run with the one that is shown, image by image."""
        images = self.state.images(Split.TEST)
        if images is None or not np.array_equal(rival.predictions.labels, images.labels):
            self.problem_found.emit(
                f"{quoted_title(rival.name)} was judged on other images, so the two runs cannot be "
                "compared image by image."
            )
            return
        self._browse(Split.TEST)
        self._compare_with(rival)

    @Slot(int, str)
    def rename_rival(self, run_id: int, name: str) -> None:
        """Call the run that is compared with by its new name."""
        rival = self.state.rival
        if rival is not None and rival.run_id == run_id and rival.name != name:
            self.state.rival = replace(rival, name=name)
            self._show_state()

    @Slot(int, str)
    def tell_unlike(self, run_id: int, unlike: str) -> None:
        """Say how the learning rate of the run that is compared with went differently by now."""
        rival = self.state.rival
        if rival is not None and rival.run_id == run_id and rival.unlike != unlike:
            self.state.rival = replace(rival, unlike=unlike)
            self._show_state()

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
        self.model.set_duplicates(duplicates)
        self.about_image.show_duplicates(duplicates)
        self.about_classes.suspects.show_duplicates(duplicates)
        self._show_inspected()

    def show_marks(self, marks: Mapping[tuple[Split, int], Mark]) -> None:
        """Show what a person noted on images."""
        self._marks = marks
        self.selection.note_place()
        self.model.set_marks(marks)
        self.selection.refresh()
        self.about_image.show_marks(marks)
        self._show_count()
        self._show_what_is_in_sight()

    def content(self) -> GalleryContent:
        """Return what is shown right now, to be saved or copied."""
        split, numbers = self.state.split, self.model.numbers
        first = min(self.view.first_visible_row(), max(0, len(numbers) - 1))
        rows = range(first, min(first + MOST_IMAGES, len(numbers)))
        return GalleryContent(
            images=self.model.images,
            split_name="training" if split is Split.TRAIN else "test",
            numbers=numbers,
            query=self.model.query,
            first_row=first,
            predictions=self.model.predictions,
            selected=self.selected,
            marks={
                number: (str(mark.kind), mark.note)
                for (part, number), mark in self._marks.items()
                if part is split
            },
            twin_marks={int(numbers[row]): self.model.twin_mark(row) for row in rows},
            counts=self.matrix.counts,
            in_percent=self.matrix.in_percent,
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
            self._show_state()
            self.selection.ask_anew()
            self._show_inspected()

    @Slot(object)
    def show_epoch(self, epoch: int | None) -> None:
        """Look back at an epoch, or follow the newest with None."""
        self.state.look_at(None if epoch == self.state.newest else epoch)
        self._show_state()

    def show_running(self, running: bool, *, paused: bool = False) -> None:
        """Choose words that fit to whether a network is learning, and leave the processor to it."""
        self._running = running
        self.state.spares_run = running and not paused
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
        self.selection.choose(number)
        self._show_inspected()
        if self.model.row_of(number) is not None:
            self.selection.scroll_there()
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
        state = self.state
        self.selection.note_place()
        self.filters.offer_epochs(state.newest)
        self.model.ask(self.filters.query, state.answers)
        self.about_classes.show_state(state, running=self._running)
        self.view_bar.show_epochs(state.epochs, state.epoch)
        self.selection.refresh()
        self._show_count()
        self._show_inspected()
        self._ask_about_training_images()

    def _ask_about_training_images(self) -> None:
        """Have the training images judged as far as it is needed, and no further."""
        doubting = self.about_classes.is_doubting
        wanted = self.state.to_judge(self.filters.query, doubting=doubting)
        self.judging_requested.emit(wanted)

    def _show_count(self) -> None:
        state, query, answers = self.state, self.filters.query, self.state.answers
        images = self.model.images
        total, shown = 0 if images is None else len(images), len(self.model.numbers)
        is_known = answers.can_answer(query)
        self.filters.show_count(
            shown if is_known else None,
            total,
            state.split,
            is_sorted=query.sort is Sort.NUMBER or state.epoch is not None,
        )
        self.rival_bar.show_comparison(state, query.show)
        self.epochs_bar.show_comparison(query, answers, self.model.count)
        self.about_classes.mark((query.true_class, query.predicted_class))
        self.matrix.set_placeholder(why_unpredicted(state, running=self._running))
        if not shown:
            self.view.set_placeholder(self._why_empty())

    def _why_empty(self) -> str:
        if self.model.images is None:
            return FAILED if self._failed else LOADING
        return why_empty(
            self.filters.query,
            self.state,
            self.model.count,
            running=self._running,
            any_marked=len(self.model.marked) > 0,
        )

    def _show_inspected(self) -> None:
        unpredicted = why_unpredicted(self.state, running=self._running)
        self.about_image.show_image(self.state, self.selected, unpredicted)
        self.about_classes.suspects.show_chosen(self.selected)
        self._show_what_is_in_sight()

    def _show_what_is_in_sight(self) -> None:
        self.filters.show_left_out(self.selection.left_out)
        self.content_changed.emit()

    @Slot(object)
    def _on_show_requested(self, show: Show) -> None:
        self.filters.set_query(replace(self.filters.query, show=show))

    @Slot(object)
    def _on_query_changed(self, query: Query) -> None:
        self.model.ask(query, self.state.answers)
        self.selection.ask_anew()
        self._show_count()
        self._show_inspected()
        self._ask_about_training_images()

    @Slot(int)
    def _on_scale_changed(self, scale: int) -> None:
        with self.selection.kept_in_sight():
            self.view.cells.set_scale(scale)
            self.view.fit_cells()

    @Slot()
    def _on_inspection_wanted(self) -> None:
        """Lead the keyboard to the image, enlarged; Esc leads back."""
        self.about_image.setCurrentIndex(0)
        self.inspector.picture.setFocus()

    @Slot()
    def _on_page_changed(self) -> None:
        """Find out what only the page that is looked at needs."""
        self.about_classes.show_state(self.state, running=self._running)
        self._show_inspected()
        self._ask_about_training_images()

    @Slot(int)
    def _on_suspect_chosen(self, number: int) -> None:
        self.selection.choose(number)
        self.selection.scroll_there()
        self._show_inspected()

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        self.menu_requested.emit(self.view.viewport().mapToGlobal(place))

    @Slot(int)
    def _on_training_image_chosen(self, number: int) -> None:
        self._on_twin_chosen(Split.TRAIN, number)

    @Slot(object, int)
    def _on_twin_chosen(self, split: Split, number: int) -> None:
        self._browse(split)
        self.show_number(number)

    def _browse(self, split: Split) -> None:
        """Browse a part of the data, where it is not browsed already."""
        if split is not self.state.split:
            self.show_source(split)

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        """Show the images of the cell, among those that the other filters leave."""
        self.filters.set_query(self.filters.query.at_cell(*cell))
