#!/usr/bin/env bash
# pyqtgraph 0.14.0: "peak" downsampling does not draw the last values of a curve.
#
# The method promises the extremes of the data. It cuts them into groups of equal size and leaves out
# what is over at the end, so that the newest values of a curve that grows, a spike among them, are
# missing until their group is full.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     given up to 9.0, drawn up to 0.3
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
plot = pg.PlotWidget()
plot.resize(400, 300)
curve = plot.plot()
curve.setDownsampling(auto=True, method="peak")
values = np.full(18_759, 0.3)
values[-1] = 9.0
curve.setData(np.linspace(0, 20, len(values)), values)
plot.show()
plot.setXRange(0, 20)
application.processEvents()
drawn = curve.getData()[1].max()
print(f"given up to {values.max()}, drawn up to {drawn}")
assert drawn < 1, "the newest value is drawn by now"
PY
