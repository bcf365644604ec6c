"""Finds runs by words."""

import unicodedata

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.text.numbers import plain_digits
from lenet_desktop.ui.runs.run_columns import Column
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
        self.setSourceModel(runs)

    def set_search(self, search: str) -> None:
        """Show only runs whose name, note, state or recipe hold every word, whatever the case."""
        words = tuple(_plain(search).split())
        if words != self._words:
            self._words = words
            # Says in every version of Qt that rows are to be looked at again.
            self.setFilterFixedString(" ".join(words))

    def id_at(self, row: int) -> int:
        """Return the run in a row."""
        return self._runs.record_at(self.mapToSource(self.index(row, 0)).row()).id

    def index_of(self, run_id: int, column: Column = Column.NAME) -> QModelIndex:
        """Return the cell of a run, an invalid one where it is not shown."""
        row = self._runs.row_of(run_id)
        return QModelIndex() if row is None else self.mapFromSource(self._runs.index(row, column))

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Have the runs themselves sorted; what is shown of them follows."""
        self._runs.sort(column, order)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: ARG002
        """Return whether a run is shown."""
        text = self._searchable(source_row) if self._words else ""
        return all(word in text for word in self._words)

    def _searchable(self, source_row: int) -> str:
        """Return what a run is found by, made anew when the run has changed."""
        record = self._runs.record_at(source_row)
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
