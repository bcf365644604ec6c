"""What can be done with runs: every command with its words, keys, explanation and conditions."""

import sys
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.settings.config_differences import without_seed
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.ui.kit.actions import with_keys
from lenet_desktop.ui.kit.naming import without_mnemonic
from lenet_desktop.ui.kit.shortcuts import Shortcut
from lenet_desktop.ui.runs.run_exports import RunExportMenu, allow, why_active, why_no_epoch
from lenet_desktop.ui.runs.run_groups import is_group
from lenet_desktop.ui.runs.seeds_menu import SeedsMenu

_NONE = marked("Select a run first.")
_SEVERAL = marked("Select one run only.")


class RunActions(QObject):
    """The actions for the menu, the buttons and the keys of the list; they all agree."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._explanations: dict[QAction, str] = {}
        self.open = self._add(
            pgettext("run", "&Open"),
            _("Show the run's curves and images in the window."),
            Shortcut.OPEN_RUN,
        )
        self.go_on = self._add(_("&Continue"), _("Go on with the run from where it was last kept."))
        self.copy_settings = self._add(
            _("Copy &settings into the form"),
            _("Set the form to the run's settings, for a new run."),
        )
        self.copy_settings.setIconText(_("Copy settings"))
        self.rename = self._add(_("&Rename"), _("Give the run another name."), Shortcut.RENAME_RUN)
        self.edit_note = self._add(
            _("Edit &note"), _("Write down what you found out about the run.")
        )
        self.star = self._add(
            _("S&tar"), _("Give the selected runs a star, or take it away."), Shortcut.STAR_RUN
        )
        self.compare = self._add(
            _("Com&pare"),
            _(
                "See which of two runs is better and whether that could be chance: select two, "
                "with Ctrl held down, or one to be compared with the open run or model."
            ),
        )
        self.compare.setIconText(_("Compare"))
        self.copy_code = self._add(
            _("Copy as P&yTorch code"),
            _("Copy a short program that trains with the run's settings."),
        )
        self.import_run = self._add(
            _("I&mport a run…"), _("Add a run that was exported as a zip file.")
        )
        self.import_run.setIconText(_("Import…"))
        self.delete = self._add(
            _("&Delete"), _("Delete the selected runs; this can be undone."), Shortcut.DELETE_RUN
        )
        if sys.platform == "darwin":  # where the key that is called delete is Backspace
            self.delete.setShortcuts([QKeySequence("Del"), QKeySequence("Backspace")])
        self.export_menu = RunExportMenu(_("&Export"), parent)
        self.exports = self.export_menu.exports
        export = self.export_menu.menuAction()
        export.setIconText(without_mnemonic(export.text()))
        self._explanations[export] = _("Save the run for other programs and machines.")
        self.repeat_menu = SeedsMenu("run_repeat_menu", parent)
        self._explanations[self.repeat_menu.menuAction()] = _(
            "Train the run's recipe with further seeds, to see how much of it is chance."
        )
        self.show_selection((), None)

    @property
    def with_keys(self) -> list[QAction]:
        """The actions that the table calls by their keys."""
        return [action for action in self._explanations if action.shortcuts()]

    def make_menu(self, parent: QWidget) -> QMenu:
        """Return a menu of all actions."""
        menu = QMenu(parent, toolTipsVisible=True)
        menu.addActions([self.open, self.go_on, self.copy_settings])
        menu.addMenu(self.repeat_menu)
        menu.addSeparator()
        menu.addActions([self.rename, self.edit_note, self.star])
        menu.addSeparator()
        menu.addAction(self.compare)
        menu.addAction(self.copy_code)
        menu.addMenu(self.export_menu)
        menu.addSeparator()
        menu.addActions([self.import_run, self.delete])
        return menu

    def show_selection(
        self,
        records: Sequence[RunRecord],
        open_id: int | None,
        runs: Sequence[RunRecord] | None = None,
        *,
        is_file_shown: bool = False,
    ) -> None:
        """Offer what the selected rows allow, and say of the rest why it is not offered.

        Args:
            records: the rows, which may be those of sweeps.
            open_id: the open run.
            runs: the runs that they stand for; the rows themselves by default.
            is_file_shown: whether a network from a file is open in place of a run.
        """
        alone = _why_not_one(records)
        is_sweep = not alone and is_group(records[0])
        one = alone or (_("Select one of its runs.") if is_sweep else "")
        idle = one or why_active(records[0])
        is_open = not one and records[0].id == open_id
        self.open.setText(_("&Open the sweep") if is_sweep else pgettext("run", "&Open"))
        self.open.setIconText(pgettext("run", "Open"))
        self._allow(self.open, alone or (_("The run is open already.") if is_open else ""))
        self._allow(self.go_on, idle or _why_not_continued(records[0]))
        self._allow(self.rename, alone)
        for action in (self.copy_settings, self.edit_note, self.copy_code):
            self._allow(action, one)
        self._allow(self.repeat_menu.menuAction(), one)
        self._allow(self.star, "" if records else _(_NONE))
        self._allow(self.delete, _why_not_deleted(records))
        compared = records if runs is None else runs
        obstacle = why_not_compared(compared, open_id, is_file_shown=is_file_shown)
        self._allow(self.compare, obstacle)
        self.export_menu.offer(None if one else records[0], one)
        self._allow(self.export_menu.menuAction(), one)
        starred = bool(records) and all(record.starred for record in records)
        self.star.setText(_("Remove the s&tar") if starred else _("S&tar"))

    def _add(self, text: str, explanation: str, shortcut: Shortcut | None = None) -> QAction:
        action = QAction(text, self)
        action.setIconText(without_mnemonic(text))
        if shortcut is not None:
            action.setShortcut(shortcut.sequence)
            # The table calls it; as a shortcut of a mere object it never fires by itself.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._explanations[action] = explanation
        self._allow(action, "")
        return action

    def _allow(self, action: QAction, obstacle: str) -> None:
        """Offer an action, or say in its tool tip what stands in its way."""
        allow(action, with_keys(self._explanations[action], action), obstacle)


def _why_not_one(records: Sequence[RunRecord]) -> str:
    if not records:
        return _(_NONE)
    return _(_SEVERAL) if len(records) > 1 else ""


def _why_not_continued(record: RunRecord) -> str:
    diverged = record.status is RunStatus.DIVERGED
    return _("Its weights are no numbers any more.") if diverged else ""


def _why_not_deleted(records: Sequence[RunRecord]) -> str:
    if not records:
        return _(_NONE)
    active = any(record.status.is_active for record in records)
    return _("A run that is going on cannot be deleted.") if active else ""


def why_not_compared(
    records: Sequence[RunRecord], open_id: int | None, *, is_file_shown: bool = False
) -> str:
    """Say why runs cannot be compared; nothing where they can.

    Args:
        records: the runs that are selected; one stands for it and what is open.
        open_id: the open run.
        is_file_shown: whether a network from a file is open in place of a run.
    """
    if not records:
        return _(_NONE)
    unborn = next(filter(None, map(why_no_epoch, records)), "")
    if unborn:
        return unborn
    if len(records) == 1 and open_id is None and not is_file_shown:
        return _("Select two runs, or open one.")
    if len(records) == 1 and records[0].id == open_id:
        return _("It is the open run. Select another one.")
    recipes = {without_seed(record.config) for record in records}
    if len(records) > 2 and len(recipes) != 2:
        return _("Select two runs, or the runs of two recipes.")
    return ""
