"""Runs that are stopped and gone on with, in one session and in the next one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

import lenet_desktop.training.engine
from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.records import OpenedRun, RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import SINGLE_CHECKPOINT, LoadingThread, TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.training.checkpoint_file import save_checkpoint
from lenet_desktop.training.devices import find_devices
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import (
    CheckpointFailed,
    Event,
    LearningRateChanged,
    RunStarted,
    StepsDone,
)
from tests.recipes import RELU

LIMIT_MS = 30_000
SHORT = replace(RELU.config, epochs=3, batch_size=20, device="cpu")


def wait_for(qtbot: QtBot, session: TrainingSession, state: RunState) -> None:
    qtbot.waitUntil(lambda: session.state is state, timeout=LIMIT_MS)


def stop_after_an_epoch(qtbot: QtBot, session: TrainingSession) -> None:
    session.start(SHORT)
    qtbot.waitUntil(lambda: len(session.history.epochs) >= 1, timeout=LIMIT_MS)
    session.stop()
    qtbot.waitUntil(lambda: not session.state.is_active, timeout=LIMIT_MS)


def uninterrupted(resources: TrainingResources) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    trainer = Trainer(SHORT, resources.data, resources.devices[-1])
    for _ in trainer.events():
        pass
    return trainer.checkpoint().losses


def test_a_stopped_run_is_gone_on_with_to_the_same_bits(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    assert session.checkpoint is None
    assert not session.go_on(1)
    stop_after_an_epoch(qtbot, session)
    assert session.checkpoint is not None

    assert session.go_on(more_epochs=7), "which says nothing to a run that has not ended"
    assert session.checkpoint is None, "while it goes on there is nothing to go on with"
    wait_for(qtbot, session, RunState.FINISHED)

    assert session.history.planned_epochs == 3
    assert [done.epoch for done in session.history.epochs] == [1, 2, 3]
    np.testing.assert_array_equal(session.history.step_losses, uninterrupted(resources))


def check_history(session: TrainingSession, resources: TrainingResources) -> None:
    """What the session knows of run 1 is what is kept of it."""
    kept = next(iter(resources.store.curves([1])))
    assert kept.epochs, "or nothing is compared"
    assert tuple(session.history.epochs) == kept.epochs
    np.testing.assert_array_equal(session.history.step_losses, kept.losses)
    assert tuple(session.history.changes) == kept.changes


def test_a_run_knows_its_past_that_is_held_or_stopped_as_soon_as_it_is_gone_on_with(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    stop_after_an_epoch(qtbot, session)
    check_history(session, resources)

    session.go_on(1)
    session.pause()
    qtbot.waitUntil(lambda: session.history.started is not None, timeout=LIMIT_MS)
    check_history(session, resources)
    session.stop()
    qtbot.waitUntil(lambda: not session.state.is_active, timeout=LIMIT_MS)
    check_history(session, resources)

    session.go_on(1)
    session.stop()
    qtbot.waitUntil(lambda: not session.state.is_active, timeout=LIMIT_MS)
    check_history(session, resources)


def test_a_finished_run_gets_more_epochs(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    session.start(replace(SHORT, epochs=1))
    wait_for(qtbot, session, RunState.FINISHED)

    assert session.go_on(more_epochs=2)
    wait_for(qtbot, session, RunState.FINISHED)

    assert session.history.planned_epochs == 3
    np.testing.assert_array_equal(session.history.step_losses, uninterrupted(resources))


def test_a_run_never_gets_more_epochs_than_there_may_be(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    session.start(replace(SHORT, epochs=1))
    wait_for(qtbot, session, RunState.FINISHED)
    with qtbot.waitSignal(session.failed) as failed:
        assert not session.go_on(more_epochs=0)
    assert "at most 1,000 epochs" in failed.args[0]
    assert session.state is RunState.FINISHED


def test_a_run_is_gone_on_with_after_the_program_was_closed(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    stop_after_an_epoch(qtbot, session)
    known = session.history.step_losses.copy()

    another = TrainingSession()
    another.use_resources(resources)
    with qtbot.waitSignal(another.run_opened) as shown:
        assert another.open(read_run(resources.store, 1))
    assert another.state is RunState.STOPPED
    assert another.run_id == 1
    np.testing.assert_array_equal(another.history.step_losses, known)
    assert another.history.images_per_s is None
    opened = shown.args[0]
    assert isinstance(opened, OpenedRun)
    assert [answers.epoch for answers in opened.predictions] == [
        done.epoch for done in another.history.epochs
    ]

    assert another.go_on(1)
    wait_for(qtbot, another, RunState.FINISHED)
    np.testing.assert_array_equal(another.history.step_losses, uninterrupted(resources))
    record = resources.store.record(1)
    assert (record.status, record.epochs_done) == (RunStatus.FINISHED, 3)
    assert len(resources.store.records()) == 1, "it is the same run"
    another.shutdown()


def test_no_run_is_opened_while_one_goes_on(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    stop_after_an_epoch(qtbot, session)
    opened = read_run(resources.store, 1)
    session.start(replace(SHORT, epochs=1_000))
    assert not session.open(opened)
    qtbot.waitUntil(lambda: session.run_id == 2, timeout=LIMIT_MS)


def test_a_pause_is_kept(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    session.start(replace(SHORT, epochs=1_000))
    qtbot.waitUntil(lambda: len(session.history.step_losses) > 0, timeout=LIMIT_MS)
    with qtbot.waitSignal(session.run_kept):
        session.pause()
    assert resources.store.record(1).status is RunStatus.PAUSED
    session.resume()
    assert resources.store.record(1).status is RunStatus.RUNNING


def test_a_new_run_leaves_nothing_of_the_one_before_to_go_on_with(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    stop_after_an_epoch(qtbot, session)
    session.start(replace(SHORT, learning_rate=1e20))
    wait_for(qtbot, session, RunState.DIVERGED)
    assert session.checkpoint is None


def test_a_run_that_fails_leaves_its_last_epoch(
    qtbot: QtBot,
    session: TrainingSession,
    resources: TrainingResources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails_in_the_second_epoch(*args: object, **kwargs: object) -> PredictionSet:
        if args[2] == 2:
            raise RuntimeError("CUDA error: the device fell off the bus")
        return evaluate(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(lenet_desktop.training.engine, "evaluate", fails_in_the_second_epoch)
    session.use_resources(resources)
    with qtbot.waitSignal(session.failed, timeout=LIMIT_MS) as failed:
        session.start(SHORT)
    wait_for(qtbot, session, RunState.FAILED)
    assert "fell off the bus" in failed.args[0]
    assert session.checkpoint is not None
    assert (session.checkpoint.epoch, session.checkpoint.step) == (2, 0)

    monkeypatch.setattr(lenet_desktop.training.engine, "evaluate", evaluate)
    assert session.go_on(1)
    wait_for(qtbot, session, RunState.FINISHED)
    np.testing.assert_array_equal(session.history.step_losses, uninterrupted(resources))


def test_a_folder_that_cannot_be_written_is_mentioned_once_and_worked_around(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources, tmp_path: Path
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    nowhere = open_store(tmp_path / "blocked" / "runs")
    session.use_resources(replace(resources, store=nowhere))
    seen: list[Event] = []
    session.event_received.connect(seen.append)
    session.start(SHORT)
    wait_for(qtbot, session, RunState.FINISHED)

    assert len([event for event in seen if isinstance(event, CheckpointFailed)]) == 1
    assert session.checkpoint is not None, "it is still there in memory"
    assert session.go_on(1)
    wait_for(qtbot, session, RunState.FINISHED)
    assert len(session.history.epochs) == 4


def test_the_learning_rate_is_changed_while_a_run_goes_on(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    session.change_learning_rate(0.5)  # says nothing to nobody
    seen: list[Event] = []
    session.event_received.connect(seen.append)
    session.start(replace(SHORT, epochs=1_000))
    qtbot.waitUntil(lambda: any(isinstance(e, StepsDone) for e in seen), timeout=LIMIT_MS)
    with pytest.raises(ConfigError):
        session.change_learning_rate(-1)
    session.change_learning_rate(0.003)
    qtbot.waitUntil(lambda: bool(session.history.changes), timeout=LIMIT_MS)
    session.stop()
    qtbot.waitUntil(lambda: not session.state.is_active, timeout=LIMIT_MS)

    changed = [event for event in seen if isinstance(event, LearningRateChanged)]
    assert [change.learning_rate for change in changed] == [0.003]
    (place, rate), *rest = session.history.rate_changes
    assert not rest
    assert rate == 0.003
    assert 0 < place <= len(session.history.step_losses) / 30
    assert session.checkpoint is not None
    assert session.checkpoint.changes == tuple(changed)


# --- what is loaded at the start


def load(qtbot: QtBot, cache: Path, kept: Path) -> tuple[OpenedRun | None, list[str]]:
    parent = QObject()
    loader = LoadingThread(cache, kept, parent)
    notices: list[str] = []
    opened: list[OpenedRun] = []
    stores: list[RunStore] = []
    loader.notice.connect(notices.append)
    loader.last_run_ready.connect(opened.append)
    loader.store_ready.connect(stores.append)
    with qtbot.waitSignal(loader.finished, timeout=LIMIT_MS):
        loader.start()
    stores[0].close()
    return (opened[0] if opened else None), notices


def test_the_last_run_is_loaded_with_its_past(
    qtbot: QtBot, session: TrainingSession, data: DataSplits, cache: Path, tmp_path: Path
) -> None:
    assert load(qtbot, cache, tmp_path) == (None, [])
    trainer = Trainer(replace(SHORT, epochs=2, batch_size=256), data, find_devices()[-1])
    store = open_store(tmp_path)
    events = RunRecorder(store).follow(trainer)
    for event in events:
        if isinstance(event, StepsDone):
            break
    events.close()
    store.close()

    found, notices = load(qtbot, cache, tmp_path)

    assert notices == []
    assert found is not None
    assert found.record.status is RunStatus.STOPPED
    assert found.checkpoint is not None
    assert [type(event) for event in found.events] == [RunStarted, StepsDone]


def test_the_run_of_an_earlier_version_is_taken_over(
    qtbot: QtBot, data: DataSplits, cache: Path, tmp_path: Path
) -> None:
    trainer = Trainer(replace(SHORT, epochs=2, batch_size=256), data, find_devices()[-1])
    for event in trainer.events():
        if isinstance(event, StepsDone):
            break
    file = tmp_path / SINGLE_CHECKPOINT
    save_checkpoint(trainer.checkpoint(), file)

    found, notices = load(qtbot, cache, tmp_path)

    assert notices == []
    assert found is not None
    assert [type(event) for event in found.events] == [RunStarted, StepsDone]
    assert found.checkpoint is not None
    assert found.checkpoint.step == trainer.checkpoint().step
    assert not file.exists()


def test_the_run_of_an_earlier_version_is_set_aside_where_it_cannot_be_read(
    qtbot: QtBot, cache: Path, tmp_path: Path
) -> None:
    (tmp_path / SINGLE_CHECKPOINT).write_bytes(b"not a checkpoint")

    found, notices = load(qtbot, cache, tmp_path)

    assert found is None
    assert len(notices) == 1
    assert notices[0].startswith("The last run of an earlier version is not shown.")
    assert (tmp_path / f"{SINGLE_CHECKPOINT}.damaged").read_bytes() == b"not a checkpoint"
    assert load(qtbot, cache, tmp_path) == (None, []), "it is said once"
