from __future__ import annotations

from dataclasses import replace

import pytest

from lenet_desktop.runs.store import BusyRunError, RunStore, StoreError
from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.records import EpochFigures, SweepState, TrialRecord, TrialState
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.sweeps.vary import Vary

DEFINITION = SweepDefinition(
    base=TrainingConfig(validation_images=500),
    vary=(Vary.parse("learning_rate=log:0.01:1"), Vary.parse("activation=relu,tanh")),
    recipes=4,
)


def test_what_is_kept_of_a_sweep_comes_back(store: RunStore) -> None:
    sweeps = SweepStore(store)
    sweep = sweeps.add(DEFINITION, "A first one", "tcp://host:8786")
    trial = TrialRecord(
        sweep_id=sweep.id,
        number=1,
        recipe=1,
        generation=1,
        settings={"learning_rate": 0.1 + 0.2, "activation": Activation.RELU},
        key="0" * 32,
    )
    sweeps.put_trials([trial, replace(trial, number=2, state=TrialState.DIVERGED)])
    done = replace(trial, state=TrialState.FINISHED, figures=(EpochFigures(1, 0.5, 0.8),))
    sweeps.put_trials([done])

    assert sweeps.trials(sweep.id) == [done, replace(trial, number=2, state=TrialState.DIVERGED)]
    (known,) = sweeps.sweeps()
    assert (known.definition, known.name) == (DEFINITION, "A first one")
    assert known.scheduler == "tcp://host:8786"
    assert sweeps.set_scheduler(sweep.id, "").scheduler == ""
    assert known.counts == {TrialState.FINISHED: 1, TrialState.DIVERGED: 1}
    assert known.settled == 2


def test_a_sweep_that_nobody_holds_any_more_was_interrupted(store: RunStore) -> None:
    sweeps = SweepStore(store)
    sweep = sweeps.add(DEFINITION)
    trial = TrialRecord(sweep_id=sweep.id, number=1, recipe=1, generation=1)
    sweeps.put_trials([replace(trial, state=TrialState.RUNNING)])
    with sweeps.hold(sweep):
        sweeps.set_state(sweep.id, SweepState.RUNNING)
        assert sweeps.trials(sweep.id)[0].state is TrialState.RUNNING
        assert sweeps.sweep(sweep.id).counts == {TrialState.RUNNING: 1}
        assert sweeps.sweep(sweep.id).state is SweepState.RUNNING
        with pytest.raises(BusyRunError, match="Sweep 1"):
            SweepStore(store).hold(sweep)
        with pytest.raises(StoreError, match="going on"):
            sweeps.delete([sweep.id])

    assert sweeps.sweep(sweep.id).state is SweepState.INTERRUPTED
    assert sweeps.trials(sweep.id) == [trial], "it waits to be gone on with"
    assert sweeps.sweep(sweep.id).counts == {TrialState.WAITING: 1}


def test_a_deleted_sweep_comes_back(store: RunStore) -> None:
    sweeps = SweepStore(store)
    sweep = sweeps.add(DEFINITION)

    sweeps.delete([sweep.id])
    assert not sweeps.sweeps()

    sweeps.restore([sweep.id])
    assert [each.id for each in sweeps.sweeps()] == [sweep.id]
