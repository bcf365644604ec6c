"""The list of sweeps: what each is called, where it stands and what it varies."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from lenet_desktop.sweeps.records import SweepRecord
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import tidied, tip
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, steady_figures
from lenet_desktop.ui.runs.run_groups import varied_text
from lenet_desktop.ui.sweeps.sweep_words import state_text

_ID = Qt.ItemDataRole.UserRole


class SweepList(QListWidget):
    """Three lines for each sweep, the newest first; the chosen one is shown beside it."""

    chosen = Signal(int)  # its number
    delete_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, "sweeps_list", _("Sweeps"))
        self.setFont(steady_figures(self.font()))
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._on_current_changed)
        follow_font(self, self._fit_rows)

    @property
    def chosen_id(self) -> int | None:
        """The sweep that is chosen, None without one."""
        item = self.currentItem()
        return None if item is None else int(item.data(_ID))

    def show_sweeps(self, sweeps: Sequence[SweepRecord]) -> None:
        """Show exactly these sweeps; the chosen one stays so."""
        ids = [self.item(row).data(_ID) for row in range(self.count())]
        if ids != [sweep.id for sweep in sweeps]:
            kept = self.chosen_id
            self.blockSignals(True)
            self.clear()
            for sweep in sweeps:
                item = QListWidgetItem()
                item.setData(_ID, sweep.id)
                self.addItem(item)
                if sweep.id == kept:
                    self.setCurrentItem(item)
            self.blockSignals(False)
        for row, sweep in enumerate(sweeps):
            self._describe(self.item(row), sweep)
        some = Qt.FocusPolicy.StrongFocus if sweeps else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(some)  # an empty one could not show that it has the keyboard

    def choose(self, sweep_id: int | None) -> None:
        """Choose a sweep; None for none."""
        for row in range(self.count()):
            if self.item(row).data(_ID) == sweep_id:
                self.setCurrentRow(row)
                return
        self.setCurrentRow(-1)

    def sizeHint(self) -> QSize:
        """Ask for a few words' width."""
        return QSize(self.fontMetrics().averageCharWidth() * 26, super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete on Del, or move."""
        if event.key() == Qt.Key.Key_Delete and self.chosen_id is not None:
            self.delete_requested.emit(self.chosen_id)
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim Del before the window's shortcuts see it."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Delete
        ):
            event.accept()
            return True
        return super().event(event)

    def _describe(self, item: QListWidgetItem, sweep: SweepRecord) -> None:
        name, state, varied = tidied(sweep.name), state_text(sweep), varied_text(sweep)
        text = f"{name}\n{state}\n{varied}"
        if item.text() != text:
            item.setText(text)
            head = _("{name}  ({state})").format(name=name, state=state)
            spoken = _("{sweep}: {varied}").format(sweep=head, varied=varied)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            item.setToolTip(tip(spoken))
            self._fit_rows()

    def _fit_rows(self) -> None:
        for row in range(self.count()):
            # Letters of another font, as Chinese ones, make a line higher than the list's own.
            lines = self.fontMetrics().size(0, self.item(row).text())
            self.item(row).setSizeHint(QSize(0, lines.height() + SPACING))

    @Slot(QListWidgetItem, QListWidgetItem)
    def _on_current_changed(self, item: QListWidgetItem | None, _before: object = None) -> None:
        if item is not None:
            self.chosen.emit(int(item.data(_ID)))
