"""The menus do what they say: recent runs, exports, preferences, sizes, presentation, layout."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from lenet_desktop.networks.threads import threads
from lenet_desktop.storage.data_folder import NOTE_NAME, chosen_folder
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.theme import DARK, control_height
from lenet_desktop.ui.runs.run_exports import ExportKind
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.preferences import LANGUAGE, REFRESH_HZ, TEXT_PERCENT, THREADS
from lenet_desktop.ui.window.preferences_window import PreferencesWindow
from tests.kept_runs import BRIEF, KeptRun

KEPT_RUNS = (KeptRun(BRIEF, title="Kept & found"),)
LIMIT_MS = 30_000


@pytest.fixture(autouse=True)
def _usual_text_and_threads(qapp: QApplication) -> Iterator[None]:
    font, count = QFont(qapp.font()), threads.count
    yield
    threads.want(None)
    threads.count = count
    if qapp.font() != font:
        qapp.setFont(font)


def menu_of(window: MainWindow, name: str) -> QMenu:
    for action in window.menuBar().actions():
        if action.text().replace("&", "") == name:
            menu = action.menu()
            assert isinstance(menu, QMenu)
            return menu
    pytest.fail(f"no menu {name}")


def command(menu: QMenu, words: str) -> QAction:
    menu.aboutToShow.emit()
    return next(action for action in menu.actions() if words in action.text().replace("&", ""))


def open_kept(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.run_opener.open_run(1)


def preferences_of(window: MainWindow) -> PreferencesWindow:
    command(menu_of(window, "Edit"), "Preferences").trigger()
    (page,) = window.findChildren(PreferencesWindow)
    return page


def choose(page: PreferencesWindow, name: str, value: object) -> None:
    box = page.findChild(ChoiceInput, name)
    assert box is not None
    box.set_value(value)


def test_a_run_is_opened_again_and_exported_from_the_menu(qtbot: QtBot, window: MainWindow) -> None:
    export = window.menus.run_export_menu
    assert not any(action.isEnabled() for action in export.exports.values())
    open_kept(qtbot, window)
    assert export.exports[ExportKind.REPORT].isEnabled()
    with qtbot.waitSignal(window.runs.export_requested) as asked:
        export.exports[ExportKind.RUN].trigger()
    assert asked.args == [1, ExportKind.RUN]
    window.findChildren(QFileDialog)[0].reject()
    window.session.leave()
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        command(window.menus.recent_menu, "Kept").trigger()
    assert window.session.run_id == 1


def test_a_run_is_imported_from_the_menu(window: MainWindow) -> None:
    command(menu_of(window, "File"), "Import").trigger()
    (dialog,) = window.findChildren(QFileDialog)
    assert "mport" in dialog.windowTitle()
    dialog.reject()


def test_text_grows_everywhere_and_again_at_the_next_start(
    qapp: QApplication, window: MainWindow, settings_file: Path
) -> None:
    usual = qapp.font().pointSizeF()
    view = menu_of(window, "View")
    sizes = command(view, "Text size").menu()
    assert isinstance(sizes, QMenu)
    command(sizes, "150").trigger()
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * usual)
    QApplication.processEvents()
    parts = window.header.recipe, window.training.form.device, window.runs.table
    assert [part.font().pointSizeF() for part in parts] == pytest.approx([1.5 * usual] * 3)
    assert window.training.form.device.height() >= control_height(qapp.font()) == 42
    command(sizes, "Larger").trigger()
    assert window.commands.preferences.value(TEXT_PERCENT) == 175
    command(sizes, "100\xa0%").trigger()
    assert qapp.font().pointSizeF() == pytest.approx(usual)


def test_nothing_is_left_of_a_size_of_text_that_was_tried(window: MainWindow) -> None:
    plots, status = window.training.plots, window.status

    def room() -> list[float]:
        QApplication.processEvents()
        QApplication.processEvents()
        parts = plots.loss.legend, plots.accuracy.legend, status.progress, status.rate, status.left
        return [part.width() for part in parts]

    preferences, before = window.commands.preferences, room()
    for size in (200, 100):
        preferences.set_value(TEXT_PERCENT, size)
        taken = room()
        assert taken == before if size == 100 else taken != before


def test_what_is_chosen_in_the_preferences_counts_at_once(qtbot: QtBot, window: MainWindow) -> None:
    page = preferences_of(window)
    assert preferences_of(window) is page
    choose(page, "theme_input", "dark")
    assert window.palette().window().color().name() == DARK.window
    choose(page, "threads_input", 1)
    assert threads.count == 1
    assert "1 thread" in window.training.form.device.currentText()
    choose(page, "refresh_input", 2)
    assert window.commands.preferences.value(REFRESH_HZ) == 2
    kept = window.training.form.editor("keep_networks", ChoiceInput)
    choose(page, "kept_networks_input", "best_and_tenths")
    assert window.training.form.config is not None
    assert window.training.form.config.keep_networks == "best_and_tenths"
    kept.set_value("all")
    box = page.findChild(ChoiceInput, "kept_networks_input")
    assert box is not None
    assert box.value() == "all"
    choose(page, "theme_input", "system")
    choose(page, "threads_input", THREADS.usual)


def test_a_mark_is_offered_among_what_is_done_with_images(window: MainWindow) -> None:
    groups: list[list[str]] = [[]]
    for action in menu_of(window, "View").actions():
        if action.isSeparator():
            groups.append([])
        groups[-1].append(action.text().replace("&", ""))
    (images,) = (group for group in groups if any("Misclassified" in text for text in group))
    assert any("Mark the image" in text for text in images)


def test_another_language_counts_from_the_next_start_on(window: MainWindow) -> None:
    page = preferences_of(window)
    title, note = page.windowTitle(), page.note_of_language
    for code, is_told in (("zh", True), ("", False), ("en", True)):
        choose(page, "language_input", code)
        assert window.commands.preferences.value(LANGUAGE) == code
        assert note.isVisibleTo(page) == is_told
    assert page.windowTitle() == title
    choose(page, "language_input", LANGUAGE.usual)


def test_another_data_folder_counts_from_the_next_start_on(
    window: MainWindow, settings_file: Path, tmp_path: Path
) -> None:
    page = preferences_of(window)
    page.folder_chosen.emit(tmp_path / "other")
    assert chosen_folder(settings_file.with_name(NOTE_NAME)) == tmp_path / "other"
    assert page.folder.text() == str(tmp_path / "other")
    assert "next start" in page.note.text()


def test_where_nothing_is_kept_there_is_no_folder_to_choose(window: MainWindow) -> None:
    page = preferences_of(window)
    buttons = [page.findChild(QPushButton, name) for name in
               ("open_data_folder_button", "change_data_folder_button")]  # fmt: skip
    assert [button is not None and button.isEnabled() for button in buttons] == [False, False]


def test_curves_and_matrix_alone_are_presented_and_esc_leads_back(
    qtbot: QtBot, qapp: QApplication, window: MainWindow
) -> None:
    usual = qapp.font().pointSizeF()
    open_kept(qtbot, window)
    percent = window.gallery.about_classes.percent
    percent.setChecked(True)
    QTest.keyClick(window, Qt.Key.Key_F11)
    page = window.commands.presenting.page
    assert page is not None
    assert page.isFullScreen()
    assert page.accuracy.text() == window.header.accuracy.text() != ""
    assert page.matrix.counts is not None
    assert page.matrix.counts.sum() == 300
    assert page.matrix.in_percent, "as in the window"
    percent.setChecked(False)
    assert not page.matrix.in_percent
    assert page.plots.history() is window.session.history
    large = page.matrix.font().pointSizeF()
    assert 1.5 * usual <= large <= 2 * usual
    assert page.accuracy.font().pointSizeF() > 1.5 * large
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(page, Qt.Key.Key_Escape)
    assert not window.commands.view.present.isChecked()
    assert window.commands.presenting.page is None
    assert window.isVisible()
    percent.setChecked(True)  # of which nobody hears who is gone


def test_the_presentation_has_the_scale_and_the_trend_of_the_window(window: MainWindow) -> None:
    plots = window.training.plots
    plots.log_scale.setChecked(True)
    window.commands.view.present.trigger()
    page = window.commands.presenting.page
    assert page is not None
    assert page.plots.loss.log_scale
    plots.log_scale.setChecked(False)
    plots.smooth.setChecked(True)
    assert not page.plots.loss.log_scale
    assert page.plots.smooth.isChecked()
    window.commands.view.present.trigger()
    plots.smooth.setChecked(False)


def test_a_run_is_started_and_followed_while_it_is_presented(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.training.form.set_config(BRIEF)
    window.commands.view.present.trigger()
    page = window.commands.presenting.page
    assert page is not None
    assert page.matrix.counts is None
    QTest.keyClick(page, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.session.history.epochs) == 2, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: page.matrix.counts is not None, timeout=LIMIT_MS)
    epochs, _losses = page.plots.history().series("test_loss")
    assert list(epochs) == [1, 2]
    window.commands.view.present.trigger()
    assert window.commands.presenting.page is None


def test_the_window_fills_the_screen_and_goes_back(window: MainWindow) -> None:
    full = window.commands.view.full_screen
    full.trigger()
    assert window.isFullScreen()
    assert full.isChecked()
    full.trigger()
    assert not window.isFullScreen()
    window.setWindowState(Qt.WindowState.WindowFullScreen)  # as a desktop may do
    assert full.isChecked()
    window.setWindowState(Qt.WindowState.WindowNoState)
    assert not full.isChecked()


def test_the_layout_is_put_back(window: MainWindow) -> None:
    QApplication.processEvents()
    command(menu_of(window, "View"), "Reset layout").trigger()
    usual = {
        name: part.sizes() for name, part in window.borders.splitters.items() if part.isVisible()
    }
    assert usual
    for part in window.borders.splitters.values():
        part.setSizes([1, 10_000])
    command(menu_of(window, "View"), "Reset layout").trigger()
    again = {name: window.borders.splitters[name].sizes() for name in usual}
    assert again == usual
