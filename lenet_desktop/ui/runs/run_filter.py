"""Finds runs by words."""

import unicodedata

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.text.numbers import plain_digits
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.runs.run_groups import is_group
from lenet_desktop.ui.runs.run_table_model import RunTableModel
from lenet_desktop.ui.runs.run_texts import status_text

Index = QModelIndex | QPersistentModelIndex


class RunFilter(QSortFilterProxyModel):
    """Shows the runs that hold every word of a search, in the order that they are sorted in."""

    def __init__(self, runs: RunTableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._words: tuple[str, ...] = ()
        self._texts: dict[int, tuple[RunRecord, str]] = {}
        self._unfolded: set[int] = set()
        self.setSourceModel(runs)

    @property
    def found(self) -> int:
        """How many runs hold every word of the search, folded away or not."""
        runs = self._runs.records
        return len(runs) if not self._words else sum(map(self._is_found, runs))

    def is_unfolded(self, number: int) -> bool:
        """Return whether the runs of a sweep are in sight, given the number of its row."""
        return number in self._unfolded or bool(self._words)

    def fold(self, number: int, *, folded: bool) -> None:
        """Fold the runs of a sweep away, or bring them into sight; a search shows what it finds."""
        if folded:
            self._unfolded.discard(number)
        else:
            self._unfolded.add(number)
        self._look_again()

    def set_search(self, search: str) -> None:
        """Show only runs whose name, note, state or recipe hold every word, whatever the case."""
        words = tuple(_plain(search).split())
        if words != self._words:
            self._words = words
            self._look_again()

    def id_at(self, row: int) -> int:
        """Return the run in a row."""
        return self._runs.record_at(self.mapToSource(self.index(row, 0)).row()).id

    def owner_at(self, row: int) -> int | None:
        """Return the number of the sweep's row that the run in a row stands under, if any."""
        record = self._runs.record_at(self.mapToSource(self.index(row, 0)).row())
        owner = self._runs.owner_of(record)
        return None if owner is None else owner.id

    def index_of(self, run_id: int, column: Column = Column.NAME) -> QModelIndex:
        """Return the cell of a run, an invalid one where it is not shown."""
        row = self._runs.row_of(run_id)
        return QModelIndex() if row is None else self.mapFromSource(self._runs.index(row, column))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Have the runs themselves sorted; what is shown of them follows."""
        self._runs.sort(column, order)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: ARG002
        """Return whether a run is shown."""
        record = self._runs.record_at(source_row)
        if not self._words:
            owner = None if record.sweep_id is None else self._runs.owner_of(record)
            return owner is None or owner.id in self._unfolded
        if not is_group(record):
            return self._is_found(record)
        under = (self._runs.row_of(run_id) for run_id in self._runs.runs_under(record.id))
        rows = (self._runs.record_at(row) for row in under if row is not None)
        return self._holds_words(record) or any(map(self._is_found, rows))

    def _look_again(self) -> None:
        # Says in every version of Qt that rows are to be looked at again.
        self.setFilterFixedString(" ".join(self._words))

    def _is_found(self, record: RunRecord) -> bool:
        """Return whether a run holds every word, by itself or with the sweep that it is of."""
        owner = self._runs.owner_of(record)
        text = self._searchable(record) + ("" if owner is None else self._searchable(owner))
        return all(word in text for word in self._words)

    def _holds_words(self, record: RunRecord) -> bool:
        text = self._searchable(record)
        return all(word in text for word in self._words)

    def _searchable(self, record: RunRecord) -> str:
        """Return what a run is found by, made anew when the run has changed."""
        known, text = self._texts.get(record.id, (None, ""))
        if known is not record:
            recipe = self._runs.recipe_of(record)
            texts = (record.name, record.note, status_text(record), recipe)
            text = _plain("\n".join(texts))
            self._texts[record.id] = record, text
        return text


def _plain(text: str) -> str:
    """Return a text in the form in which words are looked for, whatever the case."""
    return plain_digits(unicodedata.normalize("NFKC", text)).casefold()
