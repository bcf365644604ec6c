"""What tests of widgets share."""

import pytest
from PySide6.QtGui import QAccessible, QAccessibleEvent

SPOKEN_OF = QAccessible.Event.Focus


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what a screen reader would say from now on when the keyboard comes to a part."""
    said: list[str] = []

    def listen(event: QAccessibleEvent) -> None:
        if event.type() is SPOKEN_OF and event.child() >= 0:
            said.append(event.accessibleInterface().text(QAccessible.Text.Name))

    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(listen))
    return said
