"""The program as a process: how it starts, what it says, how it ends."""

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import lenet_desktop
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import RunStatus

ROOT = Path(lenet_desktop.__file__).resolve().parent.parent
LIMIT_S = 90
SOON_S = 5.0
"""The program needs 0.2 s where nothing else runs; a test machine may be busy."""

RUN_AND_CLOSE = """
import os
import signal
import sys
import time
import lenet_desktop.app as app
app.CLOSING_LIMIT_S = {limit}
from tests.recipes import RELU
create = app.create_window
def create_and_drive(**wishes):
    window = create(**wishes)
    def drive(state):
        if state.name == "READY":
            window.training.form.set_config(RELU.config)
            window.controls.start.trigger()
    def close(event=None):
        if event is None or type(event).__name__ == "StepsDone":
            print(time.time(), flush=True)
            {end}
    if {mid_run}:
        window.session.state_changed.connect(drive)
        window.session.event_received.connect(close)
    else:
        from PySide6.QtCore import QTimer
        QTimer.singleShot(0, close)
    return window
app.create_window = create_and_drive
sys.exit(app.main([]))
"""

SAVE_AND_CLOSE = """
import sys
from pathlib import Path
from threading import Event
from PySide6.QtCore import QTimer
import lenet_desktop.app as app
app.CLOSING_LIMIT_S = 0
create, end, limit_is_over = app.create_window, app._end_with_work_done, Event()
def end_late(loader):
    limit_is_over.set()
    end(loader)
def save():
    limit_is_over.wait()
    Path(sys.argv[1]).write_text("whole")
def create_and_drive(**wishes):
    window = create(**wishes)
    def save_and_close():
        window.run_services.exporter._jobs.start(save)
        window.close()
    QTimer.singleShot(0, save_and_close)
    return window
app._end_with_work_done, app.create_window = end_late, create_and_drive
sys.exit(app.main([]))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment with folders and a screen of the test's own."""
    return os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
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


@pytest.mark.parametrize(
    ("mid_run", "limit", "end"),
    [
        (False, 0.8, "window.close()"),
        (True, 0.8, "window.close()"),
        (True, 1_000.0, "os.kill(os.getpid(), signal.SIGTERM)"),
    ],
)
def test_closing_ends_the_process_cleanly_and_soon(
    environment: dict[str, str], tmp_path: Path, mid_run: bool, limit: float, end: str
) -> None:
    """With the longest limit nothing but an orderly end of the threads can end the process."""
    script = RUN_AND_CLOSE
    for name, value in (("mid_run", mid_run), ("limit", limit), ("end", end)):
        script = script.replace(f"{{{name}}}", str(value))
    ended = run(["-c", script], environment)
    seconds = time.time() - float(ended.stdout.split()[-1])
    assert ended.returncode == 0, ended.stderr
    assert seconds < SOON_S
    assert "Traceback" not in ended.stderr
    assert "QThread" not in ended.stderr
    if mid_run:
        kept = tmp_path / "data" / "lenet-desktop"
        if limit > SOON_S:
            assert not list(kept.glob("*.sqlite-*")), "the database was not closed"
        with closing(open_store(kept)) as store:
            (record,) = store.records()
            assert record.status is RunStatus.STOPPED
            assert read_run(store, record.id).checkpoint is not None


def test_what_is_being_saved_is_whole_when_the_process_has_ended(
    environment: dict[str, str], tmp_path: Path
) -> None:
    saved = tmp_path / "saved.txt"
    ended = run(["-c", SAVE_AND_CLOSE, str(saved)], environment)
    assert ended.returncode == 0, ended.stderr
    assert saved.read_text() == "whole"


def test_the_window_speaks_the_language_that_was_preferred(
    environment: dict[str, str], tmp_path: Path
) -> None:
    settings = tmp_path / "settings.ini"
    settings.write_text("[preferences]\nlanguage=zh\n", "utf-8")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from lenet_desktop.app import create_window\n"
        "folder = Path(sys.argv[1])\n"
        "for language, menu in ((None, '文件(&F)'), ('en', '&File')):\n"
        "    window = create_window(folder, folder / 'settings.ini', folder / 'kept', language)\n"
        "    assert window.menuBar().actions()[0].text() == menu\n"
        "    window.close()\n"
    )
    ended = run(["-c", script, str(tmp_path)], environment)
    assert ended.returncode == 0, ended.stderr


def test_the_window_is_made_without_torch(environment: dict[str, str]) -> None:
    script = (
        "import sys\n"
        "from lenet_desktop.app import create_window\n"
        "window = create_window()\n"
        "assert not {'torch', 'torchvision', 'optuna', 'scipy', 'pandas'} & set(sys.modules)\n"
        "assert 'feature' not in __import__.__name__, 'PySide reads all sources'\n"
        "while sys.platform == 'linux' and 'libtorch' not in open('/proc/self/maps').read():\n"
        "    pass  # the system has it ready beside Python\n"
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
    assert "nrecognized arguments: --no-such-thing" in ended.stderr


def test_it_knows_its_version(environment: dict[str, str], tmp_path: Path) -> None:
    ended = run(["-m", "lenet_desktop", "--version"], environment, tmp_path)
    assert ended.stdout.strip() == f"lenet-desktop {lenet_desktop.__version__}"


def test_on_windows_a_torch_that_is_broken_does_not_prevent_the_window(
    environment: dict[str, str],
) -> None:
    script = (
        "import sys\n"
        "import lenet_desktop.training.libraries as libraries\n"
        "def broken():\n"
        "    raise libraries.LibraryError('torch is broken.')\n"
        "libraries.import_torch = broken\n"
        "import lenet_desktop.ui.window.main_window\n"
        "from lenet_desktop.app import create_window\n"
        "from pathlib import Path\n"
        "folder = Path(sys.argv[1])\n"
        "system, sys.platform = sys.platform, 'win32'\n"
        "window = create_window(folder, folder / 'settings.ini', folder / 'run')\n"
        "sys.platform = system\n"
        "window.close()\n"
    )
    ended = run(["-c", script, environment["XDG_CACHE_HOME"]], environment)
    assert ended.returncode == 0, ended.stderr
