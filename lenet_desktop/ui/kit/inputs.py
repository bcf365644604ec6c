"""Entry fields that let anything be typed and say when it cannot be used."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QSpinBox, QWidget

from lenet_desktop.text.language import _
from lenet_desktop.text.numbers import parse_number, parse_whole, plain, write_number
from lenet_desktop.text.wording import whole
from lenet_desktop.ui.kit.naming import set_look

_USUAL_DIGITS = 5


def mark_wrong(editor: QWidget, wrong: bool) -> None:
    """Draw a field as wrong, or as it was; the style sheet has the colours."""
    if wrong or editor.property("wrong"):
        set_look(editor, "wrong", wrong)


def typed_in(line: QLineEdit) -> str:
    """Return what is typed; a text that was cut where it was pasted may end in half a character."""
    return line.text().encode(errors="ignore").decode()


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.Wheel or not isinstance(watched, QWidget):
            return False
        if watched.hasFocus():
            return False
        event.ignore()  # it scrolls what the box lies on
        return True


def guard_from_wheel(box: QWidget) -> None:
    """Let the wheel change a value only where the keyboard is, and not where it scrolls by."""
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.installEventFilter(_WheelGuard(box))


class WholeNumberInput(QSpinBox):
    """A spin box into which anything can be typed; `problem` says why a text is not its value.

    Each text that can be used is the value at once. One that cannot stays as it was typed, until
    it is mended or a value is set. Qt's own box would swallow the digit that leaves the range,
    5000 epochs would silently become 500, and it reads and writes as the desktop's language does
    while the rest of the window writes `1,000`.
    """

    edited = Signal()
    _refused: str | None = None
    """The text that cannot be used, without its suffix."""

    def __init__(self, low: int, high: int, label: str, *, suffix: str = "") -> None:
        super().__init__(minimum=low, maximum=high, suffix=suffix)
        self._label = label
        self._settled = self.value()
        """What counts while a text cannot be used: the value before it was begun."""
        self.setAccelerated(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        guard_from_wheel(self)
        # Typing is heard from the line edit alone, arrows from the spin box alone.
        self.lineEdit().textChanged.connect(self._on_edited)
        self.valueChanged.connect(self._on_edited)
        self.editingFinished.connect(self._on_finished)

    @property
    def problem(self) -> str | None:
        """A sentence about the text that is typed, None when it is a number in range."""
        if self._read(self.lineEdit().text()) is not None:
            return None
        low, high = whole(self.minimum()), whole(self.maximum())
        if low == high:
            return _("{setting} can only be {value} now.").format(setting=self._label, value=low)
        words = _("{setting} must be a whole number from {low} to {high}.")
        return words.format(setting=self._label, low=low, high=high)

    def setValue(self, value: int) -> None:
        """Show a value, whatever is typed."""
        self._refused = None
        super().setValue(value)
        self._settled = self.value()
        self.edited.emit()

    set_value = setValue

    def minimumSizeHint(self) -> QSize:
        """Ask for no more width than a few digits take; a longer number can be scrolled through."""
        least = super().minimumSizeHint()
        hidden = max(0, len(str(self.maximum())) - _USUAL_DIGITS)
        least.setWidth(least.width() - hidden * self.fontMetrics().horizontalAdvance("0"))
        return least

    def restore(self) -> None:
        """Show the value again where what is typed cannot be used."""
        if self._refused is not None:
            self.setValue(self.value())

    def setMinimum(self, low: int) -> None:
        """Give the range another lower end."""
        self.setRange(low, max(low, self.maximum()))

    def setMaximum(self, high: int) -> None:
        """Give the range another upper end."""
        self.setRange(min(self.minimum(), high), high)

    def setRange(self, low: int, high: int) -> None:
        """Take another range; what could not be used before may be usable now."""
        super().setRange(low, high)
        self._take_up()

    def changeEvent(self, event: QEvent) -> None:
        """Read anew what is typed, in another language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LocaleChange:
            self._take_up()

    def stepBy(self, steps: int) -> None:
        """Step on from the value, also where what is typed is none."""
        self.restore()
        super().stepBy(steps)
        self._settled = self.value()

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed; what cannot be used is not taken as the value."""
        state = QValidator.State
        return state.Intermediate if self._read(text) is None else state.Acceptable, text, position

    def fixup(self, text: str) -> str:
        """Leave a text alone when its field is left: Qt would make 1 of a `1,` typed in English."""
        return text

    def valueFromText(self, text: str) -> int:
        """Return the number that a text stands for."""
        number = self._read(text)
        return self.value() if number is None else number

    def textFromValue(self, value: int) -> str:
        """Return what to show: Qt asks also when a field is left with a text that is no value."""
        is_kept = self._refused is not None and value == self._settled
        return str(self._refused if is_kept else value)

    def _take_up(self) -> None:
        typed = self._read(self.lineEdit().text())
        if self._refused is not None and typed is not None:
            self.setValue(typed)

    def _bare(self, text: str) -> str:
        """Return a text without what stands behind the number, even if it is also typed: 30%."""
        suffix, bare = self.suffix().strip(), text.strip()
        while (rest := bare.removesuffix(suffix).strip()) != bare:
            bare = rest
        return bare

    def _read(self, text: str) -> int | None:
        """Return the number that a text stands for, None if it is none in range."""
        try:
            number = parse_whole(self._bare(plain(text)), self.locale().groupSeparator())
        except ValueError:
            return None
        return number if self.minimum() <= number <= self.maximum() else None

    @Slot()
    def _on_edited(self) -> None:
        text = self.lineEdit().text()
        self._refused = self._bare(text) if self._read(text) is None else None
        if self._refused is not None:
            super().setValue(self._settled)  # or 150 would leave the 15 that it began with
        self.edited.emit()

    @Slot()
    def _on_finished(self) -> None:
        if self._refused is None:
            self._settled = self.value()


class CheckedLine(QLineEdit):
    """A line into which anything can be typed; `problem` says why a text cannot be used.

    Args:
        read: reads a text; its ValueError is the sentence about one that it cannot read.
    """

    edited = Signal()

    def __init__(self, read: Callable[[str], object], placeholder: str = "") -> None:
        super().__init__(placeholderText=placeholder)
        self._read = read
        self.textChanged.connect(self.edited)

    @property
    def problem(self) -> str | None:
        """A sentence about the text that is typed, None when it can be used."""
        try:
            self._read(self.text())
        except ValueError as error:
            return str(error)
        return None


class NumberInput(CheckedLine):
    """A line for a number in any usual notation."""

    def __init__(self) -> None:
        super().__init__(parse_number)

    def value(self) -> float:
        """Return the number that is typed.

        Raises:
            ValueError: it is none; see `problem`.
        """
        return parse_number(self.text())

    def set_value(self, value: float) -> None:
        """Type a number, as short as it can be written."""
        self.setText(write_number(value))

    def minimumSizeHint(self) -> QSize:
        """Ask for the room of a number with three decimals, and no more: panels shall fit."""
        size, digits = super().minimumSizeHint(), self.fontMetrics().horizontalAdvance("00")
        return QSize(size.width() + digits, size.height())


class FieldProblems(QObject):
    """Marks the fields whose text cannot be used, and says why of the first of them."""

    found = Signal(str)
    solved = Signal()

    def __init__(
        self, fields: Sequence[WholeNumberInput | CheckedLine], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._explanations = {field: field.accessibleDescription() for field in fields}
        self._told: str | None = None
        for field in fields:
            field.edited.connect(self.check)

    @Slot()
    def check(self) -> None:
        """Look at every field; say what is new about them."""
        problems = {field: field.problem for field in self._explanations}
        for field, problem in problems.items():
            mark_wrong(field, problem is not None)
            field.setAccessibleDescription(problem or self._explanations[field])
        before, self._told = self._told, next(filter(None, problems.values()), None)
        if self._told is not None and self._told != before:
            self.found.emit(self._told)
        elif self._told is None and before is not None:
            self.solved.emit()


class ChoiceInput(QComboBox):
    """A box with a text for each of several values, as wide as `least_characters` at the least."""

    edited = Signal()
    problem: str | None = None
    """What can be chosen can be used."""

    def __init__(self, items: Mapping[Any, str], least_characters: int) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(least_characters)
        self.setIconSize(QSize(0, 0))  # or it keeps room for one
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for value, text in items.items():
            self.addItem(text, value if isinstance(value, int) else str(value))
        guard_from_wheel(self)
        self.currentIndexChanged.connect(self.edited)

    def allow(self, value: int, text: str) -> None:
        """Let one more number be chosen, unless it can be already."""
        if self.findData(value) < 0:
            self.addItem(text, value)

    def value(self) -> Any:
        """Return the chosen value, a number or a text."""
        return self.currentData()

    def set_value(self, value: object) -> None:
        """Choose a value, if it can be chosen."""
        index = self.findData(value)
        if index >= 0:
            self.setCurrentIndex(index)
