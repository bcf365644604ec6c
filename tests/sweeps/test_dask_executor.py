"""Trials on other machines: here each is a process of its own, on the loopback."""

from __future__ import annotations

import random
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.data.images import DataSplits, Split, as_splits, described_by_content
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.records import RunStatus
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps import dask_cluster, dask_worker
from lenet_desktop.sweeps.dask_executor import DaskExecutor
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.events import TrialChanged, WorkerLost
from lenet_desktop.sweeps.executor import ExecutorError
from lenet_desktop.sweeps.race import race
from lenet_desktop.sweeps.records import SweepState
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.training import learner
from tests.sweeps.dask_processes import HERE, DaskProcesses
from tests.sweeps.interleaving import Interleaving
from tests.sweeps.outcomes import outcome, run_whole

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="module")
def processes(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, digits: DataSplits
) -> Iterator[DaskProcesses]:
    """Return workers that have the digits, and no other data."""
    folder = tmp_path_factory.mktemp("dask")
    shutil.copytree(cache / "datasets", folder / "cache" / "lenet-desktop" / "datasets")
    with closing(DaskProcesses(folder)) as started:
        yield started


@pytest.fixture(scope="module")
def scheduler(processes: DaskProcesses) -> str:
    return processes.scheduler()


def test_a_sweep_is_as_without_it_when_a_worker_is_killed_one_has_no_room_and_another_is_added(
    processes: DaskProcesses,
    scheduler: str,
    brief: SweepDefinition,
    digits: DataSplits,
    tmp_path: Path,
) -> None:
    definition = replace(brief, base=replace(brief.base, epochs=3), recipes=4)
    with closing(open_store(tmp_path / "here")) as store:
        alone = Interleaving(tmp_path / "here", digits, 1, random.Random(0))
        expected = outcome(store, SweepStore(store).trials(run_whole(store, alone, definition)))

    processes.worker(scheduler)
    processes.worker(scheduler, has_full_disk=True)
    with (
        closing(open_store(tmp_path / "home")) as store,
        closing(DaskExecutor(scheduler, tmp_path / "home", tmp_path / "cache")) as executor,
    ):
        sweeps = SweepStore(store)
        sweep = sweeps.add(definition)
        lost, advanced = [], 0
        for event in race(sweeps, sweep.id, executor):
            match event:
                case WorkerLost():
                    lost.append(event.reason)
                case TrialChanged(epoch=epoch) if epoch is not None:
                    advanced += 1
                    if advanced == 2:
                        processes.worker(scheduler)
                        processes.kill(0)

        assert sweeps.sweep(sweep.id).state is SweepState.FINISHED
        assert outcome(store, sweeps.trials(sweep.id)) == expected
        assert any("disk" in reason for reason in lost)
        runs = store.records()
        assert {run.status for run in runs} == {RunStatus.FINISHED}
        assert {run.epochs_done for run in runs} == {3}
        for run in runs:  # nothing of it stayed where it was computed
            assert store.run_folder(run.id).epochs() == [1, 2, 3]


def made_data(cache: Path) -> DataSplits:
    """Return a data set that is nowhere but in a cache."""
    drawn = np.random.default_rng(0)
    parts = described_by_content(
        {
            split: (
                drawn.integers(0, 256, (count, 1, 28, 28), np.uint8),
                np.arange(count, dtype=np.uint8) % 2,
            )
            for split, count in ((Split.TRAIN, 60), (Split.TEST, 20))
        },
        key="own",
        title="Spots",
        class_names=("a", "b"),
        can_be_mirrored=False,
        source="",
        licence="",
    )
    assert PreparedSets(cache).save(parts, "folder") is None
    return as_splits(parts)


def left_of(store: RunStore, sweep_id: int) -> list[tuple[RunStatus, int, TrainingConfig]]:
    """Return what the list of runs says of a sweep."""
    runs = map(store.record, SweepStore(store).run_ids(sweep_id).values())
    return [(run.status, run.epochs_done, run.config) for run in runs]


def test_a_worker_gets_the_data_that_it_lacks_and_what_is_stopped_goes_on_at_its_last_epoch(
    processes: DaskProcesses,
    scheduler: str,
    brief: SweepDefinition,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    processes.worker(scheduler)
    data = made_data(tmp_path / "cache")
    base = replace(brief.base, data=data.info, epochs=2, validation_images=0)
    definition = SweepDefinition(base=base, seeds=2)
    hopeless = SweepDefinition(base=replace(base, learning_rate=1e30, batch_size=20))
    with closing(open_store(tmp_path / "here")) as store:
        alone = Interleaving(tmp_path / "here", data, 1, random.Random(0))
        expected = outcome(store, SweepStore(store).trials(run_whole(store, alone, definition)))
        expected_left = left_of(store, run_whole(store, alone, hopeless))
        assert expected_left == [(RunStatus.DIVERGED, 0, hopeless.base)]

    with (
        closing(open_store(tmp_path / "home")) as store,
        closing(DaskExecutor(scheduler, tmp_path / "home", tmp_path / "cache")) as executor,
    ):
        sweeps = SweepStore(store)
        sweep = sweeps.add(definition)
        with closing(race(sweeps, sweep.id, executor)) as events:
            for event in events:
                if isinstance(event, TrialChanged) and event.epoch is not None:
                    first = event.trial.number
                    break
        assert sweeps.sweep(sweep.id).state is SweepState.PAUSED
        told = [
            event.epoch.epoch
            for event in race(sweeps, sweep.id, executor)
            if isinstance(event, TrialChanged) and event.trial.number == first and event.epoch
        ]
        assert told == [2]
        assert outcome(store, sweeps.trials(sweep.id)) == expected
        # What diverges before an epoch is finished is a run of the list all the same.
        assert left_of(store, run_whole(store, executor, hopeless)) == expected_left

    monkeypatch.setattr(learner, "ARITHMETIC", 99)  # in this process only
    with pytest.raises(ExecutorError, match=r"arithmetic of version \d+ and not 99"):
        DaskExecutor(scheduler, tmp_path, tmp_path)
    theirs = dask_worker.versions()["torch"]
    monkeypatch.setattr(dask_worker, "version", lambda _: "1.0")  # likewise
    with pytest.raises(ExecutorError, match=f"torch {re.escape(theirs)} and not 1.0"):
        DaskExecutor(scheduler, tmp_path, tmp_path)


@pytest.mark.parametrize("text", ["", "no such thing", "http://host:1", "host:port", "tcp://h/p"])
def test_what_is_no_address_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ExecutorError, match="no address"):
        DaskExecutor(text, tmp_path, tmp_path)


def test_a_scheduler_that_is_not_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "CONNECTING_LIMIT_S", 0.1)
    with socket.socket() as other:
        other.bind((HERE, 0))
        address = f"{HERE}:{other.getsockname()[1]}"
        with pytest.raises(ExecutorError, match=r"no Dask scheduler.*refused"):
            DaskExecutor(address, tmp_path, tmp_path)
        other.listen()  # and says nothing
        with pytest.raises(ExecutorError, match=r"no Dask scheduler.*nothing answers"):
            DaskExecutor(address, tmp_path, tmp_path)
