"""The program as a process: how it starts, what it says, how it ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import lenet_desktop

ROOT = Path(lenet_desktop.__file__).resolve().parent.parent
LIMIT_S = 90

RUN_AND_CLOSE = """
import sys
import lenet_desktop.app as app
from lenet_desktop.core.config import RELU
create = app.create_window
def create_and_drive(*args):
    window = create(*args)
    def drive(state):
        if state.name == "READY":
            window.training.form.set_config(RELU.config)
            window.controls.start.trigger()
    def close(event):
        if type(event).__name__ == "StepsDone":
            window.close()
    if {mid_run}:
        window.session.state_changed.connect(drive)
        window.session.event_received.connect(close)
    else:
        from PySide6.QtCore import QTimer
        QTimer.singleShot(0, window.close)
    return window
app.create_window = create_and_drive
sys.exit(app.main([]))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment with folders and a screen of the test's own."""
    return os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "PYTHONPATH": str(ROOT),
    }


def run(
    arguments: list[str], environment: dict[str, str], folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.mark.parametrize("mid_run", [False, True])
def test_closing_ends_the_process_cleanly(environment: dict[str, str], mid_run: bool) -> None:
    ended = run(["-c", RUN_AND_CLOSE.replace("{mid_run}", str(mid_run))], environment)
    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    assert "QThread" not in ended.stderr


def test_the_window_is_made_without_torch(environment: dict[str, str]) -> None:
    script = (
        "import sys\n"
        "from lenet_desktop.app import create_window\n"
        "window = create_window()\n"
        "assert not {'torch', 'torchvision'} & set(sys.modules)\n"
        "window.close()\n"
    )
    ended = run(["-c", script], environment)
    if sys.platform == "win32":
        pytest.skip("torch comes first on Windows")
    assert ended.returncode == 0, ended.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens are asked for on Linux")
@pytest.mark.parametrize("start", [["main.py"], ["-m", "lenet_desktop"]])
def test_without_a_screen_it_says_so_and_ends_with_2(
    environment: dict[str, str], start: list[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    ended = run(start, environment)
    assert ended.returncode == 2
    assert ended.stderr.startswith("lenet-desktop: There is no screen to show a window on.")
    assert "xvfb-run" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_wrong_argument_gets_a_sentence(environment: dict[str, str]) -> None:
    ended = run(["main.py", "--no-such-thing"], environment)
    assert ended.returncode == 2
    assert "unrecognized arguments: --no-such-thing" in ended.stderr


def test_it_knows_its_version(environment: dict[str, str], tmp_path: Path) -> None:
    ended = run(["-m", "lenet_desktop", "--version"], environment, tmp_path)
    assert ended.stdout.strip() == f"lenet-desktop {lenet_desktop.__version__}"
