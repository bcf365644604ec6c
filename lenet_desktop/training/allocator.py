"""Keeps the memory of one training step for the next, and gives back what piles up.

The C library gives freed memory back to the system and asks for it again at the next step. Each
time the system clears it page by page, which can take as long as the arithmetic does. Told to keep
it, the library keeps more and more: what outlives an epoch lies between what does not.
"""

import ctypes
import logging
import os
import platform
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Parameters of `mallopt`, as its manual page and <malloc.h> give them."""
_LARGEST_KEPT_BYTES = 32 * 1024**2
"""Larger pieces are always asked from the system; the most that `mallopt` accepts."""
_KEPT_BYTES = 128 * 1024**2
"""How much freed memory is kept at the end of the heap; a training step takes about 30 MB."""
_MOST_GROWTH_BYTES = 128 * 1024**2
"""By how much a process may grow in a run before it looks for what it can give back."""


def keep_freed_memory() -> bool:
    """Ask the C library to keep freed memory for the next step; tell whether it does.

    Only GNU's is asked: others keep it anyway, or cannot be asked.
    """
    mallopt = _function("mallopt")
    if mallopt is None:
        return False
    wanted = {_M_MMAP_THRESHOLD: _LARGEST_KEPT_BYTES, _M_TRIM_THRESHOLD: _KEPT_BYTES}
    return all(mallopt(parameter, value) == 1 for parameter, value in wanted.items())


class FreedMemory:
    """Gives freed memory back to the system as soon as much of it has piled up in a run.

    Giving it back takes some hundredths of a second, and so does taking what the next step needs.
    """

    def __init__(self) -> None:
        self._least_bytes = resident_bytes()

    def give_back_excess(self) -> bool:
        """Give back what is free if the process has grown much; tell whether it was done."""
        resident = resident_bytes()
        if resident is None or self._least_bytes is None:
            return False
        if resident - self._least_bytes < _MOST_GROWTH_BYTES:
            return False
        trim = _function("malloc_trim")
        if trim is None:
            return False
        trim(0)
        # What is in use may grow, too, and is not to be looked through after every epoch.
        self._least_bytes = resident_bytes()
        return True


def resident_bytes() -> int | None:
    """Return how much memory the process takes, None where that cannot be read."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def _function(name: str) -> Any:
    """Return a function of GNU's C library, None where there is none."""
    if platform.libc_ver()[0] != "glibc":
        return None
    try:
        return getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        log.info("The C library knows no %s", name)
        return None
