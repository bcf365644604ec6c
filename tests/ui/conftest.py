"""What tests of widgets share."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAccessible, QAccessibleEvent

from lenet_desktop.text.language import LANGUAGES, SOURCE, set_language

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


@pytest.fixture(params=LANGUAGES)
def spoken_language(request: pytest.FixtureRequest) -> Iterator[str]:
    """Speak each language in turn, from before a part of the window is made until it is gone."""
    set_language(request.param)
    yield request.param
    set_language(SOURCE)
