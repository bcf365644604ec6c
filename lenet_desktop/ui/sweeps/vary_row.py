"""One varied setting: which it is, and the values that it may have."""

import re
from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import (
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from lenet_desktop.settings.choices import Choice
from lenet_desktop.settings.config import BY_NAME, SETTINGS
from lenet_desktop.settings.table import ConfigError, Setting
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.numbers import parse_number, write_number
from lenet_desktop.text.wording import WRONG_MARK
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.inputs import ChoiceInput, mark_wrong
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import SPACING, Theme

_TARGET = 28
_COMMA = re.compile("[,\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}]")
"""As it is typed in English and in Chinese."""
_LIST, _RANGE, _LOG = "list", "range", "log"
_HOW = {_LIST: marked("Values"), _RANGE: marked("Range"), _LOG: marked("Logarithmic range")}
_USUAL = {
    "learning_rate": ("log", "0.01", "1"),
    "batch_size": ("list", "64, 128, 256", ""),
    "momentum": ("range", "0", "0.95"),
    "weight_decay": ("log", "1e-5", "0.01"),
    "dropout": ("range", "0", "0.5"),
    "label_smoothing": ("range", "0", "0.2"),
    "epochs": ("list", "3, 5, 10", ""),
    "patience": ("list", "0, 3, 5", ""),
}
"""What is offered at first, where a setting is a number."""
_NOT_VARIED = ("seed", "device", "validation_images")


def offered_settings() -> list[Setting]:
    """Return the settings that can be varied, in the order of the form."""
    return [each for each in SETTINGS if each.name not in _NOT_VARIED]


class VaryRow(QWidget):
    """A setting with a list of values, or a range; `vary` raises while it cannot be used."""

    edited = Signal()
    removed = Signal(QObject)  # itself

    def __init__(self, name: str, number: int) -> None:
        super().__init__()
        self._build(number)
        self._lay_out()
        self.setting.set_value(name)
        self._offer_usual()
        self.setting.edited.connect(self._on_setting_chosen)
        self.how.edited.connect(self._on_how_chosen)
        for line in (self.values, self.low, self.high):
            line.textChanged.connect(self.edited)
        self.remove.clicked.connect(self._on_removed)

    def _build(self, number: int) -> None:
        self.setting = identify(
            ChoiceInput({each.name: each.noun.capitalize() for each in offered_settings()}, 12),
            f"vary_{number}_setting_input",
            _("Setting {number} that is varied").format(number=number),
            _("Which setting takes several values."),
        )
        self.how = identify(
            ChoiceInput({kind: _(text) for kind, text in _HOW.items()}, 14),
            f"vary_{number}_how_input",
            _("How setting {number} is varied").format(number=number),
            _(
                "Single values; any number of a range; or any number of a range in which "
                "each factor counts alike, as from 0.01 to 0.1 and from 0.1 to 1."
            ),
        )
        self.values = identify(
            QLineEdit(),
            f"vary_{number}_values_input",
            _("Values of setting {number}").format(number=number),
            _("The values, with commas between them."),
        )
        self.low = identify(
            QLineEdit(),
            f"vary_{number}_low_input",
            _("Least value of setting {number}").format(number=number),
        )
        self.high = identify(
            QLineEdit(),
            f"vary_{number}_high_input",
            _("Greatest value of setting {number}").format(number=number),
        )
        self.remove = identify(
            QToolButton(autoRaise=True),
            f"vary_{number}_remove_button",
            _("Do not vary setting {number}").format(number=number),
            _("Do not vary this setting."),
        )
        self.remove.setMinimumSize(_TARGET, _TARGET)
        self.problem = identify(QLabel(wordWrap=True), f"vary_{number}_problem")
        self.problem.setProperty("role", "error")
        self.problem.hide()

    def _lay_out(self) -> None:
        span, listed = QWidget(), QWidget()
        between = muted(QLabel(pgettext("between the ends of a range", "to")))
        in_row((self.low, 1), between, (self.high, 1), on=span)
        in_row(self.values, on=listed)
        self._pages = QStackedWidget()
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pages.addWidget(listed)
        self._pages.addWidget(span)
        in_column(
            in_row((self.setting, 3), (self.how, 2), (self._pages, 4), self.remove),
            self.problem,
            spacing=SPACING // 2,
            on=self,
        )

    @property
    def name(self) -> str:
        """The setting that is varied."""
        return str(self.setting.value())

    def vary(self, values_in_range: int | None = None) -> Vary:
        """Return what is entered.

        Args:
            values_in_range: of how many values a range consists; None for all numbers in it.

        Raises:
            ConfigError: it cannot be used.
        """
        kind = self.how.value()
        if kind == _LIST:
            return Vary.read(self.name, [each.strip() for each in self._listed()])
        log = "log:" if kind == _LOG else ""
        count = "" if values_in_range is None else f":{values_in_range}"
        low, high = _plain_number(self.low.text()), _plain_number(self.high.text())
        return Vary.read(self.name, f"{log}{low}:{high}{count}")

    def show_vary(self, varied: Vary) -> None:
        """Show a setting and its values."""
        self.setting.set_value(varied.name)
        self._offer_ranges()
        if varied.is_range:
            self.how.set_value(_LOG if varied.is_log else _RANGE)
            self.low.setText(write_number(varied.low or 0.0))
            self.high.setText(write_number(varied.high or 0.0))
        else:
            self.how.set_value(_LIST)
            self.values.setText(varied.text.replace(",", ", "))
        self._show_fields()

    def say(self, problem: str | None) -> None:
        """Say what is wrong with it, or that nothing is."""
        self.problem.setText(f"{WRONG_MARK} {problem}" if problem else "")
        self.problem.setVisible(bool(problem))
        for line in (self.values, self.low, self.high):
            mark_wrong(line, bool(problem))
            line.setAccessibleDescription(problem or "")

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.remove.setIcon(themed_icon("close", theme.muted))

    def _listed(self) -> Iterable[str]:
        return _COMMA.split(self.values.text())

    def _offer_usual(self) -> None:
        """Offer what is usually tried of the setting."""
        setting = BY_NAME[self.name]
        self._offer_ranges()
        self.how.set_value(_LIST)
        if setting.name in _USUAL:
            kind, first, second = _USUAL[setting.name]
            self.how.set_value(kind)
            (self.values if kind == _LIST else self.low).setText(first)
            self.high.setText(second)
        elif issubclass(setting.kind, Choice):
            self.values.setText(", ".join(map(str, setting.kind)))
        else:
            self.values.setText("off, on" if setting.kind is bool else str(setting.default))
        self._show_fields()

    def _offer_ranges(self) -> None:
        """Offer ranges where the setting is a number."""
        is_number = BY_NAME[self.name].is_number
        self.how.setEnabled(is_number)
        if not is_number:
            self.how.set_value(_LIST)

    def _show_fields(self) -> None:
        """Show the field of a list, or those of the ends of a range."""
        self._pages.setCurrentIndex(0 if self.how.value() == _LIST else 1)

    @Slot()
    def _on_setting_chosen(self) -> None:
        self._offer_usual()
        self.edited.emit()

    @Slot()
    def _on_how_chosen(self) -> None:
        self._show_fields()
        self.edited.emit()

    @Slot()
    def _on_removed(self) -> None:
        self.removed.emit(self)


def problem_of(row: VaryRow, values_in_range: int | None) -> str | None:
    """Return what is wrong with a row, None where nothing is."""
    try:
        row.vary(values_in_range)
    except ConfigError as error:
        return str(error)
    return None


def _plain_number(text: str) -> str:
    """Return a number as this program writes it; what is none stays as it is."""
    try:
        return write_number(parse_number(text))
    except ValueError:
        return text
