"""The borders between parts of the window, which a person can move."""

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QSplitter


class Borders:
    """Remembers where they are, and puts them back to where they were at the first start.

    Attributes:
        splitters: whose borders these are, by the names under which they are remembered.
    """

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings
        self.splitters: dict[str, QSplitter] = {}
        self._first: dict[str, QByteArray] = {}

    def add(self, **splitters: QSplitter) -> None:
        """Take in splitters that were just made, and put their borders where they were last."""
        for name, splitter in splitters.items():
            self.splitters[name], self._first[name] = splitter, splitter.saveState()
            state = self._settings.value(f"splitters/{name}")
            if isinstance(state, QByteArray):
                splitter.restoreState(state)

    def reset(self) -> None:
        """Put all of them back, also those of parts that are not made yet."""
        self._settings.remove("splitters")
        for name, splitter in self.splitters.items():
            splitter.restoreState(self._first[name])

    def save(self) -> None:
        """Remember where they are."""
        for name, splitter in self.splitters.items():
            self._settings.setValue(f"splitters/{name}", splitter.saveState())
