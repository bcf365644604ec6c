"""One run at a time, on a real thread, whatever a person clicks."""

import threading
from collections.abc import Generator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QThread
from pytestqt.qtbot import QtBot

from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import RunRequest, TrainingSession
from lenet_desktop.session.worker import describe_failed_run
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.devices import CPU, Device, DeviceError
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)
from tests.recipes import RELU

Stream = Generator[Event, None, None]
LIMIT_MS = 20_000
SHORT = replace(RELU.config, epochs=2, batch_size=64)


def started(config: TrainingConfig) -> RunStarted:
    return RunStarted(config, Device(CPU, "CPU"), 61_706, 600, 10)


def steps(step: int) -> StepsDone:
    return StepsDone(1, step, np.array([2.3], np.float32), 60, duration_s=0.1, elapsed_s=step / 10)


def endless(request: RunRequest) -> Stream:
    yield started(request.config)
    step = 0
    while True:
        step += 1
        yield steps(step)


def states_of(session: TrainingSession) -> list[RunState]:
    seen: list[RunState] = []
    session.state_changed.connect(seen.append)
    return seen


def events_of(session: TrainingSession) -> list[Event]:
    seen: list[Event] = []
    session.event_received.connect(seen.append)
    return seen


def end(qtbot: QtBot, session: TrainingSession) -> None:
    with qtbot.waitSignal(
        session.state_changed, check_params_cb=lambda state: not state.is_active, timeout=LIMIT_MS
    ):
        session.stop()


def test_nothing_can_be_started_while_things_are_loading(session: TrainingSession) -> None:
    assert session.state is RunState.LOADING
    assert not session.start(TEXTBOOK.config)
    assert session.state is RunState.LOADING


def test_a_real_run_reports_everything_in_order(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    states, events = states_of(session), events_of(session)
    with qtbot.waitSignal(
        session.state_changed,
        check_params_cb=lambda state: state is RunState.FINISHED,
        timeout=LIMIT_MS,
    ):
        assert session.start(SHORT)
    assert states == [RunState.RUNNING, RunState.FINISHED]
    kinds = [type(event) for event in events if not isinstance(event, StepsDone)]
    per_epoch = [EpochDone, PredictionsReady]
    assert kinds == [RunStarted, *per_epoch, *per_epoch, RunFinished]
    assert len(session.history.step_losses) == 2 * 10
    assert len(session.history.epochs) == 2


def test_the_run_is_computed_on_another_thread_and_heard_on_this_one(
    qtbot: QtBot, session: TrainingSession
) -> None:
    computed_on: list[int] = []
    heard_on: list[int] = []

    def stream(request: RunRequest) -> Stream:
        computed_on.append(threading.get_ident())
        yield started(request.config)

    session.make_ready(stream)
    session.event_received.connect(lambda _event: heard_on.append(threading.get_ident()))
    with qtbot.waitSignals([session.event_received, session.state_changed], timeout=LIMIT_MS):
        session.start(TEXTBOOK.config)
    end_of_run(qtbot, session)
    assert heard_on == [threading.get_ident()]
    assert computed_on[0] != threading.get_ident()


def end_of_run(qtbot: QtBot, session: TrainingSession) -> None:
    qtbot.waitUntil(lambda: not session.state.is_active, timeout=LIMIT_MS)


def test_a_second_start_is_refused_while_a_run_goes_on(
    qtbot: QtBot, session: TrainingSession
) -> None:
    made: list[TrainingConfig] = []

    def stream(request: RunRequest) -> Stream:
        made.append(request.config)
        return endless(request)

    session.make_ready(stream)
    with qtbot.waitSignal(session.event_received, timeout=LIMIT_MS):
        assert session.start(TEXTBOOK.config)
    assert not session.start(RELU.config)
    end(qtbot, session)
    assert made == [TEXTBOOK.config]


def test_a_paused_run_makes_no_step_until_it_is_resumed(
    qtbot: QtBot, session: TrainingSession
) -> None:
    asked = threading.Semaphore(0)
    allowed = threading.Semaphore(0)
    made = 0

    def stream(request: RunRequest) -> Stream:
        nonlocal made
        yield started(request.config)
        while True:
            asked.release()
            allowed.acquire()
            made += 1
            yield steps(made)

    session.make_ready(stream)
    session.start(TEXTBOOK.config)
    assert asked.acquire(timeout=10)
    session.pause()  # in the middle of the first step, which is finished and reported
    assert session.state is RunState.PAUSED
    with qtbot.waitSignal(
        session.event_received,
        check_params_cb=lambda event: isinstance(event, StepsDone),
        timeout=LIMIT_MS,
    ):
        allowed.release()
    assert not asked.acquire(timeout=0.2)  # the next step is not asked for
    session.resume()
    assert session.state.name == "RUNNING"
    assert asked.acquire(timeout=10)
    allowed.release(1_000_000)
    end(qtbot, session)


@pytest.mark.parametrize("pause_first", [False, True])
def test_a_stopped_run_closes_its_stream_and_keeps_what_it_reported(
    qtbot: QtBot, session: TrainingSession, pause_first: bool
) -> None:
    closed_on: list[int] = []

    def stream(request: RunRequest) -> Stream:
        try:
            yield from endless(request)
        finally:
            closed_on.append(threading.get_ident())

    session.make_ready(stream)
    states = states_of(session)
    with qtbot.waitSignals([session.event_received] * 3, timeout=LIMIT_MS):
        session.start(TEXTBOOK.config)
    if pause_first:
        session.pause()
    end(qtbot, session)
    expected = [RunState.RUNNING, RunState.STOPPING, RunState.STOPPED]
    if pause_first:
        expected.insert(1, RunState.PAUSED)
    assert states == expected
    assert len(closed_on) == 1
    assert closed_on[0] != threading.get_ident()
    assert len(session.history.step_losses) >= 2


def test_no_event_is_lost_when_a_run_is_stopped(qtbot: QtBot, session: TrainingSession) -> None:
    session.make_ready(endless)
    events = events_of(session)
    with qtbot.waitSignals([session.event_received] * 10, timeout=LIMIT_MS):
        session.start(TEXTBOOK.config)
    end(qtbot, session)
    reached = [event.step for event in events if isinstance(event, StepsDone)]
    assert all(later == earlier + 1 for earlier, later in pairwise(reached))
    settled = len(events)
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()
    assert len(events) == settled, "nothing arrives after the run is said to be over"


def test_runs_can_be_started_again_any_number_of_times(
    qtbot: QtBot, session: TrainingSession
) -> None:
    session.make_ready(endless)
    for _ in range(5):
        with qtbot.waitSignal(session.event_received, timeout=LIMIT_MS):
            assert session.start(TEXTBOOK.config)
        end(qtbot, session)
        assert session.state is RunState.STOPPED


def test_a_run_that_raises_ends_as_failed_with_a_sentence(
    qtbot: QtBot, session: TrainingSession
) -> None:
    def broken(request: RunRequest) -> Stream:
        yield started(request.config)
        yield steps(1)
        raise RuntimeError("the cable fell out")

    session.make_ready(broken)
    with qtbot.waitSignal(session.failed, timeout=LIMIT_MS) as failed:
        session.start(TEXTBOOK.config)
    end_of_run(qtbot, session)
    assert session.state is RunState.FAILED
    assert failed.args == [
        "Something went wrong: the cable fell out. What was learned up to the last epoch is kept."
    ]
    assert len(session.history.step_losses) == 1
    session.make_ready(endless)
    with qtbot.waitSignal(session.event_received, timeout=LIMIT_MS):
        assert session.start(TEXTBOOK.config), "a failure does not prevent the next run"
    end(qtbot, session)


def test_a_factory_that_raises_ends_the_run_as_failed(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    with qtbot.waitSignal(session.failed, timeout=LIMIT_MS) as failed:
        session.start(replace(SHORT, device="cuda:99"))
    end_of_run(qtbot, session)
    assert session.state is RunState.FAILED
    assert "cuda:99" in failed.args[0]
    assert "Choose another device" in failed.args[0]


def test_a_run_whose_loss_is_no_number_ends_as_diverged(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources
) -> None:
    session.use_resources(resources)
    events = events_of(session)
    session.start(replace(SHORT, learning_rate=1e20))
    end_of_run(qtbot, session)
    assert session.state is RunState.DIVERGED
    assert isinstance(events[-1], RunDiverged)
    assert np.isfinite(session.history.step_losses).all()


@pytest.mark.parametrize("paused", [False, True])
def test_shutting_down_ends_a_run_and_may_be_repeated(
    qtbot: QtBot, session: TrainingSession, paused: bool
) -> None:
    session.make_ready(endless)
    with qtbot.waitSignal(session.event_received, timeout=LIMIT_MS):
        session.start(TEXTBOOK.config)
    if paused:
        session.pause()
    session.shutdown()
    session.shutdown()
    assert all(thread.isFinished() for thread in session.findChildren(QThread))


def test_impossible_requests_are_ignored(session: TrainingSession) -> None:
    session.make_ready(endless)
    session.pause()
    session.resume()
    session.stop()
    session.shutdown()
    assert session.state is RunState.READY


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "smaller batch size"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "smaller batch size"),
        (DeviceError("This machine has no device."), "This machine has no device."),
        (KeyError(), "KeyError"),
        (RuntimeError("first line\nsecond line"), "first line. What"),
    ],
)
def test_every_failure_becomes_a_sentence(error: BaseException, words: str) -> None:
    sentence = describe_failed_run(error)
    assert words in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
