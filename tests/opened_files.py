"""Which files a piece of code opens, for tests of what it does not have to read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_noted: list[list[str]] = []


def _note(event: str, args: tuple[object, ...]) -> None:
    if event == "open" and _noted and isinstance(args[0], str | bytes | Path):
        name = Path(str(args[0])).name
        for names in _noted:
            names.append(name)


sys.addaudithook(_note)  # which stays as long as the process


@contextmanager
def opened_files() -> Iterator[list[str]]:
    """Take down the names of all files that are opened meanwhile, on any thread, in turn."""
    names: list[str] = []
    _noted.append(names)
    try:
        yield names
    finally:
        _noted.remove(names)
