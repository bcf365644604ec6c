"""The line into which the number of an image is typed, to look at it."""

from PySide6.QtCore import Signal, Slot

from lenet_desktop.data.images import Split
from lenet_desktop.text.numbers import parse_whole
from lenet_desktop.text.wording import quoted
from lenet_desktop.ui.kit.inputs import CheckedLine
from lenet_desktop.ui.kit.naming import identify


class ImageNumberInput(CheckedLine):
    """Takes the number of an image of the part of the data that is browsed; Enter looks at it."""

    entered = Signal(int)
    refused = Signal(str)  # a sentence

    def __init__(self) -> None:
        super().__init__(self._number_in, "number")
        identify(
            self,
            "gallery_number_input",
            "Number of an image to look at",
            "Type the number of an image and press Enter (Ctrl+F leads here).",
        )
        self._total, self._split = 0, Split.TEST
        self.returnPressed.connect(self._on_return_pressed)

    def browse(self, total: int, split: Split) -> None:
        """Take the numbers of this many images of a part of the data."""
        if (total, split) == (self._total, self._split):
            return
        if split is not self._split:
            self.clear()  # it is the number of another image there
        self._total, self._split = total, split
        self.edited.emit()  # the same text may mean an image now

    def _number_in(self, text: str) -> int | None:
        """Return the number of an image, None for an empty text."""
        if not text.strip():
            return None
        try:
            number = parse_whole(text, self.locale().groupSeparator())
        except ValueError:
            number = -1
        if not 0 <= number < self._total:
            told = quoted(text.strip())
            raise ValueError(f"There is no {self._split.word} {told}. {self._which_there_are()}")
        return number

    def _which_there_are(self) -> str:
        return f"Enter a whole number from 0 to {max(0, self._total - 1):,}."

    @Slot()
    def _on_return_pressed(self) -> None:
        problem = self.problem
        number = None if problem is not None else self._number_in(self.text())
        if number is None:
            self.refused.emit(problem or self._which_there_are())
        else:
            self.entered.emit(number)
