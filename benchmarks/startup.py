"""Measures how long a person waits: process start to window, to images, to Start.

    python benchmarks/startup.py [--repeats 5] [--against FOLDER]

Each repeat starts the program anew in a process of its own. The first start of all, with an empty
cache folder, unpacks the data and is listed by itself. With the folder of another version of the
program, both are started in turns, so that a noisy machine disturbs them alike. Works on a desktop,
under Xvfb and with QT_QPA_PLATFORM=offscreen.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from machine import describe_machine

HERE = Path(__file__).resolve().parents[1]
MILESTONES = {
    "painted": ("window painted", 1.0),
    "images": ("images can be browsed", 3.0),
    "ready": ("Start enabled", 4.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--started-at", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--against", type=Path, help="another version of the program")
    options = parser.parse_args()
    if options.started_at is not None:
        start_and_watch(options.started_at, options.folder)
    else:
        measure(options.repeats, options.against)


def measure(repeats: int, against: Path | None) -> None:
    """Start the program again and again and print what was seen."""
    trees = {"": HERE} if against is None else {"": HERE, "against": against.resolve()}
    firsts: dict[str, dict[str, float]] = {}
    rests: dict[str, list[dict[str, float]]] = {name: [] for name in trees}
    with contextlib.ExitStack() as stack:
        folders = {name: Path(stack.enter_context(TemporaryDirectory())) for name in trees}
        for name, tree in trees.items():
            firsts[name] = start_once(folders[name], tree)
        for _ in range(repeats):
            for name, tree in trees.items():
                rests[name].append(start_once(folders[name], tree))
    print(f"On {describe_machine()}")
    print(f"{'seconds from process start to':32}{'target':>8}{'median':>9}{'worst':>8}{'first':>8}")
    medians = {name: report(name, firsts[name], rests[name]) for name in trees}
    if against is not None:
        for key, (name, _) in MILESTONES.items():
            print(f"{name} in {medians[''][key] / medians['against'][key]:.2f} of the other's time")
    print(json.dumps({"machine": describe_machine(), "repeats": repeats, "median_s": medians}))


def report(tree: str, first: dict[str, float], rest: list[dict[str, float]]) -> dict[str, float]:
    """Print a table of one version of the program; return its medians."""
    medians = {}
    for key, (name, target) in MILESTONES.items():
        times = [seen[key] for seen in rest]
        medians[key] = round(statistics.median(times), 3)
        title = f"{name}, {tree}" if tree else name
        print(f"{title:32}{target:8.1f}{medians[key]:9.2f}{max(times):8.2f}{first[key]:8.2f}")
    return medians


def start_once(folder: Path, tree: Path) -> dict[str, float]:
    """Start a version of the program in a process; return the seconds to each milestone."""
    command = [sys.executable, __file__, "--folder", str(folder), "--started-at", str(time.time())]
    surroundings = {**os.environ, "PYTHONPATH": str(tree)}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)  # else all is compiled again at each start
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env=surroundings
    )
    if ended.returncode != 0:
        raise SystemExit(ended.stderr)
    seen: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return seen


def start_and_watch(started_at: float, folder: Path) -> None:
    """Be the program, and print when each milestone was reached."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer

    from lenet_desktop.app import create_window

    seen: dict[str, float] = {}

    class Watcher(QObject):
        """Notes the first painting of the window."""

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint:
                QTimer.singleShot(0, note("painted"))  # whose turn comes when that is done
            return False

    def note(milestone: str) -> Callable[[], None]:
        def reached() -> None:
            seen.setdefault(milestone, time.time() - started_at)

        return reached

    def note_ready() -> None:
        if window.session.state.can_start:
            seen.setdefault("ready", time.time() - started_at)
            QTimer.singleShot(0, window.close)

    window = create_window(folder, folder / "settings.ini", folder / "kept")
    watcher = Watcher()
    (window.centralWidget() or window).installEventFilter(watcher)
    window.images_shown.connect(note("images"))
    window.session.state_changed.connect(note_ready)
    window.show()
    QCoreApplication.exec()
    print(json.dumps(seen), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
