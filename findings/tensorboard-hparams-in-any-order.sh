#!/usr/bin/env bash
# tensorboard 2.21.0: the summary of equal hyperparameters has other bytes in each process, and asking
# protobuf for a deterministic order does not help.
#
# `hparams_pb` puts its table, a map, into the summary as bytes that were serialised before, in the order
# of a hash map. `SerializeToString(deterministic=True)` sorts maps of the message, not those in bytes.
# Event files of equal runs are equal only if the inner message is parsed and serialised again.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     12 processes: 12 different summaries
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet tensorboard==2.21.0
cat >summary.py <<'PY'
import hashlib

from tensorboard.plugins.hparams.summary_v2 import hparams_pb

summary = hparams_pb({name: 1 for name in "abcdefgh"}, start_time_secs=1.0)
print(hashlib.sha256(summary.SerializeToString(deterministic=True)).hexdigest())
PY
different=$(for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do env/bin/python summary.py; done | sort -u | wc -l)
echo "12 processes: $different different summaries"
[ "$different" -gt 1 ] || { echo "the order is fixed by now"; exit 1; }
