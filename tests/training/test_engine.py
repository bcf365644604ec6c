"""Training and judging: the events of a run, and the same figures as a textbook's plain loop."""

import itertools
import math
import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch.nn import functional

from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.threads import threads
from lenet_desktop.settings.choices import Network, Optimizer, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training import work_clock
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import Trainer, train
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    PredictionsReady,
    RunDiverged,
    RunFinished,
    RunStarted,
    StepsDone,
)
from lenet_desktop.training.sampling import shuffled
from tests.judged import judged
from tests.recipes import RELU
from tests.textbook import judge_plainly, textbook_model

CPU = Device("cpu", "CPU")
AT_EVERY_STEP = 0.0
ONCE_AN_EPOCH = 1e9
LETTERS = {
    RunStarted: "R",
    StepsDone: "S",
    EpochDone: "E",
    PredictionsReady: "P",
    RunFinished: "F",
    RunDiverged: "D",
}
SHORT = TrainingConfig(epochs=2, seed=5)
# With the preset's rate the first steps on few images are so wild that rounding shows.
GENTLE = replace(RELU.config, learning_rate=0.02)


def run(
    config: TrainingConfig, data: DataSplits, report_interval_s: float = AT_EVERY_STEP
) -> list[Event]:
    return list(train(config, data, CPU, report_interval_s))


def order_of(events: Iterable[Event]) -> str:
    """Write one letter for each event."""
    return "".join(LETTERS[type(event)] for event in events)


def losses_of(events: Iterable[Event]) -> npt.NDArray[np.float32]:
    return np.concatenate([event.losses for event in events if isinstance(event, StepsDone)])


def epochs_of(events: Iterable[Event]) -> list[EpochDone]:
    return [event for event in events if isinstance(event, EpochDone)]


def answers_of(events: Iterable[Event]) -> list[PredictionsReady]:
    return [event for event in events if isinstance(event, PredictionsReady)]


# --- what a run says, and when


@pytest.mark.parametrize("report_interval_s", [AT_EVERY_STEP, ONCE_AN_EPOCH])
@pytest.mark.parametrize("epochs", [1, 3])
def test_events_come_in_the_promised_order(
    report_interval_s: float, epochs: int, few: DataSplits
) -> None:
    events = run(replace(SHORT, epochs=epochs), few, report_interval_s)

    assert re.fullmatch(rf"R(S+EP){{{epochs}}}F", order_of(events))


def test_a_run_starts_with_what_it_is_going_to_do(few: DataSplits) -> None:
    config = replace(SHORT, batch_size=100)

    started = next(train(config, few, CPU))

    assert started == RunStarted(config, CPU, 61_706, 600, 6)


@pytest.mark.parametrize("report_interval_s", [AT_EVERY_STEP, ONCE_AN_EPOCH])
@pytest.mark.parametrize(
    ("batch_size", "sizes"), [(256, [256, 256, 88]), (300, [300, 300]), (601, [600])]
)
def test_every_step_is_reported_once(
    batch_size: int, sizes: list[int], report_interval_s: float, few: DataSplits
) -> None:
    events = run(replace(SHORT, batch_size=batch_size), few, report_interval_s)

    for epoch in (1, 2):
        reports = [e for e in events if isinstance(e, StepsDone) and e.epoch == epoch]
        counts = [len(report.losses) for report in reports]
        assert counts == ([1] * len(sizes) if report_interval_s == 0 else [len(sizes)])
        assert [report.step for report in reports] == list(itertools.accumulate(counts))
        assert [report.images for report in reports] == (
            sizes if report_interval_s == 0 else [sum(sizes)]
        )


def test_how_often_a_run_reports_does_not_change_what_it_computes(few: DataSplits) -> None:
    often, seldom = (run(SHORT, few, interval) for interval in (AT_EVERY_STEP, ONCE_AN_EPOCH))

    np.testing.assert_array_equal(losses_of(often), losses_of(seldom))
    for one, other in zip(epochs_of(often), epochs_of(seldom), strict=True):
        assert replace(one, elapsed_s=0) == replace(other, elapsed_s=0)


def test_an_epoch_agrees_with_its_steps_and_its_predictions(few: DataSplits) -> None:
    events = run(SHORT, few)

    sizes = np.array([256, 256, 88])
    by_epoch = losses_of(events).astype(np.float64).reshape(2, 3)
    answers = [event.predictions for event in events if isinstance(event, PredictionsReady)]
    for done, losses, predictions in zip(epochs_of(events), by_epoch, answers, strict=True):
        assert done.train_loss == pytest.approx(losses @ sizes / 600, rel=1e-12)
        assert done.train_loss != pytest.approx(losses.mean(), rel=1e-5)  # the last batch is small
        assert predictions.epoch == done.epoch
        assert predictions.labels.tolist() == few.test.labels.tolist()
        assert (predictions.loss, predictions.accuracy) == (done.test_loss, done.test_accuracy)
    assert [done.epoch for done in epochs_of(events)] == [1, 2]


def test_what_a_run_hands_out_cannot_be_changed(few: DataSplits) -> None:
    events = run(SHORT, few)
    assert {StepsDone, PredictionsReady} <= {type(event) for event in events}
    for event in events:
        if isinstance(event, StepsDone):
            assert event.losses.dtype == np.float32
            assert not event.losses.flags.writeable
        if isinstance(event, PredictionsReady):
            assert not event.predictions.probabilities.flags.writeable


def test_reports_that_were_kept_stay_as_they_were(few: DataSplits) -> None:
    kept, copies = [], []
    for event in train(SHORT, few, CPU, AT_EVERY_STEP):
        if isinstance(event, StepsDone):
            kept.append(event.losses)
            copies.append(event.losses.copy())
        if isinstance(event, PredictionsReady):
            kept.append(event.predictions.probabilities)
            copies.append(event.predictions.probabilities.copy())

    for array, copy in zip(kept, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_run_leaves_the_data_as_they_were(few: DataSplits) -> None:
    before = [few.train.images.clone(), few.train.labels.clone(), few.test.images.clone()]

    run(SHORT, few)

    for tensor, copy in zip(
        [few.train.images, few.train.labels, few.test.images], before, strict=True
    ):
        assert torch.equal(tensor, copy)


# --- the same again


@pytest.mark.parametrize("network", Network)
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_run_has_the_same_bits_with_any_number_of_threads(
    network: Network, count: int, few: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(SHORT, epochs=1, network=network, dropout=0.2)
    torch.manual_seed(1)
    first = run(config, few)
    monkeypatch.setattr(threads, "count", count)
    torch.manual_seed(2)
    second = run(config, few)

    assert losses_of(first).tobytes() == losses_of(second).tobytes()
    for one, other in zip(epochs_of(first), epochs_of(second), strict=True):
        assert replace(one, elapsed_s=0) == replace(other, elapsed_s=0)
    judged = [each.predictions for run in (first, second) for each in answers_of(run)]
    assert len({each.probabilities.tobytes() for each in judged}) == config.epochs


def test_another_seed_gives_other_losses(few: DataSplits) -> None:
    first, second = (losses_of(run(replace(SHORT, seed=seed), few)) for seed in (5, 6))

    assert not np.isclose(first, second, rtol=1e-6).any()


# --- the textbook's loop, written down once more


def train_plainly(
    config: TrainingConfig, data: DataSplits
) -> tuple[list[float], list[list[float]]]:
    """Return the loss of every step, and per epoch its losses and accuracies."""
    model = textbook_model(config)
    velocities = [torch.zeros_like(parameter) for parameter in model.parameters()]
    step_losses, epochs = [], []
    for epoch in range(1, config.epochs + 1):
        order = shuffled(len(data.train), config.seed, epoch).tolist()
        loss_sum, correct = 0.0, 0
        for first in range(0, len(order), config.batch_size):
            batch = order[first : first + config.batch_size]
            labels = data.train.labels[batch]
            logits = model(data.train.images[batch].float() / 255)
            loss = functional.cross_entropy(logits, labels)
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for parameter, velocity, gradient in zip(
                    model.parameters(), velocities, gradients, strict=True
                ):
                    velocity.mul_(config.momentum).add_(gradient)
                    nesterov = config.optimizer is Optimizer.NESTEROV
                    step = gradient + config.momentum * velocity if nesterov else velocity
                    parameter.sub_(config.learning_rate * step)
            step_losses.append(loss.item())
            loss_sum += loss.item() * len(batch)
            correct += int((logits.argmax(dim=1) == labels).sum())
        probabilities, losses = judge_plainly(model, data.test)
        test_correct = int((probabilities.argmax(dim=1) == data.test.labels).sum())
        epochs.append([
            loss_sum / len(order), correct / len(order),
            losses.mean().item(), test_correct / len(data.test),
        ])  # fmt: skip
    return step_losses, epochs


@pytest.mark.parametrize(
    "config",
    [
        TEXTBOOK.config,
        GENTLE,
        replace(GENTLE, optimizer=Optimizer.SGD, pooling=Pooling.AVERAGE, batch_size=100),
    ],
    ids=["textbook", "relu", "momentum"],
)
def test_a_run_computes_what_the_textbooks_loop_computes(
    config: TrainingConfig, few: DataSplits
) -> None:
    config = replace(config, epochs=2, seed=11)

    events = run(config, few)

    step_losses, epochs = train_plainly(config, few)
    np.testing.assert_allclose(losses_of(events), step_losses, rtol=1e-5)
    for done, (train_loss, train_accuracy, test_loss, test_accuracy) in zip(
        epochs_of(events), epochs, strict=True
    ):
        assert done.train_loss == pytest.approx(train_loss, rel=1e-5)
        assert done.test_loss == pytest.approx(test_loss, rel=1e-5)
        # One image may be a tie that another order of additions decides the other way.
        assert done.train_accuracy == pytest.approx(train_accuracy, abs=1.01 / 600)
        assert done.test_accuracy == pytest.approx(test_accuracy, abs=1.01 / 300)


def test_no_mode_leaks_to_the_consumer_while_a_run_waits(few: DataSplits) -> None:
    seen = set()
    for event in train(SHORT, few, CPU, AT_EVERY_STEP):
        seen.add(type(event))
        assert torch.is_grad_enabled()
        assert not torch.is_inference_mode_enabled()
    assert seen == set(LETTERS) - {RunDiverged}


# --- a run that goes wrong


@pytest.mark.parametrize("report_interval_s", [AT_EVERY_STEP, ONCE_AN_EPOCH])
@pytest.mark.parametrize(
    "config",
    [
        replace(RELU.config, learning_rate=1e30),
        replace(TEXTBOOK.config, learning_rate=1e38),
        replace(RELU.config, optimizer=Optimizer.SGD, momentum=0, learning_rate=50),
    ],
    ids=["relu", "sigmoid", "fifty"],
)
def test_a_run_that_diverges_says_so_and_reports_only_finite_losses(
    config: TrainingConfig, report_interval_s: float, few: DataSplits
) -> None:
    config = replace(config, batch_size=20)

    events = run(config, few, report_interval_s)

    assert re.fullmatch(r"R(S*EP)*S*D", order_of(events))
    losses, diverged = losses_of(events), events[-1]
    assert isinstance(diverged, RunDiverged)
    assert len(losses) >= 1
    assert np.isfinite(losses).all()
    assert (diverged.epoch - 1) * 30 + diverged.step == len(losses) + 1
    assert diverged.learning_rate == config.learning_rate


def test_a_divergence_of_the_last_step_is_noticed_by_judging(few: DataSplits) -> None:
    config = replace(RELU.config, batch_size=600, learning_rate=1e38)

    events = run(config, few)

    assert order_of(events) == "RSD"
    assert events[-1] == RunDiverged(1, 1, 1e38)


# --- holding and closing


@pytest.mark.parametrize("count", range(1, 10))
def test_a_run_can_be_closed_after_any_event(count: int, few: DataSplits) -> None:
    config = replace(SHORT, epochs=1, batch_size=150)
    events = train(config, few, CPU, AT_EVERY_STEP)
    seen = list(itertools.islice(events, count))

    events.close()

    assert len(seen) == min(count, 8)
    assert next(events, None) is None
    assert torch.is_grad_enabled()
    assert not torch.is_inference_mode_enabled()


def test_runs_that_take_turns_do_not_disturb_each_other(few: DataSplits) -> None:
    other = replace(SHORT, seed=6)
    alone = losses_of(run(SHORT, few)), losses_of(run(other, few))

    pairs = list(
        zip(
            train(SHORT, few, CPU, AT_EVERY_STEP),
            train(other, few, CPU, AT_EVERY_STEP),
            strict=True,
        )
    )

    for index, losses in enumerate(alone):
        np.testing.assert_array_equal(losses_of(pair[index] for pair in pairs), losses)


class TickingClock:
    """A clock by which every look takes a millisecond, and nothing else takes any time."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        self.now_s += 0.001
        return self.now_s


def times_of(events: Iterable[Event]) -> list[float]:
    return [e.elapsed_s for e in events if isinstance(e, StepsDone | EpochDone | RunFinished)]


def test_the_time_for_which_a_run_is_held_is_not_counted(
    few: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = TickingClock()
    monkeypatch.setattr(work_clock, "awake_s", clock)
    expected = times_of(run(SHORT, few))
    held = []
    for event in train(SHORT, few, CPU, AT_EVERY_STEP):
        held.append(event)
        clock.now_s += 3_600

    assert times_of(held) == pytest.approx(expected, abs=1e-6)
    assert all(0 < seconds < 1 for seconds in expected)


@pytest.mark.parametrize("kind", [RunStarted, StepsDone, EpochDone, PredictionsReady])
def test_a_run_that_is_closed_while_it_is_held_has_worked_until_then(
    few: DataSplits, monkeypatch: pytest.MonkeyPatch, kind: type[Event]
) -> None:
    clock = TickingClock()
    monkeypatch.setattr(work_clock, "awake_s", clock)
    trainer = Trainer(SHORT, few, CPU)
    events = trainer.events()
    next(event for event in events if isinstance(event, kind))
    before = trainer.checkpoint()
    clock.now_s += 3_600

    events.close()

    after = trainer.checkpoint()
    assert 0 < after.elapsed_s == before.elapsed_s
    assert 0 <= after.epoch_elapsed_s == before.epoch_elapsed_s


def test_the_time_of_a_run_only_goes_forward_and_its_epochs_fit_into_it(few: DataSplits) -> None:
    events = run(SHORT, few)

    marks = [e.elapsed_s for e in events if isinstance(e, StepsDone | RunFinished)]
    assert marks == sorted(marks)
    assert marks[0] > 0
    assert 0 < sum(done.elapsed_s for done in epochs_of(events)) <= marks[-1]


def test_reports_of_an_epoch_are_at_least_the_interval_apart(
    few: DataSplits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_clock, "awake_s", TickingClock())
    config = replace(SHORT, epochs=1, batch_size=20)

    reports = [e for e in run(config, few, 0.0055) if isinstance(e, StepsDone)]

    assert 1 < len(reports) < 30
    assert sum(len(report.losses) for report in reports) == 30
    gaps = np.diff([report.elapsed_s for report in reports])
    assert (gaps[:-1] > 0.005).all()  # the last one comes with the end of the epoch


# --- learning


def test_it_really_learns(data: DataSplits) -> None:
    some = DataSplits(data.train.first(10_000), data.test)

    # Batches of 64 make as many steps of 10,000 images as 256 make of almost all.
    config = replace(GENTLE, epochs=1, batch_size=64)

    done = epochs_of(run(config, some))[0]

    assert judged(done.test_accuracy) > 0.6
    assert 0.3 < done.train_accuracy < 1
    assert judged(done.test_loss) < done.train_loss < math.log(10)
