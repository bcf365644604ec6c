"""What a run has to say in words, in the message bar."""

from collections.abc import Callable

from lenet_desktop.core.advice import Advice, advise_on_divergence, advise_on_plateau
from lenet_desktop.core.config import TrainingConfig
from lenet_desktop.core.events import CheckpointFailed, EpochDone, Event, RunDiverged
from lenet_desktop.core.history import History
from lenet_desktop.ui.message_bar import MessageAction, MessageBar, MessageKind


class RunMessages:
    """Says what a person should know about a run, and takes back what does not hold any more.

    Args:
        bar: where it is said.
        restart: starts another run with better settings, if a person wants that.
    """

    def __init__(self, bar: MessageBar, restart: Callable[[TrainingConfig], None]) -> None:
        self._bar = bar
        self._restart = restart
        self._plateau = ""  # what is said about one

    def show_event(self, event: Event, history: History) -> None:
        """Say what an event means; `history` has taken it in already."""
        match event:
            case EpochDone():
                self._show_plateau(history)
            case RunDiverged(learning_rate=rate):
                if history.started is not None:
                    advice = advise_on_divergence(history.started.config, rate)
                    self._bar.show_message(advice.sentence, MessageKind.ERROR, self._doing(advice))
            case CheckpointFailed(reason=reason):
                self._bar.add_message(
                    f"This run cannot be kept on the disk ({reason}). It goes on, but it will be "
                    "lost when the window is closed.",
                    MessageKind.LOSS,
                )

    def _show_plateau(self, history: History) -> None:
        if not history.is_on_plateau:
            self._bar.withdraw(self._plateau)
        elif history.started is not None:
            advice = advise_on_plateau(history.started.config)
            self._plateau = advice.sentence
            self._bar.add_message(advice.sentence, MessageKind.HINT, self._doing(advice))

    def _doing(self, advice: Advice) -> MessageAction:
        return MessageAction(advice.button, lambda: self._restart(advice.config))
