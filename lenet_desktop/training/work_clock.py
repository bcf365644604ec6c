"""Measures work: not pauses, not the sleep of the machine, and never backwards."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "win32":
    import ctypes

    def awake_s() -> float:
        """Return seconds of a clock that stands still while the machine sleeps."""
        ticks = ctypes.c_ulonglong()  # of 100 ns
        ctypes.windll.kernelbase.QueryUnbiasedInterruptTimePrecise(ctypes.byref(ticks))
        return ticks.value / 1e7

else:
    # Python's counter stands still then on Linux and macOS, but runs on under Windows.
    awake_s = time.perf_counter


class WorkClock:
    """A stopwatch that runs only while something is worked on.

    Args:
        before_s: seconds that it shows at first.
    """

    def __init__(self, before_s: float = 0.0) -> None:
        self._stood_at_s = before_s
        self._began_at: float | None = None

    @property
    def elapsed_s(self) -> float:
        """Seconds of work so far."""
        now_s = 0.0 if self._began_at is None else awake_s() - self._began_at
        return self._stood_at_s + now_s

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time for which this context is open, however it is left."""
        self._began_at = awake_s()
        try:
            yield
        finally:
            self._stood_at_s, self._began_at = self.elapsed_s, None
