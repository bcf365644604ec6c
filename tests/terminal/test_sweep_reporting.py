from __future__ import annotations

from lenet_desktop.sweeps.records import TrialState
from lenet_desktop.terminal.sweep_reporting import outcome
from tests.sweeps.made_sweeps import made_findings, made_record, made_trial


def test_a_recipe_is_told_of_by_the_runs_that_it_has() -> None:
    findings = made_findings([0.90, 0.91], seeds=2)
    trials = [*findings.trials, made_trial(3, 0.95, 2)]
    trials.append(made_trial(4, 0.0, 2, state=TrialState.WAITING, figures=()))
    sweep = made_record(findings)
    told = list(outcome(sweep, trials, {1: 11, 2: 12, 3: 13}))  # the last one has not begun
    assert any("run 13" in line for line in told)
    told = list(outcome(sweep, trials, {1: 11, 2: 12}))  # a run was deleted
    assert any("best recipe" in line for line in told)
    assert not any("13" in line for line in told)
