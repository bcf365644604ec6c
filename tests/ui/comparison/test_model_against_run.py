"""A network from a file is compared with kept runs, image by image, as two runs are."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.queries import Show, Sort
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.ui.gallery.gallery_content import file_name_of
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, KeptRun
from tests.made_runs import made_record
from tests.other_data import colours

LIMIT_MS = 20_000
RELU, SIGMOID = 1, 2
KEPT_RUNS = (
    KeptRun(BRIEF, title="Mine"),
    KeptRun(replace(BRIEF, activation=Activation.SIGMOID)),
)
NAME = "colleague.safetensors"
POP_ISOLATE = "\N{POP DIRECTIONAL ISOLATE}"


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, store: RunStore, tmp_path: Path) -> MainWindow:
    """Return the window with a network open that another program has saved after one epoch."""
    network = store.run_folder(RELU).read_epoch(1).network
    path = tmp_path / NAME
    save_file({name: torch.tensor(array) for name, array in network.weights.items()}, path)
    open_model(qtbot, window, path)
    return window


def open_model(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    with qtbot.waitSignal(window.models.opened, timeout=LIMIT_MS):
        window.models.open_file(path)


def offered(window: MainWindow) -> list[str]:
    window.rivals.refresh()
    return [action.text() for action in window.rivals.actions() if action.text()]


def choose(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Compare with a run by the menu on the page Explore."""
    window.rivals.refresh()
    (action,) = (each for each in window.rivals.actions() if each.text().startswith(name))
    action.trigger()
    qtbot.waitUntil(lambda: window.gallery.state.rival is not None, timeout=LIMIT_MS)


def outcomes_of(window: MainWindow, store: RunStore, run_id: int) -> PairedOutcomes:
    shown = window.gallery.state.predictions
    assert shown is not None
    return PairedOutcomes(shown, store.predictions(run_id, BRIEF.epochs))


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_network_from_a_file_has_no_epochs_to_replay(opened: MainWindow, store: RunStore) -> None:
    bar = opened.gallery.view_bar
    assert not bar.epochs.isVisible()
    assert not bar.play.isVisible()
    assert not bar.epoch_label.isVisible()
    assert file_name_of(opened.gallery.content()) == "colleague-safetensors_test"
    assert "epoch" not in opened.mistakes.title.text()
    opened.session.open(read_run(store, RELU))
    assert bar.epochs.isVisible()
    assert bar.play.isVisible()
    assert bar.epoch_label.isVisible()
    assert not bar.compare_button.isVisible()


def test_runs_of_the_same_data_are_offered_where_the_epochs_would_stand(
    opened: MainWindow,
) -> None:
    assert opened.gallery.view_bar.compare_button.isVisible()
    first, second, last = offered(opened)
    assert first.startswith("Run 2")
    assert second.startswith("Mine")
    assert "list" in last
    others = TrainingConfig(data=colours().info)
    untrained = made_record(5, title="Untrained", accuracies=())
    opened.runs.set_records([made_record(4, others, title="Others"), untrained])
    assert not [text for text in offered(opened) if text.startswith(("Others", "Untrained"))]


def test_each_image_is_compared_and_the_verdict_said(
    qtbot: QtBot, opened: MainWindow, store: RunStore
) -> None:
    outcomes = outcomes_of(opened, store, RELU)
    choose(qtbot, opened, "Mine")
    gallery = opened.gallery
    assert gallery.rival_bar.isVisible()
    assert gallery.rival_bar.verdict.text() == outcomes.sentence("A", "B")
    assert NAME in gallery.rival_bar.title.text()
    assert "epoch 0" not in gallery.rival_bar.title.text()
    assert "file" in gallery.rival_bar.caveat.text()
    masks = (outcomes.both_right, outcomes.only_a, outcomes.only_b, outcomes.both_wrong)
    for button, mask in zip(gallery.rival_bar.buttons.values(), masks, strict=True):
        click(button)
        np.testing.assert_array_equal(np.sort(gallery.state.numbers), np.flatnonzero(mask))


def test_a_long_name_is_cut_where_both_stand_side_by_side_and_told_whole_by_the_tool_tip(
    qtbot: QtBot, opened: MainWindow
) -> None:
    choose(qtbot, opened, "Mine")
    name = "Baseline for the seminar on convolutional networks"
    opened.runs.renamed.emit(RELU, name)
    title = opened.gallery.rival_bar.title
    assert "Baseline for the" in title.text()
    assert "…”, epoch 2" in title.text().replace(POP_ISOLATE, "")
    assert name in title.toolTip()


def test_the_page_compare_says_the_same_and_leads_to_the_images(
    qtbot: QtBot, opened: MainWindow, store: RunStore
) -> None:
    outcomes = outcomes_of(opened, store, SIGMOID)
    opened.workspaces.show(Workspace.COMPARE)
    verdict = opened.compare.verdict
    assert NAME in verdict.hint.text()
    opened.runs.select([SIGMOID])
    assert NAME in verdict.hint.text()
    assert opened.runs.commands.compare.isEnabled()
    opened.runs.commands.compare.trigger()
    qtbot.waitUntil(lambda: verdict.pair is not None, timeout=LIMIT_MS)
    assert verdict.headline.text().startswith(NAME)
    assert "Run 2" in verdict.headline.text()
    assert verdict.details.text().startswith(outcomes.sentence("A", "B"))
    assert "file" in verdict.flags.text()
    for letter, predictions in (("A", outcomes.a), ("B", outcomes.b)):
        counts = opened.compare.matrices.matrices[letter].counts
        np.testing.assert_array_equal(counts, predictions.confusion)
    click(verdict.buttons[Show.ONLY_OTHER])
    assert opened.workspaces.current is Workspace.EXPLORE
    assert opened.session.run_id is None, "the network from the file is still open"
    state = opened.gallery.state
    np.testing.assert_array_equal(np.sort(state.numbers), np.flatnonzero(outcomes.only_b))


def test_the_verdict_follows_what_a_person_says_of_the_network(
    qtbot: QtBot, opened: MainWindow, store: RunStore
) -> None:
    choose(qtbot, opened, "Mine")
    before = opened.compare.verdict.pair
    with qtbot.waitSignal(opened.models.opened, timeout=LIMIT_MS):
        opened.models.bar.activation.set_value(str(Activation.SIGMOID))
    outcomes = outcomes_of(opened, store, RELU)
    qtbot.waitUntil(lambda: opened.compare.verdict.pair is not before, timeout=LIMIT_MS)
    assert opened.gallery.rival_bar.verdict.text() == outcomes.sentence("A", "B")
    assert opened.compare.verdict.details.text().startswith(outcomes.sentence("A", "B"))


def test_nothing_is_left_of_the_verdict_once_a_run_is_open(
    qtbot: QtBot, opened: MainWindow, store: RunStore
) -> None:
    choose(qtbot, opened, "Mine")
    opened.message_bar.clear()
    opened.session.open(read_run(store, SIGMOID))
    assert opened.compare.verdict.pair is None
    assert NAME not in opened.gallery.rival_bar.title.text()
    opened.runs.renamed.emit(RELU, "Renamed")
    assert opened.message_bar.kind is not MessageKind.ERROR
    assert "Renamed" in opened.gallery.rival_bar.title.text(), "it is compared with the run now"


def test_a_cell_of_the_run_leads_to_its_images_and_the_network_stays_open(
    qtbot: QtBot, opened: MainWindow, store: RunStore
) -> None:
    choose(qtbot, opened, "Mine")
    qtbot.waitUntil(lambda: opened.compare.verdict.pair is not None, timeout=LIMIT_MS)
    pair, state = opened.compare.verdict.pair, opened.gallery.state
    predictions = store.predictions(RELU, BRIEF.epochs)
    for predicted in (6, 4):
        opened.workspaces.show(Workspace.COMPARE)
        opened.compare.matrices.cell_chosen.emit("B", (6, predicted))
        assert opened.workspaces.current is Workspace.EXPLORE
        cell = (predictions.labels == 6) & (predictions.predicted == predicted)
        np.testing.assert_array_equal(np.sort(state.numbers), np.flatnonzero(cell))
        assert opened.session.run_id is None
        assert opened.compare.verdict.pair is pair
        chips = [button.text() for button in opened.gallery.chips.buttons]
        assert any("B" in text and state.info.class_names[predicted] in text for text in chips)
    opened.gallery.filters.sort.set_value(Sort.MOST_CONFIDENT)
    assert len(state.numbers) == np.count_nonzero(cell), "another order asks for the same"
    state.end_comparison()
    assert len(state.numbers) == np.count_nonzero(predictions.labels == 6)


def test_curves_and_settings_say_why_they_tell_nothing_of_a_file(
    qtbot: QtBot, opened: MainWindow
) -> None:
    opened.workspaces.show(Workspace.COMPARE)
    plots, panel = opened.compare.plots, opened.comparison.panel
    assert NAME not in panel.empty.text()
    choose(qtbot, opened, "Mine")
    assert [button.entry.text[:2] for button in plots.legend.entries] == ["B:"]
    assert "file" in plots.legend.notice.text()
    assert NAME in panel.empty.text()
    opened.runs.select([RELU, SIGMOID])
    assert not plots.legend.notice.text()
