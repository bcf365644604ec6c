"""Says which runs were deleted, as long as that can be undone."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from lenet_desktop.text.wording import tip
from lenet_desktop.ui.kit.icons import themed_icon
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.shortcuts import Shortcut
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme
from lenet_desktop.ui.runs.run_texts import deleted_text


class DeletedBar(QWidget):
    """A sentence and a button beside the note, so that nothing moves when it comes and goes."""

    undo_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("runs_deleted_bar")
        self._label = identify(QLabel(textFormat=Qt.TextFormat.PlainText), "runs_deleted_label")
        self.undo = QAction("Undo", self)
        self.undo.setShortcut(Shortcut.UNDO_DELETION.sequence)
        self.undo.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.undo.setToolTip(tip("Bring the deleted runs back (Ctrl+Z)"))
        self.undo.triggered.connect(self._on_undo_triggered)
        parent.addAction(self.undo)  # its keys count everywhere in the list
        self.undo_button = identify(QToolButton(), "runs_undo_button", "Undo the deletion")
        self.undo_button.setDefaultAction(self.undo)
        self.undo_button.setProperty("role", "chip")
        words = "Dismiss this message"
        self._dismiss = identify(
            QToolButton(autoRaise=True), "runs_dismiss_button", words, f"{words}."
        )
        self._dismiss.clicked.connect(self.clear)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        for widget in (self._label, self.undo_button, self._dismiss):
            layout.addWidget(widget)
        self.show_theme(LIGHT)
        self.clear()

    @property
    def text(self) -> str:
        """The sentence shown, empty when there is none."""
        return self._label.text()

    def show_deleted(self, names: Sequence[str]) -> None:
        """Say which runs were deleted; nothing for none."""
        if not names:
            self.clear()
            return
        self._label.setText(deleted_text(names))
        self.undo.setEnabled(True)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self._label, QAccessible.Event.Alert))

    @Slot()
    def clear(self) -> None:
        """Hide the bar; nothing can be undone any more."""
        self._label.clear()
        self.undo.setEnabled(False)
        self.hide()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._dismiss.setIcon(themed_icon("close", theme.muted))

    @Slot()
    def _on_undo_triggered(self) -> None:
        self.clear()
        self.undo_requested.emit()
