"""What can be done with a single trial, and why not."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from lenet_desktop.settings.config import MAX_EPOCHS
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.records import TrialRecord, TrialState
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, sentences, tip, whole
from lenet_desktop.ui.kit.naming import identify, without_mnemonic

_TARGET = 28


class TrialActions:
    """Actions of a menu, and the buttons that do the same.

    Attributes:
        more_epochs: how many epochs past its planned end the trial gets that is prolonged; 0 where
            it has yet to come to that end.
    """

    def __init__(self, parent: QWidget) -> None:
        self.more_epochs = 0
        self.open_run = QAction(_("&Open its run"), parent)
        self.stop = QAction(_("&Stop this trial"), parent)
        self.prolong = QAction(_("&Prolong"), parent)
        self.all = (self.open_run, self.stop, self.prolong)
        names = ("trial_open_button", "trial_stop_button", "trial_prolong_button")
        self.buttons = [_button(name, action) for name, action in zip(names, self.all, strict=True)]

    def show_trial(
        self,
        trial: TrialRecord | None,
        definition: SweepDefinition,
        *,
        is_going: bool = True,
        obstacle: str = "",
    ) -> None:
        """Offer what a trial allows, and say of the rest why it is not offered.

        Args:
            trial: it; None where none, or more than one, is selected.
            definition: that of its sweep.
            is_going: whether the turn of those that wait comes by itself.
            obstacle: why this window can do nothing with the trials of its sweep just now.
        """
        rests = trial is not None and _rests(trial, definition, is_going=is_going)
        self.more_epochs = 0 if rests else _more_epochs(trial, definition)
        if trial is not None and rests:
            end = whole(trial.planned_epochs(definition))
            words = _("Go on to e&poch {epoch}").format(epoch=end)
        else:
            words = counted(
                self.more_epochs, "&Prolong by {count} epoch", "&Prolong by {count} epochs"
            )
        self._call_prolonging(words)
        has_room = rests or self.more_epochs > 0
        _allow(self.open_run, why_not_opened(trial))
        _allow(self.stop, _why_not_stopped(trial) or obstacle)
        alone = "" if is_going else _("The rest of the sweep stays as it is.")
        _allow(
            self.prolong,
            _why_not_prolonged(trial, definition, has_room=has_room) or obstacle,
            alone,
        )

    def _call_prolonging(self, words: str) -> None:
        plain = without_mnemonic(words)
        self.prolong.setText(words)
        self.prolong.setIconText(plain)  # of its button
        button = self.buttons[-1]
        button.setAccessibleName(plain)
        # It takes as much room as its longest words did, or all beside the table would move.
        button.setMinimumWidth(max(button.minimumWidth(), button.sizeHint().width()))


def _button(name: str, action: QAction) -> QToolButton:
    button = identify(QToolButton(), name, without_mnemonic(action.text()))
    action.setIconText(button.accessibleName())
    button.setDefaultAction(action)
    button.setProperty("role", "chip")
    button.setMinimumHeight(_TARGET)
    return button


def why_not_opened(trial: TrialRecord | None) -> str:
    """Say why the run of a trial cannot be opened; nothing where it can."""
    if trial is None:
        return _("Select one trial first.")
    has_run = trial.epochs_done or trial.state is TrialState.DIVERGED
    return "" if has_run else _("No epoch of it is finished yet.")


def _why_not_stopped(trial: TrialRecord | None) -> str:
    if trial is None:
        return _("Select one trial first.")
    return _("It has ended already.") if trial.state.is_settled else ""


def _rests(trial: TrialRecord, definition: SweepDefinition, *, is_going: bool) -> bool:
    """Whether a trial has yet to come to its planned end, and does not do so by itself."""
    waits = trial.state is TrialState.WAITING and not is_going
    return waits or trial.is_cut_short(definition)


def _more_epochs(trial: TrialRecord | None, definition: SweepDefinition) -> int:
    """Return by how much the end of a trial is put off."""
    if trial is None:
        return definition.base.epochs
    left = MAX_EPOCHS - trial.planned_epochs(definition)
    return min(definition.epochs(trial.settings), left)


def _why_not_prolonged(
    trial: TrialRecord | None, definition: SweepDefinition, *, has_room: bool
) -> str:
    if trial is None:
        return _("Select one trial first.")
    if not trial.can_be_trained(definition):
        return _("There is nothing to go on from.")
    if not has_room:
        return _("A run has at most {max_epochs} epochs.").format(max_epochs=whole(MAX_EPOCHS))
    return ""


def _allow(action: QAction, obstacle: str, note: str = "") -> None:
    """Offer an action, and say what comes of it, unless something is in its way."""
    action.setEnabled(not obstacle)
    said = _("{action}.").format(action=without_mnemonic(action.text()))
    action.setToolTip(tip(sentences([said, obstacle or note])))
