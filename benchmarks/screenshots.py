"""Takes the pictures of the README, and any other state of the window, from a real run.

    python benchmarks/screenshots.py                  the README's pictures
    python benchmarks/screenshots.py --all --out DIR  every page and state, in four sizes

Works on a desktop, under Xvfb and with QT_QPA_PLATFORM=offscreen.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from window import wait

from lenet_desktop.analysis.queries import Query, Show, Sort
from lenet_desktop.app import create_window
from lenet_desktop.session.run_state import RunState
from lenet_desktop.settings.presets import MODERN, TEXTBOOK
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.kit.theme import ThemeMode
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace

PICTURES = Path(__file__).resolve().parent.parent / "resources" / "pictures"
SIZES = {
    f"{width}x{height}": (width, height)
    for width, height in ((1100, 700), (1280, 800), (1440, 900), (1920, 1080))
}
THEMES = (ThemeMode.LIGHT, ThemeMode.DARK)
OF_README = (
    ("light", Workspace.TRAIN, ThemeMode.LIGHT),
    ("dark", Workspace.EXPLORE, ThemeMode.DARK),
    ("runs", Workspace.COMPARE, ThemeMode.LIGHT),
)
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
            language="en",
        )
        window.show()
        wait_until(window, lambda: window.session.state is RunState.READY)
        every = options.out if options.all else None
        photograph_all(window, every, "idle")
        window.training.form.set_config(TEXTBOOK.config)
        window.controls.start.trigger()
        wait_until(window, lambda: len(window.session.history.epochs) >= MID_RUN_EPOCHS)
        ask_for_shirts(window)
        wait_until(window, lambda: window.session.history.epoch_progress > 0.5)
        photograph_all(window, every, "running")
        wait_until(window, lambda: window.session.state is RunState.FINISHED)
        photograph_all(window, every, "finished")
        for name, workspace, theme in OF_README:
            if name == "runs":
                compare_with_modern(window)
            if not options.all:
                photograph(window, options.out / f"{name}.png", workspace, theme)
        photograph_all(window, every, "compared")
        window.close()


def ask_for_shirts(window: MainWindow) -> None:
    """Ask which shirts are taken for coats, and look at the first."""
    window.gallery.filters.set_query(
        Query(show=Show.MISCLASSIFIED, sort=Sort.MOST_CONFIDENT, true_class=6)
    )
    window.gallery.view.setCurrentIndex(window.gallery.model.index(0))


def compare_with_modern(window: MainWindow) -> None:
    """Train another recipe, and compare it: verdict, curves and matrices."""
    window.training.form.set_config(replace(MODERN.config, epochs=5))
    window.controls.start.trigger()
    wait_until(window, lambda: window.session.state is RunState.RUNNING)
    wait_until(window, lambda: window.session.state is RunState.FINISHED)
    textbook = min(record.id for record in window.runs.model.records)
    window.runs.select([textbook])
    window.runs.commands.compare.trigger()
    wait_until(window, lambda: window.compare.verdict.pair is not None)
    tabs = window.compare.results.tabs
    tabs.setCurrentIndex(tabs.indexOf(window.compare.matrices))


def photograph_all(window: MainWindow, out: Path | None, state: str) -> None:
    """Save every page as it stands, in both themes and all sizes; without a folder, none."""
    if out is None:
        return
    for size, theme, workspace in product(SIZES.values(), THEMES, Workspace):
        width, height = size
        name = f"{state}-{workspace.name.lower()}-{theme}-{width}x{height}.png"
        photograph(window, out / name, workspace, theme, size)


def photograph(
    window: MainWindow,
    file: Path,
    workspace: Workspace,
    theme: ThemeMode,
    size: tuple[int, int] = (1440, 900),
) -> None:
    """Save a page of the window as it stands."""
    window.menus.theme_chosen.emit(theme)
    window.resize(*size)
    window.workspaces.show(workspace)
    wait(300)
    window.grab().save(str(file))


def wait_until(window: MainWindow, reached: Callable[[], bool]) -> None:
    """Let the window live until something has come about.

    Raises:
        SystemExit: the run or the loading failed.
    """
    while not reached():
        wait(20)
        if window.message_bar.kind is MessageKind.ERROR:
            raise SystemExit(window.message_bar.text)


if __name__ == "__main__":
    main()
    QGuiApplication.quit()
