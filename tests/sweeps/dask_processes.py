"""A Dask scheduler and its workers, each a process of its own on the loopback.

Importing torch takes seconds, so one process imports everything, computes nothing, and forks those
that run Dask's own commands:

    python -m tests.sweeps.dask_processes FOLDER

takes orders as lines and answers with lines. `DaskProcesses` speaks with it.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

HERE = "127.0.0.1"
_NEEDED = (
    "distributed.cli.dask_scheduler",
    "distributed.cli.dask_worker",
    "safetensors.torch",
    "lenet_desktop.sweeps.dask_worker",
    "lenet_desktop.training.engine",
)
_FILE_LIMIT = 2**16
"""Bytes: what a worker with a full disk can write at most, which is less than any network."""


class DaskProcesses:
    """Starts a scheduler and workers, and kills what is left of them at the end."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(folder / "cache")},
            start_new_session=True,  # so that they can be killed all at once
        )
        self.workers: list[int] = []

    def scheduler(self) -> str:
        """Start a scheduler, and return its address when it listens."""
        return self._ask("scheduler")

    def worker(self, scheduler: str, *, has_full_disk: bool = False) -> None:
        """Start a worker; it joins whenever it is ready."""
        order = "full" if has_full_disk else "worker"
        self.workers.append(int(self._ask(f"{order} {scheduler}")))

    def kill(self, worker: int) -> None:
        """Kill a worker wherever it is, by its place in the order in which they were started."""
        os.kill(self.workers[worker], signal.SIGKILL)

    def close(self) -> None:
        """Kill all of them, whatever they wait for."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def _ask(self, order: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


# --- in the process that forks


def main(folder: Path) -> None:
    """Take orders until there are no more."""
    _import_what_children_need()
    workers = 0
    for line in iter(sys.stdin.readline, ""):
        order, _, scheduler = line.strip().partition(" ")
        if order == "scheduler":
            answer = _fork_scheduler()
        else:
            workers += 1
            answer = str(_fork_worker(folder / f"worker {workers}", scheduler, order == "full"))
        os.write(1, (answer + "\n").encode())
    os.killpg(0, signal.SIGKILL)  # the test is gone


def _import_what_children_need() -> None:
    """Import what would otherwise be imported in every child anew; computes nothing."""
    for name in _NEEDED:
        importlib.import_module(name)
    import torch

    torch.set_num_threads(1)  # others would not survive a fork
    torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))])  # the first one imports a great deal


def _fork_scheduler() -> str:
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.dup2(writing, 2)
        _run_command("scheduler", "--host", HERE, "--port", "0", "--no-dashboard")
    os.close(writing)  # or nobody would notice that it has ended
    with os.fdopen(os.dup(reading), encoding="utf-8") as said:
        # What it says later stays in the pipe.
        return next(line.split()[-1] for line in said if "Scheduler at:" in line)


def _fork_worker(folder: Path, scheduler: str, has_full_disk: bool) -> int:
    child = os.fork()
    if child:
        return child
    folder.mkdir()
    os.dup2(os.open(folder / "log", os.O_CREAT | os.O_WRONLY), 2)
    if has_full_disk:
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_LIMIT, _FILE_LIMIT))
    where = ("--host", HERE, "--local-directory", str(folder))
    _run_command("worker", scheduler, "--no-nanny", "--nthreads", "1", "--no-dashboard", *where)
    return 0


def _run_command(*arguments: str) -> None:
    """Do what `dask` does, and never return."""
    from dask.__main__ import main as dask

    status = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        sys.argv = ["dask", *arguments]
        dask()
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
