"""The runs of a sweep in the list: a group that folds, and is found, starred and deleted as one."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.runs.run_groups import with_groups
from lenet_desktop.ui.runs.runs_panel import RunsPanel
from tests.made_runs import made_record
from tests.sweeps import made_sweeps

LEFT = Qt.MouseButton.LeftButton
GROUP = -7
ALONE, FIRST, SECOND, LATER = 1, 2, 3, 4


def records() -> list[RunRecord]:
    made = [replace(made_record(number), id=number) for number in (ALONE, FIRST, SECOND, LATER)]
    return [
        replace(
            each, sweep_id=7 if each.id in (FIRST, SECOND) else None, best_accuracy=each.id / 10
        )
        for each in made
    ]


def show(panel: RunsPanel, runs: list[RunRecord]) -> None:
    findings = made_sweeps.made_findings([0.9, 0.8])
    panel.set_records(*with_groups(runs, [made_sweeps.made_record(findings, id=7, title="Race")]))


@pytest.fixture
def panel(qtbot: QtBot) -> RunsPanel:
    made = RunsPanel()
    qtbot.addWidget(made)
    made.resize(1100, 400)
    show(made, records())
    made.show()
    return made


def in_sight(panel: RunsPanel) -> list[int]:
    return [panel.runs.id_at(row) for row in range(panel.runs.rowCount())]


def test_a_group_is_folded_at_first_and_as_new_as_its_newest_run(panel: RunsPanel) -> None:
    assert in_sight(panel) == [LATER, GROUP, ALONE]
    assert panel.bar.count.text() == "4 runs"


def test_the_arrow_and_the_arrow_keys_fold_and_unfold(panel: RunsPanel) -> None:
    panel.select([GROUP])
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    assert in_sight(panel) == [LATER, GROUP, SECOND, FIRST, ALONE]
    panel.select([FIRST])
    QTest.keyClick(panel.table, Qt.Key.Key_Left)
    assert in_sight(panel) == [LATER, GROUP, ALONE]
    assert panel.selected_ids == [GROUP]
    cell = panel.table.visualRect(panel.runs.index_of(GROUP))
    place = QPoint(cell.left() + 12, cell.center().y())
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=place)
    assert SECOND in in_sight(panel)


def test_runs_are_sorted_within_their_group(panel: RunsPanel) -> None:
    panel.runs.fold(GROUP, folded=False)
    panel.table.sortByColumn(Column.BEST, Qt.SortOrder.AscendingOrder)
    assert in_sight(panel) == [ALONE, GROUP, FIRST, SECOND, LATER]
    panel.table.sortByColumn(Column.BEST, Qt.SortOrder.DescendingOrder)
    assert in_sight(panel) == [LATER, GROUP, SECOND, FIRST, ALONE]


def test_a_search_finds_runs_in_folded_groups_and_groups_by_their_name(panel: RunsPanel) -> None:
    runs = [replace(run, note="peculiar") if run.id == FIRST else run for run in records()]
    show(panel, runs)
    panel.bar.search.setText("peculiar")
    assert in_sight(panel) == [GROUP, FIRST]
    assert panel.bar.count.text() == "1 of 4 runs"
    panel.bar.search.setText("race")
    assert in_sight(panel) == [GROUP, SECOND, FIRST]
    panel.bar.search.clear()
    assert in_sight(panel) == [LATER, GROUP, ALONE]


def test_a_group_is_opened_and_deleted_as_one_and_compared_as_its_runs(
    qtbot: QtBot, panel: RunsPanel
) -> None:
    with qtbot.waitSignal(panel.selection_changed) as selected:
        panel.select([GROUP])
    assert sorted(selected.args[0]) == [FIRST, SECOND]
    with qtbot.waitSignal(panel.opened) as opened:
        QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert opened.args == [GROUP]
    with qtbot.waitSignal(panel.delete_requested) as deleted:
        panel.commands.delete.trigger()
    assert deleted.args == [[GROUP]]
    assert not panel.commands.go_on.isEnabled()
    assert not panel.commands.repeat_menu.menuAction().isEnabled()


def test_the_recipes_of_sweeps_are_compared_by_their_rows(qtbot: QtBot, panel: RunsPanel) -> None:
    panel.select([GROUP, LATER])
    assert not panel.commands.compare.isEnabled()
    assert "two recipes" in panel.commands.compare.toolTip()
    *others, later = records()
    show(panel, [*others, replace(later, config=replace(later.config, learning_rate=0.123))])
    panel.select([GROUP, LATER])
    with qtbot.waitSignal(panel.compare_requested) as compared:
        panel.commands.compare.trigger()
    assert set(compared.args[0]) == {FIRST, SECOND, LATER}


def test_a_run_is_repeated_with_five_seeds_in_two_clicks(qtbot: QtBot, panel: RunsPanel) -> None:
    panel.select([ALONE])
    menu = panel.commands.repeat_menu
    menu.popup(panel.mapToGlobal(QPoint(50, 50)))
    with qtbot.waitSignal(panel.repeat_requested) as asked:
        QTest.mouseClick(menu.start, LEFT)
    assert asked.args == [ALONE, 5]
    assert not menu.isVisible()


def test_a_new_run_comes_in_under_its_sweep(panel: RunsPanel) -> None:
    panel.runs.fold(GROUP, folded=False)
    another = replace(records()[1], id=9, key="9" * 32)
    panel.update_record(another)
    assert in_sight(panel) == [GROUP, 9, SECOND, FIRST, LATER, ALONE]
    show(panel, [run for run in records() if run.sweep_id is None])
    assert in_sight(panel) == [LATER, ALONE]
