"""Does anything to the window, at random, and says what it was that the window did not take.

    python benchmarks/monkey.py [--actions 10000] [--seed 0]
    python benchmarks/monkey.py --seed 7 --shrink      # the shortest script that fails as seed 7
    python benchmarks/monkey.py --script FILE

Clicks, keys, nonsense typed, sizes, themes and fonts; runs started, paused, opened, deleted and
brought back; the window closed and opened again: on a few real images, in a process of its own for
every thousand deeds. After each deed there may be no exception, no warning of Qt, no control that
contradicts the state of the run, no figure that is not that of the run it claims to be of; after
closing no thread and no widget. The exit status is 1 if anything is not as it should be.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from PySide6.QtWidgets import QApplication

from lenet_desktop.data.catalogue import load_splits
from lenet_desktop.data.images import DataSplits
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.training.devices import find_devices
from tests.ui.monkey import Cage, Deed, MisbehavedError, random_script, read_script, written

DEEDS = 1_000
"""For one process."""
LIMIT_S = 900


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="of the first thousand")
    parser.add_argument("--shrink", action="store_true", help="find a short script that fails")
    parser.add_argument("--script", type=Path, help="do what a file says, in this process")
    options = parser.parse_args()
    if options.script is not None:
        return _follow(read_script(options.script))
    if options.shrink:
        return _shrink(random_script(options.seed, DEEDS))
    failed = 0
    for seed in range(options.seed, options.seed + -(-options.actions // DEEDS)):
        said = _try(random_script(seed, DEEDS))
        print(f"seed {seed}, {DEEDS} deeds: {said or 'all well'}", flush=True)
        failed += bool(said)
    return int(failed > 0)


def _follow(script: list[Deed]) -> int:
    application = QApplication([])
    application.setStyle("Fusion")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = load_splits(folder)
        few = DataSplits(data.train.first(600), data.test.first(300))
        cage = Cage(
            folder / "cage",
            lambda store: TrainingResources(few, find_devices()[-1:], store),
            few.test.as_image_set(),
        )
        try:
            cage.follow(script)
        except MisbehavedError as error:
            print(error)
            os._exit(1)  # whatever is left of the window
        print(", ".join(f"{kind} {count}" for kind, count in sorted(cage.counts.items())))
    return 0


def _try(script: list[Deed]) -> str:
    """Follow a script in a process of its own; return what went wrong, if anything."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "script"
        file.write_text(written(script), encoding="utf-8")
        try:
            ended = subprocess.run(
                [sys.executable, "-X", "faulthandler", __file__, "--script", str(file)],
                capture_output=True, text=True, timeout=LIMIT_S, check=False,
                env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"it hangs: nothing came of it in {LIMIT_S} seconds"
    if ended.returncode == 0:
        return ""
    said = ended.stdout.strip() or "\n".join(ended.stderr.strip().splitlines()[:25])
    return f"status {ended.returncode}. {said}"


def _shrink(script: list[Deed]) -> int:
    """Leave out as much of a script as can be, as long as it goes wrong; print what is left."""
    said = _try(script)
    if not said:
        print("Nothing goes wrong with this seed.")
        return 0
    part = len(script) // 2
    while part:
        start = 0
        while start < len(script):
            shorter = script[:start] + script[start + part :]
            outcome = _try(shorter)
            if outcome:
                script, said = shorter, outcome
                print(f"{len(script)} deeds", flush=True)
            else:
                start += part
        part //= 2
    print(written(script) + said)
    return 1


if __name__ == "__main__":
    sys.exit(main())
