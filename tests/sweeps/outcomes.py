"""What a sweep comes to, down to the last bit."""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.store import RunStore
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.executor import Executor
from lenet_desktop.sweeps.race import race
from lenet_desktop.sweeps.records import SweepState, TrialRecord
from lenet_desktop.sweeps.store import SweepStore
from tests.sweeps.interleaving import Interleaving


def outcome(store: RunStore, trials: Iterable[TrialRecord]) -> list[tuple[Any, ...]]:
    """Return all that is promised to be the same, to the last bit of the last network."""
    told = []
    for trial in trials:
        run_id = store.id_of(trial.key)
        weights: dict[str, bytes] = {}
        if run_id is not None and trial.figures:
            network = store.run_folder(run_id).read_epoch(trial.epochs_done).network
            weights = {name: array.tobytes() for name, array in network.weights.items()}
        told.append((trial.number, trial.settings, trial.state, trial.figures, weights))
    return told


def run_whole(store: RunStore, executor: Executor, definition: SweepDefinition) -> int:
    sweeps = SweepStore(store)
    sweep = sweeps.add(definition)
    for _ in race(sweeps, sweep.id, executor):
        pass
    assert sweeps.sweep(sweep.id).state is SweepState.FINISHED
    return sweep.id


def result(
    folder: Path, data: DataSplits, definition: SweepDefinition, workers: int, loses: int = 0
) -> list[tuple[Any, ...]]:
    with closing(open_store(folder)) as store:
        executor = Interleaving(folder, data, workers, random.Random(workers), loses)
        sweep_id = run_whole(store, executor, definition)
        return outcome(store, SweepStore(store).trials(sweep_id))
