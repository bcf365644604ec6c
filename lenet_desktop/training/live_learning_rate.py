"""What can be changed about a run while it goes on."""

from collections import deque

from lenet_desktop.settings.config import TrainingConfig


class LiveLearningRate:
    """The learning rate of a run that goes on; any thread may change it."""

    def __init__(self) -> None:
        self._wanted: deque[float] = deque(maxlen=1)

    def change(self, learning_rate: float) -> None:
        """Ask for another learning rate, from the next step on.

        Raises:
            ConfigError: no run can be made with it.
        """
        TrainingConfig(learning_rate=learning_rate)
        self._wanted.append(learning_rate)

    def take(self) -> float | None:
        """Return what was asked for since the last time, None when nothing was."""
        try:
            return self._wanted.pop()
        except IndexError:
            return None
