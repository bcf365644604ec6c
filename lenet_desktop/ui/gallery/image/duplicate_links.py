"""Where else the image that is looked at stands in the data, as links that lead there."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel

from lenet_desktop.data.duplicates import Duplicate
from lenet_desktop.data.images import Split
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import DUPLICATE_MARK, NEAR_MARK, enumerated, tip
from lenet_desktop.ui.gallery.image_words import in_a_row, name_image, tell_duplicates
from lenet_desktop.ui.kit.naming import identify

_WIDEST = Duplicate(Split.TRAIN, 88_888, label_differs=False)


class DuplicateLinks(QLabel):
    """Says which images equal the one looked at, and which nearly; hidden without any.

    Each of them can be clicked, or chosen by keyboard with Tab and Enter. They stand in a narrow
    column of words or, where there is no room for it, in one line that begins with the mark that
    their cells in the grid have.
    """

    image_chosen = Signal(object, int)  # Split, number

    def __init__(self) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        identify(self, "inspector_twins")
        self._images: Sequence[Duplicate] = ()
        self._is_brief = False
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard)
        self.linkActivated.connect(self._on_link_activated)
        self._keep_room()
        self.hide()

    @property
    def column_width(self) -> int:
        """The width in which each image has one line of the column."""
        return self.fontMetrics().horizontalAdvance(name_image(_WIDEST)) + 2

    def show_duplicates(self, images: Sequence[Duplicate]) -> None:
        """Show which images equal the one that is looked at."""
        self._images = images
        sentence = tell_duplicates(images)
        self.setAccessibleName(sentence)
        self.setToolTip(tip(sentence) if images else "")
        self._write()
        self.setVisible(bool(images))

    def show_brief(self, is_brief: bool) -> None:
        """Show one line instead of a column, or a column again."""
        if is_brief != self._is_brief:
            self._is_brief = is_brief
            self._write()

    def height_of(self, width: int, *, brief: bool) -> int:
        """Return the height that the images take in a width, 0 when there are none."""
        if not self._images:
            return 0
        probe = QLabel(self._text(brief=brief), wordWrap=True, textFormat=Qt.TextFormat.RichText)
        probe.setFont(self.font())
        return probe.heightForWidth(width)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the room of a line, in whichever font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._keep_room()

    def _keep_room(self) -> None:
        self.setMinimumHeight(self.fontMetrics().height())

    def _write(self) -> None:
        self.setText(self._text(brief=self._is_brief))

    def _text(self, *, brief: bool) -> str:
        parts = []
        for mark, words, is_near in (
            (DUPLICATE_MARK, _("The very same as"), False),
            (NEAR_MARK, _("Nearly the same as"), True),
        ):
            images = [image for image in self._images if image.is_near is is_near]
            if images and brief:
                parts.append(f"{mark} {_in_a_row(images)}")
            elif images:
                parts.append(
                    "<br>".join([words, *(_link(each, name_image(each)) for each in images)])
                )
        return in_a_row(parts) if brief else "<br>".join(parts)

    @Slot(str)
    def _on_link_activated(self, link: str) -> None:
        split, number = link.split("/")
        self.image_chosen.emit(Split(split), int(number))


def _in_a_row(images: Sequence[Duplicate]) -> str:
    """Name images one after the other: `training image 5`, or `training 5, 8, test 2`."""
    if len(images) == 1:
        return _link(images[0], name_image(images[0]))
    names, before = [], None
    for image in images:
        names.append(_link(image, _short_name(image, before)))
        before = image.split
    return enumerated(names)


def _short_name(image: Duplicate, before: Split | None) -> str:
    """Call an image `training 5`, or `5` behind another of the same part."""
    if image.split is before:
        return str(image.number)
    word = _("test {number}") if image.split is Split.TEST else _("training {number}")
    return word.format(number=image.number)


def _link(image: Duplicate, name: str) -> str:
    link = f'<a href="{image.split}/{image.number}">{name}</a>'
    return _("{image}, other label").format(image=link) if image.label_differs else link
