"""Runs that were stopped anywhere go on as if nothing had been; their files survive misuse."""

import json
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load, save

from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.settings.config import MAX_EPOCHS, TrainingConfig
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.tensor_files import pack_tensors
from lenet_desktop.training.checkpoint import Checkpoint
from lenet_desktop.training.checkpoint_file import (
    checkpoint_bytes,
    load_checkpoint,
    save_checkpoint,
)
from lenet_desktop.training.devices import Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import (
    EpochDone,
    Event,
    LearningRateChanged,
    PredictionsReady,
    RunFinished,
    StepsDone,
)
from lenet_desktop.training.learning_rate import LiveLearningRate
from tests import recipes

CPU = Device("cpu", "CPU")
STEPS = 6  # an epoch of 170 images in batches of 30, also where some are held out
OPTIMIZERS = {
    name: replace(each, batch_size=30, validation_images=each.validation_images // 4)
    for name, each in recipes.OPTIMIZERS.items()
}


def trainer_of(
    config: TrainingConfig, data: DataSplits, checkpoint: Checkpoint | None = None
) -> Trainer:
    return Trainer(config, data, CPU, checkpoint=checkpoint, report_interval_s=0)


def run(trainer: Trainer) -> list[Event]:
    return list(trainer.events())


def stopped_after(trainer: Trainer, steps: int) -> Checkpoint:
    """Train some steps, close the run and return where it stood."""
    events = trainer.events()
    reports = (event for event in events if isinstance(event, StepsDone))
    for _ in range(steps):
        next(reports)
    events.close()
    return trainer.checkpoint()


def assert_same_run(one: Checkpoint, other: Checkpoint) -> None:
    """Compare bit for bit everything but the time that it took."""
    assert one.config == other.config
    assert one.losses.tobytes() == other.losses.tobytes()
    for mine, theirs in (
        (one.learner.weights, other.learner.weights),
        (one.learner.optimizer, other.learner.optimizer),
    ):
        assert mine.keys() == theirs.keys()
        for name, value in mine.items():
            assert value.numpy().tobytes() == theirs[name].numpy().tobytes(), name
    for done, expected in zip(one.epochs, other.epochs, strict=True):
        assert replace(done, elapsed_s=0) == replace(expected, elapsed_s=0)


@pytest.fixture(scope="module")
def few(data: DataSplits) -> DataSplits:
    """Return so few images that runs can be stopped, gone on with and compared again and again."""
    return DataSplits(data.train.first(170), data.test.first(50))


@pytest.fixture(scope="module")
def uninterrupted(few: DataSplits) -> dict[str, Checkpoint]:
    """Return where each recipe ends when nobody stops it."""
    ends = {}
    for name, config in OPTIMIZERS.items():
        trainer = trainer_of(config, few)
        run(trainer)
        ends[name] = trainer.checkpoint()
    return ends


# --- going on exactly


@pytest.mark.parametrize("recipe", OPTIMIZERS)
@settings(max_examples=6)
@given(stops=st.lists(st.integers(1, 3 * STEPS - 1), min_size=1, max_size=3, unique=True))
def test_a_run_stopped_anywhere_ends_with_the_bits_of_an_uninterrupted_one(
    recipe: str,
    stops: list[int],
    few: DataSplits,
    uninterrupted: dict[str, Checkpoint],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("run") / "checkpoint.safetensors"
    checkpoint: Checkpoint | None = None
    made = 0
    for stop in sorted(stops):
        trainer = trainer_of(OPTIMIZERS[recipe], few, checkpoint)
        told_again = 0 if checkpoint is None else checkpoint.epoch - (checkpoint.step == 0)
        save_checkpoint(stopped_after(trainer, told_again + stop - made), path)
        checkpoint = load_checkpoint(path)
        assert len(checkpoint.losses) == stop
        made = stop

    last = trainer_of(OPTIMIZERS[recipe], few, checkpoint)
    run(last)

    assert_same_run(last.checkpoint(), uninterrupted[recipe])


@pytest.mark.parametrize("recipe", OPTIMIZERS)
def test_going_on_from_every_finished_epoch_ends_the_same(
    recipe: str, few: DataSplits, uninterrupted: dict[str, Checkpoint]
) -> None:
    trainer = trainer_of(OPTIMIZERS[recipe], few)
    kept = [trainer.checkpoint()]
    kept += [trainer.checkpoint() for e in trainer.events() if isinstance(e, PredictionsReady)]

    for checkpoint in kept:
        last = trainer_of(OPTIMIZERS[recipe], few, checkpoint)
        assert isinstance(run(last)[-1], RunFinished)
        assert_same_run(last.checkpoint(), uninterrupted[recipe])


def test_the_optimisers_memory_is_part_of_a_checkpoint(
    few: DataSplits, uninterrupted: dict[str, Checkpoint]
) -> None:
    kinds = {
        name: {key.rpartition(".")[2] for key in end.learner.optimizer}
        for name, end in uninterrupted.items()
    }

    assert kinds == {
        "sgd": set(),
        "nesterov": {"momentum_buffer"},
        "adam": {"step", "exp_avg", "exp_avg_sq"},
        "adamw": {"step", "exp_avg", "exp_avg_sq"},
    }


def test_a_network_that_learned_with_normalised_layers_is_judged_and_kept_without(
    few: DataSplits, uninterrupted: dict[str, Checkpoint], tmp_path: Path
) -> None:
    end = uninterrupted["nesterov"]
    told = end.last_network()
    assert end.config.batch_norm
    assert isinstance(told, PredictionsReady)
    assert told.snapshot is not None

    again = evaluate(told.snapshot.build(), few.test, 3, normalise=end.config.normalise)
    np.testing.assert_allclose(again.probabilities, told.predictions.probabilities, atol=1e-3)
    assert not end.network["conv1.weight"].equal(end.learner.weights["conv1.weight"])
    save_checkpoint(end, tmp_path / "checkpoint.safetensors")
    kept = load_checkpoint(tmp_path / "checkpoint.safetensors")
    for found, expected in (
        (kept.network, end.network),
        (kept.learner.weights, end.learner.weights),
        (told.snapshot.weights, end.network),
    ):
        assert found.keys() == expected.keys()
        assert all(np.array_equal(found[n], each) for n, each in expected.items())


def test_a_run_that_goes_on_tells_its_past_again(few: DataSplits) -> None:
    trainer = trainer_of(OPTIMIZERS["sgd"], few)
    checkpoint = stopped_after(trainer, STEPS + 2)

    events = run(trainer_of(OPTIMIZERS["sgd"], few, checkpoint))

    losses = [event.losses for event in events if isinstance(event, StepsDone)]
    assert [len(part) for part in losses[:2]] == [STEPS, 2]
    assert np.concatenate(losses).tobytes()[: 4 * (STEPS + 2)] == checkpoint.losses.tobytes()
    assert len(np.concatenate(losses)) == 3 * STEPS
    assert [event.epoch for event in events if isinstance(event, EpochDone)] == [1, 2, 3]
    told = [event.predictions.epoch for event in events if isinstance(event, PredictionsReady)]
    assert told == [1, 2, 3]
    elapsed = [event.elapsed_s for event in events if isinstance(event, StepsDone)]
    assert elapsed == sorted(elapsed)
    assert elapsed[1] == checkpoint.elapsed_s


def test_a_finished_run_goes_on_beyond_its_plan_as_if_it_had_been_planned_so(
    few: DataSplits,
) -> None:
    short = replace(OPTIMIZERS["sgd"], epochs=1)
    trainer = trainer_of(short, few)
    run(trainer)
    longer = trainer.checkpoint().extended(2)
    assert longer.config.epochs == 3

    continued = trainer_of(short, few, longer)
    run(continued)

    planned = trainer_of(OPTIMIZERS["sgd"], few)
    run(planned)
    assert_same_run(continued.checkpoint(), planned.checkpoint())


def test_the_schedule_begins_anew_in_the_epochs_that_were_added(few: DataSplits) -> None:
    config = replace(OPTIMIZERS["nesterov"], epochs=1)
    trainer = trainer_of(config, few)
    run(trainer)
    before = trainer.checkpoint()

    longer = trainer_of(config, few, before.extended(1))
    run(longer)

    after = longer.checkpoint()
    assert after.cycles == (1, 1)
    moved = max(
        float((after.learner.weights[name] - weight).abs().max())
        for name, weight in before.learner.weights.items()
    )
    assert moved > 1e-3  # at the end of the first course the rate is as good as 0


def test_no_run_has_more_epochs_than_the_form_allows(few: DataSplits) -> None:
    checkpoint = trainer_of(OPTIMIZERS["sgd"], few).checkpoint()

    assert checkpoint.extended(MAX_EPOCHS).config.epochs == MAX_EPOCHS
    with pytest.raises(CheckpointError, match="1,000"):
        checkpoint.extended(MAX_EPOCHS).extended(1)


# --- another learning rate on the way


@pytest.mark.parametrize("recipe", ["sgd", "nesterov"])
def test_a_changed_learning_rate_is_told_kept_and_repeated(
    recipe: str, few: DataSplits, tmp_path: Path
) -> None:
    live_rate = LiveLearningRate()
    trainer = Trainer(OPTIMIZERS[recipe], few, CPU, live_rate=live_rate, report_interval_s=0)
    told = []
    for made, event in enumerate(trainer.events()):
        if made == 4:
            live_rate.change(0.3)
        if made == 9:
            live_rate.change(0.1)
            live_rate.change(0.02)  # the last one counts
        if isinstance(event, LearningRateChanged):
            told.append(event)
    changed = trainer.checkpoint()
    assert [change.learning_rate for change in told] == [0.3, 0.02]
    assert told[0] == LearningRateChanged(1, 4, 0.3)
    assert changed.changes == tuple(told)
    assert changed.learning_rate == 0.02

    save_checkpoint(changed, tmp_path / "file")
    repeated = Trainer(
        OPTIMIZERS[recipe], few, CPU, changes=load_checkpoint(tmp_path / "file").changes,
        report_interval_s=1e9,
    )  # fmt: skip
    run(repeated)
    assert_same_run(repeated.checkpoint(), changed)
    assert repeated.checkpoint().changes == changed.changes

    plain = trainer_of(OPTIMIZERS[recipe], few)
    run(plain)
    assert plain.checkpoint().losses.tobytes() != changed.losses.tobytes()


def test_a_run_that_goes_on_keeps_the_changed_learning_rate(few: DataSplits) -> None:
    def changed_run(stop_after: int | None) -> Checkpoint:
        live_rate = LiveLearningRate()
        trainer = Trainer(OPTIMIZERS["sgd"], few, CPU, live_rate=live_rate, report_interval_s=0)
        events: Iterator[Event] = trainer.events()
        for made, event in enumerate(events):
            if made == 3:
                live_rate.change(0.2)
            if made == stop_after:
                break
            del event
        else:
            return trainer.checkpoint()
        continued = trainer_of(OPTIMIZERS["sgd"], few, trainer.checkpoint())
        run(continued)
        return continued.checkpoint()

    uninterrupted = changed_run(None)
    for stop_after in (4, 5, 8):  # 4 is the change itself
        assert_same_run(changed_run(stop_after), uninterrupted)


# --- the file


@pytest.fixture(scope="module")
def checkpoint(few: DataSplits) -> Checkpoint:
    """Return a checkpoint in the middle of the second epoch."""
    return stopped_after(trainer_of(OPTIMIZERS["nesterov"], few), STEPS + 2)


def test_a_checkpoint_is_read_back_as_it_was(checkpoint: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "run.safetensors"

    save_checkpoint(checkpoint, path)
    again = load_checkpoint(path)

    assert_same_run(again, checkpoint)
    assert again.epochs == checkpoint.epochs
    assert again.cycles == checkpoint.cycles
    assert (again.elapsed_s, again.epoch_elapsed_s) == (
        checkpoint.elapsed_s,
        checkpoint.epoch_elapsed_s,
    )
    assert (again.epoch, again.step, again.correct) == (2, 2, checkpoint.correct)
    assert again.predictions is not None
    assert checkpoint.predictions is not None
    assert again.predictions.epoch == 1
    np.testing.assert_array_equal(
        again.predictions.probabilities, checkpoint.predictions.probabilities
    )
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def rewritten(content: bytes, **changes: object) -> bytes:
    """Return a checkpoint's content with another `run` document."""
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + length])
    document = json.loads(header["__metadata__"]["run"]) | changes
    metadata = header["__metadata__"] | {"run": json.dumps(document)}
    return pack_tensors(load(content), metadata)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"config": {"epochs": 0}}, "damaged"),
        ({"config": {"surprise": 1}}, "damaged"),
        ({"cycles": [2]}, "do not add up"),
        ({"cycles": []}, "do not add up"),
        ({"steps_per_epoch": 0}, "do not add up"),
        ({"steps_per_epoch": 10_000}, "do not add up"),
        ({"epochs": []}, "do not add up"),
        ({"epochs": [{"epoch": 1}]}, "damaged"),
        ({"learning_rate": -1}, "damaged"),
        ({"learning_rate": None}, "damaged"),
    ],
)
def test_a_document_that_makes_no_sense_is_refused_with_a_sentence(
    changes: dict[str, object], words: str, checkpoint: Checkpoint, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(rewritten(checkpoint_bytes(checkpoint), **changes))

    with pytest.raises(CheckpointError, match=words):
        load_checkpoint(path)


def test_an_epoch_that_was_judged_by_half_is_refused(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    done = asdict(checkpoint.epochs[0]) | {"validation_loss": 0.5, "validation_accuracy": None}
    path = tmp_path / "file"
    path.write_bytes(rewritten(checkpoint_bytes(checkpoint), epochs=[done]))

    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(path)


def test_weights_that_are_no_numbers_are_refused(checkpoint: Checkpoint, tmp_path: Path) -> None:
    weights = dict(checkpoint.learner.weights)
    weights["fc3.bias"] = torch.full((10,), torch.nan)
    bad = replace(checkpoint, learner=replace(checkpoint.learner, weights=weights))
    save_checkpoint(bad, tmp_path / "file")

    with pytest.raises(CheckpointError, match="not a number"):
        load_checkpoint(tmp_path / "file")


@pytest.mark.parametrize(
    ("name", "shape", "words"),
    [
        ("conv2.weight", None, "conv2.weight are missing"),
        ("conv2.weight", (16, 6, 3, 3), r"\(16, 6, 3, 3\) instead of \(16, 6, 5, 5\)"),
        ("conv3.weight", (1,), "conv3.weight"),
    ],
)
def test_weights_of_another_network_are_refused(
    name: str,
    shape: tuple[int, ...] | None,
    words: str,
    checkpoint: Checkpoint,
    few: DataSplits,
) -> None:
    weights = dict(checkpoint.learner.weights)
    weights.pop(name, None)
    if shape is not None:
        weights[name] = torch.zeros(shape)
    bad = replace(checkpoint, learner=replace(checkpoint.learner, weights=weights))

    with pytest.raises(CheckpointError, match=words):
        trainer_of(checkpoint.config, few, bad)


def test_an_optimisers_memory_that_does_not_fit_is_refused(
    checkpoint: Checkpoint, few: DataSplits
) -> None:
    memory = dict(checkpoint.learner.optimizer) | {"fc1.bias.momentum_buffer": torch.zeros(7)}
    bad = replace(checkpoint, learner=replace(checkpoint.learner, optimizer=memory))

    with pytest.raises(CheckpointError, match=r"fc1\.bias\.momentum_buffer"):
        trainer_of(checkpoint.config, few, bad)


@pytest.mark.parametrize(
    ("title", "words"),
    [("Digits", "learned from Fashion-MNIST, "), ("Fashion-MNIST", "from other images called F")],
)
def test_as_many_other_images_are_refused(
    checkpoint: Checkpoint, few: DataSplits, title: str, words: str
) -> None:
    info = replace(few.info, title=title, fingerprint="0" * 64)
    inverted = replace(few.train, images=255 - few.train.images, info=info)
    with pytest.raises(CheckpointError, match=words):
        trainer_of(checkpoint.config, replace(few, train=inverted), checkpoint)


def test_a_run_goes_on_by_its_own_mean_wherever_the_same_images_are_described_otherwise(
    checkpoint: Checkpoint, few: DataSplits
) -> None:
    elsewhere = few.described(replace(few.info, title="Clothes", mean=few.info.mean + 1e-9))
    trainer = trainer_of(checkpoint.config, elsewhere, checkpoint)
    assert trainer.checkpoint().config.data == few.info
    *_, last = (event for event in trainer.events() if isinstance(event, PredictionsReady))
    assert last.predictions.info == few.info


def test_a_new_run_says_what_it_really_learns_from(few: DataSplits) -> None:
    info = replace(few.info, fingerprint="0" * 64)
    other = few.described(info)
    trainer = trainer_of(TrainingConfig(epochs=1), other)
    *_, last = (event for event in trainer.events() if isinstance(event, PredictionsReady))
    assert trainer.config.data == trainer.checkpoint().config.data == info
    assert last.predictions.info == info


def test_a_checkpoint_of_other_data_is_refused(checkpoint: Checkpoint, data: DataSplits) -> None:
    with pytest.raises(CheckpointError, match="another number of training images"):
        trainer_of(checkpoint.config, data, checkpoint)


def test_files_that_are_no_checkpoints_are_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with pytest.raises(CheckpointError, match="There is no file"):
        load_checkpoint(path)
    path.write_bytes(b"")
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_checkpoint(path)
    path.write_bytes(save({"weight": torch.zeros(3)}))
    with pytest.raises(CheckpointError, match="no checkpoint of this program"):
        load_checkpoint(path)
    path.write_bytes(save({}, {"format": "LeNet Desktop checkpoint", "version": "99"}))
    with pytest.raises(CheckpointError, match="Update the program"):
        load_checkpoint(path)
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_checkpoint(tmp_path)


@settings(max_examples=60)
@given(drawn=st.data())
def test_no_damage_to_a_file_escapes_as_anything_but_a_sentence(
    drawn: st.DataObject, checkpoint: Checkpoint, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(checkpoint_bytes(checkpoint))
    header = 8 + struct.unpack("<Q", content[:8])[0]
    for _ in range(drawn.draw(st.integers(1, 4))):
        content[drawn.draw(st.integers(0, header - 1))] = drawn.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "file"
    path.write_bytes(content[: drawn.draw(st.integers(0, len(content)))])

    with suppress(CheckpointError):
        load_checkpoint(path)
