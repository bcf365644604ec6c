"""What is typed to find images: the number of one, and two percentages for the confidence."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from lenet_desktop.data.images import Own, Part, Split
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.numbers import parse_whole
from lenet_desktop.text.wording import quoted, sentences, whole
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import CheckedLine, WholeNumberInput
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING

_EXPLANATION = marked("Only images whose predicted class has a probability in this range.")

_NONE: dict[Part, str] = {
    Split.TEST: marked("There is no test image {number}."),
    Split.TRAIN: marked("There is no training image {number}."),
    Own.PICTURES: marked("There is no own picture {number}."),
}


class ConfidenceRange(QWidget):
    """The least and the greatest confidence; neither can pass the other."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        identify(self, "confidence_range", _("Confidence"), _(_EXPLANATION))
        self.least = self._bound("least_confidence_input", _("The least confidence"), 0)
        self.most = self._bound("most_confidence_input", _("The greatest confidence"), 100)
        in_row(
            self.least,
            QLabel(pgettext("between two bounds", "to")),
            self.most,
            spacing=SPACING // 2,
            on=self,
        )
        self._told = self.range
        self.least.edited.connect(self._on_edited)
        self.most.edited.connect(self._on_edited)

    @property
    def range(self) -> tuple[float, float]:
        """The bounds as probabilities, 0-1."""
        return self.least.value() / 100, self.most.value() / 100

    def set_range(self, bounds: tuple[float, float]) -> None:
        """Set both bounds, probabilities 0-1 that are whole percentages."""
        least, most = (round(bound * 100) for bound in bounds)
        self.least.setRange(0, most)
        self.most.setRange(least, 100)
        self.least.setValue(least)
        self.most.setValue(most)

    def restore(self) -> None:
        """Show the bounds again where what is typed cannot be used."""
        self.least.restore()
        self.most.restore()

    @staticmethod
    def _bound(object_name: str, name: str, value: int) -> WholeNumberInput:
        # A field has one line, and a plain blank is what can be typed.
        sign = pgettext("share", "{number} %").format(number="").replace("\N{NO-BREAK SPACE}", " ")
        box = WholeNumberInput(0, 100, name, suffix=sign)
        box.setSingleStep(5)
        box.setValue(value)
        return identify(box, object_name, name, _(_EXPLANATION))

    @Slot()
    def _on_edited(self) -> None:
        self.least.setMaximum(self.most.value())
        self.most.setMinimum(self.least.value())
        if self.range != self._told:
            self._told = self.range
            self.changed.emit()


class ImageNumberInput(CheckedLine):
    """Takes the number of an image of the part of the data that is browsed; Enter looks at it."""

    entered = Signal(int)
    refused = Signal(str)  # a sentence

    def __init__(self) -> None:
        super().__init__(self._number_in, pgettext("placeholder", "number"))
        identify(
            self,
            "gallery_number_input",
            _("Number of an image to look at"),
            _("Type the number of an image and press Enter (Ctrl+F leads here)."),
        )
        self._total = 0
        self._split: Part = Split.TEST
        self.returnPressed.connect(self._on_return_pressed)

    def browse(self, total: int, split: Part) -> None:
        """Take the numbers of this many images of a part."""
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
            told = _(_NONE[self._split]).format(number=quoted(text.strip()))
            raise ValueError(sentences([told, self._which_there_are()]))
        return number

    def _which_there_are(self) -> str:
        last = whole(max(0, self._total - 1))
        return _("Enter a whole number from 0 to {last}.").format(last=last)

    @Slot()
    def _on_return_pressed(self) -> None:
        problem = self.problem
        number = None if problem is not None else self._number_in(self.text())
        if number is None:
            self.refused.emit(problem or self._which_there_are())
        else:
            self.entered.emit(number)
