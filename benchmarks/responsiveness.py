"""Measures how long the window keeps a person waiting while it trains and is used.

    python benchmarks/responsiveness.py [--seconds 60]

A precise timer of 5 ms ticks in the window's event loop; what a tick comes too late is the delay
that a click would have met. Meanwhile the textbook's recipe trains on the real data, and something
is done twice a second: a filter or sort is chosen, the grid is scrolled, the window is
resized, another image is looked at, the epoch slider is moved. Works on a desktop and under Xvfb.
"""

import argparse
import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from machine import describe_machine
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from window import open_window, wait, wait_until

from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.events import EpochDone, Event
from lenet_desktop.ui.window.main_window import MainWindow

TICK_MS = 5
ACTION_MS = 500
BOXES = ("gallery_show_input", "gallery_true_input", "gallery_sort_input")
SIZES = ((1440, 900), (1280, 800), (1600, 960))


class Pulse(QObject):
    """Ticks in the event loop and notes by how much each tick comes too late."""

    def __init__(self) -> None:
        super().__init__()
        self.delays_ms: list[float] = []
        self.doing = "nothing"
        self.worst_while: dict[str, float] = {}
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begin to measure."""
        self._before = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()

    @Slot(object)
    def hear(self, event: Event) -> None:
        """Note that an epoch ends."""
        if isinstance(event, EpochDone):
            self.doing = "an epoch ends"

    @Slot()
    def _on_tick(self) -> None:
        now = time.perf_counter()
        delay = max(0.0, 1_000 * (now - self._before) - TICK_MS)
        self._before = now
        self.delays_ms.append(delay)
        self.worst_while[self.doing] = max(delay, self.worst_while.get(self.doing, 0.0))
        self.doing = "nothing"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="how long to train and measure")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(Path(folder))
        window.training.form.set_config(replace(TEXTBOOK.config, epochs=1_000))
        window.controls.start.trigger()
        wait_until(lambda: window.session.state is RunState.RUNNING)
        pulse = Pulse()
        window.session.event_received.connect(pulse.hear)
        deeds = Person(window).deeds()
        pulse.start()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            name, do = next(deeds)
            pulse.doing = name
            do()
            wait(ACTION_MS)
        pulse.stop()
        epochs = len(window.session.history.epochs)
        window.close()
    _report(pulse, epochs)


class Person:
    """Does one thing after the other in the window, as a person would with the mouse."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._sizes = itertools.cycle(SIZES)
        boxes = (window.findChild(QComboBox, name) for name in BOXES)
        self._boxes = itertools.cycle([box for box in boxes if box is not None])
        self._notches = itertools.cycle((6, 40, -20))

    def deeds(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Yield without end what to do, each with a word for it."""
        return itertools.cycle(
            (
                ("a filter is chosen", self._choose),
                ("the grid is scrolled", self._scroll),
                ("an image is chosen", self._look),
                ("the grid is scrolled", self._scroll),
                ("the window is resized", self._resize),
                ("the epoch is moved", self._move_epoch),
            )
        )

    def _choose(self) -> None:
        box = next(self._boxes)
        box.setCurrentIndex((box.currentIndex() + 1) % box.count())

    def _scroll(self) -> None:
        bar = self._window.gallery.view.verticalScrollBar()
        bar.setValue(bar.value() + 60 * next(self._notches))

    def _look(self) -> None:
        QTest.keyClick(self._window.gallery.view, Qt.Key.Key_Right)

    def _resize(self) -> None:
        self._window.resize(*next(self._sizes))

    def _move_epoch(self) -> None:
        slider = self._window.gallery.view_bar.epoch_slider
        slider.setValue(slider.maximum() if slider.value() < slider.maximum() else 0)


def _report(pulse: Pulse, epochs: int) -> None:
    delays = np.array(pulse.delays_ms)
    figures = {
        "median": float(np.median(delays)),
        "99 %": float(np.quantile(delays, 0.99)),
        "worst": float(delays.max()),
    }
    print(f"On {describe_machine()}, {len(delays)} ticks, {epochs} epochs trained meanwhile")
    for name, value in figures.items():
        print(f"{name:>8}{value:8.1f} ms")
    for name, value in sorted(pulse.worst_while.items(), key=lambda item: -item[1]):
        print(f"{value:16.1f} ms at worst after {name}")
    rounded = {name: round(value, 1) for name, value in figures.items()}
    print(json.dumps({"machine": describe_machine(), "ms": rounded, "epochs": epochs}))


if __name__ == "__main__":
    main()
