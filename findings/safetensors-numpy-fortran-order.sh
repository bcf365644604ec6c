#!/usr/bin/env bash
# safetensors 0.8.0: an array in Fortran order is saved with its elements in another order.
#
# safetensors.numpy writes the memory of an array as it lies there, under the shape that the array has.
# What is read back has the right shape and the wrong values: the weights of a transposed layer, say,
# without an error on either side.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     saved [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]
#     read  [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet safetensors==0.8.0 numpy==2.3.5
env/bin/python - <<'PY'
import numpy as np
from safetensors.numpy import load, save

array = np.arange(6, dtype=np.float32).reshape(2, 3).T
again = load(save({"weight": array}))["weight"]
print("saved", array.tolist())
print("read ", again.tolist())
assert again.shape == array.shape
assert not np.array_equal(again, array), "it is saved as it is by now"
assert np.array_equal(load(save({"weight": np.ascontiguousarray(array)}))["weight"], array)
PY
