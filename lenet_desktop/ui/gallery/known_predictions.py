"""What networks said of the images that are browsed, as far as it is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.analysis.queries import Query
from lenet_desktop.networks.predictions import PredictionSet


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The answers for one part of the data set, seen from one epoch of a run.

    Attributes:
        history: the answers after the epochs in which these images were judged.
        epochs: the epochs of the run, ascending; these images need not be judged after each.
        shown: the epoch that is looked at, None before the first.
        rival: the answers of another run, None where none is compared with.
    """

    history: PredictionHistory = field(default_factory=PredictionHistory)
    epochs: Sequence[int] = ()
    shown: int | None = None
    rival: PredictionSet | None = None

    @property
    def predictions(self) -> PredictionSet | None:
        """The answers after the epoch that is looked at, None where they are not known."""
        return None if self.shown is None else self.history.at(self.shown)

    @property
    def tell_course(self) -> bool:
        """Whether the answers after every epoch up to the one looked at are known."""
        shown = self.shown
        return shown is not None and self.history.knows(
            [epoch for epoch in self.epochs if epoch <= shown]
        )

    @property
    def course(self) -> PredictionHistory | None:
        """The answers from the first epoch on, None where those after some epoch are left out."""
        known = self.history.epochs
        return self.history if known == list(self.epochs[: len(known)]) else None

    def needed(self, query: Query) -> list[int]:
        """Return the epochs that a question is about."""
        return [] if self.shown is None else query.epochs_needed(self.epochs, self.shown)

    def missing(self, query: Query) -> list[int]:
        """Return those of the epochs that a question is about whose answers are not known."""
        return [epoch for epoch in self.needed(query) if self.history.at(epoch) is None]

    def can_answer(self, query: Query) -> bool:
        """Whether all that a question is about is known."""
        if self.shown is None:
            return not query.needs_predictions
        return not self.missing(query)
