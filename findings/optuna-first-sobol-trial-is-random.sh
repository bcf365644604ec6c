#!/usr/bin/env bash
# Optuna 5.0.0: the first trial of a QMCSampler is no point of the Sobol sequence.
#
# It is drawn at random, because the sampler learns of the parameters from a trial that is over; the
# sequence begins with the second one. Forty trials are one random point and 39 of a sequence that
# evens out over 64. With a finished trial put into the study beforehand, all are of the sequence.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     as it is:        0.5507979025745755 0.6994058797135949 0.2882388858124614 0.18243406992405653
#     with one before: 0.6994058797135949 0.2882388858124614 0.18243406992405653 0.8299213806167245
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet optuna==5.0.0 scipy==1.17.1 numpy==2.4.6
env/bin/python - <<'PY'
import warnings

import optuna
from optuna.distributions import FloatDistribution

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
space = {"x": FloatDistribution(0, 1)}


def first_four(one_before):
    study = optuna.create_study(sampler=optuna.samplers.QMCSampler(scramble=True, seed=3))
    if one_before:
        over = optuna.trial.create_trial(params={"x": 0.0}, distributions=space, value=0.0)
        study.add_trial(over)
    return [study.ask(fixed_distributions=space).params["x"] for _ in range(4)]


plain, led = first_four(False), first_four(True)
print("as it is:       ", *plain)
print("with one before:", *led)
assert plain[1:] == led[:3], "the sequence does not begin with the second trial any more"
assert plain[0] not in led, "the first trial is of the sequence by now"
PY
