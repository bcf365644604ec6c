#!/usr/bin/env bash
# PySide6 6.11.3: a graphics item that keeps itself as pixels on the screen goes into an SVG as pixels, too.
#
# DeviceCoordinateCache is what Qt offers so that an item that does not change is not painted anew. A
# scene that is rendered to a QSvgGenerator takes what is kept for the screen, though nothing is on a
# screen: the letters of an axis become an embedded bitmap, which cannot be searched and blurs when it is
# enlarged. The mode has to be taken off for as long as the file is written.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     NoCache: 1 texts, 0 bitmaps
#     ItemCoordinateCache: 0 texts, 1 bitmaps
#     DeviceCoordinateCache: 0 texts, 1 bitmaps
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet PySide6-Essentials==6.11.3
QT_QPA_PLATFORM=offscreen env/bin/python - <<'PY'
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QGraphicsItem, QGraphicsScene

application = QApplication([])
Mode = QGraphicsItem.CacheMode


def written(mode: Mode) -> tuple[int, int]:
    scene, buffer, generator = QGraphicsScene(), QBuffer(), QSvgGenerator()
    scene.addSimpleText("0.5").setCacheMode(mode)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    generator.setOutputDevice(buffer)
    painter = QPainter(generator)
    scene.render(painter)
    painter.end()
    text = buffer.data().data().decode()
    return text.count("<text"), text.count("<image")


for mode in Mode:
    texts, bitmaps = written(mode)
    print(f"{mode.name}: {texts} texts, {bitmaps} bitmaps")
    assert (texts, bitmaps) == ((1, 0) if mode is Mode.NoCache else (0, 1)), "it is otherwise by now"
PY
