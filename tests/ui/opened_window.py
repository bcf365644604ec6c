"""A window that is ready for a real run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import shiboken6
from PySide6.QtCore import QSettings

from lenet_desktop.data.images import ImageSet
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.ui.window.main_window import MainWindow


@contextmanager
def opened_window(
    session: TrainingSession,
    settings_file: Path,
    resources: TrainingResources,
    images: ImageSet | None = None,
    cache: Path | None = None,
) -> Iterator[MainWindow]:
    """Show a window, and close it as a person does.

    Args:
        session: trains in it.
        settings_file: where it remembers.
        resources: what a run needs.
        images: those to browse; the test images of these by default.
        cache: the folder of the data sets; beside the settings by default.
    """
    settings = QSettings(str(settings_file), QSettings.Format.IniFormat)
    shown = MainWindow(session, settings, cache=cache)
    shown.closed.connect(session.shutdown)
    shown.data_switch.info = resources.data.info
    shown.show_images(resources.data.test.as_image_set() if images is None else images)
    shown.show_runs(resources.store)
    shown.show_resources(resources)
    session.use_resources(resources)
    shown.show()
    yield shown
    shown.close()
    shiboken6.delete(shown)  # or every later window is slower to make
