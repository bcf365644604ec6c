"""Gives a widget the names by which programs, screen readers and people know it."""

import re
from typing import TypeVar

from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from lenet_desktop.text.wording import tip

AnyWidget = TypeVar("AnyWidget", bound=QWidget)

_MNEMONIC = re.compile(r"\(&.\)|&(?!&)")
"""A letter behind a word that is not written with letters, or the sign before one within it."""


def identify(
    widget: AnyWidget, object_name: str, name: str = "", explanation: str = ""
) -> AnyWidget:
    """Name a widget and return it; a button that gets no name is called what it says.

    Args:
        widget: what to name.
        object_name: what other programs find it by.
        name: what a screen reader calls it.
        explanation: a sentence for the tool tip and for a screen reader that is asked for more.
    """
    if not name and isinstance(widget, QAbstractButton):
        name = without_mnemonic(widget.text()).rstrip("…")
    widget.setObjectName(object_name)
    widget.setAccessibleName(name)
    if explanation:
        widget.setToolTip(tip(explanation))
        widget.setAccessibleDescription(explanation)
    return widget


def label_for(field: QWidget, text: str) -> QLabel:
    """Return a field's label, whose letter leads to the field, and which says the same of it."""
    label = QLabel(text)
    label.setBuddy(field)
    label.setToolTip(field.toolTip())
    return label


def without_mnemonic(text: str) -> str:
    """Return what a button or an action is called, without the letter that stands for it."""
    return _MNEMONIC.sub("", text)


def muted(widget: AnyWidget) -> AnyWidget:
    """Make a widget's text quiet, as the style sheet has it, and return the widget."""
    widget.setProperty("role", "muted")
    return widget


def as_caption(label: AnyWidget) -> AnyWidget:
    """Write a label small, whatever size text has, and return it."""
    label.setProperty("type", "caption")
    return label


def as_display(label: AnyWidget) -> AnyWidget:
    """Write a label large and bold, whatever size text has, and return it."""
    label.setProperty("type", "display")
    return label


def set_muted(widget: QWidget, is_muted: bool) -> None:
    """Make a widget's text quiet, or as plain as other text again."""
    set_role(widget, "muted" if is_muted else "")


def set_role(widget: QWidget, role: str) -> None:
    """Have a widget look as the style sheet says of a role, or as others of its kind for none."""
    set_look(widget, "role", role)


def set_look(widget: QWidget, name: str, value: object) -> None:
    """Give a widget a property by which the style sheet tells how it looks."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
