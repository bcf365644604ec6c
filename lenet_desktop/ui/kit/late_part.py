"""A part of a window that is made when somebody first sees it."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar, cast

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.theme import LIGHT, Theme


class Themed(Protocol):
    """A widget that is told the colours of a theme."""

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""


Part = TypeVar("Part", bound=Themed)


class LatePart(QWidget, Generic[Part]):
    """The place of a part, which is made when it is first shown or asked for.

    Args:
        make: makes the part, a widget.
    """

    def __init__(self, make: Callable[[], Part]) -> None:
        super().__init__()
        self._make = make
        self._made: Part | None = None
        self._wishes: list[Callable[[Part], object]] = []
        self._theme = LIGHT

    @property
    def part(self) -> Part:
        """The part, which is made now unless it was before."""
        if self._made is None:
            self._made = made = self._make()
            widget = cast("QWidget", made)
            box = in_column(widget, on=self)
            widget.show()  # a layout would do so with the next turn of the event loop,
            box.activate()  # and give it room while this is being shown not even then
            made.show_theme(self._theme)
            while self._wishes:
                self._wishes.pop(0)(made)
        return self._made

    def once_made(self, do: Callable[[Part], object]) -> None:
        """Do something with the part as soon as it is there."""
        if self._made is None:
            self._wishes.append(do)
        else:
            do(self._made)

    def show_theme(self, theme: Theme) -> None:
        """Have the part take on the colours of a theme, now or when it is made."""
        self._theme = theme
        if self._made is not None:
            self._made.show_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the part just before it is seen."""
        super().showEvent(event)
        self.part  # noqa: B018  it is made by that
