"""How the program is asked from outside to end: Ctrl+C, a log-out, a batch system.

Imports next to nothing, because Ctrl+C must find it at work before anything else is imported.
"""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType

# Ctrl+C, `kill` or `timeout`, a terminal that was closed; Windows has the last one in its place.
SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)
_SIGNAL_STATUS = 128
"""An exit status is this plus a signal's number where that signal ended the program."""

_SAME_REQUEST_S = 1.0
"""Seconds within which a signal that comes again means nothing more: some senders send it twice."""


class Stopped(KeyboardInterrupt):
    """The program was asked to end.

    Attributes:
        status: its exit status, as shells know it.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = _SIGNAL_STATUS + number


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """Let Ctrl+C end the program without a word as long as there is nothing to tidy up.

    Python would raise an error in the middle of whichever import goes on.
    """
    with _handled((signal.SIGINT,), signal.SIG_DFL):
        yield


class StopRequests:
    """While entered, any of `SIGNALS` asks for an orderly end, which nothing disturbs any more.

    It raises `Stopped`; within `held` it is only noted. A second Ctrl+C, given a moment later, ends
    the program at once: files and list are written such that they survive that.

    Attributes:
        number: the first signal that came, None before one did.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._came_at = 0.0
        self._is_held = self._has_raised = False
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> StopRequests:
        self._stack.enter_context(_handled(SIGNALS, self._note))
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        self._stack.close()
        if self._has_raised and self.number is not None and isinstance(error, Exception):
            raise Stopped(self.number) from error  # some library has made another error of it

    def check(self) -> None:
        """Raise `Stopped` if a signal has come that was only noted."""
        if self.number is not None:
            raise Stopped(self.number)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Only note signals, for work that looks at `number` between its steps."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False

    def _note(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.number is None:
            self.number, self._came_at = number, now
            if not self._is_held:
                self._has_raised = True
                raise Stopped(number)
        elif number == signal.SIGINT and now - self._came_at > _SAME_REQUEST_S:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)


@contextlib.contextmanager
def _handled(
    numbers: tuple[signal.Signals, ...],
    handler: Callable[[int, FrameType | None], None] | signal.Handlers,
) -> Iterator[None]:
    """Have signals handled in a way, but those that `nohup` or a shell had ignored."""
    before = {number: signal.getsignal(number) for number in numbers}
    taken = [number for number in numbers if before[number] not in (signal.SIG_IGN, None)]
    for number in taken:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, before[number])
