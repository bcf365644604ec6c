"""Keeps the memory of one training step for the next.

The C library gives freed memory back to the system and asks for it again at the next step. Each
time the system clears it page by page, which can take as long as the arithmetic does.
"""

import ctypes
import logging
import platform

log = logging.getLogger(__name__)

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Parameters of `mallopt`, as its manual page and <malloc.h> give them."""
_LARGEST_KEPT_BYTES = 32 * 1024**2
"""Larger pieces are always asked from the system; the most that `mallopt` accepts."""
_KEPT_BYTES = 128 * 1024**2
"""How much freed memory is kept; a training step takes about 30 MB."""


def keep_freed_memory() -> bool:
    """Ask the C library to keep freed memory for the next step; tell whether it does.

    Only GNU's is asked: others keep it anyway, or cannot be asked.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        log.info("The C library cannot be asked to keep freed memory.")
        return False
    wanted = {_M_MMAP_THRESHOLD: _LARGEST_KEPT_BYTES, _M_TRIM_THRESHOLD: _KEPT_BYTES}
    return all(mallopt(parameter, value) == 1 for parameter, value in wanted.items())
