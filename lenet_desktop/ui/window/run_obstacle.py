"""Says that a run is in the way of what a person wants, and offers to stop it."""

from PySide6.QtCore import QObject, SignalInstance, Slot

from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.text.language import _
from lenet_desktop.ui.kit.message_bar import MessageAction, MessageBar, MessageKind


class RunObstacle(QObject):
    """Takes back what was said once the run has ended.

    Args:
        session: what the run goes on in.
        bar: where it is said.
        *blocked: signals with a sentence, as "A run is going on. Stop it before you open another."
    """

    def __init__(self, session: TrainingSession, bar: MessageBar, *blocked: SignalInstance) -> None:
        super().__init__(session)
        self._session, self._bar = session, bar
        self._said: set[str] = set()
        session.state_changed.connect(self._on_state_changed)
        for signal in blocked:
            signal.connect(self._on_blocked)

    @Slot(str)
    def _on_blocked(self, sentence: str) -> None:
        self._said.add(sentence)
        stop = MessageAction(_("Stop the run"), self._session.stop)
        self._bar.add_message(sentence, MessageKind.WARNING, stop)

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if not state.is_active:
            for sentence in self._said:
                self._bar.withdraw(sentence)
            self._said.clear()
