"""A window in which a run was judged, for whatever is done beside that."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import ImageSet
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace


@pytest.fixture
def notes_folder(tmp_path: Path) -> Path:
    """Return where the judged window keeps what a person notes, and own pictures."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def judged_window(
    qtbot: QtBot,
    session: TrainingSession,
    notes_folder: Path,
    tmp_path: Path,
    few_images: ImageSet,
    few_events: list[Event],
    resources: TrainingResources,
) -> Iterator[MainWindow]:
    """Return a window that knows the two epochs of a real run."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    shown = MainWindow(session, settings, notes_folder)
    shown.resize(1280, 800)
    shown.show()
    shown.workspaces.show(Workspace.EXPLORE)
    shown.show_images(few_images)
    shown.show_resources(resources)
    for event in few_events:
        if isinstance(event, PredictionsReady):
            shown.gallery.state.add(event.predictions, event.snapshot)
    yield shown
    shown.close()
    shiboken6.delete(shown)  # or every later window is slower to make
