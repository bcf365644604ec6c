"""The one state that a training session is in."""

from enum import Enum, auto


class RunState(Enum):
    """Where a run stands; the last four say how the last one ended."""

    LOADING = auto()
    """The data or the libraries are not there yet, so nothing can be started."""
    READY = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()
    FINISHED = auto()
    STOPPED = auto()
    DIVERGED = auto()
    FAILED = auto()

    @property
    def is_active(self) -> bool:
        """Whether a training thread is alive."""
        return self in (RunState.RUNNING, RunState.PAUSED, RunState.STOPPING)

    @property
    def can_start(self) -> bool:
        """Whether a new run can be started."""
        return not self.is_active and self is not RunState.LOADING

    @property
    def can_continue(self) -> bool:
        """Whether a run that has ended can be gone on with, if it left a checkpoint."""
        return self in (RunState.FINISHED, RunState.STOPPED, RunState.FAILED)

    @property
    def can_pause(self) -> bool:
        """Whether the run can be paused or, when paused, resumed."""
        return self in (RunState.RUNNING, RunState.PAUSED)

    @property
    def can_stop(self) -> bool:
        """Whether there is a run that has not been told to stop yet."""
        return self in (RunState.RUNNING, RunState.PAUSED)
