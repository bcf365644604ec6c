"""The entries of the form: one for each setting, and the box for ready-made recipes."""

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QLabel

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.settings.config import AUTO_DEVICE
from lenet_desktop.settings.presets import PRESETS, Preset
from lenet_desktop.settings.table import ConfigError, Setting
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import WRONG_MARK, tip
from lenet_desktop.training.devices import Device, choose_device
from lenet_desktop.ui.kit.inputs import ChoiceInput, NumberInput, WholeNumberInput, mark_wrong
from lenet_desktop.ui.kit.naming import identify, label_for, without_mnemonic

_FEWEST_CHARACTERS = 7
"""As many of a choice can be read however narrow the form is."""

CUSTOM = marked("Custom")

Editor = WholeNumberInput | NumberInput | ChoiceInput


class SettingEntry:
    """The parts with which a setting is entered; their names follow from the setting's.

    Attributes:
        setting: what is entered.
        label: its name, which leads to the editor.
        editor: a box or a line; `edited` says that somebody has changed it.
        problem: a sentence about an entry that cannot be used, else out of sight.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.editor = identify(
            _new_editor(setting),
            f"{setting.name}_input",
            without_mnemonic(setting.label),
            setting.help,
        )
        self.label = label_for(self.editor, setting.label)
        self.problem = identify(QLabel(wordWrap=True), f"{setting.name}_problem")
        self.problem.setProperty("role", "error")
        self.problem.hide()

    @property
    def needs_a_row(self) -> bool:
        """Whether its texts are too long to share a row."""
        return self.setting.kind is str

    def value(self) -> Any:
        """Return what is entered.

        Raises:
            ConfigError: it cannot be used, whatever the other entries are.
        """
        if self.editor.problem is not None:
            raise ConfigError(self.setting.name, self.editor.problem)
        value = self.setting.read(self.editor.value())
        self.setting.check(value)
        return value

    def say(self, problem: str | None) -> None:
        """Say what is wrong with the entry, or that nothing is."""
        self.problem.setText(f"{WRONG_MARK} {problem}" if problem else "")
        self.problem.setVisible(bool(problem))
        mark_wrong(self.editor, bool(problem))
        self.editor.setAccessibleDescription(problem or self.setting.help)


class PresetInput(ChoiceInput):
    """Names a preset, or "Custom", which can be shown but not chosen."""

    chosen = Signal(object)  # Preset, chosen by a person or set by a program

    def __init__(self) -> None:
        super().__init__({preset.name: preset.title for preset in PRESETS}, _FEWEST_CHARACTERS)
        identify(self, "preset_input", _("Preset"), _("A ready-made recipe to start from."))
        self.show_data(DEFAULT)
        self._showing = False
        self.activated.connect(self._on_chosen)
        self.currentIndexChanged.connect(self._on_chosen)

    def show_data(self, info: DatasetInfo) -> None:
        """Say of each preset what it is for these data."""
        for row, preset in enumerate(PRESETS):
            self.setItemData(row, tip(preset.about(info)), Qt.ItemDataRole.ToolTipRole)

    def show_preset(self, preset: Preset | None) -> None:
        """Name the preset that the settings follow, None for a recipe of their own."""
        self._showing = True
        custom = self.findText(_(CUSTOM))
        if preset is None and custom < 0:
            self.addItem(_(CUSTOM))
        elif preset is not None and custom >= 0:
            self.removeItem(custom)
        self.setCurrentText(_(CUSTOM) if preset is None else preset.title)
        self._showing = False

    @Slot()
    def _on_chosen(self) -> None:
        name = self.currentData()
        if not self._showing and name is not None:
            self.chosen.emit(next(preset for preset in PRESETS if preset.name == name))


class DeviceInput(ChoiceInput):
    """A box for a device. Before it is known which there are, it takes any."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting.labels, _FEWEST_CHARACTERS)
        self.devices_are_known = False

    def set_value(self, value: object) -> None:
        """Choose a device, if it can be chosen."""
        if not self.devices_are_known and self.findData(value) < 0:
            self.addItem(str(value), value)  # to be confirmed by offer
        super().set_value(value)

    def offer(self, devices: list[Device]) -> None:
        """Offer the devices that were found; those that can't be used are greyed with a reason."""
        chosen = self.value()
        self.devices_are_known = True
        self.clear()
        self.addItem(
            _("Automatic: {device}").format(device=choose_device(AUTO_DEVICE, devices).label),
            AUTO_DEVICE,
        )
        items = self.model()
        for row, device in enumerate(devices, start=1):
            self.addItem(device.label, device.id)
            if device.problem is not None and isinstance(items, QStandardItemModel):
                items.item(row).setEnabled(False)
                self.setItemData(row, tip(device.problem), Qt.ItemDataRole.ToolTipRole)
        if any(device.id == chosen and device.problem is None for device in devices):
            self.set_value(chosen)


def _new_editor(setting: Setting) -> Editor:
    if setting.kind is str:
        return DeviceInput(setting)
    if setting.labels:
        return ChoiceInput(setting.labels, _FEWEST_CHARACTERS)
    if setting.range is not None and setting.is_whole:
        low, high = int(setting.range.low), int(setting.range.high)
        return WholeNumberInput(low, high, setting.subject)
    return NumberInput()
