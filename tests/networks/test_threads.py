"""Work in a few large pieces, each on a thread of its own."""

import threading
from functools import partial

import pytest
import torch

from lenet_desktop.networks.threads import ComputeThreads, threads


def using(count: int) -> ComputeThreads:
    own = ComputeThreads()
    own.count = count
    return own


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("pieces", [0, 1, 2, 7])
def test_results_stand_in_the_order_of_the_pieces(count: int, pieces: int) -> None:
    assert using(count).run([partial(int, n) for n in range(pieces)]) == list(range(pieces))


@pytest.mark.parametrize("count", [1, 2, 4])
def test_results_come_as_many_at_a_time_as_there_are_threads(count: int) -> None:
    groups = list(using(count).run_each(str, range(5)))

    assert [each for group in groups for each in group] == ["0", "1", "2", "3", "4"]
    assert {len(group) for group in groups[:-1]} <= {count}


def test_pieces_are_worked_on_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=60)

    assert len(using(2).run([meeting.wait, meeting.wait])) == 2


def test_whoever_waits_for_a_busy_thread_does_the_work() -> None:
    """Two that compute at once, each with more pieces than there are threads, get on."""
    own = using(2)
    inner = partial(own.run, [partial(int, n) for n in range(3)])

    assert own.run([inner, inner, inner]) == [[0, 1, 2]] * 3


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_an_error_is_raised_when_nothing_works_on(failing: int) -> None:
    running: list[int] = []
    ended: list[int] = []

    def piece(number: int) -> None:
        running.append(number)
        try:
            if number == failing:
                raise ValueError(str(number))
        finally:
            ended.append(number)

    with pytest.raises(ValueError, match=str(failing)):
        using(2).run([partial(piece, number) for number in range(3)])
    assert sorted(running) == sorted(ended)


def test_torch_computes_with_one_thread_when_its_threads_are_taken_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threads, "count", 1)
    torch.set_num_threads(3)

    threads.take_over()
    threads.take_over()  # whoever imports torch does so

    assert (threads.count, torch.get_num_threads()) == (3, 1)


def test_a_person_may_want_another_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    own = ComputeThreads()
    monkeypatch.setattr(torch, "get_num_threads", lambda: 4)
    monkeypatch.setattr(torch, "set_num_threads", lambda _count: None)
    own.want(3)
    own.take_over()
    assert own.count == 3
    own.want(None)
    assert own.count == 4
