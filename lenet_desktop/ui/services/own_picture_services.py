"""Keeps a person's own pictures, shows them in the gallery and does what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMenu

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet, Own, read_only
from lenet_desktop.data.pictures.own_pictures import OwnPicture, OwnPictureError, OwnPictures
from lenet_desktop.data.pictures.picture_files import Pixels
from lenet_desktop.data.pictures.preparation import Preparation
from lenet_desktop.session.judging_session import JudgingSession
from lenet_desktop.session.own_pictures_session import OwnImages, OwnPicturesSession
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import quoted
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.gallery_state import Change
from lenet_desktop.ui.kit.actions import make_local_action
from lenet_desktop.ui.kit.message_bar import MessageAction
from lenet_desktop.ui.kit.shortcuts import Shortcut

_READING = marked("Your own pictures are being read…")
Result = TypeVar("Result")


class OwnPictureServices(QObject):
    """My pictures: what is kept in a folder, as the gallery's third source."""

    done = Signal(str, object)  # a sentence, and the MessageActions that belong to it
    noticed = Signal(str)  # a sentence about something that was worked around
    failed = Signal(str)  # a sentence about what went wrong
    show_requested = Signal()  # the gallery is to be brought into sight

    def __init__(self, gallery: GalleryPanel, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._gallery = gallery
        self._state = gallery.state
        self.store = OwnPictures(folder)
        self.judging = JudgingSession(self, _("The own pictures could not be judged"))
        self.reading = OwnPicturesSession(self.store, self)
        self._info: DatasetInfo | None = None
        self._pictures: tuple[OwnPicture, ...] = ()
        self._wanted: str | None = None
        self._is_browsed = False
        self.label_action = make_local_action(
            self, _("Another &label…"), shortcut=Shortcut.LABEL_PICTURE
        )
        self.delete_action = make_local_action(
            self, _("&Delete the picture"), shortcut=Shortcut.DELETE_PICTURE
        )
        gallery.view.addActions([self.label_action, self.delete_action])
        self._connect()
        self._show_actions()

    def _connect(self) -> None:
        about_image = self._gallery.about_image
        self._state.changed.connect(self._on_changed)
        self._state.own_judging_requested.connect(self.judging.judge)
        self.judging.judged.connect(self._state.add_own)
        self.judging.failed.connect(self.failed)
        self.reading.prepared.connect(self._on_prepared)
        self.reading.progressed.connect(self._on_progressed)
        self.reading.failed.connect(self.failed)
        about_image.own_label_chosen.connect(self._on_label_chosen)
        about_image.own_deletion_requested.connect(self._on_deletion_requested)
        self.label_action.triggered.connect(about_image.lead_to_own_label)
        self.delete_action.triggered.connect(self._on_delete)

    def fill_context_menu(self, menu: QMenu) -> None:
        """Add what can be done with an own picture; it is out of sight for other images."""
        menu.addActions([self.label_action, self.delete_action])

    def use_data(self, info: DatasetInfo) -> None:
        """Show the pictures as networks for this data set read them, once they are browsed."""
        self.reading.cancel()
        self._info, self._pictures = info, ()
        self._on_progressed(_(_READING))
        if self._is_browsed:
            self.refresh()

    def refresh(self) -> None:
        """Read the collection anew; other windows may have changed it."""
        if self._info is not None:
            self.reading.read(self._info)

    @Slot(object, str, object)
    def keep(self, pixels: Pixels, label: str, how: Preparation | None = None) -> None:
        """Keep a picture and say so; see `OwnPictures.add`."""
        kept = self._try(lambda: self.store.add(pixels, label, how))
        if kept is not None:
            self._say(
                _("The picture is kept in My pictures as {label}.").format(label=quoted(label)),
                MessageAction(_("Show"), partial(self.show, kept.key)),
                MessageAction(_("Undo"), lambda: self._try(lambda: self.store.delete(kept.key))),
            )

    def show(self, key: str) -> None:
        """Look at a picture in the gallery, as soon as it is ready."""
        self._wanted = key
        self._show_wanted()
        if self._wanted is not None:
            self._state.browse(Own.PICTURES)
            self.refresh()
        self.show_requested.emit()

    def _try(self, change: Callable[[], Result]) -> Result | None:
        """Change the collection, and say why if that cannot be done."""
        try:
            return change()
        except OwnPictureError as error:
            self.failed.emit(str(error))
            return None
        finally:
            self.refresh()

    def _say(self, sentence: str, *actions: MessageAction) -> None:
        self.done.emit(sentence, actions)

    @Slot(str)
    def _on_progressed(self, sentence: str) -> None:
        """Say how far it is, as long as there is nothing to be shown instead."""
        info = self._info
        if info is not None and not self._pictures:
            none = read_only(np.empty((0, *info.shape), np.uint8)), read_only(np.empty(0, np.uint8))
            self._state.set_images(ImageSet(*none, info, sentence), Own.PICTURES)

    @Slot(object)
    def _on_prepared(self, ready: OwnImages) -> None:
        if ready.notice is not None:
            self.noticed.emit(ready.notice)
        shown = self._state.images(Own.PICTURES)
        before = (self._pictures, None if shown is None else shown.notice)
        if before != (ready.pictures, ready.images.notice):
            self._pictures = tuple(ready.pictures)
            self.judging.use_images(ready.images)
            self._state.set_images(ready.images, Own.PICTURES)
        self._show_wanted()
        self._wanted = None  # it waits for other data, or is gone

    def _show_wanted(self) -> None:
        keys = [picture.key for picture in self._pictures]
        if self._wanted in keys:
            self._state.go_to(keys.index(self._wanted), Own.PICTURES)
            self._wanted = None

    @Slot(object)
    def _on_changed(self, change: Change) -> None:
        if change & (Change.SOURCE | Change.CHOSEN):
            self._show_actions()
        is_browsed = self._state.split is Own.PICTURES
        if is_browsed and not self._is_browsed:
            self.refresh()
        self._is_browsed = is_browsed

    def _show_actions(self) -> None:
        is_own = self._state.split is Own.PICTURES
        for action in (self.label_action, self.delete_action):
            action.setVisible(is_own)
            action.setEnabled(is_own and self._state.chosen is not None)

    @Slot()
    def _on_delete(self) -> None:
        if self._state.split is Own.PICTURES and self._state.chosen is not None:
            self._on_deletion_requested(self._state.chosen)

    @Slot(int, str)
    def _on_label_chosen(self, number: int, label: str) -> None:
        before = self._pictures[number]

        def relabel(label: str) -> OwnPicture | None:
            return self._try(lambda: self.store.relabel(before.key, label))

        if relabel(label) is None:
            self._gallery.about_image.own_editor.take_back()
            return
        undo = MessageAction(_("Undo"), partial(relabel, before.label))
        self._say(_("The picture is labelled {label} now.").format(label=quoted(label)), undo)

    @Slot(int)
    def _on_deletion_requested(self, number: int) -> None:
        key = self._pictures[number].key
        content = self._try(lambda: self.store.delete(key))

        def undo() -> None:
            self._wanted = key
            self._try(lambda: self.store.take_in(key, content or b""))

        if content is not None:
            self._say(
                _("The picture was deleted from My pictures."), MessageAction(_("Undo"), undo)
            )
