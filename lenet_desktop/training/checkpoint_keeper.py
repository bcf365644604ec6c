"""Keeps what a run has learned: after every epoch, and however the run ends."""

import logging
from collections.abc import Generator
from pathlib import Path

from lenet_desktop.training.checkpoint import Checkpoint, save_checkpoint
from lenet_desktop.training.engine import Trainer
from lenet_desktop.training.events import CheckpointFailed, Event, PredictionsReady, RunDiverged

log = logging.getLogger(__name__)


class CheckpointKeeper:
    """Holds the newest checkpoint of a run, in memory and in a file.

    A run that was stopped leaves a checkpoint of its last step; one that failed or diverged
    leaves that of its last finished epoch, because what came after cannot be trusted.

    Attributes:
        latest: the newest checkpoint, None before there is one.
    """

    def __init__(self, path: Path, latest: Checkpoint | None = None) -> None:
        self._path = path
        self.latest = latest

    def follow(self, trainer: Trainer) -> Generator[Event, None, None]:
        """Yield the events of a run, and keep what it takes to go on from there.

        Closing this generator stops the run and keeps where it stopped. A file that cannot be
        written is reported once, with `CheckpointFailed`, and tried again after the next epoch.
        """
        trusted = True
        failed = False
        events = trainer.events()
        try:
            for event in events:
                trusted = not isinstance(event, RunDiverged)
                yield event
                if isinstance(event, PredictionsReady):
                    problem = self._keep(trainer)
                    if problem is not None and not failed:
                        yield CheckpointFailed(problem)
                    failed = problem is not None
        except GeneratorExit:  # closed between two steps
            raise
        except BaseException:
            trusted = False
            raise
        finally:
            events.close()
            if trusted:
                self._keep(trainer)

    def _keep(self, trainer: Trainer) -> str | None:
        """Keep where the run stands; return what the system says if there is no writing it."""
        self.latest = trainer.checkpoint()
        try:
            save_checkpoint(self.latest, self._path)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path, error)
            return error.strerror or str(error)
        return None
