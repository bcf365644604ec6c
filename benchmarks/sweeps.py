"""Measures what a sweep makes of this machine, what it costs, and what the window feels of it.

    python benchmarks/sweeps.py [--trials 40] [--epochs 3] [--alone 20]

Some of the runs are trained one after the other, as a window or a terminal does; then all of them
as a sweep by processes of this machine; then others one after the other. So a machine whose speed
drifts is fair to both. The images held out are judged in all of them, the test images in none.

What the sweep costs is found in the same minutes: all time of its processes in which they were in
no trial, and the time of the processor that the sweep itself took, which they lack. Then the window
is used while a sweep goes on. Works on a desktop and under Xvfb. All of it takes about eight
minutes on two cores; `--trials 8 --alone 4` gives a first idea in two.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from machine import describe_machine

from lenet_desktop.data.catalogue import load_splits
from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.store import RunStore
from lenet_desktop.runs.train_run import train_run
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.events import SweepEvent, TrialChanged
from lenet_desktop.sweeps.executor import Report, TaskBegun, TaskEnded
from lenet_desktop.sweeps.processes import ProcessExecutor
from lenet_desktop.sweeps.proposals import next_trials
from lenet_desktop.sweeps.race import race
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.training.devices import find_devices
from lenet_desktop.training.libraries import import_torch

if TYPE_CHECKING:  # each process of the sweep imports this script, too
    from lenet_desktop.ui.window.main_window import MainWindow

HELD_OUT = 10_000
RATES = "log:0.01:0.5"
AT_ONCE_S = 0.001


class Watched(ProcessExecutor):
    """Trains trials as any sweep has it, and notes when its processes are in none.

    Where something was there at once when it was asked for, it came while the sweep did something
    else: a trial is then taken to have ended when that began, so that no waiting is missed.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, folder)
        self._began_at = self._heard_at = time.perf_counter()
        self._computed_s = -time.process_time()
        self._begun: list[float] = []
        self._ended: list[float] = []

    def reports(self, timeout_s: float) -> Sequence[Report]:
        """Return what has happened, and note when."""
        asked_at = time.perf_counter()
        told = super().reports(timeout_s)
        now = time.perf_counter()
        ended_at = self._heard_at if now - asked_at < AT_ONCE_S else now
        self._heard_at = now
        self._begun += [now - self._began_at for each in told if isinstance(each, TaskBegun)]
        self._ended += [ended_at - self._began_at for each in told if isinstance(each, TaskEnded)]
        return told

    def costs(self) -> dict[str, float]:
        """Return what the sweep has cost up to now, each as a share of all time, in percent."""
        lasted_s = time.perf_counter() - self._began_at
        whole_s = lasted_s * self.capacity
        in_none_s = whole_s - sum(self._ended) + sum(self._begun)
        first = sum(sorted(self._begun)[: self.capacity])
        last = sum(lasted_s - each for each in sorted(self._ended)[-self.capacity :])
        computed_s = self._computed_s + time.process_time()
        parts = {
            "until the first trials begin, in %": first,
            "between two trials, in %": in_none_s - first - last,
            "when the last are through, in %": last,
            "computed by the sweep itself, in %": computed_s,
            "overhead, all of these together, in %": in_none_s + computed_s,
        }
        shares = {name: 100 * seconds / whole_s for name, seconds in parts.items()}
        return {"seconds until the first trial begins": min(self._begun), **shares}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--alone", type=int, default=20, help="runs one after the other, in all")
    parser.add_argument("--window-seconds", type=int, default=30, help="0 to leave the window out")
    options = parser.parse_args()
    print(f"On {describe_machine()}")
    with tempfile.TemporaryDirectory() as folder:
        figures = measure_speed(Path(folder), options.trials, options.epochs, options.alone)
    if options.window_seconds:
        with tempfile.TemporaryDirectory() as folder:
            figures |= measure_window(Path(folder), options.window_seconds)
    print(json.dumps({"machine": describe_machine(), **figures}))


def definition_of(trials: int, epochs: int, seed: int) -> SweepDefinition:
    """Return a sweep over learning rates, other ones for each seed."""
    base = replace(MODERN.config, epochs=epochs, validation_images=HELD_OUT, device="cpu")
    vary = (Vary.read("learning_rate", RATES),)
    return SweepDefinition(base=base, vary=vary, recipes=trials, seed=seed)


def measure_speed(folder: Path, trials: int, epochs: int, alone: int) -> dict[str, float]:
    """Train trials in both ways; print the figures, and return them by their names."""
    import_torch()
    data = load_splits(folder)
    definition = definition_of(trials, epochs, 0)
    configs = [trial.config(definition) for trial in next_trials(definition, 0, [])]
    with closing(open_store(folder)) as store:
        alone_s = train_alone(store, data, configs[: alone // 2])
        began_at = time.perf_counter()
        with closing(Watched(folder)) as executor:
            sweeps = SweepStore(store)
            for _ in race(sweeps, sweeps.add(definition).id, executor):
                pass
            sweep_s, costs = time.perf_counter() - began_at, tell(executor.costs())
        alone_s += train_alone(store, data, configs[alone // 2 : alone])
    one_by_one, at_once = alone * epochs / alone_s, trials * epochs / sweep_s
    speed = {
        "processes": executor.capacity,
        "epochs a minute, one after the other": 60 * one_by_one,
        "epochs a minute, as a sweep": 60 * at_once,
        "times as many": at_once / one_by_one,
    }
    return costs | tell(speed)


def train_alone(store: RunStore, data: DataSplits, configs: Sequence[TrainingConfig]) -> float:
    """Train runs one after the other on all cores; return how many seconds that took."""
    began_at = time.perf_counter()
    for config in configs:
        run = train_run(config, data, store, find_devices(), judges_test_images=False)
        for _ in run.events:
            pass
    seconds = time.perf_counter() - began_at
    print(f"{len(configs)} runs one after the other: {seconds:.1f} s", flush=True)
    return seconds


def tell(figures: Mapping[str, float]) -> dict[str, float]:
    """Print figures, and return them in as many digits."""
    for name, value in figures.items():
        print(f"{name:40}{value:8.2f}", flush=True)
    return {name: round(value, 2) for name, value in figures.items()}


def measure_window(folder: Path, seconds: int) -> dict[str, float]:
    """Use the window while a sweep goes on, and return how late its event loop is, in ms."""
    from responsiveness import ACTION_MS, Pulse
    from window import open_window, wait, wait_until

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
    figures = tell(
        {
            "window, median ms": float(np.median(delays)),
            "window, 99 % ms": float(np.quantile(delays, 0.99)),
            "window, worst ms": float(delays.max()),
        }
    )
    print(f"{len(delays):,} ticks, {len(finished)} epochs of the sweep were finished by then")
    for name, value in sorted(pulse.worst_while.items(), key=lambda item: -item[1]):
        print(f"{value:16.1f} ms at worst after {name}")
    return figures


def deeds_in(window: MainWindow) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield without end what a person does who looks at a sweep, each with a word for it."""
    from responsiveness import SIZES

    from lenet_desktop.ui.window.workspaces import Workspace

    view, places = window.sweeps.view, itertools.count(1)
    deeds: Sequence[tuple[str, Callable[[], object]]] = (
        ("a plot is chosen", lambda: view.tabs.setCurrentIndex(next(places) % view.tabs.count())),
        ("a trial is chosen", lambda: view.table.select([1 + next(places) % 4])),
        ("the window is resized", lambda: window.resize(*SIZES[next(places) % len(SIZES)])),
        ("the list of runs is shown", lambda: window.workspaces.show(Workspace.COMPARE)),
        ("the images are shown", lambda: window.workspaces.show(Workspace.EXPLORE)),
        ("the sweep is shown", lambda: window.workspaces.show(Workspace.SWEEPS)),
    )
    return itertools.cycle(deeds)


if __name__ == "__main__":
    main()
