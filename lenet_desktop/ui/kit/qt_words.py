"""Qt's own words, as those of its buttons and menus, in the language that is spoken."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from lenet_desktop.text.language import SOURCE, language


def speak_of_qt(app: QCoreApplication) -> None:
    """Have Qt speak the language that is spoken, before the first window is made.

    Its source is English, and it stays so where an installation lacks the translation.
    """
    if language() == SOURCE:
        return
    words = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load(QLocale(language()), "qtbase", "_", folder):
        app.installTranslator(words)
