"""Why something of a run is not on the disk, and so what a person can do about it."""

import errno
import sqlite3
from dataclasses import dataclass
from enum import Enum, auto

from lenet_desktop.runs.database import primary_code
from lenet_desktop.text.wording import why_not

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Remedy(Enum):
    """What lets a run be kept."""

    ROOM = auto()
    """The disk is full."""
    ACCESS = auto()
    """Its folder is not there, or cannot be written to."""
    NONE = auto()
    """The list is in memory, and everything in it is lost with the window."""


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What keeps something from the disk.

    Attributes:
        reason: what the system says, without a full stop.
        remedy: what helps.
    """

    reason: str
    remedy: Remedy

    @classmethod
    def of(cls, error: Exception) -> "Hindrance":
        """Return what an attempt to write has failed for."""
        is_full = (
            getattr(error, "errno", None) in _FULL
            or primary_code(error.__cause__) == sqlite3.SQLITE_FULL
        )
        return cls(why_not(error), Remedy.ROOM if is_full else Remedy.ACCESS)
