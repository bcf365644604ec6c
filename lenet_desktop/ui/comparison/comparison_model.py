"""The runs that are compared, as columns of a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon

from lenet_desktop.export.tables import harmless
from lenet_desktop.runs.records import RunRecord
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import breakable, joined, tidied, tip
from lenet_desktop.ui.comparison.comparison_rows import ComparisonRow, comparison_rows
from lenet_desktop.ui.kit.theme import LIGHT, Theme, heading
from lenet_desktop.ui.training.line_looks import LineLook, sample_icon

Index = QModelIndex | QPersistentModelIndex

DIFFERS_MARK = "≠"
_LONGEST_HEADER = 28


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """A run in the table.

    Attributes:
        look: how its curve is drawn, None where it has none.
        is_open: whether it is the run that the window shows.
        letter: by which it is called, A or B, where two are compared.
    """

    record: RunRecord
    look: LineLook | None = None
    is_open: bool = False
    letter: str = ""

    @property
    def name(self) -> str:
        """What the run is called, with its letter."""
        name = tidied(self.record.name)
        return _("{letter}: {name}").format(letter=self.letter, name=name) if self.letter else name


class ComparisonModel(QAbstractTableModel):
    """What came of each run, and its settings; all of it, or only what differs.

    Rows that differ have a mark and a bold name. Bold values are settings that differ, and the
    highest accuracies.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: list[ComparedColumn] = []
        self._all_rows: list[ComparisonRow] = []
        self._rows: list[ComparisonRow] = []
        self._differences_only = True
        self._theme = LIGHT
        self._icons: dict[LineLook, QIcon] = {}

    @property
    def columns(self) -> Sequence[ComparedColumn]:
        """The runs, from the left."""
        return tuple(self._columns)

    @property
    def has_differences(self) -> bool:
        """Whether the runs differ in any setting."""
        return any(row.differs and row.is_setting for row in self._all_rows)

    def show_columns(self, columns: Sequence[ComparedColumn]) -> None:
        """Show exactly these runs; what is selected stays, as long as they are the same ones."""
        rows = comparison_rows([column.record for column in columns])
        if self._keys(columns) != self._keys(self._columns) or [
            row.differs for row in rows
        ] != [row.differs for row in self._all_rows]:  # fmt: skip
            self.beginResetModel()
            self._columns, self._all_rows = list(columns), rows
            self._rows = self._filtered()
            self.endResetModel()
            return
        self._columns, self._all_rows = list(columns), rows
        self._rows = self._filtered()
        self._announce()

    def set_differences_only(self, on: bool) -> None:
        """Show only the rows in which the runs differ, or all of them."""
        if on == self._differences_only:
            return
        self._differences_only = on
        self.beginResetModel()
        self._rows = self._filtered()
        self.endResetModel()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._icons.clear()
        self._announce()

    def as_tsv(self, rows: Sequence[int], columns: Sequence[int]) -> str:
        """Write some rows of some runs with tabs, as spreadsheets take them when pasted."""
        names = [self._columns[column].name for column in columns]
        lines = [["", *names]]
        for row in rows:
            shown = self._rows[row]
            cells = (shown.texts[column] for column in columns)
            lines.append([shown.name, *(cell.replace("\N{NO-BREAK SPACE}", " ") for cell in cells)])
        return "\n".join("\t".join(harmless(cell) for cell in line) for line in lines) + "\n"

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many rows are shown."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many runs there are."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return what a run, or a row, is called."""
        if orientation is Qt.Orientation.Horizontal:
            return self._run_header(self._columns[section], role)
        row = self._rows[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{DIFFERS_MARK} {row.name}" if row.differs else row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return joined([row.name, _("differs")]) if row.differs else row.name
            case Qt.ItemDataRole.ToolTipRole:
                words = row.explanation or (
                    _("The runs differ in this setting.") if row.differs else ""
                )
                return tip(words) if words else None
            case Qt.ItemDataRole.FontRole if row.differs:
                return heading(QFont())
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a run has in a row."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        text, is_best = row.texts[column], column in row.best
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.AccessibleTextRole:
                return joined([text, _("the highest")]) if is_best else text
            case Qt.ItemDataRole.ToolTipRole:
                words = joined([text, _("the highest of these runs")]) if is_best else text
                return tip(breakable(words))
            case Qt.ItemDataRole.FontRole if is_best or (row.differs and row.is_setting):
                return heading(QFont())
        return None

    def _run_header(self, column: ComparedColumn, role: int) -> object:
        name = column.name
        match role:
            case Qt.ItemDataRole.DisplayRole:
                short = tidied(name, _LONGEST_HEADER)
                return _("{name} (open)").format(name=short) if column.is_open else short
            case Qt.ItemDataRole.AccessibleTextRole:
                look = [column.look.words] if column.look else []
                return joined([name, *([pgettext("run", "open")] * column.is_open), *look])
            case Qt.ItemDataRole.ToolTipRole:
                return tip(breakable(joined([name, *([_("the open run")] * column.is_open)])))
            case Qt.ItemDataRole.DecorationRole if column.look is not None:
                return self._icon(column.look)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def _icon(self, look: LineLook) -> QIcon:
        if look not in self._icons:
            self._icons[look] = sample_icon(look, self._theme)
        return self._icons[look]

    def _filtered(self) -> list[ComparisonRow]:
        if not self._differences_only:
            return self._all_rows
        return [row for row in self._all_rows if row.differs]

    def _announce(self) -> None:
        if self._columns and self._rows:
            last = self.index(len(self._rows) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        if self._columns:
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    @staticmethod
    def _keys(columns: Sequence[ComparedColumn]) -> list[tuple[int, bool, str]]:
        return [(column.record.id, column.is_open, column.letter) for column in columns]
