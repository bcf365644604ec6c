"""The page Compare: two runs are chosen, the verdict comes first, and leads to the images."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.queries import Show
from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.session.requests import Job
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.ui.comparison.compare_page import ComparePage
from lenet_desktop.ui.gallery.pictures import matrix_picture
from lenet_desktop.ui.kit.pair_badge import PAIR_COLOURS
from lenet_desktop.ui.kit.saving import SaveDialog
from lenet_desktop.ui.kit.theme import LIGHT
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.runs.run_table_model import COLOUR_ROLE, LETTER_ROLE
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, STEPS, KeptRun, keep_run
from tests.ui.clicks import Clicks, clicks

__all__ = ["clicks"]

LIMIT_MS = 30_000
RELU, SIGMOID, SHORT = 1, 2, 3
KEPT_RUNS = (
    KeptRun(BRIEF),
    KeptRun(replace(BRIEF, activation=Activation.SIGMOID)),
    KeptRun(replace(BRIEF, seed=1), steps=STEPS + 2),
)
CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def compare(qtbot: QtBot, window: MainWindow, *run_ids: int) -> ComparePage:
    """Select runs and have them compared."""
    window.workspaces.show(Workspace.COMPARE)
    window.runs.select(run_ids)
    before = window.compare.verdict.pair
    window.runs.commands.compare.trigger()
    qtbot.waitUntil(lambda: window.compare.verdict.pair is not before, timeout=LIMIT_MS)
    return window.compare


def letters(window: MainWindow) -> dict[int, str]:
    model = window.runs.model
    rows = {record.id: model.index(row, Column.NAME) for row, record in enumerate(model.records)}
    return {run_id: index.data(LETTER_ROLE) for run_id, index in rows.items()}


def test_relu_against_sigmoid_takes_four_clicks(
    qtbot: QtBot, window: MainWindow, store: RunStore, clicks: Clicks
) -> None:
    qtbot.waitUntil(lambda: len(window.runs.model.records) == len(KEPT_RUNS))
    clicks.on_tab(window.workspaces.tabs, "Compare")
    clicks.on_run(window, SIGMOID)
    clicks.on_run(window, RELU, CTRL)
    clicks.on_button(window.runs.bar.button(window.runs.commands.compare))
    verdict = window.compare.verdict
    qtbot.waitUntil(lambda: verdict.pair is not None, timeout=LIMIT_MS)
    assert clicks.count <= 4
    assert verdict.headline.isVisible()
    text = verdict.headline.text()
    assert text.startswith("Sigmoid ")
    assert ", ReLU " in text
    outcomes = PairedOutcomes(*(store.predictions(run_id, 2) for run_id in (SIGMOID, RELU)))
    assert verdict.details.text().startswith(outcomes.sentence("A", "B"))
    assert not verdict.flags.isVisible(), "they differ in one setting only"


def test_a_and_b_are_named_and_coloured_alike_everywhere(qtbot: QtBot, window: MainWindow) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    pair = page.verdict.pair
    assert pair is not None
    (a,), (b,) = pair.a.ids, pair.b.ids
    assert letters(window) == {a: "A", b: "B", SHORT: ""}
    colours = {letter: colour.in_theme(LIGHT) for letter, colour in PAIR_COLOURS.items()}
    model = window.runs.model
    for run_id, letter in ((a, "A"), (b, "B")):
        row = model.row_of(run_id)
        assert row is not None
        assert model.index(row, Column.NAME).data(COLOUR_ROLE) == colours[letter]
        assert letter in str(model.index(row, Column.NAME).data(Qt.ItemDataRole.AccessibleTextRole))
        assert colours[letter].name() in page.verdict.sides.text()
        assert colours[letter].name() in page.matrices.titles[letter].text()
    entries = [button.entry for button in page.plots.legend.entries]
    assert [entry.text[:2] for entry in entries] == ["A:", "B:"]
    assert [entry.look.colour(LIGHT) for entry in entries] == list(colours.values())
    columns = window.comparison.panel.model.columns
    assert [column.letter for column in columns] == ["A", "B"]


def test_one_click_leads_to_the_images_that_only_one_gets_right(
    qtbot: QtBot, window: MainWindow, store: RunStore, clicks: Clicks
) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    pair = page.verdict.pair
    assert pair is not None
    assert pair.outcomes is not None
    assert window.session.run_id is None, "A has to be opened first"
    clicks.on_button(page.verdict.buttons[Show.ONLY_THIS])
    qtbot.waitUntil(lambda: window.workspaces.current is Workspace.EXPLORE, timeout=LIMIT_MS)
    assert clicks.count == 1
    assert window.session.run_id == pair.a.ids[0]
    state = window.gallery.state
    np.testing.assert_array_equal(state.numbers, np.flatnonzero(pair.outcomes.only_a))
    bar = window.gallery.rival_bar
    assert bar.isVisible()
    for colour in PAIR_COLOURS.values():
        assert colour.in_theme(LIGHT).name() in bar.title.text()
    window.workspaces.show(Workspace.COMPARE)
    assert page.verdict.pair is pair, "who is A and B stays"
    clicks.on_button(page.verdict.buttons[Show.ONLY_OTHER])
    assert window.workspaces.current is Workspace.EXPLORE
    np.testing.assert_array_equal(state.numbers, np.flatnonzero(pair.outcomes.only_b))


def test_a_cell_of_either_matrix_leads_to_its_images(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    pair = page.verdict.pair
    assert pair is not None
    for letter, side in pair.sides.items():
        assert side.predictions is not None
        matrix = page.matrices.matrices[letter]
        np.testing.assert_array_equal(matrix.counts, side.predictions.confusion)
        window.workspaces.show(Workspace.COMPARE)
        true, predicted = np.argwhere(side.predictions.confusion)[0]
        matrix.cell_chosen.emit((int(true), int(predicted)))
        qtbot.waitUntil(lambda: window.workspaces.current is Workspace.EXPLORE, timeout=LIMIT_MS)
        assert window.session.run_id == side.ids[0]
        assert len(window.gallery.state.numbers) == side.predictions.confusion[true, predicted]


def test_unequal_epochs_are_flagged_and_one_click_makes_them_equal(
    qtbot: QtBot, window: MainWindow, store: RunStore, clicks: Clicks
) -> None:
    page = compare(qtbot, window, RELU, SHORT)
    verdict = page.verdict
    assert "≠ Epochs: " in verdict.flags.text()
    assert verdict.equal_button.text().endswith("after epoch 1")
    pair = verdict.pair
    clicks.on_button(verdict.equal_button)
    qtbot.waitUntil(lambda: verdict.pair is not pair, timeout=LIMIT_MS)
    assert "Epochs" not in verdict.flags.text()
    assert not verdict.equal_button.isVisible()
    assert verdict.pair is not None
    told = [side.predictions for side in verdict.pair.sides.values()]
    assert [each.epoch for each in told if each is not None] == [1, 1]


def test_a_single_run_is_compared_with_the_open_one_which_is_a(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.session.open(read_run(store, SIGMOID))
    page = compare(qtbot, window, RELU)
    pair = page.verdict.pair
    assert pair is not None
    assert (pair.a.ids, pair.b.ids) == ((SIGMOID,), (RELU,))
    rival = window.gallery.state.rival
    assert rival is not None
    assert rival.run_id == RELU


def test_another_selection_takes_the_verdict_away_and_the_same_brings_it_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    pair = page.verdict.pair
    window.runs.select([RELU, SHORT])
    assert page.verdict.pair is None
    assert "press compare" in page.verdict.hint.text().casefold()
    assert len(page.plots.legend.entries) == 2, "A and B are two curves, though of one recipe"
    window.runs.select([RELU])
    assert "Select two runs" in page.verdict.hint.text()
    assert not page.verdict.buttons[Show.BOTH_WRONG].isVisible()
    window.runs.select([SIGMOID, RELU])
    assert page.verdict.pair is pair


def test_no_verdict_comes_on_runs_that_are_not_selected_any_more(
    qtbot: QtBot, window: MainWindow
) -> None:
    def all_is_read() -> bool:
        return not window.pair_comparer.findChildren(Job)

    page = compare(qtbot, window, RELU, SIGMOID)
    window.runs.select([RELU, SHORT])
    window.runs.renamed.emit(SIGMOID, "the old way")
    assert not all_is_read(), "the verdict that is out of sight is kept in line"
    qtbot.waitUntil(all_is_read, timeout=LIMIT_MS)
    assert page.verdict.pair is None
    window.runs.commands.compare.trigger()
    window.runs.select([RELU])
    qtbot.waitUntil(all_is_read, timeout=LIMIT_MS)
    assert page.verdict.pair is None
    window.runs.select([RELU, SHORT])
    assert page.verdict.pair is not None
    assert page.verdict.pair.ids == {RELU, SHORT}, "it was asked for"


def test_the_runs_of_two_recipes_are_compared_over_their_seeds(
    qtbot: QtBot, window: MainWindow, store: RunStore, few: DataSplits
) -> None:
    sigmoid = replace(BRIEF, activation=Activation.SIGMOID)
    more = [keep_run(store, few, replace(config, seed=2)) for config in (BRIEF, sigmoid)]
    window.run_services.refresh()
    page = compare(qtbot, window, RELU, SIGMOID, *more)
    verdict = page.verdict
    assert verdict.pair is not None
    assert [len(side.runs) for side in verdict.pair.sides.values()] == [2, 2]
    assert "2 seeds each" in verdict.details.text()
    assert "ReLU" in verdict.headline.text()
    assert not any(button.isVisible() for button in verdict.buttons.values())
    assert sorted(letters(window).values()) == ["", "A", "A", "B", "B"]
    window.runs.select([RELU, SIGMOID, SHORT, *more])
    assert window.runs.commands.compare.isEnabled(), "still two recipes"


def test_verdict_and_curves_follow_a_run_that_is_learning(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(replace(BRIEF, seed=5))
    QTest.mouseClick(window.controls.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.session.history.epochs) > 0, timeout=LIMIT_MS)
    window.session.pause()
    page = compare(qtbot, window, RELU)
    window.session.resume()
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)

    def is_told() -> bool:
        pair = page.verdict.pair
        return pair is not None and pair.a.contestant.epochs == BRIEF.epochs

    qtbot.waitUntil(is_told, timeout=LIMIT_MS)
    assert page.plots.as_csv().count("A: ") == BRIEF.epochs


def test_while_a_run_goes_on_no_other_is_opened_for_its_images(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    window.training.form.set_config(replace(BRIEF, seed=6))
    QTest.mouseClick(window.controls.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.state is RunState.RUNNING, timeout=LIMIT_MS)
    window.workspaces.show(Workspace.COMPARE)
    QTest.mouseClick(page.verdict.buttons[Show.ONLY_THIS], Qt.MouseButton.LeftButton)
    assert "Stop it before" in window.message_bar.text
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    window.session.open(read_run(store, RELU))
    QApplication.processEvents()
    assert window.gallery.state.query.show is Show.ALL, "nobody waits for them any more"


def test_the_curves_are_saved_with_whose_they_are(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    head, *rows = csv.reader(page.plots.as_csv().splitlines())
    assert head == ["curve", "epoch", "test_loss", "test_accuracy"]
    told = {(curve, int(epoch)): float(share) for curve, epoch, _, share in rows}
    for run in store.curves([RELU, SIGMOID]):
        letter = letters(window)[run.record.id]
        name = f"{letter}: {run.record.config.activation.words}"
        assert [told[name, done.epoch] for done in run.epochs] == [
            done.test_accuracy for done in run.epochs
        ]
        assert run.record.name in page.plots.names


def test_the_matrix_of_either_is_copied_and_saved_with_whose_it_is(
    qtbot: QtBot, window: MainWindow, clicks: Clicks, tmp_path: Path
) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    assert page.verdict.pair is not None
    page.results.tabs.setCurrentWidget(page.matrices)
    for letter, side in page.verdict.pair.sides.items():
        assert side.predictions is not None
        export = page.matrices.exports[letter]
        clicks.on_button(export.copy)
        record = side.runs[0].record
        expected = matrix_picture(
            side.predictions.confusion,
            side.predictions.info.class_names,
            LIGHT,
            title=f"Confusion matrix of test images after epoch {side.predictions.epoch}",
            run=f"{record.name}: {recipe_text(record.config)}",
        )
        copied = QApplication.clipboard().image()
        assert copied.convertToFormat(expected.format()) == expected
        clicks.on_button(export.save)
        dialog = window.findChild(SaveDialog, "save_dialog")
        assert dialog is not None
        dialog.fileSelected.emit(str(tmp_path / f"{letter}.png"))
        dialog.close()
        assert QImage(str(tmp_path / f"{letter}.png")).size() == expected.size()
        assert f"{letter}.png" in window.message_bar.text


def test_two_of_which_one_has_no_epoch_are_told_so_instead_of_to_press_compare(
    qtbot: QtBot, window: MainWindow, store: RunStore, data: DataSplits
) -> None:
    unborn = keep_run(store, data, steps=1)
    window.run_services.refresh()
    window.workspaces.show(Workspace.COMPARE)
    qtbot.waitUntil(lambda: len(window.runs.model.records) == len(KEPT_RUNS) + 1)
    window.runs.select([RELU, unborn])
    hint = window.compare.verdict.hint.text()
    assert store.record(unborn).name in hint
    assert "finished no epoch" in hint
    assert not window.runs.commands.compare.isEnabled()


def test_a_and_b_are_lettered_in_the_plots_of_the_open_run_too(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.session.open(read_run(store, SIGMOID))
    compare(qtbot, window, SIGMOID, RELU)
    entries = [button.entry for button in window.training.plots.overlay_legend.entries]
    assert [entry.text[:2] for entry in entries] == ["B:"]


def test_a_new_name_is_in_the_verdict_at_once(qtbot: QtBot, window: MainWindow) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    window.runs.renamed.emit(SIGMOID, "the <old> way")
    qtbot.waitUntil(lambda: "the &lt;old&gt; way" in page.verdict.sides.text(), timeout=LIMIT_MS)


def test_a_long_verdict_is_read_whole_in_a_low_window(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(1100, 700)
    headline = compare(qtbot, window, RELU, SIGMOID).verdict.headline
    headline.setText(f"{headline.text()} " * 8)
    qtbot.waitUntil(lambda: headline.heightForWidth(headline.width()) <= headline.height())


def test_curves_are_a_tab_where_the_page_is_low_and_stand_above_where_it_is_high(
    qtbot: QtBot, window: MainWindow
) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    tabs = page.results.tabs
    for size in ((1100, 700), (1440, 1000)):
        window.resize(*size)
        QApplication.processEvents()  # so that it is laid out
        names = [tabs.tabText(place) for place in range(tabs.count())]
        is_low = size[1] < 900
        assert ("Curves" in names) is is_low
        tabs.setCurrentIndex(tabs.count() - 1)
        assert page.matrices.matrices["A"].isVisible()
        assert page.plots.isVisible() is not is_low
        assert window.size().toTuple() == size, "nothing makes the window grow"


@pytest.mark.parametrize("size", [(1100, 700), (1280, 800), (1440, 900)])
def test_the_matrices_have_most_of_the_room_once_they_are_looked_at(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    window.resize(*size)
    page = compare(qtbot, window, RELU, SHORT)
    page.results.tabs.setCurrentWidget(page.matrices)
    QApplication.processEvents()
    for matrix in page.matrices.matrices.values():
        assert matrix.height() > page.results.height() / 2
    flags = page.verdict.flags
    assert "Epochs" in flags.text()
    assert flags.heightForWidth(flags.width()) <= flags.height()


def test_what_cannot_be_read_is_told_and_the_verdict_before_is_kept_in_line(
    qtbot: QtBot, window: MainWindow, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = compare(qtbot, window, RELU, SIGMOID)
    with monkeypatch.context() as broken:

        def read(*_: object) -> None:
            raise StoreError("The list of runs cannot be read.")

        broken.setattr("lenet_desktop.ui.comparison.pair_comparer.read_pair", read)
        with qtbot.waitSignal(window.pair_comparer.failed, timeout=LIMIT_MS):
            window.pair_comparer.compare([RELU, SHORT])
    window.runs.renamed.emit(SIGMOID, "the old way")

    def named() -> set[str]:
        pair = page.verdict.pair
        sides = () if pair is None else pair.sides.values()
        return {run.record.title for side in sides for run in side.runs}

    qtbot.waitUntil(lambda: "the old way" in named(), timeout=LIMIT_MS)
    assert page.verdict.pair is not None
    assert page.verdict.pair.ids == {RELU, SIGMOID}
    with monkeypatch.context() as broken:
        broken.setattr(RunStore, "record", read)
        with qtbot.waitSignal(window.pair_comparer.failed, timeout=LIMIT_MS) as told:
            window.session.run_kept.emit(SIGMOID)
    assert told.args == ["The list of runs cannot be read."]
