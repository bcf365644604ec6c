"""What is known of a run's predictions, and which questions that is enough for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lenet_desktop.analysis.prediction_history import PredictionHistory
from lenet_desktop.analysis.queries import Query, select
from lenet_desktop.networks.predictions import Labels, Numbers, PredictionSet
from lenet_desktop.networks.snapshot import Snapshot

_MOST_UNASKED_EPOCHS = 30
"""Runs that are longer are judged only as far as somebody asks; each epoch takes 3 MB, too."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownPredictions:
    """The predictions for the images of one part, seen from one epoch of a run.

    Attributes:
        history: those after the epochs in which these images were judged.
        epochs: the epochs of the run, ascending; these images need not be judged after each.
        shown: the epoch that is looked at, None before the first.
        snapshots: the networks, by epoch, that can be asked about these images.
        rival: the predictions of another run, None where none is compared with.
    """

    history: PredictionHistory = field(default_factory=PredictionHistory)
    epochs: Sequence[int] = ()
    shown: int | None = None
    snapshots: Mapping[int, Snapshot] = field(default_factory=dict)
    rival: PredictionSet | None = None

    @property
    def tell_course(self) -> bool:
        """Whether the predictions after every epoch up to the one looked at are known."""
        shown = self.shown
        return shown is not None and self.history.knows(
            [epoch for epoch in self.epochs if epoch <= shown]
        )

    @property
    def course(self) -> PredictionHistory | None:
        """Those from the first epoch on, None where those after some epoch are left out."""
        known = self.history.epochs
        return self.history if known == list(self.epochs[: len(known)]) else None

    def needed(self, query: Query) -> list[int]:
        """Return the epochs that a question is about."""
        return [] if self.shown is None else query.epochs_needed(self.epochs, self.shown)

    def missing(self, query: Query) -> list[int]:
        """Return the epochs that a question is about and whose predictions are not known."""
        known = set(self.history.epochs)
        return [epoch for epoch in self.needed(query) if epoch not in known]

    def can_answer(self, query: Query) -> bool:
        """Whether all that a question is about is known."""
        if self.shown is None:
            return not query.needs_predictions
        return not self.missing(query)

    def answer(self, query: Query, labels: Labels, marked: Numbers | None) -> Numbers | None:
        """Return the numbers of the images that a question asks for, None before all is known.

        Args:
            query: the question.
            labels: uint8 (N,), the true classes of the images.
            marked: intp (K,), those that somebody has marked.
        """
        if not self.can_answer(query):
            return None
        now = None if self.shown is None else self.history.at(self.shown)
        return select(labels, now, query, self.history, self.rival, marked=marked)

    def last_epochs(self, count: int) -> list[int]:
        """Return the last epochs up to the one looked at, at most so many.

        Those after which these images can never be judged are left out; there are none where
        that is the epoch looked at.
        """
        shown, can_be_had = self.shown, self.snapshots.keys() | self.history.epochs
        if shown is None or shown not in can_be_had:
            return []
        epochs = [epoch for epoch in self.epochs if epoch <= shown]
        return [epoch for epoch in epochs[-count:] if epoch in can_be_had]

    def lost(self, query: Query) -> list[int]:
        """Return the epochs that a question is about and after which nobody can ever judge.

        Their networks, or for the test images their predictions, were not kept.
        """
        return [epoch for epoch in self.missing(query) if epoch not in self.snapshots]

    def to_judge(self, query: Query, also: Sequence[int], *, sparing: bool) -> list[Snapshot]:
        """Return the networks to ask about the images, the one that is looked at first.

        That one is always asked, then those that the question needs, if all of them can be had,
        then those of the epochs that are needed `also`. The rest follows for the strips of the
        images, the newest first, unless a run would have to wait for it.
        """
        if self.shown is None:
            return []
        epochs = [self.shown]
        if not self.lost(query):
            epochs += self.missing(query)
        epochs += also
        all_can_be_had = self.snapshots.keys() >= set(self.epochs)
        if all_can_be_had and not sparing and len(self.epochs) <= _MOST_UNASKED_EPOCHS:
            epochs += reversed(self.epochs)
        left = self.snapshots.keys() - set(self.history.epochs)
        return [self.snapshots[epoch] for epoch in dict.fromkeys(epochs) if epoch in left]
