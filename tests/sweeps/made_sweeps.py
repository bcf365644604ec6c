"""Sweeps with results that nobody has trained for, to be looked at."""

from __future__ import annotations

from collections import Counter

from lenet_desktop.settings.choices import Activation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.findings import SweepFindings
from lenet_desktop.sweeps.records import (
    EpochFigures,
    SweepRecord,
    SweepState,
    TrialRecord,
    TrialState,
)
from lenet_desktop.sweeps.vary import Vary

RATE = Vary.parse("learning_rate=log:0.01:1")
ACTIVATION = Vary.parse("activation=relu,tanh")
DEFINITION = SweepDefinition(
    base=TrainingConfig(epochs=3, validation_images=1_000), vary=(RATE, ACTIVATION), recipes=4
)
ACTIVATIONS = (Activation.RELU, Activation.TANH)


def made_trial(number: int, value: float | None, seeds: int = 1, **changes: object) -> TrialRecord:
    """Return a trial that came to an accuracy, or diverged where that is None."""
    recipe = (number - 1) // seeds + 1
    figures = () if value is None else (EpochFigures(1, 1 - value, value),)
    values = {
        "sweep_id": 1,
        "number": number,
        "recipe": recipe,
        "generation": 1,
        "settings": {
            "learning_rate": round(0.01 * 2 ** (recipe - 1), 4),
            "activation": ACTIVATIONS[recipe % 2],
        },
        "seed": (number - 1) % seeds,
        "key": f"{number:032x}",
        "state": TrialState.DIVERGED if value is None else TrialState.FINISHED,
        "figures": figures,
    }
    return TrialRecord(**(values | changes))  # type: ignore[arg-type]


def made_findings(
    values: list[float | None], seeds: int = 1, definition: SweepDefinition = DEFINITION
) -> SweepFindings:
    """Return findings of trials that came to these accuracies."""
    trials = [made_trial(number, value, seeds) for number, value in enumerate(values, start=1)]
    return SweepFindings(definition, trials)


def made_record(findings: SweepFindings, **changes: object) -> SweepRecord:
    """Return the line of a sweep in the list."""
    values = {
        "id": 1,
        "key": "a" * 32,
        "state": SweepState.FINISHED,
        "definition": findings.definition,
        "created_at": 1e9,
        "updated_at": 1e9,
        "counts": Counter(trial.state for trial in findings.trials),
    }
    return SweepRecord(**(values | changes))  # type: ignore[arg-type]
