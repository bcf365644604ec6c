"""What a session does with a run that is kept: going on that fails, and pauses at bad moments."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

import lenet_desktop.training.engine
from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.recorder import RunRecorder
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import Event, RunStarted
from tests.kept_runs import BRIEF, STEPS, keep_run

LIMIT_MS = 30_000
LONG = replace(BRIEF, epochs=4)
PROCESSOR = Device(CPU, "A processor")


@pytest.fixture
def session(session: TrainingSession, resources: TrainingResources) -> TrainingSession:
    """Return a session that can train."""
    session.use_resources(resources)
    return session


@pytest.fixture
def elsewhere(store: RunStore) -> Iterator[RunStore]:
    """Return the same store as a terminal has it."""
    opened = open_store(store.folder)
    yield opened
    opened.close()


def wait_for(qtbot: QtBot, session: TrainingSession, state: RunState) -> None:
    qtbot.waitUntil(lambda: session.state is state, timeout=LIMIT_MS)


def fail_to_go_on(qtbot: QtBot, session: TrainingSession) -> str:
    """Go on, which fails; return the sentence."""
    with qtbot.waitSignal(session.failed, timeout=LIMIT_MS) as failed:
        assert session.go_on(1)
    qtbot.waitUntil(lambda: not session.state.is_active, timeout=LIMIT_MS)
    return str(failed.args[0])


# --- going on that fails


def test_a_run_that_went_on_elsewhere_is_not_gone_on_with_from_before(
    qtbot: QtBot, session: TrainingSession, store: RunStore, elsewhere: RunStore, few: DataSplits
) -> None:
    session.start(BRIEF)
    wait_for(qtbot, session, RunState.FINISHED)
    checkpoint = read_run(elsewhere, 1).checkpoint
    assert checkpoint is not None
    trainer = Trainer(BRIEF, few, PROCESSOR, checkpoint=checkpoint.extended(2))
    list(RunRecorder(elsewhere, 1, checkpoint.extended(2)).follow(trainer))
    before = store.record(1), store.run_folder(1).checkpoints()

    assert fail_to_go_on(qtbot, session) == (
        "“Run 1” has gone on elsewhere meanwhile and has 4 epochs now. Show the list of "
        "runs, which brings it up to date here."
    )

    assert (store.record(1), store.run_folder(1).checkpoints()) == before
    assert (session.state, session.run_id) == (RunState.FINISHED, 1)
    assert session.open(read_run(store, 1))
    assert session.go_on(1)
    wait_for(qtbot, session, RunState.FINISHED)
    assert [done.epoch for done in session.history.epochs] == [1, 2, 3, 4, 5]
    assert store.record(1).epochs_done == 5


@pytest.mark.parametrize("is_opened", [True, False])
def test_a_run_that_is_busy_elsewhere_is_gone_on_with_when_it_is_free(
    qtbot: QtBot,
    session: TrainingSession,
    store: RunStore,
    elsewhere: RunStore,
    few: DataSplits,
    is_opened: bool,
) -> None:
    if is_opened:
        keep_run(store, few, LONG, steps=2 * STEPS + 3)
        session.open(read_run(store, 1))
    else:
        session.start(replace(BRIEF, epochs=3))
        wait_for(qtbot, session, RunState.FINISHED)
    known = session.state, session.history, session.checkpoint
    RunProgress(elsewhere).go_on(1, LONG)

    assert "is going on in another window" in fail_to_go_on(qtbot, session)

    assert (session.state, session.history, session.checkpoint) == known
    assert session.run_id == 1
    RunProgress(elsewhere).set_status(1, RunStatus.STOPPED)
    assert session.go_on(1)
    wait_for(qtbot, session, RunState.FINISHED)
    (record,) = store.records()
    assert (record.id, record.epochs_done, record.status) == (1, 4, RunStatus.FINISHED)


def test_a_run_whose_device_is_not_here_stays_open(
    qtbot: QtBot, session: TrainingSession, store: RunStore, few: DataSplits
) -> None:
    keep_run(store, few, replace(LONG, device="cuda:7"), steps=2 * STEPS + 3)
    opened = read_run(store, 1)
    session.open(opened)
    history = session.history
    told: list[tuple[Event, object]] = []
    session.event_received.connect(lambda event: told.append((event, session.history)))

    assert "Choose another device" in fail_to_go_on(qtbot, session)

    assert (session.state, session.run_id) == (RunState.STOPPED, 1)
    assert session.checkpoint is opened.checkpoint
    assert session.history is history
    assert len(history.epochs) == 2
    assert told == [(opened.events[0], history)], "whoever shows the run begins with it again"
    assert isinstance(opened.events[0], RunStarted)


def test_a_new_run_that_fails_at_once_is_not_the_one_before(
    qtbot: QtBot, session: TrainingSession, store: RunStore, few: DataSplits
) -> None:
    keep_run(store, few)
    session.open(read_run(store, 1))
    with qtbot.waitSignal(session.failed, timeout=LIMIT_MS):
        session.start(replace(BRIEF, device="cuda:7"))
    wait_for(qtbot, session, RunState.FAILED)
    assert (session.run_id, session.checkpoint) == (None, None)
    assert session.history.epochs == []


# --- pauses and stops at bad moments


def test_a_pause_right_after_the_start_is_kept(
    qtbot: QtBot, session: TrainingSession, store: RunStore
) -> None:
    with qtbot.waitSignal(session.run_kept, timeout=LIMIT_MS):
        session.start(replace(BRIEF, epochs=1_000))
        session.pause()
    assert session.state is RunState.PAUSED
    assert store.record(1).status is RunStatus.PAUSED
    session.resume()
    assert store.record(1).status is RunStatus.RUNNING


def test_a_pause_of_a_run_that_has_just_ended_changes_nothing(
    qtbot: QtBot, session: TrainingSession, store: RunStore
) -> None:
    session.start(replace(BRIEF, epochs=1))
    session.shutdown()  # waits; what the thread has told is not heard yet
    ended = store.record(1)
    session.pause()
    qtbot.waitUntil(lambda: not session.state.is_active, timeout=LIMIT_MS)
    assert store.records() == [ended]


@pytest.fixture
def held_judge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], threading.Event]]:
    """Hold the judging of epoch 2; return what waits for it, and lets it go on by its result."""
    reached, released = threading.Event(), threading.Event()

    def judge(*arguments: Any, **keywords: Any) -> PredictionSet:
        if arguments[2] == 2:
            reached.set()
            assert released.wait(LIMIT_MS / 1_000)
        return evaluate(*arguments, **keywords)

    def wait() -> threading.Event:
        assert reached.wait(LIMIT_MS / 1_000)
        return released

    monkeypatch.setattr(lenet_desktop.training.engine, "evaluate", judge)
    yield wait
    released.set()


def test_a_run_that_is_stopped_while_its_last_epoch_is_judged_is_finished(
    qtbot: QtBot,
    session: TrainingSession,
    store: RunStore,
    held_judge: Callable[[], threading.Event],
) -> None:
    session.start(BRIEF)
    release = held_judge()
    session.stop()
    release.set()
    qtbot.waitUntil(lambda: not session.state.is_active, timeout=LIMIT_MS)
    assert session.state is RunState.FINISHED
    assert store.record(1).status is RunStatus.FINISHED
    assert store.run_folder(1).epochs() == [1, 2]
    opened = read_run(store, 1)
    assert opened.notice is None
    assert [answers.epoch for answers in opened.predictions] == [1, 2]
    assert session.go_on(1)
    wait_for(qtbot, session, RunState.FINISHED)
    assert store.record(1).epochs_done == 3
