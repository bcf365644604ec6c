"""Measures how soon the window shows what the network saw in an image that is selected.

    python benchmarks/inspection.py [--epochs 6]

Trains the textbook's recipe in the window, turns to the page with the nearest training images and
goes from image to image: with the last network, for which the window has got ready, with each
earlier one, which nobody has looked into, and while another run goes on. A look counts from the
key or the epoch chosen until maps, kernels, attribution and neighbours are painted. Works on a
desktop and under Xvfb.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from machine import describe_machine
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from window import open_window, wait, wait_until

from lenet_desktop.session.inspection_session import ImageInspected
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.ui.gallery.inside.inspection_view import Page
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace

IMAGES = 30


@dataclass
class Look:
    """One look.

    Attributes:
        first_ms: until there were neighbours, of a sample at least.
        all_ms: until all training images had been searched, 0 where they never were.
    """

    first_ms: float = 0.0
    all_ms: float = 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=6, help="of which all but one are unseen")
    epochs = parser.parse_args().epochs
    with tempfile.TemporaryDirectory() as folder:
        window = open_window(Path(folder))
        start(window, epochs)
        wait_until(lambda: window.session.state is RunState.FINISHED)
        window.workspaces.show(Workspace.EXPLORE)  # out of sight nothing is looked into
        window.gallery.about_image.setCurrentIndex(1)
        window.gallery.about_image.inside.tabs.setCurrentIndex(list(Page).index(Page.NEIGHBOURS))
        wait(3_000)  # as long as a person takes to look
        prepared = [look_at_next(window) for _ in range(IMAGES)]
        unseen = [
            look(window, partial(window.gallery.state.look_at, epoch), whole=True)
            for epoch in range(epochs - 1, 0, -1)
        ]
        start(window, epochs)
        wait_until(lambda: len(window.session.history.epochs) > 0)
        training = [look_at_next(window) for _ in range(IMAGES)]
        window.close()
    print(f"On {describe_machine()}")
    print(f"{'':34}{'looks':>6}{'median':>9}{'longest':>9}")
    results = {
        "image of a prepared network": [each.first_ms for each in prepared],
        "network never looked into": [each.first_ms for each in unseen],
        "  until all 60,000 are searched": [each.all_ms for each in unseen],
        "image while a run goes on": [each.first_ms for each in training],
    }
    for name, times in results.items():
        median, longest = statistics.median(times), max(times)
        print(f"{name:34}{len(times):6}{median:6.0f} ms{longest:6.0f} ms")
    rounded = {name.strip(): [round(each, 1) for each in times] for name, times in results.items()}
    print(json.dumps({"machine": describe_machine(), "ms": rounded}))


def look_at_next(window: MainWindow) -> Look:
    """Go on to the next image with the keyboard."""
    return look(window, lambda: QTest.keyClick(window.gallery.view, Qt.Key.Key_Right), whole=False)


def look(window: MainWindow, select: Callable[[], object], *, whole: bool) -> Look:
    """Select something; return when the window had painted the answers.

    Args:
        window: which shows the page with the neighbours.
        select: selects an image or an epoch.
        whole: whether to wait until all training images have been searched.
    """
    result = Look()
    began_at = time.perf_counter()

    def note(told: ImageInspected) -> None:
        window.gallery.about_image.repaint()
        elapsed = 1_000 * (time.perf_counter() - began_at)
        neighbours = told.inspection.neighbours
        if neighbours is not None:
            result.first_ms = result.first_ms or elapsed
            result.all_ms = elapsed if neighbours.is_complete else 0.0

    window.services.inspecting.inspected.connect(note)
    select()
    wait_until(lambda: (result.all_ms if whole else result.first_ms) > 0)
    window.services.inspecting.inspected.disconnect(note)
    wait(200)
    return result


def start(window: MainWindow, epochs: int) -> None:
    """Start a run in the window."""
    window.training.form.set_config(replace(TEXTBOOK.config, epochs=epochs))
    window.controls.start.trigger()
    wait_until(lambda: window.session.state is RunState.RUNNING)


if __name__ == "__main__":
    main()
