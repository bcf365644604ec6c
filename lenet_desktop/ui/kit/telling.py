"""Says why something could not be done with the list of runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import SignalInstance

from lenet_desktop.runs.store import StoreError


@contextmanager
def telling(failed: SignalInstance) -> Iterator[None]:
    """Go on behind what could not be done, and say by a signal why, a sentence."""
    try:
        yield
    except StoreError as error:
        failed.emit(str(error))
