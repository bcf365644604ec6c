"""What a person prefers for every run and every start: remembered at once, heard by its users."""

import os
from typing import NamedTuple

from PySide6.QtCore import QObject, QSettings, Signal


class Preference(NamedTuple):
    """A number that can be chosen.

    Attributes:
        key: what it is called in the file of settings.
        usual: what it is until somebody chooses.
        choices: what can be chosen, ascending.
    """

    key: str
    usual: int
    choices: tuple[int, ...]


TEXT_PERCENT = Preference("preferences/text_percent", 100, (100, 110, 125, 150, 175, 200))
"""How large text is, in percent of what it is on this desktop."""
REFRESH_HZ = Preference("preferences/refresh_hz", 5, (1, 2, 5, 10))
"""How often curves are drawn anew while a run goes on, in times a second."""
THREADS = Preference("preferences/threads", 0, tuple(range(max(2, os.cpu_count() or 1) + 1)))
"""How many threads compute; 0 leaves that to PyTorch."""


class Preferences(QObject):
    """Reads and writes a file of settings; what makes no sense there counts as never chosen."""

    changed = Signal(object)  # the Preference whose value is another one now

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def value(self, preference: Preference) -> int:
        """Return what is preferred."""
        try:
            value = int(str(self._settings.value(preference.key)))
        except ValueError:
            return preference.usual
        return value if value in preference.choices else preference.usual

    def set_value(self, preference: Preference, value: int) -> None:
        """Prefer something else from now on.

        Raises:
            ValueError: that cannot be chosen.
        """
        if value not in preference.choices:
            raise ValueError(f"{value} is none of {preference.choices}.")
        if value != self.value(preference):
            self._settings.setValue(preference.key, str(value))
            self._settings.sync()
            self.changed.emit(preference)

    def step(self, preference: Preference, steps: int) -> None:
        """Prefer the next larger or smaller choice, if there is one."""
        place = preference.choices.index(self.value(preference)) + steps
        if 0 <= place < len(preference.choices):
            self.set_value(preference, preference.choices[place])
