"""Which of the varied settings decide what a trial comes to, by Optuna's fANOVA.

Source: Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter
Importance", 2014.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, whole

TRIALS_PER_SETTING = 10
"""Trials for each varied setting from which the shares hold still from seed to seed."""
LEAST_TRIALS = 4
MOST_TRIALS = 200
"""Trials that are looked at, spread over all: with 1,000, the trees take 20 s instead of 1.5 s."""


@dataclass(frozen=True, slots=True)
class Importance:
    """How much of the scatter of the results each setting accounts for.

    Attributes:
        shares: 0-1 for each setting, the largest first; they add up to 1, or all are 0.
        warning: why they are not to be relied on, empty where they are.
    """

    shares: Mapping[str, float]
    warning: str = ""


def importance_of_settings(
    trials: Sequence[tuple[Mapping[str, Any], float]], logarithmic: frozenset[str] = frozenset()
) -> Importance:
    """Say which settings matter; those that have one value only do not.

    Args:
        trials: the varied settings of each, numbers or choices, and what it came to. What is not
            finite does not count.
        logarithmic: the settings whose ratio matters, not their difference.
    """
    finite = [(dict(settings), value) for settings, value in trials if math.isfinite(value)]
    names = list(finite[0][0]) if finite else []
    varied = [name for name in names if len({each[name] for each, _value in finite}) > 1]
    if len(finite) < LEAST_TRIALS or not varied:
        return Importance({}, _too_few(len(finite), max(1, len(varied))))
    if len(finite) > MOST_TRIALS:
        places = np.linspace(0, len(finite) - 1, MOST_TRIALS).astype(int)
        finite = [finite[place] for place in places]
    if len({value for _other, value in finite}) == 1:
        return Importance({}, _("All trials came to the same, so no setting mattered."))
    shares = _fanova(finite, varied, logarithmic)
    return Importance(
        dict(sorted(shares.items(), key=lambda share: -share[1])),
        _too_few(len(finite), len(varied)),
    )


def _too_few(trials: int, settings: int) -> str:
    wanted = max(LEAST_TRIALS, TRIALS_PER_SETTING * settings)
    if trials >= wanted:
        return ""
    return counted(
        trials,
        "Only {count} trial so far, too few to rely on: about {wanted} are needed for {settings}.",
        "Only {count} trials so far, too few to rely on: about {wanted} are needed for {settings}.",
        wanted=whole(wanted),
        settings=counted(settings, "{count} setting", "{count} settings"),
    )


def _fanova(
    trials: Sequence[tuple[Mapping[str, Any], float]], names: Sequence[str], logs: frozenset[str]
) -> dict[str, float]:
    import optuna
    from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

    def distribution(name: str) -> BaseDistribution:
        values = [settings[name] for settings, _value in trials]
        if all(isinstance(value, int | float) and type(value) is not bool for value in values):
            return FloatDistribution(min(values), max(values), log=name in logs)
        return CategoricalDistribution(sorted(set(map(str, values))))

    optuna.logging.set_verbosity(optuna.logging.WARNING)  # it reports each study otherwise
    space = {name: distribution(name) for name in names}
    study = optuna.create_study(
        storage=optuna.storages.InMemoryStorage(), sampler=optuna.samplers.RandomSampler(seed=0)
    )
    values = np.array([value for _other, value in trials])
    values = (values - values.mean()) / values.std()  # it takes small variances for none
    for (settings, _was), value in zip(trials, values.tolist(), strict=True):
        params = {
            name: str(settings[name])
            if isinstance(space[name], CategoricalDistribution)
            else float(settings[name])
            for name in names
        }
        study.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=value))
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    found = optuna.importance.get_param_importances(study, evaluator=evaluator)
    return {name: float(share) for name, share in found.items()}
