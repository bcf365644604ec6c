"""Does for the page on which a picture is tried what takes longer than a repaint."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from lenet_desktop.data.images import Own, Part, Split
from lenet_desktop.data.pictures.picture_files import (
    MOST_PIXELS,
    SUFFIXES,
    Picture,
    PictureError,
    read_picture,
)
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.inspection_session import ImageInspected, InspectionSession
from lenet_desktop.session.picture_session import PictureAnswered, PictureSession, Question
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.worker import AnyStream, describing
from lenet_desktop.text.language import _, marked
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.pixel_images import pixel_image
from lenet_desktop.ui.kit.late_part import LatePart
from lenet_desktop.ui.kit.opening import ask_for_file
from lenet_desktop.ui.kit.saving import SaveFolder, Saver, png_bytes
from lenet_desktop.ui.picture.drawing import Sheet, as_image
from lenet_desktop.ui.picture.picture_page import PicturePage, files_in

_REST_MS = 100
"""For so long nobody must have drawn on before more is computed than the probabilities."""
_NO_PICTURE = marked(
    "There is no picture among what was copied. Copy an image, or the file of one."
)
_NOT_HERE = marked("This is no file on this machine. Save the picture first, and drop the file.")
_TAKEN: dict[Part, str] = {
    Split.TRAIN: marked("Training image {number}: {name}."),
    Split.TEST: marked("Test image {number}: {name}."),
    Own.PICTURES: marked("Own picture {number}: {name}."),
}
"""What is noted of an image of the gallery; `name` is its class."""
_OWN = -1
"""The number of a picture that is none of the data set."""


class PictureServices(QObject):
    """Reads pictures, has them answered by the network of the gallery, saves and copies them.

    Works only while the page is open. The gallery's looks into networks are lent to it for that
    time, so that what was computed for one is there for the other.
    """

    failed = Signal(str)  # a sentence about what went wrong
    saved = Signal(str)  # a sentence about what was saved, and where
    keep_requested = Signal(object, str, object)  # Pixels, name of a class, Preparation or None

    def __init__(
        self,
        place: LatePart[PicturePage],
        state: GalleryState,
        inspecting: InspectionSession,
        window: QWidget,
        folder: SaveFolder,
    ) -> None:
        super().__init__(window)
        self._place, self._state, self._window, self._folder = place, state, window, folder
        self._inspecting = inspecting
        self._is_open = False
        self._answer: PictureAnswered | None = None
        self.answering = PictureSession(self)
        self._reading = LatestRequest(describing(_("The picture could not be read")), self)
        self._saver = Saver(window, folder)
        self._rest = QTimer(self, interval=_REST_MS, singleShot=True)
        self._connect()

    def _connect(self) -> None:
        self._place.once_made(self._connect_page)
        self._state.changed.connect(self._on_state_changed)
        self.answering.answered.connect(self._on_answered)
        self._rest.timeout.connect(self._look)
        self._inspecting.inspected.connect(self._on_inspected)
        self._reading.failed.connect(self._on_not_read)
        for source in (self.answering, self._reading, self._saver):
            source.failed.connect(self.failed)
        self._saver.saved.connect(self.saved)

    def _connect_page(self, page: PicturePage) -> None:
        tools = page.tools
        page.picture_changed.connect(self._ask)
        page.dropped.connect(self.take_in)
        page.keep.keep_requested.connect(self._on_keep)
        tools.open.triggered.connect(self._on_open)
        tools.paste.triggered.connect(self._on_paste)
        tools.take.triggered.connect(self._on_take)
        tools.save.triggered.connect(self._on_save)
        tools.save_seen.triggered.connect(self._on_save_seen)
        tools.copy.triggered.connect(self._on_copy)
        tools.copy_seen.triggered.connect(self._on_copy_seen)
        self._reading.reported.connect(page.show_sheet)

    @property
    def _page(self) -> PicturePage:
        return self._place.part

    def go_away(self, is_away: bool) -> None:
        """Answer nothing while the page is out of sight."""
        self._is_open = not is_away
        self._rest.stop()
        if self._is_open:
            self._inspecting.wants_neighbours = True
            self._on_state_changed()
            self._rest.start()  # the look before may have been given up for one of the gallery

    @Slot()
    def interrupt(self) -> None:
        """Have every thread end whose work nobody will miss, without waiting for it."""
        self.answering.interrupt()
        self._reading.interrupt()

    @Slot()
    def shutdown(self) -> None:
        """End every thread. May be called again and again."""
        self._rest.stop()
        self.answering.shutdown()
        self._reading.shutdown()
        self._saver.shutdown()

    # Pictures from elsewhere

    def read(self, file: Path) -> None:
        """Try the picture in a file; another one that is read gives up this one."""
        self._read(lambda: read_picture(file))

    def _read(self, read: Callable[[], Picture]) -> None:
        self._page.expect_sheet()
        self._reading.begin(lambda: _reading(read))

    @Slot(object)
    def take_in(self, mime: QMimeData) -> None:
        """Try what was dropped or copied: an image, or else the first file."""
        if files := files_in(mime):
            self.read(files[0])
        elif mime.hasImage():
            image = QImage(mime.imageData())
            self._read(lambda: read_image(image))
        else:
            self.failed.emit(_(_NOT_HERE) if mime.hasUrls() else _(_NO_PICTURE))

    @Slot()
    def _on_open(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        ask_for_file(
            self._window,
            self._folder,
            self.read,
            title=_("Open a picture"),
            object_name="open_picture_dialog",
            kind=_("Pictures ({patterns})").format(patterns=patterns),
        )

    @Slot()
    def _on_paste(self) -> None:
        self.take_in(QGuiApplication.clipboard().mimeData() or QMimeData())  # it may be None

    @Slot()
    def _on_take(self) -> None:
        images, number = self._state.source.images, self._state.chosen
        if images is not None and number is not None:
            self._reading.cancel()
            name = images.info.class_names[images.labels[number]]
            note = _(_TAKEN[self._state.split]).format(number=number, name=name)
            self._page.show_image(images.images[number], images.info, note)

    @Slot()
    def _on_not_read(self) -> None:
        self._page.show_sheet(None)

    # Answers

    @property
    def _snapshot(self) -> Snapshot | None:
        """The network that is asked; none that reads other images."""
        snapshot, info = self._state.snapshot, self._state.info
        is_fit = snapshot is not None and snapshot.config.data.shape == info.shape
        return snapshot if is_fit else None

    @Slot()
    def _ask(self) -> None:
        if self._is_open:
            page = self._page
            how, info = page.how, self._state.info
            self.answering.ask(Question(page.canvas.pixels, how, info, self._snapshot))

    @Slot()
    def _on_state_changed(self) -> None:
        """Ask anew when there are other data or another network."""
        if not self._is_open:
            return
        state, page = self._state, self._page
        has_image = state.source.images is not None and state.chosen is not None
        page.tools.offer_gallery(has_image=has_image)
        if state.info != page.info:
            page.show_dataset(state.info)
        before = None if self._answer is None else self._answer.question
        is_asked = before is not None and before.snapshot is self._snapshot
        if is_asked and before is not None and before.info == state.info:
            self._explain()
        else:
            self._ask()

    @Slot(object)
    def _on_answered(self, answer: PictureAnswered) -> None:
        if not self._is_open:
            self._answer = None  # what is shown is of a question before, and is asked anew
            return
        if answer.question.info != self._state.info:
            return
        self._answer = answer
        page, snapshot = self._page, answer.question.snapshot
        page.show_prepared(answer.prepared)
        if answer.probabilities is not None and snapshot is not None:
            page.show_probabilities(answer.probabilities.tolist(), snapshot.epoch)
            self._rest.start()
        else:
            self._rest.stop()
            self._inspecting.cancel()  # or the network before would still be heard
            self._explain()

    def _explain(self) -> None:
        """Say why no network answers, if there is something that it could answer."""
        answer = self._answer
        if answer is not None and answer.probabilities is None and not answer.prepared.is_empty:
            self._page.show_reason(*_why_unanswered(self._state))

    @Slot()
    def _look(self) -> None:
        answer = self._answer
        if answer is None or answer.probabilities is None or not self._is_open:
            return  # there is nothing yet that could be looked at
        if (snapshot := answer.question.snapshot) is not None:
            self._inspecting.look(snapshot, Split.TEST, _OWN, answer.prepared.pixels)

    @Slot(object)
    def _on_inspected(self, told: ImageInspected) -> None:
        seen = self._page.seen
        if not self._is_open or told.number != _OWN or seen is None:
            return
        if np.array_equal(told.inspection.pixels, seen):
            self._page.show_inspection(told.inspection)

    # Keeping, saving and copying

    @Slot(str)
    def _on_keep(self, label: str) -> None:
        if (picture := self._page.picture) is not None:
            how = self._page.how
            is_usual = how == self._state.info.preparation
            self.keep_requested.emit(picture, label, None if is_usual else how)

    @Slot()
    def _on_save(self) -> None:
        if (picture := self._page.picture) is not None:
            done = _("The drawing was saved")
            self._save(_("Save the drawing"), "drawing.png", as_image(picture), done)

    @Slot()
    def _on_save_seen(self) -> None:
        if (seen := self._page.seen) is not None:
            done = _("What the network sees was saved")
            self._save(_("Save what the network sees"), "seen.png", pixel_image(seen), done)

    def _save(self, title: str, suggestion: str, image: QImage, done: str) -> None:
        content = partial(png_bytes, image)
        self._saver.ask(title=title, suggestion=suggestion, content=content, done=done)

    @Slot()
    def _on_copy(self) -> None:
        if (picture := self._page.picture) is not None:
            QGuiApplication.clipboard().setImage(as_image(picture))
            self.saved.emit(
                _("The drawing was copied. Paste it into any program that takes images.")
            )

    @Slot()
    def _on_copy_seen(self) -> None:
        if (seen := self._page.seen) is not None:
            QGuiApplication.clipboard().setImage(pixel_image(seen))
            self.saved.emit(
                _("What the network sees was copied. Paste it into any program that takes images.")
            )


def read_image(image: QImage) -> Picture:
    """Return an image of any kind as `read_picture` would read it from a file.

    Raises:
        PictureError: it is too large, or none.
    """
    if image.isNull():
        raise PictureError(_(_NO_PICTURE))
    if image.width() * image.height() > MOST_PIXELS:
        raise PictureError(
            _("The picture has more than {most} million pixels. Scale it down first.").format(
                most=MOST_PIXELS // 10**6
            )
        )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]  # the stubs want bytes
    return read_picture(bytes(buffer.data().data()), _("The picture"))


def _reading(read: Callable[[], Picture]) -> AnyStream:
    picture = read()
    yield Sheet.of(picture.pixels, picture.notes)


def _why_unanswered(state: GalleryState) -> tuple[str, str]:
    """Say in a few words, and in a sentence, why no network can be asked."""
    if state.epoch is not None:
        return _("No answer"), _("The network of this epoch was not kept, so it cannot be asked.")
    if state.has_failed:
        return _("No network"), _("Training is not possible, but this is what a network would see.")
    if state.is_running:
        return _("No answer yet"), _("The first answer comes after the first epoch.")
    return _("No network yet"), _("Press Start: the answer follows every epoch.")
