"""Puts the program into the menus of a Linux desktop, for the user who asks. Standard library only.

Source: the Desktop Entry Specification 1.5 and the Icon Theme Specification of freedesktop.org.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from lenet_desktop import assets

APP_ID = "lenet-desktop"
"""What the window calls itself, so that a task bar finds the entry, and the icon in it."""

_ENTRY = """\
[Desktop Entry]
Type=Application
Name=LeNet Desktop
GenericName=Neural network trainer
Comment=Train LeNet, watch it learn and look at what it gets wrong
Exec={command}
Icon={icon}
Terminal=false
Categories=Education;Science;ArtificialIntelligence;
Keywords=LeNet;MNIST;neural network;machine learning;
StartupNotify=true
StartupWMClass={app_id}
"""


def install(data_home: Path | None = None) -> list[Path]:
    """Write the entry and its icon, and return both files.

    Args:
        data_home: where a user's data are; what XDG_DATA_HOME says by default.

    Raises:
        OSError: a file cannot be written.
    """
    folder = data_home or _data_home()
    icon = folder / "icons/hicolor/scalable/apps" / f"{APP_ID}.svg"
    entry = folder / "applications" / f"{APP_ID}.desktop"
    command = " ".join(quoted(each) for each in (sys.executable, "-m", "lenet_desktop"))
    for file in (icon, entry):
        file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(assets.icons() / "app.svg", icon)
    text = _ENTRY.format(command=command, icon=APP_ID, app_id=APP_ID)
    entry.write_text(text, encoding="utf-8")
    return [entry, icon]


def quoted(argument: str) -> str:
    """Return an argument as the key Exec has it.

    Within quotation marks a backslash stands before each of `"`, a grave accent, `$` and a
    backslash; that is a text of a desktop entry then, in which each backslash is written twice. A
    per cent sign is doubled.
    """
    inner = "".join(f"\\{each}" if each in '"`$\\' else each for each in argument)
    return f'"{inner}"'.replace("\\", "\\\\").replace("%", "%%")


def _data_home() -> Path:
    """Return $XDG_DATA_HOME; a relative one does not count, as the specification has it."""
    named = Path(os.environ.get("XDG_DATA_HOME", ""))
    return named if named.is_absolute() else Path.home() / ".local" / "share"
