"""Browse the images, and above all those that the network gets wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QSplitter, QTabWidget, QVBoxLayout, QWidget

from lenet_desktop.core.datasets import ImageSet, Split
from lenet_desktop.core.duplicates import Duplicates, EqualImage
from lenet_desktop.core.marks import Mark, MarkKind
from lenet_desktop.core.predictions import PredictionSet
from lenet_desktop.core.queries import Query, Show
from lenet_desktop.core.snapshot import Snapshot
from lenet_desktop.session.inspection_session import ImageInspected
from lenet_desktop.ui.gallery_panel.confused_pairs import ConfusedPairs
from lenet_desktop.ui.gallery_panel.confusion_matrix import Cell, ConfusionMatrix
from lenet_desktop.ui.gallery_panel.exporter import GalleryContent
from lenet_desktop.ui.gallery_panel.filter_bar import FilterBar
from lenet_desktop.ui.gallery_panel.filter_chips import FilterChips
from lenet_desktop.ui.gallery_panel.gallery_model import GalleryModel, Role
from lenet_desktop.ui.gallery_panel.gallery_state import GalleryState
from lenet_desktop.ui.gallery_panel.grid_view import GridView
from lenet_desktop.ui.gallery_panel.image_delegate import ImageDelegate
from lenet_desktop.ui.gallery_panel.inspection_view import InspectionView
from lenet_desktop.ui.gallery_panel.inspector import Inspector
from lenet_desktop.ui.gallery_panel.mark_editor import MarkEditor
from lenet_desktop.ui.gallery_panel.suspect_list import SuspectList
from lenet_desktop.ui.gallery_panel.view_bar import ViewBar
from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.theme import LIGHT, SPACING, Theme

_LOADING = "Loading the test images…"
_FAILED = "The test images could not be loaded."
_UNTRAINED = "Press Start to see what LeNet gets wrong."
_LEARNING = "The first predictions come after the first epoch."
_JUDGING = "The network is asked about the training images…"
_LOST = "The network of this epoch was not kept, so it cannot be asked about training images."
_LATER = "The training images are judged when the run is over, or after an earlier epoch."
_UNKNOWN_INSIDE = "The network of this epoch was not kept, so nobody can look into it."
_DOUBTED_EPOCHS = 10
_NOTHING = "No image is like this. Show all images, or any class."


class GalleryPanel(QWidget):
    """Filters, the grid of images, the inspector and the confusion matrix."""

    problem_found = Signal(str)  # a sentence about what was typed
    problem_solved = Signal()
    judging_requested = Signal(object)  # Snapshot, to be judged on the training images
    suspects_requested = Signal(object, object)  # labels, probabilities of each epoch
    mark_changed = Signal(object, int, object)  # Split, number, Mark or None
    menu_requested = Signal(QPoint)  # where on the screen
    inspection_requested = Signal(object, int, object)  # Snapshot, number, pixels (28, 28)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gallery_panel")
        self.state = GalleryState()
        self._selected: dict[Split, int] = {}
        self._marks: Mapping[tuple[Split, int], Mark] = {}
        self._marking: tuple[Split, int] | None = None
        self._duplicates: Duplicates | None = None
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
        self.model = GalleryModel(self)
        self.delegate = ImageDelegate(self)
        self.view = GridView()
        self.view.setObjectName("gallery_view")
        self.view.setAccessibleName("Test images")
        self.view.setItemDelegate(self.delegate)
        self.view.setModel(self.model)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._fit_cells()
        self.inspector = Inspector()
        self.matrix = ConfusionMatrix()
        self.pairs = ConfusedPairs()
        self.suspects = SuspectList()
        self.percent = identify(
            QCheckBox("Percent"),
            "matrix_percent_input",
            "Percentages instead of counts",
            "Shows which share of each true class was taken for each class.",
        )
        self.inside = InspectionView()
        self.mark_editor = MarkEditor()
        self.about_image = _tabs(
            "image_tabs",
            {
                "Image": _above(self.inspector, self.mark_editor),
                "Inside the network": self.inside,
            },
        )
        self.about_classes = _tabs(
            "class_tabs",
            {
                "Confusion matrix": self.matrix,
                "Most confused": self.pairs,
                "Suspect labels": self.suspects,
            },
        )
        self.about_classes.setCornerWidget(self.percent)
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
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING // 2, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.filters)
        layout.addWidget(self.chips)
        layout.addWidget(self.view_bar)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.filters.query_changed.connect(self._on_query_changed)
        self.filters.number_entered.connect(self.show_number)
        self.filters.problem_found.connect(self.problem_found)
        self.filters.problem_solved.connect(self.problem_solved)
        self.chips.query_changed.connect(self.filters.set_query)
        self.view_bar.source_changed.connect(self.show_source)
        self.view_bar.epoch_changed.connect(self.show_epoch)
        self.view_bar.scale_changed.connect(self._on_scale_changed)
        self.view.scale_step_requested.connect(self.view_bar.step_scale)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.inspector.strip.epoch_chosen.connect(self.show_epoch)
        self.about_image.currentChanged.connect(self._on_image_tab_changed)
        self.about_classes.currentChanged.connect(self._on_class_tab_changed)
        self.suspects.image_chosen.connect(self._on_suspect_chosen)
        self.mark_editor.mark_changed.connect(self._on_mark_changed)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self.inside.training_image_chosen.connect(self._on_training_image_chosen)
        self.matrix.cell_chosen.connect(self._on_cell_chosen)
        self.pairs.pair_chosen.connect(self._on_cell_chosen)
        self.percent.toggled.connect(self.matrix.show_percentages)

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

    def show_training_predictions(self, predictions: PredictionSet) -> None:
        """Take in what a network says of the training images."""
        self.state.add_training(predictions)
        self._show_state()

    @Slot(object)
    def show_duplicates(self, duplicates: Duplicates) -> None:
        """Say which images there are more than once."""
        self._duplicates = duplicates
        self.suspects.show_duplicates(duplicates)
        self._show_inspected()

    def show_marks(self, marks: Mapping[tuple[Split, int], Mark]) -> None:
        """Show what a person noted on images."""
        self._marks = marks
        self.model.set_marks(marks)
        self._show_mark()

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
        for part in (self.delegate, self.inspector, self.inside, self.matrix, self.suspects):
            part.show_theme(theme)
        self._fit_cells()
        self.view.viewport().update()

    def _show_state(self) -> None:
        """Bring everything in line with the source and the epoch that are looked at."""
        state, bar = self.state, self.view.verticalScrollBar()
        if self.model.rowCount():  # an empty grid, between two runs, has no place to come back to
            self._scrolled_to = bar.value()
        predictions = state.predictions
        self.model.set_predictions(predictions, state.source.history)
        self.matrix.show_predictions(predictions)
        self.pairs.show_counts(self.matrix.counts)
        self.view_bar.show_epochs(state.epochs, state.epoch)
        self._ask_about_training_images()
        self._look_for_suspects()
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

    def _look_for_suspects(self) -> None:
        """Have the test labels doubted anew, while somebody looks at the list."""
        state = self.state
        if state.epoch is None or state.split is not Split.TEST:
            self.suspects.show_untrained(running=self._running)
        elif self.about_classes.currentWidget() is self.suspects:
            recent = state.source.history.recent(state.epoch, _DOUBTED_EPOCHS)
            self.suspects.show_computing()
            self.suspects_requested.emit(recent[-1].labels, [each.probabilities for each in recent])

    def _fit_cells(self) -> None:
        self.view.setGridSize(self.delegate.cell_size(self.view.font()))

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
        self.inspector.show_image(
            self.model.images,
            self.selected,
            self.model.predictions,
            split=self.state.split,
            history=self.state.source.history,
            why_unpredicted=self._why_unpredicted(),
            equal_images=self._equal_images(),
        )
        self._show_mark()
        self._look_inside()

    def _equal_images(self) -> Sequence[EqualImage]:
        if self._duplicates is None or self.selected is None:
            return ()
        is_test = self.state.split is Split.TEST
        find = self._duplicates.of_test if is_test else self._duplicates.of_train
        return find(self.selected)

    def _show_mark(self) -> None:
        key = None if self.selected is None else (self.state.split, self.selected)
        if key == self._marking:
            if not self.mark_editor.isAncestorOf(self.focusWidget() or self):
                self.mark_editor.show_mark(None if key is None else self._marks.get(key))
            return
        self.mark_editor.commit()  # a note that was typed belongs to the image before
        self._marking = key
        self.mark_editor.setEnabled(key is not None)
        self.mark_editor.show_mark(None if key is None else self._marks.get(key))

    def _look_inside(self) -> None:
        """Ask what the network saw in the image, while that is looked at."""
        snapshot, images, number = self.state.snapshot, self.model.images, self.selected
        if images is None or number is None or snapshot is None:
            lost = self.state.epoch is not None
            self.inside.show_placeholder(_UNKNOWN_INSIDE if lost else self._why_unpredicted())
        elif self.about_image.currentWidget() is self.inside:
            self.inspection_requested.emit(snapshot, number, images.images[number, 0])

    @Slot(object)
    def show_inspection(self, told: ImageInspected) -> None:
        """Show what the network saw in an image, unless another is looked at by now."""
        images = self.model.images
        if images is None or (told.number, told.epoch) != (self.selected, self.state.epoch):
            return
        if np.array_equal(told.inspection.pixels, images.images[told.number, 0]):
            self.inside.show_inspection(told.inspection, int(images.labels[told.number]))

    def _scroll_to_selected(self) -> None:
        row = None if self.selected is None else self.model.row_of(self.selected)
        if row is None:
            self.view.scrollToTop()
        else:
            self.view.scrollTo(self.model.index(row))

    @Slot(object)
    def _on_query_changed(self, query: Query) -> None:
        self.model.set_query(query)
        self._after_selection()
        self._scroll_to_selected()

    @Slot(int)
    def _on_scale_changed(self, scale: int) -> None:
        self.delegate.set_scale(scale)
        self._fit_cells()
        self.view.doItemsLayout()
        self._scroll_to_selected()

    @Slot()
    def _on_image_tab_changed(self) -> None:
        self._look_inside()

    @Slot()
    def _on_class_tab_changed(self) -> None:
        self.percent.setVisible(self.about_classes.currentWidget() is self.matrix)
        self._look_for_suspects()

    @Slot(int)
    def _on_suspect_chosen(self, number: int) -> None:
        self._selected[self.state.split] = number
        self._after_selection()
        self._scroll_to_selected()

    @Slot(object)
    def _on_mark_changed(self, mark: Mark | None) -> None:
        if self._marking is not None:
            self.mark_changed.emit(*self._marking, mark)

    @Slot()
    def mark_selected(self) -> None:
        """Mark the image: its label is wrong, it is ambiguous, no mark, one after the other."""
        kinds = [None, *MarkKind]
        mark = self.mark_editor.mark
        kind = kinds[(kinds.index(mark.kind if mark else None) + 1) % len(kinds)]
        if self._marking is not None:
            note = mark.note if mark else ""
            changed = None if kind is None else Mark(kind, note)
            self.mark_changed.emit(*self._marking, changed)

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


def _above(first: QWidget, second: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, SPACING // 2, 0, 0)
    layout.setSpacing(SPACING // 2)
    layout.addWidget(first, 1)
    layout.addWidget(second)
    return page


def _tabs(object_name: str, pages: dict[str, QWidget]) -> QTabWidget:
    tabs = QTabWidget(documentMode=True)
    tabs.setObjectName(object_name)
    for title, page in pages.items():
        tabs.addTab(page, title)
    return tabs
