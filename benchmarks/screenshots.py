"""Takes the pictures of the README, and any other state of the window, from a real run.

    python benchmarks/screenshots.py                  the README's pictures
    python benchmarks/screenshots.py --all --out DIR  idle, mid-run and finished, at three sizes

Works on a desktop, under Xvfb and with QT_QPA_PLATFORM=offscreen.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication

from lenet_desktop.app import create_window
from lenet_desktop.core.presets import TEXTBOOK
from lenet_desktop.core.queries import Query, Show, Sort
from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.main_window import MainWindow
from lenet_desktop.ui.message_bar import MessageKind
from lenet_desktop.ui.theme import ThemeMode

PICTURES = Path(__file__).resolve().parent.parent / "resources" / "pictures"
SIZES = {"1280x800": (1280, 800), "1440x900": (1440, 900), "1920x1080": (1920, 1080)}
THEMES = (ThemeMode.LIGHT, ThemeMode.DARK)
MID_RUN_EPOCHS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES, help="folder for the pictures")
    parser.add_argument("--all", action="store_true", help="every state, theme and size")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        window = create_window(
            settings_file=Path(folder) / "settings.ini",
            kept=Path(folder),
        )
        window.show()
        wait_until(window, lambda: window.session.state is RunState.READY)
        photograph(window, options.out, "idle", every=options.all)
        window.training.form.set_config(TEXTBOOK.config)
        window.controls.start.trigger()
        wait_until(window, lambda: len(window.session.history.epochs) >= MID_RUN_EPOCHS)
        ask_for_shirts(window)
        wait_until(window, lambda: window.session.history.epoch_progress > 0.5)
        photograph(window, options.out, "running", every=options.all)
        wait_until(window, lambda: window.session.state is RunState.FINISHED)
        photograph(window, options.out, "finished", every=True, readme=not options.all)
        window.close()


def ask_for_shirts(window: MainWindow) -> None:
    """Ask which shirts are taken for coats, and look at the first."""
    window.gallery.filters.set_query(
        Query(show=Show.MISCLASSIFIED, sort=Sort.MOST_CONFIDENT, true_class=6)
    )
    window.gallery.view.setCurrentIndex(window.gallery.model.index(0))


def photograph(
    window: MainWindow, out: Path, state: str, *, every: bool, readme: bool = False
) -> None:
    """Save the window as it stands, in both themes and the sizes asked for."""
    if not every:
        return
    for name, size in SIZES.items():
        if readme and name != "1440x900":
            continue
        for theme in THEMES:
            window.menus.theme_chosen.emit(theme)
            window.resize(*size)
            pause(300)
            picture = f"{theme}.png" if readme else f"{state}-{theme}-{name}.png"
            window.grab().save(str(out / picture))


def wait_until(window: MainWindow, reached: Callable[[], bool]) -> None:
    """Let the window live until something has come about.

    Raises:
        SystemExit: the run or the loading failed.
    """
    while not reached():
        pause(20)
        if window.message_bar.kind is MessageKind.ERROR:
            raise SystemExit(window.message_bar.text)


def pause(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
    QGuiApplication.quit()
