"""What the process must not be ended in the middle of, because a person would miss it."""

from __future__ import annotations

import contextlib
from threading import Condition


class UnfinishedWork:
    """Counts work that is under way. Any thread may use it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._count = 0

    def begin(self) -> contextlib.ExitStack:
        """Begin a piece of work, which ends when what is returned is closed."""
        with self._changed:
            self._count += 1
        ending = contextlib.ExitStack()
        ending.callback(self._end)
        return ending

    def wait(self, limit_s: float) -> bool:
        """Wait until there is none, at most so many seconds; return whether there is none."""
        with self._changed:
            return self._changed.wait_for(lambda: self._count == 0, limit_s)

    def _end(self) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()


unfinished_work = UnfinishedWork()
"""That of this process, which is ended as a whole."""
