"""The history of a run: the same series however its steps were reported."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lenet_desktop.analysis.history import History, Series
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)

SETUP_S = 3.0
STEP_S = 0.5
JUDGING_S = 2.0
BATCH = 10


def started(epochs: int, steps_per_epoch: int) -> RunStarted:
    config = TrainingConfig(epochs=epochs, batch_size=BATCH)
    return RunStarted(
        config, Device("cpu", "CPU"), 61_706, BATCH * steps_per_epoch, steps_per_epoch
    )


def epoch_done(epoch: int, elapsed_s: float = 1.0) -> EpochDone:
    return EpochDone(
        epoch,
        train_loss=3.0 - epoch,
        train_accuracy=epoch / 10,
        test_loss=4.0 - epoch,
        test_accuracy=epoch / 20,
        elapsed_s=elapsed_s,
    )


def steps_done(
    epoch: int,
    step: int,
    losses: list[float],
    elapsed_s: float = 1.0,
    images: int | None = None,
    duration_s: float = 1.0,
) -> StepsDone:
    count = BATCH * len(losses) if images is None else images
    return StepsDone(epoch, step, np.array(losses, np.float32), count, duration_s, elapsed_s)


def run_events(losses: Series, cuts: list[set[int]]) -> list[Event]:
    """Tell of a run with `losses` (epochs, steps), reported in pieces that end at the cuts."""
    epochs, steps = losses.shape
    events: list[Event] = [started(epochs, steps)]
    now_s = SETUP_S
    for epoch, ends in enumerate(cuts, start=1):
        for first, end in pairwise([0, *sorted(ends | {steps})]):
            now_s += STEP_S * (end - first)
            events.append(steps_done(epoch, end, losses[epoch - 1, first:end].tolist(), now_s))
        now_s += JUDGING_S
        events.append(epoch_done(epoch, STEP_S * steps + JUDGING_S))
    return [*events, RunFinished(epochs, now_s)]


@st.composite
def runs(draw: st.DrawFn) -> tuple[Series, list[set[int]]]:
    epochs, steps = draw(st.integers(1, 4)), draw(st.integers(1, 12))
    finite = st.floats(0, 100, width=32)
    losses = draw(hnp.arrays(np.float64, (epochs, steps), elements=finite))
    cuts = st.sets(st.integers(1, steps))
    return losses, draw(st.lists(cuts, min_size=epochs, max_size=epochs))


def folded(events: list[Event]) -> History:
    history = History()
    for event in events:
        history.add(event)
    return history


@given(runs())
def test_every_way_of_reporting_gives_the_same_series(run: tuple[Series, list[set[int]]]) -> None:
    losses, cuts = run
    epochs, steps = losses.shape

    history = folded(run_events(losses, cuts))

    assert history.step_losses.tolist() == losses.flatten().tolist()
    expected = [epoch + step / steps for epoch in range(epochs) for step in range(1, steps + 1)]
    assert history.step_epochs.tolist() == pytest.approx(expected, rel=1e-12)
    assert len(history.epochs) == epochs


@given(runs())
def test_progress_and_time_only_go_forward(run: tuple[Series, list[set[int]]]) -> None:
    losses, cuts = run
    history = History()
    progress, elapsed_s = [history.progress], [history.elapsed_s]
    for event in run_events(losses, cuts):
        history.add(event)
        progress.append(history.progress)
        elapsed_s.append(history.elapsed_s)
        assert 0 <= history.epoch_progress <= 1
        assert 1 <= history.epoch <= len(losses)

    assert progress[0] == 0
    assert progress[-1] == 1
    assert progress == sorted(progress)
    assert elapsed_s == sorted(elapsed_s)
    assert history.remaining_s == 0


def test_progress_counts_steps_within_the_epoch() -> None:
    history = folded([started(epochs=2, steps_per_epoch=4), steps_done(1, 3, [1, 1, 1])])
    assert (history.epoch, history.epoch_progress, history.progress) == (1, 0.75, 0.375)

    history.add(steps_done(1, 4, [1]))
    assert (history.epoch, history.epoch_progress, history.progress) == (1, 1.0, 0.5)

    history.add(epoch_done(1))
    assert (history.epoch, history.epoch_progress, history.progress) == (2, 0.0, 0.5)

    history.add(steps_done(2, 1, [1]))
    assert (history.epoch, history.epoch_progress, history.progress) == (2, 0.25, 0.625)

    history.add(steps_done(2, 4, [1, 1, 1]))
    history.add(epoch_done(2))
    assert (history.epoch, history.epoch_progress, history.progress) == (2, 1.0, 1.0)


def test_before_a_run_there_is_nothing() -> None:
    history = History()

    assert (history.planned_epochs, history.epoch, history.progress) == (0, 1, 0.0)
    assert (history.epoch_progress, history.elapsed_s) == (0.0, 0.0)
    assert (history.images_per_s, history.remaining_s) == (None, None)
    assert len(history.step_losses) == len(history.step_epochs) == 0
    assert history.started is None
    assert history.diverged is None


def test_steps_before_the_start_are_refused() -> None:
    with pytest.raises(ValueError, match="before the run started"):
        History().add(steps_done(1, 1, [1.0]))


def test_a_series_keeps_every_step_of_a_long_run() -> None:
    losses = np.arange(7_000, dtype=np.float64).reshape(7, 1_000)

    history = folded(run_events(losses, [set(range(1, 1_000, 7))] * 7))

    np.testing.assert_array_equal(history.step_losses, losses.flatten())
    np.testing.assert_allclose(history.step_epochs, np.arange(1, 7_001) / 1_000, rtol=1e-12)


def test_one_report_may_be_larger_than_all_before_it() -> None:
    losses = np.arange(20_000, dtype=np.float64).reshape(1, 20_000)

    history = folded(run_events(losses, [{1}]))

    np.testing.assert_array_equal(history.step_losses, losses.flatten())


def test_a_series_that_was_taken_does_not_change_and_cannot_be_changed() -> None:
    history = folded([started(1, 5_000), steps_done(1, 2, [2.0, 1.0])])
    taken, places = history.step_losses, history.step_epochs

    history.add(steps_done(1, 5_000, [0.0] * 4_998))

    assert taken.tolist() == [2.0, 1.0]
    assert places.tolist() == [1 / 5_000, 2 / 5_000]
    for series in (taken, places, history.step_losses, history.step_epochs):
        with pytest.raises(ValueError, match="read-only"):
            series[0] = 9.0


def test_a_series_of_the_epochs_holds_what_is_read_from_each() -> None:
    history = folded([started(3, 1), epoch_done(1), epoch_done(2)])

    epochs, accuracies = history.series("train_accuracy")

    assert epochs.tolist() == [1.0, 2.0]
    assert accuracies.tolist() == [0.1, 0.2]


def test_speed_is_images_over_the_seconds_that_they_took() -> None:
    history = folded([started(1, 10)])
    assert history.images_per_s is None

    history.add(steps_done(1, 1, [1.0], elapsed_s=5.0, duration_s=0.5))
    assert history.images_per_s == pytest.approx(BATCH / 0.5)

    history.add(steps_done(1, 3, [1.0, 1.0], elapsed_s=5.5, duration_s=0.25))
    assert history.images_per_s == pytest.approx(3 * BATCH / 0.75)


def test_speed_is_that_of_the_last_seconds() -> None:
    history = folded([started(1, 1_000)])
    for second in range(1, 21):
        history.add(steps_done(1, second, [1.0], elapsed_s=second, images=100))
    assert history.images_per_s == pytest.approx(100)

    for second in range(21, 25):
        history.add(steps_done(1, second, [1.0], elapsed_s=second, images=900))
    assert history.images_per_s == pytest.approx(900)


def test_judging_between_two_epochs_is_no_training_speed() -> None:
    history = folded([started(2, 2)])
    history.add(steps_done(1, 2, [1.0] * 2, elapsed_s=0.2, duration_s=0.1))
    history.add(epoch_done(1, elapsed_s=0.7))
    history.add(steps_done(2, 2, [1.0] * 2, elapsed_s=0.8, duration_s=0.1))
    assert history.images_per_s == pytest.approx(4 * BATCH / 0.2)


def test_the_time_left_follows_from_the_speed_so_far() -> None:
    history = folded([started(2, 4)])
    assert history.remaining_s is None

    history.add(steps_done(1, 2, [1.0, 1.0], elapsed_s=10.0))
    assert history.remaining_s == pytest.approx(30.0)


def test_the_time_of_judging_counts_as_elapsed() -> None:
    history = folded([started(2, 4), steps_done(1, 4, [1.0] * 4, elapsed_s=10.0)])

    history.add(epoch_done(1, elapsed_s=12.0))

    assert history.elapsed_s == 12.0
    assert history.remaining_s == pytest.approx(12.0)


def test_a_divergence_is_kept_with_what_came_before_it() -> None:
    diverged = RunDiverged(1, 3, 50.0)

    history = folded([started(1, 4), steps_done(1, 2, [2.0, 9.0]), diverged])

    assert history.diverged is diverged
    assert history.step_losses.tolist() == [2.0, 9.0]
    assert history.progress == 0.5


@pytest.mark.parametrize(("steps_per_epoch", "first"), [(100, 1), (20, 3), (1, 50)])
def test_a_plateau_is_spoken_of_after_some_steps(steps_per_epoch: int, first: int) -> None:
    history = History()
    history.add(started(epochs=100, steps_per_epoch=steps_per_epoch))
    guessing = TrainingConfig().guessing_loss
    for epoch in range(1, first + 1):
        assert not history.is_on_plateau
        assert history.plateau_until is None
        history.add(EpochDone(epoch, guessing, 0.1, guessing, 0.1, 1.0))
    assert history.is_on_plateau
    history.add(EpochDone(first + 1, 0.9 * guessing, 0.1, guessing, 0.1, 1.0))
    assert not history.is_on_plateau
    assert history.plateau_until == first, "it is known where it ended"


@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_a_plateau_ends_where_the_loss_of_the_steps_begins_to_fall(noise: float) -> None:
    guessing = TrainingConfig().guessing_loss
    spread = np.random.default_rng(0).normal(0, noise, 400)
    losses = guessing + spread - 0.02 * np.maximum(0, np.arange(1, 401) - 320)
    history = History()
    history.add(started(epochs=3, steps_per_epoch=200))
    for epoch, first in ((1, 0), (2, 200)):
        history.add(steps_done(epoch, 200, losses[first : first + 200].tolist()))
        mean = float(losses[first : first + 200].mean())
        history.add(EpochDone(epoch, mean, 0.1, guessing, 0.1, 1.0))
    assert history.plateau_until is not None
    assert 320 <= 200 * history.plateau_until <= 320 + 25
    history.add(EpochDone(3, 0.1, 0.1, 0.1, 0.1, 1.0))
    assert 200 * history.plateau_until >= 320, "and that stays"


def judged(train: list[float], test: list[float], held_out: list[float] | None = None) -> History:
    """Return a run with these losses after its epochs."""
    history = History()
    history.add(started(epochs=len(train), steps_per_epoch=10))
    for epoch, (learned, unseen) in enumerate(zip(train, test, strict=True), start=1):
        held = None if held_out is None else held_out[epoch - 1]
        history.add(EpochDone(epoch, learned, 0.5, unseen, 0.5, 1.0, held, held and 0.5))
    return history


@pytest.mark.parametrize(
    ("train", "test", "since"),
    [
        ([1.0, 0.8, 0.6, 0.4, 0.2], [0.9, 0.7, 0.75, 0.8, 0.9], 2),
        ([1.0, 0.8, 0.6, 0.4], [0.9, 0.7, 0.75, 0.9], None),  # two epochs may be chance
        ([1.0, 0.8, 0.6, 0.4, 0.2], [0.9, 0.7, 0.71, 0.72, 0.73], None),  # a little is nothing
        ([1.0, 0.8, 0.9, 1.0, 1.1], [0.9, 0.7, 0.8, 0.9, 1.0], None),  # nothing is learned at all
        (
            [50.0, 44.0, 43.0, 42.0, 41.0],
            [50.0, 40.0, 45.0, 46.0, 47.0],
            None,
        ),  # guessing is better
        ([1.0, 0.8, 0.6, 0.4, 0.2], [0.9, 0.8, 0.7, 0.6, 0.5], None),
    ],
)
def test_learning_by_heart_is_told_from_learning(
    train: list[float], test: list[float], since: int | None
) -> None:
    best = judged(train, test).overfits_since
    assert (best and best.epoch) == since


def test_images_held_out_tell_before_test_images() -> None:
    train, test = [1.0, 0.8, 0.6, 0.4, 0.2], [0.9, 0.7, 0.75, 0.8, 0.9]
    falling = [0.9, 0.8, 0.7, 0.6, 0.5]
    assert judged(train, test, held_out=falling).overfits_since is None
    best = judged(train, falling, held_out=test).overfits_since
    assert best is not None
    assert best.epoch == 2
