"""Copies and saves the matrix of one of the two that are compared."""

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QToolButton, QWidget

from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.storage.files import file_stem
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.ui.comparison.compared_pair import Side
from lenet_desktop.ui.gallery.pictures import matrix_picture
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.saving import SaveFolder, Saver, png_bytes
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme


class MatrixExport(Saver):
    """Two buttons; what they make says which run's matrix it is, and of which recipe.

    Args:
        letter: A or B.
        folder: where somebody saved last; shared with others that save.
        page: above which a dialog opens.
    """

    def __init__(self, letter: str, folder: SaveFolder, page: QWidget) -> None:
        super().__init__(page, folder)
        self._side: Side | None = None
        self._theme = LIGHT
        self.copy = _button(f"copy_pair_matrix_{letter.lower()}_button")
        self.save = _button(f"save_pair_matrix_{letter.lower()}_button")
        for button, name in (
            (self.copy, _("Copy the matrix of {letter}")),
            (self.save, _("Save the matrix of {letter} as PNG")),
        ):
            button.setAccessibleName(name.format(letter=letter))
            button.setToolTip(name.format(letter=letter))
        self.copy.clicked.connect(self._on_copy)
        self.save.clicked.connect(self._on_save)

    def show_side(self, side: Side | None) -> None:
        """Take another matrix; that of None cannot be copied."""
        self._side = side

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        for button, icon in ((self.copy, "copy"), (self.save, "save")):
            button.setIcon(themed_icon(icon, theme.text, theme.outline))

    def _picture(self, side: Side) -> QImage:
        """Return the matrix of a side that has one."""
        told = side.predictions
        if told is None:
            raise ValueError("It is not known what this side said of the test images.")
        title = _("Confusion matrix of test images after epoch {epoch}") if told.epoch else ""
        return matrix_picture(
            told.confusion,
            told.info.class_names,
            self._theme,
            title=title.format(epoch=told.epoch),
            run=_whose(side),
        )

    @Slot()
    def _on_copy(self) -> None:
        if self._side is not None:
            QGuiApplication.clipboard().setImage(self._picture(self._side))
            self.saved.emit(
                _("The matrix was copied. Paste it into any program that takes images.")
            )

    @Slot()
    def _on_save(self) -> None:
        side = self._side
        if side is not None:
            stem = file_stem(side.title, "run")
            epoch = f"_epoch_{side.epochs}" if side.epochs else ""
            self.ask(
                title=_("Save matrix as PNG"),
                suggestion=f"{stem}_test{epoch}_matrix.png",
                content=partial(self._as_png, side),
                done=_("The confusion matrix was saved"),
            )

    def _as_png(self, side: Side) -> bytes:
        return png_bytes(self._picture(side))


def _whose(side: Side) -> str:
    """Say which run a side is, and its recipe; of a file its name."""
    if side.is_file:
        return side.name
    record = side.runs[0].record
    words = pgettext("run and recipe", "{name}: {recipe}")
    return words.format(name=record.name, recipe=recipe_text(record.config))


def _button(object_name: str) -> QToolButton:
    button = identify(QToolButton(autoRaise=True), object_name)
    button.setMinimumSize(3 * SPACING, 3 * SPACING)
    return button
