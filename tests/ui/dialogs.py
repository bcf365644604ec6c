"""Dialogs that ask where to save, as a person answers them."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.gallery.exporter import GalleryExporter
from lenet_desktop.ui.kit.saving import SaveDialog
from lenet_desktop.ui.training.plot_export import PlotExport


def dialog_of(asking: QObject) -> SaveDialog:
    """Return the one dialog that is open above a window, or above what belongs to one."""
    part = asking if isinstance(asking, QWidget) else asking.parent()
    assert isinstance(part, QWidget)
    (dialog,) = part.window().findChildren(SaveDialog)
    assert isinstance(dialog, SaveDialog)
    assert dialog.isVisible()
    return dialog


def save(qtbot: QtBot, export: GalleryExporter | PlotExport, action: QAction, path: Path) -> str:
    """Trigger an action, choose a file and return the sentence about success."""
    action.trigger()
    dialog = dialog_of(export)
    dialog.selectFile(str(path))
    with qtbot.waitSignal(dialog.destroyed), qtbot.waitSignal(export.saved) as saved:
        dialog.accept()
    return str(saved.args[0])


def answer_question(answer: QMessageBox.StandardButton) -> None:
    """Answer whether a file may be replaced."""
    question = QApplication.activeModalWidget()
    assert isinstance(question, QMessageBox)
    question.button(answer).click()
