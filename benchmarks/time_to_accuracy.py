"""Measures how long it takes to a good network, against others' recipes, in one run.

    python benchmarks/time_to_accuracy.py [--seeds 5] [--epochs 15] [--device auto] [--only WORD]
        [--results FILE] [--runs N]

Told is the time of a schedule that is fixed beforehand and ends at a network that is right for
0.900, and for 0.910, of the test images, as the median of the seeds. Where the learning rate is
constant, any number of epochs up to --epochs is such a schedule; the first one that gets there
counts. The networks have 61,706 weights each, with ReLU and maximum pooling:

- the textbook's loop in plain PyTorch (torchvision's data set with ToTensor, a DataLoader that
  shuffles) with Adam at 0.001 in batches of 128, and at 0.003 in batches of 256;
- the same recipes in Keras on TensorFlow, where that is installed (the extra `bench`);
- this program's engine with its presets, without a window.

Each run is a process of its own, and they take turns. With `--results` each is noted in a file, a
line for each; what stands there is not done again and counts in the table, so that all of it can
be gathered in pieces, of N runs each with `--runs`. Test images are judged after each epoch, which
is left out of the time, and so is what comes once: imports, reading the data, and the first step,
in which libraries compile. That is the start; the second figure to a target has it in it. The
engine's first step counts as training. To measure another version of the program, run this script
with that version's folder in PYTHONPATH; what it has no preset for is left out.
"""

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs
from machine import describe_machine

from lenet_desktop.data.catalogue import load_splits
from lenet_desktop.settings.presets import PRESETS

TARGETS = (0.900, 0.910)
CACHE = platformdirs.user_cache_path("lenet-desktop", appauthor=False)


@dataclass(frozen=True, slots=True)
class Contender:
    """A way of training with a recipe.

    Attributes:
        name: what stands in the table.
        way: the function that trains.
        values: what it is called with.
        epochs: how many it trains for.
        is_constant: whether it can be ended after any epoch as if that had been planned.
    """

    name: str
    way: str
    values: tuple[Any, ...]
    epochs: int
    is_constant: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What one run came to.

    Attributes:
        machine: where it ran.
        device: what was asked for to compute on.
        name: the contender's.
        seed: of all that is drawn at random.
        start_s: seconds before its training began, and of the first step where libraries compile.
        seconds: of training up to the end of each epoch.
        accuracies: of the test images after each.
    """

    machine: str
    device: str
    name: str
    seed: int
    start_s: float
    seconds: list[float]
    accuracies: list[float]


Steps = Iterator[tuple[float, float | None]]
"""Seconds of an epoch, and the accuracy after it. A None instead says that training begins, so many
seconds ago if less than 0: behind what was imported, read and compiled."""


def contenders(most_epochs: int) -> list[Contender]:
    """Return all that can run here, those with a constant rate for so many epochs."""
    found = []
    ways = {"textbook": "textbook's loop"}
    if all(importlib.util.find_spec(name) for name in ("keras", "tensorflow")):
        ways["keras"] = "Keras on TensorFlow"
    for way, name in ways.items():
        for rate, batch in ((1e-3, 128), (3e-3, 256)):
            told = f"{name}, Adam {rate:g}, batch {batch}"
            values = (rate, batch, most_epochs)
            found.append(Contender(told, way, values, most_epochs, is_constant=True))
    known = {preset.name for preset in PRESETS}
    for name, epochs in (("Modern", 4), ("Modern", 10), ("Fast", 2), ("Fast", 4)):
        if name in known:
            told = f"{name}, {epochs} epochs"
            found.append(Contender(told, "engine", (name, epochs), epochs, is_constant=False))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=15, help="at most, at a constant rate")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--only", default="", help="leave out names without this word")
    parser.add_argument("--results", type=Path, help="a file in which each run is noted")
    parser.add_argument("--runs", type=int, default=sys.maxsize, help="at most, this time")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        print(json.dumps(run_one(*json.loads(options.one))))
        return
    chosen = [each for each in contenders(options.epochs) if options.only in each.name]
    runs = noted(options.results, options.device)
    known = {(run.name, len(run.seconds), run.seed) for run in runs}
    wanted = [(each, seed) for seed in range(options.seeds) for each in chosen]
    left = [(each, seed) for each, seed in wanted if (each.name, each.epochs, seed) not in known]
    for each, seed in left[: options.runs]:
        run = run_apart(each, seed, options.device)
        runs.append(run)
        if options.results is not None:
            with options.results.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(asdict(run))}\n")
        said = f"{each.name}, seed {seed}: {run.accuracies[-1]:.4f}, {run.seconds[-1]:.1f} s"
        print(said, file=sys.stderr, flush=True)
    of_each = {
        each: [run for run in runs if (run.name, len(run.seconds)) == (each.name, each.epochs)]
        for each in chosen
    }
    report({each: found for each, found in of_each.items() if found})


def noted(results: Path | None, device: str) -> list[Run]:
    """Return the runs that a file has of this machine and device."""
    if results is None or not results.exists():
        return []
    runs = [Run(**json.loads(line)) for line in results.read_text("utf-8").splitlines()]
    here = describe_machine(), device
    return [run for run in runs if (run.machine, run.device) == here]


def run_apart(contender: Contender, seed: int, device: str) -> Run:
    """Run one in a process of its own."""
    told = json.dumps([contender.way, [*contender.values, seed, device], time.time()])
    command = [sys.executable, __file__, "--one", told]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return Run(describe_machine(), device, contender.name, seed, *found)


def run_one(way: str, values: list[Any], asked_at: float) -> tuple[float, list[float], list[float]]:
    """Train in this process; return the last fields of a `Run`."""
    seconds, accuracies = [0.0], list[float]()
    ways: dict[str, Callable[..., Steps]] = {
        "textbook": textbook,
        "keras": keras,
        "engine": engine,
    }
    steps = ways[way](*values)
    start_s = 0.0
    for took, accuracy in steps:
        if accuracy is None:
            start_s = time.time() - asked_at + took
        else:
            seconds.append(seconds[-1] + took)
            accuracies.append(accuracy)
    return start_s, seconds[1:], accuracies


def textbook(rate: float, batch_size: int, epochs: int, seed: int, device_id: str) -> Steps:
    """Train as the textbook does, with Adam."""
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision.datasets import FashionMNIST
    from torchvision.transforms import ToTensor

    load_splits(CACHE)  # puts the files where torchvision looks for them
    torch.manual_seed(seed)
    automatic = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(automatic if device_id == "auto" else device_id)
    parts = [
        FashionMNIST(root=str(CACHE), train=each, transform=ToTensor()) for each in (True, False)
    ]
    train, test = DataLoader(parts[0], batch_size, shuffle=True), DataLoader(parts[1], 1_000)
    model = nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.ReLU(), nn.MaxPool2d(2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5), nn.ReLU(), nn.MaxPool2d(2, stride=2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, 10),
    ).to(device)  # fmt: skip
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    loss_of = nn.CrossEntropyLoss()
    yield 0.0, None
    first_s = 0.0
    for epoch in range(epochs):
        model.train()
        began_at = time.perf_counter()
        for images, labels in train:
            optimizer.zero_grad()
            loss_of(model(images.to(device)), labels.to(device)).backward()
            optimizer.step()
            if epoch == 0 and not first_s:
                first_s = time.perf_counter() - began_at
                yield 0.0, None
        if device.type == "cuda":
            torch.cuda.synchronize()
        took = time.perf_counter() - began_at - (first_s if epoch == 0 else 0.0)
        model.eval()
        with torch.no_grad():
            right = [
                (model(images.to(device)).argmax(dim=1).cpu() == labels).sum().item()
                for images, labels in test
            ]
        yield took, sum(right) / len(parts[1])


def keras(rate: float, batch_size: int, epochs: int, seed: int, _device: str) -> Steps:
    """Train the same with Keras on TensorFlow."""
    import os

    os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
    import numpy as np

    k: Any = importlib.import_module("keras")

    data = load_splits(CACHE)
    k.utils.set_random_seed(seed)
    (x, y), (test_x, test_y) = (
        (part.images.numpy().transpose(0, 2, 3, 1).astype(np.float32) / 255, part.labels.numpy())
        for part in (data.train, data.test)
    )
    model = k.Sequential([
        k.Input((28, 28, 1)),
        k.layers.Conv2D(6, 5, padding="same", activation="relu"), k.layers.MaxPooling2D(),
        k.layers.Conv2D(16, 5, activation="relu"), k.layers.MaxPooling2D(), k.layers.Flatten(),
        k.layers.Dense(120, activation="relu"), k.layers.Dense(84, activation="relu"),
        k.layers.Dense(10),
    ])  # fmt: skip
    loss = k.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=k.optimizers.Adam(rate), loss=loss)
    steps: list[tuple[float, float]] = []

    class Noting(k.callbacks.Callback):  # type: ignore[misc]  # Keras is known when this runs
        """Notes how long each epoch takes, the first one from its second step on."""

        first_at = 0.0

        def on_epoch_begin(self, *_told: object, **_logs: object) -> None:
            self.began_at = time.perf_counter()

        def on_train_batch_end(self, *_told: object, **_logs: object) -> None:
            if not self.first_at:
                self.first_at = self.began_at = time.perf_counter()

        def on_epoch_end(self, *_told: object, **_logs: object) -> None:
            took = time.perf_counter() - self.began_at
            predicted = model.predict(test_x, batch_size=1_000, verbose=0).argmax(axis=1)
            steps.append((took, float((predicted == test_y).mean())))

    noting = Noting()
    model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[noting])
    yield noting.first_at - time.perf_counter(), None
    yield from steps


def engine(name: str, epochs: int, seed: int, device_id: str) -> Steps:
    """Train with this program's engine."""
    from lenet_desktop.training.libraries import import_torch

    import_torch()
    from lenet_desktop.training.devices import choose_device, find_devices
    from lenet_desktop.training.engine import train
    from lenet_desktop.training.events import EpochDone, RunStarted, StepsDone

    data = load_splits(CACHE)
    preset = next(each for each in PRESETS if each.name == name)
    device = choose_device(device_id, find_devices())
    config = replace(preset.config, epochs=epochs, seed=seed, device=device.id)
    took, asked_at = 0.0, time.perf_counter()
    for event in train(config, data, device):
        waited, asked_at = time.perf_counter() - asked_at, time.perf_counter()
        match event:
            case RunStarted():
                yield 0.0, None
                asked_at = time.perf_counter()
            case StepsDone():
                took += waited
            case EpochDone(test_accuracy=accuracy):
                yield took, accuracy
                took, asked_at = 0.0, time.perf_counter()


def report(runs: dict[Contender, list[Run]]) -> None:
    """Print a table, how it ends, and one line of JSON."""
    print(f"On {describe_machine()}, medians of the seeds;")
    print("seconds of training, and with imports, data and compilation, which are the start")
    heads = "".join(f"{f'to {target:.3f}':>34}" for target in TARGETS)
    print(f"{'':46}{'seeds':>6}{'start':>7}{heads}{'accuracy at the end':>22}")
    result: dict[str, Any] = {}
    for each, found in runs.items():
        reached = [reached_at(each, found, target) for target in TARGETS]
        start = statistics.median(run.start_s for run in found)
        last = statistics.median(run.accuracies[-1] for run in found)
        spent = statistics.median(run.seconds[-1] for run in found)
        cells = [
            f"not reached: {last:.3f} after {spent:.1f} s"
            if at is None
            else f"{at[0]:.1f}, {at[1]:.1f}"
            for at in reached
        ]
        wide = "".join(f"{cell:>34}" for cell in cells)
        print(f"{each.name:46}{len(found):6}{start:7.1f}{wide}{last:22.4f}")
        result[each.name] = {
            "reached": dict(zip(map(str, TARGETS), reached, strict=True)),
            "start_s": start,
            "seconds": [run.seconds[-1] for run in found],
            "accuracies": [run.accuracies[-1] for run in found],
        }
    for target in TARGETS:
        print(f"To {target:.3f}: {comparison(runs, target)}")
    print(json.dumps({"machine": describe_machine(), "contenders": result}))


def comparison(runs: dict[Contender, list[Run]], target: float) -> str:
    """Say how many times as fast as the best of the others the engine gets to a target."""
    times = {each: reached_at(each, found, target) for each, found in runs.items()}
    ours, others = (
        sorted((at[0], each.name) for each, at in times.items() if at and is_ours(each) is wanted)
        for wanted in (True, False)
    )
    if not ours or not others:
        return f"{ours[0][1] if ours else 'none of ours'}, and none of the others"
    return f"{ours[0][1]}, {others[0][0] / ours[0][0]:.1f} times as fast as {others[0][1]}"


def is_ours(contender: Contender) -> bool:
    """Tell whether it is a preset of this program."""
    return contender.way == "engine"


def reached_at(
    contender: Contender, runs: Sequence[Run], target: float
) -> tuple[float, float] | None:
    """Return the seconds to a target, without and with the start; None where it is not reached."""
    for count in range(1 if contender.is_constant else contender.epochs, contender.epochs + 1):
        at = count - 1
        if statistics.median(run.accuracies[at] for run in runs) >= target:
            return (
                statistics.median(run.seconds[at] for run in runs),
                statistics.median(run.start_s + run.seconds[at] for run in runs),
            )
    return None


if __name__ == "__main__":
    main()
