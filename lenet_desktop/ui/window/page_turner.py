"""Brings into sight the page on which something is to be seen, and the keyboard with it."""

from PySide6.QtCore import QObject, Slot

from lenet_desktop.data.images import Split
from lenet_desktop.ui.kit.page import LeavablePage
from lenet_desktop.ui.picture.picture_page import PicturePage
from lenet_desktop.ui.window.assembled_window import AssembledWindow
from lenet_desktop.ui.window.workspaces import Workspace


class PageTurner(QObject):
    """Belongs to the main window, and hears of what happens after whoever does something about it.

    Args:
        window: the main window, assembled.
    """

    def __init__(self, window: AssembledWindow) -> None:
        super().__init__(window)
        self._window = window
        self._chosen_run: int | None = None  # of the list, until a run is there
        window.workspaces.changed.connect(self._on_turned)
        self._connect_page(window.compare)
        window.sweeps_place.once_made(self._connect_page)
        window.picture_place.once_made(self._connect_picture)
        self._connect_wishes()
        self._connect_runs()
        self._rest_others(window.workspaces.current)

    def _connect_page(self, page: LeavablePage) -> None:
        page.left.connect(self._window.workspaces.go_back)

    def _connect_picture(self, page: PicturePage) -> None:
        self._connect_page(page)
        page.training_image_chosen.connect(self._on_training_image_chosen)

    def _connect_wishes(self) -> None:
        """Follow a person to images, curves and runs."""
        window, menus = self._window, self._window.menus
        menus.misclassified_toggled.connect(self._show_images)
        menus.view_reset_requested.connect(self._show_curves)
        menus.jump_requested.connect(self._on_jump_requested)
        window.mistakes.strip.image_chosen.connect(self._on_mistake_chosen)
        window.pair_comparer.images_shown.connect(self._show_images)
        window.models.opened.connect(self._show_images)
        if window.services.own is not None:
            window.services.own.show_requested.connect(self._show_images)
        window.run_services.settings_chosen.connect(self._show_curves)
        window.lessons.start_requested.connect(self._show_curves)
        window.rivals.list_wanted.connect(self._show_list)

    def _connect_runs(self) -> None:
        """Show a run that begins or is opened."""
        window, sweeps = self._window, self._window.sweep_services
        sweeps.form_requested.connect(self._show_curves)
        sweeps.page_requested.connect(self._on_sweeps_requested)
        sweeps.open_requested.connect(self._on_trial_opened)
        window.runs.opened.connect(self._on_run_chosen)
        window.session.run_opened.connect(self._on_run_opened)
        window.launcher.begun.connect(self._on_begun)

    def _rest_others(self, workspace: Workspace) -> None:
        """Have nothing done for a page that is out of sight; one that comes into sight catches up.

        Args:
            workspace: the page in sight.
        """
        window, tries = self._window, workspace is Workspace.TRY
        window.services.go_away(workspace is not Workspace.EXPLORE)
        window.comparer.go_away(workspace is not Workspace.COMPARE)
        window.sweep_services.go_away(workspace is not Workspace.SWEEPS)
        window.picture_services.go_away(not tries)
        window.message_bar.keep_to(window.picture.inside if tries else None)

    @Slot(object)
    def _on_turned(self, workspace: Workspace) -> None:
        self._rest_others(workspace)
        if not self._window.workspaces.tabs.hasFocus():  # where the arrow keys lead on to the next
            self._lead_home()

    def _lead_home(self) -> None:
        """Lead the keyboard to where it belongs on the page in sight."""
        window = self._window
        if window.workspaces.current is Workspace.SWEEPS:
            window.sweeps.focus()
        elif window.workspaces.current is Workspace.COMPARE:
            window.compare.focus()
        else:
            homes = window.homes.items()
            next(home for page, home in homes if page.isVisibleTo(window)).setFocus()

    @Slot()
    def _show_curves(self) -> None:
        self._window.workspaces.show(Workspace.TRAIN)

    @Slot()
    def _show_images(self) -> None:
        self._window.workspaces.show(Workspace.EXPLORE)

    @Slot()
    def _show_list(self) -> None:
        self._window.workspaces.show(Workspace.COMPARE)

    @Slot()
    def _on_begun(self) -> None:
        """Show how a run learns, unless a person looks at its images or tries a picture."""
        if self._window.workspaces.current in (Workspace.COMPARE, Workspace.SWEEPS):
            self._show_curves()

    @Slot(int)
    def _on_run_chosen(self, run_id: int) -> None:
        self._chosen_run = run_id

    @Slot()
    def _on_run_opened(self) -> None:
        """Show the run that a person chose from the list, once it is there."""
        chosen, self._chosen_run = self._chosen_run, None
        if chosen is not None and chosen == self._window.session.run_id:
            self._show_curves()

    @Slot(bool)
    def _on_sweeps_requested(self, is_wanted: bool) -> None:
        if is_wanted:
            self._window.workspaces.show(Workspace.SWEEPS)
        else:
            self._window.workspaces.go_back()

    @Slot(int)
    def _on_trial_opened(self, run_id: int) -> None:
        self._show_curves()
        self._window.run_opener.open_run(run_id)

    @Slot()
    def _on_jump_requested(self) -> None:
        self._show_images()
        self._window.gallery.filters.enter_number()

    @Slot(int)
    def _on_training_image_chosen(self, number: int) -> None:
        self._show_images()
        self._window.gallery.state.go_to(number, Split.TRAIN)

    @Slot(int)
    def _on_mistake_chosen(self, number: int) -> None:
        self._show_images()
        self._window.gallery.state.look_at(None)  # the strip is of the newest epoch
        self._window.gallery.state.go_to(number, Split.TEST)
