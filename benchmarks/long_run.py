"""Measures what a run of 1,000 epochs costs: kept, opened, gone through and followed.

    python benchmarks/long_run.py [--epochs 1000] [--against ANOTHER_TREE] [--rounds 3]
        [--kept FOLDER] [--only keep|open|follow]

The run is made, not trained (`made_up_run.py`): real answers are varied from epoch to epoch, and
the program's own recorder keeps them. Then the real window opens it, in a process of its own for
each round. With `--against`, the same is done with the package of another tree, in turns. In the
end it says which promises were kept. To keep 1,000 epochs takes two minutes for each tree. With
`--kept` that is done once, the figures of each round stay beside the runs, and what is printed are
the medians of all of them; so the parts can be measured one by one with `--only`. Works on a
desktop, under Xvfb and with QT_QPA_PLATFORM=offscreen.
"""

import argparse
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from machine import describe_machine

FOLLOWED, SHORT_EPOCHS = 5, 24
LONG, SHORT = 1, 2
"""The runs, as they are numbered in the list: the long one, and one of `SHORT_EPOCHS`."""
STEPS = 40
"""Of the slider, to epochs all over the run."""
LIMIT_S = 600
ROWS: Mapping[str, tuple[str, str]] = {
    "write_first_ms": ("writing an early epoch, computing", "ms"),
    "write_middle_ms": ("writing one a tenth of the way", "ms"),
    "write_last_ms": ("writing the last ones", "ms"),
    "write_first_kb": ("bytes given to be written, early", "kB"),
    "write_last_kb": ("bytes given to be written, late", "kB"),
    "disk_kb": ("on disk, an epoch", "kB"),
    "answers_kb": ("of that, all but the network", "kB"),
    "open_ms": ("opening, until all is painted", "ms"),
    "open_mb": ("memory of the open run", "MB"),
    "open_peak_mb": ("memory at most while it is opened", "MB"),
    "slider_ms": ("a step of the slider, median", "ms"),
    "slider_worst_ms": ("a step of the slider, worst", "ms"),
    "slider_mb": ("memory after these steps", "MB"),
    "follow_ms": ("following one more epoch, median", "ms"),
    "follow_blocked_ms": ("of that, the window is blocked for", "ms"),
    "follow_short_ms": (f"following one of {SHORT_EPOCHS} epochs, median", "ms"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=1_000)
    parser.add_argument("--against", type=Path, help="another tree, for example of an earlier day")
    parser.add_argument("--rounds", type=int, default=3, help="of opening and following")
    parser.add_argument("--kept", type=Path, help="a folder in which runs and figures stay")
    parser.add_argument("--only", choices=PARTS, help="measure this part; by default all three")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part is not None:
        print(json.dumps(PARTS[options.part](options.folder, options.epochs)))
        return
    trees = {"this": Path(__file__).parent.parent}
    if options.against is not None:
        trees["against"] = options.against.resolve()
    with tempfile.TemporaryDirectory() as folder:
        kept = options.kept or Path(folder)
        for part in [options.only] if options.only else PARTS:
            measure(part, trees, kept, options.epochs, options.rounds)
        found = {name: medians(figures_file(kept, name, options.epochs)) for name in trees}
    print(f"On {describe_machine()}, a run of {options.epochs:,} epochs")
    print(f"{'':36}{''.join(f'{name:>12}' for name in found)}{'ratio':>9}")
    for key, (name, unit) in ROWS.items():
        values = [each[key] for each in found.values()]
        if math.isnan(values[0]):
            continue
        ratio = f"{values[0] / values[-1]:9.3f}" if len(values) > 1 and values[-1] else ""
        print(f"{name:36}{''.join(f'{value:9.1f} {unit}' for value in values)}{ratio}")
    for promise, share in promises(*found.values()):
        if not math.isnan(share):
            print(f"{'kept' if share <= 1 else 'BROKEN':8}{promise}: {share:.2f} of that")
    print(json.dumps({"machine": describe_machine(), "epochs": options.epochs, **found}))


def promises(
    this: Mapping[str, float], against: Mapping[str, float] | None = None
) -> Iterator[tuple[str, float]]:
    """Yield what is promised of a run of 1,000 epochs, and which share of it is used up."""
    yield "opened and painted in 300 ms", this["open_ms"] / 300
    yield "a step of the slider in 50 ms", this["slider_ms"] / 50
    for figure in ("ms", "kb"):
        ratio = this[f"write_last_{figure}"] / this[f"write_first_{figure}"]
        yield f"late epochs written at 1.1 of an early one's {figure}", ratio / 1.1
    yield (
        "followed at twice what a short run takes, whose curves are short",
        (this["follow_ms"] / this["follow_short_ms"] / 2),
    )
    if against is not None:
        yield "a seventh of the other's memory", 7 * this["open_mb"] / against["open_mb"]
        yield "a third of the other's disk", 3 * this["answers_kb"] / against["answers_kb"]


def measure(part: str, trees: Mapping[str, Path], folder: Path, epochs: int, rounds: int) -> None:
    """Measure a part with the package of each tree, in turns; what is kept is kept once."""
    for _ in range(1 if part == "keep" else rounds):
        for name, tree in trees.items():
            figures = figures_file(folder, name, epochs)
            if part == "keep" and figures.exists():
                continue
            found = in_a_process(part, tree, folder / f"{name}-{epochs}", epochs)
            with figures.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps(found)}\n")


def figures_file(folder: Path, name: str, epochs: int) -> Path:
    """Return the file that has what each part of each round came to, a line for each."""
    return folder / f"{name}-{epochs}.jsonl"


def medians(figures: Path) -> dict[str, float]:
    """Return the median of each figure; not a number where none was measured."""
    parts = [json.loads(line) for line in figures.read_text("utf-8").splitlines()]
    told = {key: [each[key] for each in parts if key in each] for key in ROWS}
    return {key: statistics.median(each) if each else math.nan for key, each in told.items()}


def in_a_process(part: str, tree: Path, folder: Path, epochs: int) -> dict[str, float]:
    """Measure one part with the package of a tree, in a process of its own."""
    told = subprocess.run(
        [sys.executable, __file__, "--part", part, "--folder", folder, "--epochs", str(epochs)],
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdout=subprocess.PIPE,
        timeout=LIMIT_S,
        check=True,
    )
    return dict(json.loads(told.stdout.splitlines()[-1]))


# What is done in a process of its own


def keep(folder: Path, epochs: int) -> dict[str, float]:
    """Make and keep the long run and a short one, and a last one, which a window begins with."""
    from made_up_run import keep_made_up, real_start

    from lenet_desktop.runs.opening import open_store

    shutil.rmtree(folder, ignore_errors=True)  # what was left by a run that was cut short
    start = real_start(folder / "cache")
    with closing(open_store(folder / "kept")) as store:
        run_id, written = keep_made_up(store, start, epochs)
        size = store.run_folder(run_id).size()
        for others in (SHORT_EPOCHS, 2):
            keep_made_up(store, start, others)
    network = sum(weight.numel() * weight.itemsize for weight in start.learner.weights.values())
    tenth = max(1, len(written) // 10)
    some = min(20, tenth)
    parts = {
        "first": written[1 : 1 + some],
        "middle": written[tenth : tenth + some],
        "last": written[-some:],
    }
    found = {
        f"write_{name}_ms": 1e3 * statistics.median(each.seconds for each in part)
        for name, part in parts.items()
    }
    found |= {
        f"write_{name}_kb": statistics.median(each.bytes for each in part) / 1e3
        for name, part in parts.items()
    }
    each_kb = size / epochs / 1e3
    return {**found, "disk_kb": each_kb, "answers_kb": each_kb - network / 1e3}


def open_run(folder: Path, epochs: int) -> dict[str, float]:
    """Open the long run in a window that shows another one, and go through its epochs."""
    from window import wait

    window, _ = a_window(folder)
    before_mb = resident_mb()
    began_at = time.perf_counter()
    shown = show_run(window, LONG, epochs)
    open_ms = 1e3 * (shown - began_at)
    wait(1_000)  # what follows behind the picture
    open_mb = resident_mb() - before_mb
    peak = max(peak_mb() - before_mb, open_mb)
    times = []
    show_images(window)
    for step in range(STEPS):
        began_at = time.perf_counter()
        window.gallery.state.look_at(1 + (step * 617) % (epochs - 1))
        window_turn(rests=False)  # in which all of it is painted, and nothing twice
        times.append(1e3 * (time.perf_counter() - began_at))
        wait(1)
    found = {
        "open_ms": open_ms,
        "open_mb": open_mb,
        "open_peak_mb": peak,
        "slider_ms": statistics.median(times),
        "slider_worst_ms": max(times),
        "slider_mb": resident_mb() - before_mb,
    }
    window.close()
    return found


def follow(folder: Path, _epochs: int) -> dict[str, float]:
    """Follow the last epochs of both runs while they are kept anew, on a copy of all files."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as copied:
        shutil.copytree(folder, copied, dirs_exist_ok=True, copy_function=copy_or_link)
        long, blocked = follow_copy(Path(copied), LONG)
        short, _blocked = follow_copy(Path(copied), SHORT)
    return {"follow_ms": long, "follow_blocked_ms": blocked, "follow_short_ms": short}


def copy_or_link(source: str, goal: str) -> None:
    """Copy what is changed where it stands; other files are only ever replaced."""
    (os.link if source.endswith(".safetensors") else shutil.copy2)(source, goal)


def follow_copy(folder: Path, run_id: int) -> tuple[float, float]:
    """Follow a run that goes on again from a few epochs before its end.

    Returns:
        How long an epoch takes, and for how long the window is blocked in that, in milliseconds.
    """
    from made_up_run import MadeUpRun
    from window import wait

    from lenet_desktop.runs.opening import open_store
    from lenet_desktop.runs.recorder import RunRecorder
    from lenet_desktop.training.events import PredictionsReady

    with closing(open_store(folder / "kept")) as store:
        checkpoint = shortened(store, run_id, FOLLOWED)
        recorder = RunRecorder(store, run_id, checkpoint)
        events = recorder.follow(MadeUpRun(checkpoint, len(checkpoint.epochs) + FOLLOWED))
        finished = (event for event in events if isinstance(event, PredictionsReady))
        next(finished)
        window, _ = a_window(folder)
        show_run(window, run_id, store.record(run_id).epochs_done)
        window.run_services.look_often(LIMIT_S * 1_000)  # the news are told here
        wait(1_000)
        times, blocked = [], []
        for _ in range(FOLLOWED - 1):
            next(finished)
            record = store.record(run_id)
            began_at = time.perf_counter()
            longest = 0.0
            while window.gallery.state.newest != record.epochs_done:
                window.run_opener.follow(record)  # which waits for nothing that is being read
                longest = max(longest, window_turn())
            times.append(1e3 * (time.perf_counter() - began_at))
            blocked.append(1e3 * longest)
            paint(window)
            wait(50)
        events.close()
        window.close()
    return statistics.median(times), statistics.median(blocked)


def shortened(store: Any, run_id: int, by: int) -> Any:
    """Return where a run stood so many epochs before its end, with nothing after it."""
    folder, record = store.run_folder(run_id), store.record(run_id)
    _, newest = folder.newest_checkpoint(record.steps_per_epoch)
    for name in folder.checkpoints():
        (folder.path / name).unlink()
    left = len(newest.epochs) - by
    return replace(
        newest,
        epochs=newest.epochs[:left],
        losses=newest.losses[: left * newest.steps_per_epoch],
        predictions=folder.read_epoch(left).predictions,
    )


PARTS: Mapping[str, Callable[[Path, int], dict[str, float]]] = {
    "keep": keep,
    "open": open_run,
    "follow": follow,
}


def a_window(folder: Path) -> tuple[Any, Any]:
    """Return the real window, with what makes Qt live."""
    from PySide6.QtWidgets import QApplication
    from window import open_window, wait_until

    from lenet_desktop.app import create_window  # noqa: F401  before the first widget
    from lenet_desktop.training.allocator import keep_freed_memory

    keep_freed_memory()
    application = QApplication.instance() or QApplication([])
    window = open_window(folder)
    wait_until(lambda: window.session.run_id is not None or not window.runs.model.records)
    return window, application


def show_run(window: Any, run_id: int, epochs: int) -> float:
    """Open a run; return when its curves, its table, its matrix and its images were painted."""
    window.run_opener.open_run(run_id)
    while (window.session.run_id, window.gallery.state.newest) != (run_id, epochs):
        window_turn()
    paint(window)
    if window.training.table.rowCount() != epochs:
        raise RuntimeError("The table has not all epochs.")
    return time.perf_counter()


def show_images(window: Any) -> None:
    """Turn to the page of the images, where a window has pages: what is hidden is not painted."""
    if hasattr(window, "workspaces"):
        from lenet_desktop.ui.window.workspaces import Workspace

        window.workspaces.show(Workspace.EXPLORE)
        window_turn()


def paint(window: Any) -> None:
    """Have all painted that belongs to a run."""
    plots, table = window.training.plots, window.training.table
    for part in (plots.loss, plots.accuracy, table, window.gallery.view):
        part.viewport().repaint()
    window.gallery.matrix.repaint()
    window.gallery.about_image.repaint()


def window_turn(*, rests: bool = True) -> float:
    """Let the window live for one turn of its loop; return the seconds that this took.

    Then nothing is done for a moment, unless it is asked for: to go on at once would take the
    interpreter from the thread that reads.
    """
    from PySide6.QtWidgets import QApplication

    began_at = time.perf_counter()
    QApplication.processEvents()
    took_s = time.perf_counter() - began_at
    if rests:
        time.sleep(0.001)
    return took_s


def resident_mb() -> float:
    """Return how much memory this process has now, in MB; the largest so far where unknown."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return peak_mb()
    return pages * resource.getpagesize() / 1e6


def peak_mb() -> float:
    """Return the largest resident set so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
