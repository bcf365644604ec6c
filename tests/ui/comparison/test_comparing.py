"""Comparing runs through the window: their curves, their settings and their answers."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.queries import Show
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits, Split
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.run_state import RunState
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import RunStarted
from lenet_desktop.ui.gallery.shown_run import Rival
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.runs.run_table_model import COLOUR_ROLE
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import KeptRun, keep_run
from tests.recipes import RELU

LIMIT_MS = 30_000
SHORT = replace(RELU.config, epochs=2, batch_size=64, device="cpu")

FIRST, SECOND = 1, 2
KEPT_RUNS = (KeptRun(SHORT), KeptRun(replace(SHORT, seed=1, learning_rate=0.05)))


@pytest.fixture
def two(store: RunStore, window: MainWindow) -> tuple[int, int]:
    """Return two runs of which the window shows the first."""
    window.session.open(read_run(store, FIRST))
    window.workspaces.show(Workspace.COMPARE)
    return FIRST, SECOND


def click(button: QAbstractButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def compare_images(qtbot: QtBot, window: MainWindow, run_id: int) -> None:
    """Compare a run with the open one, and look at the images."""
    window.runs.select([run_id])
    window.runs.commands.compare.trigger()
    qtbot.waitUntil(lambda: window.gallery.state.rival is not None, timeout=LIMIT_MS)
    window.workspaces.show(Workspace.EXPLORE)


# --- curves and settings


def test_a_selected_run_is_drawn_beside_the_open_one_and_named_by_what_differs(
    window: MainWindow, two: tuple[int, int]
) -> None:
    window.runs.select([two[1]])
    legend = window.training.plots.overlay_legend
    assert [button.entry.text for button in legend.entries] == ["B: rate 0.05, seed 1"]
    window.runs.select([two[0]])
    assert legend.entries == []


def test_the_table_marks_what_differs(window: MainWindow, two: tuple[int, int]) -> None:
    window.runs.select([two[1]])
    model = window.comparison.panel.model
    rows = [model.headerData(row, Qt.Orientation.Vertical) for row in range(model.rowCount())]
    assert "≠ Learning rate" in rows
    assert "≠ Seed" in rows
    assert not any("Activation" in str(row) for row in rows)
    columns = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    assert columns == [f"A: Run {two[0]} (open)", f"B: Run {two[1]}"]


def test_seeds_of_one_recipe_are_one_curve_with_a_band(
    window: MainWindow, store: RunStore, few: DataSplits, two: tuple[int, int]
) -> None:
    seeds = [keep_run(store, few, replace(SHORT, seed=seed, learning_rate=0.05)) for seed in (2, 3)]
    window.run_services.refresh()
    window.runs.select([two[1], *seeds])
    legend = window.training.plots.overlay_legend
    assert [button.entry.text for button in legend.entries] == [
        "rate 0.05, mean of 3 seeds, band: lowest to highest"
    ]
    rows = (window.runs.model.row_of(run_id) for run_id in (two[1], *seeds))
    model = window.runs.model
    marks = [model.index(row, Column.NAME).data(COLOUR_ROLE) for row in rows if row is not None]
    assert len(marks) == 3
    assert marks[0] is not None
    assert marks[0] == marks[1] == marks[2]


def test_many_runs_are_drawn_when_the_selection_rests(
    qtbot: QtBot, window: MainWindow, store: RunStore, two: tuple[int, int]
) -> None:
    about = store.about(two[1])
    for seed in range(10):
        config = replace(SHORT, seed=seed, learning_rate=0.01 + seed / 1_000)
        started = RunStarted(config, Device("cpu", "CPU"), 61_706, 600, 10)
        progress = RunProgress(store)
        progress.set_status(progress.begin(started, about.surroundings), RunStatus.STOPPED)
    window.run_services.refresh()
    records = [record.id for record in store.records() if record.id not in two]
    legend = window.training.plots.overlay_legend
    window.runs.select(records)
    assert legend.entries == []
    qtbot.waitUntil(lambda: len(legend.entries) == 10, timeout=LIMIT_MS)
    window.runs.select(records)
    window.runs.select([two[1]])
    assert [button.entry.text for button in legend.entries] == ["B: rate 0.05, seed 1"]


def test_a_run_that_goes_on_is_compared_as_it_learns(
    qtbot: QtBot, window: MainWindow, two: tuple[int, int]
) -> None:
    window.runs.select([two[1]])
    window.training.form.set_config(replace(SHORT, seed=5))
    click(window.controls.start_button)
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    model = window.comparison.panel.model
    qtbot.waitUntil(lambda: model.columns[0].record.epochs_done == 2, timeout=LIMIT_MS)
    assert model.columns[0].is_open
    assert model.columns[1].record.id == two[1]


# --- answers, image by image


def test_four_counts_add_up_and_each_filters_the_grid(
    qtbot: QtBot, window: MainWindow, store: RunStore, two: tuple[int, int]
) -> None:
    gallery = window.gallery
    assert not gallery.rival_bar.isVisible()
    compare_images(qtbot, window, two[1])
    assert gallery.rival_bar.isVisible()
    outcomes = PairedOutcomes(*(store.predictions(run_id, 2) for run_id in two))
    assert sum(outcomes.counts) == len(outcomes)
    masks = (outcomes.both_right, outcomes.only_a, outcomes.only_b, outcomes.both_wrong)
    for (show, button), mask in zip(gallery.rival_bar.buttons.items(), masks, strict=True):
        click(button)
        assert button.isChecked()
        assert gallery.filters.query.show is show
        np.testing.assert_array_equal(gallery.state.numbers, np.flatnonzero(mask))
        assert button.text().endswith(f"  {mask.sum():,}")
        assert gallery.filters.count.text().startswith(f"{mask.sum():,} of ")
    assert [chip.text() for chip in gallery.chips.buttons] == ["Both wrong ✕"]
    assert gallery.rival_bar.verdict.text() == outcomes.sentence("A", "B")
    click(gallery.rival_bar.buttons[Show.BOTH_WRONG])
    assert gallery.filters.query.show is Show.ALL


def test_a_cell_shows_both_answers_where_they_differ(
    qtbot: QtBot, window: MainWindow, store: RunStore, two: tuple[int, int]
) -> None:
    compare_images(qtbot, window, two[1])
    mine, theirs = (store.predictions(run_id, 2) for run_id in two)
    number = int(np.flatnonzero(mine.correct & ~theirs.correct)[0])
    row = window.gallery.state.row_of(number)
    assert row is not None
    wrong = DEFAULT.class_names[theirs.predicted[number]]
    right = DEFAULT.class_names[mine.predicted[number]]
    assert window.gallery.model.captions(row) == [(f"A {right}", False), (f"B ✗ {wrong}", True)]
    spoken = window.gallery.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
    assert f"the other run says {wrong}" in spoken
    window.gallery.show_number(number)
    assert f"B: {wrong} (✗ wrong)" in window.gallery.inspector.verdict.text()


def test_the_comparison_follows_the_epoch_that_is_looked_at(
    qtbot: QtBot, window: MainWindow, store: RunStore, two: tuple[int, int]
) -> None:
    compare_images(qtbot, window, two[1])
    assert not window.gallery.rival_bar.caveat.isVisible(), "the runs are alike"
    window.gallery.state.look_at(1)
    assert window.gallery.rival_bar.caveat.isVisible()
    assert "A has learned for 1 epoch, B for 2" in window.gallery.rival_bar.caveat.text()
    outcomes = PairedOutcomes(store.predictions(two[0], 1), store.predictions(two[1], 2))
    assert window.gallery.rival_bar.verdict.text() == outcomes.sentence("A", "B")
    assert "after epoch 1." in window.gallery.rival_bar.title.toolTip()
    assert window.gallery.rival_bar.title.text().endswith(", epoch 2")


def test_ending_the_comparison_leaves_nothing_of_it(
    qtbot: QtBot, window: MainWindow, two: tuple[int, int]
) -> None:
    gallery = window.gallery
    gallery.view_bar.size_slider.setValue(2)
    width = gallery.view.gridSize().width()
    compare_images(qtbot, window, two[1])
    assert gallery.view.gridSize().width() > width
    click(gallery.rival_bar.buttons[Show.ONLY_OTHER])
    click(gallery.rival_bar.close_button)
    assert not gallery.rival_bar.isVisible()
    assert gallery.filters.query.show is Show.ALL
    assert gallery.filters.show_input.findText("Both wrong") == -1
    assert gallery.view.gridSize().width() == width
    assert len(gallery.state.numbers) == len(gallery.state.source.images or ())


def test_a_new_run_is_compared_while_it_learns(
    qtbot: QtBot, window: MainWindow, store: RunStore, two: tuple[int, int]
) -> None:
    compare_images(qtbot, window, two[1])
    window.training.form.set_config(replace(SHORT, seed=7))
    click(window.controls.start_button)
    window.session.change_learning_rate(0.0123)
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)
    run_id = window.session.run_id
    assert run_id is not None
    assert "A had rate 0.0123 from" in window.gallery.rival_bar.caveat.text()
    outcomes = PairedOutcomes(store.predictions(run_id, 2), store.predictions(two[1], 2))
    assert window.gallery.rival_bar.verdict.text() == outcomes.sentence("A", "B")


def test_opening_the_run_that_was_compared_with_ends_the_comparison(
    qtbot: QtBot, window: MainWindow, store: RunStore, two: tuple[int, int]
) -> None:
    compare_images(qtbot, window, two[1])
    window.session.open(read_run(store, two[1]))
    assert not window.gallery.rival_bar.isVisible()


def test_training_images_are_not_compared_and_the_bar_says_so(
    qtbot: QtBot, window: MainWindow, two: tuple[int, int]
) -> None:
    compare_images(qtbot, window, two[1])
    window.gallery.state.browse(Split.TRAIN)
    bar = window.gallery.rival_bar
    assert bar.verdict.text().startswith("Runs are compared on the test images.")
    assert not any(button.isEnabled() for button in bar.buttons.values())
    window.gallery.state.browse(Split.TEST)
    assert all(button.isEnabled() for button in bar.buttons.values())


def test_a_run_that_was_judged_on_other_images_is_refused_with_a_sentence(
    window: MainWindow, store: RunStore, two: tuple[int, int]
) -> None:
    answers = store.predictions(two[1], 2)
    others = replace(answers, labels=np.roll(answers.labels, 1))
    window.gallery.state.compare_with(Rival(two[1], "<b>Odd</b>", others))
    assert "was judged on other images" in window.message_bar.text
    assert not window.gallery.rival_bar.isVisible()
