"""Which trials are ended before their time, by Optuna.

A trial is compared with those of earlier generations only, so what becomes of it does not depend on
which of its own generation is quicker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lenet_desktop.sweeps.definition import Pruning, SweepDefinition
from lenet_desktop.sweeps.proposals import new_study
from lenet_desktop.sweeps.records import TrialRecord, TrialState

if TYPE_CHECKING:
    from optuna.pruners import BasePruner
    from optuna.trial import FrozenTrial, Trial

_HALVES = 2


class Pruner:
    """Decides for trials of one generation after the other.

    Args:
        definition: says by what, and by which rule.
    """

    def __init__(self, definition: SweepDefinition) -> None:
        self._definition = definition
        self._generation = 0
        self._earlier: list[FrozenTrial] = []

    def goes_on(self, trial: TrialRecord, trials: Sequence[TrialRecord]) -> bool | None:
        """Tell whether a trial goes on after its last epoch; None while that cannot be said.

        Args:
            trial: has its figures up to that epoch.
            trials: those of the sweep, in their order.
        """
        if trial.is_spared or trial.epochs_done >= self._definition.epochs(trial.settings):
            return True  # a person wants it to go on, or there is nothing left to be saved
        earlier = [each for each in trials if each.generation < trial.generation]
        if not all(each.is_told(self._definition) for each in earlier):
            return None
        self._take_in(trial.generation, earlier)
        study = new_study(self._definition, pruner=self._rule())
        study.add_trials(self._earlier)
        asked = study.ask()
        return not self._report(asked, trial)

    def _take_in(self, generation: int, earlier: Sequence[TrialRecord]) -> None:
        """Have the trials of the generations before as Optuna has them."""
        if generation == self._generation:
            return
        from optuna.trial import TrialState as Told

        study = new_study(self._definition, pruner=self._rule())
        for trial in earlier:
            asked = study.ask()
            if trial.state is not TrialState.DIVERGED:
                self._report(asked, trial)
            epochs = self._definition.epochs(trial.settings)
            value = trial.value(self._definition.aim, epochs)
            is_whole = trial.is_whole or trial.epochs_done >= epochs
            if is_whole and value is not None:
                study.tell(asked, value)
            else:
                study.tell(asked, state=Told.PRUNED)
        self._generation, self._earlier = generation, study.get_trials(deepcopy=False)

    def _report(self, asked: Trial, trial: TrialRecord) -> bool:
        """Tell Optuna how a trial went; return whether it would end it after its last epoch."""
        ends = False
        for figures in trial.figures[: self._definition.epochs(trial.settings)]:
            value = figures.value(self._definition.aim)
            if value is not None:
                asked.report(value, figures.epoch)
                ends = asked.should_prune()
        return ends

    def _rule(self) -> BasePruner:
        from optuna.pruners import MedianPruner, NopPruner, SuccessiveHalvingPruner

        match self._definition.pruning:
            case Pruning.MEDIAN:
                return MedianPruner()
            case Pruning.HALVING:
                return SuccessiveHalvingPruner(min_resource=1, reduction_factor=_HALVES)
            case Pruning.NONE:
                return NopPruner()
