"""Finds out, before Qt would abort, whether a window can be shown at all. Standard library only."""

import ctypes
import importlib.util
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import sentences

_SCREENLESS = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs", "wasm")
_WAYS_OUT = marked(
    "Start it on a desktop, or give it a virtual screen with "
    "“xvfb-run python main.py” (package xvfb); or train in the terminal with "
    "“python main.py train”."
)
_PACKAGES = (
    "libegl1 libgl1 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-keysyms1 libxcb-shape0"
)


def find_problem(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return a sentence that says why no window can be shown and what to do, or None."""
    if not sys.platform.startswith("linux"):
        return None
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform.startswith(_SCREENLESS):
        return None
    display, wayland = environment.get("DISPLAY", ""), environment.get("WAYLAND_DISPLAY", "")
    if platform == "xcb":  # asked for by name, Qt tries no other
        wayland = ""
    elif platform.startswith("wayland"):
        display = ""
    return _missing_display(display, wayland, environment) or _missing_library(uses_x=not wayland)


def how_to_set_up(library: str) -> str:
    """Return a sentence that says how to come to a library that this Python does not have."""
    root = Path(__file__).resolve().parents[1]
    where = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
    own = root.joinpath(".venv", *where)
    missing = _("The library “{library}” is not installed for this Python ({python}).").format(
        library=library, python=sys.executable
    )
    if own.exists() and Path(sys.prefix) != root / ".venv":
        advice = _("Start the program with “{command}”.").format(
            command=f"{own} {root / 'main.py'}"
        )
    elif not (root / "pyproject.toml").exists():
        command = f"{sys.executable} -m pip install"
        advice = _("Install LeNet Desktop again, with “{command}”.").format(command=command)
    else:
        inner = Path(".venv").joinpath(*where)
        advice = _(
            "Set all of them up, in {folder}, with “{make}” and “{install}”; then start the "
            "program with “{start}”."
        ).format(
            folder=root,
            make=f"{sys.executable} -m venv .venv",
            install=f"{inner} -m pip install -e .",
            start=f"{inner} main.py",
        )
    return sentences([missing, advice])


def _missing_display(display: str, wayland: str, environment: Mapping[str, str]) -> str | None:
    if not display and not wayland:
        return sentences([_("There is no screen to show a window on."), _(_WAYS_OUT)])
    if wayland and _answers(socket.AF_UNIX, _wayland_socket(wayland, environment)):
        return None
    if display and _x_server_answers(display):
        return None
    text = _("The screen “{screen}” does not answer.").format(screen=display or wayland)
    return sentences([text, _(_WAYS_OUT)])


def _wayland_socket(display: str, environment: Mapping[str, str]) -> str:
    return str(Path(environment.get("XDG_RUNTIME_DIR", "/run")) / display)


def _x_server_answers(display: str) -> bool:
    host, _colon, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  where every X server listens
        return _answers(socket.AF_UNIX, path) or _answers(socket.AF_UNIX, f"\0{path}")
    if host.startswith("/"):  # a path, as XQuartz has it
        return True
    return _answers(socket.AF_INET, (host, 6000 + int(number)))


def _answers(family: int, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(address)
    except OSError:
        return False
    return True


def _missing_library(*, uses_x: bool) -> str | None:
    """Load what Qt will load, because Qt itself aborts where a system library is missing."""
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        return _("PySide6 is not installed. Install LeNet Desktop with “pip install -e .”.")
    try:
        from PySide6 import QtWidgets  # noqa: F401

        plugin = Path(spec.submodule_search_locations[0]) / "Qt/plugins/platforms/libqxcb.so"
        if uses_x and plugin.exists():
            ctypes.CDLL(str(plugin))
    except (ImportError, OSError) as error:
        text = _(
            "Qt cannot be loaded: {reason}. On Debian or Ubuntu, install what it needs with "
            "“{command}”."
        )
        return text.format(reason=error, command=f"sudo apt install {_PACKAGES}")
    return None
