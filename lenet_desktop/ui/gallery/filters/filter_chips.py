"""What is filtered by, one chip each; a click takes it away."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QWidget

from lenet_desktop.analysis.queries import ANY_CONFIDENCE, Query, Show
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, percent, tip
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING

_NO_FILTER = marked("No filter")
SHOW_NAMES = {
    Show.ALL: marked("All"),
    Show.MISCLASSIFIED: marked("Misclassified"),
    Show.CORRECT: marked("Correct"),
    Show.CHANGED: marked("Changed since"),
    Show.FIXED: marked("Fixed since"),
    Show.BROKEN: marked("Broken (forgotten) since"),
    Show.FORGOTTEN: marked("Forgotten"),
    Show.NEVER_RIGHT: marked("Never learned"),
    Show.LEARNED_LAST: marked("Learned last"),
    Show.MARKED: marked("Marked"),
    Show.BOTH_RIGHT: marked("Both right"),
    Show.ONLY_THIS: marked("Only A right"),
    Show.ONLY_OTHER: marked("Only B right"),
    Show.BOTH_WRONG: marked("Both wrong"),
}

_SINCE = {
    Show.CHANGED: marked("Changed since epoch {epoch}"),
    Show.FIXED: marked("Fixed since epoch {epoch}"),
    Show.BROKEN: marked("Broken (forgotten) since epoch {epoch}"),
}


def chips_of(query: Query, names: Sequence[str]) -> list[tuple[str, Query]]:
    """Return, for everything that a query filters by, its words and the query without it.

    Args:
        query: the query.
        names: of the classes.
    """
    chips = []
    if query.show is not Show.ALL:
        name = _SINCE.get(query.show, SHOW_NAMES[query.show])
        words = _(name).format(epoch=query.since_epoch)
        chips.append((words, replace(query, show=Show.ALL)))
    if query.true_class is not None:
        words = _("True: {name}").format(name=names[query.true_class])
        chips.append((words, replace(query, true_class=None)))
    if query.predicted_class is not None:
        words = _("Predicted: {name}").format(name=names[query.predicted_class])
        chips.append((words, replace(query, predicted_class=None)))
    if query.rival_class is not None:
        words = _("Predicted by B: {name}").format(name=names[query.rival_class])
        chips.append((words, replace(query, rival_class=None)))
    if query.confidence != ANY_CONFIDENCE:
        least, most = (percent(bound, 0) for bound in query.confidence)
        words = _("Confidence {least} to {most}").format(least=least, most=most)
        chips.append((words, replace(query, confidence=ANY_CONFIDENCE)))
    if query.digits:
        words = _("Number has {digits}").format(digits=query.digits)
        chips.append((words, replace(query, digits="")))
    return chips


class FilterChips(QWidget):
    """Shows a query as chips in one line of steady height, also while nothing is filtered.

    Chips that find no room in it are lines of a menu at its end.
    """

    query_changed = Signal(object)  # Query

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("filter_chips")
        self._query = Query()
        self.buttons: list[QToolButton] = []
        self._rests: list[Query] = []
        self._build()
        self._lay_out()
        self.clear_button.clicked.connect(self._on_cleared)

    def _build(self) -> None:
        self._title = muted(QLabel(_(_NO_FILTER)))
        self.clear_button = identify(
            QToolButton(autoRaise=True),
            "clear_filters_button",
            _("Clear all filters"),
            _("Show all images again, in the same order."),
        )
        self.clear_button.setText(_("Clear all"))
        self.rest_button = identify(
            QToolButton(),
            "more_chips_button",
            _("More filters that are active"),
            _("Filters for which there is no room here. Choose one to take it away."),
        )
        self.rest_button.setProperty("role", "chip")
        self.rest_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._rest_menu = QMenu(self.rest_button)
        self.rest_button.setMenu(self._rest_menu)
        self.clear_button.hide()
        self.rest_button.hide()

    def _lay_out(self) -> None:
        self._layout = in_row(
            self._title, self.rest_button, self.clear_button, None, spacing=SPACING // 2, on=self
        )

    def show_query(self, query: Query, names: Sequence[str]) -> None:
        """Show what a query filters by, with the names of the classes."""
        if query == self._query:
            return
        self._query = query
        for button in self.buttons:
            self._layout.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons, self._rests = [], []
        for position, (words, rest) in enumerate(chips_of(query, names)):
            button = QToolButton(self)
            button.setText(f"{words} ✕".replace("&", "&&"))
            button.setProperty("role", "chip")
            button.setAccessibleName(_("Take away the filter {words}").format(words=words))
            button.setToolTip(tip(_("Take away the filter “{words}”.").format(words=words)))
            button.clicked.connect(self._on_chip_clicked)
            self._layout.insertWidget(1 + position, button)
            self.buttons.append(button)
            self._rests.append(rest)
        self._title.setVisible(not self.buttons)
        self.clear_button.setVisible(len(self.buttons) > 1)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Ask for no more width than a line without chips, and for the height of one with some."""
        ends = [part.sizeHint() for part in (self.rest_button, self.clear_button)]
        least = max(self._title.sizeHint().width(), sum(end.width() for end in ends) + SPACING)
        height = max(super().minimumSizeHint().height(), *(end.height() for end in ends))
        return QSize(least, height)

    def sizeHint(self) -> QSize:
        """Return a size of the same height."""
        return super().sizeHint().expandedTo(QSize(0, self.minimumSizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many chips as fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the chips that fit, from the first, and put the others into the menu."""
        gap = SPACING // 2
        widths = [button.sizeHint().width() + gap for button in self.buttons]
        room = self.width()
        if len(widths) > 1:
            room -= self.clear_button.sizeHint().width() + gap
        fitting = len(widths)
        if sum(widths) > room:
            room -= self.rest_button.sizeHint().width() + gap
            fitting = sum(1 for total in accumulate(widths) if total <= room)
        for position, button in enumerate(self.buttons):
            button.setVisible(position < fitting)
        self._show_rest(self.buttons[fitting:])

    def _show_rest(self, buttons: Sequence[QToolButton]) -> None:
        self._rest_menu.clear()
        for button in buttons:
            self._rest_menu.addAction(button.text(), button.click)
        self.rest_button.setText(counted(len(buttons), "{count} more", "{count} more"))
        self.rest_button.setVisible(bool(buttons))

    @Slot()
    def _on_chip_clicked(self) -> None:
        button = self.sender()
        if button in self.buttons:
            self.query_changed.emit(self._rests[self.buttons.index(button)])

    @Slot()
    def _on_cleared(self) -> None:
        self.query_changed.emit(Query(sort=self._query.sort, since_epoch=self._query.since_epoch))
