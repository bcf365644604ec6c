"""The trials of a sweep as a table that is sorted and follows what happens."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QTreeView, QWidget

from lenet_desktop.sweeps.definition import Aim
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.sweeps.records import TrialRecord, TrialState
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.tables import set_up_sorted_rows
from lenet_desktop.ui.kit.theme import LIGHT, Theme
from lenet_desktop.ui.runs.run_delegates import RowDelegate
from lenet_desktop.ui.sweeps.trial_columns import Column, columns_for, spoken

Index = QModelIndex | QPersistentModelIndex
_EXPLANATIONS = {
    TrialState.WAITING: marked("It is trained when its turn comes, once its sweep goes on."),
    TrialState.RUNNING: marked("It is being trained."),
    TrialState.FINISHED: marked("It came to its planned end."),
    TrialState.PRUNED: marked("It was ended early, as earlier trials were better by then."),
    TrialState.STOPPED: marked("A person ended it early."),
    TrialState.DIVERGED: marked(
        "Its loss is not a number any more. It is counted, and drawn nowhere."
    ),
    TrialState.FAILED: marked("It could not be trained."),
}


class TrialModel(QAbstractTableModel):
    """One row for each trial; the columns follow from what is varied."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._findings: SweepFindings | None = None
        self._columns: list[Column] = []
        self._rows: list[TrialRecord] = []
        self._sorted_by = (0, Qt.SortOrder.AscendingOrder)
        self._theme = LIGHT

    def show_findings(self, findings: SweepFindings) -> None:
        """Show the trials of a sweep; those that are the same keep their selection."""
        known = self._findings
        self._findings = findings
        is_same = known is not None and known.definition == findings.definition
        if not is_same or len(findings.trials) != len(self._rows):
            self._reset(findings, keeps_order=is_same)
            return
        before = {trial.number: trial for trial in self._rows}
        changed = [trial for trial in findings.trials if trial != before.get(trial.number)]
        if not changed:
            return
        now = {trial.number: trial for trial in findings.trials}
        self._rows = [now[trial.number] for trial in self._rows]
        self.dataChanged.emit(
            self.index(0, 0), self.index(len(self._rows) - 1, len(self._columns) - 1)
        )
        self.sort(*self._sorted_by)

    def forget(self) -> None:
        """Be filled anew with what is shown next, as that of another sweep."""
        self._findings = None

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme

    def trial_at(self, row: int) -> TrialRecord:
        """Return the trial in a row."""
        return self._rows[row]

    def row_of(self, number: int) -> int | None:
        """Return the row of a trial, None where it is not shown."""
        numbers = [trial.number for trial in self._rows]
        return numbers.index(number) if number in numbers else None

    def table(self) -> list[list[str | int | float | None]]:
        """Return titles and rows for a file, with whole numbers and all digits."""
        findings = self._findings
        if findings is None:
            return []
        names = findings.names
        titles = ["trial", "recipe", *names, "seed", "state", "epochs"]
        rows: list[list[str | int | float | None]] = [
            [*titles, "validation_accuracy", "validation_loss"]
        ]
        for trial in findings.trials:
            settings = [trial.settings.get(name) for name in names]
            rows.append(
                [
                    trial.number,
                    trial.recipe,
                    *(
                        value if isinstance(value, int | float) else str(value)
                        for value in settings
                    ),
                    trial.seed,
                    trial.state.value,
                    trial.epochs_done,
                    trial.value(Aim.ACCURACY),
                    trial.value(Aim.LOSS),
                ]
            )
        return rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many trials there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return what a column is called and what it means."""
        if orientation is not Qt.Orientation.Horizontal or section >= len(self._columns):
            return None
        column = self._columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.title
            case Qt.ItemDataRole.ToolTipRole:
                return tip(column.explanation)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is known of the trial in a row."""
        if not index.isValid():
            return None
        trial, column = self._rows[index.row()], self._columns[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(trial)
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken(column.text(trial))
            case Qt.ItemDataRole.ToolTipRole:
                return tip(trial.reason or _(_EXPLANATIONS[trial.state]))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, and keep the trials sorted so; those without a value come last."""
        self._sorted_by = (column, order)
        if not 0 <= column < len(self._columns):
            return
        value = self._columns[column].value
        known = [trial for trial in self._rows if value(trial) is not None]
        rest = [trial for trial in self._rows if value(trial) is None]
        known.sort(key=lambda trial: trial.number)
        known.sort(key=value, reverse=order is Qt.SortOrder.DescendingOrder)
        wanted = known + sorted(rest, key=lambda trial: trial.number)
        if wanted == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        numbers = [self._rows[index.row()].number for index in before]
        self._rows = wanted
        rows = {trial.number: row for row, trial in enumerate(wanted)}
        after = [
            self.index(rows[number], index.column())
            for number, index in zip(numbers, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _reset(self, findings: SweepFindings, *, keeps_order: bool) -> None:
        self.beginResetModel()
        self._rows = list(findings.trials)
        if not keeps_order:
            self._columns = columns_for(findings)
            self._sorted_by = (0, Qt.SortOrder.AscendingOrder)
        self.endResetModel()
        self.sort(*self._sorted_by)


class TrialTable(QTreeView):
    """Rows of trials, of which Return and a double click open one."""

    trial_opened = Signal(int)  # the number of a trial
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "trials_table", _("Trials"))
        self.trials = TrialModel(self)
        self.setModel(self.trials)
        set_up_sorted_rows(self)
        self.setItemDelegate(RowDelegate(self))
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        self.trials.modelReset.connect(self._fit_columns)
        self.trials.dataChanged.connect(self._widen_columns)
        follow_font(self, self._fit_columns)
        self.doubleClicked.connect(self._on_double_clicked)

    @property
    def selected(self) -> list[TrialRecord]:
        """The selected trials, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.trials.trial_at(row) for row in rows]

    def show_findings(self, findings: SweepFindings) -> None:
        """Show the trials of a sweep; what is selected stays so."""
        numbers = [trial.number for trial in self.selected]
        self.trials.show_findings(findings)
        if numbers and not self.selected:
            self.select(numbers)

    def forget(self) -> None:
        """Be filled anew with what is shown next, as that of another sweep."""
        self.clearSelection()
        self.trials.forget()

    def select(self, numbers: Sequence[int]) -> None:
        """Select trials, and none besides; the first of them comes into sight."""
        flag = QItemSelectionModel.SelectionFlag
        rows = [row for row in map(self.trials.row_of, numbers) if row is not None]
        self.clearSelection()
        for row in rows:
            self.selectionModel().select(self.trials.index(row, 0), flag.Select | flag.Rows)
        if rows:
            first = self.trials.index(rows[0], 0)
            self.selectionModel().setCurrentIndex(first, flag.NoUpdate)
            self.scrollTo(first)

    def show_picked(self, numbers: set[int] | None) -> None:
        """Show only these trials; all for None."""
        root = QModelIndex()
        for row in range(self.trials.rowCount()):
            hidden = numbers is not None and self.trials.trial_at(row).number not in numbers
            if self.isRowHidden(row, root) != hidden:
                self.setRowHidden(row, root, hidden)

    def event(self, event: QEvent) -> bool:
        """Claim Return before the window's shortcuts see it."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the trial on Return, or move."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_double_clicked(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        if index.isValid():
            self.trial_opened.emit(self.trials.trial_at(index.row()).number)

    def _fit_columns(self) -> None:
        for column in range(self.trials.columnCount()):
            self.resizeColumnToContents(column)

    def _widen_columns(self) -> None:
        """Have room for what is new; a column that had more keeps it, so that nothing jumps."""
        for column in range(self.trials.columnCount()):
            needed = self.sizeHintForColumn(column)
            if needed > self.columnWidth(column):
                self.setColumnWidth(column, needed)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.is_figure else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
