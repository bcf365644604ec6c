"""Measures how long the list of runs takes to be opened, read and shown when it has grown long.

    python benchmarks/runs.py [--runs 1000] [--rounds 15] [--sweep [--unfolded]]

The runs have ten epochs of 235 steps each, and recipes of many kinds; their rows are written by the
program's own code. With --sweep they are the trials of one sweep, under which they are folded away
at first; with --unfolded they are brought into sight, too. Each round opens the store as a start of
the program does, reads the list and shows it in a panel of its own, until it is painted. Works on a
desktop, under Xvfb and with QT_QPA_PLATFORM=offscreen.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
from machine import describe_machine
from PySide6.QtWidgets import QApplication

from lenet_desktop.runs.database import DATABASE_NAME, Database
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.records import RunStatus, Surroundings
from lenet_desktop.runs.rows import EpochRow, put_epochs, update_run
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import PRESETS
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import EpochDone, RunStarted
from lenet_desktop.ui.runs.run_groups import with_groups
from lenet_desktop.ui.runs.runs_panel import RunsPanel

EPOCHS, STEPS = 10, 235
TARGET_MS = 200
PARTS = {
    "open_ms": "opening the store",
    "read_ms": "reading the list",
    "show_ms": "showing it, painted",
    "together_ms": "together",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--sweep", action="store_true")
    parser.add_argument("--unfolded", action="store_true")
    options = parser.parse_args()
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), options.runs, is_sweep=options.sweep)
        size_mb = (Path(folder) / DATABASE_NAME).stat().st_size / 1e6
        rounds = [
            measure(Path(folder), options.runs, application, unfolds=options.unfolded)
            for _ in range(options.rounds)
        ]
    print(f"On {describe_machine()}, {options.runs:,} runs, a database of {size_mb:.0f} MB")
    print(f"{'milliseconds':24}{'target':>8}{'median':>9}{'worst':>8}{'first':>8}")
    result = {}
    for key, name in PARTS.items():
        times = [each[key] for each in rounds]
        median, target = statistics.median(times), TARGET_MS if key == "together_ms" else ""
        print(f"{name:24}{target:>8}{median:9.1f}{max(times):8.1f}{times[0]:8.1f}")
        result[key] = round(median, 1)
    described = {"machine": describe_machine(), "runs": options.runs, "rounds": options.rounds}
    print(json.dumps({**described, "target_ms": TARGET_MS, **result}))


def fill(folder: Path, count: int, *, is_sweep: bool = False) -> None:
    """Keep finished runs in a new store, the same on every machine but for their times."""
    generator = np.random.default_rng(0)
    with closing(open_store(folder)) as store:
        definition = SweepDefinition(base=TrainingConfig(), seeds=count)
        sweep = SweepStore(store).add(definition) if is_sweep else None
        numbers: list[int] = []
        for config in recipes(count):
            started = RunStarted(config, Device("cpu", "CPU"), 61_706, 60_000, STEPS)
            title = f"Trial {len(numbers)}" if len(numbers) % 3 else ""
            numbers.append(RunProgress(store).begin(started, Surroundings(device="cpu"), title))
            RunProgress(store).set_status(numbers[-1], RunStatus.FINISHED)
    with closing(Database(folder / DATABASE_NAME)) as database, database.writing() as connection:
        for run_id in numbers:
            epochs = made_up(generator)
            accuracies = [done.test_accuracy or 0.0 for done, *_ in epochs]
            put_epochs(connection, run_id, epochs)
            update_run(
                connection,
                run_id,
                epochs_done=EPOCHS,
                last_accuracy=accuracies[-1],
                best_accuracy=max(accuracies),
                elapsed_s=sum(done.elapsed_s for done, *_ in epochs),
                sweep_id=None if sweep is None else sweep.id,
            )


def recipes(count: int) -> list[TrainingConfig]:
    """Return recipes as a person tries them: presets, rates and batch sizes, with many seeds."""
    kinds = [
        replace(preset.config, epochs=EPOCHS, learning_rate=rate, batch_size=batch_size)
        for preset in PRESETS
        for rate in (0.01, 0.05, 0.1, 0.5, 0.9)
        for batch_size in (64, 128, 256)
    ]
    return [replace(kinds[place % len(kinds)], seed=place) for place in range(count)]


def made_up(generator: np.random.Generator) -> list[EpochRow]:
    """Return figures and losses of ten epochs that grow better."""
    shares = np.sort(generator.uniform(0.5, 0.95, EPOCHS))
    losses = generator.uniform(0.2, 2.3, (EPOCHS, STEPS)).astype(np.float32)
    return [
        (EpochDone(epoch, 1 - share, share, 1 - share, share, 2.5), losses[epoch - 1], None)
        for epoch, share in enumerate(map(float, shares), start=1)
    ]


def measure(
    folder: Path, count: int, application: QApplication, *, unfolds: bool
) -> dict[str, float]:
    """Open, read and show the list once; return the milliseconds of each."""
    panel = RunsPanel()
    panel.resize(1440, 300)
    panel.show()
    application.processEvents()
    moments = [time.perf_counter()]
    store = open_store(folder)
    moments.append(time.perf_counter())
    rows, groups = with_groups(store.records(), SweepStore(store).sweeps())
    moments.append(time.perf_counter())
    panel.set_records(rows, groups)
    application.processEvents()  # what is laid out later, too
    for group in groups if unfolds else ():
        panel.table.fold(group, folded=False)
        application.processEvents()
    panel.table.viewport().repaint()
    moments.append(time.perf_counter())
    if panel.runs.rowCount() != (len(groups) + count * unfolds if groups else count):
        raise RuntimeError(f"{panel.runs.rowCount()} runs are shown")
    store.close()
    panel.close()
    panel.deleteLater()
    return dict(zip(PARTS, milliseconds(moments), strict=True))


def milliseconds(moments: Sequence[float]) -> list[float]:
    """Return how long each part took, and all of them together."""
    return [1_000 * float(part) for part in (*np.diff(moments), moments[-1] - moments[0])]


if __name__ == "__main__":
    main()
