"""Curves and matrix alone on the whole screen, in letters and lines that are read from afar."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QFont
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.text.language import _
from lenet_desktop.training.events import Event, RunStarted
from lenet_desktop.ui.gallery.classes.confusion_matrix import ConfusionMatrix
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.empty_reasons import why_unpredicted
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.elided_label import ElidedLabel
from lenet_desktop.ui.kit.naming import as_caption, as_display, identify, muted
from lenet_desktop.ui.kit.page import LeavablePage
from lenet_desktop.ui.kit.theme import (
    SPACING,
    Theme,
    ThemeController,
    caption,
    display,
    heading,
    usual_font,
)
from lenet_desktop.ui.training.plots import TrainingPlots
from lenet_desktop.ui.window.run_header import RunHeader

_LINE_SCALE = 2.0
_LARGE_SCREEN = 1_000
"""Pixels of height from which on a screen has room for letters of twice the usual size."""
_CURVES, _MATRIX = 11, 10
"""How the width is shared."""


class PresentationWindow(LeavablePage):
    """Follows the run that the main window shows; a second screen may have it.

    Args:
        session: whose run is shown.
        state: of the gallery, whose predictions the matrix counts.
        header: says which run it is, and how good.
        themes: the colours.
        window: the main window.
    """

    closed = Signal()

    def __init__(
        self,
        session: TrainingSession,
        state: GalleryState,
        header: RunHeader,
        themes: ThemeController,
        window: QWidget,
    ) -> None:
        super().__init__(window, Qt.WindowType.Window)
        identify(self, "presentation_window", _("Presentation"))
        self.setWindowTitle(_("Presentation"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._state, self._header = session, state, header
        # A font of the window would not reach what a style sheet is about, which is all.
        self.setStyleSheet(_style_sheet(window.screen().size().height()))
        self._build()
        self._lay_out()
        self._connect(themes)
        self._show_head()
        self._on_run_opened()
        self._on_gallery_changed(Change.DATA | Change.EPOCH | Change.RUN)
        self.show_theme(themes.theme)
        self.setGeometry(window.screen().geometry())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()  # or a cell of the matrix would be marked from the beginning

    def _build(self) -> None:
        self.name = identify(ElidedLabel(), "presented_name")
        self.name.setFont(heading(self.name.font()))
        self.recipe = identify(ElidedLabel(), "presented_recipe")
        as_caption(muted(self.recipe))
        self.accuracy = as_display(identify(QLabel(), "presented_accuracy"))
        self.plots = TrainingPlots()
        self.plots.loss.setObjectName("presented_loss_plot")
        self.plots.accuracy.setObjectName("presented_accuracy_plot")
        for switch in (self.plots.log_scale, self.plots.smooth):
            switch.hide()
        self.plots.set_line_scale(_LINE_SCALE)
        self.matrix = ConfusionMatrix()
        self.matrix.setObjectName("presented_matrix")

    def _lay_out(self) -> None:
        words, gap = in_column(self.name, self.recipe, spacing=0), 2 * SPACING
        head = in_row((words, 1), self.accuracy, spacing=gap)
        matrix = Card("", self.matrix)
        body = in_row((self.plots, _CURVES), (matrix, _MATRIX), spacing=gap)
        in_column(head, (body, 1), spacing=gap, margins=gap, on=self)

    def _connect(self, themes: ThemeController) -> None:
        self.left.connect(self.close)
        self._header.changed.connect(self._show_head)
        self._session.event_received.connect(self._on_event_received)
        self._session.run_opened.connect(self._on_run_opened)
        self._session.state_changed.connect(self._on_state_changed)
        self._session.state_changed.connect(self.plots.settle)
        self._state.changed.connect(self._on_gallery_changed)
        themes.changed.connect(self.show_theme)

    @Slot(object)
    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.plots.show_theme(theme)
        self.matrix.show_theme(theme)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say that it goes."""
        self.closed.emit()
        super().closeEvent(event)

    @Slot()
    def _show_head(self) -> None:
        header = self._header
        self.name.setText(header.name.text())
        self.recipe.setText(header.recipe.text())
        self.accuracy.setText(header.accuracy.text())

    @Slot(object)
    def _on_event_received(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self.plots.show_history(self._session.history)
        self.plots.note_change()

    @Slot()
    def _on_run_opened(self) -> None:
        self.plots.show_history(self._session.history)

    @Slot(object)
    def _on_state_changed(self, _state: object) -> None:
        """Show no run any more when the window does not, as with other data."""
        if self.plots.history() is not self._session.history:
            self.plots.show_history(self._session.history)

    @Slot(object)
    def _on_gallery_changed(self, change: Change) -> None:
        state = self._state
        if change & Change.DATA:
            self.plots.show_data(state.info)
            self.matrix.show_dataset(state.info)
        if change & (Change.DATA | Change.SOURCE | Change.EPOCH | Change.RUN):
            self.matrix.show_predictions(state.predictions)
        self.matrix.set_placeholder(why_unpredicted(state))


class Presenting(QObject):
    """Shows the presentation while an action is checked.

    Args:
        action: begins and ends it; its key works in both windows.
        keys: further actions whose keys work there.
        make: makes it.
    """

    def __init__(
        self, action: QAction, keys: list[QAction], make: Callable[[], PresentationWindow]
    ) -> None:
        super().__init__(action)
        self._action, self._keys, self._make = action, [action, *keys], make
        self._page: PresentationWindow | None = None
        action.toggled.connect(self._on_toggled)

    @property
    def page(self) -> PresentationWindow | None:
        """What fills the screen, None while nothing is presented."""
        return self._page

    @Slot(bool)
    def _on_toggled(self, presents: bool) -> None:
        if not presents:
            if self._page is not None:
                self._page.close()
            return
        self._page = self._make()
        self._page.addActions(self._keys)
        self._page.closed.connect(self._on_closed)
        self._page.showFullScreen()
        self._page.activateWindow()

    @Slot()
    def _on_closed(self) -> None:
        self._page = None
        self._action.setChecked(False)


def _style_sheet(height: int) -> str:
    """Return what makes letters half as large again, or twice as large on a large screen.

    Args:
        height: of the screen, in pixels.
    """
    factor = 2.0 if height >= _LARGE_SCREEN else 1.5
    font = QFont(QApplication.font())
    font.setPointSizeF(max(font.pointSizeF(), factor * usual_font().pointSizeF()))
    rules = {"QWidget": font, 'QLabel[type="caption"]': caption(font)}
    rules['QLabel[type="display"]'] = display(font)
    return "\n".join(
        f"{what} {{ font-size: {each.pointSizeF():.2f}pt; }}" for what, each in rules.items()
    )
