"""TensorBoard's own reader finds every value of a run."""

import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

from lenet_desktop.export.optional_packages import MissingPackageError
from lenet_desktop.export.tensorboard_export import write_tensorboard
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.events import EpochDone, LearningRateChanged

CONFIG = TrainingConfig(activation=Activation.TANH, seed=5, normalise=True)
CREATED_AT = 1_700_000_000.25
STEPS = 4
SETTINGS = sorted(CONFIG.to_dict())

Curve = list[tuple[int, float]]


def done(epoch: int, elapsed_s: float = 2.0) -> EpochDone:
    return EpochDone(epoch, 2 / epoch, 1 - 0.5 / epoch, 2.5 / epoch, 1 - 0.6 / epoch, elapsed_s)


def write(
    folder: Path,
    losses: Sequence[float] = (2.5, 2.25, 2.0, 1.75, 1.5),
    epochs: Sequence[EpochDone] = (done(1),),
    changes: Sequence[LearningRateChanged] = (),
    steps_per_epoch: int = STEPS,
) -> None:
    write_tensorboard(
        folder,
        config=CONFIG,
        losses=np.array(losses, np.float32),
        steps_per_epoch=steps_per_epoch,
        epochs=epochs,
        changes=changes,
        created_at=CREATED_AT,
    )


def read(folder: Path) -> EventAccumulator:
    return EventAccumulator(str(folder), size_guidance={"scalars": 0}).Reload()


def curve(reader: EventAccumulator, tag: str) -> Curve:
    return [(event.step, event.value) for event in reader.Scalars(tag)]


def times(reader: EventAccumulator, tag: str) -> list[float]:
    return [event.wall_time - CREATED_AT for event in reader.Scalars(tag)]


def rates(folder: Path, *changes: LearningRateChanged, steps: int = 3 * STEPS) -> Curve:
    write(folder, [1.0] * steps, changes=changes)
    return [(step, round(rate, 6)) for step, rate in curve(read(folder), "learning_rate")]


@given(st.lists(st.floats(0, 100, width=32), max_size=40), st.integers(1, 7), st.integers(0, 5))
def test_every_loss_and_accuracy_is_read_back(
    losses: list[float], steps_per_epoch: int, epochs: int
) -> None:
    finished = [done(epoch) for epoch in range(1, epochs + 1)]
    with tempfile.TemporaryDirectory() as parent:
        write(Path(parent) / "run", losses, finished, steps_per_epoch=steps_per_epoch)
        reader = read(Path(parent) / "run")

    tags = {"learning_rate"} | ({"loss/train_step"} if losses else set())
    if losses:
        assert curve(reader, "loss/train_step") == list(enumerate(losses, start=1))
    for tag, name in (
        ("loss/train", "train_loss"),
        ("loss/test", "test_loss"),
        ("accuracy/train", "train_accuracy"),
        ("accuracy/test", "test_accuracy"),
    ):
        if finished:
            tags.add(tag)
            expected = [(each.epoch, float(np.float32(getattr(each, name)))) for each in finished]
            assert curve(reader, tag) == expected
    assert set(reader.Tags()["scalars"]) == tags


def test_what_images_held_out_say_are_curves_of_their_own(tmp_path: Path) -> None:
    write(
        tmp_path / "run", epochs=[replace(done(1), validation_loss=0.5, validation_accuracy=0.75)]
    )

    reader = read(tmp_path / "run")
    assert curve(reader, "loss/validation") == [(1, 0.5)]
    assert curve(reader, "accuracy/validation") == [(1, 0.75)]


def test_the_balanced_accuracy_is_a_curve_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "run", epochs=[replace(done(1), balanced_accuracy=0.75)])
    assert curve(read(tmp_path / "run"), "accuracy/test_balanced") == [(1, 0.75)]


def test_a_loss_that_is_no_number_stays_none(tmp_path: Path) -> None:
    write(tmp_path / "run", [2.0, math.inf, math.nan])

    values = [value for _, value in curve(read(tmp_path / "run"), "loss/train_step")]
    np.testing.assert_array_equal(values, [2.0, math.inf, math.nan])


def test_the_learning_rate_is_a_staircase(tmp_path: Path) -> None:
    assert rates(
        tmp_path / "run",
        LearningRateChanged(epoch=1, step=2, learning_rate=0.5),
        LearningRateChanged(epoch=2, step=3, learning_rate=0.1),
    ) == [(1, 0.9), (2, 0.9), (3, 0.5), (7, 0.5), (8, 0.1), (12, 0.1)]


@pytest.mark.parametrize(
    ("changes", "steps", "expected"),
    [
        ([], 12, [(1, 0.9), (12, 0.9)]),
        ([], 1, [(1, 0.9)]),
        ([], 0, [(1, 0.9)]),
        ([(1, 0, 0.5)], 12, [(1, 0.5), (12, 0.5)]),  # before the first step
        ([(1, 2, 0.5), (1, 2, 0.1)], 12, [(1, 0.9), (2, 0.9), (3, 0.1), (12, 0.1)]),
        ([(1, 1, 0.5), (1, 2, 0.1)], 12, [(1, 0.9), (2, 0.5), (3, 0.1), (12, 0.1)]),
        ([(4, 0, 0.5)], 12, [(1, 0.9), (12, 0.9), (13, 0.5)]),  # after the last step
    ],
)
def test_the_staircase_has_a_corner_wherever_the_rate_changes(
    tmp_path: Path, changes: list[tuple[int, int, float]], steps: int, expected: Curve
) -> None:
    made = [LearningRateChanged(*change) for change in changes]
    assert rates(tmp_path / "run", *made, steps=steps) == expected


def test_values_are_dated_by_the_work_until_then(tmp_path: Path) -> None:
    write(tmp_path / "run", [1.0] * 10, [done(1, elapsed_s=4.0), done(2, elapsed_s=2.0)])

    reader = read(tmp_path / "run")
    expected = [1.0, 2.0, 3.0, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0]
    np.testing.assert_allclose(times(reader, "loss/train_step"), expected, atol=1e-6)
    np.testing.assert_allclose(times(reader, "accuracy/test"), [4.0, 6.0], atol=1e-6)
    assert reader.FirstEventTimestamp() == CREATED_AT


def test_the_configuration_is_in_the_table_of_hyper_parameters(tmp_path: Path) -> None:
    write(tmp_path / "run")

    content = read(tmp_path / "run").PluginTagToContent(metadata.PLUGIN_NAME)
    started = metadata.parse_session_start_info_plugin_data(
        content[metadata.SESSION_START_INFO_TAG]
    )
    kept = {
        name: getattr(value, value.WhichOneof("kind")) for name, value in started.hparams.items()
    }
    assert kept == CONFIG.to_dict() | {"data": "Fashion-MNIST"}
    assert started.start_time_secs == CREATED_AT


def test_a_run_gets_a_folder_with_one_file(tmp_path: Path) -> None:
    write(tmp_path / "above" / "run")

    (file,) = (tmp_path / "above" / "run").iterdir()
    assert file.name.startswith("events.out.tfevents.")
    assert list((tmp_path / "above").iterdir()) == [tmp_path / "above" / "run"]


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    write(tmp_path / "one")
    write(tmp_path / "other")

    (one,), (other,) = (tmp_path / "one").iterdir(), (tmp_path / "other").iterdir()
    assert one.name == other.name
    assert one.read_bytes() == other.read_bytes()


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()

    write(tmp_path / "run")

    assert curve(read(tmp_path / "run"), "accuracy/test") == [(1, float(np.float32(0.4)))]


def test_a_folder_with_something_in_it_stays_as_it_is(tmp_path: Path) -> None:
    kept = tmp_path / "run" / "thesis.txt"
    kept.parent.mkdir()
    kept.write_text("mine")

    with pytest.raises(OSError, match="run"):
        write(tmp_path / "run")

    assert kept.read_text() == "mine"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [kept]
    assert list(tmp_path.iterdir()) == [tmp_path / "run"]


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)

    with pytest.raises(OSError, match="No space left on device"):
        write(tmp_path / "run")

    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("mine")

    with pytest.raises(OSError, match="run"):
        write(tmp_path / "run")

    assert (tmp_path / "run").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "run"]


def test_without_the_package_a_sentence_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard", None)

    with pytest.raises(MissingPackageError) as caught:
        write(tmp_path / "run")

    assert str(caught.value) == (
        "Saving for TensorBoard needs the package tensorboard, which is not installed. "
        "Install it with “python -m pip install tensorboard”."
    )
    assert list(tmp_path.iterdir()) == []


def test_equal_runs_give_equal_files_in_every_process(tmp_path: Path) -> None:
    write(tmp_path / "run")
    (file,) = (tmp_path / "run").iterdir()
    # Within a process the order of a map does not change, so it has to be the one of the names.
    places = [file.read_bytes().index(f"\n{chr(len(name))}{name}".encode()) for name in SETTINGS]
    assert places == sorted(places)
