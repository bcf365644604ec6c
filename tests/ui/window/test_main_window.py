"""The window as a whole: real clicks, a real thread, real images."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QObject, QSettings, QSize, Qt
from PySide6.QtGui import QAccessible, QAction, QFont, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import ImageSet
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.devices import CPU, Device
from lenet_desktop.training.events import RunStarted
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE
from lenet_desktop.ui.kit.inputs import WholeNumberInput
from lenet_desktop.ui.kit.message_bar import MessageKind
from lenet_desktop.ui.kit.theme import ThemeMode
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.preferences import TEXT_PERCENT
from lenet_desktop.ui.window.window_memory import WindowMemory
from lenet_desktop.ui.window.workspaces import Workspace
from tests.judged import judged
from tests.kept_runs import keep_run
from tests.recipes import RELU
from tests.ui.controls import every, make_all_parts

CLICK = Qt.MouseButton.LeftButton
LIMIT_MS = 20_000
SHORT = replace(RELU.config, epochs=2, batch_size=64)
ENDLESS = replace(RELU.config, epochs=1_000, batch_size=64)


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, CLICK)


def wait_for(qtbot: QtBot, window: MainWindow, state: RunState) -> None:
    qtbot.waitUntil(lambda: window.session.state is state, timeout=LIMIT_MS)


def start(qtbot: QtBot, window: MainWindow) -> None:
    click(window.controls.start_button)
    qtbot.waitUntil(lambda: len(window.session.history.step_losses) > 0, timeout=LIMIT_MS)


NAMES = Path(__file__).parents[3] / "docs" / "names.md"
STABLE_NAMES = {
    "start_button": QPushButton, "pause_button": QPushButton, "stop_button": QPushButton,
    "preset_input": QComboBox, "epochs_input": QSpinBox, "learning_rate_input": QLineEdit,
    "batch_size_input": QSpinBox, "seed_input": QSpinBox, "device_input": QComboBox,
    "activation_input": QComboBox, "pooling_input": QComboBox, "loss_plot": QWidget,
    "accuracy_plot": QWidget, "epoch_table": QTableWidget, "run_progress": QProgressBar,
    "message_bar": QWidget, "gallery_view": QListView, "gallery_show_input": QComboBox,
    "gallery_true_input": QComboBox, "gallery_predicted_input": QComboBox,
    "gallery_sort_input": QComboBox, "gallery_count": QLabel, "inspector": QWidget,
    "confusion_matrix": QWidget,
}  # fmt: skip


BESIDE = (
    "cancel_data", "change_data_", "choose_folder", "data_", "folder_", "kept_", "language_",
    "lesson_", "open_data_", "preferences_", "present", "refresh_", "text_", "theme_", "threads_",
    "use_data", "use_folder",
)  # fmt: skip
"""How the names begin of what is in a window that a person opens beside this one."""


def test_other_programs_find_every_widget_by_its_name(window: MainWindow) -> None:
    make_all_parts(window)
    for name, kind in STABLE_NAMES.items():
        found: list[QWidget] = window.findChildren(kind, name)
        assert len(found) == 1, name
    names = re.findall(r"`([a-z]+_[a-z_]+)`", NAMES.read_text("utf-8"))
    own = [name for name in names if not name.startswith(BESIDE)]
    assert len(own) > 150
    assert [name for name in own if window.findChild(QObject, name) is None] == []


def test_a_click_on_start_trains_to_the_end(
    qtbot: QtBot, window: MainWindow, few_images: ImageSet
) -> None:
    window.training.form.set_config(SHORT)
    click(window.controls.start_button)
    assert window.session.state is RunState.RUNNING
    assert not window.controls.start_button.isEnabled()
    assert not window.training.form.editor("epochs", WholeNumberInput).isEnabled()
    wait_for(qtbot, window, RunState.FINISHED)
    assert window.controls.start_button.isEnabled()
    assert window.training.form.editor("epochs", WholeNumberInput).isEnabled()
    table, history = window.training.table, window.session.history
    assert table.rowCount() == 2
    row = [table.item(1, column) for column in range(6)]
    texts = [item.text() if item is not None else "" for item in row]
    done = history.epochs[1]
    assert texts[:5] == [
        "2",
        f"{done.train_loss:.4f}",
        f"{done.test_loss:.4f}",
        f"{100 * done.train_accuracy:.1f}\xa0%",
        f"{100 * judged(done.test_accuracy):.1f}\xa0%",
    ]
    x, y = window.training.plots.loss.curves[0].getOriginalDataset()
    np.testing.assert_array_equal(y, history.step_losses)
    assert len(x) == 2 * 10
    wrong = round((1 - judged(done.test_accuracy)) * len(few_images))
    window.gallery.state.toggle_misclassified()
    assert window.gallery.filters.count.text() == f"{wrong} of 300"
    assert window.status.progress.value() == window.status.progress.maximum()
    assert "images/s" in window.status.rate.text()
    expected = f"Finished: {100 * judged(done.test_accuracy):.1f}\xa0% of test images right"
    assert window.status.text.text() == expected
    a_click_on_a_mistake_leads_to_its_image(window)


def a_click_on_a_mistake_leads_to_its_image(window: MainWindow) -> None:
    strip, state = window.mistakes.strip, window.gallery.state
    worst = strip.model().index(1, 0)
    state.look_at(1)
    QTest.mouseClick(
        strip.viewport(), Qt.MouseButton.LeftButton, pos=strip.visualRect(worst).center()
    )
    assert window.workspaces.current is Workspace.EXPLORE
    assert state.chosen == worst.data(NUMBER_ROLE)
    assert state.epoch == 2, "the strip is of the newest epoch"


def test_pausing_resuming_and_stopping(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(ENDLESS)
    start(qtbot, window)
    click(window.controls.pause_button)
    assert window.session.state is RunState.PAUSED
    assert window.controls.pause_button.text() == "Resume"
    assert window.status.text.text().startswith("Paused in epoch ")
    click(window.controls.pause_button)
    assert window.session.state.name == "RUNNING"
    assert window.controls.pause_button.text() == "Pause"
    click(window.controls.stop_button)
    wait_for(qtbot, window, RunState.STOPPED)
    assert window.status.text.text().startswith("Stopped in epoch ")
    assert len(window.training.plots.loss.curves[0].places) > 0, "the curves stay"


def test_a_new_run_can_follow_a_stopped_one(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(ENDLESS)
    for _ in range(3):
        start(qtbot, window)
        click(window.controls.stop_button)
        wait_for(qtbot, window, RunState.STOPPED)
    window.training.form.set_config(SHORT)
    start(qtbot, window)
    wait_for(qtbot, window, RunState.FINISHED)
    assert window.training.table.rowCount() == 2


def test_keys_start_pause_and_stop(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(ENDLESS)
    window.gallery.view.setFocus()
    view = window.gallery.view
    QTest.keyClick(view, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert window.session.state is RunState.RUNNING
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert window.session.state.name == "PAUSED"
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert window.session.state.name == "RUNNING"
    QTest.keyClick(view, Qt.Key.Key_Escape)
    wait_for(qtbot, window, RunState.STOPPED)


def test_f_and_ctrl_f_look_for_images(qtbot: QtBot, window: MainWindow) -> None:
    view, filters = window.gallery.view, window.gallery.filters
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_F)
    assert filters.show_input.currentText() == "Misclassified"
    QTest.keyClick(view, Qt.Key.Key_F)
    assert filters.show_input.currentText() == "All"
    QTest.keyClick(view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is filters.number


def test_a_focused_button_keeps_the_space_bar(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(ENDLESS)
    start(qtbot, window)
    stop = window.controls.stop_button
    stop.setFocus()
    QTest.keyClick(stop, Qt.Key.Key_Space)
    wait_for(qtbot, window, RunState.STOPPED)


@pytest.fixture
def loading_window(
    session: TrainingSession, few_images: ImageSet, settings_file: Path
) -> Iterator[MainWindow]:
    """Return a shown window with images, in which nothing can be trained yet."""
    window = MainWindow(session, QSettings(str(settings_file), QSettings.Format.IniFormat))
    window.closed.connect(session.shutdown)
    window.show_images(few_images)
    window.show()
    yield window
    window.close()
    shiboken6.delete(window)


def test_a_click_on_start_is_remembered_while_torch_is_loaded(
    qtbot: QtBot, loading_window: MainWindow, resources: TrainingResources
) -> None:
    window = loading_window
    window.training.form.set_config(SHORT)

    click(window.controls.start_button)

    assert window.session.state is RunState.LOADING
    assert not window.controls.start_button.isEnabled()
    window.show_resources(resources)
    window.session.use_resources(resources)
    wait_for(qtbot, window, RunState.FINISHED)
    started = window.session.history.started
    assert started is not None
    assert started.config.seed == SHORT.seed
    assert len(window.session.history.epochs) == SHORT.epochs


def test_a_start_that_waits_can_be_taken_back(
    loading_window: MainWindow, resources: TrainingResources
) -> None:
    window = loading_window
    click(window.controls.start_button)
    click(window.controls.stop_button)

    window.show_resources(resources)
    window.session.use_resources(resources)
    QApplication.processEvents()

    assert window.session.state is RunState.READY
    assert window.controls.start_button.isEnabled()
    assert not window.controls.stop_button.isEnabled()


def test_what_is_wanted_after_a_click_on_start_takes_its_place(
    qtbot: QtBot, loading_window: MainWindow, resources: TrainingResources
) -> None:
    run_id = keep_run(resources.store, resources.data, SHORT)
    window = loading_window
    window.show_runs(resources.store)
    click(window.controls.start_button)
    window.runs.opened.emit(run_id)
    assert not window.controls.stop_button.isEnabled(), "no run waits any more"

    window.show_resources(resources)
    with qtbot.waitSignal(window.session.run_opened, timeout=LIMIT_MS):
        window.session.use_resources(resources)
    QApplication.processEvents()

    assert window.session.run_id == run_id
    assert window.session.state is RunState.FINISHED


def test_a_start_that_waits_comes_to_nothing_where_the_settings_do_not_fit(
    loading_window: MainWindow, resources: TrainingResources
) -> None:
    window = loading_window
    window.training.form.set_config(replace(SHORT, validation_images=10_000))
    click(window.controls.start_button)

    window.show_resources(resources)
    window.session.use_resources(resources)
    QApplication.processEvents()

    assert window.session.state is RunState.READY
    assert not window.controls.stop_button.isEnabled()
    assert "PyTorch" not in window.status.text.text()


def test_a_run_goes_on_where_something_later_cannot_be_loaded(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.training.form.set_config(ENDLESS)
    start(qtbot, window)
    window.show_loading_failure("The last run cannot be read.")
    assert window.session.state.name == "RUNNING"
    click(window.controls.stop_button)
    wait_for(qtbot, window, RunState.STOPPED)


def test_nothing_is_started_where_torch_cannot_be_loaded(loading_window: MainWindow) -> None:
    click(loading_window.controls.start_button)

    loading_window.show_loading_failure("PyTorch cannot be loaded.")

    assert not loading_window.controls.start_button.isEnabled()
    assert not loading_window.controls.stop_button.isEnabled()
    assert loading_window.status.text.text() == "Training is not possible"


def test_start_stays_off_until_every_entry_can_be_used(window: MainWindow) -> None:
    window.training.form.learning_rate.setText("fast")
    assert not window.controls.start_button.isEnabled()
    assert not window.controls.start.isEnabled(), "nor does the key do it"
    window.training.form.learning_rate.setText("0.1")
    assert window.controls.start_button.isEnabled()


def test_a_loss_that_is_no_number_is_explained(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(replace(SHORT, learning_rate=1e20))
    click(window.controls.start_button)
    wait_for(qtbot, window, RunState.DIVERGED)
    assert window.message_bar.isVisible()
    assert window.message_bar.text == (
        "The loss is not a number any more: the learning rate 1e+20 is too high for this network. "
        "Lower it and start again."
    )
    window.training.form.set_config(SHORT)
    click(window.controls.start_button)
    assert not window.message_bar.isVisible()
    wait_for(qtbot, window, RunState.FINISHED)


def test_a_run_that_fails_is_explained(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_devices([Device("cuda:7", "GPU that is gone"), Device(CPU, "CPU")])
    window.training.form.set_config(replace(SHORT, device="cuda:7"))
    click(window.controls.start_button)
    wait_for(qtbot, window, RunState.FAILED)
    assert window.message_bar.kind is MessageKind.ERROR
    assert "Choose another device" in window.message_bar.text
    assert window.controls.start_button.isEnabled()


def test_a_device_that_was_passed_over_is_mentioned(
    window: MainWindow, resources: TrainingResources
) -> None:
    broken = Device("cuda:0", "GPU", "The GPU was passed over, it can't be used: too old.")
    window.show_resources(replace(resources, devices=[broken, *resources.devices]))
    assert window.message_bar.text == broken.problem
    assert window.training.form.device.currentText().startswith("Automatic: CPU")


def test_when_loading_fails_the_images_can_still_be_browsed(window: MainWindow) -> None:
    window.show_loading_failure("PyTorch cannot be loaded.")
    assert window.message_bar.text == "PyTorch cannot be loaded."
    assert window.status.text.text() == "Training is not possible"
    assert window.gallery.model.rowCount() == 300


def test_the_message_bar_can_be_dismissed(window: MainWindow) -> None:
    window.show_notice("Something to know.")
    button = window.message_bar.findChild(QAbstractButton, "dismiss_button")
    assert isinstance(button, QAbstractButton)
    click(button)
    assert not window.message_bar.isVisible()


def test_closing_in_the_middle_of_a_run_ends_its_thread(
    qtbot: QtBot, window: MainWindow, session: TrainingSession
) -> None:
    window.training.form.set_config(ENDLESS)
    start(qtbot, window)
    window.close()
    assert not window.isVisible()
    wait_for(qtbot, window, RunState.STOPPED)


def test_closing_a_paused_run_ends_its_thread(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(ENDLESS)
    start(qtbot, window)
    click(window.controls.pause_button)
    window.close()
    wait_for(qtbot, window, RunState.STOPPED)


def reopened(settings_file: Path) -> MainWindow:
    session = TrainingSession()
    window = MainWindow(session, QSettings(str(settings_file), QSettings.Format.IniFormat))
    session.setParent(window)
    return window


def test_entries_theme_and_geometry_are_remembered(
    qtbot: QtBot, qapp: QApplication, window: MainWindow, settings_file: Path
) -> None:
    window.training.form.set_config(SHORT)
    window.training.form.show_more(True)
    window.menus.theme_chosen.emit(ThemeMode.DARK)
    window.commands.preferences.set_value(TEXT_PERCENT, 110)
    window.resize(1234, 720)
    window.gallery.splitter.setSizes([300, 200])
    window.sweeps.editor.scheduler.setText("tcp://host:8786")
    sizes = window.gallery.splitter.sizes()
    window.close()
    again = reopened(settings_file)
    qtbot.addWidget(again)
    again.show()
    qapp.processEvents()  # or its parts are not laid out yet
    assert again.training.form.config == SHORT
    assert again.training.form.more_is_shown
    assert again.sweeps.editor.address == "tcp://host:8786"
    assert (again.width(), again.height()) == (1234, 720)
    assert again.gallery.splitter.sizes() == pytest.approx(sizes, abs=2)
    assert again.palette().window().color().lightness() < 128
    assert again.training.plots.loss.backgroundBrush().color().lightness() < 128
    again.menus.theme_chosen.emit(ThemeMode.SYSTEM)
    again.commands.preferences.set_value(TEXT_PERCENT, 100)


def test_settings_that_make_no_sense_are_left_alone(
    qtbot: QtBot, settings_file: Path, qapp: QApplication
) -> None:
    for config in ("{not json", '{\\"epochs\\": -5}', "[1, 2]", '{\\"from_the_future\\": 1}'):
        file = settings_file.with_name(f"{len(config)}.ini")
        file.write_text(f'[training]\nconfig="{config}"')
        settings = QSettings(str(file), QSettings.Format.IniFormat)
        assert settings.contains("training/config")
        assert WindowMemory(settings).config is None
    for content in (
        "this is no INI file",
        '[training]\nconfig="{not json"\n[window]\ntheme=plaid\nplace=7\nscreen=@Size(1 2)',
    ):
        settings_file.write_text(content)
        window = reopened(settings_file)
        qtbot.addWidget(window)
        assert window.training.form.config == TEXTBOOK.config


def test_no_two_controls_share_a_mnemonic(window: MainWindow) -> None:
    make_all_parts(window)
    menus = [action.text() for action in window.menuBar().actions()]
    sweeps = window.sweeps
    panels = [window.training, window.gallery, window.compare, window.picture]
    pages = [*panels, sweeps.view, sweeps.editor]
    for page in pages:
        hidden = [other for other in pages if other is not page]
        if page not in (sweeps.view, sweeps.editor):
            hidden.append(sweeps)
        labels: list[QLabel | QAbstractButton] = [
            label for label in every(QLabel, window) if label.buddy()
        ]
        parts = [
            part
            for part in (*labels, *every(QAbstractButton, window))
            if not any(other.isAncestorOf(part) for other in hidden)
        ]
        found = [re.search(r"&(\w)", text) for text in [*(part.text() for part in parts), *menus]]
        keys = Counter(each.group(1).lower() for each in found if each)
        assert [key for key, count in keys.items() if count > 1] == [], page.objectName()
        assert len(keys) >= len(menus)


def test_no_two_commands_share_a_shortcut(window: MainWindow) -> None:
    """But one that is heard in a part of the window only may be another one elsewhere."""
    make_all_parts(window)
    own = set(window.picture.actions())
    everyone = Qt.ShortcutContext.WindowShortcut
    for actions in (own, set(every(QAction, window)) - own):
        keys = Counter(action.shortcut().toString() for action in actions)
        common = {
            action.shortcut().toString()
            for action in actions
            if action.shortcutContext() is everyone or action in own
        }
        assert [key for key, count in keys.items() if key in common - {""} and count > 1] == []
    assert QKeySequence("F1").toString() in keys
    everywhere = {
        action.shortcut().toString() for action in actions if action.shortcutContext() is everyone
    }
    assert everywhere.isdisjoint(action.shortcut().toString() or "none" for action in own)


def test_every_control_has_a_name_and_an_explanation(window: MainWindow) -> None:
    make_all_parts(window)
    own = (QComboBox, QSpinBox, QPushButton)
    for kind in own:
        for control in every(kind, window):
            assert control.accessibleName(), control.objectName()
            assert control.toolTip(), control.objectName()


def test_the_locked_form_shows_the_settings_of_the_run(qtbot: QtBot, window: MainWindow) -> None:
    window.training.form.set_config(ENDLESS)
    start(qtbot, window)
    actions = every(QAction, window)
    reset = next(action for action in actions if "textbook" in action.text())
    assert not reset.isEnabled()
    reset.trigger()
    assert window.training.form.config == ENDLESS
    click(window.controls.stop_button)
    wait_for(qtbot, window, RunState.STOPPED)
    assert reset.isEnabled()


def test_starting_from_a_field_leaves_the_keyboard_somewhere(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.training.form.set_config(ENDLESS)
    window.training.form.editor("epochs", WholeNumberInput).setFocus()
    QTest.keyClick(
        window.training.form.editor("epochs", WholeNumberInput),
        Qt.Key.Key_R,
        Qt.KeyboardModifier.ControlModifier,
    )
    assert QApplication.focusWidget() is window.training
    click(window.controls.stop_button)
    wait_for(qtbot, window, RunState.STOPPED)


def test_a_second_run_keeps_the_place_in_the_gallery_and_its_words_fit(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.training.form.set_config(SHORT)
    window.resize(900, 600)
    start(qtbot, window)
    wait_for(qtbot, window, RunState.FINISHED)
    window.gallery.state.toggle_misclassified()
    bar = window.gallery.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    assert place > 0
    seen: list[str] = []

    def note(event: object) -> None:
        if isinstance(event, RunStarted):
            seen.extend((window.gallery.view.placeholder, window.gallery.inspector.verdict.text()))

    window.session.event_received.connect(note)
    start(qtbot, window)
    wait_for(qtbot, window, RunState.FINISHED)
    assert seen[0] == "The first predictions come after the first epoch."
    assert "press Start" not in seen[1]
    assert bar.value() == min(place, bar.maximum())


def test_several_notices_stand_below_each_other(window: MainWindow) -> None:
    window.show_notice("The GPU was passed over.")
    window.show_notice("The data folder cannot be written.")
    window.show_notice("The GPU was passed over.")
    assert window.message_bar.text == (
        "The GPU was passed over.\nThe data folder cannot be written."
    )


def test_a_number_that_does_not_exist_is_forgiven_once_a_right_one_is_typed(
    window: MainWindow,
) -> None:
    number = window.gallery.filters.number
    QTest.keyClicks(number, "99999")
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert "99999" in window.message_bar.text
    number.clear()
    QTest.keyClicks(number, "12")
    QTest.keyClick(number, Qt.Key.Key_Return)
    assert window.message_bar.isHidden()


def test_space_chooses_a_cell_of_the_matrix_while_a_run_goes_on(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.training.form.set_config(ENDLESS)
    window.workspaces.show(Workspace.EXPLORE)
    start(qtbot, window)
    qtbot.waitUntil(lambda: window.gallery.matrix.counts is not None, timeout=LIMIT_MS)
    window.gallery.matrix.setFocus()
    QTest.keyClick(window.gallery.matrix, Qt.Key.Key_Space)
    assert window.session.state is RunState.RUNNING
    assert window.gallery.filters.query.true_class == 0
    click(window.controls.stop_button)
    wait_for(qtbot, window, RunState.STOPPED)


def test_a_screen_reader_hears_where_the_run_stands(window: MainWindow) -> None:
    interface = QAccessible.queryAccessibleInterface(window.status.text)
    assert interface.text(QAccessible.Text.Name) == "Ready to start"


def test_a_run_that_never_began_does_not_show_the_one_before(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.training.form.set_config(SHORT)
    start(qtbot, window)
    wait_for(qtbot, window, RunState.FINISHED)
    window.training.form.set_devices([Device("cuda:7", "GPU that is gone"), Device(CPU, "CPU")])
    window.training.form.set_config(replace(SHORT, device="cuda:7"))
    click(window.controls.start_button)
    wait_for(qtbot, window, RunState.FAILED)
    assert window.training.table.rowCount() == 0
    assert len(window.training.plots.loss.curves[0].places) == 0


def test_what_is_under_more_is_remembered_even_with_a_wrong_entry(
    qtbot: QtBot, window: MainWindow, settings_file: Path
) -> None:
    window.training.form.show_more(True)
    window.training.form.learning_rate.setText("nonsense")
    window.close()
    assert "more=true" in settings_file.read_text()


def test_it_fits_into_small_and_large_screens(window: MainWindow) -> None:
    make_all_parts(window)
    window.training.form.show_more(True)
    for size in (QSize(900, 560), QSize(1100, 700), QSize(1280, 800), QSize(1920, 1080)):
        window.resize(size)
        QApplication.processEvents()
        assert window.size() == size
        assert_all_fits(window)


def assert_all_fits(window: MainWindow) -> None:
    for button in every(QPushButton, window):
        assert button.width() >= button.minimumSizeHint().width(), button.text()
    panel = window.training
    for entry in every(QComboBox, panel.form):
        right = entry.mapTo(panel, entry.rect().topRight()).x()
        assert right < panel.width(), entry.objectName()
        text = entry.fontMetrics().horizontalAdvance(entry.currentText())
        if entry.objectName() not in ("device_input", "preset_input"):  # as long as they may be
            assert text < entry.width() - 20, entry.currentText()


def test_nothing_is_cut_off_in_a_large_font(
    qtbot: QtBot, qapp: QApplication, settings_file: Path
) -> None:
    usual = qapp.font()
    large = QFont(usual)
    large.setPointSizeF(usual.pointSizeF() * 1.5)
    qapp.setFont(large)
    try:
        window = reopened(settings_file)
        qtbot.addWidget(window)
        window.show()
        window.resize(window.minimumSizeHint())
        window.training.form.show_more(True)
        QApplication.processEvents()
        panel = window.training
        visible = [entry for entry in every(QWidget, panel.form) if entry.isVisible()]
        assert len(visible) > 10
        for entry in visible:
            right = entry.mapTo(panel, entry.rect().topRight()).x()
            assert right < panel.width(), entry.objectName()
    finally:
        qapp.setFont(usual)
