"""Goes on with sweep 1 of a store in two processes, until somebody kills it."""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path


def main() -> None:
    from lenet_desktop.runs.opening import open_store
    from lenet_desktop.sweeps.events import TrialChanged
    from lenet_desktop.sweeps.processes import Layout, ProcessExecutor
    from lenet_desktop.sweeps.race import race
    from lenet_desktop.sweeps.store import SweepStore

    folder, cache = map(Path, sys.argv[1:])
    executor = ProcessExecutor(folder, cache, Layout(2, 1))
    for event in race(SweepStore(open_store(folder)), 1, executor):
        if isinstance(event, TrialChanged) and event.epoch:
            pids = [process.pid for process in multiprocessing.active_children()]
            print(event.trial.number, event.epoch.epoch, *pids, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
