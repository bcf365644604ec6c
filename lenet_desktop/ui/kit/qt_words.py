"""Qt's own words, as those of its buttons and menus, in the language that is spoken."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QFileDialog

from lenet_desktop.text.language import SOURCE, _, language

_NAME = "words_of_qt"


def speak_of_qt(app: QCoreApplication) -> None:
    """Have Qt speak the language that is spoken from now on, before a window is made.

    Its source is English, and it stays so where an installation lacks the translation.
    """
    for earlier in app.findChildren(QTranslator, _NAME):
        app.removeTranslator(earlier)
        earlier.deleteLater()
    if language() == SOURCE:
        return
    words = QTranslator(app)
    words.setObjectName(_NAME)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load(QLocale(language()), "qtbase", "_", folder):
        app.installTranslator(words)


def name_fields(dialog: QFileDialog) -> None:
    """Have a dialog that Qt draws itself say what Qt's translations lack."""
    dialog.setLabelText(QFileDialog.DialogLabel.LookIn, _("&Look in:"))
    dialog.setLabelText(QFileDialog.DialogLabel.FileType, _("Files of &type:"))
