"""A process that trains one trial after the other, as another process tells it through a pipe.

It ends when that pipe does, so it never outlives the process that has started it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from lenet_desktop.runs.records import RunStatus
from lenet_desktop.sweeps.executor import TaskAdvanced, TaskEnded, TaskRefused, TrialTask
from lenet_desktop.text.language import _, inherit_language
from lenet_desktop.text.wording import first_line

if TYPE_CHECKING:
    from lenet_desktop.data.images import DataSplits
    from lenet_desktop.training.devices import Device

log = logging.getLogger(__name__)

_NICENESS = 10
_BELOW_NORMAL = 0x4000


class Train(NamedTuple):
    """A trial is to be trained."""

    task: TrialTask


class Answer(NamedTuple):
    """A trial that has asked goes on, or ends."""

    number: int
    goes_on: bool


class Stop(NamedTuple):
    """A trial is to end after its step under way."""

    number: int


Message = Train | Answer | Stop | None


def work(pipe: Connection, folder: Path, cache: Path, threads: int) -> None:
    """Train what the pipe says until it says None, or ends.

    Args:
        pipe: says what is to be done, and hears what has happened.
        folder: that of the store.
        cache: where the data are found.
        threads: how many threads compute.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):  # the pipe says when to end
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    inherit_language()
    _step_back()
    os.environ["OMP_NUM_THREADS"] = str(threads)  # before torch is imported
    worker = _Worker(pipe, folder, cache)
    threading.Thread(target=worker.listen, name="pipe", daemon=True).start()
    with contextlib.suppress(BrokenPipeError):  # nobody is there any more
        worker.run()
    os._exit(0)  # taking torch apart in good order would take a while


class _Worker:
    def __init__(self, pipe: Connection, folder: Path, cache: Path) -> None:
        self._pipe, self._folder, self._cache = pipe, folder, cache
        self._messages: SimpleQueue[Message] = SimpleQueue()
        self._is_ending = False
        self._data: DataSplits | None = None
        self._devices: Sequence[Device] = ()

    def listen(self) -> None:
        """Take down what the pipe says; end the process where it says nothing any more."""
        try:
            while True:
                self._messages.put(self._pipe.recv())
        except (EOFError, OSError):
            os._exit(1)

    def run(self) -> None:
        """Train one trial after the other."""
        from lenet_desktop.training.libraries import LibraryError, import_torch

        with contextlib.suppress(LibraryError):  # each trial will say so
            import_torch()  # it takes seconds, in which the first trial may not be proposed yet
        while not self._is_ending:
            message = self._messages.get()
            if message is None:
                return
            if isinstance(message, Train):  # others are for a trial that has ended meanwhile
                self._pipe.send(self._trained(message.task))

    def _trained(self, task: TrialTask) -> TaskEnded | TaskRefused:
        """Train a trial, telling how it goes; return how it ended."""
        from lenet_desktop.data.images import DataError
        from lenet_desktop.training.devices import DeviceError
        from lenet_desktop.training.libraries import LibraryError

        try:
            return self._train(task)
        except BrokenPipeError:
            raise
        except (DataError, DeviceError, LibraryError) as error:
            return TaskRefused(task.number, str(error))
        except Exception as error:  # whatever it was, the next trial may do better
            log.info("A trial failed", exc_info=True)
            return TaskEnded(task.number, RunStatus.FAILED, _sentence(error))

    def _train(self, task: TrialTask) -> TaskEnded:
        data = self._get_ready(task)
        from lenet_desktop.sweeps.trial import train_trial

        with closing(train_trial(task, self._folder, data, self._devices)) as reports:
            for report in reports:
                if isinstance(report, TaskEnded):
                    return report
                if report is not None:
                    self._pipe.send(report)
                asks = task.asks and isinstance(report, TaskAdvanced)
                if not self._goes_on(task, waits=asks):
                    break
        return TaskEnded(task.number, RunStatus.STOPPED)

    def _goes_on(self, task: TrialTask, *, waits: bool) -> bool:
        """Tell whether nobody wants a trial to end; wait for an answer, if it asked for one."""
        while waits or not self._messages.empty():
            match self._messages.get():
                case Answer(number, goes_on) if number == task.number:
                    return goes_on
                case Stop(number) if number == task.number:
                    return False
                case None:
                    self._is_ending = True
                    return False
        return True

    def _get_ready(self, task: TrialTask) -> DataSplits:
        from lenet_desktop.data.catalogue import load_splits
        from lenet_desktop.training.devices import find_devices
        from lenet_desktop.training.libraries import import_torch

        if not self._devices:
            import_torch()
            self._devices = find_devices()
        wanted = task.config.data
        if self._data is None or self._data.info.fingerprint != wanted.fingerprint:
            self._data = load_splits(self._cache, wanted)
        return self._data


def _sentence(error: Exception) -> str:
    """Say why a trial failed."""
    lines = str(error).strip().splitlines()
    if lines and lines[0].endswith((".", "。")):
        return lines[0]
    return _("Something went wrong: {reason}.").format(reason=first_line(error))


def _step_back() -> None:
    """Leave the cores to whatever a person sees."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
    else:
        os.nice(_NICENESS)
