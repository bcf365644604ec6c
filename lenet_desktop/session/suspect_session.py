"""Looks for suspect labels behind the window, for the newest predictions only."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from lenet_desktop.networks.predictions import Floats, Labels
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line

if TYPE_CHECKING:
    from lenet_desktop.analysis.suspects import Suspects

_REPAIR = "python -m pip install --force-reinstall cleanlab"


class SuspectSession(LatestRequest):
    """Looks for suspects; the first of all searches imports cleanlab, which takes seconds."""

    found = Signal(object)  # Suspects

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(describe_failure, parent)

    def find(self, labels: Labels, probabilities_by_epoch: Sequence[Floats]) -> None:
        """Look for suspects; what was asked for before and is not answered yet is given up.

        Args:
            labels: uint8 (N,), the given classes.
            probabilities_by_epoch: float32 (N, K) for each finished epoch, the newest last; none
                of them may be changed afterwards.
        """
        probabilities = tuple(probabilities_by_epoch)
        self.begin(lambda: _search(labels, probabilities))

    def hear(self, report: object) -> None:
        """Pass on what was found, which is all that there is to be heard."""
        self.cancel()
        self.found.emit(report)


def describe_failure(error: BaseException) -> str:
    """Say what went wrong, in a sentence, and what to do next."""
    reason = first_line(error)
    if isinstance(error, ImportError):
        return _("cleanlab cannot be loaded ({reason}). Repair it with “{repair}”.").format(
            reason=reason, repair=_REPAIR
        )
    return _("The labels could not be examined: {reason}. The next epoch is tried again.").format(
        reason=reason
    )


def _search(
    labels: Labels, probabilities_by_epoch: tuple[Floats, ...]
) -> Generator[Suspects, None, None]:
    from lenet_desktop.analysis.suspects import find_suspects

    yield find_suspects(labels, probabilities_by_epoch)
