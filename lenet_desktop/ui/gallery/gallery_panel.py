"""Browse the images, and above all those that the network gets wrong."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from lenet_desktop.data.images import Own, Part, Split
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.gallery.classes.class_details import ClassDetails
from lenet_desktop.ui.gallery.filters.comparison_bars import EpochsBar, RivalBar
from lenet_desktop.ui.gallery.filters.filter_bar import FilterBar
from lenet_desktop.ui.gallery.gallery_content import GalleryContent
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.empty_reasons import why_empty
from lenet_desktop.ui.gallery.grid.gallery_model import GalleryModel
from lenet_desktop.ui.gallery.grid.grid_selection import GridSelection
from lenet_desktop.ui.gallery.grid.grid_view import GridView
from lenet_desktop.ui.gallery.image.image_details import ImageDetails
from lenet_desktop.ui.gallery.view_bar import ViewBar
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.elided_label import plain_label
from lenet_desktop.ui.kit.layout import StackingSplitter, VerticalScrollArea
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.page import escapes
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme

_NAMES: dict[Part, str] = {
    Split.TEST: marked("Test images"),
    Split.TRAIN: marked("Training images"),
    Own.PICTURES: marked("Own pictures"),
}
"""What is in the grid."""


class GalleryPanel(QWidget):
    """Filters, the grid of images, the inspector and the confusion matrix.

    What happens is told to its `state`, which tells the parts what has changed.
    """

    problem_found = Signal(str)  # a sentence about what was typed
    problem_solved = Signal()
    menu_requested = Signal(QPoint)  # where on the screen

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("gallery_panel")
        self.state = GalleryState(self)
        self._theme = LIGHT
        self._run_name = self._run = ""
        self._build()
        self._lay_out()
        self._connect()
        self.view.set_placeholder(why_empty(self.state))

    def _build(self) -> None:
        """Make the parts in the order in which they hear of a change: the grid first."""
        state = self.state
        self.model = GalleryModel(state, self)
        self.view = GridView()
        self.view.setObjectName("gallery_view")
        self.view.setAccessibleName(_("Test images"))
        self.view.setModel(self.model)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.fit_cells()
        self.selection = GridSelection(self.view, self.model, state)
        self.filters = FilterBar(state)
        self.chips = self.filters.chips
        self.view_bar = ViewBar(state)
        self.own_note = muted(identify(plain_label(), "own_pictures_note"))
        self.own_note.hide()
        self.rival_bar = RivalBar(state)
        self.epochs_bar = EpochsBar(state)
        self.about_image = ImageDetails(state)
        self.about_classes = ClassDetails(state)
        for details in (self.about_image, self.about_classes):
            EscapeToGrid(details, self.view)
        self.inspector = self.about_image.inspector
        self.matrix = self.about_classes.matrix
        self.details = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        for part, share in ((self.about_classes, 9), (self.about_image, 5)):
            card = Card("", part)
            card.tighten()
            self.details.addWidget(card)
            self.details.setStretchFactor(self.details.indexOf(card), share)
        self.details.setSizes([460, 240])
        self.splitter = StackingSplitter(self._browsing(), self.details)
        self.splitter.setSizes([620, 800])
        for splitter in (self.splitter, self.details):
            splitter.setHandleWidth(SPACING)

    def _browsing(self) -> QWidget:
        """Put the questions above the grid, and below it what is compared, which moves nothing."""
        card = Card()
        card.body.addWidget(self.view_bar)
        card.body.addWidget(self.filters)
        card.body.addWidget(self.view, 1)
        for part in (self.own_note, self.rival_bar, self.epochs_bar):
            card.body.addWidget(part)
        return card

    def _lay_out(self) -> None:
        content = QWidget()
        in_column((self.splitter, 1), margins=(SPACING, SPACING, SPACING, SPACING // 2), on=content)
        in_column(VerticalScrollArea(content), on=self)

    def _connect(self) -> None:
        self.filters.number_entered.connect(self.show_number)
        for told in (self.filters.problem_found, self.state.refused):
            told.connect(self.problem_found)
        self.filters.problem_solved.connect(self.problem_solved)
        self.view_bar.scale_changed.connect(self._on_scale_changed)
        self.view.scale_step_requested.connect(self.view_bar.step_scale)
        self.view.inspection_requested.connect(self._on_inspection_wanted)
        self.view.customContextMenuRequested.connect(self._on_menu_wanted)
        self.state.changed.connect(self._on_changed)

    def content(self) -> GalleryContent:
        """Return what is shown right now, to be saved or copied."""
        state = self.state
        return GalleryContent(
            images=state.source.images,
            split=state.split,
            numbers=state.numbers,
            query=state.query,
            first_row=min(self.view.first_visible_row(), max(0, len(state.numbers) - 1)),
            predictions=state.predictions,
            selected=state.chosen,
            marks=state.marks,
            duplicates=state.duplicates,
            in_percent=self.matrix.in_percent,
            theme=self._theme,
            run_name=self._run_name,
            run=self._run,
        )

    def name_run(self, name: str, run: str) -> None:
        """Take in whose answers are shown, and by which recipe, for what is saved of them."""
        self._run_name, self._run = name, run

    @Slot(int)
    def show_number(self, number: int) -> None:
        """Look at an image, and lead the keyboard to it if it is among those shown."""
        self.state.go_to(number)
        if self.state.row_of(number) is not None:
            self.view.setFocus()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        details = (self.about_image, self.about_classes)
        for part in (self.view.cells, self.view_bar, self.rival_bar, *details):
            part.show_theme(theme)
        self.view.fit_cells()
        self.view.viewport().update()

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        """Say what the grid is, and why it is empty when it is."""
        if change & Change.DATA:
            self.view.cells.show_dataset(self.state.info)
            self.view.fit_cells()
        if change & Change.SOURCE:
            self._show_own_note()
            self.view.setAccessibleName(_(_NAMES[self.state.split]))
        if change & Change.RIVAL:
            self.view.cells.set_compared(self.state.rival is not None)
            self.view.fit_cells()
        if not len(self.state.numbers):
            self.view.set_placeholder(why_empty(self.state))

    def _show_own_note(self) -> None:
        """Say which own pictures are not among those shown; where none is, the grid says it."""
        images = self.state.source.images
        is_said = self.state.split is Own.PICTURES and images is not None and len(images) > 0
        note = images.notice if images is not None and is_said else None
        self.own_note.setText(note or "")
        self.own_note.setVisible(bool(note))

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

    @Slot(QPoint)
    def _on_menu_wanted(self, place: QPoint) -> None:
        self.menu_requested.emit(self.view.viewport().mapToGlobal(place))


class EscapeToGrid(QObject):
    """Lets Esc lead from anywhere in a widget back to the grid, before it stops a run."""

    def __init__(self, start: QWidget, grid: QWidget) -> None:
        super().__init__(start)
        self._grid = grid
        start.installEventFilter(self)  # what nobody in it wants comes up to it

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the key, and go back."""
        return escapes(event, self._grid.setFocus) or super().eventFilter(watched, event)
