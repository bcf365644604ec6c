"""Whether a window can be shown is found out before Qt would abort."""

import ctypes
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lenet_desktop import preflight

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="screens are asked for on Linux"
)


@contextmanager
def x_server(display: str) -> Iterator[None]:
    """Listen where an X server of this display would listen."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0/tmp/.X11-unix/X{display[1:]}")
        server.listen()
        yield


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_a_platform_without_a_screen_needs_none(platform: str) -> None:
    assert preflight.find_problem({"QT_QPA_PLATFORM": platform}) is None


def test_no_screen_gets_a_sentence_with_a_way_out() -> None:
    problem = preflight.find_problem({})
    assert problem is not None
    assert problem.startswith("There is no screen")
    assert "xvfb-run" in problem


@pytest.mark.parametrize("display", [":98765", "nonsense", ":x", "nowhere:0x"])
def test_a_screen_that_does_not_answer_gets_a_sentence(display: str) -> None:
    problem = preflight.find_problem({"DISPLAY": display})
    assert problem is not None
    assert f"The screen “{display}” does not answer." in problem


def test_a_wayland_screen_that_answers_is_enough(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        environment = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert preflight.find_problem(environment) is None


def test_a_platform_asked_for_by_name_needs_its_own_screen(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, x_server(":4243"):
        server.bind(str(tmp_path / "wayland-7"))
        server.listen()
        wayland = {"WAYLAND_DISPLAY": "wayland-7", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert preflight.find_problem(wayland | {"QT_QPA_PLATFORM": "xcb"}) is not None
        x11 = {"DISPLAY": ":4243", "QT_QPA_PLATFORM": "wayland"}
        assert preflight.find_problem(x11) is not None


def test_a_missing_system_library_is_named_with_the_packages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(_path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with x_server(":4242"):
        problem = preflight.find_problem({"DISPLAY": ":4242"})
    assert problem is not None
    assert "libxcb-cursor.so.0" in problem
    assert "apt install" in problem


def test_a_python_without_the_libraries_is_told_how_to_set_them_up() -> None:
    command = [sys.executable, "-S", str(Path(__file__).parents[1] / "main.py"), "runs"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "main.py" in ended.stderr
    assert "not installed" in ended.stderr


def test_it_is_told_where_they_are_set_up_already(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "__file__", str(tmp_path / "lenet_desktop" / "preflight.py"))
    (tmp_path / "pyproject.toml").touch()
    assert "pip install -e ." in preflight.how_to_set_up("torch")

    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    assert f"{tmp_path}/.venv/bin/python {tmp_path}/main.py" in preflight.how_to_set_up("torch")
