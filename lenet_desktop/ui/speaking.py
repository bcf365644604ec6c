"""Says aloud, where a screen reader listens, what the keyboard has come to."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def speak(widget: QWidget, sentence: str) -> None:
    """Describe what a widget's own cursor stands at, and say it while the keyboard is there.

    A screen reader reads the description of a widget when the keyboard enters it, but not when it
    changes later; what moves within a widget has to be announced.
    """
    is_new = sentence != widget.accessibleDescription()
    widget.setAccessibleDescription(sentence)
    if is_new and sentence and widget.hasFocus():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))
