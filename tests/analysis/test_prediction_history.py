"""What became of each image through the epochs."""

import weakref
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.analysis.prediction_history import AT_HAND, PredictionHistory
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.storage.errors import CheckpointError

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


def course_of(epoch: int) -> PredictionSet:
    return answers(epoch, [epoch % 2 == 0, epoch % 3 == 0])


@dataclass
class Drawer:
    """Keeps outside of a history what `course_of` says after some epochs.

    Attributes:
        torn: the epochs of which nothing is left, although it seems so.
        read_epochs: the epochs that were asked for, in turn.
    """

    kept: Collection[int]
    torn: Mapping[int, PredictionSet | None] = field(default_factory=dict)
    read_epochs: list[int] = field(default_factory=list)

    def has(self, epoch: int) -> bool:
        return epoch in self.kept

    def read_predictions(self, epoch: int) -> PredictionSet:
        self.read_epochs.append(epoch)
        found = self.torn.get(epoch, course_of(epoch))
        if found is None:
            raise CheckpointError("It is gone.")
        return found

    def late_networks(self, config: TrainingConfig, epochs: Collection[int]) -> list[Snapshot]:
        raise AssertionError(f"nobody has asked for the networks of {epochs} of {config}")


def test_of_a_long_run_only_the_newest_sets_and_those_kept_nowhere_else_are_held() -> None:
    history, drawer = PredictionHistory(), Drawer(set(range(1, 101)) - {5})
    history.use_source(drawer)
    added = {}
    for epoch in range(1, 101):
        said = course_of(epoch)
        added[epoch] = weakref.ref(said)
        history.add(said)
        del said

    held = [epoch for epoch, said in added.items() if said() is not None]
    assert held == [5, *range(101 - AT_HAND, 101)]
    assert history.epochs == list(range(1, 101))
    assert history.of_image(1) == [(epoch, 0 if epoch % 3 == 0 else 3) for epoch in range(1, 101)]
    record = history.record(100)
    assert record is not None
    assert record.times_right.tolist() == [50, 33]
    assert drawer.read_epochs == []
    for epoch in (3, 5, 3, 99):
        found = history.at(epoch)
        assert found is not None
        np.testing.assert_array_equal(found.probabilities, course_of(epoch).probabilities)
    assert drawer.read_epochs == [3]


def test_what_cannot_be_read_any_more_is_told_and_takes_nothing_else_with_it() -> None:
    of_others = answers(6, [True, True, True])
    history, drawer = PredictionHistory(), Drawer(range(1, 31), {4: None, 6: of_others})
    history.use_source(drawer)
    for epoch in range(1, 31):
        history.add(course_of(epoch))

    assert [history.at(epoch) for epoch in (4, 6)] == [None, None]
    assert history.unreadable == [4, 6]
    others = [epoch for epoch in range(1, 31) if epoch not in (4, 6)]
    assert history.epochs == others
    assert history.of_image(0) == [(epoch, 0 if epoch % 2 == 0 else 3) for epoch in others]
    for epoch in others:
        found = history.at(epoch)
        assert found is not None
        np.testing.assert_array_equal(found.predicted, course_of(epoch).predicted)


def test_a_file_is_believed_where_the_list_says_something_else() -> None:
    other = answers(2, [False, True])
    history, drawer = PredictionHistory(), Drawer(range(1, 31), {2: other})
    history.use_source(drawer)
    for epoch in range(1, 31):
        history.add(course_of(epoch))
    record = history.record(30)
    assert history.at(2) is other
    guesses = history.predicted(2)
    assert guesses is not None
    assert guesses.tolist() == [3, 0]
    again = history.record(30)
    assert record is not None
    assert again is not None
    assert (record.times_right - again.times_right).tolist() == [1, -1]


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
