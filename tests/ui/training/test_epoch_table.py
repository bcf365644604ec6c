"""The table of epochs has columns for images held out where there are some, and marks the best."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.history import History
from lenet_desktop.training.events import EpochDone
from lenet_desktop.ui.training.epoch_table import EpochTable
from tests.ui.training.test_plots import history_of

SECONDS = 5
"""The column that says how long an epoch took."""


def shown(table: EpochTable) -> list[list[str]]:
    """Return the rows as they are seen, from left to right, below their titles."""
    header = table.horizontalHeader()
    columns = sorted(range(table.columnCount()), key=header.visualIndex)
    seen = [column for column in columns if not table.isColumnHidden(column)]
    model = table.model()
    titles = [title_of(table, column) for column in seen]
    return [
        titles,
        *([model.index(row, column).data() for column in seen] for row in range(table.rowCount())),
    ]


def title_of(table: EpochTable, column: int) -> str:
    title = table.model().headerData(column, Qt.Orientation.Horizontal)
    return str(title).replace("\n", " ")


def test_images_held_out_have_their_columns_and_the_best_epoch_says_so(qtbot: QtBot) -> None:
    table = EpochTable()
    qtbot.addWidget(table)
    history = history_of(5_000)

    table.show_history(history)

    assert shown(table) == [
        ["Epoch", "Train loss", "Val. loss", "Test loss", "Train acc.", "Val. acc.", "Test acc.",
         "Seconds"],
        ["1", "0.4000", "0.9000", "0.5000", "80.0\xa0%", "10.0\xa0%", "70.0\xa0%", "1.0"],
        ["best 2", "0.4000", "0.5000", "0.5000", "80.0\xa0%", "50.0\xa0%", "70.0\xa0%", "1.0"],
        ["3", "0.4000", "0.6000", "0.5000", "80.0\xa0%", "40.0\xa0%", "70.0\xa0%", "1.0"],
    ]  # fmt: skip

    history.add(EpochDone(4, 0.3, 0.8, 0.5, 0.7, 1.0, 0.4, 0.6))
    table.show_history(history)
    assert [row[0] for row in shown(table)[1:]] == ["1", "2", "3", "best 4"]


def test_without_images_held_out_the_table_is_as_it_always_was(qtbot: QtBot) -> None:
    table = EpochTable()
    qtbot.addWidget(table)

    table.show_history(history_of(5_000))
    table.show_history(history_of(0))

    titles, *rows = shown(table)
    assert titles == ["Epoch", "Train loss", "Test loss", "Train acc.", "Test acc.", "Seconds"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    table.show_history(History())
    assert table.rowCount() == 0


def test_the_balanced_accuracy_has_its_column_where_classes_are_unequal(qtbot: QtBot) -> None:
    table = EpochTable()
    qtbot.addWidget(table)
    history = history_of(0)
    history.add(EpochDone(4, 0.3, 0.8, 0.5, 0.7, 1.0, balanced_accuracy=0.45))

    table.show_history(history)

    titles, *rows = shown(table)
    assert titles[-3:] == ["Test acc.", "Bal. acc.", "Seconds"]
    assert [row[-2] for row in rows] == ["", "", "", "45.0\xa0%"], "earlier epochs may have none"


@pytest.fixture
def narrow(qtbot: QtBot) -> EpochTable:
    """Return a table in sight, as narrow as it can be."""
    table = EpochTable()
    qtbot.addWidget(table)
    table.resize(50, 400)
    table.show()
    return table


@pytest.mark.usefixtures("spoken_language")
def test_every_column_has_room_and_the_seconds_make_room_for_the_others(narrow: EpochTable) -> None:
    table, history = narrow, history_of(5_000)
    history.add(EpochDone(4, 12.3456, 1.0, 0.5, 0.7, 1.0, 0.4, 0.6))
    table.show_history(history)
    header, frame = table.horizontalHeader(), table.width() - table.viewport().width()
    narrowest, titles = header.length(), shown(table)[0]

    for width in (narrowest, narrowest + 1, 2 * narrowest):
        table.resize(width + frame, 400)
        assert header.length() == table.viewport().width(), "nothing is cut, and nothing left over"
        seen = [column for column in range(table.columnCount()) if not table.isColumnHidden(column)]
        for column in seen:
            assert table.sizeHintForColumn(column) <= table.columnWidth(column)
        assert shown(table)[0] == titles + [title_of(table, SECONDS)] * (width == 2 * narrowest)


@pytest.mark.usefixtures("spoken_language")
def test_the_best_of_many_epochs_is_named_with_its_number(narrow: EpochTable) -> None:
    table, history = narrow, history_of(5_000)
    for epoch in range(4, 31):
        history.add(EpochDone(epoch, 0.3, 0.8, 0.5, 0.7, 1.0, 0.6 - epoch / 100, 0.6))

    table.show_history(history)

    assert table.sizeHintForColumn(0) <= table.columnWidth(0)
