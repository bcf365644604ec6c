"""One request at a time: the latest is answered, one that was given up is never heard of."""

from collections.abc import Generator, Iterator
from threading import Event as Flag

import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import describing
from lenet_desktop.storage.errors import CheckpointError

LIMIT_MS = 10_000


class Listener(LatestRequest):
    """Notes what it hears."""

    def __init__(self) -> None:
        super().__init__(describing("The images could not be judged"))
        self.heard: list[object] = []

    def hear(self, report: object) -> None:
        """Note it."""
        self.heard.append(report)


@pytest.fixture
def session(qapp: object) -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.shutdown()


def stream(*reports: object) -> Generator[object, None, None]:
    yield from reports


def endless(begun: Flag, closed: Flag) -> Generator[object, None, None]:
    try:
        while True:
            yield "old"
            begun.set()
    finally:
        closed.set()


def broken() -> Generator[object, None, None]:
    yield "before"
    raise CheckpointError("The network is gone.")


def test_what_a_request_yields_is_heard_in_order(qtbot: QtBot, session: Listener) -> None:
    session.begin(lambda: stream(1, 2, 3))
    assert session.is_busy
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)
    assert session.heard == [1, 2, 3]


def test_another_request_gives_up_the_one_before(qtbot: QtBot, session: Listener) -> None:
    begun, closed = Flag(), Flag()
    session.begin(lambda: endless(begun, closed))
    assert begun.wait(LIMIT_MS / 1_000)
    session.begin(lambda: stream("never begun"))
    session.begin(lambda: stream("new", closed.is_set()))
    assert session.is_busy
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)
    # The stream before was closed by then.
    assert session.heard == ["new", True], "though much of the old one was waiting to be heard"


def test_what_was_given_up_is_not_heard(qtbot: QtBot, session: Listener) -> None:
    begun, closed = Flag(), Flag()
    session.begin(lambda: endless(begun, closed))
    assert begun.wait(LIMIT_MS / 1_000)
    session.cancel()
    session.cancel()
    assert not session.is_busy
    qtbot.waitUntil(lambda: session.children() == [], timeout=LIMIT_MS)
    assert closed.is_set()
    assert session.heard == []


def test_a_failure_gets_its_sentence_and_the_next_request_is_answered(
    qtbot: QtBot, session: Listener
) -> None:
    with qtbot.waitSignal(session.failed, timeout=LIMIT_MS) as failed:
        session.begin(broken)
    assert failed.args == ["The network is gone."]
    assert session.heard == ["before"]
    session.begin(lambda: stream("after"))
    qtbot.waitUntil(lambda: not session.is_busy, timeout=LIMIT_MS)
    assert session.heard == ["before", "after"]


def test_interrupting_does_not_wait_and_nothing_is_begun_afterwards(
    qtbot: QtBot, session: Listener
) -> None:
    begun, may_end, closed = Flag(), Flag(), Flag()

    def held() -> Generator[object, None, None]:
        try:
            begun.set()
            may_end.wait(LIMIT_MS / 1_000)
            yield "late"
            yield "never"
        finally:
            closed.set()

    session.begin(held)
    assert begun.wait(LIMIT_MS / 1_000)
    session.interrupt()
    assert not closed.is_set(), "its step under way goes on"
    may_end.set()
    session.shutdown()
    assert closed.is_set()
    session.begin(lambda: stream("new"))
    assert not session.is_busy
    assert session.heard == []


def test_a_failure_nobody_foresaw_speaks_of_the_request_and_of_no_run(
    qtbot: QtBot, session: Listener
) -> None:
    def short() -> Generator[object, None, None]:
        yield "before"
        raise MemoryError

    with qtbot.waitSignal(session.failed, timeout=LIMIT_MS) as failed:
        session.begin(short)
    assert failed.args[0].startswith("The images could not be judged")
    assert "batch" not in failed.args[0]
