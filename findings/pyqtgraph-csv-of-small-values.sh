#!/usr/bin/env bash
# pyqtgraph 0.14.0: its CSV export writes ten decimal places, so that small values become 0.
#
# A loss or a learning rate of 4e-11 is exported as zero, without a word, and 1.23456e-9 keeps one
# digit.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     4e-11 is exported as 0.0000000000
#     1.23456e-9 is exported as 0.0000000012
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pyqtgraph==0.14.0 PySide6-Essentials==6.11.3 numpy==2.3.5
QT_QPA_PLATFORM=offscreen env/bin/python - <<'PY'
from pathlib import Path

import pyqtgraph as pg
from pyqtgraph.exporters import CSVExporter

application = pg.mkQApp()
plot = pg.PlotWidget()
plot.plot([1, 2], [4e-11, 1.23456e-9])
CSVExporter(plot.getPlotItem()).export("curve.csv")
written = [line.split(",")[1] for line in Path("curve.csv").read_text().split()[1:]]
print(f"4e-11 is exported as {written[0]}")
print(f"1.23456e-9 is exported as {written[1]}")
assert float(written[0]) == 0, "small values are kept by now"
assert float(written[1]) != 1.23456e-9
PY
