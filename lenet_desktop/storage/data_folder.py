"""Which folder a person has chosen for runs, notes and own pictures, as a line in a small file.

It is no setting of the window: commands in a terminal keep their runs in the same place.
"""

from pathlib import Path

from lenet_desktop.storage.files import write_atomically

NOTE_NAME = "data-folder.txt"
"""Beside the settings of the window."""


def chosen_folder(note: Path) -> Path | None:
    """Return the folder that a note names, None where there is none that can be used."""
    try:
        line = note.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return Path(line) if line and Path(line).is_absolute() else None


def choose_folder(note: Path, folder: Path | None) -> None:
    """Write down which folder is to be used from the next start on, None for the usual one.

    Raises:
        OSError: the note cannot be written.
    """
    if folder is None:
        note.unlink(missing_ok=True)
        return
    note.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(note, f"{folder.absolute()}\n".encode())
