"""Whether a window can be shown is found out before Qt would abort."""

import ctypes
import socket
import sys
from pathlib import Path

import pytest

from lenet_desktop import preflight

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="screens are asked for on Linux"
)


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


def test_a_missing_system_library_is_named_with_the_packages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(_path: str) -> None:
        raise OSError("libxcb-cursor.so.0: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", missing)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-0"))
        server.listen()
        problem = preflight.find_problem(
            {
                "WAYLAND_DISPLAY": "wayland-0",
                "XDG_RUNTIME_DIR": str(tmp_path),
                "QT_QPA_PLATFORM": "xcb",
            }
        )
    assert problem is not None
    assert "libxcb-cursor.so.0" in problem
    assert "apt install" in problem
