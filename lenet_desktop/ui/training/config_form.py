"""The form in which a run is configured."""

from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.networks.catalogue import NETWORKS
from lenet_desktop.settings.choices import Optimizer
from lenet_desktop.settings.config import SETTINGS, TrainingConfig
from lenet_desktop.settings.presets import PRESETS, TEXTBOOK, Preset, find_preset, fitted_to
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import tip
from lenet_desktop.training.devices import Device
from lenet_desktop.training.validation import held_out_shares
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import SteadyLabel
from lenet_desktop.ui.kit.inputs import ChoiceInput, NumberInput
from lenet_desktop.ui.kit.layout import Disclosure
from lenet_desktop.ui.kit.naming import identify, label_for, muted
from lenet_desktop.ui.kit.theme import SPACING
from lenet_desktop.ui.training.form_layout import in_groups, in_one_row
from lenet_desktop.ui.training.rate_buttons import RateButtons
from lenet_desktop.ui.training.setting_entry import DeviceInput, PresetInput, SettingEntry

USUAL_MOMENTUM = 0.9
_RATE = "learning_rate"
_OWN = marked("A recipe of your own.")
_Input = TypeVar("_Input", bound=QWidget)


class ConfigForm(QWidget):
    """Holds the settings of the next run; `config` is None while an entry cannot be used."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._loading = False
        self._locked = False
        self._held: frozenset[str] = frozenset()
        self._config: TrainingConfig | None = None
        self._data = TEXTBOOK.config.data
        self._counts: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._build()
        self._lay_out()
        self._connect()
        self.set_config(TEXTBOOK.config)

    @property
    def config(self) -> TrainingConfig | None:
        """The settings as they stand, None while an entry is wrong."""
        return self._config

    def editor(self, name: str, kind: type[_Input]) -> _Input:
        """Return what a setting is entered with.

        Raises:
            KeyError: there is no such setting.
            TypeError: it is entered with something else.
        """
        editor = self._entries[name].editor
        if not isinstance(editor, kind):
            raise TypeError(f"{name} is entered with a {type(editor).__name__}.")
        return editor

    @property
    def device_id(self) -> str:
        """The device that is chosen, also while another entry is wrong."""
        return str(self.device.value())

    def set_config(self, config: TrainingConfig) -> None:
        """Show the settings of a configuration; made for other data, it is fitted to these."""
        config = fitted_to(self._data, config)
        self._loading = True
        for name, entry in self._entries.items():
            entry.editor.set_value(getattr(config, name))
        self._loading = False
        self._check()

    @Slot()
    def reset(self) -> None:
        """Put every setting back to the textbook's recipe."""
        self.set_config(TEXTBOOK.for_data(self._data))

    def show_data(self, info: DatasetInfo) -> None:
        """Take in what is learned from; the settings follow, as far as they are of a preset."""
        config, self._data = self._config, info
        self._counts = np.empty(0, np.intp)
        self.preset.show_data(info)
        if config is None:
            self._check()
        else:
            self.set_config(config)

    def set_class_counts(self, counts: npt.NDArray[np.intp]) -> None:
        """Refuse to hold out more than there can be of so many images of each class, intp (K,)."""
        self._counts = counts
        self._check()

    def set_devices(self, devices: list[Device]) -> None:
        """Offer the devices that were found; those that can't be used are greyed with a reason."""
        self._loading = True
        self.device.offer(devices)
        self._loading = False
        self._check()

    @property
    def more_is_shown(self) -> bool:
        """Whether the settings under "More" are in sight."""
        return self.more_button.isChecked()

    def show_more(self, shown: bool) -> None:
        """Show or hide the settings under "More"."""
        self.more_button.setChecked(shown)

    def be_brief(self, brief: bool) -> None:
        """Leave what a preset is good for to its tool tip, where there is little room."""
        self.preset_sentence.setVisible(not brief)

    def lock(self, locked: bool) -> None:
        """Lock the settings while a run goes on with them; its learning rate can be changed."""
        if locked is not self._locked:
            rate = 0.0 if self._config is None else self._config.learning_rate
            self.rate_buttons.follow(rate if locked else None)
        self._locked = locked
        self._check()

    def hold(self, names: Iterable[str]) -> None:
        """Keep settings as they are, as a lesson asks for; `all` for every one, none to let go."""
        names = frozenset(names)
        self._held = frozenset(self._entries) if "all" in names else names
        self._check()

    def _build(self) -> None:
        self._entries = {each.name: SettingEntry(each) for each in SETTINGS}
        self.learning_rate = self.editor(_RATE, NumberInput)
        self.device = self.editor("device", DeviceInput)
        network = self.editor("network", ChoiceInput)
        for row, spec in enumerate(NETWORKS.values()):
            network.setItemData(row, tip(_(spec.sentence)), Qt.ItemDataRole.ToolTipRole)
        self.preset = PresetInput()
        self.preset_sentence = muted(
            SteadyLabel([_(_OWN), *(_(preset.sentence) for preset in PRESETS)])
        )
        self.preset_sentence.setContentsMargins(0, 0, 0, SPACING // 2)
        self.rate_buttons = RateButtons(self.learning_rate)
        self.reset_button = identify(
            QPushButton(_("Reset to textboo&k")),
            "reset_button",
            _("Reset to the textbook"),
            _("Put every setting back to the textbook's recipe."),
        )
        self._more = QWidget()
        self.more_button = identify(
            Disclosure(_("More setti&ngs"), self._more),
            "more_button",
            _("More settings"),
            _("What the network is made of, how it is optimised and what it is shown."),
        )

    def _lay_out(self) -> None:
        shown, grouped = (
            [each for each in self._entries.values() if (each.setting.group is None) is first]
            for first in (True, False)
        )
        in_column(
            in_row(label_for(self.preset, _("Prese&t")), (self.preset, 1)),
            self.preset_sentence,
            in_one_row(shown, {_RATE: self.rate_buttons}),
            self.more_button,
            self._more,
            on=self,
        )
        self._more.setLayout(in_groups(grouped, self.reset_button))

    def _connect(self) -> None:
        for entry in self._entries.values():
            entry.editor.edited.connect(self._on_edited)
        self.editor("optimizer", ChoiceInput).activated.connect(self._on_optimizer_activated)
        self.preset.chosen.connect(self._on_preset_chosen)
        self.reset_button.clicked.connect(self.reset)

    @Slot()
    def _on_edited(self) -> None:
        if not self._loading:
            self._check()

    @Slot()
    def _on_optimizer_activated(self) -> None:
        """Give Nesterov's method the momentum that it cannot do without."""
        momentum = self.editor("momentum", NumberInput)
        nesterov = self.editor("optimizer", ChoiceInput).value() == Optimizer.NESTEROV
        if nesterov and momentum.problem is None and momentum.value() == 0:
            momentum.set_value(USUAL_MOMENTUM)

    @Slot(object)
    def _on_preset_chosen(self, preset: object) -> None:
        if isinstance(preset, Preset):
            kept: dict[str, Any] = {
                name: entry.editor.value()
                for name, entry in self._entries.items()
                if not entry.setting.is_recipe
            }
            self.set_config(replace(preset.for_data(self._data), **kept))

    def _check(self) -> None:
        """Read every entry, mark those that can't be used and show what the rest amounts to."""
        values, problems = self._read()
        self._config = None
        if not problems:
            try:
                config = TrainingConfig(**values, data=self._data)
                if len(self._counts):
                    held_out_shares(self._counts, config)
                self._config = config
            except ConfigError as error:
                problems[error.field] = str(error)
        for name, entry in self._entries.items():
            entry.say(problems.get(name))
            if name in problems and entry.setting.group is not None:
                self.show_more(True)
        can_search = self._config is not None and self.device.devices_are_known
        for widget in (self.preset, self.reset_button):
            widget.setEnabled(not self._locked and not self._held)
        self.rate_buttons.allow(search=can_search, change=_RATE not in problems)
        preset = find_preset(self._config) if self._config is not None else None
        self.preset.show_preset(preset)
        self.preset_sentence.setText(_(_OWN) if preset is None else _(preset.sentence))
        self.preset_sentence.setToolTip("" if preset is None else tip(preset.about(self._data)))
        self.changed.emit()

    def _read(self) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the value of every setting, and what is wrong with the entries.

        A setting has its default where its entry is wrong, and where the others leave it no
        meaning; then it cannot be entered, either.
        """
        values, problems = {}, {}
        for name, entry in self._entries.items():
            try:
                values[name] = entry.value()
            except ConfigError as error:
                values[name], problems[name] = entry.setting.default, str(error)
        others = SimpleNamespace(**values)
        for name, entry in self._entries.items():
            is_used = entry.setting.is_used(others)
            is_free = name not in self._held and (not self._locked or name == _RATE)
            entry.editor.setEnabled(is_used and is_free)
            if not is_used:
                values[name] = entry.setting.default
                problems.pop(name, None)
        return values, problems
