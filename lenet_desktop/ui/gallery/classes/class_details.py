"""What is known of the classes: which are taken for each other, and suspect labels."""

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QTabWidget, QToolButton, QWidget

from lenet_desktop.data.images import Own, Split
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.gallery.classes.confused_pairs import ConfusedPairs
from lenet_desktop.ui.gallery.classes.confusion_matrix import Cell, ConfusionMatrix
from lenet_desktop.ui.gallery.classes.suspect_list import SuspectList
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.grid.empty_reasons import why_unpredicted
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.naming import identify, without_mnemonic
from lenet_desktop.ui.kit.theme import SPACING, Theme

_DOUBTED = Change.SOURCE | Change.RUN | Change.PREDICTIONS | Change.EPOCH
_ONLY_OF_DATA = marked(
    "Labels are doubted among test and training images; you know those of your own."
)
_JUDGED = {
    Split.TEST: marked("The test images are judged first: {judged} of {count} epochs…"),
    Split.TRAIN: marked("The training images are judged first: {judged} of {count} epochs…"),
}
_STRETCH = 3
"""Shares of a wide window for the classes; the image has 2, and is large enough with little."""


class ClassDetails(QTabWidget):
    """The confusion matrix, the most confused pairs and the suspect labels."""

    suspects_requested = Signal(object, object)  # labels, probabilities of each epoch

    def __init__(self, state: GalleryState) -> None:
        super().__init__(documentMode=True, usesScrollButtons=False)
        self._state = state
        self._head_width = 0
        self._icons: dict[QAction, str] = {}
        self.setObjectName("class_tabs")
        self.setElideMode(Qt.TextElideMode.ElideRight)  # for large fonts in a narrow window
        policy = self.sizePolicy()
        policy.setHorizontalStretch(_STRETCH)
        self.setSizePolicy(policy)
        self._build()
        self._lay_out()
        self._connect()
        self._show_switches()
        self.matrix.set_placeholder(why_unpredicted(state))

    def _build(self) -> None:
        self.matrix = ConfusionMatrix()
        self.pairs = ConfusedPairs()
        self.suspects = SuspectList()
        self.percent = identify(
            QCheckBox(_("Percent")),
            "matrix_percent_input",
            _("Percentages instead of counts"),
            _("Shows which share of each true class was taken for each class."),
        )
        self.ordered = identify(
            QCheckBox(_("Most confused first")),
            "matrix_order_input",
            _("Most confused classes first"),
            _("Puts classes side by side that are taken for each other, beginning with the worst."),
        )

    def _lay_out(self) -> None:
        self._matrix_page = QWidget()
        self._beside = in_row((self.matrix, 1))
        in_column((self._beside, 1), self.ordered, spacing=SPACING // 2, on=self._matrix_page)
        self._add_page(
            self._matrix_page,
            _("Matrix"),
            _("The confusion matrix: how often each class was taken for each class."),
        )
        self._add_page(
            self.suspects,
            _("Suspects"),
            _("Suspect labels: images whose given class the network doubts."),
        )
        self._add_pairs_page()
        self._corner = QWidget()
        self._tools = in_row(self.percent, spacing=SPACING // 2, on=self._corner)
        self.setCornerWidget(self._corner)
        self.setTabOrder(self.tabBar(), self.percent)  # as it is read: before the matrix
        self._last_tool: QWidget = self.percent
        self.zoom_out = self._zoom_button(_("Zoom out"), "zoom_out", -1)
        self.zoom_in = self._zoom_button(_("Zoom in"), "zoom_in", 1)

    def _connect(self) -> None:
        self.matrix.zoomed.connect(self._show_switches)
        self.matrix.cell_chosen.connect(self._on_cell_chosen)
        self.pairs.pair_chosen.connect(self._on_cell_chosen)
        self.suspects.image_chosen.connect(self._state.go_to)
        self.percent.toggled.connect(self.matrix.show_percentages)
        self.ordered.toggled.connect(self.matrix.show_most_confused_first)
        self.currentChanged.connect(self._on_page_changed)
        self._state.to_show.connect(self._on_changed)

    def _zoom_button(self, text: str, name: str, steps: int) -> QToolButton:
        action = QAction(text, self)
        action.setObjectName(f"matrix_{name}_action")
        action.triggered.connect(partial(self._on_zoomed, steps))
        return self.add_tool(action, name)

    def add_tool(self, action: QAction, icon: str) -> QToolButton:
        """Give what can be done with the matrix a button on it."""
        name = without_mnemonic(action.text()).rstrip("…")
        action.setToolTip(name)  # Qt's own would have a letter in brackets
        button = identify(
            QToolButton(autoRaise=True), action.objectName().replace("_action", "_button"), name
        )
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setMinimumSize(3 * SPACING, 3 * SPACING)
        self._icons[action] = icon
        self._tools.addWidget(button)
        self.setTabOrder(self._last_tool, button)
        self._last_tool = button
        return button

    @property
    def pairs_are_beside(self) -> bool:
        """Whether the most confused pairs stand beside the matrix, not on a page of their own."""
        return self.indexOf(self.pairs) < 0

    def sizeHint(self) -> QSize:
        """Return a size with room for the matrix."""
        return QSize(
            round(self.matrix.minimumSizeHint().width() * 1.2), super().sizeHint().height()
        )

    def minimumSizeHint(self) -> QSize:
        """Return the least size without the pairs, so that a window can grow narrow again."""
        least = super().minimumSizeHint()
        if self.pairs_are_beside:
            least.setWidth(least.width() - SPACING - self.pairs.minimumWidth())
        head = self.tabBar().sizeHint().width() + self._corner.sizeHint().width() + SPACING
        self._head_width = max(self._head_width, head)  # also for when the pairs are a page
        return least.expandedTo(QSize(self._head_width, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the pairs beside the matrix as soon as both fit."""
        super().resizeEvent(event)
        self._place_pairs()

    def changeEvent(self, event: QEvent) -> None:
        """Look anew what fits when words take another room."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._head_width = 0
            self._place_pairs()

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        state = self._state
        if change & Change.DATA:
            self.matrix.show_dataset(state.info)
            self.pairs.show_dataset(state.info)
            self._show_switches()
        if change & (Change.SOURCE | Change.EPOCH):
            self.matrix.show_predictions(state.predictions)
            self.pairs.show_counts(self.matrix.counts)
            self._place_pairs()
        if change & (Change.SOURCE | Change.RUN | Change.EPOCH | Change.RUNNING):
            self.matrix.set_placeholder(why_unpredicted(state))
        if change & Change.QUERY:
            cell = state.query.true_class, state.query.predicted_class
            self.matrix.mark(cell)
            self.pairs.mark(cell)
        if change & Change.RUN:
            self.suspects.show_untrained()  # those of the run before are none of this one
        if change & _DOUBTED or (change & Change.RUNNING and self.suspects.is_waiting):
            self._look_for_suspects()
        if change & Change.DUPLICATES:
            self.suspects.show_duplicates(state.duplicates)
        if change & (Change.SOURCE | Change.CHOSEN):
            self.suspects.show_chosen(state.chosen)

    def _look_for_suspects(self) -> None:
        """Have suspects looked for, once the images have been judged after all epochs needed."""
        state, epochs = self._state, self._state.suspect_epochs
        is_looked_at = self.currentWidget() is self.suspects
        state.look_for_suspects(is_looked_at)
        if state.split is Own.PICTURES:
            self.suspects.show_waiting(_(_ONLY_OF_DATA))
            return
        if state.is_refused:
            self.suspects.show_waiting(why_unpredicted(state))
        elif state.epoch is None:
            self.suspects.show_untrained(running=state.is_running)
        if state.epoch is None or not is_looked_at:
            return
        known = state.answers_after(epochs)
        if epochs != state.suspect_epochs:
            return  # some could not be read, and others are looked for already
        if not epochs or (len(known) < len(epochs) and state.must_wait):
            self.suspects.show_waiting(why_unpredicted(state))
        elif len(known) < len(epochs):
            self.suspects.show_waiting(
                _(_JUDGED[state.split]).format(judged=len(known), count=len(epochs))
            )
        else:
            self.suspects.show_computing(state.split, state.source.images)
            self.suspects_requested.emit(known[-1].labels, [each.probabilities for each in known])

    def follow(self, matrix: ConfusionMatrix) -> None:
        """Have another matrix show shares and an order of classes as this one does."""
        for switch, show in (
            (self.percent, matrix.show_percentages),
            (self.ordered, matrix.show_most_confused_first),
        ):
            show(switch.isChecked())
            switch.toggled.connect(show)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.matrix.show_theme(theme)
        self.suspects.show_theme(theme)
        for action, icon in self._icons.items():
            action.setIcon(themed_icon(icon, theme.text, theme.outline))

    @Slot(object)
    def _on_cell_chosen(self, cell: Cell) -> None:
        """Ask for the images of a cell, among those that the other filters leave."""
        self._state.ask(self._state.query.at_cell(*cell))

    @Slot(bool)
    def _on_zoomed(self, steps: int, _checked: bool = False) -> None:
        self.matrix.zoom(steps)

    @Slot()
    def _on_page_changed(self) -> None:
        self._show_switches()
        self._look_for_suspects()

    def _show_switches(self) -> None:
        """Show how the matrix can be shown, where it is; a small one needs no other order."""
        is_shown = self.currentWidget() is self._matrix_page
        self._corner.setVisible(is_shown)
        self.ordered.setVisible(self.matrix.has_many)
        for button, steps in ((self.zoom_out, -1), (self.zoom_in, 1)):
            button.defaultAction().setEnabled(self.matrix.can_zoom(steps))
            button.setVisible(self.matrix.has_many or self.matrix.is_zoomed)

    def _add_page(self, page: QWidget, name: str, explanation: str, position: int = -1) -> None:
        self.setTabToolTip(self.insertTab(position, page, name), tip(explanation))

    def _add_pairs_page(self) -> None:
        self._add_page(
            self.pairs,
            _("Confused"),
            _("The pairs of classes that were taken for each other most often."),
            1,
        )

    def _place_pairs(self) -> None:
        """Move the list of pairs, with its selection, to where there is room for it."""
        needed = self.matrix.full_size_width + SPACING + self.pairs.least_width
        fits = self.width() >= needed
        if fits == self.pairs_are_beside:
            return
        was_shown = self.currentWidget() is self.pairs
        if not fits:
            self._add_pairs_page()
            return
        self.removeTab(self.indexOf(self.pairs))
        self._beside.addWidget(self.pairs)
        self.pairs.show()
        if was_shown:
            self.setCurrentWidget(self._matrix_page)
