"""Tables that are read: figures in line, no grid, and nothing to be edited."""

from PySide6.QtWidgets import QAbstractItemView, QTableView

from lenet_desktop.ui.kit.theme import steady_figures


def set_up_table(table: QTableView) -> None:
    """Have a table read as a list of facts; Tab leads on from it, and not from cell to cell."""
    table.setFont(steady_figures(table.font()))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setHighlightSections(False)


def set_up_rows(table: QTableView) -> None:
    """Have a table read so, whose rows are selected as a whole and have no heads."""
    set_up_table(table)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setWordWrap(False)
    table.verticalHeader().hide()
