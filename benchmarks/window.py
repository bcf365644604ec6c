"""Opens the real window and lets it live while something is measured or pictured."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from lenet_desktop.app import create_window
from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.window.main_window import MainWindow


def open_window(folder: Path) -> MainWindow:
    """Return a window that can train, whose cache, settings and runs are in a folder."""
    window = create_window(folder, folder / "settings.ini", folder / "kept")
    window.show()
    window.resize(1440, 900)  # also where the screen is smaller
    wait_until(lambda: window.session.state is RunState.READY)
    wait(2_000)  # what is loaded behind the window is loaded
    return window


def wait_until(reached: Callable[[], bool]) -> None:
    """Let the window live until something has come about, which is asked for as seldom as can be.

    Each time takes the time of whatever is measured meanwhile.
    """
    loop = QEventLoop()
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: loop.quit() if reached() else None)
    timer.start()
    loop.exec()


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
