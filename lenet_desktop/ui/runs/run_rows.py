"""The runs as sorted rows; what a row looks like is said by `RunTableModel`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.runs.run_groups import grouped_rows, is_group, owner_of

Index = QModelIndex | QPersistentModelIndex

# Qt asks for these for every cell of every row, so they are not put together each time.
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_NAME_FLAGS = _FLAGS | Qt.ItemFlag.ItemIsEditable
_NAME = int(Column.NAME)
_COLUMNS = len(Column)


class RunRows(QAbstractTableModel):
    """Keeps one row for each run, newest first until somebody sorts otherwise.

    It sorts in Python, all at once: a proxy that asked back for every comparison of 1,000 runs
    took a tenth of a second. Rows are moved, never made anew, so that whatever points at a run
    stays with it.

    Args:
        describe: writes a recipe in a few words.
    """

    def __init__(
        self, describe: Callable[[TrainingConfig], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._describe = lru_cache(maxsize=4096)(describe)  # most runs share their recipe
        self._records: list[RunRecord] = []
        self._rows: dict[int, int] = {}
        self._groups: dict[int, str] = {}  # what the sweeps vary, by the numbers of their rows
        self._sorted_by = (Column.WHEN, Qt.SortOrder.DescendingOrder)

    @property
    def records(self) -> Sequence[RunRecord]:
        """The runs, in the order of the rows; without the rows of sweeps."""
        return tuple(record for record in self._records if not is_group(record))

    def record_at(self, row: int) -> RunRecord:
        """Return the run in a row."""
        return self._records[row]

    def row_of(self, run_id: int) -> int | None:
        """Return the row of a run, None if it is not in the list."""
        return self._rows.get(run_id)

    def recipe_of(self, record: RunRecord) -> str:
        """Return a run's recipe in a few words, or what a sweep varies."""
        return self._groups.get(record.id) or self._describe(record.config)

    def owner_of(self, record: RunRecord) -> RunRecord | None:
        """Return the row of the sweep that a run stands under, None where there is none."""
        owner = owner_of(record, self._groups)
        row = None if owner is None else self._rows.get(owner)
        return None if row is None else self._records[row]

    def runs_under(self, number: int) -> list[int]:
        """Return the runs that stand under the row of a sweep."""
        return [each.id for each in self._records if owner_of(each, (number,)) is not None]

    def set_records(
        self, records: Iterable[RunRecord], groups: Mapping[int, str] | None = None
    ) -> None:
        """Show exactly these runs. Those that were shown before keep their selection.

        Args:
            records: the runs, and the rows of sweeps.
            groups: what the sweeps vary, by the numbers of their rows.
        """
        self._groups = dict(groups or {})
        wanted = {record.id: record for record in records}
        if not self._records:
            self._reset(list(wanted.values()))
            return
        gone = [row for row, record in enumerate(self._records) if record.id not in wanted]
        for first, last in reversed(_ranges(gone)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._records[first : last + 1]
            self._reindex()
            self.endRemoveRows()
        changed = [row for row, record in enumerate(self._records) if record != wanted[record.id]]
        for row in changed:
            self._records[row] = wanted[self._records[row].id]
        for first, last in _ranges(changed):
            self._announce(first, last)
        self._append([record for record in wanted.values() if record.id not in self._rows])
        self._sort_again()

    def update_record(self, record: RunRecord) -> None:
        """Show what is new of a run; one that is not in the list comes into it."""
        row = self._rows.get(record.id)
        if row is None:
            self._append([record])
        else:
            self._records[row] = record
            self._announce(row, row)
        self._sort_again()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, and keep the runs sorted so; by the newest where it is none."""
        newest = (Column.WHEN, Qt.SortOrder.DescendingOrder)
        self._sorted_by = (Column(column), order) if column in list(Column) else newest
        self._sort_again()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many runs there are."""
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many columns there are."""
        return 0 if parent.isValid() else _COLUMNS

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that a name can be edited, and that no run lies inside another."""
        column = index.column()
        if column < 0:  # where there is no cell
            return Qt.ItemFlag.NoItemFlags
        return _NAME_FLAGS if column == _NAME else _FLAGS

    def _reset(self, records: list[RunRecord]) -> None:
        self.beginResetModel()
        order = grouped_rows(records, *self._sorted_by, self.recipe_of)
        self._records = [records[row] for row in order]
        self._reindex()
        self.endResetModel()

    def _append(self, records: Sequence[RunRecord]) -> None:
        if records:
            first = len(self._records)
            self.beginInsertRows(QModelIndex(), first, first + len(records) - 1)
            self._records.extend(records)
            self._reindex()
            self.endInsertRows()

    def _reindex(self) -> None:
        self._rows = {record.id: row for row, record in enumerate(self._records)}

    def _announce(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, _COLUMNS - 1))

    def _sort_again(self) -> None:
        """Bring the rows into their order and take along whatever points at them."""
        order = grouped_rows(self._records, *self._sorted_by, self.recipe_of)
        if order == list(range(len(order))):
            return
        self.layoutAboutToBeChanged.emit()
        places = {old: new for new, old in enumerate(order)}
        self._records = [self._records[old] for old in order]
        self._reindex()
        before = self.persistentIndexList()
        after = [self.createIndex(places[index.row()], index.column()) for index in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


def _ranges(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return ascending rows as ranges, the last row of each included."""
    groups = groupby(enumerate(rows), key=lambda placed: placed[1] - placed[0])
    found = [[row for _, row in group] for _, group in groups]
    return [(group[0], group[-1]) for group in found]
