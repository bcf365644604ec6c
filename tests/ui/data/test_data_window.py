"""The window of data sets, with real downloads from this very machine and files put by hand."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import ImageSet
from lenet_desktop.data.known.originals import hand_folder
from lenet_desktop.data.progress import Progress
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.ui.data.data_window import DataWindow
from lenet_desktop.ui.window.main_window import MainWindow
from tests.data.known.file_server import Server, offered, server
from tests.data.known.made_originals import given_away, small_originals

__all__ = ["offered", "server", "small_originals"]
LIMIT_MS = 30_000


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def main(
    session: TrainingSession,
    few_images: ImageSet,
    resources: TrainingResources,
    settings_file: Path,
    data_folder: Path,
) -> Iterator[MainWindow]:
    settings = QSettings(str(settings_file), QSettings.Format.IniFormat)
    shown = MainWindow(session, settings, None, data_folder)
    shown.closed.connect(session.shutdown)
    shown.show_images(few_images)
    shown.show_resources(resources)
    session.use_resources(resources)
    shown.show()
    yield shown
    shown.close()
    shiboken6.delete(shown)


@pytest.fixture
def sets(main: MainWindow) -> DataWindow:
    """Return the window of data sets, as the menu opens it."""
    menu = main.menus.data.menu
    menu.actions()[-1].trigger()
    window = main.findChild(DataWindow)
    assert isinstance(window, DataWindow)
    return window


def test_it_tells_of_the_data_that_are_loaded_with_a_few_of_their_images(
    qtbot: QtBot, sets: DataWindow
) -> None:
    page = sets.page
    assert sets.isVisible()
    assert not sets.isModal()
    assert page.title.text() == "Fashion-MNIST"
    assert page.facts["Images"].text() == "70,000 grey images of 28 x 28 pixels in 10 classes"
    assert page.facts["State"].text() == "In use"
    assert not page.primary.isEnabled()
    assert page.by_hand.isHidden()
    qtbot.waitUntil(page.samples.isVisible, timeout=LIMIT_MS)
    assert "Ankle boot" in page.samples.accessibleDescription()
    assert page.samples.grab().toImage().pixelColor(20, 40) != page.palette().window().color()


def test_nothing_is_downloaded_before_a_click_and_then_it_is_used(
    qtbot: QtBot, offered: Server, main: MainWindow, sets: DataWindow
) -> None:
    main.menus.data.menu.aboutToShow.emit()
    (mnist,) = [each for each in main.menus.data.menu.actions() if each.text().startswith("MNIST")]
    assert mnist.text() == "MNIST (12\xa0MB, not here yet)…"
    mnist.trigger()
    page = sets.page
    assert page.title.text() == "MNIST"
    assert page.primary.text() == "&Download 12\xa0MB from 127.0.0.1 and use it"
    assert page.samples.isHidden()
    assert offered.asked == []

    offered.breaks_after = 5
    page.primary.click()
    qtbot.waitUntil(lambda: "could not be downloaded" in page.outcome.text(), timeout=LIMIT_MS)
    assert page.by_hand.isVisible()
    page.primary.click()
    assert page.cancel.isVisible()
    qtbot.waitUntil(lambda: page.primary.text() == "In use", timeout=LIMIT_MS)
    assert any(wanted == "bytes=5-" for _, wanted in offered.asked), "it went on where it stood"
    assert main.gallery.state.info.key == "mnist"
    assert len(main.gallery.state.numbers) == 4
    main.menus.data.menu.aboutToShow.emit()
    assert [each.text() for each in main.menus.data.menu.actions() if each.isChecked()] == ["MNIST"]


@pytest.mark.parametrize("does_else", [True, False])
def test_what_was_downloaded_is_not_used_where_somebody_is_at_something_else(
    qtbot: QtBot, offered: Server, main: MainWindow, sets: DataWindow, does_else: bool
) -> None:
    sets.choose("mnist")
    if not does_else:
        main.controls.start_button.click()
    words = sets.page.primary.text()
    assert words.endswith("127.0.0.1 and use it" if does_else else "127.0.0.1")
    sets.page.primary.click()
    sets.choose("digits" if does_else else "mnist")
    said = "MNIST is on this machine now."
    qtbot.waitUntil(lambda: sets.page.outcome.text() == said, timeout=LIMIT_MS)
    assert not main.data_switch.is_busy
    main.session.stop()
    qtbot.waitUntil(lambda: main.session.state.can_start, timeout=LIMIT_MS)
    assert not main.data_switch.is_busy
    assert main.gallery.state.info.key == "fashion-mnist"


def test_a_download_is_given_up_and_its_page_says_so(
    qtbot: QtBot, offered: Server, sets: DataWindow
) -> None:
    sets.choose("kmnist")
    sets.page.primary.click()
    assert sets.page.primary.isHidden()
    sets.page.cancel.click()
    assert sets.page.primary.isVisible()
    assert sets.page.bar.isHidden()
    assert "goes on from there" in sets.page.outcome.text()


def test_files_that_were_put_by_hand_are_found(
    qtbot: QtBot, small_originals: None, sets: DataWindow, data_folder: Path, tmp_path: Path
) -> None:
    page = sets.page
    sets.choose("usps")
    assert "usps.bz2" in page.where.text()
    page.look.click()
    qtbot.waitUntil(lambda: bool(page.outcome.text()), timeout=LIMIT_MS)
    assert page.outcome.property("role") == "error"
    by_hand = hand_folder(data_folder)
    by_hand.mkdir(parents=True, exist_ok=True)
    for name, content in given_away("usps").items():
        (by_hand / f"my {name}").write_bytes(content)
    page.look.click()
    qtbot.waitUntil(lambda: page.primary.text() == "&Use", timeout=LIMIT_MS)
    assert "USPS is on this machine now" in page.outcome.text()
    assert page.by_hand.isHidden()

    sets.choose("mnist")
    other = tmp_path / "elsewhere"
    other.mkdir()
    for name, content in given_away("mnist").items():
        (other / name).write_bytes(content)
    page.add_files.click()
    dialog = sets.findChild(QFileDialog, "add_files_dialog")
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(other))
    qtbot.waitUntil(lambda: page.primary.text() == "&Use", timeout=LIMIT_MS)


def test_original_files_that_are_dropped_like_a_folder_of_pictures_lead_to_their_page(
    qtbot: QtBot, small_originals: None, main: MainWindow, sets: DataWindow, tmp_path: Path
) -> None:
    other = tmp_path / "elsewhere"
    other.mkdir()
    for name, content in given_away("mnist").items():
        (other / name).write_bytes(content)
    main.data.open_folder(other)
    assert sets.offer is None
    qtbot.waitUntil(lambda: sets.offer is not None, timeout=LIMIT_MS)
    assert sets.page.title.text() == "MNIST"
    assert sets.page.primary.text() == "&Use"
    assert "MNIST is on this machine now" in sets.page.outcome.text()


def test_what_is_loaded_meanwhile_is_not_taken_for_the_download(
    qtbot: QtBot, offered: Server, main: MainWindow, sets: DataWindow
) -> None:
    sets.choose("kmnist")
    page = sets.page
    page.primary.click()
    main.data_switch.progressed.emit(Progress(1, 2, "Reading the images…"))
    assert page.cancel.isVisible()
    assert "Reading" not in page.doing.text()
    page.cancel.click()


def test_while_a_run_goes_on_it_says_why_nothing_can_be_used(
    qtbot: QtBot, main: MainWindow, sets: DataWindow
) -> None:
    sets.choose("digits")
    assert sets.page.primary.isEnabled()
    main.controls.start_button.click()
    assert not sets.page.primary.isEnabled()
    assert "A run is going on" in sets.page.doing.text()
    main.session.stop()
    qtbot.waitUntil(lambda: main.session.state.can_start, timeout=LIMIT_MS)
    assert sets.page.primary.isEnabled()
    assert sets.page.doing.isHidden()


def test_the_keyboard_goes_everywhere_and_no_two_letters_clash(
    qtbot: QtBot, small_originals: None, sets: DataWindow
) -> None:
    sets.choose("mnist")
    buttons = [each for each in sets.findChildren(QAbstractButton) if each.isVisible()]
    keys = Counter(found[1].lower() for b in buttons if (found := re.search(r"&(\w)", b.text())))
    assert set(keys.values()) == {1}
    assert all(button.accessibleName() for button in buttons if button.text())
    sets.list.setFocus()
    QTest.keyClick(sets.list, Qt.Key.Key_Down)
    assert sets.page.title.text() == "KMNIST"
    titles = {sets.list.item(row).text() for row in range(sets.list.count())}
    assert {"Fashion-MNIST", "Digits (small)", "USPS"} <= titles
    QTest.keyClick(sets, Qt.Key.Key_Escape)
    assert not sets.isVisible()


def test_it_fits_a_small_screen_and_comes_back_where_it_was(
    qtbot: QtBot, main: MainWindow, sets: DataWindow
) -> None:
    sets.resize(700, 480)
    assert (sets.width(), sets.height()) == (700, 480)
    for label in sets.page.findChildren(QLabel):
        if label.isVisible():
            assert label.width() >= min(label.sizeHint().width(), label.minimumSizeHint().width())
    sets.close()
    main.menus.data.menu.actions()[-1].trigger()
    assert sets.isVisible()
    assert (sets.width(), sets.height()) == (700, 480)
