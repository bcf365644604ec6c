"""Where else the image that is looked at stands in the data, as links that lead there."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QWidget

from lenet_desktop.core.datasets import Split
from lenet_desktop.core.duplicates import EqualImage
from lenet_desktop.ui.naming import identify
from lenet_desktop.ui.wording import describe_equal, name_image


class TwinLinks(QLabel):
    """Says which images equal the one looked at, and which nearly; hidden without any.

    Each of them can be clicked, or chosen by keyboard with Tab and Enter.
    """

    image_chosen = Signal(object, int)  # Split, number

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, wordWrap=True, textFormat=Qt.TextFormat.RichText)
        identify(self, "inspector_twins")
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard)
        self.linkActivated.connect(self._on_link_activated)
        self.hide()

    def show_equal_images(self, images: Sequence[EqualImage]) -> None:
        """Show which images equal the one that is looked at."""
        self.setText("<br>".join(_capitalised(describe_equal(images, _link))))
        self.setAccessibleName(". ".join(_capitalised(describe_equal(images))))
        self.setVisible(bool(images))

    @Slot(str)
    def _on_link_activated(self, link: str) -> None:
        split, number = link.split("/")
        self.image_chosen.emit(Split(split), int(number))


def _capitalised(phrases: Sequence[str]) -> list[str]:
    return [phrase[0].upper() + phrase[1:] for phrase in phrases]


def _link(image: EqualImage) -> str:
    return f'<a href="{image.split}/{image.number}">{name_image(image)}</a>'
