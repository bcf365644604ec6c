"""What a run has to say in words, in the message bar."""

from lenet_desktop.core.config import Activation
from lenet_desktop.core.events import CheckpointFailed, EpochDone, Event, RunDiverged
from lenet_desktop.core.history import History
from lenet_desktop.ui.message_bar import MessageBar, MessageKind

_PLATEAU_OF_SIGMOIDS = (
    "The loss has stayed at 2.30 for an epoch, which is mere guessing among ten classes. That is "
    "usual for sigmoids: they often take one or two epochs before they learn. If it lasts, try "
    "another seed, or ReLU under More settings."
)
_PLATEAU = (
    "The loss has stayed at 2.30 for an epoch, which is mere guessing among ten classes. The "
    "learning rate is probably too high or far too low: try a tenth of it, or Find…."
)


class RunMessages:
    """Says what a person should know about a run, and takes back what does not hold any more."""

    def __init__(self, bar: MessageBar) -> None:
        self._bar = bar

    def show_event(self, event: Event, history: History) -> None:
        """Say what an event means; `history` has taken it in already."""
        match event:
            case EpochDone():
                self._show_plateau(history)
            case RunDiverged(learning_rate=rate):
                self._bar.show_message(
                    f"The loss is not a number any more: the learning rate {rate:g} is too high "
                    "for this network. Lower it and start again.",
                    MessageKind.ERROR,
                )
            case CheckpointFailed(reason=reason):
                self._bar.add_message(
                    f"This run cannot be kept on the disk ({reason}). It goes on, but it will be "
                    "lost when the window is closed.",
                    MessageKind.LOSS,
                )

    def _show_plateau(self, history: History) -> None:
        if history.is_on_plateau:
            sigmoid = history.started and history.started.config.activation is Activation.SIGMOID
            self._bar.add_message(_PLATEAU_OF_SIGMOIDS if sigmoid else _PLATEAU, MessageKind.HINT)
        else:
            for sentence in (_PLATEAU_OF_SIGMOIDS, _PLATEAU):
                self._bar.withdraw(sentence)
