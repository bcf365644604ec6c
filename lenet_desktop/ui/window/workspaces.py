"""The pages that share the window, one for each thing that a person does in it."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QTabBar, QWidget

from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.kit.actions import with_keys
from lenet_desktop.ui.kit.layout import PageArea
from lenet_desktop.ui.kit.naming import identify
from lenet_desktop.ui.kit.shortcuts import Shortcut


@dataclass(frozen=True, slots=True)
class _Words:
    """What a page is for, its action and its keys, the second of which are older."""

    object_name: str
    explanation: str
    keys: tuple[Shortcut, ...]


class Workspace(Enum):
    """A page of the window."""

    TRAIN = _Words(
        "train_action",
        marked("Set up a run, and watch its curves and its worst mistakes"),
        (Shortcut.TRAIN,),
    )
    EXPLORE = _Words(
        "explore_action",
        marked("Look at the images, at what they are taken for, and into the network"),
        (Shortcut.EXPLORE,),
    )
    COMPARE = _Words(
        "compare_action",
        marked("Every run that was trained, to compare, open and continue"),
        (Shortcut.COMPARE, Shortcut.RUNS),
    )
    SWEEPS = _Words(
        "many_runs_action",
        marked("Let recipes race, and see which difference between them is real"),
        (Shortcut.SWEEPS, Shortcut.MANY_RUNS),
    )
    TRY = _Words(
        "try_picture_action",
        marked("Draw or open a picture, and see what the network says"),
        (Shortcut.TRY, Shortcut.TRY_PICTURE),
    )

    @property
    def title(self) -> str:
        """What it is called, as its tab says."""
        return {
            Workspace.TRAIN: pgettext("page", "Train"),
            Workspace.EXPLORE: pgettext("page", "Explore"),
            Workspace.COMPARE: pgettext("page", "Compare"),
            Workspace.SWEEPS: pgettext("page", "Sweeps"),
            Workspace.TRY: pgettext("page", "Try"),
        }[self]


_PANELS = (Workspace.TRAIN, Workspace.EXPLORE)
"""The pages to which the others lead back."""


class _Tabs(QTabBar):
    """Shows that it has the keyboard, which a style sheet keeps from being seen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tabs, and a frame around the one from which the arrow keys go on."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().highlight().color(), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self.tabRect(self.currentIndex()).adjusted(2, 1, -3, -4))


class Workspaces(QObject):
    """Shows one page at a time; its tabs, its actions and the keys of these choose which.

    Attributes:
        tabs: for the top of the window.
        stack: the pages.
        actions: by their pages, each checked while its page is in sight.
    """

    changed = Signal(object)  # Workspace

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tabs = identify(_Tabs(), "workspace_tabs", _("Workspaces"))
        self.tabs.setProperty("role", "workspaces")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stack = QStackedWidget()
        self.actions: dict[Workspace, QAction] = {}
        self._order: list[Workspace] = []
        self._group = QActionGroup(self)
        self._panel = Workspace.TRAIN

    def add(self, workspace: Workspace, page: QWidget) -> None:
        """Add a page behind those there are; the first is in sight."""
        words, place = workspace.value, len(self._order)
        self._order.append(workspace)
        self.stack.addWidget(PageArea(page))
        action = QAction(f"&{place + 1}  {workspace.title}", self, checkable=True)
        action.setIconText(workspace.title)
        action.setObjectName(words.object_name)
        action.setShortcuts([each.sequence for each in words.keys])
        action.setAutoRepeat(False)
        explanation = with_keys(_(words.explanation), action)
        action.setToolTip(explanation)
        action.setChecked(not place)
        action.triggered.connect(self._on_triggered)
        self._group.addAction(action)
        self.actions[workspace] = action
        if not place:
            self.tabs.currentChanged.connect(self._on_tab_changed)
        self.tabs.addTab(workspace.title)
        self.tabs.setTabToolTip(place, tip(explanation))

    def fill_menu(self, menu: QMenu) -> None:
        """Put the actions into a menu, before what it has."""
        first = menu.actions()[0]
        menu.insertActions(first, list(self.actions.values()))
        menu.insertSeparator(first)

    @property
    def current(self) -> Workspace:
        """The page in sight."""
        return self._order[self.stack.currentIndex()]

    def show(self, workspace: Workspace) -> None:
        """Bring a page into sight, and let the keyboard go there."""
        self.tabs.clearFocus()
        self.tabs.setCurrentIndex(self._order.index(workspace))

    @Slot()
    def go_back(self) -> None:
        """Bring the curves or the images back into sight, whichever were there last."""
        self.show(self._panel)

    @Slot()
    def _on_triggered(self) -> None:
        self.show(next(each for each, action in self.actions.items() if action.isChecked()))

    @Slot(int)
    def _on_tab_changed(self, place: int) -> None:
        if place == self.stack.currentIndex():
            return
        self.stack.setCurrentIndex(place)
        if self.current in _PANELS:
            self._panel = self.current
        self.actions[self.current].setChecked(True)
        self.changed.emit(self.current)
