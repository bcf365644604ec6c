"""Images that are held out, the best epoch by them, and runs that are stopped by them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from lenet_desktop.data.images import DataSplits
from lenet_desktop.settings.choices import Schedule
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import EpochDone, PredictionsReady, RunFinished
from lenet_desktop.training.sampling import hold_out
from lenet_desktop.training.validation import best_epoch, has_lost_patience, more_patience
from tests.recipes import RELU
from tests.textbook import judge_plainly

CPU = Device("cpu", "CPU")
HOLDING = replace(RELU.config, epochs=2, batch_size=100, seed=3, validation_images=60)
IMPATIENT = replace(
    HOLDING, epochs=40, batch_size=90, learning_rate=0.05, schedule=Schedule.COSINE, patience=2
)
"""Learns a few hundred images by heart at once."""


def run(
    config: TrainingConfig, data: DataSplits, checkpoint: Checkpoint | None = None
) -> tuple[Checkpoint, RunFinished]:
    trainer = Trainer(config, data, CPU, checkpoint=checkpoint)
    *_, last = trainer.events()
    assert isinstance(last, RunFinished)
    return trainer.checkpoint(), last


def judged(losses: Sequence[float | None]) -> list[EpochDone]:
    """Return epochs with these validation losses."""
    return [EpochDone(n, 1, 0.5, 1, 0.5, 1, loss, 0.5) for n, loss in enumerate(losses, start=1)]


def same_figures(one: Sequence[EpochDone], other: Sequence[EpochDone]) -> bool:
    return [replace(e, elapsed_s=0) for e in one] == [replace(e, elapsed_s=0) for e in other]


# --- what is held out


@given(st.data(), st.lists(st.integers(0, 4), min_size=1, max_size=300), st.integers(0, 99))
def test_each_class_gives_its_share_and_all_sum_up(
    data: st.DataObject, labels: list[int], seed: int
) -> None:
    count = data.draw(st.integers(0, len(labels) * 2 // 3))
    # Every class has something left to learn from.
    assume(all(count * labels.count(c) / len(labels) <= labels.count(c) - 1 for c in labels))

    learned, held = hold_out(
        torch.tensor(labels), TrainingConfig(validation_images=count, seed=seed)
    )

    assert len(held) == count
    assert sorted([*learned.tolist(), *held.tolist()]) == list(range(len(labels)))
    assert learned.tolist() == sorted(learned.tolist())
    for label in set(labels):
        share = sum(labels[number] == label for number in held.tolist())
        assert abs(share - count * labels.count(label) / len(labels)) < 1
        assert any(labels[number] == label for number in learned.tolist())


def test_the_seed_decides_which_images_are_held_out(few: DataSplits) -> None:
    drawn = {
        tuple(hold_out(few.train.labels, replace(HOLDING, seed=seed))[1].tolist())
        for seed in (0, 1, 2, 2)
    }

    assert len(drawn) == 3


def test_more_than_there_are_cannot_be_held_out(few: DataSplits) -> None:
    with pytest.raises(ConfigError, match="600 training images") as caught:
        Trainer(replace(HOLDING, validation_images=600), few, CPU)
    assert caught.value.field == "validation_images"


def test_what_is_held_out_is_judged_and_never_learned_from(few: DataSplits) -> None:
    _, held = hold_out(few.train.labels, HOLDING)
    images = few.train.images.clone()
    images[held] = 255 - images[held]
    other = replace(few, train=replace(few.train, images=images))

    trainer, changed = Trainer(HOLDING, few, CPU), Trainer(HOLDING, other, CPU)
    for each in (trainer, changed):
        list(each.events())

    mine, theirs = trainer.checkpoint(), changed.checkpoint()
    assert mine.steps_per_epoch == 6  # of 540 images
    assert mine.losses.tobytes() == theirs.losses.tobytes()
    for one, another in zip(mine.epochs, theirs.epochs, strict=True):
        assert one.test_loss == another.test_loss
        assert one.validation_loss != another.validation_loss


def test_the_validation_figures_are_those_of_the_network_after_the_epoch(few: DataSplits) -> None:
    _, held = hold_out(few.train.labels, HOLDING)
    events = list(Trainer(HOLDING, few, CPU).events())

    answers = [event for event in events if isinstance(event, PredictionsReady)]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    for done, ready in zip(epochs, answers, strict=True):
        assert ready.snapshot is not None
        kept = few.train.some(held)
        probabilities, losses = judge_plainly(ready.snapshot.build(), kept)
        right = (probabilities.argmax(dim=1) == kept.labels).float().mean().item()
        assert done.validation_loss == pytest.approx(losses.mean().item(), rel=1e-4)
        assert done.validation_accuracy == pytest.approx(right, abs=1.01 / len(held))


def test_without_images_held_out_there_are_no_such_figures(few: DataSplits) -> None:
    end, _ = run(replace(HOLDING, validation_images=0, epochs=1, patience=1), few)

    assert (end.epochs[0].validation_loss, end.epochs[0].validation_accuracy) == (None, None)
    assert best_epoch(end.epochs) is None


# --- the best epoch, and when it has been waited for long enough


@pytest.mark.parametrize(
    ("losses", "best"),
    [([], None), ([None, None], None), ([0.5], 1), ([0.5, 0.4, 0.6], 2), ([0.5, 0.4, 0.4], 2)],
)
def test_the_best_epoch_has_the_lowest_loss(losses: list[float | None], best: int | None) -> None:
    assert best_epoch(judged(losses)) == best


@pytest.mark.parametrize(
    ("losses", "patience", "lost"),
    [
        ([0.5, 0.4, 0.4, 0.5], 0, False),
        ([0.5, 0.4, 0.4], 2, False),
        ([0.5, 0.4, 0.4, 0.5], 2, True),
        ([0.5, 0.4, 0.5, 0.3], 2, False),
        ([None, None, None], 1, False),
        ([], 1, False),
    ],
)
def test_patience_counts_the_epochs_since_the_best(
    losses: list[float | None], patience: int, lost: bool
) -> None:
    config = replace(HOLDING, patience=patience)

    assert has_lost_patience(config, judged(losses)) is lost
    waiting = replace(config, patience=more_patience(config, judged(losses)))
    assert not has_lost_patience(waiting, judged(losses)) or not patience


# --- runs that are stopped by it


@pytest.fixture(scope="module")
def patient(few: DataSplits) -> Checkpoint:
    """Return where the run ends that waits twice as long."""
    return run(replace(IMPATIENT, patience=4), few)[0]


@pytest.fixture(scope="module")
def stopped(few: DataSplits) -> tuple[Checkpoint, RunFinished]:
    return run(IMPATIENT, few)


def test_a_run_ends_where_it_has_not_improved_and_says_so(
    stopped: tuple[Checkpoint, RunFinished], patient: Checkpoint
) -> None:
    end, finished = stopped

    done, best = len(end.epochs), best_epoch(end.epochs)
    assert best is not None
    assert done == best + 2 < 40
    assert same_figures(end.epochs, patient.epochs[:done])
    assert finished.epochs == done
    assert f"after epoch {done}" in finished.reason
    assert "validation loss" in finished.reason
    assert "2 epochs" in finished.reason
    assert end.is_finished
    assert end.is_stopped_early


def test_an_interrupted_run_is_stopped_where_an_uninterrupted_one_is(
    few: DataSplits, stopped: tuple[Checkpoint, RunFinished]
) -> None:
    trainer = Trainer(IMPATIENT, few, CPU, report_interval_s=0)
    events = trainer.events()
    for event in events:
        if isinstance(event, EpochDone) and event.epoch == len(stopped[0].epochs) - 1:
            break
    events.close()

    end, finished = run(IMPATIENT, few, trainer.checkpoint())

    assert end.losses.tobytes() == stopped[0].losses.tobytes()
    assert same_figures(end.epochs, stopped[0].epochs)
    assert finished.reason == stopped[1].reason


def test_a_run_that_was_stopped_early_makes_no_step_unless_it_is_to_wait_longer(
    few: DataSplits, stopped: tuple[Checkpoint, RunFinished], patient: Checkpoint
) -> None:
    again, _ = run(IMPATIENT, few, stopped[0])
    assert len(again.losses) == len(stopped[0].losses)

    longer, _ = run(IMPATIENT, few, stopped[0].waiting())

    assert longer.config == patient.config
    assert len(longer.epochs) > len(stopped[0].epochs)
    assert longer.losses.tobytes() == patient.losses.tobytes()
    assert same_figures(longer.epochs, patient.epochs)


def test_more_epochs_than_planned_give_more_patience_too(
    stopped: tuple[Checkpoint, RunFinished],
) -> None:
    end = stopped[0]
    at_the_end = replace(
        end, config=replace(end.config, epochs=len(end.epochs)), cycles=(len(end.epochs),)
    )
    assert at_the_end.is_finished
    assert not at_the_end.is_stopped_early

    more = at_the_end.extended(5)

    assert not more.is_finished
    assert more.config.epochs == len(end.epochs) + 5
