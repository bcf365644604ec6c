#!/usr/bin/env bash
# PySide6 6.11.3: a noisy curve 2 pixels thick takes a hundred times as long to draw as one of 1 pixel.
#
# With antialiasing, Qt joins the pieces of a thick polyline or path into one outline first, whose turns
# cross each other, and fills that. The same pieces given to drawLines, which joins nothing, take a
# fiftieth. A loss after each of 980 epochs is such a curve, and is drawn several times a second.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11 (processor time, the least of five):
#     1 pixel: path 0.5 ms, polyline 0.6 ms, lines 0.6 ms
#     2 pixels: path 76.4 ms, polyline 77.6 ms, lines 1.4 ms
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet PySide6-Essentials==6.11.3
QT_QPA_PLATFORM=offscreen env/bin/python - <<'PY'
import random
import time
from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPainterPath, QPen

application = QGuiApplication([])
noise = random.Random(1)
points = [QPointF(0.6 * at, 150 + noise.gauss(0, 40)) for at in range(980)]
lines = [QLineF(one, other) for one, other in zip(points, points[1:])]
path = QPainterPath(points[0])
for point in points[1:]:
    path.lineTo(point)


def least_ms(draw: Callable[[QPainter], None], width: float) -> float:
    times = []
    for _ in range(5):
        image = QImage(600, 300, QImage.Format.Format_ARGB32_Premultiplied)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(painter.pen().brush(), width))
        began = time.process_time()
        draw(painter)
        times.append(time.process_time() - began)
        painter.end()
    return 1_000 * min(times)


seen = {}
for width, words in ((1, "1 pixel"), (2, "2 pixels")):
    ways = {
        "path": lambda painter: painter.drawPath(path),
        "polyline": lambda painter: painter.drawPolyline(points),
        "lines": lambda painter: painter.drawLines(lines),
    }
    seen[width] = {name: least_ms(draw, width) for name, draw in ways.items()}
    print(f"{words}: " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in seen[width].items()))
assert seen[2]["polyline"] > 10 * seen[1]["polyline"], "a thick curve is no slower by now"
assert seen[2]["polyline"] > 10 * seen[2]["lines"], "joined pieces are no slower by now"
PY
