"""Assembles the window and routes between its parts."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from lenet_desktop.data.datasets import ImageSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.records import OpenedRun, UnkeptWork
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.rate_search_session import RateSearchSession
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.text.wording import quoted
from lenet_desktop.training.events import Event, PredictionsReady, RunStarted, StepsDone
from lenet_desktop.ui.comparison.comparison_panel import ComparisonPanel
from lenet_desktop.ui.comparison.run_comparer import RunComparer
from lenet_desktop.ui.comparison.run_comparison import RunComparison
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.kit.icons import application_icon
from lenet_desktop.ui.kit.message_bar import MessageBar, MessageKind
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.screen_fit import ScreenFit
from lenet_desktop.ui.kit.stacking_splitter import StackingSplitter
from lenet_desktop.ui.kit.staggered_painting import StaggeredPainting
from lenet_desktop.ui.kit.theme import Theme, ThemeController, ThemeMode
from lenet_desktop.ui.runs.runs_dock import RunsDock
from lenet_desktop.ui.runs.runs_panel import RunsPanel
from lenet_desktop.ui.services.gallery_services import GalleryServices
from lenet_desktop.ui.services.model_opener import JudgedModel, ModelOpener
from lenet_desktop.ui.services.run_messages import RunMessages
from lenet_desktop.ui.services.run_restart import RunRestart
from lenet_desktop.ui.services.run_services import RunServices
from lenet_desktop.ui.training.plot_export import PlotExport
from lenet_desktop.ui.training.rate_finder import RateFinder
from lenet_desktop.ui.training.training_panel import TrainingPanel
from lenet_desktop.ui.window.focus_keeper import FocusKeeper
from lenet_desktop.ui.window.help_window import HelpWindow
from lenet_desktop.ui.window.menus import MainMenus, MainToolBar
from lenet_desktop.ui.window.run_controls import RunControls
from lenet_desktop.ui.window.run_header import RunHeader
from lenet_desktop.ui.window.run_status import RunStatusBar
from lenet_desktop.ui.window.shortcut_guard import ShortcutGuard
from lenet_desktop.ui.window.window_memory import WindowMemory

TITLE = "LeNet Desktop"
STATUS_INTERVAL_MS = 200
"""Every repaint takes time from the trainer, and nobody reads figures faster than this."""


class MainWindow(QMainWindow):
    """Both panels side by side or stacked, with menus, tool bar, message bar and status bar."""

    images_shown = Signal()
    """The images are painted, as far as they are in sight."""
    closing = Signal()
    """Everything is remembered and the window is out of sight; all work is to be cut short."""
    closed = Signal()
    """The last word: whoever owns a thread ends it now."""

    def __init__(
        self, session: TrainingSession, settings: QSettings, marks_file: Path | None = None
    ) -> None:
        super().__init__()
        self._marks_file = marks_file
        self.setObjectName("main_window")
        self.setWindowTitle(TITLE)
        self.session = session
        self.rate_search = RateSearchSession(self)
        self._memory = WindowMemory(settings)
        self._themes = ThemeController(self)
        self._help: HelpWindow | None = None
        self._problem = ""  # with what was typed into the gallery
        self._open_name = ""  # of the run that is shown
        self._status_timer = QTimer(self, interval=STATUS_INTERVAL_MS, singleShot=True)
        self._status_timer.timeout.connect(self._on_status_due)
        self._build()
        self._lay_out()
        self._connect()
        self._restore()
        self._on_state_changed(session.state)

    def _build(self) -> None:
        self.setWindowIcon(application_icon())
        self.message_bar = MessageBar()
        self._restart = RunRestart(self.session, self)
        self._messages = RunMessages(self.message_bar, self._restart.restart, self._save_network)
        self.training = TrainingPanel()
        self.gallery = GalleryPanel()
        self.status = RunStatusBar()
        self.header = RunHeader()
        self.rate_finder = RateFinder(self.rate_search, self)
        self.controls = RunControls(self)
        self.tool_bar = MainToolBar(self.controls, self)
        folder = SaveFolder()
        self.services = GalleryServices(self.gallery, self, self._marks_file, folder)
        plots = self.training.plots
        self.plot_exports = [
            PlotExport(plots.loss, "Loss", plots.history, folder),
            PlotExport(plots.accuracy, "Accuracy", plots.history, folder),
        ]
        self.menus = MainMenus(self.menuBar(), self.controls, self)
        self.runs = RunsPanel(recipe_text)
        self.run_services = RunServices(self.runs, self.session, self, folder)
        self.run_opener = self.run_services.opener
        compared = ComparisonPanel()
        self.comparison = RunComparison(plots, compared, self)
        self.comparer = RunComparer(self.comparison, self.runs, self.session, self)
        self.models = ModelOpener(self, folder)
        self.dock = RunsDock(self.runs, compared, self)
        self.services.exporter.fill_menu(self.menus.export_menu)
        self.menus.view_menu.addAction(self.services.mark_action)
        self.menus.view_menu.addAction(self.dock.toggle)
        self.tool_bar.add_toggle(self.dock.toggle)
        self.splitter = StackingSplitter(self.training, self.gallery)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setSizes([540, 860])
        self._splitters = {
            "main": self.splitter,
            "training": self.training.splitter,
            "plots": self.training.plots,
            "gallery": self.gallery.splitter,
            "details": self.gallery.details,
        }

    def _lay_out(self) -> None:
        self.addToolBar(self.tool_bar)
        self.setStatusBar(self.status)
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.models.bar)
        layout.addWidget(self.splitter, 1)
        self.message_bar.lie_over(centre)
        self.setCentralWidget(centre)
        self.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        self.resize(1440, 900)
        ScreenFit(self)
        self._lead_keyboard()
        gallery, plots = self.gallery, self.training.plots
        of_gallery = (gallery.view, gallery.about_classes, gallery.about_image)
        self._painting = StaggeredPainting(self, (*of_gallery, plots.loss, plots.accuracy))
        gallery.filters.query_changed.connect(self._painting.hold)

    def _lead_keyboard(self) -> None:
        """Say who gets a key, and where the keyboard goes when its control is switched off."""
        grid, controls = self.gallery.view, self.controls
        self._guard = ShortcutGuard((self, self.dock), grid)
        takes_over: dict[QWidget, QWidget] = {
            controls.start_button: controls.pause_button,
            controls.continue_button: controls.pause_button,
        }
        self._focus = FocusKeeper(self, takes_over, [(self.dock, self.runs.table), (self, grid)])

    def _connect(self) -> None:
        self._themes.changed.connect(self._on_theme_changed)
        self.session.state_changed.connect(self._on_state_changed)
        self.session.event_received.connect(self._on_event_received)
        self.session.failed.connect(self.show_error)
        self.session.left_unkept.connect(self._on_left_unkept)
        self.controls.start_requested.connect(self._on_start_requested)
        self._restart.start_requested.connect(self._on_restart_requested)
        self.controls.pause_requested.connect(self.session.pause)
        self.controls.resume_requested.connect(self.session.resume)
        self.controls.stop_requested.connect(self.session.stop)
        self.controls.continue_requested.connect(self._on_continue_requested)
        self.training.form.rate_change_requested.connect(self.session.change_learning_rate)
        self.training.form.rate_search_requested.connect(self._on_rate_search_requested)
        self.rate_finder.rate_chosen.connect(self.training.form.learning_rate.set_value)
        self.closing.connect(self.rate_search.interrupt)
        self.closed.connect(self.rate_search.shutdown)
        self.services.noticed.connect(self.show_notice)
        self.services.failed.connect(self.show_error)
        self.services.saved.connect(self._on_saved)
        for export in self.plot_exports:
            export.failed.connect(self.show_error)
            export.saved.connect(self._on_saved)
        self.closing.connect(self.services.interrupt)
        self.closed.connect(self.services.shutdown)
        self._connect_kept()
        self.training.form.changed.connect(self._on_form_changed)
        self.gallery.problem_found.connect(self._on_problem_found)
        self.gallery.problem_solved.connect(self._on_problem_solved)
        self.menus.quit_requested.connect(self.close)
        self.menus.theme_chosen.connect(self._on_theme_chosen)
        self.menus.help_requested.connect(self._on_help_requested)
        self.menus.misclassified_toggled.connect(self.gallery.state.toggle_misclassified)
        self.menus.jump_requested.connect(self.gallery.filters.enter_number)
        self.menus.view_reset_requested.connect(self.training.plots.reset_views)
        self.menus.textbook_requested.connect(self.training.form.reset)
        self.tool_bar.theme_toggled.connect(self._on_theme_toggled)

    def _connect_kept(self) -> None:
        """Connect what brings back runs and models."""
        self.session.run_opened.connect(self._on_run_opened)
        self.run_opener.noticed.connect(self.show_notice)
        self.run_opener.failed.connect(self.show_error)
        self.run_services.failed.connect(self.show_error)
        self.run_opener.withdrawn.connect(self.message_bar.withdraw)
        self.run_services.saved.connect(self._on_saved)
        self.run_services.exporter.network_saved.connect(self._messages.forget_loss)
        self.run_opener.asked.connect(self.models.give_up)
        self.run_services.records_changed.connect(self.comparer.show_changes)
        self.run_services.open_named.connect(self._on_open_named)
        self.run_services.settings_chosen.connect(self.training.form.set_config)
        self.run_opener.continue_requested.connect(self._on_continue_requested)
        self.closed.connect(self.run_services.shutdown)
        self.comparison.counted.connect(self.dock.show_compared)
        self.comparer.failed.connect(self.show_error)
        self.comparer.rival_ready.connect(self.gallery.state.compare_with)
        self.comparer.rival_named.connect(self.gallery.state.rename_rival)
        self.comparer.rival_unlike.connect(self.gallery.state.tell_unlike)
        self.comparer.rival_opened.connect(self.gallery.state.end_comparison)
        self.closed.connect(self.comparer.shutdown)
        self.menus.open_requested.connect(self.models.ask)
        self.models.asked.connect(self.run_opener.give_up)
        self.models.opened.connect(self._on_model_opened)
        self.models.failed.connect(self.show_error)
        self.closed.connect(self.models.shutdown)

    def _restore(self) -> None:
        self._memory.restore_window(self, self._splitters)
        config = self._memory.config
        if config is not None:
            self.training.form.set_config(config)
        self.training.form.show_more(self._memory.more_is_shown)
        self._on_theme_chosen(self._memory.theme_mode)

    # What the rest of the program tells the window

    @Slot(object)
    def show_images(self, images: ImageSet) -> None:
        """Let the images be browsed."""
        self.services.use_images(images)
        self.training.plots.show_data(images.info)
        QTimer.singleShot(0, self.images_shown.emit)  # its turn comes after the painting

    @Slot(object)
    def show_resources(self, resources: TrainingResources) -> None:
        """Offer the devices that were found, and say why one of them can't be used."""
        self.training.form.set_devices(resources.devices)
        self.tool_bar.show_data(resources.data)
        self.rate_search.use_resources(resources)
        self.services.use_resources(resources)
        self.models.use_data(resources.data)
        problems = [device.problem for device in resources.devices if device.problem is not None]
        if problems:
            self.show_notice(" ".join(problems))

    @Slot(object)
    def show_runs(self, store: RunStore) -> None:
        """List the runs that are kept."""
        self.run_services.use_store(store)
        self.comparer.use_store(store)

    @Slot(object)
    def show_last_run(self, opened: OpenedRun) -> None:
        """Show the run that was open last, unless something else was asked for already."""
        is_busy = self.models.is_wanted or self.run_opener.is_opening
        if self.session.run_id is None and not is_busy:
            self.session.open(opened)

    @Slot(str)
    def show_loading_failure(self, sentence: str) -> None:
        """Say why nothing can be trained; what is there can still be browsed."""
        self.show_error(sentence)
        self.gallery.state.fail()
        self.status.show_text("Training is not possible")

    @Slot(str)
    def show_notice(self, sentence: str) -> None:
        """Say something that a person should know, beside what was said before; work goes on."""
        self.message_bar.add_message(sentence, MessageKind.WARNING)

    @Slot(str)
    def show_error(self, sentence: str) -> None:
        """Say what went wrong and what to do."""
        self.message_bar.show_message(sentence, MessageKind.ERROR)

    def remember(self) -> None:
        """Keep for the next start how the window looks and what the form says."""
        self._memory.more_is_shown = self.training.form.more_is_shown
        if self.training.form.config is not None:
            self._memory.config = self.training.form.config
        self._memory.save_window(self, self._splitters)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember everything, let the threads be ended, and close; never ask."""
        self.remember()
        self.hide()
        self.closing.emit()
        self.closed.emit()
        super().closeEvent(event)

    # What happens

    @Slot(str)
    def _on_problem_found(self, sentence: str) -> None:
        self._on_problem_solved()
        self._problem = sentence
        self.message_bar.add_message(sentence, MessageKind.WARNING)

    @Slot()
    def _on_problem_solved(self) -> None:
        self.message_bar.withdraw(self._problem)

    @Slot()
    def _on_start_requested(self) -> None:
        config = self.training.form.config
        if config is None or not self.session.state.can_start:
            return
        self._memory.config = config
        self._begin(self.session.start(config))

    @Slot(object)
    def _on_restart_requested(self, config: TrainingConfig) -> None:
        self.training.form.set_config(config)
        self._on_start_requested()

    @Slot()
    def _on_continue_requested(self) -> None:
        checkpoint, config = self.session.checkpoint, self.training.form.config
        if checkpoint is None:
            return
        if checkpoint.is_stopped_early:
            checkpoint = checkpoint.waiting()
        if checkpoint.is_finished and config is None:
            return
        more = config.epochs if config is not None else 0
        device = self.training.form.device_id
        shown = replace(checkpoint.config, learning_rate=checkpoint.learning_rate, device=device)
        if checkpoint.is_finished:
            shown = replace(shown, epochs=more)
        if self.session.go_on(more, device):
            self.training.form.set_config(shown)
            self._begin(started=True)

    def _begin(self, started: bool) -> None:
        if started:
            self.run_opener.give_up()
            self.models.give_up()
            self.message_bar.clear()
            self.rate_search.cancel()
            self.training.show_run(self.session.history)
            self.models.show_model(None)
            self._show_header()

    @Slot(object)
    def _on_left_unkept(self, unkept: UnkeptWork | None) -> None:
        self._messages.show_unkept(quoted(self._open_name or "This run"), unkept)

    def _save_network(self, network: Snapshot) -> None:
        self.run_services.exporter.save_network(network, self._open_name)

    @Slot()
    def _on_rate_search_requested(self) -> None:
        config = self.training.form.config
        if config is not None and self.session.state.can_start:
            self.rate_finder.search(config)

    @Slot(object)
    def _on_event_received(self, event: Event) -> None:
        if isinstance(event, RunStarted) and not event.resumed:
            self.gallery.state.forget()
        elif isinstance(event, PredictionsReady):
            self.gallery.state.add(event.predictions, event.snapshot)
        self._messages.show_event(event, self.session.history)
        self.training.show_event(event, self.session.history)
        if not isinstance(event, StepsDone):
            self._show_header()
        if not self._status_timer.isActive():
            self._status_timer.start()

    @Slot(object)
    def _on_run_opened(self, opened: OpenedRun) -> None:
        is_the_same = self.run_opener.opens_anew
        if not is_the_same:
            self.message_bar.clear()
        self.training.show_run(self.session.history, is_the_same=is_the_same)
        further = self.run_opener.further_answers(opened, self.gallery.state.newest)
        if further is None:
            self.gallery.state.open_run(opened.predictions, opened.snapshots)
        else:
            networks = {snapshot.epoch: snapshot for snapshot in opened.snapshots}
            for answers in further:
                self.gallery.state.add(answers, networks.get(answers.epoch))
        self.run_services.show_open()
        self.models.show_model(None)
        self.run_opener.show_opened(opened)

    @Slot(object)
    def _on_model_opened(self, judged: JudgedModel) -> None:
        if not self.session.leave():
            self.models.give_up()
            self.show_notice("A run is going on. Stop it before you open a model.")
            return
        self.run_opener.give_up()
        self.training.show_run(self.session.history)
        self.gallery.state.open_run([judged.predictions], [judged.model.snapshot])
        self.models.show_model(judged)
        self._show_header()
        self.message_bar.show_message(judged.sentence, MessageKind.INFO)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state.is_active and self.training.isAncestorOf(self.focusWidget() or self):
            self.gallery.view.setFocus()  # before the form that has the focus is locked
        checkpoint = self.session.checkpoint
        self.controls.show_state(
            state,
            can_continue=checkpoint is not None,
            is_early=checkpoint is not None and checkpoint.is_stopped_early,
        )
        self.menus.show_state(state)
        self.training.show_state(state)
        self.gallery.state.set_running(state.is_active, paused=state is RunState.PAUSED)
        self.services.spare_run(state is RunState.RUNNING)
        self._on_status_due()
        if not state.is_active:
            self.training.plots.refresh()

    @Slot(str)
    def _on_open_named(self, name: str) -> None:
        self.setWindowTitle(f"{name} - {TITLE}" if name else TITLE)
        self._open_name = name
        self._show_header()

    @Slot(str)
    def _on_saved(self, sentence: str) -> None:
        self.message_bar.show_message(sentence, MessageKind.INFO)

    @Slot()
    def _on_status_due(self) -> None:
        elsewhere = self.run_opener.goes_on_elsewhere
        self.status.show_run(self.session.state, self.session.history, goes_on_elsewhere=elsewhere)
        self._show_header()

    def _show_header(self) -> None:
        """Say whose figures the window shows."""
        session, model = self.session, self.models.shown
        if session.history.started is not None:
            elsewhere = self.run_opener.goes_on_elsewhere
            self.header.show_run(
                self._open_name, session.history, session.state, goes_on_elsewhere=elsewhere
            )
        elif model is not None:
            self.header.show_model(model.model.path.name, model.model.introduction)
        else:
            self.header.show_nothing()

    @Slot()
    def _on_form_changed(self) -> None:
        self.controls.allow_start(self.training.form.config is not None)

    @Slot(object)
    def _on_theme_chosen(self, mode: ThemeMode) -> None:
        self._memory.theme_mode = mode
        self.menus.show_theme_mode(mode)
        self._themes.set_mode(mode)

    @Slot()
    def _on_theme_toggled(self) -> None:
        self._on_theme_chosen(ThemeMode.LIGHT if self._themes.theme.is_dark else ThemeMode.DARK)

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        parts = (self.message_bar, self.training, self.gallery, self.controls, self.tool_bar)
        for part in (*parts, self.rate_finder, self.runs, self.comparison):
            part.show_theme(theme)

    @Slot()
    def _on_help_requested(self) -> None:
        if self._help is None:
            self._help = HelpWindow(self)
        self._help.show()
        self._help.raise_()
        self._help.activateWindow()
