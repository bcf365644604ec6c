"""Imports torch, and says how to repair it where that does not work."""

import atexit
import ctypes
import gc
import importlib
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from lenet_desktop.networks.threads import threads
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, first_line
from lenet_desktop.training.allocator import keep_freed_memory

log = logging.getLogger(__name__)

_REPAIR = "python -m pip install --force-reinstall torch torchvision"
"""Both, because torchvision works only with the torch that it was made for."""


class LibraryError(ToldError, RuntimeError):
    """PyTorch cannot be used; the message is a sentence for the person."""


def load_ahead() -> None:
    """Have the system load what torch is made of while the window is painted.

    That is a quarter of the import, and needs no Python. Where it fails, the import will say why.
    """
    torch = importlib.util.find_spec("torch") if sys.platform == "linux" else None
    if torch is not None and torch.origin is not None:
        # No daemon: a process that ends while libraries begin to live would fall.
        Thread(target=_load, args=(Path(torch.origin).parent / "lib",)).start()


def _load(folder: Path) -> None:
    """Load those libraries in a folder that know no Python, as torch does when it is imported."""
    # Called like this it lets other threads go on, which `CDLL` with a path does not. So it does
    # not hold Python's lock, without which no library that is made for Python may begin to live.
    dlopen = ctypes.CDLL(None).dlopen
    dlopen(os.fsencode(folder / "libtorch_global_deps.so"), os.RTLD_NOW | os.RTLD_GLOBAL)
    dlopen(os.fsencode(folder / "libtorch.so"), os.RTLD_NOW | os.RTLD_LOCAL)


def import_torch() -> None:
    """Import torch, which takes seconds the first time.

    Raises:
        LibraryError: it is missing or broken.
    """
    keep_freed_memory()
    with no_garbage_collection():
        _import_torch()
    threads.take_over()


def _import_torch() -> None:
    try:
        importlib.import_module("torch")
    except (ImportError, OSError) as error:
        log.exception("torch cannot be imported")
        raise LibraryError(
            _("PyTorch cannot be loaded ({reason}). Repair it with “{repair}”.").format(
                reason=first_line(error), repair=_REPAIR
            )
        ) from error


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Let imports make their hundred thousands of objects without being gone through again.

    It takes a quarter off the time. Nothing of what they make is garbage, so no later collection
    goes through it either: each would hold up the window for a good part of a second. Without
    thresholds nothing is due meanwhile, for whoever else collects.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(0)
    try:
        yield
    finally:
        gc.freeze()
        atexit.register(gc.unfreeze)  # or libraries would call all of it leaks at the end
        gc.set_threshold(*thresholds)
