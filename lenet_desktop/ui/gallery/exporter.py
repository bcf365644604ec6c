"""Saves and copies what the gallery shows: the list, the grid, the matrix and single images."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet
from lenet_desktop.export.tables import confusion_csv, to_csv_bytes
from lenet_desktop.session.requests import JobRunner
from lenet_desktop.storage.files import write_atomically
from lenet_desktop.text.language import _, ngettext
from lenet_desktop.text.wording import counted
from lenet_desktop.ui.gallery.gallery_content import (
    GalleryContent,
    drawn_grid,
    drawn_matrix,
    file_name_of,
    list_table,
)
from lenet_desktop.ui.gallery.image_words import title_image
from lenet_desktop.ui.gallery.pictures import MOST_IMAGES, image_picture, name_part
from lenet_desktop.ui.gallery.scale_chooser import ScaleChooser
from lenet_desktop.ui.kit.actions import make_local_action
from lenet_desktop.ui.kit.saving import SaveFolder, Saver, png_bytes
from lenet_desktop.ui.kit.shortcuts import Shortcut

IMAGE_SCALES = (1, 4, 8, 16)
_COPIED_SCALE = 8


@dataclass(frozen=True, slots=True)
class _CopiedList:
    """A table of some images, with tabs."""

    table: str
    images: int


class GalleryExporter(Saver):
    """The actions that save or copy, for menus; each takes what is shown when it is triggered.

    Args:
        source: returns what the gallery shows right now.
        window: above which dialogs open.
        folder: where somebody saved last; shared with others that save.
    """

    def __init__(
        self,
        source: Callable[[], GalleryContent],
        window: QWidget,
        folder: SaveFolder,
    ) -> None:
        super().__init__(window, folder)
        self._source = source
        self._copying = JobRunner(self)  # a long list takes a second
        self._side = 0
        self._build(window)
        self._connect()
        self._name_scales(DEFAULT.side)
        self.refresh()

    def _build(self, window: QWidget) -> None:
        # Ctrl+C belongs to what has the focus, so it works where the action is added.
        self.save_list = make_local_action(self, _("Save &list as CSV…"), "save_list_action")
        self.save_grid = make_local_action(self, _("Save &grid as PNG…"), "save_grid_action")
        self.save_matrix_csv = make_local_action(
            self, _("Save &matrix as CSV…"), "save_matrix_csv_action"
        )
        self.save_matrix_png = make_local_action(
            self, _("Save m&atrix as PNG…"), "save_matrix_png_action"
        )
        self.copy_matrix = make_local_action(
            self, _("Cop&y matrix"), "copy_matrix_action", Shortcut.COPY_MATRIX
        )
        self.copy_image = make_local_action(
            self, _("&Copy image"), "copy_image_action", Shortcut.COPY_IMAGE
        )
        self.copy_list = make_local_action(
            self, _("Co&py list"), "copy_list_action", Shortcut.COPY_LIST
        )
        self.image_menu = QMenu(_("Save &image as PNG"), window)
        self.image_menu.setObjectName("save_image_menu")
        self.save_image = {
            scale: make_local_action(self, "", f"save_image_{scale}x_action")
            for scale in IMAGE_SCALES
        }
        self.image_menu.addActions(list(self.save_image.values()))
        self.other_scale = ScaleChooser(self.image_menu)
        self.image_menu.addSeparator()
        self.image_menu.addAction(self.other_scale)

    def _connect(self) -> None:
        self.save_list.triggered.connect(self._on_save_list)
        self.save_grid.triggered.connect(self._on_save_grid)
        self.save_matrix_csv.triggered.connect(self._on_save_matrix_csv)
        self.save_matrix_png.triggered.connect(self._on_save_matrix_png)
        self.copy_matrix.triggered.connect(self._on_copy_matrix)
        self.copy_image.triggered.connect(self._on_copy_image)
        self.copy_list.triggered.connect(self._on_copy_list)
        for scale, action in self.save_image.items():
            action.triggered.connect(partial(self._on_save_image, scale))
        self.other_scale.scale_chosen.connect(self._on_save_image)

    @Slot()
    def shutdown(self) -> None:
        """Wait for what is being written. May be called again and again."""
        super().shutdown()
        self._copying.shutdown()

    def fill_menu(self, menu: QMenu) -> None:
        """Add every action to a menu of the menu bar."""
        menu.addActions([self.save_list, self.save_grid])
        menu.addMenu(self.image_menu)
        menu.addActions([self.save_matrix_csv, self.save_matrix_png])
        menu.addSeparator()
        menu.addActions([self.copy_image, self.copy_list, self.copy_matrix])

    def fill_context_menu(self, menu: QMenu) -> None:
        """Add what belongs to the grid to the menu of a right click: the nearest first."""
        menu.addAction(self.copy_image)
        menu.addMenu(self.image_menu)
        menu.addSeparator()
        menu.addActions([self.copy_list, self.save_list, self.save_grid])

    @Slot()
    def refresh(self) -> None:
        """Offer what there is something for; call it whenever the gallery shows something else."""
        content = self._source()
        some = content.images is not None and len(content.numbers) > 0
        for action in (self.save_list, self.save_grid, self.copy_list):
            action.setEnabled(some)
        selected = content.images is not None and content.selected is not None
        of_image = (self.copy_image, self.image_menu.menuAction(), self.other_scale)
        for action in (*of_image, *self.save_image.values()):
            action.setEnabled(selected)
        if content.images is not None and self._side != content.images.info.side:
            self._name_scales(content.images.info.side)
        for action in (self.save_matrix_csv, self.save_matrix_png, self.copy_matrix):
            action.setEnabled(content.predictions is not None)

    def _name_scales(self, side: int) -> None:
        """Say how large an image of so many pixels will be."""
        self._side = side
        self.other_scale.show_side(side)
        for scale, action in self.save_image.items():
            tens, ones, pixels = str(scale)[:-1], str(scale)[-1], side * scale
            text = _("{scale}x, {side} × {side} pixels…")  # noqa: RUF001
            action.setText(text.format(scale=f"{tens}&{ones}", side=pixels))

    @Slot()
    def _on_save_list(self) -> None:
        content = self._source()
        if content.images is None:
            return
        self.ask(
            title=_("Save list as CSV"),
            suggestion=f"{file_name_of(content)}_images.csv",
            write=partial(_write_list, content, content.images),
            done=counted(
                len(content.numbers), "{count} image was saved", "{count} images were saved"
            ),
        )

    @Slot()
    def _on_save_grid(self) -> None:
        content = self._source()
        if content.images is None:
            return
        first, end = content.first_row, content.first_row + MOST_IMAGES
        drawn = len(content.numbers[first:end])
        done = ngettext("{images} was saved", "{images} were saved", drawn)
        self.ask(
            title=_("Save grid as PNG"),
            suggestion=f"{file_name_of(content)}_grid.png",
            content=partial(drawn_grid, content, content.images),
            done=done.format(images=name_part(content.numbers, first)),
        )

    @Slot()
    def _on_save_matrix_csv(self) -> None:
        content = self._source()
        if content.counts is None or content.images is None:
            return
        counts, names = content.counts, content.images.info.class_names
        self.ask(
            title=_("Save matrix as CSV"),
            suggestion=f"{file_name_of(content)}_matrix.csv",
            content=lambda: to_csv_bytes(confusion_csv(counts, names, content.run)),
            done=_("The confusion matrix was saved"),
        )

    @Slot()
    def _on_save_matrix_png(self) -> None:
        content = self._source()
        predictions = content.predictions
        if predictions is not None:
            self.ask(
                title=_("Save matrix as PNG"),
                suggestion=f"{file_name_of(content)}_matrix.png",
                content=lambda: png_bytes(drawn_matrix(content, predictions)),
                done=_("The confusion matrix was saved"),
            )

    @Slot()
    def _on_copy_matrix(self) -> None:
        content = self._source()
        if content.predictions is not None:
            QGuiApplication.clipboard().setImage(drawn_matrix(content, content.predictions))
            self.saved.emit(
                _("The matrix was copied. Paste it into any program that takes images.")
            )

    @Slot(int)
    def _on_save_image(self, scale: int, _checked: bool = False) -> None:
        content = self._source()
        if content.images is None or content.selected is None:
            return
        images, number = content.images, content.selected
        self.ask(
            title=_("Save image as PNG"),
            suggestion=f"{content.split_name}_image_{number}_{scale}x.png",
            content=lambda: png_bytes(image_picture(images, number, scale)),
            done=_("{image} was saved").format(image=title_image(content.split, number)),
        )

    @Slot()
    def _on_copy_image(self) -> None:
        content = self._source()
        if content.images is None or content.selected is None:
            return
        picture = image_picture(content.images, content.selected, _COPIED_SCALE)
        QGuiApplication.clipboard().setImage(picture)
        self.saved.emit(
            _("{image} was copied. Paste it into any program that takes images.").format(
                image=title_image(content.split, content.selected)
            )
        )

    @Slot()
    def _on_copy_list(self) -> None:
        content = self._source()
        if content.images is None:
            return
        work = partial(_copied_list, content, content.images)
        failure = _("The list could not be copied")
        self._copying.start(work, failure, self._on_list_written, self.failed)

    @Slot(object)
    def _on_list_written(self, copied: _CopiedList) -> None:
        QGuiApplication.clipboard().setText(copied.table)
        self.saved.emit(
            counted(
                copied.images,
                "{count} image was copied as a table. Paste it into a spreadsheet.",
                "{count} images were copied as a table. Paste it into a spreadsheet.",
            )
        )


def _write_list(content: GalleryContent, images: ImageSet, path: Path) -> None:
    write_atomically(path, to_csv_bytes(list_table(content, images)))


def _copied_list(content: GalleryContent, images: ImageSet) -> _CopiedList:
    return _CopiedList(list_table(content, images, "\t"), len(content.numbers))
