"""Two that are compared whose test images nobody has looked at."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lenet_desktop.data.catalogue import read_named
from lenet_desktop.data.images import DataSplits, as_splits
from lenet_desktop.data.known import small_digits
from lenet_desktop.runs.judging import judge_run
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps.definition import Sampler, SweepDefinition
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.ui.comparison.compared_pair import read_pair
from tests.sweeps.interleaving import Interleaving
from tests.sweeps.outcomes import run_whole


def test_the_recipes_of_a_sweep_are_compared_by_the_images_held_out(
    store: RunStore, cache: Path
) -> None:
    digits = as_splits(read_named(small_digits.KEY, cache))
    few = DataSplits(digits.train.first(260), digits.test.first(100))
    base = TrainingConfig(
        data=digits.info, epochs=1, batch_size=80, validation_images=100, device="cpu"
    )
    vary = (Vary.parse("activation=relu,tanh"),)
    definition = SweepDefinition(base=base, vary=vary, sampler=Sampler.GRID, seeds=2)
    run_whole(store, Interleaving(store.folder, few, 1, random.Random(0)), definition)
    runs = [record.id for record in store.records()]
    pair = read_pair(store, runs)
    assert {len(side.runs) for side in pair.sides.values()} == {2}
    assert "ReLU" in pair.verdict.headline
    assert "no verdict" not in pair.verdict.headline
    assert any("held out" in detail for detail in pair.verdict.details)
    for _ in judge_run(store, runs[0], few):
        pass
    assert read_pair(store, runs).verdict == pair.verdict  # one alone decides nothing
    with pytest.raises(StoreError, match="not judged"):
        read_pair(store, runs[:2])
    for run_id in runs[1:]:
        for _ in judge_run(store, run_id, few):
            pass
    assert not any("held out" in detail for detail in read_pair(store, runs).verdict.details)
    assert read_pair(store, runs[:2]).outcomes is not None
