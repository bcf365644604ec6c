"""The suspect labels as a Qt model: what the network says of each image, and its duplicates."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor, QImage

from lenet_desktop.analysis.suspects import Suspect, Suspects
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.duplicates import Duplicate, Duplicates
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import NEAR_MARK, WRONG_MARK, counted, figure, joined, tip
from lenet_desktop.ui.gallery.grid.gallery_model import NUMBER_ROLE, Index
from lenet_desktop.ui.gallery.image_words import in_a_row, title_image
from lenet_desktop.ui.gallery.pictures import image_picture
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme

ICON_SIDE = 7 * SPACING // 2
"""Pixels of the window that an image in the list takes."""


class Column(IntEnum):
    """The columns, from the left."""

    NUMBER = 0
    LABEL = 1
    PROPOSED = 2
    SCORE = 3
    CONTRADICTED = 4
    DUPLICATES = 5


_HEADERS = {
    Column.NUMBER: (marked("Image"), marked("The number of the image.")),
    Column.LABEL: (marked("Label"), marked("The class that the data set says the image is of.")),
    Column.PROPOSED: (
        marked("Network says"),
        marked("The class that was the most probable on average over the last epochs."),
    ),
    Column.SCORE: (
        marked("Score"),
        marked(
            "How strongly the network contradicts the label: 1 where it is sure of another class."
        ),
    ),
    Column.CONTRADICTED: (
        marked("Contradicted"),
        marked("After how many of the epochs looked at the network did not agree with the label."),
    ),
    Column.DUPLICATES: (
        marked("Same image"),
        marked(
            "Where the same image stands once more in the data, to the last pixel or nearly so "
            "({mark})."
        ),
    ),
}
_RIGHT_ALIGNED = (Column.SCORE, Column.CONTRADICTED)


class SuspectModel(QAbstractTableModel):
    """One row for each suspect, in their order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._suspects: Suspects | None = None
        self._split = Split.TEST
        self._images: ImageSet | None = None
        self._duplicates: Duplicates | None = None
        self._theme = LIGHT

    @property
    def all_contradicted(self) -> str | None:
        """In how many epochs each one was contradicted, where that is the same for all of them."""
        times = {suspect.contradicted for suspect in self._ranked}
        return self._in_epochs(times.pop()) if len(times) == 1 else None

    @property
    def has_duplicates(self) -> bool:
        """Whether any image in the list stands once more in the data."""
        return any(self._duplicates_of(suspect) for suspect in self._ranked)

    def set_suspects(self, suspects: Suspects | None, split: Split = Split.TEST) -> None:
        """List other suspects among the images of a part, or none."""
        self.beginResetModel()
        self._split = split
        self._suspects = suspects
        self.endResetModel()

    def set_images(self, images: ImageSet | None) -> None:
        """Take in the images of the part in which suspects are looked for."""
        self._images = images

    def set_duplicates(self, duplicates: Duplicates | None) -> None:
        """Say of every image which others equal it."""
        self._duplicates = duplicates
        self._repaint()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._repaint()

    def row_of(self, number: int) -> int | None:
        """Return the row in which an image stands, None if it is no suspect."""
        rows = (row for row, suspect in enumerate(self._ranked) if suspect.number == number)
        return next(rows, None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many suspects there are."""
        return 0 if parent.isValid() else len(self._ranked)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Return what a column is called, and what it means."""
        if orientation is not Qt.Orientation.Horizontal or section not in list(Column):
            return None
        title, explanation = map(_, _HEADERS[Column(section)])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return title
            case Qt.ItemDataRole.ToolTipRole:
                return tip(explanation.format(mark=NEAR_MARK))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(Column(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is known of the suspect in a row."""
        if not index.isValid() or self._suspects is None:
            return None
        suspect, column = self._ranked[index.row()], Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(suspect, column)
            case Qt.ItemDataRole.DecorationRole if column is Column.NUMBER:
                return self._images and _icon(self._images, suspect.number)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._describe(suspect)
            case Qt.ItemDataRole.ToolTipRole:
                return tip(self._describe(suspect))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ForegroundRole if column is Column.PROPOSED:
                return QColor(self._theme.wrong)
        return suspect.number if role == NUMBER_ROLE else None

    @property
    def _names(self) -> Sequence[str]:
        return (DEFAULT if self._images is None else self._images.info).class_names

    @property
    def _ranked(self) -> tuple[Suspect, ...]:
        return () if self._suspects is None else self._suspects.ranked

    @property
    def _epochs(self) -> int:
        return 0 if self._suspects is None else self._suspects.epochs

    def _text(self, suspect: Suspect, column: Column) -> str:
        match column:
            case Column.NUMBER:
                return str(suspect.number)
            case Column.LABEL:
                return self._names[suspect.label]
            case Column.PROPOSED:
                return f"{WRONG_MARK} {self._names[suspect.proposed]}"
            case Column.SCORE:
                return figure(suspect.score, ".3f")
            case Column.CONTRADICTED:
                return _("{count} of {total}").format(
                    count=suspect.contradicted, total=self._epochs
                )
            case Column.DUPLICATES:
                return _badge(self._duplicates_of(suspect))

    def _describe(self, suspect: Suspect) -> str:
        """Say all of it in one sentence, as a screen reader speaks it."""
        sentence = _(
            "{image}: label {label}, network says {predicted}, score {score}, contradicted in "
            "{epochs}"
        ).format(
            image=title_image(self._split, suspect.number),
            label=self._names[suspect.label],
            predicted=self._names[suspect.proposed],
            score=figure(suspect.score, ".3f"),
            epochs=self._in_epochs(suspect.contradicted),
        )
        parts, duplicates = [sentence], self._duplicates_of(suspect)
        for text, is_near in (
            (_("same image as {images}"), False),
            (_("nearly the same image as {images}"), True),
        ):
            found = in_a_row([_name(image) for image in duplicates if image.is_near is is_near])
            if found:
                parts.append(text.format(images=found))
        return joined(parts)

    def _in_epochs(self, times: int) -> str:
        return counted(
            self._epochs, "{times} of {count} epoch", "{times} of {count} epochs", times=times
        )

    def _duplicates_of(self, suspect: Suspect) -> tuple[Duplicate, ...]:
        if self._duplicates is None:
            return ()
        return tuple(self._duplicates.of(self._split, suspect.number))

    def _repaint(self) -> None:
        if self._ranked:
            last = self.index(len(self._ranked) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _icon(images: ImageSet, number: int) -> QImage:
    """Return an image enlarged as far as there is room, or made smaller where there is not."""
    image = image_picture(images, number, max(1, ICON_SIDE // images.info.side))
    if image.width() <= ICON_SIDE:
        return image
    return image.scaledToWidth(ICON_SIDE, Qt.TransformationMode.SmoothTransformation)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT_ALIGNED else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _badge(duplicates: tuple[Duplicate, ...]) -> str:
    """Name the images that equal one, `train 3763, other label; ≈ test 12` for example."""
    return in_a_row(
        [f"{NEAR_MARK} {_name(image)}" if image.is_near else _name(image) for image in duplicates]
    )


def _name(image: Duplicate) -> str:
    name = _("test {number}") if image.split is Split.TEST else _("train {number}")
    name = name.format(number=image.number)
    return _("{image}, other label").format(image=name) if image.label_differs else name
