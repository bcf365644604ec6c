"""The page on which somebody tries a picture: a drawing, and beside it all that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.data.pictures.preparation import Preparation, Prepared, as_picture
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import sentences
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.elided_label import WholeLabel
from lenet_desktop.ui.kit.layout import FramelessArea, Frugal
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.page import LeavablePage
from lenet_desktop.ui.kit.theme import SPACING, Theme
from lenet_desktop.ui.picture.answer_view import AnswerView, InsideView
from lenet_desktop.ui.picture.canvas import SMALLEST, Canvas
from lenet_desktop.ui.picture.canvas_tools import CanvasTools
from lenet_desktop.ui.picture.drawing import Sheet
from lenet_desktop.ui.picture.keep_row import KeepRow
from lenet_desktop.ui.picture.preparation_strip import PreparationStrip

if TYPE_CHECKING:
    from lenet_desktop.analysis.inspection import Inspection

_MOST_SHARE = 0.4
"""Of the width of the page that the canvas takes."""
_READING = marked("The picture is being read…")
_WAIT = (
    marked("One moment…"),
    marked("The picture is large. It is made small enough for the network."),
)
_MANY_PIXELS = 4_000_000
_DRAW = (
    marked("Draw something"),
    marked("With the mouse, a finger or a pen. Or paste, drop or open a picture."),
)


class PicturePage(LeavablePage):
    """A canvas, what the network sees of it and says to it, and the steps between the two.

    It knows neither network nor file: it says what there is to answer, and shows the answers.
    """

    picture_changed = Signal()  # another picture, or another way to prepare it
    dropped = Signal(object)  # QMimeData
    training_image_chosen = Signal(int)  # its number

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("picture_page")
        self.setAcceptDrops(True)
        self._prepared: Prepared | None = None
        self._read: Pixels | None = None  # what is drawn on, for its identity
        self._build()
        self._lay_out()
        self._connect()
        self.show_prepared(None)

    def _build(self) -> None:
        self.canvas = Canvas()
        self.tools = CanvasTools(self.canvas, self)
        self.notes = muted(identify(WholeLabel(), "picture_notes"))
        self.answer = AnswerView()
        self.keep = KeepRow()
        self.inside = InsideView()
        self.strip = PreparationStrip()

    def _lay_out(self) -> None:
        drawing, tools = Frugal(), self.tools
        in_column(
            tools.drawing_row, (self.canvas, 1), tools.source_row, self.notes, (None, 0), on=drawing
        )
        self._drawing = Card("", drawing)
        answer = Card("", self.answer, self.keep)
        answer.body.setStretchFactor(self.answer, 1)
        content, page = QWidget(), Frugal()
        in_column(page, on=content)
        above = in_row(self._drawing, (answer, 4), (Card("", self.inside), 5))
        in_column((above, 1), Card("", self.strip), margins=SPACING, on=page)
        in_column(FramelessArea(content), on=self)  # for windows that are smaller than usual
        self._drawing.installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._share_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Share the room anew where the words beside the canvas need more of it, or less."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):  # out of sight none asks
            self._share_room()
        return super().eventFilter(watched, event)

    def _share_room(self) -> None:
        """Make the canvas as large as it is square, and leave the rest to the answers."""
        rows = (self.tools.drawing_row, self.tools.source_row, self.notes)
        taken = sum(row.sizeHint().height() + SPACING for row in rows)
        taken += self.strip.minimumSizeHint().height() + 8 * SPACING
        room = min(self.height() - taken, int(self.width() * _MOST_SHARE))
        side = max(room, SMALLEST) + 2 * SPACING  # of the card
        self._drawing.setFixedWidth(max(side, self._drawing.minimumSizeHint().width()))
        self.canvas.setMaximumHeight(max(room, SMALLEST))

    def _connect(self) -> None:
        self.canvas.changed.connect(self._on_canvas_changed)
        self.strip.changed.connect(self.picture_changed)
        self.inside.training_image_chosen.connect(self.training_image_chosen)

    @property
    def info(self) -> DatasetInfo:
        """The data set of whose images a picture becomes one."""
        return self.strip.info

    @property
    def picture(self) -> Pixels | None:
        """The picture as it was drawn or read, uint8 (H, W) or (H, W, 3), read-only; None empty."""
        return None if self.canvas.drawing.is_blank else self.canvas.pixels

    @property
    def how(self) -> Preparation:
        """How it becomes what the network reads."""
        return self.strip.how

    @property
    def seen(self) -> Pixels | None:
        """What the network reads, uint8 (channels, side, side), read-only; None before it is."""
        return None if self._prepared is None else self._prepared.pixels

    # What is shown

    def show_dataset(self, info: DatasetInfo) -> None:
        """Prepare for, and take on the classes of, a data set."""
        for part in (self.strip, self.answer, self.keep, self.inside):
            part.show_dataset(info)
        self._show_kind()

    def expect_sheet(self) -> None:
        """Say that a picture is being read, which takes seconds for an enormous one."""
        self.notes.setText(_(_READING))

    def show_sheet(self, sheet: Sheet | None) -> None:
        """Try a picture from elsewhere, and say what was done to get at it; None if it is none."""
        if sheet is None:
            self._show_notes()
            return
        self.canvas.show_sheet(sheet)
        if sheet.picture is not None and sheet.picture.size > _MANY_PIXELS:
            self.show_reason(*map(_, _WAIT))

    def show_image(self, pixels: Pixels, info: DatasetInfo, note: str) -> None:
        """Try an image of a data set, uint8 (channels, side, side), just as it is."""
        self.canvas.show_sheet(Sheet.of(as_picture(pixels), (note,), info.fingerprint))

    def show_prepared(self, prepared: Prepared | None) -> None:
        """Show what the network reads of the picture, and how it came about."""
        self._prepared = prepared
        self.tools.show_seen(is_there=prepared is not None)
        self.keep.show_picture(is_there=prepared is not None and not prepared.is_empty)
        if prepared is not None:
            self.answer.show_seen(prepared.pixels)
            self.strip.show_prepared(self.canvas.pixels, prepared)
        if prepared is None or prepared.is_empty:
            self.show_reason(*map(_, _DRAW))

    def show_probabilities(self, probabilities: Sequence[float], epoch: int) -> None:
        """Show what the network of an epoch takes the picture for."""
        self.answer.show_probabilities(list(probabilities), epoch)
        self.keep.show_predicted(int(np.argmax(probabilities)))
        self.inside.expect_inspection()

    def show_reason(self, short: str, sentence: str) -> None:
        """Say why no network answers, in a few words and in a sentence."""
        self.answer.show_reason(short, sentence)
        self.keep.show_predicted(None)
        self.inside.show_nothing()

    def show_inspection(self, inspection: Inspection) -> None:
        """Show what the network saw in the picture."""
        self.answer.show_inspection(inspection)
        self.inside.show_inspection(inspection)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for part in (self.canvas, self.tools, self.answer, self.inside, self.strip):
            part.show_theme(theme)

    # What a person does

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and images, but leave folders to the window."""
        if has_picture(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Try what was dropped."""
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    @Slot()
    def _on_canvas_changed(self) -> None:
        sheet = self.canvas.drawing.sheet
        if self.canvas.drawing.is_blank or sheet.picture is not self._read:
            self.keep.follow()
        self._read = sheet.picture
        self._show_notes()
        self._show_kind()
        self.picture_changed.emit()

    def _show_notes(self) -> None:
        self.notes.setText(sentences(self.canvas.drawing.sheet.notes))

    def _show_kind(self) -> None:
        """Say whether the picture is an image of the data set already, or drawn on paper."""
        sheet = self.canvas.drawing.sheet
        is_prepared = sheet.fingerprint == self.info.fingerprint
        self.strip.show_kind(is_prepared=is_prepared, is_drawn=sheet.picture is None)


def has_picture(mime: QMimeData) -> bool:
    """Return whether there may be a picture in what was dropped or copied."""
    return mime.hasImage() or bool(files_in(mime))


def files_in(mime: QMimeData) -> list[Path]:
    """Return what was dropped or copied of files of this machine, without folders."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if not path.is_dir()]
