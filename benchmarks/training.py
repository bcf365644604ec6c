"""Measures how fast LeNet is trained, against the textbook's own loop, in one run.

    python benchmarks/training.py [--rounds 3] [--device auto] [--against FOLDER] [--only WAY...]

The ways of training an epoch take turns, and the median of the rounds is printed, so that a noisy
machine disturbs all of them alike:

(a) the textbook's loop: torchvision's data set with ToTensor, a DataLoader that shuffles, in a
    process of its own that none of this program's settings reach;
(b) the engine without a window;
(c) bare PyTorch: forward, backward and step on batches that lie in memory, nothing else, with its
    own layers and threads, in the other process;
(d) the engine inside the open window, with both plots and the gallery in sight;
(e) the engine beside another program that keeps one core busy;
(f) the engine twice at once, in two processes: the slower one;
(k) Keras on TensorFlow, where both are installed: `fit` on arrays in memory, compiled before.

Judging the test images is left out of all. With the folder of another version of the program, that
one trains in turns with this one, as in (b), (e) and (f). `--only engine window` has time for many
rounds of what differs by little. Works on a desktop, under Xvfb and with
QT_QPA_PLATFORM=offscreen.
"""

import argparse
import contextlib
import importlib.util
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import Any, Self, TypeVar

from machine import describe_machine
from PySide6.QtCore import QEventLoop
from window import open_window, wait

from lenet_desktop.data.catalogue import load_splits, read_split
from lenet_desktop.data.images import DataSplits, Split
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.devices import Device, choose_device, find_devices
from lenet_desktop.training.events import Event, StepsDone
from lenet_desktop.training.libraries import import_torch
from lenet_desktop.ui.window.main_window import MainWindow

Result = TypeVar("Result")
IMAGES = 60_000
HERE = "benchmarks"
NAMES = {
    "textbook": "(a) the textbook's loop",
    "engine": "(b) the engine, no window",
    "bare": "(c) bare PyTorch",
    "window": "(d) the engine in the window",
    "beside": "(e) the engine, a core busy",
    "twice": "(f) the engine, two at once",
    "keras": "(k) Keras on TensorFlow",
    "other engine": "(b) of the other version",
    "other beside": "(e) of the other version",
    "other twice": "(f) of the other version",
}

COMPARED = [
    ("engine", "bare"),
    ("window", "engine"),
    ("beside", "engine"),
    ("keras", "engine"),
    ("other engine", "engine"),
    ("other beside", "beside"),
    ("other twice", "twice"),
]
"""Ways, and which one's time theirs is compared with."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--device", default=TEXTBOOK.config.device)
    parser.add_argument("--against", type=Path, help="another version of the program")
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="WAY")
    options = parser.parse_args()
    processes = multiprocessing.get_context("spawn")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        elsewhere, keras, pair = (stack.enter_context(processes.Pool(n)) for n in (1, 1, 2))
        import_torch()  # after the other processes were started with the surroundings as they were
        cache = Path(folder)
        data = in_thread(load_splits, cache)
        device = choose_device(options.device, in_thread(find_devices))
        config = replace(TEXTBOOK.config, epochs=1, device=device.id)
        window = open_window(cache)
        ways: dict[str, Callable[[], float]] = {
            "textbook": lambda: elsewhere.apply(textbook_epoch, (cache, config)),
            "engine": lambda: in_thread(engine_epoch, data, device, config),
            "window": lambda: window_epoch(window, config),
            "bare": lambda: elsewhere.apply(bare_epoch, (cache, config)),
            "beside": lambda: beside_busy_core(
                processes, lambda: in_thread(engine_epoch, data, device, config)
            ),
            "twice": lambda: max(pair.map(one_of_two, [(cache, config)] * 2, chunksize=1)),
        }
        if all(importlib.util.find_spec(name) for name in ("keras", "tensorflow")):
            ways["keras"] = lambda: keras.apply(keras_epoch, (cache, config))
        if options.against is not None:
            others = [
                stack.enter_context(OtherVersion(options.against, device.id)) for _ in range(2)
            ]
            ways["other engine"] = lambda: epoch_of(others[:1])
            ways["other beside"] = lambda: beside_busy_core(processes, lambda: epoch_of(others[:1]))
            ways["other twice"] = lambda: epoch_of(others)
        ways = {name: way for name, way in ways.items() if name in options.only}
        for name in ("twice", "keras", "other twice"):  # import and compile what they need
            if name in ways:
                ways[name]()
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, way in ways.items():
                window.setVisible(name == "window")
                if name == "window":
                    wait(1_000)  # it is painted, as it is long before anybody presses Start
                times[name].append(way())
                if name == "window":
                    wait(5_000)  # it goes on for a while, to find what is like what
        window.close()
    report(device, times)


def report(device: Device, times: dict[str, list[float]]) -> None:
    """Print a table, what one way takes of another's time, and one line of JSON."""
    medians = {name: statistics.median(times[name]) for name in NAMES if name in times}
    print(f"On {describe_machine()}, training on {device.label}")
    print(f"{'one epoch of 60,000 images':32}{'seconds':>9}{'images/s':>12}{'speed of (a)':>14}")
    for name, seconds in medians.items():
        ratio = f"{medians['textbook'] / seconds:.2f}x" if "textbook" in medians else ""
        print(f"{NAMES[name]:32}{seconds:9.2f}{IMAGES / seconds:12,.0f}{ratio:>14}")
    for name, other in COMPARED:
        if name in medians and other in medians:
            ratio = f"{medians[name] / medians[other]:.2f}"
            print(f"{NAMES[name]} takes {ratio} times as long as {NAMES[other]}")
    if "twice" in medians and "engine" in medians:
        at_once = 2 * medians["engine"] / medians["twice"]
        print(f"(f) learns {at_once:.2f} times as much a second as one run after the other")
    rounded = {name: round(seconds, 3) for name, seconds in medians.items()}
    print(json.dumps({"machine": describe_machine(), "device": device.id, "seconds": rounded}))


def textbook_epoch(cache: Path, config: TrainingConfig) -> float:
    """Train an epoch as the textbook does; return its seconds."""
    import torch
    from torch import nn
    from torch.utils.data import DataLoader
    from torchvision.datasets import FashionMNIST
    from torchvision.transforms import ToTensor

    dataset = FashionMNIST(root=str(cache), train=True, transform=ToTensor())
    loader = DataLoader(dataset, config.batch_size, shuffle=True)
    model = nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(2, stride=2),
        nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(),
        nn.Linear(84, 10),
    ).to(config.device)  # fmt: skip
    optimizer = torch.optim.SGD(model.parameters(), lr=config.learning_rate)
    loss_of = nn.CrossEntropyLoss()
    loss_sum, correct, count = 0.0, 0.0, 0
    began_at = time.perf_counter()
    for batch, truth in loader:
        images, labels = batch.to(config.device), truth.to(config.device)
        optimizer.zero_grad()
        logits = model(images)
        loss = loss_of(logits, labels)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            loss_sum += float(loss) * len(labels)
            correct += float((logits.argmax(dim=1) == labels).sum())
            count += len(labels)
    return time.perf_counter() - began_at


def in_thread(function: Callable[..., Result], *arguments: object) -> Result:
    """Call a function in a thread of its own, as the window does, and return what it returns.

    OpenMP keeps a team of compute threads for every thread that has ever computed. One that the
    main thread left behind would slow down all that follow.
    """
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(function, *arguments).result()


def engine_epoch(data: DataSplits, device: Device, config: TrainingConfig) -> float:
    """Train an epoch with the engine; return the seconds of its steps."""
    from lenet_desktop.training.engine import train

    return sum(map(step_seconds, train(config, data, device)))


def bare_epoch(cache: Path, config: TrainingConfig) -> float:
    """Do forward, backward and step on batches that were made before; return the seconds."""
    import torch
    from torch.nn import functional

    from lenet_desktop.networks.catalogue import new_network
    from lenet_desktop.networks.inputs import to_unit
    from lenet_desktop.training.learner import make_optimizer

    data = load_splits(cache)
    model = new_network(config)
    model.to(config.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = make_optimizer(config, model)
    batches = [
        (to_unit(images.to(config.device)), labels.to(config.device))
        for images, labels in zip(
            torch.split(data.train.images, config.batch_size),
            torch.split(data.train.labels, config.batch_size),
            strict=True,
        )
    ]
    began_at = time.perf_counter()
    for images, labels in batches:
        optimizer.zero_grad()
        functional.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    if config.device != "cpu":
        torch.accelerator.synchronize()
    return time.perf_counter() - began_at


def keras_epoch(cache: Path, config: TrainingConfig) -> float:
    """Train an epoch of the textbook's recipe with Keras; return its seconds."""
    images, labels, model = keras_model(cache, config)
    began_at = time.perf_counter()
    model.fit(images, labels, batch_size=config.batch_size, epochs=1, verbose=0)
    return time.perf_counter() - began_at


@lru_cache
def keras_model(cache: Path, config: TrainingConfig) -> tuple[Any, Any, Any]:
    """Return images and labels in memory, and a model that has made some steps."""
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
    keras = importlib.import_module("keras")
    train = read_split(Split.TRAIN, cache)
    images = train.images.transpose(0, 2, 3, 1).astype("float32") / 255
    layers = keras.layers
    model = keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="sigmoid"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="sigmoid"), layers.AveragePooling2D(2),
        layers.Flatten(), layers.Dense(120, activation="sigmoid"),
        layers.Dense(84, activation="sigmoid"), layers.Dense(10),
    ])  # fmt: skip
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(config.learning_rate)
    model.compile(optimizer, loss, metrics=["accuracy"])
    size = config.batch_size
    model.fit(images[: 4 * size + 96], train.labels[: 4 * size + 96], batch_size=size, verbose=0)
    return images, train.labels, model


class OtherVersion:
    """A process that trains with another version of the program."""

    def __init__(self, tree: Path, device_id: str) -> None:
        script = Path(__file__).with_name("other_version.py")
        places = os.pathsep.join(str(each) for each in (tree.resolve(), tree.resolve() / HERE))
        self._process: Any = subprocess.Popen(
            [sys.executable, "-P", str(script), device_id],
            env={**os.environ, "PYTHONPATH": places},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()

    def begin(self) -> None:
        """Have an epoch trained."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def seconds(self) -> float:
        """Return the seconds of the epoch that was begun."""
        return float(self._process.stdout.readline())


def epoch_of(others: list[OtherVersion]) -> float:
    """Train an epoch in several processes at once; return the seconds of the slowest."""
    for other in others:
        other.begin()
    return max([other.seconds() for other in others])


def beside_busy_core(processes: SpawnContext, train: Callable[[], float]) -> float:
    """Train an epoch while another process computes without a pause; return the seconds."""
    neighbour = processes.Process(target=keep_busy, daemon=True)
    neighbour.start()
    try:
        return train()
    finally:
        neighbour.kill()
        neighbour.join()


def keep_busy() -> None:
    """Keep a core busy for ever."""
    while True:
        pass


def one_of_two(what: tuple[Path, TrainingConfig]) -> float:
    """Train an epoch in a process that another one like it runs beside; return the seconds."""
    cache, config = what
    import_torch()
    return engine_epoch(load_splits(cache), choose_device(config.device, find_devices()), config)


def window_epoch(window: MainWindow, config: TrainingConfig) -> float:
    """Train an epoch in the window; return the seconds of its steps."""
    seconds: list[float] = []

    def note(event: Event) -> None:
        seconds.append(step_seconds(event))

    def end(state: RunState) -> None:
        if state is RunState.FINISHED:
            loop.quit()

    loop = QEventLoop()
    window.training.form.set_config(config)
    window.session.event_received.connect(note)
    window.session.state_changed.connect(end)  # to ask again and again takes a hundredth itself
    window.controls.start.trigger()
    loop.exec()
    window.session.event_received.disconnect(note)
    window.session.state_changed.disconnect(end)
    return sum(seconds)


def step_seconds(event: Event) -> float:
    """Return the seconds of the steps that an event reports."""
    return event.duration_s if isinstance(event, StepsDone) else 0.0


if __name__ == "__main__":
    main()
