from __future__ import annotations

import io
import re
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from lenet_desktop.sweeps.events import SweepChanged, TrialChanged
from lenet_desktop.sweeps.records import TrialRecord, TrialState
from lenet_desktop.terminal.sweep_reporting import SweepTextReporter, outcome
from lenet_desktop.training.events import EpochDone
from tests.sweeps.made_sweeps import DEFINITION, made_findings, made_record, made_trial


class Screen(io.StringIO):
    """Where somebody can see a bar move."""

    def isatty(self) -> bool:
        return True


def test_a_bar_is_full_at_the_end_whatever_was_resumed_or_ended_early(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    done = EpochDone(
        epoch=1, train_loss=1, train_accuracy=0, test_loss=None, test_accuracy=None, elapsed_s=1
    )

    def told(number: int, state: TrialState, *, epoch: bool = False) -> TrialChanged:
        trial: TrialRecord = replace(made_trial(number, 0.5), state=state)
        return TrialChanged(trial, done if epoch else None)

    sweep = made_record(made_findings([0.5]), definition=DEFINITION)  # one of four is through
    with closing(SweepTextReporter()) as reporter:
        reporter.show(SweepChanged(sweep, 1))
        for _ in range(3):
            reporter.show(told(2, TrialState.RUNNING, epoch=True))
        reporter.show(told(2, TrialState.FINISHED))
        reporter.show(told(3, TrialState.RUNNING, epoch=True))
        reporter.show(told(3, TrialState.PRUNED))
        reporter.show(told(4, TrialState.FAILED))
    counts = [tuple(map(int, each)) for each in re.findall(r"(\d+)/(\d+)", screen.getvalue())]
    assert counts[0] == (0, 9)
    assert counts[-1] == (4, 4)
    assert capsys.readouterr().out.count("trial") == 3


def test_a_recipe_is_told_of_by_the_runs_that_it_has() -> None:
    findings = made_findings([0.90, 0.91], seeds=2)
    trials = [*findings.trials, made_trial(3, 0.95, 2)]
    trials.append(made_trial(4, 0.0, 2, state=TrialState.WAITING, figures=()))
    sweep = made_record(findings)
    told = list(outcome(sweep, trials, {1: 11, 2: 12, 3: 13, 4: 14}))  # the last one goes on
    assert any("run 13." in line for line in told)
    told = list(outcome(sweep, trials, {1: 11, 2: 12}))  # a run was deleted
    assert any("best recipe" in line for line in told)
    assert not any("13" in line for line in told)
