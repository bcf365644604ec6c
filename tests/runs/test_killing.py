"""Real training processes that are killed at any moment: nothing that was finished is lost."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError
from lenet_desktop.runs.trash import delete_runs
from lenet_desktop.settings.config import TrainingConfig
from tests.runs.ordeal import ADAMW, NESTEROV, Ledger, Ordeal, fingerprint, uninterrupted
from tests.runs.training_process import Report, TrainingProcess

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows knows neither fork nor the signal that kills"
)

# Of a new run, from the making of the database into its second epoch; then of the run that goes on
# from there each time, every one of the eleven calls that its next epoch takes, and a few around.
CALLS = (*range(1, 47, 9), *range(11, 25))
MOMENTS = 8


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe with what an uninterrupted run of it leaves, and how long it takes."""

    config: TrainingConfig
    expected: dict[str, Any]
    duration_s: float


@pytest.fixture(scope="module")
def process() -> Iterator[TrainingProcess]:
    with TrainingProcess() as started:
        yield started


@pytest.fixture(scope="module")
def recipe(
    request: pytest.FixtureRequest,
    process: TrainingProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Recipe:
    config: TrainingConfig = request.param
    expected = uninterrupted(process, tmp_path_factory.mktemp("first"), config)
    began_at = time.perf_counter()
    again = uninterrupted(process, tmp_path_factory.mktemp("second"), config)
    assert again == expected, "or nothing could be said about those that are interrupted"
    return Recipe(config, expected, time.perf_counter() - began_at)


def assert_nothing_was_lost(ledger: Ledger, kills: int) -> None:
    assert ledger.problems == []
    assert ledger.lost == 0
    assert ledger.kills >= kills
    assert ledger.resumed > 0
    assert ledger.equal == ledger.finished > 0


@pytest.mark.parametrize("recipe", [NESTEROV], ids=["nesterov"], indirect=True)
def test_a_run_killed_at_any_moment_loses_no_epoch_and_ends_with_the_same_bits(
    process: TrainingProcess, recipe: Recipe, tmp_path: Path
) -> None:
    ordeal = Ordeal(process, tmp_path, recipe.config, recipe.expected)
    moments = random.Random(1)

    while ordeal.ledger.kills < MOMENTS:  # it may be done before the moment comes
        ordeal.strike(kill_after_s=moments.uniform(0, recipe.duration_s))
    ordeal.finish()

    assert_nothing_was_lost(ordeal.ledger, MOMENTS)


@pytest.mark.parametrize("recipe", [ADAMW], ids=["adamw"], indirect=True)
def test_a_run_killed_before_any_change_of_a_file_loses_no_epoch_and_ends_with_the_same_bits(
    process: TrainingProcess, recipe: Recipe, tmp_path: Path
) -> None:
    ordeal = Ordeal(process, tmp_path, recipe.config, recipe.expected)

    for call in CALLS:
        ordeal.strike(kill_at_call=call)
    ordeal.finish()

    assert_nothing_was_lost(ordeal.ledger, 15)  # it may be done before the last calls come


@pytest.fixture
def held(process: TrainingProcess, tmp_path: Path) -> Iterator[Report]:
    """Return what a process told that stands still after its second epoch."""
    report = process.train(tmp_path, NESTEROV, hold_after=2)
    yield report
    if report.ended == "held":
        process.release(kill=True)


def only_run(store: RunStore) -> RunRecord:
    (record,) = store.records()
    return record


def test_two_windows_never_work_on_the_same_run_and_the_second_one_sees_when_the_first_is_killed(
    process: TrainingProcess, held: Report, tmp_path: Path
) -> None:
    with closing(open_store(tmp_path)) as second:
        record = only_run(second)
        assert record.id == held.run_id
        assert (record.status, record.epochs_done) == (RunStatus.RUNNING, 2)
        assert read_run(second, record.id).checkpoint is None, "it cannot be gone on from here"
        with pytest.raises(BusyRunError, match="going on in another window"):
            RunProgress(second).go_on(record.id, record.config)
        with pytest.raises(StoreError, match="Stop it before you delete it"):
            delete_runs(second, [record.id])
        assert only_run(second) == record

        end_of(held, process.release(kill=True), "killed")

        assert only_run(second).status is RunStatus.INTERRUPTED
        checkpoint = read_run(second, record.id).checkpoint
        assert checkpoint is not None
        assert len(checkpoint.epochs) == 2
        RunProgress(second).go_on(record.id, record.config)
        assert only_run(second).status is RunStatus.RUNNING
        RunProgress(second).set_status(record.id, RunStatus.STOPPED)


def test_a_run_comes_to_its_end_although_a_second_window_looked_at_it(
    process: TrainingProcess, held: Report, tmp_path: Path
) -> None:
    with closing(open_store(tmp_path)) as second:
        assert len(read_run(second, only_run(second).id).predictions) == 2

        end_of(held, process.release(kill=False), "finished")

        record = only_run(second)
        assert (record.status, record.epochs_done) == (RunStatus.FINISHED, NESTEROV.epochs)
        looked_at = fingerprint(second, record.id)
    assert looked_at == uninterrupted(process, tmp_path / "alone", NESTEROV)


def end_of(held: Report, rest: Report, how: str) -> None:
    """See how a process ended that was let go, and that there is none to be let go any more."""
    held.ended = rest.ended
    assert rest.ended == how
