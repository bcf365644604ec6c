"""The window as it is where images are looked at."""

import pytest

from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    """Return the window with the images in sight."""
    window.workspaces.show(Workspace.EXPLORE)
    return window
