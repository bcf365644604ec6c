from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.store import RunStore
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.events import TrialChanged, WorkerLost
from lenet_desktop.sweeps.executor import ExecutorError
from lenet_desktop.sweeps.processes import Layout, ProcessExecutor, layout_for
from lenet_desktop.sweeps.race import race
from lenet_desktop.sweeps.records import SweepState, TrialState
from lenet_desktop.sweeps.store import SweepStore
from tests.sweeps import sweeping_process
from tests.sweeps.interleaving import Interleaving
from tests.sweeps.outcomes import outcome, result

GONE_LIMIT_S = 30.0
pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def short(brief: SweepDefinition) -> SweepDefinition:
    return replace(brief, recipes=2, base=replace(brief.base, epochs=4, batch_size=300))


@pytest.fixture(scope="module")
def whole(
    tmp_path_factory: pytest.TempPathFactory, digits: DataSplits, short: SweepDefinition
) -> list[tuple[Any, ...]]:
    """Return what the sweep comes to where nothing disturbs it."""
    return result(tmp_path_factory.mktemp("whole"), digits, short, 1)


def test_a_process_that_is_killed_costs_its_epoch_and_nothing_else(
    store: RunStore, cache: Path, short: SweepDefinition, whole: list[tuple[Any, ...]]
) -> None:
    sweeps = SweepStore(store)
    sweep = sweeps.add(short)
    with closing(ProcessExecutor(store.folder, cache, Layout(1, 1))) as executor:
        lost, victims = 0, set[int]()
        for event in race(sweeps, sweep.id, executor):
            lost += isinstance(event, WorkerLost)
            if isinstance(event, TrialChanged) and event.epoch and not victims:
                (process,) = multiprocessing.active_children()
                victims.add(process.pid or 0)
                process.kill()
        assert lost == 1
        (process,) = multiprocessing.active_children()
        assert process.pid not in victims
    assert not multiprocessing.active_children()
    assert outcome(store, sweeps.trials(sweep.id)) == whole
    assert all(sweeps.run_ids(sweep.id).values())


def test_processes_end_with_the_one_that_is_killed_and_another_goes_on_to_the_same_bits(
    store: RunStore,
    cache: Path,
    digits: DataSplits,
    short: SweepDefinition,
    whole: list[tuple[Any, ...]],
) -> None:
    sweeps = SweepStore(store)
    sweep = sweeps.add(short)
    script = [sys.executable, "-m", sweeping_process.__name__, str(store.folder), str(cache)]
    with subprocess.Popen(script, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            pids = [int(pid) for pid in process.stdout.readline().split()[2:]]
            assert sweeps.sweep(sweep.id).state is SweepState.RUNNING
        finally:
            process.kill()
    assert pids
    assert all(_are_gone(pids)), "they live on"
    assert sweeps.sweep(sweep.id).state is SweepState.INTERRUPTED
    for _ in race(sweeps, sweep.id, Interleaving(store.folder, digits, 1, random.Random(1))):
        pass
    assert outcome(store, sweeps.trials(sweep.id)) == whole


def test_a_sweep_without_its_data_has_failed_and_its_trials_wait(
    store: RunStore, cache: Path, short: SweepDefinition
) -> None:
    sweeps = SweepStore(store)
    gone = replace(short.base.data, key="gone", fingerprint="0" * 64)
    sweep = sweeps.add(replace(short, base=replace(short.base, data=gone)))
    with (
        closing(ProcessExecutor(store.folder, cache, Layout(1, 1))) as executor,
        pytest.raises(ExecutorError),
    ):
        for _ in race(sweeps, sweep.id, executor):
            pass
    assert sweeps.sweep(sweep.id).state is SweepState.FAILED
    assert sweeps.sweep(sweep.id).counts == {TrialState.WAITING: 2}


def _are_gone(pids: list[int]) -> Iterator[bool]:
    """Yield for each process whether it ends soon."""
    limit = time.monotonic() + GONE_LIMIT_S
    for pid in pids:
        while _lives(pid) and time.monotonic() < limit:
            os.sched_yield()
        yield not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # nobody has asked how it ended


@pytest.mark.parametrize("cores", [1, 2, 16])
def test_as_many_processes_as_cores_have_one_thread_each(cores: int) -> None:
    layout = layout_for(cores)
    assert layout.processes * layout.threads == cores
