"""The form in which a run is configured."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.settings.choices import (
    Activation,
    Augmentation,
    Network,
    Optimizer,
    Pooling,
    Schedule,
)
from lenet_desktop.settings.config import (
    AUTO_DEVICE,
    BY_NAME,
    MAX_BATCH_SIZE,
    MAX_EPOCHS,
    MAX_SEED,
    MAX_VALIDATION_IMAGES,
    TrainingConfig,
)
from lenet_desktop.settings.presets import PRESETS, TEXTBOOK, find_preset
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.text.wording import WRONG_MARK, tip
from lenet_desktop.training.devices import Device, choose_device
from lenet_desktop.ui.kit.inputs import NumberInput, WholeNumberInput, choose, combo, mark_wrong
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING
from lenet_desktop.ui.training.fields import FIELDS

CUSTOM = "Custom"
USUAL_MOMENTUM = 0.9


class ConfigForm(QWidget):
    """Holds the settings of the next run; `config` is None while an entry cannot be used."""

    changed = Signal()
    rate_change_requested = Signal(float)
    rate_search_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._loading = False
        self._locked = False
        self._running_rate = 0.0
        self._devices_are_known = False
        self._config: TrainingConfig | None = None
        self._data = TEXTBOOK.config.data
        self._problems: dict[str, QLabel] = {}
        self._build()
        self._lay_out()
        self._connect()
        self.set_config(TEXTBOOK.config)

    @property
    def config(self) -> TrainingConfig | None:
        """The settings as they stand, None while an entry is wrong."""
        return self._config

    @property
    def device_id(self) -> str:
        """The device that is chosen, also while another entry is wrong."""
        return str(self.device.currentData())

    def set_config(self, config: TrainingConfig) -> None:
        """Show the settings of a configuration."""
        self._loading = True
        self._data = config.data
        self.epochs.setValue(config.epochs)
        self.learning_rate.set_value(config.learning_rate)
        self.batch_size.setValue(config.batch_size)
        self.seed.setValue(config.seed)
        if not self._devices_are_known and self.device.findData(config.device) < 0:
            self.device.addItem(config.device, config.device)  # to be confirmed by set_devices
        choose(self.device, config.device)
        choose(self.optimizer, config.optimizer)
        self.momentum.set_value(config.momentum)
        choose(self.network, config.network)
        self.dropout.set_value(config.dropout)
        choose(self.activation, config.activation)
        choose(self.pooling, config.pooling)
        choose(self.schedule, config.schedule)
        self.weight_decay.set_value(config.weight_decay)
        self.label_smoothing.set_value(config.label_smoothing)
        choose(self.augmentation, config.augmentation)
        choose(self.normalise, config.normalise)
        self.validation_images.setValue(config.validation_images)
        self.patience.setValue(config.patience)
        self._loading = False
        self._check()

    @Slot()
    def reset(self) -> None:
        """Put every setting back to the textbook's recipe."""
        self.set_config(TEXTBOOK.config)

    def set_devices(self, devices: list[Device]) -> None:
        """Offer the devices that were found; those that can't be used are greyed with a reason."""
        chosen = self.device.currentData()
        self._devices_are_known = True
        self._loading = True
        self.device.clear()
        self.device.addItem(f"Automatic: {choose_device(AUTO_DEVICE, devices).label}", AUTO_DEVICE)
        items = self.device.model()
        for device in devices:
            self.device.addItem(device.label, device.id)
            row = self.device.count() - 1
            if device.problem is not None and isinstance(items, QStandardItemModel):
                items.item(row).setEnabled(False)
                self.device.setItemData(row, tip(device.problem), Qt.ItemDataRole.ToolTipRole)
        usable = {AUTO_DEVICE} | {device.id for device in devices if device.problem is None}
        choose(self.device, chosen if chosen in usable else AUTO_DEVICE)
        self._loading = False
        self._check()

    @property
    def more_is_shown(self) -> bool:
        """Whether the settings under "More" are in sight."""
        return self.more_button.isChecked()

    def show_more(self, shown: bool) -> None:
        """Show or hide the settings under "More"."""
        self.more_button.setChecked(shown)

    def _build(self) -> None:
        self.preset = combo({preset.name: preset.name for preset in PRESETS}, least_characters=7)
        for row, preset in enumerate(PRESETS):
            self.preset.setItemData(row, tip(preset.sentence), Qt.ItemDataRole.ToolTipRole)
        self.preset_sentence = muted(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop))
        self.preset_sentence.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # never jumps
        self.epochs = WholeNumberInput(1, MAX_EPOCHS, "Epochs")
        self.learning_rate = NumberInput()
        self.batch_size = WholeNumberInput(1, MAX_BATCH_SIZE, "The batch size")
        self.seed = WholeNumberInput(0, MAX_SEED, "The seed")
        self.device = combo({AUTO_DEVICE: "Automatic"}, least_characters=7)
        self.optimizer = combo(BY_NAME["optimizer"].labels, least_characters=7)
        self.momentum = NumberInput()
        self.network = combo(BY_NAME["network"].labels, least_characters=7)
        self.dropout = NumberInput()
        self.activation = combo(BY_NAME["activation"].labels, least_characters=7)
        self.pooling = combo(BY_NAME["pooling"].labels, least_characters=7)
        self.schedule = combo(BY_NAME["schedule"].labels, least_characters=7)
        self.weight_decay = NumberInput()
        self.label_smoothing = NumberInput()
        self.augmentation = combo(BY_NAME["augmentation"].labels, least_characters=7)
        self.normalise = combo(BY_NAME["normalise"].labels, least_characters=7)
        self.validation_images = WholeNumberInput(0, MAX_VALIDATION_IMAGES, "Validation images")
        self.patience = WholeNumberInput(0, MAX_EPOCHS, "The patience")
        self.find_rate_button = identify(
            QPushButton("Find…"),
            "find_rate_button",
            "Find a learning rate",
            "Try learning rates from small to large for a moment, and see which one works.",
        )
        self.apply_rate_button = identify(
            QPushButton("Apply"),
            "apply_rate_button",
            "Apply the learning rate",
            "Give the run that goes on this learning rate, from its next step on.",
        )
        self.reset_button = identify(
            QPushButton("Reset to textboo&k"),
            "reset_button",
            "Reset to the textbook",
            "Put every setting back to the textbook's recipe.",
        )
        self.more_button = identify(
            QToolButton(
                autoRaise=True,
                arrowType=Qt.ArrowType.RightArrow,
                toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            ),
            "more_button",
            "More settings",
            "What the network is made of, how it is optimised and what it is shown.",
        )
        self.more_button.setText("More setti&ngs")
        self.more_button.setCheckable(True)
        self._more = QWidget()
        self._more.hide()
        for name, field in FIELDS.items():
            spoken = field.label.replace("&", "")
            identify(self._editor(name), field.object_name, spoken, field.explanation)

    def _editor(self, name: str) -> QWidget:
        editor = getattr(self, name)
        assert isinstance(editor, QWidget)  # noqa: S101  the names of FIELDS are attributes here
        return editor

    def _lay_out(self) -> None:
        main = _grid()
        self._add_row(main, "preset")
        main.addWidget(self.preset_sentence, main.rowCount(), 1, 1, 3)
        self._add_row(main, "epochs", "learning_rate")
        self._add_row(main, "batch_size", "seed")
        self._add_row(main, "device")
        more = _grid()
        self._more.setLayout(more)
        self._add_row(more, "optimizer", "momentum")
        self._add_row(more, "schedule", "weight_decay")
        self._add_row(more, "network", "dropout")
        self._add_row(more, "activation", "pooling")
        self._add_row(more, "augmentation", "normalise")
        self._add_row(more, "label_smoothing")
        self._add_row(more, "validation_images", "patience")
        main.addWidget(self.more_button, main.rowCount(), 0, 1, 2)
        main.addWidget(self.reset_button, main.rowCount() - 1, 2, 1, 2, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(main)
        layout.addWidget(self._more)

    def _add_row(self, grid: QGridLayout, *names: str) -> None:
        row = grid.rowCount()
        for position, name in enumerate(names):
            field, editor = FIELDS[name], self._editor(name)
            label = QLabel(field.label)
            label.setBuddy(editor)
            label.setToolTip(tip(field.explanation))
            grid.addWidget(label, row, 2 * position)
            columns = 3 if len(names) == 1 and isinstance(editor, QComboBox) else 1
            if name == "learning_rate":
                line = QHBoxLayout()
                line.setSpacing(SPACING // 2)
                line.addWidget(editor, 1)
                line.addWidget(self.find_rate_button)
                line.addWidget(self.apply_rate_button)
                grid.addLayout(line, row, 2 * position + 1, 1, columns)
            else:
                grid.addWidget(editor, row, 2 * position + 1, 1, columns)
            problem = identify(QLabel(wordWrap=True), f"{name}_problem")
            problem.hide()
            problem.setProperty("role", "error")
            grid.addWidget(problem, row + 1 + position, 1, 1, 3)
            self._problems[name] = problem

    def _connect(self) -> None:
        for line in self._lines().values():
            line.edited.connect(self._on_edited)
        for box in (
            self.device,
            self.optimizer,
            self.network,
            self.activation,
            self.pooling,
            self.schedule,
            self.augmentation,
            self.normalise,
        ):
            box.currentIndexChanged.connect(self._on_edited)
        self.optimizer.activated.connect(self._on_optimizer_activated)
        self.preset.activated.connect(self._on_preset_activated)
        self.preset.currentTextChanged.connect(self._on_preset_text_changed)
        self.reset_button.clicked.connect(self.reset)
        self.find_rate_button.clicked.connect(self.rate_search_requested)
        self.apply_rate_button.clicked.connect(self._on_rate_applied)
        self.learning_rate.returnPressed.connect(self._on_rate_applied)
        self.more_button.toggled.connect(self._on_more_toggled)

    @Slot()
    def _on_edited(self) -> None:
        if not self._loading:
            self._check()

    @Slot()
    def _on_optimizer_activated(self) -> None:
        """Give Nesterov's method the momentum that it cannot do without."""
        nesterov = self.optimizer.currentData() == Optimizer.NESTEROV
        if nesterov and self.momentum.problem is None and self.momentum.value() == 0:
            self.momentum.set_value(USUAL_MOMENTUM)

    @Slot()
    def _on_preset_activated(self) -> None:
        self._apply_preset(self.preset.currentText())

    @Slot(str)
    def _on_preset_text_changed(self, name: str) -> None:
        """Take over a preset that was set by a program instead of a person."""
        if not self._loading:
            self._apply_preset(name)

    def _apply_preset(self, name: str) -> None:
        for preset in PRESETS:
            if preset.name == name:
                chosen = replace(preset.config, seed=self.seed.value(), device=self.device_id)
                self.set_config(replace(chosen, data=self._data))

    @Slot(bool)
    def _on_more_toggled(self, shown: bool) -> None:
        self._more.setVisible(shown)
        self.more_button.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)

    @Slot()
    def _on_rate_applied(self) -> None:
        if self.apply_rate_button.isEnabled() and self._locked:
            self._running_rate = self.learning_rate.value()
            self.rate_change_requested.emit(self._running_rate)
            self._check()

    def lock(self, locked: bool) -> None:
        """Lock the settings while a run goes on with them; its learning rate can be changed."""
        if locked and not self._locked and self._config is not None:
            self._running_rate = self._config.learning_rate
        self._locked = locked
        for name in self._problems:
            self._editor(name).setEnabled(not locked or name == "learning_rate")
        for button in (self.reset_button, self.more_button):
            button.setEnabled(not locked)
        self._check()

    def _lines(self) -> dict[str, WholeNumberInput | NumberInput]:
        return {
            "epochs": self.epochs,
            "learning_rate": self.learning_rate,
            "batch_size": self.batch_size,
            "seed": self.seed,
            "momentum": self.momentum,
            "weight_decay": self.weight_decay,
            "label_smoothing": self.label_smoothing,
            "dropout": self.dropout,
            "validation_images": self.validation_images,
            "patience": self.patience,
        }

    def _check(self) -> None:
        """Read every entry, mark those that can't be used and show what the rest amounts to."""
        optimizer = Optimizer(self.optimizer.currentData())
        network = Network(self.network.currentData())
        self.momentum.setEnabled(optimizer.uses_momentum and not self._locked)
        self.pooling.setEnabled(network.pools and not self._locked)
        lines = self._lines()
        if not optimizer.uses_momentum:
            del lines["momentum"]
        problems = {
            name: problem for name, line in lines.items() if (problem := _problem(name, line))
        }
        self._config = None
        if not problems:
            try:
                self._config = self._read(optimizer)
            except ConfigError as error:
                problems[error.field] = str(error)
        for name, label in self._problems.items():
            sentence = problems.get(name, "")
            label.setText(f"{WRONG_MARK} {sentence}" if sentence else "")
            label.setVisible(bool(sentence))
            mark_wrong(self._editor(name), bool(sentence))
            spoken = sentence or FIELDS[name].explanation
            self._editor(name).setAccessibleDescription(spoken)
        if problems.keys() & {"momentum", "weight_decay", "label_smoothing", "dropout"}:
            self.show_more(True)
        self._show_rate_buttons("learning_rate" not in problems)
        self._show_preset()
        self.changed.emit()

    def _read(self, optimizer: Optimizer) -> TrainingConfig:
        return TrainingConfig(
            epochs=self.epochs.value(),
            learning_rate=self.learning_rate.value(),
            batch_size=self.batch_size.value(),
            seed=self.seed.value(),
            device=self.device_id,
            optimizer=optimizer,
            momentum=self.momentum.value() if optimizer.uses_momentum else 0.0,
            network=Network(self.network.currentData()),
            dropout=self.dropout.value(),
            activation=Activation(self.activation.currentData()),
            pooling=Pooling(self.pooling.currentData()),
            schedule=Schedule(self.schedule.currentData()),
            weight_decay=self.weight_decay.value(),
            label_smoothing=self.label_smoothing.value(),
            augmentation=Augmentation(self.augmentation.currentData()),
            normalise=bool(self.normalise.currentData()),
            validation_images=self.validation_images.value(),
            patience=self.patience.value(),
            data=self._data,
        )

    def _show_rate_buttons(self, rate_is_right: bool) -> None:
        self.find_rate_button.setVisible(not self._locked)
        self.find_rate_button.setEnabled(self._config is not None and self._devices_are_known)
        self.apply_rate_button.setVisible(self._locked)
        self.apply_rate_button.setEnabled(
            rate_is_right and self.learning_rate.value() != self._running_rate
        )

    def _show_preset(self) -> None:
        """Name the recipe that the entries follow, "Custom" when it is none."""
        preset = find_preset(self._config) if self._config is not None else None
        self._loading = True
        custom = self.preset.findText(CUSTOM)
        if preset is None and custom < 0:
            self.preset.addItem(CUSTOM)
        elif preset is not None and custom >= 0:
            self.preset.removeItem(custom)
        self.preset.setCurrentText(CUSTOM if preset is None else preset.name)
        self.preset_sentence.setText("A recipe of your own." if preset is None else preset.sentence)
        self._loading = False


def _problem(name: str, line: WholeNumberInput | NumberInput) -> str | None:
    """Say what is wrong with one entry, whatever the others are; None when nothing is."""
    if line.problem is not None:
        return line.problem
    try:
        TrainingConfig.from_dict({name: line.value()})
    except ConfigError as error:
        return str(error)
    return None


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(SPACING)
    grid.setVerticalSpacing(SPACING)
    grid.setColumnStretch(1, 1)
    grid.setColumnStretch(3, 1)
    return grid
