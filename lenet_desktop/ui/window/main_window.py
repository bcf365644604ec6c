"""Routes between the parts of the window, and takes in what the rest of the program tells it."""

from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QSettings, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QShowEvent

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import ImageSet
from lenet_desktop.data.pictures.own_pictures import FOLDER, OwnPictures
from lenet_desktop.runs.records import OpenedRun
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.sweep_session import make_executor
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import sentences
from lenet_desktop.training.devices import Device, rename_cpu
from lenet_desktop.ui.kit.folder_drop import FolderDrop
from lenet_desktop.ui.window.assembled_window import TITLE, AssembledWindow
from lenet_desktop.ui.window.commands import WindowCommands
from lenet_desktop.ui.window.page_turner import PageTurner
from lenet_desktop.ui.window.run_obstacle import RunObstacle


class MainWindow(AssembledWindow):
    """The window of the program."""

    images_shown = Signal()
    """The images are painted, as far as they are in sight."""
    closing = Signal()
    """Everything is remembered and the window is out of sight; all work is to be cut short."""
    closed = Signal()
    """The last word: whoever owns a thread ends it now."""

    def __init__(
        self,
        session: TrainingSession,
        settings: QSettings,
        kept: Path | None = None,
        cache: Path | None = None,
    ) -> None:
        super().__init__(session, settings, kept, cache)
        self._devices: list[Device] = []
        self._connect()
        self.commands = WindowCommands(self, self._themes, settings, kept)
        self.commands.preferences.changed.connect(self._offer_devices)
        self._restore()
        self._on_state_changed(session.state)

    def _connect(self) -> None:
        self._connect_messages()
        self._connect_commands()
        self._connect_runs()
        PageTurner(self)
        self._themes.changed.connect(self._on_theme_changed)
        panels = (self.header, self.training, self.mistakes, self.gallery, self.runs)
        bars = (self.message_bar, self.tool_bar, self.controls)
        others = (self.compare, self.comparison, self.rate_finder, self.data)
        for each in (*panels, *bars, *others, self.sweeps_place, self.picture_place):
            self._themes.changed.connect(each.show_theme)
        self.session.state_changed.connect(self._on_state_changed)
        self.presenter.named.connect(self._on_named)
        hurried = (self.picture_services, self.services, self.sweep_services, self.judge, self.data)
        awaited = (self.run_services, self.comparer, self.pair_comparer, self.models)
        for part in (self.rate_finder.session, *hurried):
            self.closing.connect(part.interrupt)
        for owner in (self.rate_finder.session, *hurried, *awaited):
            self.closed.connect(owner.shutdown)

    def _connect_messages(self) -> None:
        """Say in one place what went wrong, what was worked around and what was saved."""
        bar, opener = self.message_bar, self.run_services.opener
        training = (self.session, self.launcher, self.training, self.lessons)
        images = (self.services, self.picture_services, self.models)
        runs = (self.run_services, opener, self.judge, self.sweep_services)
        compared = (self.comparer, self.pair_comparer, self.compare.plots, self.compare.matrices)
        bar.hear(*training, *images, *runs, *compared)
        in_need = self.data_switch.blocked, opener.blocked, self.models.blocked
        RunObstacle(self.session, bar, *in_need)
        if self.services.own is not None:
            bar.hear(self.services.own)
            self.picture_services.keep_requested.connect(self.services.own.keep)
        self.gallery.problem_found.connect(bar.show_problem)
        self.gallery.problem_solved.connect(bar.take_back_problem)

    def _connect_commands(self) -> None:
        """Have done what the menus ask for."""
        menus = self.menus
        menus.open_requested.connect(self.models.ask)
        menus.quit_requested.connect(self.close)
        menus.help.copied.connect(self.message_bar.show_done)
        self.lessons.start_requested.connect(self.launcher.start)
        menus.misclassified_toggled.connect(self.gallery.state.toggle_misclassified)
        menus.view_reset_requested.connect(self.training.plots.reset_views)
        menus.textbook_requested.connect(self.training.form.reset)
        FolderDrop(self).dropped.connect(self.data.open_folder)
        menus.repeat_menu.chosen.connect(self.sweep_services.repeat_form)

    def _connect_runs(self) -> None:
        """Let what begins, or is opened, take the place of what was wanted before."""
        runs = self.run_services
        wishes: tuple[Any, ...] = (runs.opener, self.models, self.data_switch)
        for wish, other in permutations(wishes, 2):
            wish.asked.connect(other.give_up)
        for wish in wishes:
            wish.asked.connect(self.launcher.give_up)
        self.launcher.begun.connect(self.data_switch.give_up)
        self.data_switch.switched.connect(self._on_data_switched)
        runs.opener.continue_requested.connect(self.launcher.go_on)
        if self.services.own is not None and self._kept is not None:
            runs.exporter.own = OwnPictures(self._kept / FOLDER)
            runs.exporter.pictures_changed.connect(self.services.own.refresh)
        runs.settings_chosen.connect(self.training.form.set_config)
        runs.records_changed.connect(self.comparer.show_changes)
        runs.records_changed.connect(self.pair_comparer.show_changes)
        for follower in (self.runs, self.pair_comparer, self.comparer):
            self.models.shown_changed.connect(follower.show_model)
        self.rivals.chosen.connect(self.pair_comparer.compare_with)
        self.pair_comparer.open_requested.connect(runs.opener.open_run)
        sweeps = self.sweep_services
        self.runs.repeat_requested.connect(sweeps.repeat_run)
        sweeps.runs_changed.connect(runs.refresh)
        self.session.run_opened.connect(self.judge.show_opened)
        self.launcher.begun.connect(self.judge.give_up)
        self.launcher.begun.connect(sweeps.note_run)
        self.judge.judged.connect(runs.opener.open_run)
        runs.sweep_requested.connect(sweeps.show_sweep)
        header = self.header
        for asked, asks in (
            (header.renamed, self.runs.renamed),
            (header.note_changed, self.runs.note_changed),
            (header.starred, self.runs.starred),
            (header.settings_requested, self.runs.settings_requested),
        ):
            asked.connect(asks)

    def _restore(self) -> None:
        self._memory.restore_window(self)
        self._memory.restore_form(self.training.form)
        self._themes.tell()

    # What the rest of the program tells the window

    @Slot(object)
    def show_images(self, images: ImageSet) -> None:
        """Let the images be browsed."""
        self.services.use_images(images)
        self.training.show_data(images.info)
        self.comparer.show_data(images.info)
        QTimer.singleShot(0, self.images_shown.emit)  # its turn comes after the painting

    @Slot(object)
    def show_resources(self, resources: TrainingResources) -> None:
        """Offer the devices that were found, and say why one of them can't be used."""
        self.training.form.set_class_counts(np.bincount(resources.data.train.labels.numpy()))
        self.tool_bar.show_data(resources.data)
        self.menus.help.show_data(resources.data.info)
        self.rate_finder.session.use_resources(resources)
        self.services.use_resources(resources)
        self.models.use_data(resources.data)
        self.judge.use_resources(resources)
        self.sweep_services.use_executor(
            partial(make_executor, resources.store.folder, self._cache)
        )
        self.data_switch.use_resources(resources)
        self.data.refresh()
        if resources.devices is not self._devices:  # which stay the same with other data
            self._devices = resources.devices
            self._offer_devices()
            problems = [device.problem for device in resources.devices if device.problem]
            if problems:
                self.show_notice(sentences(problems))

    @Slot(object)
    def show_runs(self, store: RunStore) -> None:
        """List the runs that are kept."""
        self.run_services.use_store(store)
        self.sweep_services.use_store(store)
        self.comparer.use_store(store)
        self.pair_comparer.use_store(store)
        self.data.use_store(store)

    @property
    def data_wanted(self) -> DatasetInfo:
        """The data to begin with."""
        return self._memory.data or DEFAULT

    @Slot(object)
    def show_last_run(self, opened: OpenedRun) -> None:
        """Show the run that was open last, unless something else was asked for already."""
        is_busy = self.models.is_wanted or self.run_opener.is_opening
        is_of_others = opened.record.config.data.fingerprint != self.data_switch.info.fingerprint
        is_left = is_of_others and self._memory.data_are_chosen
        if self.session.run_id is None and not is_busy and not is_left:
            self.run_opener.show(opened, is_asked_for=False)

    @Slot(str)
    def show_loading_failure(self, sentence: str) -> None:
        """Say why nothing can be trained; what is there can still be browsed."""
        self.message_bar.show_error(sentence)
        self.gallery.state.fail()
        self.launcher.give_up()
        self.controls.give_up()
        self.data_switch.give_up()
        self.status.show_text(_("Training is not possible"))

    @Slot(str)
    def show_notice(self, sentence: str) -> None:
        """Say something that a person should know, beside what was said before; work goes on."""
        self.message_bar.add_notice(sentence)

    def remember(self) -> None:
        """Keep for the next start how the window looks and what the form says."""
        self._memory.save_form(self.training.form)
        self.data.remember(shows_run=self.session.run_id is not None)
        self.borders.save()
        self._memory.save_window(self)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the keyboard where a run is started."""
        super().showEvent(event)
        if self.focusWidget() in (None, self.workspaces.tabs):
            self.controls.start_button.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember everything, let the threads be ended, and close; never ask."""
        self.remember()
        self.hide()
        self.closing.emit()
        self.closed.emit()
        super().closeEvent(event)

    # What happens

    @Slot()
    def _offer_devices(self) -> None:
        if self._devices:
            self.training.form.set_devices(rename_cpu(self._devices))

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if state.is_active and self.training.form.isAncestorOf(self.focusWidget() or self):
            self.training.setFocus()  # before the form that has the focus is locked
        checkpoint = self.session.checkpoint
        self.controls.show_state(
            state,
            can_continue=checkpoint is not None,
            is_early=checkpoint is not None and checkpoint.is_stopped_early,
        )
        self.menus.show_state(state)
        self.data.show_state(state)
        self.services.spare_run(state is RunState.RUNNING)
        self.presenter.show_state(state)

    @Slot(object, bool)
    def _on_data_switched(self, resources: TrainingResources, is_for_what_opens: bool) -> None:
        """Show other data; what was shown is of those before and goes."""
        self.rate_finder.close()  # its rates are those of the data before
        left, before = self.session.run_id, self.gallery.state.info
        name = self.presenter.leave()
        if not is_for_what_opens:  # what was said at the start stays when a run opens by itself
            self.message_bar.clear()
        self.session.use_resources(resources)
        self.show_images(resources.data.test.as_image_set())
        self.show_resources(resources)
        if not is_for_what_opens:  # which wipes away what is said now
            self.imbalance.show_data(resources.data.info)
        self.data.note_switch(resources.data.info, is_chosen=not is_for_what_opens)
        if left is not None and not is_for_what_opens:
            self.data.tell_left(name, before, partial(self.run_opener.open_run, left))

    @Slot(str)
    def _on_named(self, name: str) -> None:
        self.setWindowTitle(f"{name} - {TITLE}" if name else TITLE)

    @Slot()
    def _on_theme_changed(self) -> None:
        self._memory.theme_mode = self._themes.mode
