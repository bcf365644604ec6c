"""The runs as a table of values; what is done with them is for others to say."""

import time
from collections.abc import Callable, Mapping
from enum import Enum

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import breakable, tidied, tip
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.theme import LIGHT, Theme, heading
from lenet_desktop.ui.runs.run_columns import COLUMNS, Column, explanation_of, spoken_of
from lenet_desktop.ui.runs.run_groups import is_group
from lenet_desktop.ui.runs.run_rows import RunRows

Index = QModelIndex | QPersistentModelIndex

COLOUR_ROLE = Qt.ItemDataRole.UserRole
"""QColor of the run's curves where it is compared, else None."""
NOTE_ROLE = Qt.ItemDataRole.UserRole + 1
"""str, the note in one line."""
LETTER_ROLE = Qt.ItemDataRole.UserRole + 3
"""str, A or B where two runs are compared, else empty."""
PLACE_ROLE = Qt.ItemDataRole.UserRole + 2
"""RowPlace, whether the row is that of a sweep or stands under one."""


class RowPlace(Enum):
    """How a row stands to a group."""

    ALONE = "alone"
    GROUP = "group"
    UNDER_GROUP = "under a group"


_STATUS_ICONS = {
    RunStatus.RUNNING: "start",
    RunStatus.PAUSED: "pause",
    RunStatus.FINISHED: "finished",
    RunStatus.STOPPED: "stop",
    RunStatus.FAILED: "failed",
    RunStatus.DIVERGED: "diverged",
    RunStatus.INTERRUPTED: "interrupted",
    RunStatus.INCOMPLETE: "incomplete",
}
_WENT_WRONG = {RunStatus.FAILED, RunStatus.DIVERGED, RunStatus.INCOMPLETE}
_LOOKS = (Qt.ItemDataRole.DecorationRole, Qt.ItemDataRole.FontRole, COLOUR_ROLE, LETTER_ROLE)


class RunTableModel(RunRows):
    """Says how a run looks in its row: in words, in marks and aloud.

    Args:
        describe: writes a recipe in a few words.
        now: returns the present moment in seconds since 1970.
    """

    name_entered = Signal(int, str)

    def __init__(
        self,
        describe: Callable[[TrainingConfig], str],
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(describe, parent)
        self._now = now
        self._open_id: int | None = None
        self._colours: dict[int, QColor] = {}
        self._letters: dict[int, str] = {}
        self.show_theme(LIGHT)

    def show_open(self, run_id: int | None) -> None:
        """Mark the run that the window shows, None if it shows none of them."""
        if run_id != self._open_id:
            self._open_id = run_id
            self._repaint()

    def set_colours(self, colours: Mapping[int, QColor]) -> None:
        """Mark the compared runs with the colours of their curves, by their numbers."""
        if colours != self._colours:
            self._colours = dict(colours)
            self._repaint()

    def set_letters(self, letters: Mapping[int, str]) -> None:
        """Mark two runs that are compared as A and B, by their numbers."""
        if letters != self._letters:
            self._letters = dict(letters)
            self._repaint()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._stars = {starred: star_icon(theme, starred) for starred in (False, True)}
        self._status_icons = {status: status_icon(status, theme) for status in RunStatus}
        self._repaint()

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return what a column is called, what it means, and which end of it comes first."""
        if orientation is not Qt.Orientation.Horizontal or section not in list(Column):
            return None
        column = Column(section)
        look = COLUMNS[column]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return "" if column is Column.STAR else _(look.title)
            case Qt.ItemDataRole.AccessibleTextRole:
                return _(look.title)
            case Qt.ItemDataRole.DecorationRole if column is Column.STAR:
                return self._stars[False]
            case Qt.ItemDataRole.ToolTipRole:
                return tip(_(look.explanation))
            case Qt.ItemDataRole.TextAlignmentRole:
                return look.alignment
            case Qt.ItemDataRole.InitialSortOrderRole:
                return look.first_order
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is known of the run in a row."""
        if not index.isValid():
            return None
        record, column = self._records[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(record, column)
            case Qt.ItemDataRole.EditRole if column is Column.NAME:
                return tidied(record.name, None)
            case Qt.ItemDataRole.DecorationRole:
                return self._decoration(record, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(record, column)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(breakable(self._explanation(record, column)))
            case Qt.ItemDataRole.TextAlignmentRole:
                return COLUMNS[column].alignment
            case Qt.ItemDataRole.FontRole if column is Column.NAME and record.id == self._open_id:
                return heading(QFont())
        return self._own_data(record, role)

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hand on a name that somebody entered; it shows once the run comes back with it."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or not isinstance(value, str):
            return False
        record = self._records[index.row()]
        if value not in (record.title, record.name):
            self.name_entered.emit(record.id, value)
        return True

    def _own_data(self, record: RunRecord, role: int) -> object:
        if role == COLOUR_ROLE:
            return self._colours.get(record.id)
        if role == LETTER_ROLE:
            return self._letters.get(record.id, "")
        if role == PLACE_ROLE:
            if is_group(record):
                return RowPlace.GROUP
            return RowPlace.ALONE if self.owner_of(record) is None else RowPlace.UNDER_GROUP
        return tidied(record.note) if role == NOTE_ROLE else None

    def _text(self, record: RunRecord, column: Column) -> str:
        if column is Column.RECIPE:
            return self.recipe_of(record)
        if is_group(record) and column in (Column.EPOCHS, Column.LAST):
            return ""
        return COLUMNS[column].text(record, self._now())

    def _spoken(self, record: RunRecord, column: Column) -> str:
        compared = _("compared") if record.id in self._colours else ""
        return spoken_of(
            record,
            column,
            self._text(record, column),
            is_open=record.id == self._open_id,
            compared_as=self._letters.get(record.id) or compared,
        )

    def _explanation(self, record: RunRecord, column: Column) -> str:
        if is_group(record) and column is Column.STATUS:
            return _(
                "Where the sweep stands. The arrow keys fold its runs away, or bring them back."
            )
        return explanation_of(record, column) or self._spoken(record, column)

    def _decoration(self, record: RunRecord, column: Column) -> QIcon | None:
        match column:
            case Column.STAR:
                return self._stars[record.starred]
            case Column.STATUS:
                return self._status_icons[record.status]
        return None

    def _repaint(self) -> None:
        """Have all rows painted anew; none of them is sorted or found otherwise than before."""
        if self._records:
            last = self.index(len(self._records) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last, list(_LOOKS))


def star_icon(theme: Theme, starred: bool) -> QIcon:
    """Return a star, filled for a run that has one and faint for a run that could have one."""
    name, colour = ("starred", theme.text) if starred else ("star", theme.outline)
    return themed_icon(name, colour, selected=theme.on_accent)


def status_icon(status: RunStatus, theme: Theme) -> QIcon:
    """Return the mark of a state; what went wrong has the colour of what is wrong."""
    quiet = theme.text if status.is_active else theme.muted
    colour = theme.wrong if status in _WENT_WRONG else quiet
    return themed_icon(_STATUS_ICONS[status], colour, selected=theme.on_accent)
