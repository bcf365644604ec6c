"""The images that a run is most sure of and gets wrong, in one row that follows it."""

from math import ceil

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy

from lenet_desktop.analysis.queries import Query, Show, Sort, select
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.text.language import _
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.cell_painter import LEAST_CAPTIONED, usual_scale
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE, GalleryModel
from lenet_desktop.ui.gallery.grid.grid_view import GridView
from lenet_desktop.ui.gallery.image_words import describe_image
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import Theme

WORST = Query(show=Show.MISCLASSIFIED, sort=Sort.MOST_CONFIDENT)
"""The question that the strip answers."""
_SEEN = Change.DATA | Change.LOADED | Change.RUN | Change.PREDICTIONS | Change.EPOCH
"""By what other images may be the worst mistakes."""
_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class MistakeModel(GalleryModel):
    """The worst mistakes on the test images after the newest epoch, whatever is browsed."""

    def __init__(self, state: GalleryState, parent: QObject | None = None) -> None:
        self._most = 0
        self._worst = np.empty(0, np.intp)
        super().__init__(state, parent)  # which takes in what there is

    @property
    def epoch(self) -> int | None:
        """The epoch after which they were made, None before there is any."""
        return None if self._predictions is None else self._predictions.epoch

    def show_at_most(self, count: int) -> None:
        """Show only so many of them."""
        if count != self._most:
            self.beginResetModel()
            self._most = count
            self._numbers = self._worst[:count]
            self.endResetModel()

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        """Show other images, unless it is only that somebody looks back in the gallery."""
        if change & _SEEN and self._newest() != self._shown:
            self.beginResetModel()
            self._take_in()
            self.endResetModel()

    def _newest(self) -> tuple[ImageSet | None, PredictionSet | None, bool]:
        """Return the images, what was said of them last, and whether that cannot be shown."""
        state, known = self._state, self._state.of_test_images
        said = None if known.shown is None else known.history.at(known.shown)
        return state.images(Split.TEST), said, state.is_refused

    def _take_in(self) -> None:
        state = self._state
        self._shown = images, self._predictions, _refused = self._newest()
        self._images, self._split = images, Split.TEST
        self._known, self._names = state.of_test_images, state.info.class_names
        if images is None or self._predictions is None:
            self._worst = np.empty(0, np.intp)
        else:
            self._worst = select(images.labels, self._predictions, WORST)
        self._numbers = self._worst[: self._most]

    def is_marked(self, _row: int) -> bool:
        """Show no marks: these are seen where an image is looked at closely."""
        return False

    def duplicate_mark(self, _row: int) -> str:
        """Show no marks of images that stand elsewhere, either."""
        return ""

    def _describe(self, number: int, label: int) -> str:
        return describe_image(number, label, self._names, self._predictions, self._split)


class MistakeStrip(GridView):
    """One line of the grid, as many images as have room; a click or Enter leads to one."""

    image_chosen = Signal(int)

    def __init__(self, state: GalleryState) -> None:
        super().__init__()
        identify(self, "mistake_strip", _("Worst mistakes"))
        self._state = state
        self._info = DEFAULT
        self._is_small = False
        self.mistakes = MistakeModel(state, self)
        self.setModel(self.mistakes)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._on_clicked)
        self.inspection_requested.connect(self._on_enter)
        self._row = 0  # where the keyboard is
        self.mistakes.modelAboutToBeReset.connect(self._on_about_to_reset)
        self.mistakes.modelReset.connect(self._on_reset)
        self._on_reset()
        self.fit_cells()

    def set_small(self, small: bool) -> None:
        """Draw the images as small as leaves room for words, or as large as in the grid."""
        if small != self._is_small:
            self._is_small = small
            self._fit_scale()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.cells.show_theme(theme)
        self.viewport().update()

    def fit_cells(self) -> None:
        """Be as high as one line of cells."""
        super().fit_cells()
        self.setFixedHeight(self.gridSize().height())
        self._fit_count()

    def minimumSizeHint(self) -> QSize:
        """Return the room of one image."""
        return self.gridSize()

    def updateGeometries(self) -> None:
        """Have nothing to scroll to: what has no room is not in the model."""
        self.verticalScrollBar().setRange(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many as have room."""
        super().resizeEvent(event)
        self._fit_count()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Stand at an image as soon as the keyboard comes here."""
        super().focusInEvent(event)
        if event.reason() in _TAB and not self.currentIndex().isValid():
            self.setCurrentIndex(self.mistakes.index(0))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Stand at none when the keyboard leaves."""
        super().focusOutEvent(event)
        self.setCurrentIndex(QModelIndex())

    def _fit_scale(self) -> None:
        side = self._info.side
        usual, least = usual_scale(side), ceil(LEAST_CAPTIONED / side)
        self.cells.set_scale(min(usual, least) if self._is_small else usual)
        self.fit_cells()

    def _fit_count(self) -> None:
        self.mistakes.show_at_most(self.columns)

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.image_chosen.emit(index.data(NUMBER_ROLE))

    @Slot()
    def _on_enter(self) -> None:
        self._on_clicked(self.currentIndex())

    @Slot()
    def _on_about_to_reset(self) -> None:
        self._row = max(0, self.currentIndex().row())

    @Slot()
    def _on_reset(self) -> None:
        if self._info != self._state.info:
            self._info = self._state.info
            self.cells.show_dataset(self._info)
            self._fit_scale()
        self.set_placeholder(self._why_empty())
        if self.hasFocus():
            self.setCurrentIndex(self.mistakes.index(min(self._row, self.mistakes.rowCount() - 1)))

    def _why_empty(self) -> str:
        if self._state.is_refused:
            return _("This run was judged on other images, so its mistakes cannot be shown here.")
        if self.mistakes.epoch is None:
            return _(
                "After each epoch, the images stand here that the network gets wrong although it "
                "is most certain of them."
            )
        return _("No test image is taken for another class.")


class WorstMistakes(Card):
    """The strip, below what it shows."""

    def __init__(self, state: GalleryState) -> None:
        self.strip = MistakeStrip(state)
        super().__init__("", self.strip)
        identify(self, "worst_mistakes", _("Worst mistakes"))
        self.legend = muted(
            ElidedLabel(
                _("Above what it was taken for, below what it is. A click opens it in Explore."),
                alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            )
        )
        self.head.addWidget(self.legend, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.strip.mistakes.modelReset.connect(self._on_reset)
        self._on_reset()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.strip.show_theme(theme)

    @Slot()
    def _on_reset(self) -> None:
        epoch, count = self.strip.mistakes.epoch, self.strip.mistakes.rowCount()
        if not epoch:  # that of a network from a file may be unknown
            self.set_title(_("Worst mistakes"))
        else:
            self.set_title(_("Worst mistakes after epoch {epoch}").format(epoch=epoch))
        self.legend.setVisible(count > 0)
