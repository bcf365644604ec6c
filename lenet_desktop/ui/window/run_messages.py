"""What a run has to say in words, in the message bar."""

from collections.abc import Callable

from lenet_desktop.analysis.history import History, unseen_loss
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.records import UnkeptWork
from lenet_desktop.settings.advice import (
    Advice,
    advise_on_divergence,
    advise_on_high_loss,
    advise_on_overfitting,
    advise_on_plateau,
)
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import figure, sentences
from lenet_desktop.training.events import (
    CheckpointFailed,
    CheckpointRecovered,
    EpochDone,
    Event,
    RunDiverged,
    RunFinished,
    RunStarted,
)
from lenet_desktop.ui.kit.message_bar import MessageAction, MessageBar, MessageKind

_OVERFITS = marked(
    "Since epoch {epoch} the network has been learning its training images by heart: their loss "
    "goes on falling, that of the test images has risen from {low} to {high}."
)
_OVERFITS_HELD_OUT = marked(
    "Since epoch {epoch} the network has been learning its training images by heart: their loss "
    "goes on falling, that of the images held out has risen from {low} to {high}."
)


class RunMessages:
    """Says what a person should know about a run, and takes back what does not hold any more.

    Args:
        bar: where it is said.
        restart: starts another run with better settings, if a person wants that.
        go_on: goes on with the run that has ended.
        save: saves a network that could not be kept, if a person wants that.
    """

    def __init__(
        self,
        bar: MessageBar,
        restart: Callable[[TrainingConfig], None],
        go_on: Callable[[], None],
        save: Callable[[Snapshot], None],
    ) -> None:
        self._bar = bar
        self._restart = restart
        self._go_on = go_on
        self._save = save
        self._going_on = ""  # what is said about a run that cannot be kept while it goes on
        self._unsaved: dict[int, str] = {}  # what is said of networks that are not kept
        self._plateau = ""  # what was said about one of the run
        self._overfitting = ""  # what was said about that of the run
        self._lowest = 0.0  # the loss from which it had risen then

    def show_event(self, event: Event, history: History) -> None:
        """Say what an event means; `history` has taken it in already."""
        match event:
            case EpochDone():
                self._show_plateau(history)
                self._show_overfitting(history)
            case RunDiverged(learning_rate=rate):
                if history.started is not None:
                    advice = advise_on_divergence(history.started.config, rate)
                    self._bar.show_message(advice.sentence, MessageKind.ERROR, self._doing(advice))
            case RunStarted():
                self._going_on = ""  # what is said of the run before holds still
                self._overfitting = ""
                self._bar.withdraw(self._plateau)
                self._plateau = ""
            case RunFinished(reason=reason) if reason:
                self._bar.add_message(
                    sentences(
                        [
                            reason,
                            _("Continue goes on with it and waits for as many epochs again."),
                        ]
                    ),
                    MessageKind.HINT,
                    MessageAction(_("Continue"), self._go_on),
                )
            case CheckpointFailed(reason=reason):
                self._bar.withdraw(self._going_on)
                self._going_on = _(
                    "This run cannot be kept on the disk ({reason}). It goes on, and is tried to "
                    "be kept after each epoch. Make room or the folder of runs writable, or it is "
                    "lost when the window is closed."
                ).format(reason=reason)
                self._bar.add_message(self._going_on, MessageKind.LOSS)
            case CheckpointRecovered():
                self._bar.withdraw(self._going_on)

    def show_unkept(self, name: str, unkept: UnkeptWork | None) -> None:
        """Say what is not kept of a run that has ended, instead of what was said while it went on.

        Args:
            name: what the run is called, in quotes.
            unkept: what is not kept, None where all is.
        """
        self._bar.withdraw(self._going_on)
        if unkept is None:
            return
        sentence, network = unkept.sentence(name), unkept.network
        actions: list[MessageAction] = []
        if network is not None:
            self._unsaved[id(network)] = sentence
            save = MessageAction(_("Save the network elsewhere…"), lambda: self._save(network))
            actions.append(save)
        self._bar.add_message(sentence, MessageKind.LOSS, *actions)

    def forget_loss(self, network: Snapshot) -> None:
        """Take back that a network is lost, because it is saved by now."""
        self._bar.withdraw(self._unsaved.pop(id(network), ""))

    def _show_plateau(self, history: History) -> None:
        """Say once that nothing is learned yet, as long as that is so."""
        if not history.is_on_plateau and not history.is_far_off:
            self._bar.withdraw(self._plateau)
        elif not self._plateau and history.started is not None:
            config, loss = history.started.config, history.epochs[-1].train_loss
            far_off = history.is_far_off
            advice = advise_on_high_loss(config, loss) if far_off else advise_on_plateau(config)
            if advice is not None:
                self._plateau = advice.sentence
                self._bar.add_message(advice.sentence, MessageKind.HINT, self._doing(advice))

    def _show_overfitting(self, history: History) -> None:
        """Say once that only the training images are still learned, unless others are again."""
        best = history.overfits_since
        if self._overfitting and unseen_loss(history.epochs[-1]) < self._lowest:
            self._bar.withdraw(self._overfitting)
            self._overfitting = ""
        if best is None or self._overfitting or history.started is None:
            return
        self._lowest = unseen_loss(best)
        low, high = (figure(unseen_loss(done), ".3f") for done in (best, history.epochs[-1]))
        words = _OVERFITS_HELD_OUT if history.holds_out else _OVERFITS
        advice = advise_on_overfitting(history.started.config)
        self._overfitting = sentences(
            [
                _(words).format(epoch=best.epoch, low=low, high=high),
                advice.sentence if advice else _("More images or fewer epochs help."),
            ]
        )
        self._bar.add_message(
            self._overfitting,
            MessageKind.HINT,
            *([self._doing(advice)] if advice else []),
        )

    def _doing(self, advice: Advice) -> MessageAction:
        return MessageAction(advice.button, lambda: self._restart(advice.config))
