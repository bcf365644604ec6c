"""Suspects are looked for beside the window, for the newest predictions only."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis import suspects as suspects_module
from lenet_desktop.analysis.suspects import Suspects, find_suspects
from lenet_desktop.networks.predictions import Floats, Labels
from lenet_desktop.session.suspect_session import SuspectSession

LIMIT_MS = 30_000
LABELS = np.repeat(np.arange(10, dtype=np.uint8), 20)
SURE: Floats = np.eye(10, dtype=np.float32)[LABELS]
SURE[30] = np.roll(SURE[30], 1)


@pytest.fixture
def session(qapp: object) -> Iterator[SuspectSession]:
    owned = SuspectSession()
    yield owned
    owned.shutdown()


class Gate:
    """Stands in for the search: waits until it is opened, and tells which epochs it was given."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.open = threading.Semaphore(0)
        self.threads: list[int] = []

    def __call__(self, labels: Labels, probabilities: tuple[Floats, ...]) -> Suspects:
        self.threads.append(threading.get_ident())
        self.entered.release()
        assert self.open.acquire(timeout=30)
        return Suspects((), len(probabilities), len(labels), has_learned=True)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    closed = Gate()
    monkeypatch.setattr(suspects_module, "find_suspects", closed)
    return closed


def test_the_suspects_are_found_on_another_thread(qtbot: QtBot, session: SuspectSession) -> None:
    with qtbot.waitSignal(session.found, timeout=LIMIT_MS) as found:
        session.find(LABELS, [SURE])
        assert session.is_busy
    assert found.args == [find_suspects(LABELS, [SURE])]
    assert found.args[0].ranked[0].number == 30
    assert not session.is_busy


def test_one_request_after_the_other_is_answered(
    qtbot: QtBot, session: SuspectSession, gate: Gate
) -> None:
    for epochs in (1, 2, 3):
        gate.open.release()
        with qtbot.waitSignal(session.found, timeout=LIMIT_MS) as found:
            session.find(LABELS, [SURE] * epochs)
        assert found.args[0].epochs == epochs
    assert threading.get_ident() not in gate.threads


def test_only_the_newest_request_is_answered(
    qtbot: QtBot, session: SuspectSession, gate: Gate
) -> None:
    answers = QSignalSpy(session.found)
    session.find(LABELS, [SURE])
    assert gate.entered.acquire(timeout=30)
    for epochs in (2, 3, 4):
        session.find(LABELS, [SURE] * epochs)
    with qtbot.waitSignal(session.found, timeout=LIMIT_MS) as found:
        for _ in range(4):
            gate.open.release()
    assert found.args[0].epochs == 4
    assert len(gate.threads) == 2, "those in between were never begun"
    assert answers.count() == 1


def test_what_was_asked_for_may_be_changed_by_appending(
    qtbot: QtBot, session: SuspectSession, gate: Gate
) -> None:
    epochs = [SURE]
    session.find(LABELS, epochs)
    epochs.append(SURE)
    gate.open.release()
    with qtbot.waitSignal(session.found, timeout=LIMIT_MS) as found:
        pass
    assert found.args[0].epochs == 1


def test_a_cancelled_request_is_never_answered(
    qtbot: QtBot, session: SuspectSession, gate: Gate
) -> None:
    answers = QSignalSpy(session.found)
    session.find(LABELS, [SURE])
    assert gate.entered.acquire(timeout=30)
    session.find(LABELS, [SURE] * 2)
    session.cancel()
    assert not session.is_busy
    session.cancel()
    gate.open.release()
    gate.open.release()
    with qtbot.waitSignal(session.found, timeout=LIMIT_MS) as found:
        session.find(LABELS, [SURE] * 3)
    assert found.args[0].epochs == 3
    assert answers.count() == 1


def test_shutting_down_waits_says_nothing_more_and_may_be_repeated(
    qtbot: QtBot, session: SuspectSession, gate: Gate
) -> None:
    answers = QSignalSpy(session.found)
    session.find(LABELS, [SURE])
    assert gate.entered.acquire(timeout=30)
    gate.open.release()
    session.shutdown()
    session.shutdown()
    session.find(LABELS, [SURE])
    session.cancel()
    assert not session.is_busy
    qtbot.waitUntil(lambda: session.children() == [])  # whatever was still on its way has come
    assert answers.count() == 0
    assert len(gate.threads) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ImportError("no file"), "cleanlab cannot be loaded (no file). Repair it with “python"),
        (ValueError("strange\nlines"), "The labels could not be examined: strange. The next"),
        (MemoryError(), "The labels could not be examined: MemoryError."),
    ],
)
def test_a_failure_becomes_a_sentence_and_the_next_request_is_answered(
    qtbot: QtBot,
    session: SuspectSession,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    words: str,
) -> None:
    def broken(labels: Labels, probabilities: tuple[Floats, ...]) -> Suspects:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(suspects_module, "find_suspects", broken)
        with qtbot.waitSignal(session.failed, timeout=LIMIT_MS) as failed:
            session.find(LABELS, [SURE])
    assert words in failed.args[0]
    assert not session.is_busy
    with qtbot.waitSignal(session.found, timeout=LIMIT_MS):
        session.find(LABELS, [SURE])
