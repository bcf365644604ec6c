"""Starts runs with what the form says, and does with them what the controls ask for."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal, Slot

from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.ui.training.config_form import ConfigForm
from lenet_desktop.ui.training.rate_finder import RateFinder
from lenet_desktop.ui.window.run_controls import RunControls
from lenet_desktop.ui.window.window_memory import WindowMemory


class RunLauncher(QObject):
    """Asks the session for what a person wants, with the settings of the form."""

    begun = Signal()  # a run goes on from here
    noticed = Signal(str)  # a sentence about the run that goes on
    waits = Signal(bool)  # whether a run begins as soon as all that it takes is loaded

    def __init__(
        self,
        session: TrainingSession,
        controls: RunControls,
        form: ConfigForm,
        finder: RateFinder,
        memory: WindowMemory,
    ) -> None:
        super().__init__(controls)
        self._session, self._controls, self._memory = session, controls, memory
        self._form, self._finder = form, finder
        self._wanted: TrainingConfig | None = None  # in place of the run that goes on
        # Queued, so that everybody has heard of the end before something else begins.
        session.state_changed.connect(self._on_state_changed, Qt.ConnectionType.QueuedConnection)
        controls.start_requested.connect(self.start)
        controls.pause_requested.connect(session.pause)
        controls.resume_requested.connect(session.resume)
        controls.stop_requested.connect(self.stop)
        self.waits.connect(controls.show_waiting)
        controls.continue_requested.connect(self.go_on)
        form.changed.connect(self._on_form_changed)
        form.rate_buttons.change_requested.connect(session.change_learning_rate)
        form.rate_buttons.search_requested.connect(self._on_rate_search_requested)
        finder.rate_chosen.connect(form.learning_rate.set_value)
        self.begun.connect(finder.give_up)

    @Slot()
    def start(self) -> None:
        """Train a new network, as soon as all that it takes is loaded."""
        config = self._form.config
        if config is not None and self._session.state is RunState.LOADING:
            self._wanted = config
            self.waits.emit(True)
        if config is None or not self._session.state.can_start:
            return
        self._memory.config = config
        if self._session.start(config):
            self.begun.emit()

    @Slot()
    def stop(self) -> None:
        """End the run, or do not begin it."""
        if self._session.state is RunState.LOADING:
            self.give_up()
        else:
            self._session.stop()

    @Slot()
    def give_up(self) -> None:
        """Begin no run as soon as all is loaded, because something else is wanted by now."""
        if self._session.state is RunState.LOADING:
            self._wanted = None
            self.waits.emit(False)

    def restart(self, config: TrainingConfig) -> None:
        """Train with these settings as soon as no run goes on; what was learned so far is kept."""
        self._wanted = config
        if self._session.state.is_active:
            self._session.stop()
        else:
            self._on_state_changed(self._session.state)

    @Slot()
    def go_on(self) -> None:
        """Go on with the run that is shown; the form says of a finished one how many epochs."""
        checkpoint, config = self._session.checkpoint, self._form.config
        if checkpoint is None:
            return
        gets_more = checkpoint.is_finished and not checkpoint.is_stopped_early
        if gets_more and config is None:
            return
        more = config.epochs if config is not None else 0
        going = self._session.go_on(more, self._form.device_id)
        if going is not None:
            epochs = more if gets_more else going.config.epochs
            rate = going.learning_rate
            self._form.set_config(replace(going.config, epochs=epochs, learning_rate=rate))
            self.begun.emit()
            if going.caveat:
                self.noticed.emit(going.caveat)

    @Slot()
    def _on_form_changed(self) -> None:
        self._controls.allow_start(self._form.config is not None)

    @Slot()
    def _on_rate_search_requested(self) -> None:
        config = self._form.config
        if config is not None and self._session.state.can_start:
            self._finder.search(config)

    @Slot(object)
    def _on_state_changed(self, _state: RunState) -> None:
        config = self._wanted
        if config is not None and self._session.state.can_start:
            self._wanted = None
            self.waits.emit(False)
            self._form.set_config(config)
            self.start()
