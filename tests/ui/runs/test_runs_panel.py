"""The list of runs by itself: found, sorted, chosen and named with real clicks and keys."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QAction, QContextMenuEvent, QKeySequence
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.settings.presets import MODERN, TEXTBOOK
from lenet_desktop.ui.kit.theme import DARK, LIGHT
from lenet_desktop.ui.runs.run_columns import COLUMNS, Column, sorted_rows
from lenet_desktop.ui.runs.run_delegates import LONGEST_NAME
from lenet_desktop.ui.runs.run_exports import ExportKind
from lenet_desktop.ui.runs.runs_panel import RunsPanel
from tests.made_runs import made_record
from tests.ui.controls import every

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
NOON = datetime.datetime(2026, 11, 12, 12, 0).timestamp()
HOSTILE = {
    "very long": "long " * 2_000 + "x" * 5_000,
    "HTML": "<h1>big</h1><img src='file:///etc/passwd'> &amp; <b>",
    "lines": "first\nsecond\r\nthird\tfourth\x00\x1b[31m",
    "right to left": "\u202egnp.exe \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "emoji": "👩\u200d🔬 best run 🏳\ufe0f\u200d🌈 e\u0301\u0327" + "\u0300" * 50,
    "half a character": "\ud83d broken \udc00",
    "mnemonic": "&Delete && %1 {0} %s",
}


class Host(QMainWindow):
    """A window whose own shortcuts mean something else than the keys of the list."""

    KEYS = ("Space", "Esc", "Del", "F2", "F", "Ctrl+D", "Ctrl+R")

    def __init__(self) -> None:
        super().__init__()
        self.called: list[str] = []
        for keys in self.KEYS:
            action = QAction(keys, self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(self._on_triggered)
            self.addAction(action)

    def _on_triggered(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.called.append(action.text())


@pytest.fixture
def host(qtbot: QtBot) -> Host:
    made = Host()
    qtbot.addWidget(made)
    made.resize(1100, 400)
    return made


@pytest.fixture
def panel(host: Host) -> Iterator[RunsPanel]:
    made = RunsPanel(lambda: NOON)
    host.setCentralWidget(made)
    host.show()
    host.activateWindow()
    yield made
    made.menu.close()


def run(number: int, **changes: object) -> RunRecord:
    made = replace(made_record(number), best_epoch=2, created_at=NOON - 60 * (100 - number))
    return replace(made, **changes)  # type: ignore[arg-type]


def show(panel: RunsPanel, *numbers: int) -> None:
    panel.set_records([run(number) for number in numbers])


def shown(panel: RunsPanel) -> list[int]:
    return [panel.runs.id_at(row) for row in range(panel.runs.rowCount())]


def cell(panel: RunsPanel, number: int, column: Column = Column.NAME) -> QModelIndex:
    index = panel.runs.index_of(number, column)
    assert index.isValid()
    return index


def place(panel: RunsPanel, number: int, column: Column = Column.NAME) -> QPoint:
    index = cell(panel, number, column)
    panel.table.scrollTo(index)
    return panel.table.visualRect(index).center()


def click(
    panel: RunsPanel,
    number: int,
    column: Column = Column.NAME,
    modifier: Qt.KeyboardModifier = NONE,
) -> None:
    QTest.mouseClick(panel.table.viewport(), LEFT, modifier, place(panel, number, column))


def double_click(panel: RunsPanel, number: int, column: Column = Column.NAME) -> None:
    viewport, at = panel.table.viewport(), place(panel, number, column)
    QTest.mouseClick(viewport, LEFT, NONE, at)
    QTest.mouseDClick(viewport, LEFT, NONE, at)
    QTest.mouseRelease(viewport, LEFT, NONE, at)


def press(panel: RunsPanel, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the keyboard is, which must be inside the panel."""
    focused = QApplication.focusWidget()
    assert focused is not None
    assert panel.isAncestorOf(focused)
    QTest.keyClick(focused, key, modifier)


def push(button: QAbstractButton) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def search(panel: RunsPanel, words: str) -> list[int]:
    panel.bar.search.setFocus()
    panel.bar.search.selectAll()
    press(panel, Qt.Key.Key_Backspace)
    QTest.keyClicks(panel.bar.search, words)
    return shown(panel)


def name_editor(panel: RunsPanel) -> QLineEdit:
    editor = panel.table.findChild(QLineEdit, "run_name_editor")
    assert isinstance(editor, QLineEdit)
    assert editor.isVisible()
    return editor


def end_name(qtbot: QtBot, panel: RunsPanel, key: Qt.Key) -> None:
    """Press Enter or Esc in the name that is edited, and wait until its line is gone."""
    editor = name_editor(panel)
    with qtbot.waitSignal(editor.destroyed):
        QTest.keyClick(editor, key)


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def spied(spy: QSignalSpy) -> list[list[object]]:
    return [spy.at(place) for place in range(spy.count())]


# Finding


def test_a_search_shows_the_runs_that_hold_every_word(panel: RunsPanel) -> None:
    panel.set_records(
        [
            run(1, title="Baseline 7", note="Learns late"),
            run(2, status=RunStatus.DIVERGED, config=TrainingConfig(learning_rate=5)),
            run(3, config=MODERN.config, note="baseline for later"),
        ]
    )
    assert search(panel, "base") == [3, 1]
    assert search(panel, "LATE base") == [3, 1]
    assert search(panel, "learns base") == [1]
    assert search(panel, "diverg") == [2]
    panel.bar.search.setText("baseline \u0667")
    assert shown(panel) == [1], "digits of any script"
    assert search(panel, "modern") == [3]
    assert panel.bar.count.text() == "1 of 3 runs"
    press(panel, Qt.Key.Key_Escape)
    assert shown(panel) == [3, 2, 1]
    assert panel.bar.count.text() == "3 runs"


def test_a_search_that_finds_nothing_says_so_and_can_be_cleared(
    panel: RunsPanel, host: Host
) -> None:
    show(panel, 1, 2)
    assert search(panel, "xyzzy") == []
    assert panel.notice.isVisible()
    assert not panel.table.isVisible()
    assert plain(panel.notice.label.text()) == "No run matches “xyzzy”."
    assert panel.bar.count.text() == "0 of 2 runs"
    push(panel.notice.button)
    assert panel.bar.search.text() == ""
    assert panel.table.isVisible()
    assert panel.table.hasFocus(), "or the keyboard would be on a button that is gone"
    assert shown(panel) == [2, 1]


def test_enter_and_escape_lead_from_the_search_to_the_list(panel: RunsPanel, host: Host) -> None:
    show(panel, 1, 2)
    search(panel, "2")
    press(panel, Qt.Key.Key_Return)
    assert panel.table.hasFocus()
    panel.bar.search.setFocus()
    press(panel, Qt.Key.Key_Escape)
    assert panel.bar.search.hasFocus(), "the first Esc clears"
    press(panel, Qt.Key.Key_Escape)
    assert panel.table.hasFocus()
    assert host.called == []


def test_a_run_that_comes_while_something_is_searched_shows_only_if_it_is_found(
    panel: RunsPanel,
) -> None:
    show(panel, 1, 2)
    assert search(panel, "best") == []
    panel.update_record(run(3, title="worst"))
    assert not panel.table.isVisible()
    panel.update_record(run(1, title="the best"))
    assert panel.table.isVisible()
    assert shown(panel) == [1]


def test_a_selected_run_that_a_search_hides_is_not_acted_upon(panel: RunsPanel) -> None:
    show(panel, 1, 2)
    click(panel, 1)
    search(panel, "Run 2")
    assert panel.selected_ids == []
    assert not panel.commands.delete.isEnabled()


# Sorting


def header_click(panel: RunsPanel, column: Column) -> None:
    header = panel.table.header()
    at = QPoint(header.sectionViewportPosition(column) + 12, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, NONE, at)


@pytest.mark.parametrize("column", list(Column))
def test_a_click_on_a_header_sorts_by_it_and_another_one_the_other_way(
    panel: RunsPanel, column: Column
) -> None:
    records = [
        run(2, title="run 9", status=RunStatus.RUNNING, epochs_done=2, elapsed_s=59),
        run(5, title="Run 10", status=RunStatus.FAILED, epochs_done=3, starred=True),
        run(7, title="a", status=RunStatus.STOPPED, config=MODERN.config, best_accuracy=0.71),
        run(8, title="b", best_accuracy=None, last_accuracy=None, epochs_done=0, elapsed_s=9e4),
        run(9, title="c", config=TrainingConfig(learning_rate=0.1), last_accuracy=0.1),
    ]
    panel.set_records(records)
    first = COLUMNS[column].first_order
    turned = UP if first is DOWN else DOWN
    # The list is sorted by its last column from the beginning, so that a click turns that one.
    orders = [turned, first] if column is Column.WHEN else [first, turned]
    seen = []
    for order in orders:
        header_click(panel, column)
        rows = sorted_rows(records, column, order, lambda record: recipe_text(record.config))
        assert shown(panel) == [records[row].id for row in rows]
        seen.append(shown(panel))
    assert seen[0] != seen[1]


def test_a_narrow_list_has_more_room_for_names_than_for_recipes(panel: RunsPanel) -> None:
    panel.setFixedWidth(322)  # as in the least window
    QApplication.processEvents()
    table = panel.table
    assert table.columnWidth(Column.NAME) > table.columnWidth(Column.RECIPE)
    assert table.columnWidth(Column.RECIPE) > table.fontMetrics().horizontalAdvance("Textbook")


def test_sorting_keeps_the_selection_and_names_it_from_the_top(panel: RunsPanel) -> None:
    panel.set_records([run(1, title="c"), run(2, title="a"), run(3, title="b")])
    changed = QSignalSpy(panel.selection_changed)
    click(panel, 1)
    click(panel, 2, modifier=CTRL)
    assert panel.selected_ids == [2, 1]
    current = panel.table.currentIndex().row()
    header_click(panel, Column.NAME)
    header_click(panel, Column.NAME)
    assert shown(panel) == [1, 3, 2]
    assert panel.selected_ids == [1, 2]
    assert panel.runs.id_at(panel.table.currentIndex().row()) == 2 != panel.runs.id_at(current)
    press_in_table(panel, Qt.Key.Key_Delete)
    assert spied(changed)[:2] == [[[1]], [[2, 1]]]


def press_in_table(panel: RunsPanel, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    panel.table.setFocus()
    press(panel, key, modifier)


# Selecting


def test_selection_current_row_and_place_survive_every_refresh(panel: RunsPanel) -> None:
    records = [run(number) for number in range(1, 200)]
    panel.set_records(records)
    click(panel, 90)
    click(panel, 95, modifier=SHIFT)
    assert panel.selected_ids == [95, 94, 93, 92, 91, 90]
    assert panel.bar.count.text() == "199 runs, 6 selected"
    at = panel.table.visualRect(cell(panel, 92)).top()
    changed = QSignalSpy(panel.selection_changed)

    panel.set_records([run(300), run(301), *records[3:]])
    panel.update_record(run(302))
    panel.update_record(run(92, note="looked at"))

    assert changed.count() == 0
    assert panel.selected_ids == [95, 94, 93, 92, 91, 90]
    assert panel.runs.id_at(panel.table.currentIndex().row()) == 95
    assert panel.table.visualRect(cell(panel, 92)).top() == at, "nothing jumps"
    panel.set_records([record for record in records if record.id != 92])
    assert spied(changed) == [[[95, 94, 93, 91, 90]]], "once, though much has changed"


def test_a_program_selects_runs_and_passes_over_those_that_are_not_there(panel: RunsPanel) -> None:
    show(panel, 1, 2, 3)
    changed = QSignalSpy(panel.selection_changed)
    panel.select([1, 99, 3])
    assert panel.selected_ids == [3, 1]
    assert spied(changed) == [[[3, 1]]]
    panel.select([])
    assert panel.selected_ids == []


def test_home_and_end_lead_to_the_first_and_the_last_run(panel: RunsPanel) -> None:
    show(panel, *range(1, 60))
    press_in_table(panel, Qt.Key.Key_End)
    assert panel.selected_ids == [1]
    press(panel, Qt.Key.Key_Home)
    assert panel.selected_ids == [59]
    press(panel, Qt.Key.Key_Down, SHIFT)
    assert panel.selected_ids == [59, 58]


# Stars


def test_a_click_on_a_star_gives_or_takes_it_and_selects_nothing(panel: RunsPanel) -> None:
    panel.set_records([run(1), run(2, starred=True), run(3)])
    click(panel, 3)
    starred = QSignalSpy(panel.starred)
    click(panel, 1, Column.STAR)
    click(panel, 2, Column.STAR)
    assert spied(starred) == [[1, True], [2, False]]
    assert panel.selected_ids == [3]
    panel.update_record(run(1, starred=True))
    click(panel, 1, Column.STAR)
    assert spied(starred)[-1] == [1, False]


def test_a_star_that_the_mouse_leaves_before_its_button_is_let_go_stays(panel: RunsPanel) -> None:
    show(panel, 1, 2)
    starred, viewport = QSignalSpy(panel.starred), panel.table.viewport()
    QTest.mousePress(viewport, LEFT, NONE, place(panel, 1, Column.STAR))
    QTest.mouseMove(viewport, place(panel, 2, Column.STAR))
    QTest.mouseRelease(viewport, LEFT, NONE, place(panel, 2, Column.STAR))
    assert starred.count() == 0
    assert panel.selected_ids == []


def test_a_double_click_on_a_star_opens_nothing(panel: RunsPanel) -> None:
    show(panel, 1, 2)
    opened, starred = QSignalSpy(panel.opened), QSignalSpy(panel.starred)
    double_click(panel, 1, Column.STAR)
    assert opened.count() == 0
    assert starred.count() == 2


def test_ctrl_d_gives_stars_to_all_selected_runs_or_takes_them(
    panel: RunsPanel, host: Host
) -> None:
    panel.set_records([run(1), run(2, starred=True), run(3), run(4)])
    panel.select([1, 2, 3])
    starred = QSignalSpy(panel.starred)
    press_in_table(panel, Qt.Key.Key_D, CTRL)
    assert spied(starred) == [[3, True], [1, True]], "the one that has a star keeps it"
    panel.set_records([run(number, starred=True) for number in (1, 2, 3, 4)])
    assert panel.commands.star.text() == "Remove the s&tar"
    press_in_table(panel, Qt.Key.Key_D, CTRL)
    assert spied(starred)[2:] == [[3, False], [2, False], [1, False]]
    assert host.called == []


# Names


def test_f2_edits_the_name_in_its_place_and_enter_hands_it_on(
    qtbot: QtBot, panel: RunsPanel, host: Host
) -> None:
    show(panel, 1, 2)
    click(panel, 1)
    renamed, opened = QSignalSpy(panel.renamed), QSignalSpy(panel.opened)
    press(panel, Qt.Key.Key_F2)
    editor = name_editor(panel)
    assert editor.selectedText() == "Run 1"
    QTest.keyClicks(editor, "the best fit")
    end_name(qtbot, panel, Qt.Key.Key_Return)
    assert spied(renamed) == [[1, "the best fit"]]
    assert opened.count() == 0
    assert panel.table.hasFocus()
    assert host.called == [], "not even the space and the letter f"


def test_keys_that_a_name_has_no_use_for_do_nothing_to_the_run(
    qtbot: QtBot, panel: RunsPanel, host: Host
) -> None:
    show(panel, 1, 2)
    click(panel, 1)
    spies = [QSignalSpy(signal) for signal in (panel.opened, panel.starred, panel.delete_requested)]
    press(panel, Qt.Key.Key_F2)
    QTest.keyClick(name_editor(panel), Qt.Key.Key_D, CTRL)
    QTest.keyClick(name_editor(panel), Qt.Key.Key_F2)
    QTest.keyClick(name_editor(panel), Qt.Key.Key_Delete)
    end_name(qtbot, panel, Qt.Key.Key_Escape)
    assert [spy.count() for spy in spies] == [0, 0, 0]
    assert host.called == []


def test_escape_leaves_the_name_as_it_was(qtbot: QtBot, panel: RunsPanel, host: Host) -> None:
    show(panel, 1, 2)
    click(panel, 2)
    renamed = QSignalSpy(panel.renamed)
    press(panel, Qt.Key.Key_F2)
    QTest.keyClicks(name_editor(panel), "no")
    end_name(qtbot, panel, Qt.Key.Key_Escape)
    assert renamed.count() == 0
    assert cell(panel, 2).data() == "Run 2"
    assert panel.table.hasFocus()
    assert host.called == []


def test_a_name_that_is_not_changed_is_not_handed_on_but_an_emptied_one_is(
    qtbot: QtBot,
    panel: RunsPanel,
) -> None:
    panel.set_records([run(1, title="baseline"), run(2)])
    renamed = QSignalSpy(panel.renamed)
    for number, typed in ((1, None), (1, "baseline"), (2, None)):
        click(panel, number)
        press(panel, Qt.Key.Key_F2)
        if typed is not None:
            QTest.keyClicks(name_editor(panel), typed)
        end_name(qtbot, panel, Qt.Key.Key_Return)
    assert renamed.count() == 0
    click(panel, 1)
    press(panel, Qt.Key.Key_F2)
    QTest.keyClick(name_editor(panel), Qt.Key.Key_Delete)
    end_name(qtbot, panel, Qt.Key.Key_Return)
    assert spied(renamed) == [[1, ""]]


def test_what_is_typed_stays_while_the_run_goes_on(qtbot: QtBot, panel: RunsPanel) -> None:
    panel.set_records([run(number, status=RunStatus.RUNNING) for number in (1, 2, 3)])
    renamed = QSignalSpy(panel.renamed)
    click(panel, 2)
    press(panel, Qt.Key.Key_F2)
    QTest.keyClicks(name_editor(panel), "mine")
    panel.update_record(run(2, status=RunStatus.RUNNING, epochs_done=2))
    panel.set_records([run(number, epochs_done=3) for number in (1, 2, 3, 4)])
    assert name_editor(panel).text() == "mine"
    end_name(qtbot, panel, Qt.Key.Key_Return)
    assert spied(renamed) == [[2, "mine"]]


def test_a_name_has_an_end(qtbot: QtBot, panel: RunsPanel) -> None:
    show(panel, 1)
    click(panel, 1)
    renamed = QSignalSpy(panel.renamed)
    press(panel, Qt.Key.Key_F2)
    QApplication.clipboard().setText("x" * 500)
    QTest.keyClick(name_editor(panel), Qt.Key.Key_V, CTRL)
    end_name(qtbot, panel, Qt.Key.Key_Return)
    assert spied(renamed) == [[1, "x" * LONGEST_NAME]]


# Notes


def test_a_note_counts_with_enter_and_the_keyboard_goes_back(panel: RunsPanel, host: Host) -> None:
    panel.set_records([run(1, note="so far"), run(2)])
    click(panel, 1)
    changed, note = QSignalSpy(panel.note_changed), panel.note.edit
    assert note.text() == "so far"
    panel.commands.edit_note.trigger()
    assert note.hasFocus()
    QTest.keyClicks(note, "far too slow")
    press(panel, Qt.Key.Key_Return)
    assert spied(changed) == [[1, "far too slow"]]
    assert panel.table.hasFocus()
    assert host.called == []


def test_escape_brings_back_the_note_that_was_saved(panel: RunsPanel, host: Host) -> None:
    panel.set_records([run(1, note="so far")])
    click(panel, 1)
    changed = QSignalSpy(panel.note_changed)
    panel.commands.edit_note.trigger()
    QTest.keyClicks(panel.note.edit, "no")
    press(panel, Qt.Key.Key_Escape)
    assert panel.note.edit.text() == "so far"
    assert panel.table.hasFocus()
    click(panel, 1)
    assert changed.count() == 0
    assert host.called == []


def test_a_note_is_saved_for_its_own_run_when_another_one_is_clicked(panel: RunsPanel) -> None:
    panel.set_records([run(1), run(2, note="of two")])
    click(panel, 1)
    changed = QSignalSpy(panel.note_changed)
    QTest.mouseClick(panel.note.edit, LEFT)
    panel.note.edit.setFocus()
    QTest.keyClicks(panel.note.edit, "of one")
    panel.update_record(run(1, epochs_done=2))
    assert panel.note.edit.text() == "of one", "what is typed stays while the run goes on"
    click(panel, 2)
    assert spied(changed) == [[1, "of one"]]
    assert panel.note.edit.text() == "of two"
    panel.select([1, 2])
    assert not panel.note.edit.isEnabled()
    assert panel.note.edit.placeholderText() == "Select one run for a note"


def test_a_note_of_several_lines_shows_as_one_and_is_not_changed_by_looking(
    panel: RunsPanel,
) -> None:
    panel.set_records([run(1, note="first\nsecond"), run(2)])
    changed = QSignalSpy(panel.note_changed)
    click(panel, 1)
    assert panel.note.edit.text() == "first second"
    panel.commands.edit_note.trigger()
    press(panel, Qt.Key.Key_Return)
    click(panel, 2)
    assert changed.count() == 0


# Deleting


class Keeper:
    """Deletes and brings back what the panel asks for, as a store would."""

    def __init__(self, panel: RunsPanel, numbers: Sequence[int]) -> None:
        self.panel, self.numbers = panel, list(numbers)
        self.deleted: list[int] = []
        panel.delete_requested.connect(self.delete)
        panel.undo_requested.connect(self.restore)
        self.show()

    def show(self) -> None:
        show(self.panel, *self.numbers)

    def delete(self, ids: list[int]) -> None:
        self.deleted = ids
        self.numbers = [number for number in self.numbers if number not in ids]
        self.show()
        self.panel.show_deleted([f"Run {number}" for number in ids])

    def restore(self) -> None:
        self.numbers += self.deleted
        self.show()


@pytest.mark.parametrize("way", ["button", "keys"])
def test_deleted_runs_can_be_brought_back(panel: RunsPanel, host: Host, way: str) -> None:
    keeper = Keeper(panel, [1, 2, 3, 4])
    panel.select([2, 3])
    undone = QSignalSpy(panel.undo_requested)
    press_in_table(panel, Qt.Key.Key_Delete)
    assert keeper.deleted == [3, 2]
    assert shown(panel) == [4, 1]
    assert panel.deleted.isVisible()
    assert plain(panel.deleted.text) == "Deleted “Run 3” and “Run 2”."
    if way == "button":
        push(panel.deleted.undo_button)
    else:
        press(panel, Qt.Key.Key_Z, CTRL)
    assert undone.count() == 1
    assert shown(panel) == [4, 3, 2, 1]
    assert not panel.deleted.isVisible()
    assert panel.table.hasFocus()
    press(panel, Qt.Key.Key_Z, CTRL)
    assert undone.count() == 1, "there is nothing more to undo"
    assert host.called == []


def test_after_a_deletion_the_keyboard_goes_on_with_a_run_nearby(panel: RunsPanel) -> None:
    keeper = Keeper(panel, range(1, 6))
    click(panel, 3)
    press(panel, Qt.Key.Key_Delete)
    assert keeper.numbers == [1, 2, 4, 5]
    assert panel.table.hasFocus()
    press(panel, Qt.Key.Key_Down)
    assert len(panel.selected_ids) == 1
    assert abs(panel.selected_ids[0] - 3) <= 2


def test_when_the_last_run_is_deleted_the_keyboard_finds_a_way_out(panel: RunsPanel) -> None:
    keeper = Keeper(panel, [1])
    click(panel, 1)
    press(panel, Qt.Key.Key_Delete)
    assert keeper.numbers == []
    assert panel.notice.isVisible()
    focused = QApplication.focusWidget()
    assert focused is panel.bar.button(panel.commands.import_run)
    press(panel, Qt.Key.Key_Z, CTRL)
    assert shown(panel) == [1]
    assert panel.table.isVisible()


def test_the_word_of_a_deletion_can_be_dismissed(panel: RunsPanel) -> None:
    keeper = Keeper(panel, [1, 2])
    click(panel, 1)
    press(panel, Qt.Key.Key_Delete)
    assert keeper.numbers == [2]
    dismiss = panel.findChild(QAbstractButton, "runs_dismiss_button")
    assert isinstance(dismiss, QAbstractButton)
    push(dismiss)
    assert not panel.deleted.isVisible()
    assert not panel.deleted.undo.isEnabled()


def test_ctrl_z_in_the_search_undoes_typing_and_no_deletion(panel: RunsPanel) -> None:
    keeper = Keeper(panel, [1, 2])
    click(panel, 1)
    undone = QSignalSpy(panel.undo_requested)
    press(panel, Qt.Key.Key_Delete)
    assert keeper.numbers == [2]
    search(panel, "Run")
    press(panel, Qt.Key.Key_Z, CTRL)
    assert undone.count() == 0
    assert panel.deleted.isVisible()


def test_delete_in_a_line_deletes_a_letter(panel: RunsPanel) -> None:
    panel.set_records([run(1, note="ab")])
    click(panel, 1)
    requested = QSignalSpy(panel.delete_requested)
    panel.note.edit.setFocus()
    panel.note.edit.setCursorPosition(0)
    press(panel, Qt.Key.Key_Delete)
    assert panel.note.edit.text() == "b"
    press(panel, Qt.Key.Key_Escape)
    assert requested.count() == 0


# Opening and other commands


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_the_selected_run(panel: RunsPanel, host: Host, key: Qt.Key) -> None:
    show(panel, 1, 2, 3)
    opened = QSignalSpy(panel.opened)
    press_in_table(panel, key)
    assert opened.count() == 0, "nothing is selected"
    click(panel, 2)
    press(panel, key)
    assert spied(opened) == [[2]]
    panel.select([1, 2])
    press(panel, key)
    assert opened.count() == 1, "only one can be open"
    assert host.called == []


def test_a_double_click_opens_a_run_once(panel: RunsPanel) -> None:
    show(panel, 1, 2)
    opened = QSignalSpy(panel.opened)
    double_click(panel, 2)
    assert spied(opened) == [[2]]
    panel.show_open(2)
    double_click(panel, 2)
    assert opened.count() == 1, "it is open already"
    below = panel.table.viewport().rect().bottomLeft() + QPoint(50, -5)
    QTest.mouseDClick(panel.table.viewport(), LEFT, NONE, below)
    assert opened.count() == 1


def test_every_button_asks_for_what_it_says(panel: RunsPanel) -> None:
    show(panel, 1, 2)
    panel.show_open(1)
    click(panel, 2)
    commands = panel.commands
    for action, signal in (
        (commands.open, panel.opened),
        (commands.go_on, panel.continue_requested),
        (commands.copy_settings, panel.settings_requested),
    ):
        spy = QSignalSpy(signal)
        push(panel.bar.button(action))
        assert spied(spy) == [[2]], action.text()
    compared = QSignalSpy(panel.compare_requested)
    push(panel.bar.button(commands.compare))
    panel.select([1, 2])
    push(panel.bar.button(commands.compare))
    assert spied(compared) == [[[2]], [[2, 1]]]
    panel.select([2])
    imports = QSignalSpy(panel.import_requested)
    push(panel.bar.button(commands.import_run))
    assert imports.count() == 1
    code = QSignalSpy(panel.code_requested)
    commands.copy_code.trigger()
    assert spied(code) == [[2]]
    exported = QSignalSpy(panel.export_requested)
    for kind in ExportKind:
        commands.exports[kind].trigger()
    assert spied(exported) == [[2, kind] for kind in ExportKind]


def open_menu(qtbot: QtBot, panel: RunsPanel, number: int) -> QMenu:
    """Click with the right button, which selects, and ask for the menu as the system does."""
    viewport, at = panel.table.viewport(), place(panel, number)
    QTest.mouseClick(viewport, RIGHT, NONE, at)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(viewport, QContextMenuEvent(reason, at, viewport.mapToGlobal(at)))
    qtbot.waitUntil(panel.menu.isVisible)
    return panel.menu


def test_the_menu_is_about_the_run_under_the_mouse(qtbot: QtBot, panel: RunsPanel) -> None:
    show(panel, 1, 2, 3)
    click(panel, 1)
    opened = QSignalSpy(panel.opened)
    menu = open_menu(qtbot, panel, 3)
    assert panel.selected_ids == [3]
    QTest.keyClick(menu, Qt.Key.Key_O)
    assert spied(opened) == [[3]]
    assert not menu.isVisible()


def test_the_menu_of_a_selected_run_is_about_all_that_are_selected(
    qtbot: QtBot, panel: RunsPanel
) -> None:
    show(panel, 1, 2, 3)
    panel.select([3, 1])
    deletes = QSignalSpy(panel.delete_requested)
    menu = open_menu(qtbot, panel, 3)
    assert panel.selected_ids == [3, 1]
    assert not panel.commands.open.isEnabled()
    QTest.keyClick(menu, Qt.Key.Key_D)
    assert spied(deletes) == [[[3, 1]]]


def test_the_menu_offers_every_command_with_a_letter_of_its_own(panel: RunsPanel) -> None:
    for menu in (panel.menu, panel.commands.export_menu):
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(set(letters)) == len(letters), texts
    offered = set(panel.menu.actions()) | set(panel.commands.export_menu.actions())
    assert set(panel.commands.with_keys) | {panel.commands.copy_code} <= offered


def test_the_best_epoch_by_validation_is_offered_before_the_last_one(panel: RunsPanel) -> None:
    panel.set_records([run(1, best_epoch=2), run(2, best_epoch=None, best_accuracy=0.9)])

    def offered() -> list[str]:
        actions = panel.commands.export_menu.actions()
        return [action.text().replace("&", "") for action in actions if action.isVisible()]

    click(panel, 1)
    assert offered()[2:6] == [
        "Weights of the best epoch by validation (2)…",
        "Weights of the last epoch (3)…",
        "ONNX of the best epoch by validation (2)…",
        "ONNX of the last epoch (3)…",
    ]
    click(panel, 2)
    assert offered()[2:4] == ["Weights…", "ONNX…"], "no epoch is chosen by test images"


def test_a_run_that_was_stopped_early_says_why(panel: RunsPanel) -> None:
    config = TrainingConfig(epochs=30, validation_images=5_000, patience=2)
    panel.set_records([run(1, config=config), run(2)])
    for number, is_early in ((1, True), (2, False)):
        index = cell(panel, number, Column.STATUS)
        assert index.data() == ("stopped early" if is_early else "finished")
        said = index.data(Qt.ItemDataRole.ToolTipRole)
        assert ("Stopped early after epoch 3" in said) is is_early
        assert ("2 epochs" in said) is is_early
    panel.bar.search.setText("early")
    assert panel.runs.rowCount() == 1


REASONS: dict[str, tuple[Callable[[], list[RunRecord]], list[int], int | None, dict[str, str]]] = {
    "nothing selected": (
        lambda: [run(1)],
        [],
        None,
        dict.fromkeys(
            ("open", "go_on", "copy_settings", "rename", "edit_note", "star", "compare",
             "copy_code", "delete", "export_menu", *ExportKind),
            "Select a run first.",
        ),
    ),
    "several": (
        lambda: [run(1), run(2)],
        [1, 2],
        None,
        dict.fromkeys(
            ("open", "go_on", "copy_settings", "rename", "edit_note", "copy_code",
             "export_menu", *ExportKind),
            "Select one run only.",
        ),
    ),
    "going on": (
        lambda: [run(1, status=RunStatus.PAUSED, epochs_done=0)],
        [1],
        2,
        {
            "go_on": "still going on",
            "delete": "cannot be deleted",
            "compare": "No epoch",
            ExportKind.RUN: "still going on",
            ExportKind.RUN_AND_PICTURES: "still going on",
            ExportKind.ONNX: "No epoch",
            ExportKind.WEIGHTS: "No epoch",
            ExportKind.BEST_ONNX: "No epoch",
            ExportKind.BEST_WEIGHTS: "No epoch",
            ExportKind.REPORT: "No epoch",
            ExportKind.PDF_REPORT: "No epoch",
            ExportKind.CURVES: "No epoch",
            ExportKind.TENSORBOARD: "No epoch",
        },
    ),
    "open": (
        lambda: [run(1)],
        [1],
        1,
        {"open": "open already", "compare": "It is the open run."},
    ),
    "diverged": (
        lambda: [run(1, status=RunStatus.DIVERGED)],
        [1],
        None,
        {"go_on": "no numbers any more", "compare": "Select two runs, or open one."},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REASONS)
def test_what_cannot_be_done_says_why(panel: RunsPanel, case: str) -> None:
    records, selected, open_id, reasons = REASONS[case]
    panel.set_records(records())
    panel.show_open(open_id)
    panel.select(selected)
    commands = panel.commands
    actions: dict[str, QAction] = {
        "open": commands.open,
        "go_on": commands.go_on,
        "copy_settings": commands.copy_settings,
        "rename": commands.rename,
        "edit_note": commands.edit_note,
        "star": commands.star,
        "compare": commands.compare,
        "copy_code": commands.copy_code,
        "delete": commands.delete,
        "import_run": commands.import_run,
        "export_menu": commands.export_menu.menuAction(),
    }
    actions.update({str(kind): action for kind, action in commands.exports.items()})
    for name, action in actions.items():
        assert action.isEnabled() is (name not in reasons), name
        if name in reasons:
            assert reasons[name] in action.toolTip(), name
    export = panel.bar.button(commands.export_menu.menuAction())
    assert reasons.get("export_menu", "") in export.toolTip()


def test_keys_do_nothing_where_their_commands_are_off(panel: RunsPanel, host: Host) -> None:
    panel.set_records([run(1, status=RunStatus.RUNNING)])
    panel.show_open(1)
    click(panel, 1)
    spies = [QSignalSpy(signal) for signal in (panel.opened, panel.delete_requested)]
    press(panel, Qt.Key.Key_Delete)
    press(panel, Qt.Key.Key_Return)
    assert [spy.count() for spy in spies] == [0, 0]
    assert host.called == [], "nor do they reach the window instead"


def test_keys_of_the_window_still_work_in_the_list(panel: RunsPanel, host: Host) -> None:
    show(panel, 1, 2)
    click(panel, 1)
    for key, modifier in (
        (Qt.Key.Key_Space, NONE),
        (Qt.Key.Key_Escape, NONE),
        (Qt.Key.Key_F, NONE),
        (Qt.Key.Key_R, CTRL),
    ):
        press(panel, key, modifier)
    assert host.called == ["Space", "Esc", "F", "Ctrl+R"]
    assert panel.selected_ids == [1]


# All states


def test_without_runs_the_list_says_when_there_will_be_some(panel: RunsPanel) -> None:
    assert panel.notice.isVisible()
    assert panel.notice.label.text() == "Runs are kept here as soon as you press Start."
    assert not panel.notice.button.isVisible()
    assert not panel.bar.search.isEnabled()
    assert not panel.note.isVisible()
    assert panel.bar.count.text() == ""
    assert panel.commands.import_run.isEnabled()
    show(panel, 1)
    assert panel.table.isVisible()
    assert panel.note.isVisible()
    assert panel.bar.count.text() == "1 run"


def test_a_thousand_runs_are_found_sorted_and_deleted(panel: RunsPanel) -> None:
    configs = [TEXTBOOK.config, MODERN.config, TrainingConfig(learning_rate=0.3)]
    records = [run(number, config=configs[number % 3]) for number in range(1, 1001)]
    panel.set_records(records)
    assert panel.bar.count.text() == "1,000 runs"
    header_click(panel, Column.RECIPE)
    assert sorted(shown(panel)) == list(range(1, 1001))
    assert search(panel, "Run 777") == [777]
    assert panel.bar.count.text() == "1 of 1,000 runs"
    press(panel, Qt.Key.Key_Escape)
    deletes = QSignalSpy(panel.delete_requested)
    press_in_table(panel, Qt.Key.Key_A, CTRL)
    assert panel.bar.count.text() == "1,000 runs, 1,000 selected"
    press(panel, Qt.Key.Key_Delete)
    (ids,) = deletes.at(0)
    assert ids == shown(panel)
    panel.set_records([])
    panel.show_deleted([f"Run {number}" for number in ids])
    assert panel.deleted.text == "Deleted 1,000 runs."


def only_plain_text(panel: QWidget) -> None:
    for label in every(QLabel, panel):
        text = label.text()
        assert label.textFormat() is Qt.TextFormat.PlainText or "<" not in text, text


@pytest.mark.parametrize("kind", HOSTILE)
def test_any_name_and_note_shows_as_one_plain_line(
    qtbot: QtBot, panel: RunsPanel, kind: str
) -> None:
    text = HOSTILE[kind]
    panel.set_records([run(1, title=text, note=text), run(2)])
    panel.show_open(1)
    heights = {panel.table.visualRect(cell(panel, number)).height() for number in (1, 2)}
    assert len(heights) == 1
    click(panel, 1)
    name = str(cell(panel, 1).data())
    assert name
    assert len(name.splitlines()) == 1
    assert not set(name) & set("\u202e\x00\x1b\ud83d\udc00")
    for column in Column:
        tip = str(cell(panel, 1, column).data(Qt.ItemDataRole.ToolTipRole))
        assert "<h1>" not in tip
        assert "<img" not in tip
    panel.deleted.show_deleted([text])
    only_plain_text(panel)
    assert panel.deleted.isVisible()
    assert panel.width() <= 1100, "no name pushes the window wider"
    assert not panel.grab().toImage().isNull()
    renamed, noted = QSignalSpy(panel.renamed), QSignalSpy(panel.note_changed)
    press(panel, Qt.Key.Key_F2)
    assert len(name_editor(panel).text().splitlines()) == 1
    end_name(qtbot, panel, Qt.Key.Key_Return)
    panel.commands.edit_note.trigger()
    press(panel, Qt.Key.Key_Return)
    assert renamed.count() == noted.count() == 0, "looking at a name does not change it"


@pytest.mark.parametrize("kind", HOSTILE)
def test_any_search_is_quoted_as_plain_text(panel: RunsPanel, kind: str) -> None:
    show(panel, 1)
    panel.bar.search.setText(HOSTILE[kind] + "xyzzy")
    assert panel.notice.isVisible()
    only_plain_text(panel)
    assert plain(panel.notice.label.text()).startswith("No run matches “")
    assert panel.width() <= 1100


def test_a_pasted_name_of_several_lines_becomes_one(qtbot: QtBot, panel: RunsPanel) -> None:
    show(panel, 1)
    click(panel, 1)
    renamed = QSignalSpy(panel.renamed)
    press(panel, Qt.Key.Key_F2)
    QApplication.clipboard().setText("a\r\nb\tc \u202e<b>d")
    QTest.keyClick(name_editor(panel), Qt.Key.Key_V, CTRL)
    end_name(qtbot, panel, Qt.Key.Key_Return)
    assert spied(renamed) == [[1, "a b c <b>d"]]


# For those who do not see it


def test_a_screen_reader_hears_every_cell_and_header(panel: RunsPanel) -> None:
    panel.set_records([run(1, note="best so far", starred=True), run(2, status=RunStatus.FAILED)])
    panel.show_open(1)
    table = QAccessible.queryAccessibleInterface(panel.table)
    assert table.text(QAccessible.Text.Name) == "Runs"
    spoken = [table.child(place).text(QAccessible.Text.Name) for place in range(table.childCount())]
    assert {look.title for look in COLUMNS.values()} <= set(spoken)
    expected = [
        "not starred", "Run 2", "failed", "Textbook LeNet, 3 epochs", "70.00\xa0%", "70.00\xa0%",
        "3 of 3", "0:20", "today 10:22",
        "starred", "Run 1, open, note: best so far", "finished", "Textbook LeNet, 3 epochs",
        "70.00\xa0%", "70.00\xa0%", "3 of 3", "0:10", "today 10:21",
    ]  # fmt: skip
    cells = spoken[-len(expected) :]
    assert cells == expected


def test_every_control_of_the_list_has_a_name_and_an_explanation(panel: RunsPanel) -> None:
    panel.set_records([run(1, title="mine")])
    panel.select([1])
    panel.show_deleted(["Run 2"])
    for kind in (QAbstractButton, QLineEdit):
        visible = [control for control in every(kind, panel) if control.isVisible()]
        # But for the cross that Qt puts into a search.
        own = [control for control in visible if not isinstance(control.parent(), QLineEdit)]
        assert own
        for control in own:
            interface = QAccessible.queryAccessibleInterface(control)
            assert interface.text(QAccessible.Text.Name), control.objectName()
            assert control.toolTip(), control.objectName()
            assert control.objectName()


def test_the_list_is_walked_through_by_tab_in_reading_order(panel: RunsPanel) -> None:
    show(panel, 1, 2)
    click(panel, 1)
    panel.bar.search.setFocus()
    visited: list[str] = []
    while (focused := QApplication.focusWidget()) is not None and len(visited) < 20:
        visited.append(focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is panel.bar.search:
            break
    assert visited[0] == "runs_search"
    assert visited[-2:] == ["runs_table", "run_note_input"]
    assert "runs_open_button" in visited


def test_the_list_can_be_seen_in_both_themes(panel: RunsPanel) -> None:
    panel.set_records([run(1, starred=True), run(2, status=RunStatus.FAILED)])
    icon_role = Qt.ItemDataRole.DecorationRole
    seen = []
    for theme in (LIGHT, DARK):
        panel.show_theme(theme)
        icon = cell(panel, 1, Column.STATUS).data(icon_role)
        seen.append(icon.pixmap(16).toImage())
    assert seen[0] != seen[1]


@pytest.mark.parametrize("left", [[], [2], [1, 2, 3]])
def test_a_run_that_goes_while_it_is_named_takes_the_editor_along(
    qtbot: QtBot, panel: RunsPanel, left: list[int]
) -> None:
    show(panel, 1, 2, 3)
    click(panel, 1)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    editor = panel.table.findChild(QLineEdit, "run_name_editor")
    assert isinstance(editor, QLineEdit)
    QTest.keyClicks(editor, "half a na")
    renamed = QSignalSpy(panel.renamed)
    panel.set_records([run(number) for number in left])
    QApplication.processEvents()
    assert renamed.count() == 0, "nobody has entered it"
    editors = panel.table.findChildren(QLineEdit, "run_name_editor")
    assert any(each.isVisible() for each in editors) == (1 in left)
