"""What the gallery shows at one moment, and what becomes of it in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtGui import QImage

from lenet_desktop.analysis.queries import Query
from lenet_desktop.data.duplicates import Duplicates
from lenet_desktop.data.images import ImageSet, Own, Part, Split
from lenet_desktop.export.tables import Marks as Notes
from lenet_desktop.export.tables import predictions_table
from lenet_desktop.networks.predictions import Numbers, PredictionSet
from lenet_desktop.storage.files import file_stem
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import joined
from lenet_desktop.ui.gallery.filters.filter_chips import chips_of
from lenet_desktop.ui.gallery.grid.gallery_model import duplicate_mark
from lenet_desktop.ui.gallery.pictures import MOST_IMAGES, contact_sheet, matrix_picture
from lenet_desktop.ui.gallery.shown_run import Marks
from lenet_desktop.ui.kit.saving import png_bytes
from lenet_desktop.ui.kit.theme import LIGHT, Theme

_NAMES = {Split.TEST: "test", Split.TRAIN: "training", Own.PICTURES: "own"}
_TITLES: dict[Part, tuple[str, str]] = {
    Split.TEST: (marked("Test images"), marked("Test images after epoch {epoch}")),
    Split.TRAIN: (marked("Training images"), marked("Training images after epoch {epoch}")),
    Own.PICTURES: (marked("Own images"), marked("Own images after epoch {epoch}")),
}
"""What the images are called before and after they are predicted."""
_MATRICES: dict[Part, tuple[str, str]] = {
    Split.TEST: (
        marked("Confusion matrix of test images after epoch {epoch}"),
        marked("Confusion matrix of test images after epoch {epoch}, in percent"),
    ),
    Split.TRAIN: (
        marked("Confusion matrix of training images after epoch {epoch}"),
        marked("Confusion matrix of training images after epoch {epoch}, in percent"),
    ),
    Own.PICTURES: (
        marked("Confusion matrix of own images after epoch {epoch}"),
        marked("Confusion matrix of own images after epoch {epoch}, in percent"),
    ),
}
"""What the matrix is called with counts, and with shares."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GalleryContent:
    """What the gallery shows at one moment.

    Attributes:
        images: all images, None while there are none.
        split: the part that they are.
        numbers: intp (K,), the images in the grid, in its order.
        query: what the grid is filtered by.
        first_row: the place in `numbers` of the first image that is in sight.
        predictions: the predictions for all images, None before there are any.
        selected: the number of the image that is looked at, None if there is none.
        marks: what was noted on images of either part.
        duplicates: which images stand in the data more than once, None while nobody knows.
        in_percent: whether the matrix shows shares of each row instead of counts.
        theme: whose colours pictures get.
        run_name: what the run is called that predicted it, for names of files.
        run: which run predicted it, and by which recipe; nothing where no run did.
    """

    images: ImageSet | None
    split: Part
    numbers: Numbers
    query: Query = field(default_factory=Query)
    first_row: int = 0
    predictions: PredictionSet | None = None
    selected: int | None = None
    marks: Marks = field(default_factory=dict)
    duplicates: Duplicates | None = None
    in_percent: bool = False
    theme: Theme = LIGHT
    run_name: str = ""
    run: str = ""

    @property
    def split_name(self) -> str:
        """What the images are called in files and in their names."""
        return _NAMES[self.split]

    @property
    def counts(self) -> Numbers | None:
        """The confusion matrix, None while nothing is predicted."""
        return None if self.predictions is None else self.predictions.confusion

    @property
    def notes(self) -> Notes:
        """The mark and the note on each image of this part that has one."""
        return {
            number: (str(mark.kind), mark.note)
            for (split, number), mark in self.marks.items()
            if split is self.split
        }


def list_table(content: GalleryContent, images: ImageSet, separator: str = ",") -> str:
    """Return the table of the images in the grid, in its order."""
    return predictions_table(
        content.split_name,
        content.numbers,
        images.labels,
        images.info.class_names,
        content.predictions,
        marks=content.notes,
        separator=separator,
    )


def drawn_matrix(content: GalleryContent, predictions: PredictionSet) -> QImage:
    """Return a picture of the confusion matrix that says whose it is."""
    return matrix_picture(
        predictions.confusion,
        predictions.info.class_names,
        content.theme,
        title=_matrix_title(content, predictions.epoch),
        run=content.run,
        in_percent=content.in_percent,
    )


def drawn_grid(content: GalleryContent, images: ImageSet) -> bytes:
    """Return a PNG of the grid from what is in sight on, which says whose it is."""
    filters = " · ".join(words for words, _rest in chips_of(content.query, images.info.class_names))
    whose = [content.run] if content.run else []
    head = (_title(content), *whose, filters or _("No filter"))
    return png_bytes(
        contact_sheet(
            images,
            content.numbers,
            content.predictions,
            content.theme,
            first=content.first_row,
            head=head,
            marked=content.notes,
            duplicate_marks=_duplicate_marks(content),
        )
    )


def _duplicate_marks(content: GalleryContent) -> Mapping[int, str]:
    """Return how the grid marks those images of the sheet that stand elsewhere in the data."""
    if content.duplicates is None or content.split is Own.PICTURES:
        return {}
    of, drawn = content.duplicates.of, content.numbers[content.first_row :][:MOST_IMAGES]
    split = content.split
    return {number: duplicate_mark(of(split, number)) for number in drawn.tolist()}


def _title(content: GalleryContent) -> str:
    """Say which images, and after which epoch if there are predictions and that is known."""
    before, after = _TITLES[content.split]
    epoch = 0 if content.predictions is None else content.predictions.epoch
    return _(after).format(epoch=epoch) if epoch else _(before)


def _matrix_title(content: GalleryContent, epoch: int) -> str:
    if epoch:
        return _(_MATRICES[content.split][content.in_percent]).format(epoch=epoch)
    in_percent = [pgettext("end of a title", "in percent")] if content.in_percent else []
    return joined([_("Confusion matrix"), _title(content), *in_percent])


def file_name_of(content: GalleryContent) -> str:
    """Return the beginning of a file's name: whose, which images, after which epoch if known."""
    predictions = content.predictions
    if predictions is None:
        return content.split_name
    whose = f"{file_stem(content.run_name, 'run')}_" if content.run_name else ""
    epoch = f"_epoch_{predictions.epoch}" if predictions.epoch else ""
    return f"{whose}{content.split_name}{epoch}"
