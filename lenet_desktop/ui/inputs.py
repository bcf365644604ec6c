"""Entry fields that let anything be typed and say when it cannot be used."""

import re
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QSpinBox, QWidget

from lenet_desktop.core.config import parse_number

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,10}")


def mark_wrong(editor: QWidget, wrong: bool) -> None:
    """Draw a field as wrong, or as it was; the style sheet has the colours."""
    if bool(editor.property("wrong")) is wrong:
        return
    editor.setProperty("wrong", wrong)
    editor.style().unpolish(editor)
    editor.style().polish(editor)


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
    """A spin box into which any whole number can be typed; `problem` says if it is out of range.

    Qt's own would swallow the digit that leaves the range: 5000 epochs would silently become 500.
    """

    edited = Signal()

    def __init__(self, low: int, high: int, label: str) -> None:
        super().__init__(minimum=low, maximum=high)
        self._label = label
        self.setAccelerated(True)
        self.setKeyboardTracking(True)
        guard_from_wheel(self)
        # Typing is heard from the line edit alone, arrows and setValue from the spin box alone.
        self.lineEdit().textChanged.connect(self.edited)
        self.valueChanged.connect(self.edited)

    @property
    def problem(self) -> str | None:
        """A sentence about the text that is typed, None when it is a number in range."""
        if self.hasAcceptableInput():
            return None
        return (
            f"{self._label} must be a whole number from {self.minimum():,} to {self.maximum():,}."
        )

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed; what is out of range is not taken as the value."""
        # Only what Qt reads as the same number: int() would take "1_0" and other scripts' digits.
        is_whole = _WHOLE_NUMBER.fullmatch(text.strip()) is not None
        acceptable = is_whole and self.minimum() <= int(text) <= self.maximum()
        state = QValidator.State
        return state.Acceptable if acceptable else state.Intermediate, text, position


class NumberInput(QLineEdit):
    """A line for a number in any usual notation; `problem` says if it is none."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.textChanged.connect(self.edited)

    @property
    def problem(self) -> str | None:
        """A sentence about the text that is typed, None when it is a number."""
        try:
            parse_number(self.text())
        except ValueError as error:
            return str(error)
        return None

    def value(self) -> float:
        """Return the number that is typed.

        Raises:
            ValueError: it is none; see `problem`.
        """
        return parse_number(self.text())

    def set_value(self, value: float) -> None:
        """Type a number, as short as it can be written."""
        self.setText(f"{value:g}" if float(f"{value:g}") == value else repr(value))


def combo(items: Mapping[Any, str], least_characters: int) -> QComboBox:
    """Return a box with a text for each datum, as wide as `least_characters` at the least."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(least_characters)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    for data, text in items.items():
        box.addItem(text, data if isinstance(data, int) else str(data))
    guard_from_wheel(box)
    return box


def choose(box: QComboBox, data: object) -> None:
    """Make the item with this data the current one."""
    index = box.findData(data)
    if index >= 0:
        box.setCurrentIndex(index)
