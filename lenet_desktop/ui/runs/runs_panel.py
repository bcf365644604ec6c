"""The list of runs with its search, its commands and the note on the selected run."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.theme import SPACING, Theme
from lenet_desktop.ui.runs.list_bar import ListBar, ListNotice
from lenet_desktop.ui.runs.list_foot import DeletedBar, NoteLine
from lenet_desktop.ui.runs.run_actions import RunActions
from lenet_desktop.ui.runs.run_exports import ExportKind
from lenet_desktop.ui.runs.run_filter import RunFilter
from lenet_desktop.ui.runs.run_groups import is_group
from lenet_desktop.ui.runs.run_table import RunTable
from lenet_desktop.ui.runs.run_table_model import RunTableModel


class RunsPanel(QWidget):
    """Shows runs and says what is wanted of them; changes none of them itself.

    A new name, note or star shows once `update_record` or `set_records` brings it.

    Args:
        now: returns the present moment in seconds since 1970.
    """

    opened = Signal(int)
    continue_requested = Signal(int)
    settings_requested = Signal(int)
    renamed = Signal(int, str)
    note_changed = Signal(int, str)
    starred = Signal(int, bool)
    delete_requested = Signal(list)  # list[int], from the top
    undo_requested = Signal()
    selection_changed = Signal(list)  # list[int], from the top
    compare_requested = Signal(list)  # list[int], from the top; one for it and the open run
    export_requested = Signal(int, object)  # ExportKind
    import_requested = Signal()
    repeat_requested = Signal(int, int)  # a run, and with how many further seeds
    code_requested = Signal(int)

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        super().__init__()
        identify(self, "runs_panel", _("Runs"))
        self._open_id: int | None = None
        self._is_file_shown = False
        self._selected: list[int] = []
        self._is_changing = False
        self._build(now)
        self._lay_out()
        self._connect()
        self._connect_actions()
        self._refresh()

    @property
    def selected_ids(self) -> list[int]:
        """The selected runs, from the top; below 0 the rows of sweeps."""
        return list(self._selected)

    def set_records(
        self, records: Iterable[RunRecord], groups: Mapping[int, str] | None = None
    ) -> None:
        """Show exactly these runs; the selection, the current row and the place in sight stay.

        Args:
            records: the runs, and the rows of sweeps.
            groups: what the sweeps vary, by the numbers of their rows.
        """
        with self._change(), self.table.kept_in_place():
            self.model.set_records(records, groups)

    def update_record(self, record: RunRecord) -> None:
        """Show what is new of a run; one that is not in the list comes into it."""
        with self._change(), self.table.kept_in_place():
            self.model.update_record(record)

    def select(self, ids: Sequence[int]) -> None:
        """Select runs, and none besides; a run that is not shown is passed over."""
        with self._change():
            self.table.select(ids)

    def show_open(self, run_id: int | None) -> None:
        """Mark the run that the window shows, None if it shows none of them."""
        self._open_id = run_id
        self.model.show_open(run_id)
        self._refresh()

    @Slot(object)
    def show_model(self, model: object | None) -> None:
        """Take in whether a network from a file is open, with which runs can be compared."""
        self._is_file_shown = model is not None
        self._refresh()

    def set_colours(self, colours: Mapping[int, QColor]) -> None:
        """Mark the compared runs with the colours of their curves, by their numbers."""
        self.model.set_colours(colours)
        self.table.leave_room_for_colours(bool(colours))

    def set_letters(self, letters: Mapping[int, str]) -> None:
        """Mark two runs that are compared as A and B, by their numbers."""
        self.model.set_letters(letters)

    def show_deleted(self, names: Sequence[str]) -> None:
        """Say which runs were deleted and offer to bring them back; nothing for none."""
        self.deleted.show_deleted(names)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.model.show_theme(theme)
        self.deleted.show_theme(theme)

    def _build(self, now: Callable[[], float]) -> None:
        self.model = RunTableModel(recipe_text, self, now=now)
        self.runs = RunFilter(self.model, self)
        self.table = RunTable(self.runs)
        self.commands = RunActions(self)
        self.table.use_keys(self.commands.with_keys)
        self.menu = identify(self.commands.make_menu(self), "runs_menu", _("Runs"))
        self.bar = ListBar(self.commands)
        self.notice = ListNotice()
        self.pages = QStackedWidget()
        self.note = NoteLine()
        self.deleted = DeletedBar(self)

    def _lay_out(self) -> None:
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.notice)
        in_column(
            self.bar,
            (self.pages, 1),
            in_row(
                (self.note, 1), (self.deleted, 0, Qt.AlignmentFlag.AlignRight), spacing=2 * SPACING
            ),
            spacing=SPACING // 2,
            on=self,
        )

    def _connect(self) -> None:
        self.bar.search_changed.connect(self._on_search_changed)
        self.bar.left.connect(self._on_line_left)
        self.notice.clear_requested.connect(self._on_search_cleared)
        self.model.name_entered.connect(self._on_name_entered)
        self.table.row_opened.connect(self.commands.open.trigger)
        self.table.star_clicked.connect(self._on_star_clicked)
        self.table.customContextMenuRequested.connect(self._on_menu_requested)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.runs.layoutChanged.connect(self._on_selection_changed)  # it has another order now
        self.note.note_changed.connect(self._on_note_changed)
        self.note.left.connect(self._on_line_left)
        self.deleted.undo_requested.connect(self._on_undo_requested)

    def _connect_actions(self) -> None:
        commands = self.commands
        self._intentions = {
            commands.open: self.opened,
            commands.go_on: self.continue_requested,
            commands.copy_settings: self.settings_requested,
            commands.copy_code: self.code_requested,
        }
        for action in self._intentions:
            action.triggered.connect(self._on_command_triggered)
        commands.compare.triggered.connect(self._on_compare_triggered)
        commands.export_menu.chosen.connect(self._on_export_chosen)
        commands.repeat_menu.chosen.connect(self._on_repeat_chosen)
        commands.rename.triggered.connect(self._on_rename_triggered)
        commands.edit_note.triggered.connect(self.note.begin)
        commands.star.triggered.connect(self._on_star_triggered)
        commands.delete.triggered.connect(self._on_delete_triggered)
        commands.import_run.triggered.connect(self.import_requested)

    @contextmanager
    def _change(self) -> Iterator[None]:
        """Change what is shown, and look at what became of the selection once, at the end."""
        self._is_changing = True
        try:
            yield
        finally:
            self._is_changing = False
        self._refresh()

    def _refresh(self) -> None:
        """Show what the rows and the selection amount to."""
        ids = self.table.selected_ids
        records = self._records(ids)
        runs = self._records(self._runs_of(ids))
        self.commands.show_selection(
            records, self._open_id, runs, is_file_shown=self._is_file_shown
        )
        if len(records) == 1 and not is_group(records[0]):
            self.note.show_note(records[0].id, records[0].note)
        else:
            self.note.show_note(None, several=bool(records))
        self._show_page(len(ids))
        if ids != self._selected:
            self._selected = ids
            self.selection_changed.emit(self._runs_of(ids))

    def _show_page(self, selected: int) -> None:
        """Show the rows, or why there are none."""
        shown, kept = self.runs.rowCount(), len(self.model.records)
        self.bar.show_count(self.runs.found, kept, selected)
        self.note.setVisible(kept > 0)
        if kept:
            self.notice.show_no_match(self.bar.search.text())
        else:
            self.notice.show_empty()
        page = self.table if shown else self.notice
        if page is self.pages.currentWidget():
            return
        had_keyboard = self.pages.isAncestorOf(QApplication.focusWidget() or self)
        self.pages.setCurrentWidget(page)
        if had_keyboard:  # or it would go wherever the tab order leads
            way_out = self.notice.button if kept else self.bar.button(self.commands.import_run)
            (self.table if shown else way_out).setFocus()

    def _runs_of(self, ids: Sequence[int]) -> list[int]:
        """Return runs, with those of the sweeps among them in place of these, each once."""
        runs = ([number] if number > 0 else self.model.runs_under(number) for number in ids)
        return list(dict.fromkeys(chain.from_iterable(runs)))

    def _records(self, ids: Sequence[int]) -> list[RunRecord]:
        rows = (self.model.row_of(run_id) for run_id in ids)
        return [self.model.record_at(row) for row in rows if row is not None]

    @Slot()
    def _on_selection_changed(self) -> None:
        if not self._is_changing:
            self._refresh()

    @Slot(str)
    def _on_search_changed(self, search: str) -> None:
        with self._change():
            self.runs.set_search(search)

    @Slot()
    def _on_search_cleared(self) -> None:
        self.bar.search.clear()
        self.table.setFocus()

    @Slot()
    def _on_line_left(self) -> None:
        if self.runs.rowCount():
            self.table.setFocus()

    @Slot(QPoint)
    def _on_menu_requested(self, place: QPoint) -> None:
        self.menu.popup(self.table.viewport().mapToGlobal(place))

    @Slot()
    def _on_command_triggered(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and len(self._selected) == 1:
            self._intentions[action].emit(self._selected[0])

    @Slot(object)
    def _on_export_chosen(self, kind: ExportKind) -> None:
        if len(self._selected) == 1:
            self.export_requested.emit(self._selected[0], kind)

    @Slot()
    def _on_compare_triggered(self) -> None:
        self.compare_requested.emit(self._runs_of(self._selected))

    @Slot(int)
    def _on_repeat_chosen(self, seeds: int) -> None:
        if len(self._selected) == 1:
            self.repeat_requested.emit(self._selected[0], seeds)

    @Slot()
    def _on_rename_triggered(self) -> None:
        if len(self._selected) == 1:
            self.table.edit_name(self._selected[0])

    @Slot(int, str)
    def _on_name_entered(self, run_id: int, name: str) -> None:
        self.renamed.emit(run_id, name)
        self.table.scrollTo(self.runs.index_of(run_id))  # it may have been sorted elsewhere

    @Slot(int, str)
    def _on_note_changed(self, run_id: int, note: str) -> None:
        if self.model.row_of(run_id) is not None:  # it may be gone since
            self.note_changed.emit(run_id, note)

    @Slot(int)
    def _on_star_clicked(self, run_id: int) -> None:
        for record in self._records([run_id]):
            self.starred.emit(run_id, not record.starred)

    @Slot()
    def _on_star_triggered(self) -> None:
        records = self._records(self._selected)
        gives = not all(record.starred for record in records)
        for record in records:
            if record.starred is not gives:
                self.starred.emit(record.id, gives)

    @Slot()
    def _on_delete_triggered(self) -> None:
        self.delete_requested.emit(list(self._selected))

    @Slot()
    def _on_undo_requested(self) -> None:
        self._on_line_left()
        self.undo_requested.emit()
