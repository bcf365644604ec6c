#!/usr/bin/env bash
# Optuna 5.0.0: fANOVA finds no variance at all in results that are small beside their mean.
#
# Six trials whose values differ by 1e-9, as the accuracies of well-trained networks differ in their
# last digits, raise "Encountered zero total variance in all trees". The forest compares variances
# that float arithmetic has rounded to nothing; brought to mean 0 and deviation 1 beforehand, the very
# same values have an importance.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     as they are:    Encountered zero total variance in all trees.
#     standardised:   1.0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet optuna==5.0.0 scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
env/bin/python - <<'PY'
import statistics

import optuna
from optuna.distributions import IntDistribution
from optuna.importance import FanovaImportanceEvaluator, get_param_importances

optuna.logging.set_verbosity(optuna.logging.ERROR)


def importance(values):
    study = optuna.create_study(direction="maximize")
    for number, value in enumerate(values):
        study.add_trial(
            optuna.trial.create_trial(
                params={"a": number}, distributions={"a": IntDistribution(0, 9)}, value=value
            )
        )
    try:
        return get_param_importances(study, evaluator=FanovaImportanceEvaluator(seed=0))
    except RuntimeError as error:
        return str(error)


values = [1 + 1e-9 * number for number in range(6)]
mean, deviation = statistics.fmean(values), statistics.pstdev(values)
plain = importance(values)
standardised = importance([(value - mean) / deviation for value in values])
print("as they are:   ", plain)
print("standardised:  ", float(standardised["a"]))
assert "zero total variance" in str(plain), "nearly equal results have an importance by now"
assert standardised == {"a": 1.0}, "standardised results have none any more"
PY
