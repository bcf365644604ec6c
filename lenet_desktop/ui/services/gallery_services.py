"""Does for the gallery what takes longer than a repaint, and keeps what a person notes."""

from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from lenet_desktop.data.duplicates import Duplicates
from lenet_desktop.data.images import Bytes, ImageSet, Own, Split
from lenet_desktop.data.marks import Mark, MarkStore
from lenet_desktop.data.near_duplicates import find_all_duplicates
from lenet_desktop.data.pictures.own_pictures import FOLDER
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.inspection_session import InspectionSession
from lenet_desktop.session.judging_session import JudgingSession
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.suspect_session import SuspectSession
from lenet_desktop.session.worker import describing
from lenet_desktop.text.language import _
from lenet_desktop.ui.gallery.exporter import GalleryExporter
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.inside.inspection_view import Page
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.shortcuts import Shortcut
from lenet_desktop.ui.services.own_picture_services import OwnPictureServices


class GalleryServices(QObject):
    """Judges, inspects, suspects, marks and exports; on a thread of its own what takes long."""

    noticed = Signal(str)  # a sentence about something that was worked around
    failed = Signal(str)  # a sentence about what went wrong
    saved = Signal(str)  # a sentence about what was saved, and where

    def __init__(
        self, gallery: GalleryPanel, window: QWidget, kept: Path | None, folder: SaveFolder
    ) -> None:
        super().__init__(window)
        self._gallery = gallery
        self._marks_file = None if kept is None else kept / "marks.json"
        self.own = None if kept is None else OwnPictureServices(gallery, kept / FOLDER, self)
        self._is_away = False
        self.marks: MarkStore | None = None
        self.judging = JudgingSession(self)
        self.inspecting = InspectionSession(self)
        self.suspecting = SuspectSession(self)
        self._comparing = LatestRequest(
            describing(_("Images that are alike could not be looked for")), self
        )
        self.exporter = GalleryExporter(gallery.content, window, folder)
        self.mark_action = QAction(_("&Mark the image, or change its mark"), self)
        self.mark_action.setShortcut(Shortcut.MARK.sequence)
        self._menu = QMenu(gallery)
        if self.own is not None:
            self.own.fill_context_menu(self._menu)
        self._menu.addAction(self.mark_action)
        self._menu.addSeparator()
        self.exporter.fill_context_menu(self._menu)
        for action, icon in (
            (self.exporter.copy_matrix, "copy"),
            (self.exporter.save_matrix_png, "save"),
        ):
            gallery.about_classes.add_tool(action, icon)
        gallery.view.addActions([self.exporter.copy_image, self.exporter.copy_list])
        gallery.matrix.addAction(self.exporter.copy_matrix)
        own = () if self.own is None else (self.own.reading, self.own.judging)
        self._sessions = (self.judging, self.inspecting, self.suspecting, self._comparing, *own)
        self._connect()

    def _connect(self) -> None:
        gallery = self._gallery
        gallery.state.changed.connect(self.exporter.refresh)
        gallery.state.judging_requested.connect(self.judging.judge)
        self.judging.judged.connect(gallery.state.add_training)
        self.judging.failed.connect(self.failed)
        self._comparing.reported.connect(self._on_compared)
        self._comparing.failed.connect(self.noticed)
        about_image, about_classes = gallery.about_image, gallery.about_classes
        about_image.inspection_requested.connect(self._on_inspection_requested)
        about_image.preparation_requested.connect(self._on_preparation_requested)
        about_image.inside.neighbours_wanted.connect(self._on_neighbours_wanted)
        self.inspecting.inspected.connect(about_image.show_inspection)
        self.inspecting.failed.connect(about_image.inside.show_placeholder)
        about_classes.suspects_requested.connect(self.suspecting.find)
        self.suspecting.found.connect(about_classes.suspects.show_suspects)
        self.suspecting.failed.connect(about_classes.suspects.show_failure)
        about_image.mark_changed.connect(self._on_mark_changed)
        self.mark_action.triggered.connect(about_image.mark_next_kind)
        gallery.menu_requested.connect(self._on_menu_requested)
        self.exporter.saved.connect(self.saved)
        self.exporter.failed.connect(self.failed)

    def use_images(self, images: ImageSet) -> None:
        """Show the test images, with what was noted on images of their data set."""
        if self._marks_file is not None:
            self.marks = MarkStore(self._marks_file, images.info)
            self._gallery.state.set_marks(self.marks.marks)
        self._gallery.state.set_images(images)
        if self.own is not None:
            self.own.use_data(images.info)

    def use_resources(self, resources: TrainingResources) -> None:
        """Work on these data, and look for images that there are more than once."""
        self.judging.use_resources(resources)
        self.inspecting.use_resources(resources)
        self._gallery.state.set_images(resources.data.train.as_image_set(), Split.TRAIN)
        self._comparing.begin(lambda: find_all_duplicates(resources.data))
        if self.marks is not None and self.marks.notice is not None:
            self.noticed.emit(self.marks.notice)

    def spare_run(self, spares: bool) -> None:
        """Leave the processor to a run that goes on, where a person can wait."""
        self.inspecting.spares_run = spares

    def go_away(self, is_away: bool) -> None:
        """Show nothing and look into no network while the gallery is out of sight."""
        self._is_away = is_away
        self._gallery.state.be_seen(not is_away)
        self.mark_action.setEnabled(not is_away)
        if not is_away:
            about_image = self._gallery.about_image
            self._on_neighbours_wanted(about_image.inside.page is Page.NEIGHBOURS)
            about_image.look_inside()

    @Slot()
    def interrupt(self) -> None:
        """Have every thread end whose work nobody will miss, without waiting for it."""
        for session in self._sessions:
            session.interrupt()

    @Slot()
    def shutdown(self) -> None:
        """End every thread. May be called again and again."""
        self.interrupt()
        for session in self._sessions:
            session.shutdown()
        self.exporter.shutdown()

    @Slot(object)
    def _on_compared(self, duplicates: Duplicates | None) -> None:
        if duplicates is not None:
            self._gallery.state.set_duplicates(duplicates)

    @Slot(object, object, int, object)
    def _on_inspection_requested(
        self, snapshot: Snapshot, split: Split, number: int, pixels: Bytes
    ) -> None:
        if not self._is_away:
            self.inspecting.look(snapshot, split, number, pixels)

    @Slot(object)
    def _on_preparation_requested(self, snapshot: Snapshot | None) -> None:
        if not self._is_away:
            self.inspecting.prepare(snapshot)

    @Slot(bool)
    def _on_neighbours_wanted(self, wanted: bool) -> None:
        self.inspecting.wants_neighbours = wanted

    @Slot(object, int, object)
    def _on_mark_changed(self, split: Split, number: int, mark: Mark | None) -> None:
        if self.marks is None:
            return
        problem = self.marks.set_mark(split, number, mark)
        self._gallery.state.set_marks(self.marks.marks)
        if problem is not None:
            self.failed.emit(problem)

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        if self._gallery.state.split is Own.PICTURES:
            self._menu.removeAction(self.mark_action)
        else:
            self._menu.insertAction(self._menu.actions()[0], self.mark_action)
        self._menu.popup(place)
