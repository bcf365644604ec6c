"""Measures how soon the bars follow a pen: from a mouse move to the probabilities painted.

    python benchmarks/drawing.py [--strokes 12]

Draws in the window, with real mouse events 125 times a second, as a mouse sends them: with a
network that was trained, and while another run goes on. Each move counts until bars are painted
that answer a picture with it. Works on a desktop and under Xvfb.
"""

import argparse
import json
import math
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from machine import describe_machine
from PySide6.QtCore import QObject, QPointF, Qt, Slot
from PySide6.QtTest import QTest
from window import open_window, wait, wait_until

from lenet_desktop.session.picture_session import PictureAnswered
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace

MOVES, INTERVAL_MS = 60, 8


class Stopwatch(QObject):
    """Notes when the mouse was moved, and how long after that bars with it were painted."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.delays_ms: list[float] = []
        self._page = window.picture
        self._waiting: list[float] = []
        self._pictures: dict[int, float] = {}
        window.picture.picture_changed.connect(self._on_changed)
        window.picture_services.answering.answered.connect(self._on_answered)

    def move_begins(self) -> None:
        """Note that the mouse is moved now."""
        self._waiting.append(time.perf_counter())

    @property
    def is_waiting(self) -> bool:
        """Whether some move is not in the bars yet."""
        return bool(self._waiting)

    @Slot()
    def _on_changed(self) -> None:
        self._pictures[id(self._page.canvas.pixels)] = time.perf_counter()

    @Slot(object)
    def _on_answered(self, answer: PictureAnswered) -> None:
        if answer.probabilities is None:
            return
        self._page.answer.bars.repaint()
        now = time.perf_counter()
        until = self._pictures.get(id(answer.question.picture), 0.0)
        self.delays_ms += [1_000 * (now - moved) for moved in self._waiting if moved <= until]
        self._waiting = [moved for moved in self._waiting if moved > until]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--strokes", type=int, default=12, help="of 60 moves each")
    strokes = parser.parse_args().strokes
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(Path(folder))
        start(window, epochs=1)
        wait_until(lambda: window.session.state is RunState.FINISHED)
        window.workspaces.show(Workspace.TRY)
        wait(500)
        draw(window, 2)  # the first look of a thread is slower
        wait(3_000)  # as long as a person takes to look
        results = {"with a trained network": draw(window, strokes)}
        start(window, epochs=500)
        wait_until(lambda: len(window.session.history.epochs) > 0)
        results["while a run goes on"] = draw(window, strokes)
        window.close()
    print(f"On {describe_machine()}")
    print(f"{'':26}{'moves':>6}{'median':>10}{'99 %':>10}{'longest':>10}")
    figures = {}
    for name, delays in results.items():
        figures[name] = [*np.quantile(delays, (0.5, 0.99, 1)).round(1).tolist()]
        columns = "".join(f"{figure:7.1f} ms" for figure in figures[name])
        print(f"{name:26}{len(delays):6}{columns}")
    print(json.dumps({"machine": describe_machine(), "median, 99 %, longest": figures}))


def draw(window: MainWindow, strokes: int) -> list[float]:
    """Draw circles on new paper; return for each move the milliseconds until it is in the bars."""
    canvas, watch = window.picture.canvas, Stopwatch(window)
    canvas.clear()
    for stroke in range(strokes):
        for move in range(MOVES + 1):
            turn, radius = 2 * math.pi * move / MOVES, 0.1 + 0.3 * stroke / strokes
            x, y = 0.5 + radius * math.cos(turn), 0.5 + radius * math.sin(turn)
            size = canvas.drawing.sheet.size
            place = canvas.from_sheet(QPointF(x * size.width(), y * size.height())).toPoint()
            watch.move_begins()
            if move == 0:
                QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place)
            else:
                QTest.mouseMove(canvas, place)
            wait(INTERVAL_MS)
        watch.move_begins()
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place)
        wait_until(lambda: not watch.is_waiting)
        wait(200)  # the rest of the picture is computed meanwhile
    return watch.delays_ms


def start(window: MainWindow, *, epochs: int) -> None:
    """Start a run in the window."""
    window.training.form.set_config(replace(MODERN.config, epochs=epochs))
    window.controls.start.trigger()
    wait_until(lambda: window.session.state is RunState.RUNNING)


if __name__ == "__main__":
    main()
