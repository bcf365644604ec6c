#!/usr/bin/env bash
# pyqtgraph 0.14.0: an axis that has a label but no unit counts in thousandths when its range is small.
#
# Between 0 and 0.1 the axis "Epoch" is labelled "Epoch (x0.001)" and its ticks go from 0 to 100, as if
# it were a length in metres. The first steps of a run stand at hundreds of epochs for who reads the ticks
# only. `enableAutoSIPrefix(False)` stops it.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     from 0 to 10: Epoch
#     from 0 to 0.1: Epoch (x0.001)
#     without prefixes: Epoch
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pyqtgraph==0.14.0 PySide6-Essentials==6.11.3 numpy==2.3.5
QT_QPA_PLATFORM=offscreen env/bin/python - <<'PY'
import re

import pyqtgraph as pg

application = pg.mkQApp()
plot = pg.PlotWidget()
plot.setLabel("bottom", "Epoch")
plot.show()
axis = plot.getAxis("bottom")


def label(high: float) -> str:
    plot.setXRange(0, high, padding=0)
    application.processEvents()
    return re.sub("<[^>]*>", "", axis.labelString()).strip()


whole, small = label(10), label(0.1)
axis.enableAutoSIPrefix(False)
plain = label(0.1)
print(f"from 0 to 10: {whole}")
print(f"from 0 to 0.1: {small}")
print(f"without prefixes: {plain}")
assert whole == plain == "Epoch"
assert small == "Epoch (x0.001)", "a label without a unit is left alone by now"
PY
