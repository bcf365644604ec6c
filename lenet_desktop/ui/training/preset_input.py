"""The box for ready-made recipes, which also says when the settings follow none."""

from PySide6.QtCore import Qt, Signal, Slot

from lenet_desktop.settings.presets import PRESETS, Preset
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.training.setting_entry import FEWEST_CHARACTERS

CUSTOM = "Custom"


class PresetInput(ChoiceInput):
    """Names a preset, or "Custom", which can be shown but not chosen."""

    chosen = Signal(object)  # Preset, chosen by a person or set by a program

    def __init__(self) -> None:
        super().__init__({preset.name: preset.name for preset in PRESETS}, FEWEST_CHARACTERS)
        identify(self, "preset_input", "Preset", "A ready-made recipe to start from.")
        for row, preset in enumerate(PRESETS):
            self.setItemData(row, tip(preset.sentence), Qt.ItemDataRole.ToolTipRole)
        self._showing = False
        self.activated.connect(self._on_chosen)
        self.currentIndexChanged.connect(self._on_chosen)

    def show_preset(self, preset: Preset | None) -> None:
        """Name the preset that the settings follow, None for a recipe of their own."""
        self._showing = True
        custom = self.findText(CUSTOM)
        if preset is None and custom < 0:
            self.addItem(CUSTOM)
        elif preset is not None and custom >= 0:
            self.removeItem(custom)
        self.setCurrentText(CUSTOM if preset is None else preset.name)
        self._showing = False

    @Slot()
    def _on_chosen(self) -> None:
        name = self.currentText()
        if not self._showing and name != CUSTOM:
            self.chosen.emit(next(preset for preset in PRESETS if preset.name == name))
