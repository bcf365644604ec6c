"""The page of sweeps by itself, with real clicks and keys: the form, the table and the plots."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.importance import Importance
from lenet_desktop.settings.choices import Optimizer
from lenet_desktop.settings.config import MAX_EPOCHS, TrainingConfig
from lenet_desktop.sweeps.definition import Pruning, Sampler
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.sweeps.records import EpochFigures, SweepState, TrialState
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.text.language import SOURCE, set_language
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import DARK, LIGHT
from lenet_desktop.ui.sweeps.sweep_view import SweepView
from lenet_desktop.ui.sweeps.sweep_words import about_text, standing_text
from lenet_desktop.ui.sweeps.sweeps_page import SweepsPage
from lenet_desktop.ui.sweeps.trial_plot import TrialPlot
from tests.other_data import colours
from tests.sweeps.made_sweeps import DEFINITION, made_findings, made_record, made_trial
from tests.ui.dialogs import save

LEFT = Qt.MouseButton.LeftButton
VALUES = [0.90, 0.91, 0.88, None]


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[SweepsPage]:
    made = SweepsPage(SaveFolder(tmp_path))
    qtbot.addWidget(made)
    made.resize(1200, 700)
    findings = made_findings(VALUES)
    record = made_record(findings)
    made.show_sweeps([record])
    made.list.choose(record.id)
    made.view.show_sweep(record, findings)
    made.show()
    yield made
    made.view.shutdown()


def place_of(plot: TrialPlot, x: float, y: float) -> QPoint:
    scene = plot.getPlotItem().getViewBox().mapViewToScene(QPointF(x, y))
    return QPoint(plot.mapFromScene(scene))


def numbers(page: SweepsPage) -> list[int]:
    """Return the trials in sight, from the top."""
    table = page.view.table
    rows = range(table.trials.rowCount())
    root = table.rootIndex()
    return [table.trials.trial_at(row).number for row in rows if not table.isRowHidden(row, root)]


def test_an_empty_list_never_has_the_keyboard(page: SweepsPage) -> None:
    assert page.list.focusPolicy() is Qt.FocusPolicy.StrongFocus
    page.show_sweeps([])
    page.focus()
    assert page.focusWidget() is page.new
    assert page.list.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_plots_are_made_with_the_first_sweep_that_is_shown_in_the_colours_of_the_window(
    qtbot: QtBot, tmp_path: Path
) -> None:
    page = SweepsPage(SaveFolder(tmp_path))
    qtbot.addWidget(page)
    page.show_theme(DARK)
    page.show_sweeps([])
    assert not page.findChildren(TrialPlot)
    findings = made_findings(VALUES)
    for theme in (DARK, LIGHT):
        page.show_theme(theme)
        page.view.show_sweep(made_record(findings), findings)
        plots = page.findChildren(TrialPlot)
        assert [plot.theme for plot in plots] == page.view.tabs.count() * [theme]
    page.view.shutdown()


def test_the_table_is_sorted_and_those_without_a_value_come_last(page: SweepsPage) -> None:
    table = page.view.table
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert numbers(page) == [2, 1, 3, 4]
    table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert numbers(page) == [3, 1, 2, 4]


def test_what_is_looked_for_first_is_in_sight_in_a_narrow_window(page: SweepsPage) -> None:
    page.resize(1084, 530)  # what the least window leaves for a page
    QApplication.processEvents()
    table = page.view.table
    beyond = table.viewport().width()
    titles = {
        table.trials.headerData(column, Qt.Orientation.Horizontal): table.columnViewportPosition(
            column
        )
        + table.columnWidth(column)
        for column in range(table.trials.columnCount())
    }
    for title in ("Trial", "Accuracy", "State", "Learning rate", "Activation"):
        assert titles[title] <= beyond


def test_a_column_grows_with_what_is_new_in_it(page: SweepsPage) -> None:
    table = page.view.table
    findings = made_findings(VALUES)
    column = [
        table.trials.headerData(column, Qt.Orientation.Horizontal)
        for column in range(table.trials.columnCount())
    ].index("Epochs")
    before = table.columnWidth(column)
    longer = replace(findings.trials[0], more_epochs=1_000, state=TrialState.WAITING)
    page.view.show_sweep(
        made_record(findings), replace(findings, trials=[longer, *findings.trials[1:]])
    )
    assert table.columnWidth(column) > before
    assert table.columnWidth(column) >= table.sizeHintForColumn(column)


def test_a_trial_that_is_prolonged_shows_meanwhile_what_it_came_to(page: SweepsPage) -> None:
    table, findings = page.view.table, made_findings(VALUES)
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    best = findings.trials[1]
    for state in (TrialState.WAITING, TrialState.RUNNING):
        longer = replace(best, more_epochs=1, is_spared=True, state=state)
        trials = [findings.trials[0], longer, *findings.trials[2:]]
        page.view.show_sweep(made_record(findings), replace(findings, trials=trials))
        assert numbers(page) == [2, 1, 3, 4]
        cell = table.trials.index(0, 1)
        assert "91.0\xa0%" in cell.data()
        assert cell.data() != "91.0\xa0%"
        assert "so far" in cell.data(Qt.ItemDataRole.AccessibleTextRole)
        assert "so far" in page.view.plots.best.describe(2)


def test_news_keep_the_order_and_the_selection(page: SweepsPage) -> None:
    table = page.view.table
    table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    table.select([3])
    findings = made_findings([0.90, 0.91, 0.99, None, 0.5])
    page.view.show_sweep(made_record(findings), findings)
    assert numbers(page) == [3, 2, 1, 5, 4]
    assert [trial.number for trial in table.selected] == [3]


def test_diverged_trials_are_counted_beside_the_plots(page: SweepsPage) -> None:
    assert "1 diverged" in page.view.standing.text()
    assert "2 stopped" in standing_text(
        made_record(made_findings(VALUES), counts={TrialState.STOPPED: 2})
    )
    assert "1 trial diverged" in page.view.plots.best.left_out_text
    (_, _), (low, _) = page.view.plots.best.getPlotItem().getViewBox().viewRange()
    assert low > 0.5


def test_the_measure_stands_beside_its_figures_however_long_they_are(page: SweepsPage) -> None:
    findings = made_findings([0.1, 0.1033, 0.1011, 0.1])
    page.view.show_sweep(made_record(findings), findings)
    plot = page.view.plots.best
    axis, font = plot.getPlotItem().getAxis("left"), QFont()
    font.setPixelSize(2 * QFontMetrics(font).height())
    axis.setTickFont(font)
    plot.grab()  # which is when it learns how long they are
    QApplication.processEvents()
    (spacing, values), *_rest = axis.tickValues(*axis.range, axis.size().height())
    figures = axis.tickStrings(values, 1, spacing)
    assert axis.width() > max(map(QFontMetrics(font).horizontalAdvance, figures))


@pytest.mark.parametrize("values", [[0.8908], [0.8908, 0.89081]])
def test_figures_that_are_nearly_the_same_stand_at_an_axis_whose_ticks_differ(
    page: SweepsPage, values: list[float | None]
) -> None:
    findings = made_findings(values)
    page.view.show_sweep(made_record(findings), findings)
    axis = page.view.plots.best.getPlotItem().getAxis("left")
    spacing, places = axis.tickValues(*axis.range, 400)[-1]
    ticks = axis.tickStrings(places, 1, spacing)
    assert len(set(ticks)) == len(ticks) > 2
    assert axis.range[0] < min(findings.course) <= max(findings.course) < axis.range[1]


def test_a_click_on_a_point_means_its_run(qtbot: QtBot, page: SweepsPage) -> None:
    plot = page.view.plots.best
    qtbot.waitExposed(page)
    with qtbot.waitSignal(page.view.run_requested) as asked:
        QTest.mouseClick(plot.viewport(), LEFT, pos=place_of(plot, 2, 0.91))
    assert asked.args[0].number == 2
    assert [trial.number for trial in page.view.table.selected] == [2]


def test_a_trial_that_diverged_at_once_is_opened_as_well(qtbot: QtBot, page: SweepsPage) -> None:
    page.view.table.select([4])
    with qtbot.waitSignal(page.view.run_requested) as opened:
        page.view.trial_actions.open_run.trigger()
    assert opened.args is not None
    assert opened.args[0].number == 4


def test_the_keyboard_opens_a_run(qtbot: QtBot, page: SweepsPage) -> None:
    page.view.table.select([3])
    with qtbot.waitSignal(page.view.run_requested) as asked:
        QTest.keyClick(page.view.table, Qt.Key.Key_Return)
    assert asked.args[0].number == 3
    findings = made_findings(VALUES)
    waiting = replace(findings.trials[3], state=TrialState.WAITING)
    findings = replace(findings, trials=[*findings.trials[:3], waiting])
    page.view.show_sweep(made_record(findings), findings)
    page.view.table.select([4])
    with qtbot.assertNotEmitted(page.view.run_requested):
        QTest.keyClick(page.view.table, Qt.Key.Key_Return)  # no epoch of it is finished
    assert not page.view.trial_actions.open_run.isEnabled()


def test_a_drag_along_an_axis_picks_out_trials_and_a_click_lets_them_go(page: SweepsPage) -> None:
    plots = page.view.plots
    page.view.tabs.setCurrentIndex(1)
    plot = plots.parallel
    QApplication.processEvents()  # so that it is laid out
    QTest.mousePress(plot.viewport(), LEFT, pos=place_of(plot, 2, 0.6))
    QTest.mouseMove(plot.viewport(), place_of(plot, 2, 1.0))
    QTest.mouseRelease(plot.viewport(), LEFT, pos=place_of(plot, 2, 1.0))
    assert numbers(page) == [1, 2]
    assert plots.brush.count.text() == "2 of 4 trials"
    QTest.mouseClick(plot.viewport(), LEFT, pos=place_of(plot, 2, 0.2))
    assert numbers(page) == [1, 2, 3, 4]


def test_the_titles_of_the_outer_axes_are_within_a_narrow_plot(page: SweepsPage) -> None:
    plot = page.view.plots.parallel
    page.view.tabs.setCurrentIndex(1)
    for width in (240, 320):
        plot.setFixedWidth(width)
        QApplication.processEvents()  # so that it is laid out
        for place, scale in ((0, plot.scales[0]), (len(plot.scales) - 1, plot.scales[-1])):
            half = plot.fontMetrics().horizontalAdvance(scale.title) / 2
            centre = place_of(plot, place, 0.5).x()
            assert half <= centre <= plot.viewport().width() - half


def test_a_bar_of_importance_leaves_room_for_its_share(page: SweepsPage) -> None:
    plot = page.view.plots.importance
    page.view.tabs.setCurrentWidget(plot.parentWidget())
    plot.show_importance(Importance({"learning_rate": 1.0}))
    for width in (300, 600):
        plot.setFixedWidth(width)
        QApplication.processEvents()  # so that it is laid out
        room = plot.getPlotItem().getViewBox().sceneBoundingRect().right()
        assert room - place_of(plot, 1, 0).x() >= plot.fontMetrics().horizontalAdvance("100\xa0%")


def test_rows_and_columns_follow_the_size_of_text(page: SweepsPage) -> None:
    table, sweeps = page.view.table, page.list
    for part in (table, sweeps):
        font = part.font()
        font.setPointSizeF(2 * font.pointSizeF())
        part.setFont(font)
    QApplication.processEvents()
    columns = range(table.trials.columnCount())
    assert all(table.columnWidth(each) >= table.sizeHintForColumn(each) for each in columns)
    row = sweeps.visualItemRect(sweeps.item(0)).height()
    assert row >= 2 * sweeps.fontMetrics().lineSpacing()


def test_the_lines_of_a_sweep_have_room_in_letters_that_are_higher(
    page: SweepsPage, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: set_language(SOURCE))
    set_language("zh")
    page.show_sweeps([made_record(made_findings(VALUES))])
    item = page.list.item(0)
    lines = page.list.fontMetrics().size(0, item.text())
    assert page.list.visualItemRect(item).height() >= lines.height()


def test_fields_pick_out_trials_as_well(page: SweepsPage) -> None:
    plots = page.view.plots
    page.view.tabs.setCurrentIndex(1)
    fields = plots.brush
    fields.axis.setCurrentIndex(0)
    fields.high.selectAll()
    QTest.keyClicks(fields.high, "0.025")
    QTest.keyClick(fields.high, Qt.Key.Key_Return)
    assert numbers(page) == [1, 2]
    fields.axis.setCurrentIndex(1)
    fields.value.setCurrentIndex(1)
    fields.value.activated.emit(1)
    assert numbers(page) == [2]
    QTest.mouseClick(fields.clear, LEFT)
    assert numbers(page) == [1, 2, 3, 4]


def test_recipes_are_compared_in_a_sentence(page: SweepsPage) -> None:
    definition = replace(DEFINITION, seeds=3)
    findings = made_findings([0.91, 0.92, 0.915, 0.90, 0.909, 0.902], 3, definition)
    page.view.show_sweep(made_record(findings), findings)
    said = page.view.verdict
    assert "is better than" in said.verdict.text() or "could be chance" in said.verdict.text()
    assert "3 seeds each" in said.verdict.text()
    assert "3 shared seeds" in said.method.text()
    assert "The best of 2 looks better than it is" in page.view.finding.text()
    # The two best ones are, until a person chooses others.
    better = made_findings([0.91, 0.92, 0.915, 0.90, 0.909, 0.902, 0.95, 0.96, 0.94], 3, definition)
    page.view.show_sweep(made_record(better), better)
    assert (said.first.currentData(), said.second.currentData()) == (3, 1)
    said.second.setFocus()
    QTest.keyClick(said.second, Qt.Key.Key_Down)
    best = made_findings([*map(better.value, better.trials), 0.99], 3, definition)
    page.view.show_sweep(made_record(best), best)
    assert (said.first.currentData(), said.second.currentData()) == (3, 2)


def test_importance_is_shown_with_its_warning(page: SweepsPage) -> None:
    page.view.show_importance(Importance({"learning_rate": 0.8, "activation": 0.2}, "Too few."))
    plots = page.view.plots
    assert plots.warning.text() == "Too few."
    assert plots.rows_of(plots.importance)[1:] == [["learning_rate", 0.8], ["activation", 0.2]]


@pytest.mark.parametrize("place", range(5))
def test_every_plot_is_saved_as_table_drawing_and_picture(
    qtbot: QtBot, page: SweepsPage, tmp_path: Path, place: int
) -> None:
    page.view.show_importance(Importance({"learning_rate": 1.0}))
    page.view.show_theme(DARK)
    page.view.tabs.setCurrentIndex(place)
    export = page.view.plots.shown_export
    export.refresh()
    for action, name in (
        (export.save_csv, "x.csv"), (export.save_svg, "x.svg"), (export.save_png, "x.png"),
    ):  # fmt: skip
        save(qtbot, export, action, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 20
    assert (tmp_path / "x.csv").read_text().count("\n") >= 2


def test_all_trials_are_saved_with_every_digit(page: SweepsPage) -> None:
    rows = page.view.table.trials.table()
    assert rows[0][:4] == ["trial", "recipe", "learning_rate", "activation"]
    assert [row[-2] for row in rows[1:]] == VALUES


def test_the_form_says_how_many_runs_and_what_is_wrong_in_place(page: SweepsPage) -> None:
    page.edit_new(TrainingConfig())
    editor = page.editor
    assert editor.definition is not None
    assert editor.definition.base.validation_images == 10_000
    assert "20 runs" in editor.summary.text()
    row = editor.rows[0]
    assert row.low.isVisible()  # the learning rate is offered as a range
    assert not row.values.isVisible()
    row.low.setText("2")
    assert editor.definition is None
    assert not editor.start.isEnabled()
    assert row.problem.isVisible()
    assert "smaller number" in row.problem.text()
    row.low.setText("0.1")
    assert editor.start.isEnabled()
    QTest.mouseClick(editor.add, LEFT)
    assert [each.name for each in editor.rows] == ["learning_rate", "activation"]
    editor.rows[1].setting.set_value("learning_rate")
    assert "already" in editor.rows[1].problem.text()
    QTest.mouseClick(editor.rows[1].remove, LEFT)
    editor.held_out.setValue(0)
    assert "hold out" in editor.problem.text()
    editor.held_out.setValue(60_000)
    assert "cannot be held out" in editor.problem.text()
    assert not editor.start.isEnabled()


def test_how_long_a_sweep_takes_goes_by_the_images_of_its_own_data(page: SweepsPage) -> None:
    page.editor.show_pace(0.001)
    said = []
    for data in (DEFINITION.base.data, colours().info):
        base = replace(DEFINITION.base, data=data, validation_images=10)
        page.edit_clone(replace(DEFINITION, base=base))
        said.append(page.editor.summary.text())
    assert "minutes" in said[0]
    assert "second" in said[1]


@pytest.mark.parametrize("rule", Pruning)
def test_a_sweep_tells_which_trials_end_early(rule: Pruning) -> None:
    text = about_text(replace(DEFINITION, pruning=rule))
    assert ("median" in text) is (rule is Pruning.MEDIAN)
    assert ("half" in text) is (rule is Pruning.HALVING)


def test_a_row_of_the_form_is_no_higher_than_what_is_in_it(page: SweepsPage) -> None:
    page.resize(1_200, 1_400)
    page.edit_new(TrainingConfig())
    QApplication.processEvents()  # so that it is laid out
    (row,) = page.editor.rows
    assert row.height() <= row.sizeHint().height()


def test_what_chooses_recipes_is_asked_for_where_there_are_several(page: SweepsPage) -> None:
    page.edit_new(TrainingConfig())
    editor = page.editor
    choosing = (editor.sampler, editor.trials)
    QTest.mouseClick(editor.rows[0].remove, LEFT)
    assert not any(field.isVisible() for field in choosing)
    QTest.mouseClick(editor.add, LEFT)
    assert all(field.isVisible() for field in choosing)


def test_another_sweep_is_shown_anew_even_if_it_was_asked_for_the_same(page: SweepsPage) -> None:
    findings = made_findings(VALUES)
    view = page.view
    view.table.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    view.table.select([2])
    view.plots.parallel.brush({"learning_rate": (0.0, 0.5)})
    view.show_importance(Importance({"learning_rate": 1.0}))
    view.show_sweep(made_record(findings), findings)
    assert [trial.number for trial in view.table.selected] == [2]
    view.show_sweep(made_record(findings, id=2), findings)
    assert not view.table.selected
    assert not view.plots.parallel.has_brush
    assert len(numbers(page)) == len(VALUES)
    assert not view.plots.importance.importance.shares


def test_a_grid_consists_of_so_many_values_of_a_range(page: SweepsPage) -> None:
    page.edit_new(TrainingConfig())
    editor = page.editor
    editor.sampler.set_value(str(Sampler.GRID))
    editor.in_range.setValue(4)
    editor.seeds.setValue(2)
    assert editor.definition is not None
    assert editor.definition.runs == 8
    assert not editor.trials.isVisible()


def test_values_are_listed_with_the_commas_of_other_languages(page: SweepsPage) -> None:
    page.edit_new(TrainingConfig())
    (row,) = page.editor.rows
    row.setting.set_value("batch_size")
    row.values.setText("64\N{FULLWIDTH COMMA}128\N{IDEOGRAPHIC COMMA}256, 512")
    assert row.vary().values == (64, 128, 256, 512)
    row.setting.set_value("learning_rate")
    row.low.setText("0,05")
    assert page.editor.definition is not None
    assert row.vary().low == 0.05


def test_a_clone_is_the_same_until_it_is_edited(qtbot: QtBot, page: SweepsPage) -> None:
    ranges = (Vary.parse("batch_size=16:9999"), Vary.parse("learning_rate=log:0.012345:0.9"))
    long = replace(DEFINITION, vary=ranges)
    page.edit_clone(long)
    assert page.editor.definition == long
    page.close_editor()
    QTest.mouseClick(page.view.clone, LEFT)
    assert page.is_editing
    assert page.editor.definition == DEFINITION
    page.editor.trials.setValue(7)
    with qtbot.waitSignal(page.editor.start_requested) as started:
        QTest.mouseClick(page.editor.start, LEFT)
    assert started.args[0] == replace(DEFINITION, recipes=7)


def test_a_clone_of_a_limited_grid_keeps_its_limit_until_it_is_changed(page: SweepsPage) -> None:
    rates, curves = Vary.parse("learning_rate=0.1,0.2,0.3"), Vary.parse("activation=relu,tanh")
    limited = replace(DEFINITION, vary=(rates, curves), sampler=Sampler.GRID, recipes=4)
    editor = page.editor
    page.view.show_sweep(made_record(SweepFindings(limited, [])), SweepFindings(limited, []))
    assert "4 of 6" in page.view.about.text()
    page.edit_clone(limited)
    assert editor.definition == limited
    assert editor.trials.isVisible()
    editor.trials.setValue(5)
    assert editor.definition == replace(limited, recipes=5)
    # A grid that nobody has limited is whole, as any that is begun anew.
    whole = replace(limited, recipes=None)
    page.edit_clone(whole)
    assert editor.definition == whole
    assert not editor.trials.isVisible()
    page.edit_clone(limited)
    page.edit_new(TrainingConfig())
    assert not editor.trials.isVisible()


def test_a_setting_that_is_added_to_the_clone_of_repeated_seeds_has_several_values(
    page: SweepsPage,
) -> None:
    page.edit_clone(replace(DEFINITION, vary=(), recipes=None, seeds=3))
    QTest.mouseClick(page.editor.add, LEFT)
    assert page.editor.definition is not None
    assert page.editor.definition.planned > 1


def test_escape_leads_back_step_by_step(qtbot: QtBot, page: SweepsPage) -> None:
    page.edit_new(TrainingConfig())
    QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not page.is_editing
    with qtbot.waitSignal(page.left):
        QTest.keyClick(page, Qt.Key.Key_Escape)


def test_buttons_of_a_trial_have_no_letter_of_its_menu(
    qtbot: QtBot, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    request.addfinalizer(lambda: set_language(SOURCE))
    set_language("zh")
    view = SweepView(SaveFolder(tmp_path))
    qtbot.addWidget(view)
    request.addfinalizer(view.shutdown)
    findings = made_findings(VALUES)
    view.show_sweep(made_record(findings, state=SweepState.RUNNING), findings)
    names = {"trial_open_button", "trial_stop_button", "trial_prolong_button"}
    buttons = [each for each in view.findChildren(QToolButton) if each.objectName() in names]
    words = [button.text() for button in buttons]
    assert len(list(filter(None, words))) == len(names)
    assert not [text for text in words if set(text) & set("(&)")]


def test_a_trial_that_failed_can_be_tried_again_unless_no_run_can_be_made_of_it(
    page: SweepsPage,
) -> None:
    definition = replace(DEFINITION, vary=(Vary.parse("optimizer=sgd,nesterov"),))
    failed = TrialState.FAILED
    findings = SweepFindings(
        definition,
        [
            made_trial(1, None, state=failed, settings={"optimizer": Optimizer.SGD}),
            made_trial(2, None, state=failed, settings={"optimizer": Optimizer.NESTEROV}),
            made_trial(3, None, settings={"optimizer": Optimizer.SGD}),  # it diverged
        ],
    )
    page.view.show_sweep(made_record(findings), findings)
    for number, is_possible in ((1, True), (2, False), (3, False)):
        page.view.table.select([number])
        assert page.view.trial_actions.prolong.isEnabled() == is_possible


def test_the_rest_of_a_sweep_is_told_of_where_a_trial_goes_on_alone(page: SweepsPage) -> None:
    waiting, going = TrialState.WAITING, TrialState.RUNNING
    for rest, is_told in ((waiting, True), (TrialState.FINISHED, False)):
        trials = [
            made_trial(1, None, state=going),
            *(made_trial(n, 0.9, state=rest) for n in (2, 3, 4)),
        ]
        findings = SweepFindings(DEFINITION, trials)
        record = made_record(findings, state=SweepState.RUNNING)
        page.view.show_sweep(record, findings, is_whole=False)
        assert ("the rest waits" in page.view.standing.text()) == is_told
    page.view.show_sweep(record, findings)
    page.view.table.select([1])
    assert page.view.trial_actions.more_epochs == 3


def test_what_can_be_done_follows_the_state(page: SweepsPage) -> None:
    findings = made_findings(VALUES)
    trials = [replace(findings.trials[0], state=TrialState.RUNNING), *findings.trials[1:]]
    findings = replace(findings, trials=trials)
    page.view.show_sweep(made_record(findings, state=SweepState.RUNNING), findings)
    assert page.view.pause.accessibleName() == "Pause"
    record = made_record(findings, state=SweepState.RUNNING)
    page.view.show_sweep(record, findings, ending=SweepState.PAUSED)
    assert "pausing" in page.view.standing.text()
    assert not page.view.pause.isEnabled()
    assert not page.view.stop.isEnabled()
    page.view.table.select([1])
    assert not page.view.trial_actions.prolong.isEnabled()
    page.view.show_sweep(record, findings)
    assert page.view.pause.isEnabled()
    page.view.table.select([1])
    assert page.view.trial_actions.stop.isEnabled()
    page.view.table.select([2])
    assert not page.view.trial_actions.stop.isEnabled()
    assert page.view.trial_actions.prolong.isEnabled()
    page.view.show_sweep(made_record(findings, state=SweepState.INTERRUPTED), findings)
    assert page.view.pause.accessibleName() == "Resume"
    assert page.view.pause.isEnabled()
    assert not page.view.stop.isEnabled()


def test_a_trial_is_prolonged_past_its_end_and_one_cut_short_goes_on_to_it(
    qtbot: QtBot, page: SweepsPage
) -> None:
    view, epochs = page.view, Vary.parse("epochs=3,1")
    definition = replace(DEFINITION, vary=(epochs,))
    figures = tuple(EpochFigures(epoch, 0.5, 0.5) for epoch in (1, 2, 3))
    trials = [
        made_trial(1, 0.5, settings={"epochs": 3}, figures=figures),
        made_trial(2, 0.5, settings={"epochs": 1}),
        made_trial(3, 0.5, settings={"epochs": 3}, state=TrialState.STOPPED),
        made_trial(4, 0.5, settings={"epochs": 3}, state=TrialState.PRUNED, more_epochs=3),
        made_trial(5, 0.5, settings={"epochs": MAX_EPOCHS}, more_epochs=0, figures=()),
    ]
    whole = replace(trials[4], figures=figures * (MAX_EPOCHS // 3) + figures[: MAX_EPOCHS % 3])
    findings = SweepFindings(definition, [*trials[:4], whole])
    view.show_sweep(made_record(findings), findings)
    rows = view.table.trials
    told = {rows.index(row, column).data() for row in range(4) for column in range(6)}
    assert told >= {"3 of 3", "1 of 1", "1 of 3", "1 of 6"}
    for number, words, more_epochs in (
        (1, "Prolong by 3 epochs", 3),
        (2, "Prolong by 1 epoch", 1),
        (3, "Go on to epoch 3", 0),
        (4, "Go on to epoch 6", 0),
    ):
        view.table.select([number])
        assert view.trial_actions.prolong.iconText() == words
        with qtbot.waitSignal(view.prolong_requested) as asked:
            view.trial_actions.prolong.trigger()
        assert asked.args == [number, more_epochs]
    view.table.select([5])
    assert not view.trial_actions.prolong.isEnabled()


def test_the_seeds_of_one_recipe_are_told_as_a_mean_whose_interval_is_in_sight(
    page: SweepsPage,
) -> None:
    findings = made_findings([0.90, 0.92, 0.91], seeds=3, definition=replace(DEFINITION, vary=()))
    view = page.view
    view.show_sweep(made_record(findings), findings)
    assert "91.0\xa0% ± 2.5, 3 seeds" in view.finding.text()
    view.tabs.setCurrentIndex(view.tabs.count() - 1)
    assert view.plots.recipes.isVisible()
    assert not view.verdict.isVisible()
    (low, high), _ = view.plots.recipes.getPlotItem().getViewBox().viewRange()
    assert low < 0.885
    assert high > 0.935


def test_a_plot_over_trials_has_no_half_of_one_at_its_axis(page: SweepsPage) -> None:
    axis = page.view.plots.best.getPlotItem().getAxis("bottom")
    for most in (2, 4, 1_000):
        places = [place for _, some in axis.tickValues(0.5, most + 0.5, 800) for place in some]
        assert len(places) >= 2
        assert all(place == int(place) for place in places)
