"""Browse the test images, and above all those that the network gets wrong."""

from dataclasses import replace

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from lenet_desktop.core.datasets import ImageSet
from lenet_desktop.core.predictions import PredictionSet
from lenet_desktop.core.queries import Query, Show
from lenet_desktop.ui.gallery_panel.confusion_matrix import Cell, ConfusionMatrix
from lenet_desktop.ui.gallery_panel.filter_bar import FilterBar
from lenet_desktop.ui.gallery_panel.gallery_model import GalleryModel, Role
from lenet_desktop.ui.gallery_panel.grid_view import GridView
from lenet_desktop.ui.gallery_panel.image_delegate import ImageDelegate
from lenet_desktop.ui.gallery_panel.inspector import Inspector
from lenet_desktop.ui.theme import SPACING, Theme

_LOADING = "Loading the test images…"
_FAILED = "The test images could not be loaded."
_UNTRAINED = "Press Start to see what LeNet gets wrong."
_LEARNING = "The first predictions come after the first epoch."
_NOTHING = "No image is like this. Show all images, or any class."


class GalleryPanel(QWidget):
    """Filters, the grid of images, the inspector and the confusion matrix."""

    problem_found = Signal(str)  # a sentence about what was typed
    problem_solved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gallery_panel")
        self._selected: int | None = None
        self._scrolled_to = 0
        self._failed = self._running = False
        self._build()
        self._lay_out()
        self._connect()
        self._show_count()

    def _build(self) -> None:
        self.filters = FilterBar()
        self.model = GalleryModel(self)
        self.delegate = ImageDelegate(self)
        self.view = GridView()
        self.view.setObjectName("gallery_view")
        self.view.setAccessibleName("Test images")
        self.view.setItemDelegate(self.delegate)
        self.view.setModel(self.model)
        self._fit_cells()
        self.inspector = Inspector()
        self.matrix = ConfusionMatrix()
        self.details = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self.details.addWidget(self.inspector)
        self.details.addWidget(self.matrix)
        self.details.setHandleWidth(SPACING)
        self.splitter = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self.splitter.addWidget(self.view)
        self.splitter.addWidget(self.details)
        self.splitter.setHandleWidth(SPACING)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([400, 250])

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING // 2, SPACING, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(self.filters)
        layout.addWidget(self.splitter, 1)

    def _connect(self) -> None:
        self.filters.query_changed.connect(self._on_query_changed)
        self.filters.number_entered.connect(self.show_number)
        self.filters.problem_found.connect(self.problem_found)
        self.filters.problem_solved.connect(self.problem_solved)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.matrix.cell_chosen.connect(self._on_cell_chosen)

    def show_images(self, images: ImageSet) -> None:
        """Browse these images; nothing is predicted for them yet."""
        self.model.set_images(images)
        self._selected = 0 if len(images) else None
        self._after_selection()

    def show_predictions(self, predictions: PredictionSet | None) -> None:
        """Show what a network says of the images, keeping selection and scroll position."""
        bar = self.view.verticalScrollBar()
        if self.model.rowCount():  # an empty grid, between two runs, has no place to come back to
            self._scrolled_to = bar.value()
        self.model.set_predictions(predictions)
        self.matrix.show_predictions(predictions)
        self._after_selection()
        self.view.doItemsLayout()  # or the bar would still have the range of the rows before
        bar.setValue(self._scrolled_to)

    def show_running(self, running: bool) -> None:
        """Choose words that fit to whether a network is learning right now."""
        self._running = running
        self._show_count()
        self._show_inspected()

    def show_failure(self) -> None:
        """Say that there will be no images, if there are none."""
        self._failed = True
        self._show_count()

    @Slot(int)
    def show_number(self, number: int) -> None:
        """Select an image and look at it, in the grid as well if it is among those shown."""
        self._selected = number
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
        self.delegate.show_theme(theme)
        self.inspector.show_theme(theme)
        self.matrix.show_theme(theme)
        self._fit_cells()
        self.view.viewport().update()

    def _fit_cells(self) -> None:
        self.view.setGridSize(self.delegate.cell_size(self.view.font()))

    def _after_selection(self) -> None:
        """Bring everything beside the grid in line with what the model now shows."""
        if self._selected is not None:
            row = self.model.row_of(self._selected)
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
        images = self.model.images
        self.filters.show_count(len(self.model.numbers), len(images) if images is not None else 0)
        query = self.filters.query
        self.matrix.mark((query.true_class, query.predicted_class))
        unpredicted = _LEARNING if self._running else _UNTRAINED
        self.matrix.set_placeholder(unpredicted)
        if images is None:
            self.view.set_placeholder(_FAILED if self._failed else _LOADING)
        elif self.model.predictions is None and query.needs_predictions:
            self.view.set_placeholder(unpredicted)
        else:
            self.view.set_placeholder(_NOTHING)

    def _show_inspected(self) -> None:
        model = self.model
        self.inspector.show_image(
            model.images, self._selected, model.predictions, running=self._running
        )

    @Slot(object)
    def _on_query_changed(self, query: Query) -> None:
        self.model.set_query(query)
        self._after_selection()
        row = None if self._selected is None else self.model.row_of(self._selected)
        if row is None:
            self.view.scrollToTop()
        else:
            self.view.scrollTo(self.model.index(row))

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._selected = current.data(Role.NUMBER)
            self._show_inspected()

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        """Show exactly the images that the cell counts."""
        query = self.filters.query
        self.filters.set_query(
            replace(query, show=Show.ALL, true_class=cell[0], predicted_class=cell[1])
        )
