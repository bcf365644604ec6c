"""The script that one can copy: what is in it, and that it does what the engine does."""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, example, given
from hypothesis import strategies as st
from torch import Tensor
from torch.optim import Optimizer as TorchOptimizer
from torch.optim.optimizer import register_optimizer_step_pre_hook

from lenet_desktop.data.catalogue import DEFAULT, prepared_file
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_scan import scan_folder
from lenet_desktop.data.images import DataSplits, Split, as_splits
from lenet_desktop.data.known.fashion_mnist import FILES
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.export.pytorch_code import pytorch_code
from lenet_desktop.export.schedule_code import UNCHANGED
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.settings.choices import (
    Activation,
    Augmentation,
    ClassWeights,
    Network,
    Optimizer,
    Pooling,
    Schedule,
)
from lenet_desktop.settings.config import (
    AUTO_DEVICE,
    MAX_EPOCHS,
    MAX_SEED,
    SETTINGS,
    TrainingConfig,
)
from lenet_desktop.settings.presets import MODERN, PRESETS, TEXTBOOK, Preset
from lenet_desktop.training import sampling
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import EpochDone, LearningRateChanged
from lenet_desktop.training.learning_rate import RateCourse, rate_factor
from tests.data.folders.test_folder_images import put_classes, read_folder
from tests.judged import judged
from tests.settings.strategies import configs

MODERN_UNVARIED = replace(MODERN.config, augmentation=Augmentation.NONE)
WORDS: dict[
    str, Callable[[TrainingConfig], bool]
] = {  # what stands in the text only where it is needed
    "momentum": lambda c: c.optimizer.uses_momentum and c.momentum != 0,
    "nesterov": lambda c: c.optimizer is Optimizer.NESTEROV,
    "groups": lambda c: c.weight_decay != 0,
    "weight_decay=0.0": lambda c: c.weight_decay == 0 and c.optimizer is Optimizer.ADAMW,
    "smoothing": lambda c: c.label_smoothing != 0,
    "class_weights": lambda c: c.class_weights is ClassWeights.BALANCED,
    "rate_factor": lambda c: c.schedule is not Schedule.CONSTANT,
    "scheduler.step()": lambda c: c.schedule is not Schedule.CONSTANT,
    "Normalize": lambda c: c.normalise,
    "Normalised(": lambda c: c.batch_norm,
    "measure()": lambda c: c.batch_norm,
    "parts(images)": lambda c: c.batch_norm,
    "varied": lambda c: c.augmentation is not Augmentation.NONE,
    "RandomHorizontalFlip": lambda c: c.augmentation.flips,
    "RandomCrop": lambda c: c.augmentation.shifts,
    "nn.Sigmoid()": lambda c: c.activation is Activation.SIGMOID,
    "nn.ReLU()": lambda c: c.activation is Activation.RELU,
    "nn.Tanh()": lambda c: c.activation is Activation.TANH,
    "nn.Conv2d": lambda c: c.network.pools,
    "nn.AvgPool2d": lambda c: c.network.pools and c.pooling is Pooling.AVERAGE,
    "nn.MaxPool2d": lambda c: c.network.pools and c.pooling is Pooling.MAX,
    "nn.Dropout(dropout)": lambda c: c.dropout != 0,
    "draws anew": lambda c: c.dropout != 0 or c.augmentation is not Augmentation.NONE,
    "torch.optim.SGD(": lambda c: c.optimizer.uses_momentum,
    "torch.optim.Adam(": lambda c: c.optimizer is Optimizer.ADAM,
    "hold_out(": lambda c: c.validation_images > 0,
    "Subset": lambda c: c.validation_images > 0,
    "val loss": lambda c: c.validation_images > 0,
    "stopped early": lambda c: c.validation_images > 0 and c.patience > 0,
    "torch.optim.AdamW(": lambda c: c.optimizer is Optimizer.ADAMW,
}


FOR_THE_PROCESSOR = pytorch_code(TrainingConfig(device="cpu"))


def settings_in(text: str) -> dict[str, Any]:
    """Return the names that the script gives to plain values."""
    found = {}
    for statement in ast.parse(text).body:
        match statement:
            case ast.Assign(targets=[ast.Name(name)], value=ast.Constant(value)):
                found[name] = value
    return found


def read_in(text: str) -> set[str]:
    """Return the names that a script does not only give a value to."""
    names = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Load)}


def check_tidiness(text: str) -> None:
    assert re.match("# (LeNet|A small VGG|A perceptron) on Fashion-MNIST", text)
    assert text.endswith((")\n", "break\n"))
    assert "\n\n\n\n" not in text
    assert all(len(line) <= 88 and line == line.rstrip() for line in text.splitlines())
    tree = ast.parse(text)
    imported = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imported <= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@given(configs())
def test_the_text_is_a_tidy_script_of_what_is_needed_with_the_exact_values(
    config: TrainingConfig,
) -> None:
    text = pytorch_code(config)

    compile(text, "script", "exec")
    settings = settings_in(text)
    expected: dict[str, Any] = {"data_folder": "data"}
    for each in SETTINGS:
        if each.kind in (int, float) and not each.is_off(config):
            expected[each.name] = getattr(config, each.name)
    if config.device != AUTO_DEVICE:
        expected["device"] = config.device
    assert settings == expected
    assert expected.keys() <= read_in(text), "a setting is written down that nothing computes with"
    assert {word: word in text for word in WORDS} == {
        word: needed(config) for word, needed in WORDS.items()
    }
    check_tidiness(text)


def test_the_textbooks_script_has_no_word_of_what_it_does_without() -> None:
    text = pytorch_code(TEXTBOOK.config).lower()

    for word in [
        "schedul",
        "factor",
        "decay",
        "smooth",
        "momentum",
        "normal",
        "flip",
        "vari",
        "drop",
    ]:
        assert word not in text


def test_auto_takes_a_gpu_where_there_is_one() -> None:
    line = 'device = "cuda" if torch.cuda.is_available() else "cpu"'

    assert line in pytorch_code(TrainingConfig(device="auto")).splitlines()


@given(st.text(st.characters()))
@example('cpu"\nimport os; os.abort()  # ')
@example("cpu'\r\nimport os\n'''")
@example("{seed}\\\x00\u2028\ud800")
def test_no_device_becomes_code(device: str) -> None:
    assume(device != AUTO_DEVICE)
    text = pytorch_code(TrainingConfig(device=device))

    assert settings_in(text)["device"] == device
    assert text.replace(f"device = {device!r}\n", "device = 'cpu'\n") == FOR_THE_PROCESSOR


def test_a_numpy_number_is_written_as_a_plain_one() -> None:
    config = TrainingConfig(learning_rate=np.float64(0.1), weight_decay=np.float64(0.25))

    text = pytorch_code(config)

    assert "learning_rate = 0.1\n" in text
    assert "weight_decay = 0.25\n" in text


# What follows runs the scripts.


@dataclass(frozen=True)
class Step:
    """How an optimiser was set, and the parameters that it had, before a step."""

    optimizer: str
    groups: list[dict[str, Any]]
    parameters: list[Tensor]


@contextmanager
def recorded_steps() -> Iterator[list[Step]]:
    steps: list[Step] = []

    def record(optimizer: TorchOptimizer, _args: object, _kwargs: object) -> None:
        kept = [p.detach().clone() for g in optimizer.param_groups for p in g["params"]]
        left_out = {"params", "fused", "initial_lr"}
        groups = [
            {key: value for key, value in group.items() if key not in left_out}
            | {"shapes": [tuple(p.shape) for p in group["params"]]}
            for group in optimizer.param_groups
        ]
        steps.append(Step(type(optimizer).__name__, groups, kept))

    handle = register_optimizer_step_pre_hook(record)
    try:
        yield steps
    finally:
        handle.remove()


@dataclass(frozen=True)
class Outcome:
    """What a run came to: its epochs' figures, its steps and its last weights."""

    epochs: Sequence[tuple[float, ...]]
    steps: list[Step]
    weights: list[Tensor]


def run_script(
    config: TrainingConfig,
    folder: Path,
    course: RateCourse = UNCHANGED,
    prepared: Path | None = None,
) -> tuple[Outcome, dict[str, Any]]:
    """Run a script in a folder that has `data` in it; return also the names that it defined."""
    text = pytorch_code(replace(config, device=CPU), course, prepared)
    code = compile(text, "script", "exec")
    names: dict[str, Any] = {"__name__": "__main__"}
    with (
        chdir(folder),
        redirect_stdout(StringIO()) as printed,
        torch.random.fork_rng(devices=[]),
        recorded_steps() as steps,
    ):
        exec(code, names)  # noqa: S102  to run it is the purpose of the test
    weights = [parameter.detach() for parameter in names["net"].parameters()]
    return Outcome(read_lines(printed.getvalue()), steps, weights), names


def run_until(statement: str, config: TrainingConfig, data_folder: Path) -> dict[str, Any]:
    """Run a script up to the line that begins so, and return the names that it defined."""
    text = pytorch_code(replace(config, device=CPU))
    there = text.replace('\ndata_folder = "data"', f"\ndata_folder = {str(data_folder)!r}")
    assert there != text
    assert there.count(f"\n{statement}") == 1
    names: dict[str, Any] = {}
    with torch.random.fork_rng(devices=[]):
        exec(there[: there.index(f"\n{statement}")], names)  # noqa: S102  as above
    return names


def read_lines(printed: str) -> list[tuple[float, ...]]:
    pattern = (
        r"epoch (\d+), loss (\d+\.\d{4}), train acc (\d\.\d{3}), "
        r"(?:val loss (\d+\.\d{4}), val acc (\d\.\d{3}), )?test acc (\d\.\d{3})"
    )
    found = [re.fullmatch(pattern, line) for line in printed.splitlines() if "early" not in line]
    assert all(found), printed
    figures = (filter(None, match.groups()) for match in found if match)
    return [tuple(map(float, each)) for each in figures]


def run_engine(config: TrainingConfig, data: DataSplits, course: RateCourse = UNCHANGED) -> Outcome:
    """Train to the end, and on where the course has more cycles than one."""
    first, *more = course.cycles or (config.epochs,)
    device = Device(CPU, "CPU")
    trainer = Trainer(replace(config, epochs=first), data, device, changes=course.changes)
    done: list[EpochDone] = []
    with recorded_steps() as steps:
        done += [event for event in trainer.events() if isinstance(event, EpochDone)]
        for length in more:
            checkpoint = trainer.checkpoint().extended(length)
            trainer = Trainer(config, data, device, checkpoint=checkpoint, changes=course.changes)
            told = [event for event in trainer.events() if isinstance(event, EpochDone)]
            done += told[len(done) :]
    epochs = [
        (e.epoch, e.train_loss, e.train_accuracy, *judged_on_held_out(e), judged(e.test_accuracy))
        for e in done
    ]
    return Outcome(epochs, steps, list(trainer.checkpoint().learner.weights.values()))


def judged_on_held_out(done: EpochDone) -> tuple[float, ...]:
    figures = done.validation_loss, done.validation_accuracy
    return tuple(figure for figure in figures if figure is not None)


def first(data: DataSplits, train: int, test: int) -> DataSplits:
    return DataSplits(data.train.first(train), data.test.first(test))


def write_data(folder: Path, data: DataSplits) -> None:
    """Write images as torchvision keeps them below `data`."""
    raw = FILES.raw_folder(folder / "data")
    raw.mkdir(parents=True)
    for split, images in ((Split.TRAIN, data.train), (Split.TEST, data.test)):
        write_idx(raw / FILES.images[split].name, images.images.squeeze(1))
        write_idx(raw / FILES.labels[split].name, images.labels)


def write_idx(path: Path, values: Tensor) -> None:
    header = bytes((0, 0, 8, values.ndim)) + np.array(values.shape, dtype=">u4").tobytes()
    path.write_bytes(header + values.to(torch.uint8).numpy().tobytes())


@pytest.fixture(scope="module")
def hundreds(few: DataSplits) -> DataSplits:
    return first(few, 300, 50)


@pytest.fixture(scope="module")
def thousands(data: DataSplits) -> DataSplits:
    return first(data, 2_000, 500)


@pytest.fixture(scope="module")
def folders(
    hundreds: DataSplits, thousands: DataSplits, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Return folders with `hundreds` and with `thousands` of images in `data`."""
    made = {name: tmp_path_factory.mktemp(name) for name in ("hundreds", "thousands")}
    write_data(made["hundreds"], hundreds)
    write_data(made["thousands"], thousands)
    return made


@pytest.mark.parametrize(
    ("config", "tolerance"),
    [
        pytest.param(TEXTBOOK.config, 1e-5, id="textbook"),
        # Where ReLU and maximum pooling have kinks, rounding decides, and training multiplies it.
        pytest.param(MODERN_UNVARIED, 1e-3, id="modern without variation"),
        # Here other images are mirrored, and other numbers dropped.
        pytest.param(replace(MODERN.config, dropout=0.1), 0.05, id="modern"),
    ],
)
def test_the_loss_is_the_engines(
    config: TrainingConfig, tolerance: float, thousands: DataSplits, folders: dict[str, Path]
) -> None:
    config = replace(config, epochs=1)

    outcome, names = run_script(config, folders["thousands"])

    engine = run_engine(config, thousands)
    (epoch, loss, train_accuracy, test_accuracy), expected = outcome.epochs[0], engine.epochs[0]
    assert len(outcome.epochs) == epoch == 1
    assert names["train_loss"] == pytest.approx(expected[1], rel=tolerance)
    assert loss == pytest.approx(names["train_loss"], abs=0.5001e-4)  # four decimals
    # A decimal is rounded, and an image on the border of two classes may fall to either side.
    assert train_accuracy == pytest.approx(expected[2], abs=0.002 + tolerance)
    assert test_accuracy == pytest.approx(expected[3], abs=0.005 + 2 * tolerance)


SMOOTH = TrainingConfig(
    epochs=2, batch_size=64, learning_rate=0.05, activation=Activation.TANH, seed=MAX_SEED
)


def assert_stepped_alike(
    weights: torch.Tensor, expected: torch.Tensor, config: TrainingConfig
) -> None:
    """Assert that weights came to the same by steps whose sums were added up in another order.

    Adam divides each gradient by its usual size, so the rounding of one that is nearly 0 counts
    as much as all else: in few weights, and by a small part of a step.
    """
    off = (weights - expected).abs()
    if config.optimizer in (Optimizer.ADAM, Optimizer.ADAMW):
        assert (off > 1e-5).float().mean() < 1e-4
        assert off.max() < config.learning_rate / 20
    else:
        assert off.max() <= 1e-5


@pytest.mark.parametrize(
    "config",
    [
        SMOOTH,
        replace(
            SMOOTH,
            network=Network.PERCEPTRON,
            momentum=0.5,
            weight_decay=0.1,
            schedule=Schedule.COSINE,
            seed=1,
        ),
        replace(
            SMOOTH,
            optimizer=Optimizer.NESTEROV,
            momentum=0.9,
            schedule=Schedule.ONE_CYCLE,
            label_smoothing=0.2,
            normalise=True,
            class_weights=ClassWeights.BALANCED,
        ),
        replace(SMOOTH, optimizer=Optimizer.ADAM, learning_rate=0.002, momentum=0.9),
        replace(SMOOTH, batch_norm=True, pooling=Pooling.MAX, batch_size=96, epochs=3),
        replace(
            SMOOTH,
            validation_images=40,
            patience=1,
            batch_size=52,
            class_weights=ClassWeights.BALANCED,
        ),
        replace(
            SMOOTH, optimizer=Optimizer.ADAM, learning_rate=0.002, weight_decay=0.1, normalise=True
        ),
        replace(
            SMOOTH, optimizer=Optimizer.ADAMW, learning_rate=0.002, schedule=Schedule.ONE_CYCLE
        ),
        replace(
            SMOOTH,
            optimizer=Optimizer.ADAMW,
            learning_rate=0.002,
            weight_decay=0.5,
            schedule=Schedule.COSINE,
        ),
    ],
)
def test_every_step_is_the_engines(
    config: TrainingConfig, hundreds: DataSplits, folders: dict[str, Path]
) -> None:
    outcome, _ = run_script(config, folders["hundreds"])

    engine = run_engine(config, hundreds)
    assert len(outcome.steps) == len(engine.steps) >= 10
    assert [(s.optimizer, s.groups) for s in outcome.steps] == [
        (s.optimizer, s.groups) for s in engine.steps
    ]
    for first_weights, expected in zip(
        outcome.steps[0].parameters, engine.steps[0].parameters, strict=True
    ):
        assert torch.equal(first_weights, expected)
    for last_weights, expected in zip(outcome.weights, engine.weights, strict=True):
        assert_stepped_alike(last_weights, expected, config)
    for figures, expected_figures in zip(outcome.epochs, engine.epochs, strict=True):
        assert figures[:2] == pytest.approx(expected_figures[:2], rel=0, abs=1e-4)
        assert figures[2:] == pytest.approx(expected_figures[2:], rel=0, abs=1 / 50 + 0.0005)


CHANGES = (
    LearningRateChanged(1, 2, 0.01), LearningRateChanged(2, 0, 0.2), LearningRateChanged(2, 3, 0.04)
)  # fmt: skip
COSINE = replace(SMOOTH, schedule=Schedule.COSINE)
ONE_CYCLE = replace(
    SMOOTH, schedule=Schedule.ONE_CYCLE, optimizer=Optimizer.NESTEROV, momentum=0.9,
    weight_decay=0.1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("config", "course"),
    [
        (SMOOTH, RateCourse(CHANGES)),
        (COSINE, RateCourse(CHANGES)),
        (COSINE, RateCourse((), (1, 1))),
        (ONE_CYCLE, RateCourse(CHANGES, (1, 1))),
    ],
)
def test_a_rate_that_was_changed_on_the_way_is_changed_in_the_script_too(
    config: TrainingConfig, course: RateCourse, hundreds: DataSplits, folders: dict[str, Path]
) -> None:
    outcome, _ = run_script(config, folders["hundreds"], course)

    engine = run_engine(config, hundreds, course)
    assert len(outcome.steps) == len(engine.steps) == 10
    for step, expected_step in zip(outcome.steps, engine.steps, strict=True):
        for group, expected_group in zip(step.groups, expected_step.groups, strict=True):
            assert group["lr"] == pytest.approx(expected_group["lr"], rel=1e-12)
    for last_weights, expected in zip(outcome.weights, engine.weights, strict=True):
        torch.testing.assert_close(last_weights, expected, rtol=0, atol=1e-5)
    for figures, expected_figures in zip(outcome.epochs, engine.epochs, strict=True):
        assert figures[:2] == pytest.approx(expected_figures[:2], rel=0, abs=1e-4)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_script_on_pictures_of_ones_own_reads_them_where_they_are_kept_prepared(
    channels: int, tmp_path: Path
) -> None:
    names = ("cat", "l'été" + chr(92), chr(34) * 3 + "; import os; os.abort()")
    put_classes(root := tmp_path / "pictures", ["0", "1", "2"], each=20)
    options = FolderOptions(side=16, channels=channels)
    parts = read_folder(scan_folder(root), options).parts
    info = replace(parts[Split.TRAIN].info, class_names=names)
    parts = {split: replace(part, info=info) for split, part in parts.items()}
    assert PreparedSets(tmp_path).save(parts, "folder-0") is None
    config = replace(
        SMOOTH,
        data=info,
        batch_size=16,
        validation_images=8,
        class_weights=ClassWeights.BALANCED,
        normalise=True,
    )

    outcome, defined = run_script(config, tmp_path, prepared=prepared_file(info, tmp_path))

    engine = run_engine(config, as_splits(parts))
    assert tuple(defined["test_data"].classes) == names
    for last_weights, expected in zip(outcome.weights, engine.weights, strict=True):
        torch.testing.assert_close(last_weights, expected, rtol=0, atol=1e-5)
    for figures, expected_figures in zip(outcome.epochs, engine.epochs, strict=True):
        assert figures == pytest.approx(expected_figures, rel=0, abs=1e-3)


def test_what_torchvision_gives_as_it_is_learned_from_is_had_from_there(
    hundreds: DataSplits, tmp_path: Path
) -> None:
    mnist = replace(DEFAULT, key="mnist", title="MNIST", fingerprint="ab" * 32)
    write_data(tmp_path, hundreds)
    (tmp_path / "data" / "FashionMNIST").rename(tmp_path / "data" / "MNIST")
    assert prepared_file(mnist, tmp_path) is None

    names = run_until("net = ", TrainingConfig(data=mnist), tmp_path / "data")

    assert type(names["train_data"]).__name__ == "MNIST"
    assert torch.equal(names["test_data"].data, hundreds.test.images[:, 0])


@given(seed=st.integers(0, MAX_SEED), count=st.integers(1, 250))
def test_the_same_images_are_held_out(
    folders: dict[str, Path], hundreds: DataSplits, seed: int, count: int
) -> None:
    config = TrainingConfig(
        seed=seed, validation_images=count, augmentation=Augmentation.FLIPS_AND_SHIFTS
    )

    names = run_until("net = ", config, folders["hundreds"] / "data")

    learned, held_out = sampling.hold_out(hundreds.train.labels, config)
    assert names["learned"].tolist() == learned.tolist()
    assert names["held_out"].tolist() == held_out.tolist()
    shown = torch.stack([image for image, _ in names["validation_data"]])
    kept = hundreds.train.some(held_out)
    assert torch.equal(shown, to_input(kept.images, False, kept.info)), "not varied"


def test_a_run_is_judged_on_them_and_stopped_as_by_the_engine(
    hundreds: DataSplits, folders: dict[str, Path]
) -> None:
    config = replace(
        SMOOTH, epochs=4, batch_size=32, learning_rate=3.0, seed=1, validation_images=60,
        patience=1,
    )  # fmt: skip

    outcome, names = run_script(config, folders["hundreds"])

    engine = run_engine(config, hundreds)
    assert [figures[0] for figures in outcome.epochs] == [f[0] for f in engine.epochs]
    assert len(outcome.epochs) == 2, "the second one is worse than the first"
    assert names["validation_loss"] == pytest.approx(engine.epochs[-1][3], rel=1e-3)


@given(
    configs(),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99), st.floats(1e-9, 1e3)), max_size=5),
    st.lists(st.integers(1, 40), max_size=60),
)
def test_any_course_makes_a_tidy_script(
    config: TrainingConfig, places: list[tuple[int, int, float]], cycles: list[int]
) -> None:
    changes = [LearningRateChanged(*place) for place in places]
    text = pytorch_code(config, RateCourse.of(config, changes, cycles))

    compile(text, "script", "exec")
    assert all(len(line) <= 88 and line == line.rstrip() for line in text.splitlines())
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize(
    ("network", "activation", "pooling"),
    [
        *((Network.LENET, *parts) for parts in product(Activation, Pooling)),
        (Network.VGG, Activation.RELU, Pooling.MAX),
        (Network.PERCEPTRON, Activation.RELU, Pooling.AVERAGE),
    ],
)
def test_the_network_and_its_first_weights_are_the_programs(
    network: Network, activation: Activation, pooling: Pooling, folders: dict[str, Path]
) -> None:
    config = TrainingConfig(network=network, activation=activation, pooling=pooling, seed=7)

    net = run_until("loss_function = ", config, folders["hundreds"] / "data")["net"]

    expected = new_network(config)
    assert [repr(layer) for layer in net] == [repr(layer) for layer in expected]
    for weights, expected_weights in zip(net.parameters(), expected.parameters(), strict=True):
        assert torch.equal(weights, expected_weights)


@given(seed=st.integers(0, MAX_SEED), epoch=st.integers(1, MAX_EPOCHS))
def test_images_come_in_the_engines_order(folders: dict[str, Path], seed: int, epoch: int) -> None:
    names = run_until("net = ", TrainingConfig(seed=seed), folders["hundreds"] / "data")

    assert names["shuffled"](epoch) == sampling.shuffled(300, seed, epoch).tolist()


@pytest.mark.parametrize("schedule", [Schedule.COSINE, Schedule.ONE_CYCLE])
@pytest.mark.parametrize(("epochs", "batch_size"), [(1, 10_000), (1, 300), (3, 299), (7, 9)])
def test_the_learning_rate_takes_the_engines_course(
    schedule: Schedule, epochs: int, batch_size: int, folders: dict[str, Path]
) -> None:
    config = TrainingConfig(schedule=schedule, epochs=epochs, batch_size=batch_size)

    names = run_until("scheduler = ", config, folders["hundreds"] / "data")

    steps = epochs * -(-300 // batch_size)
    assert names["steps"] == steps
    assert [names["rate_factor"](step) for step in range(steps)] == [
        rate_factor(schedule, step, steps) for step in range(steps)
    ]


@pytest.mark.parametrize("normalise", [False, True])
@pytest.mark.parametrize("augmentation", Augmentation)
def test_images_are_varied_and_scaled_as_in_the_engine(
    augmentation: Augmentation,
    normalise: bool,
    hundreds: DataSplits,
    folders: dict[str, Path],
) -> None:
    config = TrainingConfig(augmentation=augmentation, normalise=normalise)
    expected = {
        to_input(
            variation.apply(hundreds.train.images[:1], torch.tensor([0])),
            normalise,
            hundreds.train.info,
        )
        .numpy()
        .tobytes(): variation
        for variation in every_variation(augmentation)
    }

    names = run_until("net = ", config, folders["hundreds"] / "data")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        seen = Counter(names["train_data"][0][0].numpy().tobytes() for _ in range(600))

    assert seen.keys() == expected.keys()
    fair = 600 / len(expected)
    assert all(0.4 * fair < count < 1.6 * fair for count in seen.values())
    shown = torch.stack([image for image, _ in names["test_data"]])
    assert torch.equal(shown, to_input(hundreds.test.images, normalise, hundreds.train.info))


def every_variation(augmentation: Augmentation) -> list[sampling.Variations]:
    """Return all that can be done to a single image."""
    if augmentation is Augmentation.NONE:
        return [sampling.Variations()]
    mirrored = [torch.tensor([False]), torch.tensor([True])]
    if augmentation is Augmentation.FLIPS:
        return [sampling.Variations(flag) for flag in mirrored]
    begins = range(2 * sampling.SHIFT + 1)
    return [
        sampling.Variations(flag, torch.tensor([[row], [column]]))
        for flag, row, column in product(mirrored if augmentation.flips else [None], begins, begins)
    ]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@pytest.mark.usefixtures("data")
def test_data_that_are_there_are_not_downloaded(
    preset: Preset, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def download(*_args: object, **_options: object) -> None:
        pytest.fail("downloads")

    monkeypatch.setattr("torchvision.datasets.mnist.download_and_extract_archive", download)

    names = run_until("net = ", preset.config, cache)

    assert (len(names["train_data"]), len(names["test_data"])) == (60_000, 10_000)
