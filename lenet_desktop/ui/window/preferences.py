"""What a person prefers for every run and every start: remembered at once, heard by its users."""

import os
from typing import Generic, NamedTuple, TypeVar

from PySide6.QtCore import QObject, QSettings, Signal

from lenet_desktop.text.language import LANGUAGES

T = TypeVar("T", int, str)


class Preference(NamedTuple, Generic[T]):
    """What can be chosen.

    Attributes:
        key: what it is called in the file of settings.
        usual: what it is until somebody chooses.
        choices: what can be chosen; numbers ascend.
    """

    key: str
    usual: T
    choices: tuple[T, ...]


TEXT_PERCENT = Preference("preferences/text_percent", 100, (100, 110, 125, 150, 175, 200))
"""How large text is, in percent of what it is on this desktop."""
REFRESH_HZ = Preference("preferences/refresh_hz", 5, (1, 2, 5, 10))
"""How often curves are drawn anew while a run goes on, in times a second."""
THREADS = Preference("preferences/threads", 0, tuple(range(max(2, os.cpu_count() or 1) + 1)))
"""How many threads compute; 0 leaves that to PyTorch."""
LANGUAGE = Preference("preferences/language", "", ("", *LANGUAGES))
"""The code of the language of the next start; "" leaves that to the system."""


class Preferences(QObject):
    """Reads and writes a file of settings; what makes no sense there counts as never chosen."""

    changed = Signal(object)  # the Preference whose value is another one now

    def __init__(self, settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def value(self, preference: Preference[T]) -> T:
        """Return what is preferred."""
        kept = str(self._settings.value(preference.key))
        named = (choice for choice in preference.choices if str(choice) == kept)
        return next(named, preference.usual)

    def set_value(self, preference: Preference[T], value: T) -> None:
        """Prefer something else from now on.

        Raises:
            ValueError: that cannot be chosen.
        """
        if value not in preference.choices:
            raise ValueError(f"{value} is none of {preference.choices}.")
        if value != self.value(preference):
            self._settings.setValue(preference.key, str(value))
            self.changed.emit(preference)

    def step(self, preference: Preference[int], steps: int) -> None:
        """Prefer the next larger or smaller choice, if there is one."""
        place = preference.choices.index(self.value(preference)) + steps
        if 0 <= place < len(preference.choices):
            self.set_value(preference, preference.choices[place])
