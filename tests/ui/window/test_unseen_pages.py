"""What nobody sees is not made, and nothing is done for it until somebody does."""

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.run_state import RunState
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.ui.comparison.comparison_panel import LEAST_RUNS
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, KeptRun

LIMIT_MS = 20_000
KEPT_RUNS = (KeptRun(),)
LATE = {Workspace.SWEEPS: "sweeps_page", Workspace.TRY: "picture_page"}


def train(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(BRIEF)
    window.controls.start.trigger()
    qtbot.waitUntil(lambda: window.session.state is RunState.FINISHED, timeout=LIMIT_MS)


def test_a_page_is_made_when_it_is_first_shown(window: MainWindow) -> None:
    for workspace, name in LATE.items():
        assert window.findChild(QWidget, name) is None
        window.workspaces.show(workspace)
        page = window.findChild(QWidget, name)
        assert page is not None
        assert page.isVisible()
        assert page.size() == window.workspaces.stack.size()


def test_where_the_borders_of_a_page_are_is_kept_though_nobody_looks_there(
    window: MainWindow, settings_file: Path
) -> None:
    window.workspaces.show(Workspace.SWEEPS)
    splitter = window.borders.splitters["sweeps"]
    splitter.setSizes([400, 600])
    window.remember()
    settings = QSettings(str(settings_file), QSettings.Format.IniFormat)
    kept = settings.value("splitters/sweeps")
    assert kept == splitter.saveState()
    unseen = MainWindow(window.session, settings)
    unseen.remember()
    assert settings.value("splitters/sweeps") == kept
    unseen.workspaces.show(Workspace.SWEEPS)
    assert unseen.borders.splitters["sweeps"].saveState() == kept
    unseen.close()


def test_the_borders_of_a_page_are_put_back_though_nobody_has_seen_it(
    window: MainWindow, settings_file: Path
) -> None:
    window.workspaces.show(Workspace.SWEEPS)
    splitter = window.borders.splitters["sweeps"]
    usual = splitter.saveState()
    splitter.setSizes([400, 600])
    window.remember()
    unseen = MainWindow(window.session, QSettings(str(settings_file), QSettings.Format.IniFormat))
    unseen.borders.reset()
    unseen.workspaces.show(Workspace.SWEEPS)
    assert unseen.borders.splitters["sweeps"].saveState() == usual
    unseen.close()


def test_a_run_is_compared_and_counted_only_once_somebody_looks(
    qtbot: QtBot, window: MainWindow
) -> None:
    compared = QSignalSpy(window.comparer.changed)
    train(qtbot, window)
    assert compared.count() == 0
    assert window.gallery.matrix.counts is None
    window.workspaces.show(Workspace.EXPLORE)
    counts = window.gallery.matrix.counts
    assert counts is not None
    assert counts.sum() == len(window.gallery.state.numbers)
    assert window.gallery.inspector.verdict.text()
    window.workspaces.show(Workspace.COMPARE)
    assert compared.count() == 1


def test_what_lies_beneath_the_curves_follows_also_where_the_list_is_out_of_sight(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.workspaces.show(Workspace.COMPARE)
    window.runs.select([1])
    window.workspaces.show(Workspace.TRAIN)
    train(qtbot, window)
    (entry,) = window.training.plots.overlay_legend.entries
    assert "Run 1" in entry.entry.runs
    assert len(window.comparison.panel.model.columns) == LEAST_RUNS


def test_sweeps_are_read_once_somebody_looks(window: MainWindow, store: RunStore) -> None:
    SweepStore(store).add(SweepDefinition(base=BRIEF, seeds=2))
    window.sweep_services.refresh()
    assert window.findChild(QWidget, LATE[Workspace.SWEEPS]) is None
    window.workspaces.show(Workspace.SWEEPS)
    assert window.sweeps.list.count() == 1
    window.workspaces.go_back()
    SweepStore(store).add(SweepDefinition(base=BRIEF, seeds=3))
    window.sweep_services.refresh()
    assert window.sweeps.list.count() == 1
    window.workspaces.show(Workspace.SWEEPS)
    assert window.sweeps.list.count() == 2
