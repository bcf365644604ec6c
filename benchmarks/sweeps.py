"""Measures what a sweep makes of this machine, what it costs, and what the window feels of it.

    python benchmarks/sweeps.py [--trials 40] [--epochs 3] [--turns 5] [--window-seconds 30]

The same runs are trained one after the other, as a window or a terminal does; as a sweep by
processes of this machine; and by as many processes that only take one run after the other, of which
nobody is told anything. They take turns, so that a machine whose speed drifts is fair to all. The
images held out are judged in all of them, the test images in none. Then the window is used while a
sweep goes on. Works on a desktop and under Xvfb. All of it takes about ten minutes on two cores;
`--trials 8 --turns 1` gives a first idea in two.
"""

import argparse
import itertools
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np
from machine import describe_machine
from responsiveness import ACTION_MS, SIZES, Pulse
from window import open_window, wait, wait_until

from lenet_desktop.data.catalogue import load_splits
from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.store import RunStore
from lenet_desktop.runs.train_run import train_run
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.events import SweepEvent, TrialChanged
from lenet_desktop.sweeps.executor import TrialTask
from lenet_desktop.sweeps.processes import ProcessExecutor
from lenet_desktop.sweeps.race import race
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.sweeps.trial import train_trial
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.training.devices import find_devices
from lenet_desktop.training.libraries import import_torch
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace

HELD_OUT = 10_000
RATES = "log:0.01:0.5"


@dataclass
class Spent:
    """Seconds of all turns.

    Attributes:
        alone_s: for the runs one after the other.
        sweep_s: for the same runs as sweeps.
        bare_s: for the same runs by as many processes without a sweep.
        start_s: until the first process began.
        processes: how many there were.
    """

    alone_s: float = 0.0
    sweep_s: float = 0.0
    bare_s: float = 0.0
    start_s: float = 0.0
    processes: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--window-seconds", type=int, default=30, help="0 to leave the window out")
    options = parser.parse_args()
    print(f"On {describe_machine()}")
    with tempfile.TemporaryDirectory() as folder:
        spent = measure_speed(Path(folder), options.trials, options.epochs, options.turns)
    figures = speed_figures(spent, options.trials * options.epochs)
    if options.window_seconds:
        with tempfile.TemporaryDirectory() as folder:
            figures |= measure_window(Path(folder), options.window_seconds)
    print(json.dumps({"machine": describe_machine(), **figures}))


def definition_of(trials: int, epochs: int, seed: int) -> SweepDefinition:
    """Return a sweep over learning rates, other ones for each seed."""
    base = replace(MODERN.config, epochs=epochs, validation_images=HELD_OUT, device="cpu")
    vary = (Vary.read("learning_rate", RATES),)
    return SweepDefinition(base=base, vary=vary, recipes=trials, seed=seed)


def measure_speed(folder: Path, trials: int, epochs: int, turns: int) -> Spent:
    """Train all trials in both ways, a part of them in each turn."""
    import_torch()
    data, spent = load_splits(folder), Spent()
    with (
        closing(open_store(folder)) as store,
        closing(ProcessExecutor(folder, folder)) as executor,
        ExitStack() as ending,
    ):
        pool: Pool | None = None
        spent.processes = executor.capacity
        sweeps = SweepStore(store)
        for turn in range(turns):
            share = trials // turns + (turn < trials % turns)
            sweep = sweeps.add(definition_of(share, epochs, turn))
            began_at = time.perf_counter()
            has_begun = bool(turn)  # the processes are there from then on
            for event in race(sweeps, sweep.id, executor):
                if isinstance(event, TrialChanged) and event.run_id is not None and not has_begun:
                    spent.start_s, has_begun = time.perf_counter() - began_at, True
            spent.sweep_s += time.perf_counter() - began_at
            began_at = time.perf_counter()
            train_alone(store, data, sweeps, sweep.id)
            spent.alone_s += time.perf_counter() - began_at
            began_at = time.perf_counter()
            pool = pool or ending.enter_context(bare_pool(executor.capacity))
            train_bare(pool, folder, sweeps, sweep.id)
            spent.bare_s += time.perf_counter() - began_at
            print(
                f"after turn {turn + 1}: as sweeps {spent.sweep_s:.1f} s, one after the other "
                f"{spent.alone_s:.1f} s, without a sweep {spent.bare_s:.1f} s",
                flush=True,
            )
    return spent


def train_alone(store: RunStore, data: DataSplits, sweeps: SweepStore, sweep_id: int) -> None:
    """Train the runs of a sweep once more, one after the other on all cores."""
    sweep = sweeps.sweep(sweep_id)
    for trial in sweeps.trials(sweep_id):
        config = trial.config(sweep.definition)
        run = train_run(config, data, store, find_devices(), judges_test_images=False)
        for _ in run.events:
            pass


def bare_pool(processes: int) -> Pool:
    """Return processes of one thread at low priority, as those of a sweep are."""
    threads = {"OMP_NUM_THREADS": "1"}
    return multiprocessing.get_context("spawn").Pool(processes, get_ready, [threads])


def get_ready(environment: dict[str, str]) -> None:
    """Make this process as those of a sweep are, before it imports torch."""
    os.environ.update(environment)
    if hasattr(os, "nice"):
        os.nice(10)


def train_bare(pool: Pool, folder: Path, sweeps: SweepStore, sweep_id: int) -> None:
    """Train the runs of a sweep once more, by processes that take one after the other."""
    sweep = sweeps.sweep(sweep_id)
    tasks = [
        TrialTask(
            number=trial.number,
            key=trial.key,
            config=trial.config(sweep.definition),
            judges_test_images=sweep.definition.judges_test_images,
        )
        for trial in sweeps.trials(sweep_id)
    ]
    pool.map(partial(train_task, folder), tasks, chunksize=1)


def train_task(folder: Path, task: TrialTask) -> None:
    """Train a run in a folder of its own, in which it is kept as it is in that of a sweep."""
    import_torch()
    for _ in train_trial(task, folder / "bare", data_of(folder), find_devices()):
        pass


@cache
def data_of(folder: Path) -> DataSplits:
    """Return the data, which each process reads once."""
    return load_splits(folder)


def speed_figures(spent: Spent, epochs: int) -> dict[str, float]:
    """Print the figures of speed, and return them by their names."""
    figures = {
        "processes": spent.processes,
        "epochs a minute, one after the other": 60 * epochs / spent.alone_s,
        "epochs a minute, as a sweep": 60 * epochs / spent.sweep_s,
        "times as many": spent.alone_s / spent.sweep_s,
        "more time than without a sweep, in %": 100 * (spent.sweep_s / spent.bare_s - 1),
        "seconds until the first trial begins": spent.start_s,
    }
    for name, value in figures.items():
        print(f"{name:40}{value:8.2f}")
    return {name: round(value, 3) for name, value in figures.items()}


def measure_window(folder: Path, seconds: int) -> dict[str, float]:
    """Use the window while a sweep goes on, and return how late its event loop is, in ms."""
    window = open_window(folder)
    services = window.sweep_services
    finished: list[int] = []

    def hear(event: SweepEvent) -> None:
        if isinstance(event, TrialChanged) and event.epoch is not None:
            finished.append(event.trial.number)

    services.session.event_received.connect(hear)
    services.start(definition_of(200, 3, 0))
    wait_until(lambda: bool(finished))
    pulse, deeds = Pulse(), deeds_in(window)
    pulse.start()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pulse.doing, do = next(deeds)
        do()
        wait(ACTION_MS)
    pulse.stop()
    window.close()
    delays = np.array(pulse.delays_ms)
    figures = {
        "window, median ms": float(np.median(delays)),
        "window, 99 % ms": float(np.quantile(delays, 0.99)),
        "window, worst ms": float(delays.max()),
    }
    for name, value in figures.items():
        print(f"{name:40}{value:8.1f}")
    print(f"{len(delays):,} ticks, {len(finished)} epochs of the sweep were finished by then")
    for name, value in sorted(pulse.worst_while.items(), key=lambda item: -item[1]):
        print(f"{value:16.1f} ms at worst after {name}")
    return {name: round(value, 1) for name, value in figures.items()}


def deeds_in(window: MainWindow) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield without end what a person does who looks at a sweep, each with a word for it."""
    view, places = window.sweeps.view, itertools.count(1)
    deeds: Sequence[tuple[str, Callable[[], object]]] = (
        ("a plot is chosen", lambda: view.plots.setCurrentIndex(next(places) % view.plots.count())),
        ("a trial is chosen", lambda: view.table.select([1 + next(places) % 4])),
        ("the window is resized", lambda: window.resize(*SIZES[next(places) % len(SIZES)])),
        ("the list of runs is shown", lambda: window.workspaces.show(Workspace.COMPARE)),
        ("the images are shown", lambda: window.workspaces.show(Workspace.EXPLORE)),
        ("the sweep is shown", lambda: window.workspaces.show(Workspace.SWEEPS)),
    )
    return itertools.cycle(deeds)


if __name__ == "__main__":
    main()
