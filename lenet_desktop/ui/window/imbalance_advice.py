"""Advises class weights where classes are very unequal, once for each data set."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.advice import advise_on_imbalance
from lenet_desktop.settings.choices import ClassWeights
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _
from lenet_desktop.training.events import Event, RunStarted
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.message_bar import MessageAction, MessageBar, MessageKind
from lenet_desktop.ui.training.config_form import ConfigForm
from lenet_desktop.ui.window.run_launcher import RunLauncher
from lenet_desktop.ui.window.window_memory import WindowMemory


class ImbalanceAdvice(QObject):
    """Says it when such data are chosen, or else when a run begins without weights."""

    def __init__(
        self,
        session: TrainingSession,
        launcher: RunLauncher,
        form: ConfigForm,
        bar: MessageBar,
        memory: WindowMemory,
    ) -> None:
        super().__init__(launcher)
        self._launcher, self._form, self._bar, self._memory = launcher, form, bar, memory
        session.event_received.connect(self._on_event_received)

    def show_data(self, info: DatasetInfo) -> None:
        """Take in what somebody has chosen to learn from, with the settings of the form."""
        weights = self._form.editor("class_weights", ChoiceInput).value()
        config = TrainingConfig(data=info, class_weights=ClassWeights(str(weights)))
        self._advise(config, "", lambda _config: self._weight_next_run())

    @Slot(object)
    def _on_event_received(self, event: Event) -> None:
        if isinstance(event, RunStarted) and not event.resumed:
            self._advise(event.config, _("Restart with class weights"), self._launcher.restart)

    def _advise(
        self, config: TrainingConfig, button: str, do: Callable[[TrainingConfig], None]
    ) -> None:
        advice, told = advise_on_imbalance(config), self._memory.advised
        if advice is None or config.data.fingerprint in told:
            return
        self._memory.advised = [*told, config.data.fingerprint]
        action = MessageAction(button or advice.button, lambda: do(advice.config))
        self._bar.add_message(advice.sentence, MessageKind.HINT, action)

    def _weight_next_run(self) -> None:
        self._form.editor("class_weights", ChoiceInput).set_value(ClassWeights.BALANCED)
        self._bar.show_done(
            _("The next run uses balanced class weights, one of the further settings.")
        )
