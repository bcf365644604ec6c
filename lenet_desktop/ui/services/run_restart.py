"""Starts another run in place of the one that goes on."""

from PySide6.QtCore import QObject, Qt, Signal, Slot

from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import TrainingConfig


class RunRestart(QObject):
    """Stops the run that goes on, if there is one, and then asks for another one; once."""

    start_requested = Signal(object)  # TrainingConfig

    def __init__(self, session: TrainingSession, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted: TrainingConfig | None = None
        # Queued, so that everybody has heard of the end before something else begins.
        session.state_changed.connect(self._on_state_changed, Qt.ConnectionType.QueuedConnection)

    def restart(self, config: TrainingConfig) -> None:
        """Train with these settings as soon as no run goes on; what was learned so far is kept."""
        self._wanted = config
        if self._session.state.is_active:
            self._session.stop()
        else:
            self._on_state_changed(self._session.state)

    @Slot(object)
    def _on_state_changed(self, _state: RunState) -> None:
        config = self._wanted
        if config is not None and self._session.state.can_start:
            self._wanted = None
            self.start_requested.emit(config)
