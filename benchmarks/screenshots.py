"""Takes the pictures of the README, and any other state of the window, from a real run.

    python benchmarks/screenshots.py                  the README's pictures
    python benchmarks/screenshots.py --all --out DIR  idle, mid-run and finished, at three sizes

Works on a desktop, under Xvfb and with QT_QPA_PLATFORM=offscreen.
"""

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
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
        compare_with_modern(window)
        photograph(window, options.out, "compared", every=True, readme=not options.all, name="runs")
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
    window.workspaces.show(Workspace.COMPARE)
    textbook = min(record.id for record in window.runs.model.records)
    window.runs.select([textbook])
    window.runs.commands.compare.trigger()
    wait_until(window, lambda: window.compare.verdict.pair is not None)
    tabs = window.compare.results.tabs
    tabs.setCurrentIndex(tabs.indexOf(window.compare.matrices))


def photograph(
    window: MainWindow,
    out: Path,
    state: str,
    *,
    every: bool,
    readme: bool = False,
    name: str = "",
) -> None:
    """Save the window as it stands, in both themes and the sizes asked for.

    The README has one picture of each theme, and only a light one of what has a name of its own.
    """
    if not every:
        return
    for size_name, size in SIZES.items():
        if readme and size_name != "1440x900":
            continue
        for theme in THEMES[:1] if readme and name else THEMES:
            window.menus.theme_chosen.emit(theme)
            window.resize(*size)
            wait(300)
            picture = f"{name or theme}.png" if readme else f"{state}-{theme}-{size_name}.png"
            window.grab().save(str(out / picture))


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
