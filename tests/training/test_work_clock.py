"""The clock of work: it stands still while nothing is worked on."""

import contextlib
import time

import pytest

from lenet_desktop.training import work_clock
from lenet_desktop.training.work_clock import WorkClock


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of the machine's clock, in a list of one that a test sets."""
    seconds = [500.0]
    monkeypatch.setattr(work_clock, "awake_s", lambda: seconds[0])
    return seconds


def test_only_what_is_worked_counts(now: list[float]) -> None:
    clock = WorkClock(before_s=10)
    now[0] += 1_000
    with clock.running():
        now[0] += 2
        assert clock.elapsed_s == 12
    now[0] += 1_000
    assert clock.elapsed_s == 12
    with clock.running():
        now[0] += 3

    assert clock.elapsed_s == 15


def test_work_that_fails_counts_up_to_there(now: list[float]) -> None:
    clock = WorkClock()
    with contextlib.suppress(RuntimeError), clock.running():
        now[0] += 2
        raise RuntimeError
    now[0] += 1_000

    assert clock.elapsed_s == 2


def test_the_clock_of_the_machine_cannot_be_set_back() -> None:
    if work_clock.awake_s is time.perf_counter:
        assert not time.get_clock_info("perf_counter").adjustable
    assert 0 <= work_clock.awake_s() <= work_clock.awake_s()
