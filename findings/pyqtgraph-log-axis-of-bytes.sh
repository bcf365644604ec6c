#!/usr/bin/env bash
# pyqtgraph 0.14.0: on a logarithmic axis, values of type uint8 become half-precision floats.
#
# NumPy's log10 of uint8 is float16, and pyqtgraph passes on what it gives. Three digits are left, so
# that values that differ are drawn at the same place: pixels, labels and other small counts.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     drawn as float16
#     2 values are drawn where their neighbour is
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pyqtgraph==0.14.0 PySide6-Essentials==6.11.3 numpy==2.3.5
QT_QPA_PLATFORM=offscreen env/bin/python - <<'PY'
import numpy as np
import pyqtgraph as pg

application = pg.mkQApp()
values = np.arange(1, 256, dtype=np.uint8)
curve = pg.PlotDataItem(np.arange(len(values)), values)
curve.setLogMode(False, True)
drawn = curve.getData()[1]
print(f"drawn as {drawn.dtype}")
assert drawn.dtype == np.float16, "they keep more digits by now"
same = int((np.diff(drawn) == 0).sum())
print(f"{same} values are drawn where their neighbour is")
assert same > 0, "they are told apart by now"
PY
