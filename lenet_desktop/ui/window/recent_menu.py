"""The menu of what was open last: runs by their names, models by their files."""

import json
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import tip

log = logging.getLogger(__name__)

_KEY = "recent/opened"
_MOST = 10
_RUN, _MODEL = "run", "model"
Item = tuple[str, str, str]
"""What it is, which one, and for a run the folder in whose list it is."""


class RecentMenu(QObject):
    """Remembers what was opened, the newest first; what is gone by now is not offered.

    Args:
        menu: is filled anew whenever it is opened.
        settings: where it is remembered.
        folder: where runs are kept: the numbers of runs hold there alone.
        name_of: what a run is called, None of one that is not in the list.
    """

    run_chosen = Signal(int)
    model_chosen = Signal(object)  # Path

    def __init__(
        self,
        menu: QMenu,
        settings: QSettings,
        folder: Path | None,
        name_of: Callable[[int], str | None],
    ) -> None:
        super().__init__(menu)
        self._menu, self._settings = menu, settings
        self._folder, self._name_of = str(folder or ""), name_of
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.refresh)

    def note_run(self, run_id: int) -> None:
        """Remember a run that is open."""
        self._note((_RUN, str(run_id), self._folder))

    def note_model(self, path: Path) -> None:
        """Remember a model that is open."""
        self._note((_MODEL, str(path.absolute()), ""))

    @Slot()
    def refresh(self) -> None:
        """Offer what is still there."""
        self._menu.clear()
        for item in self._items():
            offered = self._offer(item)
            if offered is not None:
                self._menu.addAction(offered)
        if self._menu.isEmpty():
            self._menu.addAction(_("Nothing was opened yet")).setEnabled(False)
            return
        self._menu.addSeparator()
        self._menu.addAction(_("&Forget these")).triggered.connect(self._on_forget)

    def _offer(self, item: Item) -> QAction | None:
        kind, which, folder = item
        name = ""
        if kind == _RUN and folder == self._folder and which.isdigit():
            name = self._name_of(int(which)) or ""
            chosen = partial(self.run_chosen.emit, int(which))
            explanation = _("A run that is kept.")
        elif kind == _MODEL and Path(which).is_file():
            name = Path(which).name
            chosen = partial(self.model_chosen.emit, Path(which))
            explanation = which
        if not name:
            return None
        place = len(self._menu.actions()) + 1
        action = QAction(f"&{place % _MOST}  {name.replace('&', '&&')}", self._menu)
        action.setToolTip(tip(explanation))
        action.triggered.connect(chosen)
        return action

    def _note(self, item: Item) -> None:
        items = self._items()
        if items[:1] != [item]:
            self._write([item, *(each for each in items if each != item)][:_MOST])

    def _items(self) -> list[Item]:
        text = self._settings.value(_KEY)
        try:
            found = json.loads(text) if isinstance(text, str) else []
            return [(str(kind), str(which), str(folder)) for kind, which, folder in found]
        except (ValueError, TypeError):
            log.warning("What was opened last cannot be read: %s", text)
            return []

    def _write(self, items: list[Item]) -> None:
        self._settings.setValue(_KEY, json.dumps(items))

    @Slot()
    def _on_forget(self) -> None:
        self._write([])
