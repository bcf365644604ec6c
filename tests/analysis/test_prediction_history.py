"""What became of each image through the epochs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.predictions import PredictionSet

COURSES = ["rrr", "www", "rwr", "rww", "wrr"]
"""For each image, whether it was right or wrong in each epoch."""


def answers(epoch: int, rights: list[bool]) -> PredictionSet:
    probabilities = np.zeros((len(rights), 10), np.float32)
    probabilities[np.arange(len(rights)), np.where(rights, 0, 3)] = 1
    losses = np.where(rights, 0.0, 9.0).astype(np.float32)
    return PredictionSet(epoch, np.zeros(len(rights), np.uint8), probabilities, losses, DEFAULT)


@pytest.fixture
def history() -> PredictionHistory:
    history = PredictionHistory()
    for position, epoch in enumerate((2, 3, 5)):
        history.add(answers(epoch, [course[position] == "r" for course in COURSES]))
    return history


def test_a_record_worked_out_by_hand(history: PredictionHistory) -> None:
    record = history.record(5)

    assert record is not None
    assert record.times_forgotten.tolist() == [0, 0, 1, 1, 0]
    assert record.times_right.tolist() == [sum(mark == "r" for mark in c) for c in COURSES]
    assert record.never_right.tolist() == [False, True, False, False, False]
    assert record.forgotten.tolist() == [False, False, False, True, False]
    assert record.learned_in.tolist() == [2, 0, 5, 0, 3]


def test_a_record_knows_nothing_of_later_epochs(history: PredictionHistory) -> None:
    record = history.record(3)

    assert record is not None
    assert record.times_forgotten.tolist() == [0, 0, 1, 1, 0]
    assert record.forgotten.tolist() == [False, False, True, True, False]
    assert record.learned_in.tolist() == [2, 0, 0, 0, 3]
    assert history.record(4) is None
    assert history.record(1) is None


def test_epochs_are_found_again(history: PredictionHistory) -> None:
    assert history.epochs == [2, 3, 5]
    assert history.latest is history.at(5)
    assert history.at(4) is None
    assert (3 in history, 4 in history) == (True, False)
    guesses = history.predicted(3)
    assert guesses is not None
    assert guesses.tolist() == [0, 3, 3, 3, 0]
    assert history.predicted(4) is None
    assert history.of_image(2) == [(2, 0), (3, 3), (5, 0)]


def test_what_does_not_continue_a_history_is_refused(history: PredictionHistory) -> None:
    for wrong in (answers(5, [True] * 5), answers(4, [True] * 5), answers(6, [True] * 4)):
        with pytest.raises(ValueError, match="do not continue"):
            history.add(wrong)
    assert history.epochs == [2, 3, 5]


@given(st.permutations([1, 2, 4, 7, 8]), st.data())
def test_answers_may_come_in_any_order_and_more_than_once(
    order: list[int], data: st.DataObject
) -> None:
    told = {epoch: data.draw(st.lists(st.booleans(), min_size=3, max_size=3)) for epoch in order}
    history, in_order = PredictionHistory(), PredictionHistory()
    for epoch in [*order, *order[:2]]:
        history.insert(answers(epoch, told[epoch]))
        history.record(history.epochs[-1])  # which an epoch before it makes out of date
    for epoch in sorted(order):
        in_order.add(answers(epoch, told[epoch]))

    assert history.epochs == in_order.epochs == [1, 2, 4, 7, 8]
    numbers = np.arange(3)
    for epoch in reversed(history.epochs):
        one, other = history.record(epoch), in_order.record(epoch)
        assert one is not None
        assert other is not None
        assert one.times_forgotten.tolist() == other.times_forgotten.tolist()
        assert one.learned_in.tolist() == other.learned_in.tolist()
        np.testing.assert_array_equal(
            history.were_right(numbers, epoch), in_order.were_right(numbers, epoch)
        )


def test_what_is_known_is_told(history: PredictionHistory) -> None:
    assert history.knows([])
    assert history.knows([3, 5])
    assert not history.knows([3, 4])
    with pytest.raises(ValueError, match="other images"):
        history.insert(answers(4, [True] * 4))


def test_nothing_is_known_of_an_empty_history() -> None:
    history = PredictionHistory()
    assert (history.latest, history.epochs, history.record(1)) == (None, [], None)


def test_what_was_right_is_told_for_the_images_and_epochs_asked_for() -> None:
    history = PredictionHistory()
    rights = np.random.default_rng(0).random((40, 7)) < 0.5  # more epochs than there is room first
    for position, right in enumerate(rights):
        history.add(answers(2 * position + 1, right.tolist()))
    numbers = np.array([6, 0, 3])

    assert len(history) == 40
    np.testing.assert_array_equal(history.were_right(numbers, 79), rights[:, numbers])
    np.testing.assert_array_equal(history.were_right(numbers, 79, 5), rights[35:, numbers])
    np.testing.assert_array_equal(history.were_right(numbers, 7, 5), rights[:4, numbers])
    assert history.were_right(numbers, 8).shape == (0, 3), "an epoch that is not known"
    assert PredictionHistory().were_right(np.empty(0, np.intp), 1).shape == (0, 0)
