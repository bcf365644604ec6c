"""The table of compared runs marks what differs."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFont, QGuiApplication, QIcon
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.settings.choices import Activation, Optimizer
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import COMPARED, setting_name
from lenet_desktop.ui.comparison.comparison_model import ComparedColumn
from lenet_desktop.ui.comparison.comparison_panel import ComparisonPanel
from lenet_desktop.ui.comparison.run_comparison import ComparedSet, RunComparison
from lenet_desktop.ui.kit.theme import DARK
from lenet_desktop.ui.training.line_looks import LOOKS
from lenet_desktop.ui.training.plots import TrainingPlots
from tests.made_runs import made_record, made_run

PLAIN = TrainingConfig(epochs=3)
RELU = replace(PLAIN, activation=Activation.RELU, learning_rate=0.1)
OPEN = made_record(1, PLAIN, title="Textbook", accuracies=(0.5, 0.9, 0.8))
OTHER = made_record(2, RELU, accuracies=(0.5, 0.85, 0.85))

Role = Qt.ItemDataRole


@pytest.fixture
def panel(qtbot: QtBot) -> ComparisonPanel:
    shown = ComparisonPanel()
    qtbot.addWidget(shown)
    shown.resize(700, 400)
    shown.show()
    return shown


def show(panel: ComparisonPanel, *others: RunRecord, open_run: RunRecord | None = OPEN) -> None:
    first = [] if open_run is None else [ComparedColumn(open_run, LOOKS[5], is_open=True)]
    columns = [ComparedColumn(record, LOOKS[place]) for place, record in enumerate(others)]
    panel.show_columns([*first, *columns])


def row_names(panel: ComparisonPanel) -> list[str]:
    rows = range(panel.model.rowCount())
    return [str(panel.model.headerData(row, Qt.Orientation.Vertical)) for row in rows]


def row_of(panel: ComparisonPanel, name: str) -> int:
    return [each.removeprefix("≠ ") for each in row_names(panel)].index(name)


def cells(panel: ComparisonPanel, name: str, role: Role = Role.DisplayRole) -> list[object]:
    row = row_of(panel, name)
    columns = range(panel.model.columnCount())
    return [panel.model.index(row, column).data(role) for column in columns]


def bold(panel: ComparisonPanel, name: str) -> list[bool]:
    fonts = cells(panel, name, Role.FontRole)
    return [isinstance(font, QFont) and font.bold() for font in fonts]


def test_before_there_are_two_runs_it_says_what_to_do(panel: ComparisonPanel) -> None:
    assert panel.empty.isVisible()
    assert panel.empty.text() == "Select two or more runs to compare them."
    show(panel)
    assert panel.empty.isVisible()
    show(panel, OTHER)
    assert panel.table.isVisible()
    assert not panel.empty.isVisible()
    show(panel, OTHER, made_record(3), open_run=None)
    assert panel.table.isVisible()
    show(panel)
    assert panel.empty.isVisible()


def test_the_open_run_comes_first_and_is_marked(panel: ComparisonPanel) -> None:
    show(panel, OTHER)
    model, across = panel.model, Qt.Orientation.Horizontal
    assert model.headerData(0, across) == "Textbook (open)"
    assert model.headerData(1, across) == "Run 2"
    for column, look in enumerate((LOOKS[5], LOOKS[0])):
        assert isinstance(model.headerData(column, across, Role.DecorationRole), QIcon)
        spoken = model.headerData(column, across, Role.AccessibleTextRole)
        assert isinstance(spoken, str)
        assert look.words in spoken
    assert model.headerData(0, across, Role.AccessibleTextRole) == (
        f"Textbook, open, {LOOKS[5].words}"
    )


def test_only_differences_are_shown_until_the_box_is_cleared(
    qtbot: QtBot, panel: ComparisonPanel
) -> None:
    show(panel, OTHER)
    assert row_names(panel) == [
        "≠ Best test accuracy", "≠ Last test accuracy", "≠ Duration",
        "≠ Learning rate", "≠ Activation",
    ]  # fmt: skip
    box = panel.differences_only
    assert box.isChecked()
    box.click()
    names = [name.removeprefix("≠ ") for name in row_names(panel)]
    assert names[:6] == [
        "State", "Best test accuracy", "Last test accuracy", "Epochs done", "Duration",
        "Computed on",
    ]  # fmt: skip
    assert names[6:] == [setting_name(field).capitalize() for field in COMPARED]
    assert sum(name.startswith("≠") for name in row_names(panel)) == 5
    box.click()
    assert len(row_names(panel)) == 5


def test_every_value_is_shown(panel: ComparisonPanel) -> None:
    panel.differences_only.click()
    show(panel, OTHER)
    assert cells(panel, "State") == ["finished", "finished"]
    assert cells(panel, "Best test accuracy") == [
        "90.00\xa0%",
        "85.00\xa0%",
    ]
    assert cells(panel, "Last test accuracy") == [
        "80.00\xa0%",
        "85.00\xa0%",
    ]
    assert cells(panel, "Epochs done") == ["3 of 3", "3 of 3"]
    assert cells(panel, "Duration") == ["0:10", "0:20"]
    assert cells(panel, "Computed on") == ["A processor", "A processor"]
    assert cells(panel, "Learning rate") == ["0.9", "0.1"]
    assert cells(panel, "Activation") == ["sigmoid", "ReLU"]
    assert cells(panel, "Momentum") == ["0", "0"]


def test_images_held_out_have_a_row_where_a_run_has_some(panel: ComparisonPanel) -> None:
    judged = replace(OTHER, best_epoch=2, validation_accuracy=0.875)
    panel.differences_only.click()
    show(panel, judged, open_run=OPEN)
    assert cells(panel, "Best validation accuracy") == ["—", "87.50\xa0%, epoch 2"]


def test_the_balanced_accuracy_has_a_row_where_a_run_has_one(panel: ComparisonPanel) -> None:
    panel.differences_only.click()
    show(panel, replace(OTHER, balanced_accuracy=0.625), open_run=OPEN)
    assert cells(panel, "Balanced accuracy") == ["—", "62.50\xa0%"]


def test_what_differs_and_the_best_accuracies_are_bold_and_said(panel: ComparisonPanel) -> None:
    panel.differences_only.click()
    show(panel, OTHER)
    assert bold(panel, "Learning rate") == [True, True]
    assert bold(panel, "Batch size") == [False, False]
    assert bold(panel, "Best test accuracy") == [True, False]
    assert bold(panel, "Last test accuracy") == [False, True]
    assert cells(panel, "Best test accuracy", Role.AccessibleTextRole) == [
        "90.00\xa0%, the highest", "85.00\xa0%",
    ]  # fmt: skip
    model, down = panel.model, Qt.Orientation.Vertical
    row, equal = row_of(panel, "Learning rate"), row_of(panel, "Batch size")
    font = model.headerData(row, down, Role.FontRole)
    assert isinstance(font, QFont)
    assert font.bold()
    assert model.headerData(equal, down, Role.FontRole) is None
    assert model.headerData(row, down, Role.AccessibleTextRole) == "Learning rate, differs"


def test_equal_best_accuracies_are_no_best_and_missing_ones_are_a_dash(
    panel: ComparisonPanel,
) -> None:
    panel.differences_only.click()
    show(panel, replace(OPEN, id=5), made_record(6, PLAIN, accuracies=()))
    assert bold(panel, "Best test accuracy") == [False, False, False]
    assert cells(panel, "Best test accuracy")[2] == "—"


def test_runs_with_the_same_settings_say_so(panel: ComparisonPanel) -> None:
    show(panel, made_record(2, PLAIN))
    assert panel.sentence.text() == "These runs have the same settings."
    show(panel, OTHER)
    assert panel.sentence.text() == ""


def test_a_momentum_that_is_not_used_makes_no_difference(panel: ComparisonPanel) -> None:
    adam = replace(PLAIN, optimizer=Optimizer.ADAM)
    show(panel, made_record(2, replace(adam, momentum=0.9)), open_run=made_record(1, adam))
    assert "≠ Momentum" not in row_names(panel)


def test_ctrl_c_copies_the_table_or_the_selected_cells(panel: ComparisonPanel) -> None:
    show(panel, OTHER)
    clipboard = QGuiApplication.clipboard()
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = clipboard.text().splitlines()
    assert lines[0] == "\tTextbook\tRun 2"
    assert lines[1] == "Best test accuracy\t90.00 %\t85.00 %"
    assert lines[-1] == "Activation\tsigmoid\tReLU"
    selection = panel.table.selectionModel()
    for row in (3, 4):
        selection.select(panel.model.index(row, 1), QItemSelectionModel.SelectionFlag.Select)
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "\tRun 2\nLearning rate\t0.1\nActivation\tReLU\n"


def test_names_are_plain_text(panel: ComparisonPanel) -> None:
    title = '=HYPERLINK("x")\n<b>bold</b>\t' + "long " * 80
    show(panel, replace(OTHER, title=title))
    across = Qt.Orientation.Horizontal
    header = panel.model.headerData(1, across)
    assert isinstance(header, str)
    assert "\n" not in header
    assert len(header) < 40
    tip = panel.model.headerData(1, across, Role.ToolTipRole)
    assert isinstance(tip, str)
    assert "&lt;b&gt;" in tip
    panel.table.copy()
    first = QGuiApplication.clipboard().text().splitlines()[0].split("\t")
    assert len(first) == 3
    assert first[2].startswith("'=HYPERLINK")


def test_the_lines_grow_with_text_and_shrink_with_it(qtbot: QtBot, panel: ComparisonPanel) -> None:
    show(panel, OTHER)
    table, usual = panel.table, panel.table.font()
    before = [table.rowHeight(0), table.columnWidth(0)]
    large = QFont(usual)
    large.setPointSizeF(3 * usual.pointSizeF())
    table.setFont(large)
    qtbot.waitUntil(lambda: table.rowHeight(0) >= table.fontMetrics().height())
    assert table.columnWidth(0) > 2 * before[1]
    table.setFont(usual)
    qtbot.waitUntil(lambda: [table.rowHeight(0), table.columnWidth(0)] == before)


def test_the_selection_stays_while_figures_change(panel: ComparisonPanel) -> None:
    show(panel, OTHER)
    panel.table.setCurrentIndex(panel.model.index(3, 1))
    show(panel, OTHER, open_run=replace(OPEN, best_accuracy=0.95, elapsed_s=99.0))
    assert panel.table.currentIndex().row() == 3
    assert cells(panel, "Best test accuracy")[0] == "95.00\xa0%"
    assert cells(panel, "Duration")[0] == "1:39"


def test_the_theme_repaints_the_headers(qtbot: QtBot, panel: ComparisonPanel) -> None:
    show(panel, OTHER)
    with qtbot.waitSignal(panel.model.headerDataChanged):
        panel.show_theme(DARK)


def test_the_headers_are_repainted_too_where_nothing_differs(
    qtbot: QtBot, panel: ComparisonPanel
) -> None:
    show(panel, replace(OPEN, id=2, key=f"{2:032x}"))
    assert panel.model.rowCount() == 0
    with qtbot.waitSignal(panel.model.headerDataChanged):
        panel.show_theme(DARK)  # Qt would warn of rows that are not there


def test_a_comparison_fills_the_table_and_follows_a_record(
    qtbot: QtBot, panel: ComparisonPanel
) -> None:
    plots = TrainingPlots()
    qtbot.addWidget(plots)
    comparison = RunComparison(plots, panel, plots)
    opened = replace(made_run(1, PLAIN), record=OPEN)
    comparison.show(ComparedSet([opened, made_run(2, RELU), made_run(3, RELU)], OPEN))
    assert [column.record.id for column in panel.model.columns] == [1, 2, 3]
    looks = [column.look for column in panel.model.columns]
    assert looks[0] is not looks[1]
    assert looks[1] is looks[2], "runs that make one curve have its look"
    comparison.update_record(replace(OPEN, best_accuracy=0.99))
    assert cells(panel, "Best test accuracy")[0] == "99.00\xa0%"
    comparison.update_record(made_record(9))
    assert panel.model.columnCount() == 3
