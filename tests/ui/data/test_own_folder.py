"""From a folder of somebody's own pictures to a run that is continued, through the window."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from lenet_desktop.app import create_window
from lenet_desktop.data.images import Split
from lenet_desktop.session.run_state import RunState
from lenet_desktop.ui.data.folder_page import FolderPage
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE
from lenet_desktop.ui.kit.inputs import WholeNumberInput
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.judged import judged
from tests.recipes import RELU

LIMIT_MS = 60_000
EACH, SIDE = 60, 16
NAMES = ("across", "dot", "down", "empty", "mixed up")


def picture(label: int, generator: np.random.Generator) -> Image.Image:
    """Draw a bar across, a dot, a bar down, nothing, or any of these, so that mistakes are made."""
    kind = int(generator.integers(0, 3)) if NAMES[label] == "mixed up" else label
    pixels = generator.integers(0, 60, (24, 20, 3), np.uint8)
    row, column = generator.integers(4, 14, 2)
    places = [
        np.s_[row : row + 4, :],
        np.s_[row : row + 6, column : column + 5],
        np.s_[:, column : column + 4],
    ]
    if kind < len(places):
        pixels[places[kind]] += 180
    return Image.fromarray(pixels)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 300 pictures, of which one is broken, and a hidden one beside them."""
    root = tmp_path_factory.mktemp("pictures") / "shapes"
    generator = np.random.default_rng(0)
    for label, name in enumerate(NAMES):
        (root / name).mkdir(parents=True)
        for number in range(EACH):
            picture(label, generator).save(root / name / f"{number:02}.png")
    (root / "dot" / "07.png").write_bytes((root / "dot" / "07.png").read_bytes()[:50])
    (root / ".ipynb_checkpoints").mkdir()
    (root / ".ipynb_checkpoints" / "00.png").write_bytes((root / "dot" / "00.png").read_bytes())
    return root


@contextmanager
def opened_window(qtbot: QtBot, cache: Path, folder: Path) -> Iterator[MainWindow]:
    """Open the window as the program does, wait until it can train, and close it in the end."""
    window = create_window(cache, folder / "settings.ini", folder / "kept")
    try:
        window.show()
        qtbot.waitUntil(lambda: window.session.state.can_start, timeout=LIMIT_MS)
        yield window
    finally:
        window.close()
        shiboken6.delete(window)


def click(button: QAbstractButton) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def open_by_menu(qtbot: QtBot, window: MainWindow, root: Path) -> FolderPage:
    """Choose a folder by File > Open images…, and wait until all of it is checked."""
    file_menu = window.menuBar().actions()[0].menu()
    assert isinstance(file_menu, QMenu)
    (action,) = [each for each in file_menu.actions() if "Open &images" in each.text()]
    action.trigger()
    page = window.data.page.folder
    click(page.choose_button)
    dialog = window.data.page.findChild(QFileDialog, "open_images_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(root))
    dialog.accept()
    qtbot.waitUntil(lambda: page.status.text().startswith("All 300"), timeout=LIMIT_MS)
    return page


def test_own_pictures_are_opened_learned_browsed_kept_and_continued(
    qtbot: QtBot, cache: Path, root: Path, tmp_path: Path
) -> None:
    with opened_window(qtbot, cache, tmp_path) as window:
        page = open_by_menu(qtbot, window, root)
        assert "299 pictures in 5 classes" in page.facts.text()
        assert page.skipped.line.text() == "2 files are left out"
        assert window.gallery.state.info.title == "Fashion-MNIST", "it was only looked at"
        page.form.side.set_value(SIDE)
        page.form.share.setValue(30)
        page.form.seed.setValue(4)
        chosen = page.form.options
        click(page.use_button)
        qtbot.waitUntil(lambda: window.gallery.state.info.title == "shapes", timeout=LIMIT_MS)
        assert window.gallery.state.info.class_names == NAMES
        assert window.gallery.state.info.shape == (3, SIDE, SIDE)
        window.data.page.close()

        form, session = window.training.form, window.session
        form.set_config(replace(RELU.config, epochs=3, batch_size=16, learning_rate=0.02))
        click(window.controls.start_button)
        qtbot.waitUntil(lambda: session.state is RunState.FINISHED, timeout=LIMIT_MS)
        accuracy = judged(session.history.epochs[-1].test_accuracy)
        assert accuracy > 0.4
        browse_mistakes(window, accuracy)

    with opened_window(qtbot, cache, tmp_path) as window:
        session = window.session
        qtbot.waitUntil(lambda: session.state is RunState.FINISHED, timeout=LIMIT_MS)
        assert window.gallery.state.info.title == "shapes"
        assert session.history.epochs[-1].test_accuracy == accuracy
        window.training.form.editor("epochs", WholeNumberInput).setValue(1)
        click(window.controls.continue_button)
        qtbot.waitUntil(lambda: len(session.history.epochs) == 4, timeout=LIMIT_MS)
        qtbot.waitUntil(lambda: session.state is RunState.FINISHED, timeout=LIMIT_MS)

        for path in (cache / "datasets").glob("folder-*"):
            path.unlink()
        page = open_by_menu(qtbot, window, root)
        assert page.form.options == chosen, "as the run tells, without what was prepared"


def browse_mistakes(window: MainWindow, accuracy: float) -> None:
    """Look at what the network gets wrong, and at the first of these images."""
    window.workspaces.show(Workspace.EXPLORE)
    gallery = window.gallery
    gallery.filters.show_input.setCurrentText("Misclassified")
    model = gallery.view.model()
    images = gallery.state.images(Split.TEST)
    assert images is not None
    count = len(images)
    assert model.rowCount() == round(count * (1 - accuracy)) > 0
    first = model.index(0, 0)
    QTest.mouseClick(
        gallery.view.viewport(),
        Qt.MouseButton.LeftButton,
        pos=gallery.view.visualRect(first).center(),
    )
    number = first.data(NUMBER_ROLE)
    assert gallery.inspector.title.text() == f"Test image {number}"
    assert f"True label: {NAMES[images.labels[number]]}" in gallery.inspector.verdict.text()


def drop(window: MainWindow, *places: Path) -> bool:
    """Drop files or folders on a window, and return whether it took them."""
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(place)) for place in places])
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(9, 9), copy, carried, left, none)
    QApplication.sendEvent(window, enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, carried, left, none))
    return True


def test_a_folder_or_a_table_is_dropped_on_the_window(
    qtbot: QtBot, window: MainWindow, root: Path, tmp_path: Path
) -> None:
    table = tmp_path / "few.csv"
    rows = [f"{number}.png,{'ab'[number % 2]}" for number in range(10)]
    table.write_text("\n".join(rows))
    for number in range(10):
        picture(0, np.random.default_rng(number)).save(tmp_path / f"{number}.png")
    (tmp_path / "notes.txt").write_text("text")
    page = window.data.page.folder

    assert not drop(window, tmp_path / "notes.txt")
    assert not drop(window, root, tmp_path)
    assert drop(window, root)
    qtbot.waitUntil(lambda: "5 classes" in page.facts.text(), timeout=LIMIT_MS)
    assert drop(window, table)
    qtbot.waitUntil(lambda: "10 pictures in 2 classes" in page.facts.text(), timeout=LIMIT_MS)


def test_reading_is_cancelled_and_locked_while_a_run_goes_on(
    qtbot: QtBot, window: MainWindow, root: Path
) -> None:
    page = window.data.page.folder
    window.data.open_folder(root)
    click(page.give_up_button)
    assert page.choose_button.isVisible()
    window.data.open_folder(root)
    qtbot.waitUntil(page.use_button.isVisible, timeout=LIMIT_MS)
    held = window.gallery.state.info
    click(page.use_button)
    assert page.cancel_button.isVisible()
    click(page.cancel_button)
    assert page.use_button.isEnabled()
    assert not window.data_switch.is_busy
    assert window.gallery.state.info == held

    window.training.form.set_config(replace(RELU.config, epochs=1_000, batch_size=64))
    click(window.controls.start_button)
    qtbot.waitUntil(lambda: window.session.state is RunState.RUNNING, timeout=LIMIT_MS)
    assert not window.data.page.isVisible(), "or it would lie over the curves"
    assert not page.use_button.isEnabled()
    click(window.controls.stop_button)
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)
    assert page.use_button.isEnabled()
