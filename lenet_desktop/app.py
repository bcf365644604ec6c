"""The composition root: arguments, logging, the application, and the window wired together.

Nearly everything is imported inside the functions: Qt after `preflight` has found that it can be,
and the rest after Ctrl+C has been taken care of.
"""

from __future__ import annotations

import builtins
import contextlib
import logging
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from lenet_desktop import __version__, stopping
from lenet_desktop.desktop_entry import APP_ID

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from lenet_desktop.session.loading_thread import LoadingThread
    from lenet_desktop.session.training_session import TrainingSession
    from lenet_desktop.ui.window.main_window import MainWindow

log = logging.getLogger(__name__)

NAME = APP_ID
EXIT_NO_SCREEN = 2
CLOSING_LIMIT_S = 0.8
"""Seconds after which a closed window's process ends even if a step or an import still runs."""
LARGEST_LOG = 1_000_000
"""Bytes of the log, after which it is begun anew; the one before is kept."""
WRITING_LIMIT_S = 300
"""Seconds that a closed window's process lives on at most to finish what a person asked for."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command for the terminal and return its status, or open the window.

    Returns 2 where no window can be shown, and 1 where a library is missing; a window that is
    closed ends the process with 0. The process ends here, too, if it was given no arguments but its
    own.
    """
    with stopping.at_once():
        if arguments is not None:
            return _run(arguments)
        try:
            _leave(_run(arguments))
        except SystemExit as ended:  # argparse's way
            _leave(int(ended.code or 0))
        except ModuleNotFoundError as missing:
            if (missing.name or "").startswith("lenet_desktop"):
                raise
            from lenet_desktop import preflight

            sys.stderr.write(f"{NAME}: {preflight.how_to_set_up(missing.name or '')}\n")
            _leave(1)


def _run(arguments: Sequence[str] | None) -> int:
    from lenet_desktop import preflight
    from lenet_desktop.terminal.commands import run_command
    from lenet_desktop.terminal.language_option import choose_language
    from lenet_desktop.terminal.output import open_closed_streams, say
    from lenet_desktop.text.language import SOURCE, set_language

    open_closed_streams()
    choose_language(arguments)
    options = command_line().parse_args(arguments)
    if getattr(options, "jsonl", False):
        set_language(SOURCE)  # a program reads it
    _log(verbose=options.verbose)
    if options.install_desktop_entry:
        return _install_desktop_entry()
    if options.command is not None:
        return run_command(options, _user_cache(), _kept())
    problem = preflight.find_problem()
    if problem is not None:
        say(problem)
        return EXIT_NO_SCREEN
    from lenet_desktop.session.stop_signals import StopSignals
    from lenet_desktop.ui.window.unexpected_errors import UnexpectedErrors

    window = create_window(language=options.language)
    window.closing.connect(_limit_closing)
    UnexpectedErrors(window.message_bar, _log_to_file(), window).install()
    StopSignals(window).received.connect(window.close)
    window.show()
    return _leave(_application().exec())


def _install_desktop_entry() -> int:
    from lenet_desktop import desktop_entry
    from lenet_desktop.terminal.output import say
    from lenet_desktop.text.language import _
    from lenet_desktop.text.wording import why_not

    if not sys.platform.startswith("linux"):
        say(_("Desktop entries are for Linux. Elsewhere, make a shortcut to lenet-desktop."))
        return 1
    try:
        entry, icon = desktop_entry.install()
    except OSError as error:
        text = _("{file} cannot be written: {reason}.")
        say(text.format(file=error.filename, reason=why_not(error)))
        return 1
    text = _("LeNet Desktop is in the menus now. Delete {entry} and {icon} to take it out again.")
    say(text.format(entry=entry, icon=icon))
    return 0


def _log(*, verbose: bool) -> None:
    from lenet_desktop.terminal.output import CleanFormatter

    handler = logging.StreamHandler()
    handler.setFormatter(CleanFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.DEBUG if verbose else logging.WARNING, handlers=[handler])


def _log_to_file() -> Path | None:
    """Write the log also where it can be found later; return where, None where that cannot be."""
    from logging.handlers import RotatingFileHandler

    import platformdirs

    file = platformdirs.user_log_path(NAME, appauthor=False) / f"{NAME}.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            file, maxBytes=LARGEST_LOG, backupCount=1, encoding="utf-8", errors="replace"
        )
    except OSError:
        log.info("%s cannot be written", file, exc_info=True)
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    return file


def create_window(
    cache: Path | None = None,
    settings_file: Path | None = None,
    kept: Path | None = None,
    language: str | None = None,
) -> MainWindow:
    """Return the wired main window, not yet shown; its data arrive while the event loop runs.

    Args:
        cache: folder for the unpacked data; the user's cache folder by default.
        settings_file: INI file in which the window remembers; in the user's configuration folder
            by default.
        kept: folder in which runs, what a person notes on images, and own pictures are kept; the
            one that a person has chosen by default, or the user's data folder.
        language: the code of what it speaks; by default what a person prefers, or the system.
    """
    if sys.platform == "win32":
        _import_torch_before_qt()
    from PySide6.QtCore import QSettings, QTimer

    from lenet_desktop.storage.data_folder import NOTE_NAME, chosen_folder
    from lenet_desktop.ui.kit.garbage import GarbageCollector

    _import_as_python_does()
    application = _application()
    if application.findChild(GarbageCollector) is None:
        GarbageCollector(
            application
        )  # before all that is imported makes some work for Python's own

    from lenet_desktop.session.loading_thread import LoadingThread
    from lenet_desktop.session.training_session import TrainingSession
    from lenet_desktop.training.libraries import load_ahead
    from lenet_desktop.ui.window.log_out import LogOut
    from lenet_desktop.ui.window.main_window import MainWindow

    cache = cache or _user_cache()
    settings_file = settings_file or _user_config() / "settings.ini"
    kept = kept or chosen_folder(settings_file.with_name(NOTE_NAME)) or _user_data()
    settings = QSettings(str(settings_file), QSettings.Format.IniFormat)
    _speak(language, settings, application)
    session = TrainingSession(application)
    window = MainWindow(session, settings, kept, cache)
    _animate_once()
    load_ahead()  # no sooner: the system loads one at a time, and the window has needed some
    loader = LoadingThread(cache, kept, application, window.data_wanted)
    _connect(loader, session, window)
    LogOut(application, window)
    QTimer.singleShot(0, loader.start)
    return window


def _speak(language: str | None, settings: QSettings, application: QApplication) -> None:
    """Speak a language before the first widget is made."""
    from lenet_desktop.text.language import set_language, wanted_language
    from lenet_desktop.ui.kit.qt_words import speak_of_qt
    from lenet_desktop.ui.window.preferences import LANGUAGE, Preferences

    set_language(language or Preferences(settings).value(LANGUAGE) or wanted_language())
    speak_of_qt(application)


def _connect(loader: LoadingThread, session: TrainingSession, window: MainWindow) -> None:
    """Have the window show what is loaded, and both threads end with it or with the program."""
    loader.images_ready.connect(window.show_images)
    loader.store_ready.connect(window.show_runs)
    loader.last_run_ready.connect(window.show_last_run)
    window.images_shown.connect(loader.go_on)
    loader.resources_ready.connect(window.show_resources)
    loader.resources_ready.connect(session.use_resources)
    loader.networks_ready.connect(window.training.network.allow_building)
    loader.notice.connect(window.show_notice)
    loader.failed.connect(window.show_loading_failure)
    window.closing.connect(session.interrupt)
    window.closing.connect(loader.interrupt)
    window.closed.connect(session.shutdown)
    window.closed.connect(loader.end)
    about_to_quit = _application().aboutToQuit
    about_to_quit.connect(session.shutdown)
    about_to_quit.connect(loader.end)
    about_to_quit.connect(loader.close_store)


def _animate_once() -> None:
    """Have Qt make what the animations of this thread need, before libraries are loaded beside it.

    The first one to start registers what is to be done when the thread ends. On Linux that waits
    for a library that another thread is loading, and a window that is shown starts one.
    """
    from PySide6.QtCore import QPauseAnimation

    animation = QPauseAnimation(1)
    animation.start()
    animation.stop()


def _import_as_python_does() -> None:
    """Take PySide's own import statement away, with which torch takes a fifth longer to import.

    It reads the source of every module, to find `from __feature__ import` in it; nothing here has
    that.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def _import_torch_before_qt() -> None:
    """Import torch now, because on Windows its DLL search fails once Qt is loaded."""
    from lenet_desktop.training.libraries import LibraryError, import_torch

    try:
        import_torch()
    except LibraryError:
        log.info("torch cannot be used; the window will say so when it loads the rest")


def command_line() -> argparse.ArgumentParser:
    """Return what reads the command line: all commands with their options."""
    from lenet_desktop.terminal.commands import add_commands
    from lenet_desktop.terminal.language_option import add_language_option
    from lenet_desktop.terminal.usage import OneSentenceParser
    from lenet_desktop.text.language import _

    parser = OneSentenceParser(
        prog=NAME,
        description=_(
            "Train LeNet on Fashion-MNIST, watch it learn and look at what it gets wrong."
        ),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"%(prog)s {__version__}",
        help=_("show program's version number and exit"),
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help=_("write what happens to the terminal")
    )
    parser.add_argument(
        "--install-desktop-entry",
        action="store_true",
        help=_("put the program into the menus of a Linux desktop, with its icon"),
    )
    add_language_option(parser)
    add_commands(parser)
    return parser


def _kept() -> Path:
    """Return the folder of runs, notes and own pictures, which a person may have chosen."""
    from lenet_desktop.storage.data_folder import NOTE_NAME, chosen_folder

    return chosen_folder(_user_config() / NOTE_NAME) or _user_data()


def _user_config() -> Path:
    import platformdirs

    return platformdirs.user_config_path(NAME, appauthor=False)


def _user_cache() -> Path:
    import platformdirs

    return platformdirs.user_cache_path(NAME, appauthor=False)


def _user_data() -> Path:
    import platformdirs

    return platformdirs.user_data_path(NAME, appauthor=False)


def _application() -> QApplication:
    """Return the one QApplication, made at the first call."""
    from PySide6.QtWidgets import QApplication

    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication([NAME])
    application.setApplicationName(NAME)
    application.setApplicationDisplayName("LeNet Desktop")
    application.setDesktopFileName(NAME)
    application.setStyle("Fusion")
    return application


def _leave(status: int) -> NoReturn:
    """End the process at once: taking torch apart in good order would take more than a second."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # whoever read it may be gone
            stream.flush()
    os._exit(status)


def _limit_closing() -> None:
    """End the process soon, with status 0, even if a library call cannot be interrupted.

    What a person would miss is waited for: a run that is being kept, a file that is being written.
    """
    from lenet_desktop.session.loading_thread import LoadingThread

    loader = _application().findChild(LoadingThread)
    guard = threading.Timer(CLOSING_LIMIT_S, _end_with_work_done, args=[loader])
    guard.daemon = True
    guard.start()


def _end_with_work_done(loader: LoadingThread | None) -> None:
    from lenet_desktop.session.worker import unfinished_work

    unfinished_work.wait(WRITING_LIMIT_S)
    if loader is not None:
        loader.close_store()
    os._exit(0)
