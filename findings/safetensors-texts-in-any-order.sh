#!/usr/bin/env bash
# safetensors 0.8.0: saving the same tensors with the same texts gives other bytes each time.
#
# The texts of `metadata` go through a hash map with a random seed, within one process, too. Files of
# equal content cannot be compared or found by their checksum, unless the header is sorted afterwards.
# Tensors alone are written in a fixed order.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     20 saves with nine texts: 20 different files
#     20 saves without texts: 1 file
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet safetensors==0.8.0 numpy==2.3.5
env/bin/python - <<'PY'
import numpy as np
from safetensors.numpy import save

tensors = {"b": np.ones(1, np.float32), "a": np.zeros(2, np.float32)}
texts = {str(number): "text" for number in range(9)}
with_texts = {save(tensors, texts) for _ in range(20)}
without = {save(tensors) for _ in range(20)}
print(f"20 saves with nine texts: {len(with_texts)} different files")
print(f"20 saves without texts: {len(without)} file")
assert len(with_texts) > 1, "the order is fixed by now"
assert len(without) == 1
PY
