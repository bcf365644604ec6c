"""The steps that nobody was told of yet."""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lenet_desktop.training.work_clock import WorkClock


class PendingSteps:
    """Steps since the last report; their results stay on the device.

    Args:
        device_id: which it is.
        clock: of the run.

    Attributes:
        losses: of each step, a scalar on the device.
        sizes: of each step, how many images it learned from.
    """

    def __init__(self, device_id: str, clock: WorkClock) -> None:
        self.losses: list[Tensor] = []
        self.sizes: list[int] = []
        self._correct = torch.zeros((), dtype=torch.int64, device=device_id)
        self._clock = clock
        self._began_s = clock.elapsed_s

    @property
    def seconds(self) -> float:
        """Seconds of work since the last report."""
        return self._clock.elapsed_s - self._began_s

    def add(self, loss: Tensor, correct: Tensor, size: int) -> None:
        """Take in a step: its loss and how many images were right, scalars, and how many it had."""
        self.losses.append(loss)
        self.sizes.append(size)
        self._correct += correct

    def fetch(self) -> tuple[npt.NDArray[np.float32], int]:
        """Wait for the device; return the losses, float32 (K,), and how many images were right."""
        return torch.stack(self.losses).cpu().numpy(), int(self._correct.item())

    def clear(self) -> None:
        """Begin anew, as after a report."""
        self.losses.clear()
        self.sizes.clear()
        self._correct.zero_()
        self._began_s = self._clock.elapsed_s
