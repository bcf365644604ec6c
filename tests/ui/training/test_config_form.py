"""The form: whatever is typed, it says what is wrong and never gives a bad configuration."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.settings.choices import Activation, Augmentation, Network, Optimizer, Pooling
from lenet_desktop.settings.config import SETTINGS, TrainingConfig
from lenet_desktop.settings.presets import BEST, MODERN, PRESETS, TEXTBOOK
from lenet_desktop.settings.table import Group, Setting
from lenet_desktop.training.devices import Device
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.inputs import ChoiceInput, NumberInput, WholeNumberInput
from lenet_desktop.ui.training.config_form import ConfigForm
from lenet_desktop.ui.training.setting_entry import CUSTOM
from tests.other_data import colours

UNUSUAL = TrainingConfig(
    epochs=3,
    learning_rate=1e-3,
    batch_size=64,
    seed=42,
    device="cpu",
    optimizer=Optimizer.ADAM,
    activation=Activation.TANH,
    pooling=Pooling.MAX,
)


@pytest.fixture
def form(qtbot: QtBot) -> ConfigForm:
    shown = ConfigForm()
    qtbot.addWidget(shown)
    shown.set_devices([Device("cpu", "CPU")])
    shown.show()
    return shown


def problem_of(form: ConfigForm, name: str) -> QLabel:
    label = form.findChild(QLabel, f"{name}_problem")
    assert isinstance(label, QLabel)
    return label


def test_it_begins_with_the_textbook(form: ConfigForm) -> None:
    assert form.config == TEXTBOOK.config
    assert form.preset.currentText() == TEXTBOOK.name


@pytest.mark.parametrize("config", [*(preset.config for preset in PRESETS), UNUSUAL])
def test_a_configuration_comes_back_as_it_was_put_in(
    form: ConfigForm, config: TrainingConfig
) -> None:
    form.set_config(config)
    assert form.config == config


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_has_an_entry_that_is_named_explained_and_reached(
    form: ConfigForm, setting: Setting
) -> None:
    kind = {int: QSpinBox, float: QLineEdit}.get(setting.kind, QComboBox)
    entry = form.findChild(kind, f"{setting.name}_input")
    assert isinstance(entry, QWidget)
    assert entry.accessibleName() == setting.label.replace("&", "")
    assert entry.accessibleDescription() == setting.help
    (label,) = [label for label in form.findChildren(QLabel) if label.buddy() is entry]
    assert label.text() == setting.label
    form.show_more(True)
    others = [each for each in form.findChildren(QWidget) if each.objectName().endswith("_input")]
    assert entry.isVisible()
    assert not [each for each in others if each is not entry and covers(each, entry)]


def covers(one: QWidget, other: QWidget) -> bool:
    areas = [QRect(each.mapToGlobal(QPoint()), each.size()) for each in (one, other)]
    return areas[0].intersects(areas[1])


def test_settings_are_entered_group_by_group_in_the_order_of_the_table(form: ConfigForm) -> None:
    names, entry = [], form.nextInFocusChain()
    while entry is not None and entry is not form:
        names.append(entry.objectName())
        entry = entry.nextInFocusChain()
    entered = [name for name in names if name.endswith("_input")]
    groups = [None, *Group]
    assert [each.name for each in SETTINGS if each.group is None] == [
        "epochs", "learning_rate", "batch_size",
    ]  # fmt: skip
    in_order = sorted(SETTINGS, key=lambda setting: groups.index(setting.group))
    assert entered == ["preset_input", *(f"{each.name}_input" for each in in_order)]


def test_few_fields_are_in_sight_before_more_are_asked_for(form: ConfigForm) -> None:
    fields = [each for each in form.findChildren(QWidget) if each.objectName().endswith("_input")]
    assert len([each for each in fields if each.isVisible()]) == 4
    form.show_more(True)
    assert all(each.isVisible() for each in fields)
    titles = {label.text() for label in form.findChildren(QLabel) if label.font().bold()}
    assert {"Network", "Optimiser", "Data", "Stopping"} < titles


@pytest.mark.parametrize("typed", ["", "abc", "0", "-1", "nan", "inf", "1e999", "0.9.1", "0x10"])
def test_nonsense_for_the_learning_rate_is_marked_and_can_be_mended(
    form: ConfigForm, qtbot: QtBot, typed: str
) -> None:
    form.learning_rate.selectAll()
    QTest.keyClicks(form.learning_rate, typed or "\b")
    assert form.config is None
    label = problem_of(form, "learning_rate")
    assert label.isVisible()
    assert label.text().startswith("✗ ")
    assert label.text().endswith(".")
    assert form.learning_rate.property("wrong") is True
    form.learning_rate.selectAll()
    QTest.keyClicks(form.learning_rate, "1e-2")
    assert form.config is not None
    assert form.config.learning_rate == 0.01
    assert not label.isVisible()
    assert form.learning_rate.property("wrong") is False


@pytest.mark.parametrize(("typed", "expected"), [("0,5", 0.5), (".25", 0.25), (" 3E-4 ", 3e-4)])
def test_numbers_are_read_as_people_write_them(
    form: ConfigForm, qtbot: QtBot, typed: str, expected: float
) -> None:
    form.learning_rate.selectAll()
    QTest.keyClicks(form.learning_rate, typed)
    assert form.config is not None
    assert form.config.learning_rate == expected


@pytest.mark.parametrize("typed", ["0", "1001", "50000", "x", "-3", "1_0"])
def test_epochs_out_of_range_are_marked_while_they_are_typed(
    form: ConfigForm, qtbot: QtBot, typed: str
) -> None:
    epochs = form.editor("epochs", WholeNumberInput)
    epochs.setFocus()
    epochs.selectAll()
    QTest.keyClicks(epochs, typed)
    assert form.config is None
    assert "from 1 to 1,000" in problem_of(form, "epochs").text()
    epochs.setValue(7)
    assert form.config == replace(TEXTBOOK.config, epochs=7)


def test_a_preset_fills_in_the_recipe_but_keeps_seed_and_device(
    form: ConfigForm, qtbot: QtBot
) -> None:
    form.set_config(replace(TEXTBOOK.config, seed=7, device="cpu"))
    form.preset.setCurrentText(MODERN.name)
    assert form.config == replace(MODERN.config, seed=7, device="cpu")


def test_a_recipe_of_ones_own_is_called_custom(form: ConfigForm) -> None:
    form.editor("epochs", WholeNumberInput).setValue(3)
    assert form.preset.currentText() == CUSTOM
    form.editor("epochs", WholeNumberInput).setValue(10)
    assert form.preset.currentText() == TEXTBOOK.name
    assert form.preset.findText(CUSTOM) == -1


def test_reset_brings_the_textbook_back(form: ConfigForm, qtbot: QtBot) -> None:
    form.set_config(UNUSUAL)
    QTest.mouseClick(form.reset_button, Qt.MouseButton.LeftButton)
    assert form.config == TEXTBOOK.config


def test_momentum_counts_only_where_the_optimiser_has_it(form: ConfigForm) -> None:
    momentum, optimizer = (
        form.editor("momentum", NumberInput),
        form.editor("optimizer", ChoiceInput),
    )
    momentum.setText("nonsense")
    assert form.config is None
    assert form.more_is_shown, "an entry that is wrong is brought into sight"
    optimizer.set_value(Optimizer.ADAM)
    assert form.config is not None
    assert not momentum.isEnabled()
    optimizer.set_value(Optimizer.NESTEROV)
    assert form.config is None
    momentum.setText("0")
    assert "Nesterov" in problem_of(form, "momentum").text()
    momentum.setText("0.9")
    assert form.config is not None
    assert form.config.momentum == 0.9


def test_each_network_is_explained_and_a_pooling_counts_only_where_one_pools(
    form: ConfigForm,
) -> None:
    network, pooling = form.editor("network", ChoiceInput), form.editor("pooling", ChoiceInput)
    assert pooling.isEnabled()
    for row in range(network.count()):
        assert "layers" in network.itemData(row, Qt.ItemDataRole.ToolTipRole)
    network.setCurrentIndex(network.findData(Network.PERCEPTRON))
    assert form.config is not None
    assert form.config.network is Network.PERCEPTRON
    assert not pooling.isEnabled()


def test_an_unusable_device_is_offered_in_grey_with_the_reason(form: ConfigForm) -> None:
    broken = Device("cuda:0", "NVIDIA X", "The NVIDIA X was passed over.")
    form.set_devices([broken, Device("cpu", "CPU")])
    row = form.device.findData("cuda:0")
    assert not form.device.model().flags(form.device.model().index(row, 0)) & (
        Qt.ItemFlag.ItemIsEnabled
    )
    assert "passed over" in form.device.itemData(row, Qt.ItemDataRole.ToolTipRole)
    assert form.device.itemText(0) == "Automatic: CPU (cpu)"
    assert form.config == TEXTBOOK.config


def test_a_remembered_device_waits_until_the_devices_are_known(qtbot: QtBot) -> None:
    form = ConfigForm()
    qtbot.addWidget(form)
    form.set_config(replace(TEXTBOOK.config, device="cuda:1"))
    assert form.config == replace(TEXTBOOK.config, device="cuda:1")
    form.set_devices([Device("cuda:0", "GPU"), Device("cuda:1", "GPU"), Device("cpu", "CPU")])
    assert form.config == replace(TEXTBOOK.config, device="cuda:1")
    assert [form.device.itemData(row) for row in range(form.device.count())] == [
        "auto", "cuda:0", "cuda:1", "cpu"
    ]  # fmt: skip


def test_a_screen_reader_hears_what_is_wrong_with_an_entry(form: ConfigForm) -> None:
    explanation = form.learning_rate.accessibleDescription()
    form.learning_rate.setText("abc")
    assert "“abc” is not a number" in form.learning_rate.accessibleDescription()
    form.learning_rate.setText("0.1")
    assert form.learning_rate.accessibleDescription() == explanation


def test_all_wrong_entries_are_marked_at_once(form: ConfigForm) -> None:
    form.learning_rate.setText("-1")
    form.editor("momentum", NumberInput).setText("2")
    assert "above 0" in problem_of(form, "learning_rate").text()
    assert "below 1" in problem_of(form, "momentum").text()


def test_a_remembered_device_that_is_gone_becomes_automatic(form: ConfigForm) -> None:
    form.set_devices([Device("cuda:0", "GPU"), Device("cpu", "CPU")])
    form.device.setCurrentIndex(form.device.findData("cuda:0"))
    assert form.config is not None
    assert form.config.device == "cuda:0"
    form.set_devices([Device("cpu", "CPU")])
    assert form.config is not None
    assert form.config.device == "auto"


def test_no_more_images_can_be_held_out_than_leave_some_of_each_class(form: ConfigForm) -> None:
    held_out = form.editor("validation_images", WholeNumberInput)
    held_out.setValue(600)
    assert form.config is not None, "nobody knows yet how many there are"

    form.set_class_counts(np.full(10, 60))
    assert form.config is None
    problem = form.findChild(QLabel, "validation_images_problem")
    assert isinstance(problem, QLabel)
    assert "600 training images" in problem.text()
    held_out.setValue(590)
    assert form.config is not None
    assert not problem.text()


def test_a_preset_follows_the_data_and_keeps_seed_and_device(form: ConfigForm) -> None:
    digits = colours().info
    form.set_config(replace(MODERN.config, seed=7, device="cpu"))

    form.show_data(digits)
    assert form.config == replace(MODERN.for_data(digits), seed=7, device="cpu")
    assert form.preset.currentText() == MODERN.name
    assert "fitted to Colours" in form.preset_sentence.toolTip()
    assert "fitted to Colours" in form.preset.itemData(1, Qt.ItemDataRole.ToolTipRole)

    form.reset()
    assert form.config == TEXTBOOK.for_data(digits)
    form.set_config(BEST.config)
    assert form.config == BEST.for_data(digits), "also of a run that learned from other images"

    form.show_data(DEFAULT)
    assert form.config == BEST.config


def test_a_recipe_of_ones_own_stays_when_the_data_change_but_for_mirroring(
    form: ConfigForm,
) -> None:
    own = replace(MODERN.config, epochs=7, augmentation=Augmentation.FLIPS_AND_SHIFTS)
    form.set_config(own)

    form.show_data(colours().info)

    assert form.config == replace(own, augmentation=Augmentation.SHIFTS, data=colours().info)
    assert form.preset.currentText() == CUSTOM


@pytest.mark.parametrize("width", [300, 340, 420])
def test_nothing_below_moves_with_what_is_said_of_a_preset_and_all_of_it_is_read(
    qtbot: QtBot, spoken_language: str, width: int
) -> None:
    form = ConfigForm()
    page = Card("", form)
    page.body.addStretch()
    qtbot.addWidget(page)
    page.resize(width, 900)
    page.show()
    epochs, said, places = form.editor("epochs", QWidget), form.preset_sentence, set()
    for config in (*(preset.config for preset in PRESETS), UNUSUAL):
        form.set_config(config)
        QApplication.processEvents()
        assert said.height() >= said.heightForWidth(said.width())
        places.add(epochs.mapTo(page, QPoint(0, 0)).y())
    assert len(places) == 1
