"""Asks for a file or a folder to be opened, without holding up the program."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.qt_words import name_fields
from lenet_desktop.ui.kit.saving import SaveFolder


def ask_for_file(
    window: QWidget,
    folder: SaveFolder,
    chosen: Callable[[Path], object],
    *,
    title: str,
    object_name: str,
    kind: str,
) -> None:
    """Let somebody choose a file; returns at once.

    Args:
        window: above which the dialog stands.
        folder: where it begins; the next one begins where the file is.
        chosen: takes the file.
        title: what the dialog is headed with.
        object_name: what other programs find it by.
        kind: what the files are called, with their suffix, as in "Runs (*.zip)".
    """

    def take(path: Path) -> None:
        folder.path = path.parent
        chosen(path)

    dialog = _OpeningDialog(window, title, folder.path, object_name, take)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([kind, _("All files (*)")])
    dialog.open()


def ask_for_folder(
    window: QWidget, start: Path, chosen: Callable[[Path], object], *, title: str, object_name: str
) -> None:
    """Let somebody choose a folder, beginning with another one; returns at once."""
    dialog = _OpeningDialog(window, title, start, object_name, chosen)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.open()


class _OpeningDialog(QFileDialog):
    def __init__(
        self,
        window: QWidget,
        title: str,
        start: Path,
        object_name: str,
        chosen: Callable[[Path], object],
    ) -> None:
        super().__init__(window, title, str(start))
        self.setObjectName(object_name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name_fields(self)
        self._chosen = chosen
        self.fileSelected.connect(self._on_file_selected)

    @Slot(str)
    def _on_file_selected(self, name: str) -> None:
        self._chosen(Path(name))
