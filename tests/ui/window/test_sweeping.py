"""A sweep in the window, from its form to the mistakes of its best run; with real processes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import read_named
from lenet_desktop.data.images import DataSplits, as_splits
from lenet_desktop.data.known import small_digits
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.sweep_session import SweepSession
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.events import TrialChanged
from lenet_desktop.sweeps.executor import Executor, ExecutorError
from lenet_desktop.sweeps.proposals import next_trials
from lenet_desktop.sweeps.records import SweepState, TrialState
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.training.devices import Device
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.sweeps.interleaving import Interleaving
from tests.ui.opened_window import opened_window

LEFT = Qt.MouseButton.LeftButton
LIMIT_MS = 90_000
GROUP = -1


@pytest.fixture(scope="module")
def digits(cache: Path) -> DataSplits:
    return as_splits(read_named(small_digits.KEY, cache))


@pytest.fixture
def sweeping(
    session: TrainingSession,
    digits: DataSplits,
    devices: list[Device],
    store: RunStore,
    settings_file: Path,
    cache: Path,
) -> Iterator[MainWindow]:
    """Return a window with digits, of which a network learns an epoch in no time."""
    resources = TrainingResources(digits, devices, store)
    with opened_window(session, settings_file, resources, cache=cache) as shown:
        yield shown


def test_from_the_form_to_the_mistakes_of_a_run_and_back(
    qtbot: QtBot, sweeping: MainWindow
) -> None:
    window, page = sweeping, sweeping.sweeps
    # What cannot be varied is said, with a button that leads to where it is mended.
    window.workspaces.show(Workspace.SWEEPS)
    window.training.form.learning_rate.setText("fast")
    QTest.mouseClick(page.new, LEFT)
    button = window.message_bar.findChild(QPushButton, "message_action_button")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert window.workspaces.current is Workspace.TRAIN
    window.training.form.learning_rate.setText("0.1")
    window.workspaces.show(Workspace.SWEEPS)
    QTest.mouseClick(page.new, LEFT)
    page.editor.trials.setValue(2)
    page.editor.epochs.setValue(1)
    page.editor.held_out.setValue(100)
    page.editor.rows[0].high.setText("0.5")
    QTest.mouseClick(page.editor.start, LEFT)
    services = window.sweep_services
    assert services.session.sweep_id == 1
    qtbot.waitUntil(lambda: services.session.sweep_id is None, timeout=LIMIT_MS)
    (sweep,) = SweepStore(window.run_services.store or pytest.fail("no store")).sweeps()
    assert (sweep.state, sweep.counts) == (SweepState.FINISHED, {TrialState.FINISHED: 2})
    assert page.view.table.trials.rowCount() == 2
    assert "The best of 2" in page.view.finding.text()
    # A click on a point opens its run, whose test images are judged only then.
    QApplication.processEvents()
    plot, findings = page.view.plots.best, page.view.findings
    assert findings is not None
    spot = QPointF(2, findings.value(findings.trials[1]))
    place = plot.mapFromScene(plot.getPlotItem().getViewBox().mapViewToScene(spot))
    QTest.mouseClick(plot.viewport(), LEFT, pos=QPoint(place))
    assert window.workspaces.current is Workspace.TRAIN
    qtbot.waitUntil(
        lambda: [done.test_loss is None for done in window.session.history.epochs] == [False],
        timeout=LIMIT_MS,
    )
    assert window.gallery.state.newest == 1
    # In the list the runs stand under their sweep, and go and come back with it.
    window.workspaces.show(Workspace.COMPARE)
    panel = window.runs
    assert [panel.runs.id_at(row) for row in range(panel.runs.rowCount())] == [GROUP]
    panel.select([GROUP])
    panel.commands.star.trigger()
    assert panel.model.record_at(0).starred
    panel.commands.delete.trigger()
    assert panel.runs.rowCount() == 0
    panel.deleted.undo.trigger()
    assert len(panel.model.records) == 2


def test_a_scheduler_that_is_none_and_a_run_beside_a_sweep_are_told_of(
    qtbot: QtBot, sweeping: MainWindow, caplog: pytest.LogCaptureFixture
) -> None:
    window, services, editor = sweeping, sweeping.sweep_services, sweeping.sweeps.editor
    window.workspaces.show(Workspace.SWEEPS)
    QTest.mouseClick(sweeping.sweeps.new, LEFT)
    QTest.mouseClick(editor.more, LEFT)
    QTest.keyClicks(editor.scheduler, "ftp://somewhere")
    QTest.mouseClick(editor.start, LEFT)
    assert services.session.sweep_id == 1
    assert "at once" not in window.message_bar.text
    services.note_run()  # as a run begins now
    assert "at once" in window.message_bar.text
    qtbot.waitUntil(lambda: services.session.sweep_id is None, timeout=LIMIT_MS)
    assert "ftp://somewhere" in window.message_bar.text
    sweeps = SweepStore(window.run_services.store or pytest.fail("no store"))
    assert sweeps.sweep(1).state.can_go_on
    assert not sweeps.trials(1)
    # It is resumed where it was begun, whatever is entered now, or wherever a person wants.
    asked: list[str] = []

    def refusing(address: str) -> Executor:
        asked.append(address)
        raise ExecutorError(f"{address} is away.")

    services.use_executor(refusing)
    editor.scheduler.setText("tcp://other:1")
    QTest.mouseClick(sweeping.sweeps.view.pause, LEFT)
    qtbot.waitUntil(lambda: services.session.sweep_id is None, timeout=LIMIT_MS)
    assert "is away" in window.message_bar.text
    here = next(
        button
        for button in window.message_bar.findChildren(QPushButton, "message_action_button")
        if "this machine" in button.text()
    )
    QTest.mouseClick(here, LEFT)
    qtbot.waitUntil(lambda: services.session.sweep_id is None, timeout=LIMIT_MS)
    (other,) = sweeping.sweeps.view.place.menu().actions()
    other.trigger()
    qtbot.waitUntil(lambda: services.session.sweep_id is None, timeout=LIMIT_MS)
    assert asked == ["ftp://somewhere", "", "tcp://other:1"]
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert "tcp://other:1" in sweeping.sweeps.view.about.text()
    # A sweep that a person has paused is told of at the next start, and shown from there.
    sweeps.set_state(1, SweepState.PAUSED)
    window.message_bar.clear()
    window.workspaces.go_back()
    services.use_store(sweeps.runs)
    assert "paused" in window.message_bar.text
    button = window.message_bar.findChild(QPushButton, "message_action_button")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert window.workspaces.current is Workspace.SWEEPS


def test_a_trial_of_a_paused_sweep_is_prolonged_alone_if_it_can_be_begun(
    qtbot: QtBot, sweeping: MainWindow, digits: DataSplits
) -> None:
    window, services, view = sweeping, sweeping.sweep_services, sweeping.sweeps.view
    store = window.run_services.store or pytest.fail("no store")
    sweeps = SweepStore(store)
    base = TrainingConfig(data=digits.info, epochs=1, batch_size=200, device="cpu")
    definition = SweepDefinition(base=base, seeds=3)
    sweep = sweeps.add(definition, scheduler="tcp://away:1")
    first, *rest = next_trials(definition, sweep.id, [])
    trials = [replace(first, state=TrialState.STOPPED), *rest]
    sweeps.put_trials(trials)
    window.workspaces.show(Workspace.SWEEPS)
    few = DataSplits(digits.train.first(260), digits.test.first(100))

    def executor(address: str) -> Executor:
        if address:
            raise ExecutorError(f"{address} is away.")
        return Interleaving(store.folder, few, 2, random.Random(0))

    services.use_executor(executor)
    view.table.select([1])
    view.trial_actions.prolong.trigger()
    qtbot.waitUntil(lambda: services.session.sweep_id is None, timeout=LIMIT_MS)
    assert "is away" in window.message_bar.text
    assert sweeps.trials(sweep.id) == trials

    (here,) = window.message_bar.findChildren(QPushButton, "message_action_button")
    QTest.mouseClick(here, LEFT)
    assert "the rest waits" in view.standing.text()
    qtbot.waitUntil(lambda: services.session.sweep_id is None, timeout=LIMIT_MS)
    states = [trial.state for trial in sweeps.trials(sweep.id)]
    assert states == [TrialState.FINISHED, TrialState.WAITING, TrialState.WAITING]
    assert sweeps.sweep(sweep.id).state.can_go_on
    view.table.select([3])
    assert "epoch 1" in view.trial_actions.prolong.text().replace("&", "")


def test_a_window_that_is_closed_leaves_a_sweep_to_be_gone_on_with(
    qtbot: QtBot, store: RunStore, digits: DataSplits
) -> None:
    base = TrainingConfig(data=digits.info, epochs=2, batch_size=200, device="cpu")
    sweeps, delays = SweepStore(store), random.Random(0)
    few = DataSplits(digits.train.first(260), digits.test.first(100))
    session = SweepSession()
    session.use(sweeps, lambda _scheduler: Interleaving(store.folder, few, 1, delays))
    sweep = sweeps.add(SweepDefinition(base=base, seeds=2))
    seen: list[TrialChanged] = []
    session.event_received.connect(
        lambda event: seen.append(event) if isinstance(event, TrialChanged) else None
    )
    assert session.go_on(sweep.id)
    assert not session.go_on(sweep.id)
    qtbot.waitUntil(lambda: any(event.epoch for event in seen), timeout=LIMIT_MS)
    session.shutdown()
    qtbot.waitUntil(lambda: session.sweep_id is None)
    assert sweeps.sweep(sweep.id).state is SweepState.INTERRUPTED
    assert session.go_on(sweep.id)
    qtbot.waitUntil(lambda: session.sweep_id is None, timeout=LIMIT_MS)
    assert sweeps.sweep(sweep.id).counts == {TrialState.FINISHED: 2}
    assert session.go_on(sweep.id, (1, 1))
    qtbot.waitUntil(lambda: session.sweep_id is None, timeout=LIMIT_MS)
    assert sweeps.trials(sweep.id)[0].epochs_done == 3
    session.shutdown()
