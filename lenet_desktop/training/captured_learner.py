"""A learner whose step is recorded once as a CUDA graph and launched as a whole from then on.

The kernels of a small network take a GPU less time than launching them one by one takes Python.
Recorded, a step is a single launch; what changes from step to step, the key of what is dropped
included, lies in tensors that stay where they are.
"""

import logging
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.optim import Optimizer as TorchOptimizer

from lenet_desktop.data.images import LabelledImages
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.learner import Learner, LearnerState, make_optimizer
from lenet_desktop.training.sampling import Variations

log = logging.getLogger(__name__)

Step = Callable[[], tuple[Tensor, Tensor]]
"""Returns the mean loss of a batch and how many images of it were right, on the device."""

CUDA = "cuda"
_WARM_UP_STEPS = 3
"""Steps before recording, in which libraries allocate and choose; they are taken back."""


def new_learner(config: TrainingConfig, images: LabelledImages, learned: Tensor) -> Learner:
    """Return the fastest learner for the device of the images, at its first step; see `Learner`."""
    kind = CapturedLearner if images.labels.device.type == CUDA else Learner
    return kind(config, images, learned)


class CapturedLearner(Learner):
    """Computes what `Learner` computes, from a recording where CUDA can make one.

    A batch of another size, the last one of an epoch, is computed step by step; so is everything
    where recording fails.
    """

    def __init__(
        self, config: TrainingConfig, images: LabelledImages, learned: Tensor | None = None
    ) -> None:
        super().__init__(config, images, learned)
        self._numbers = torch.zeros(
            config.batch_size, dtype=torch.int64, device=images.labels.device
        )
        self._variations: Variations | None = None
        self._given: Variations | None = None
        self._replay: Step | None = None
        self._can_record = True

    def learn(
        self, numbers: Tensor, variations: Variations, learning_rate: float
    ) -> tuple[Tensor, Tensor]:
        """Make one step; see `Learner.learn`."""
        for group in self._optimizer.param_groups:
            group["lr"].fill_(learning_rate)
        if len(numbers) != len(self._numbers) or not self._can_record:
            return self._step(numbers, variations)
        self._numbers.copy_(numbers)
        kept = self._taken(variations)
        if self._replay is None:
            self._replay = self._recorded(partial(self._step, self._numbers, kept))
        loss, correct = self._replay()
        return loss.clone(), correct.clone()  # the next replay writes over them

    def restore(self, state: LearnerState) -> None:
        """Go on from a state; what was recorded before belongs to other tensors."""
        super().restore(state)
        self._replay = None

    def _make_optimizer(self) -> TorchOptimizer:
        return make_optimizer(self._config, self.model, captured=True)

    def _taken(self, variations: Variations) -> Variations:
        """Put an epoch's variations where the recording reads them, and return those."""
        if self._variations is None:
            self._variations = variations.copy()
        elif variations is not self._given:
            self._variations.overwrite(variations)
        self._given = variations
        return self._variations

    def _recorded(self, step: Step) -> Step:
        """Record a step, leaving everything as it was; compute plainly where that fails."""
        if self._numbers.device.type != CUDA:
            return step
        before = self.state()
        try:
            replay = record(step, self._numbers.device)
        except RuntimeError:
            log.warning("The step cannot be recorded; it is launched piece by piece", exc_info=True)
            self._can_record = False
            replay = step
        self._put_back(before)
        return replay

    @torch.no_grad()
    def _put_back(self, state: LearnerState) -> None:
        """Undo the steps before recording, in the very tensors that were recorded.

        Memory that the optimiser did not have then is zero, which its first step takes for none.
        """
        for name, parameter in self.model.named_parameters():
            parameter.copy_(state.weights[name])
            for kind, value in self._optimizer.state.get(parameter, {}).items():
                if isinstance(value, Tensor):
                    earlier = state.optimizer.get(f"{name}.{kind}")
                    value.zero_() if earlier is None else value.copy_(earlier)


def record(step: Step, device: torch.device) -> Step:
    """Return what launches a step as a whole, which is made some times to warm up.

    Args:
        step: computes with tensors that stay where they are, on `device`.
        device: the CUDA device, which need not be the current one.

    Raises:
        RuntimeError: the step cannot be recorded.
    """
    with torch.cuda.device(device):  # streams are made on the current device
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(_WARM_UP_STEPS):
                step()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        # PyTorch's own stream for recording is on the device of the process's first recording.
        with torch.cuda.graph(graph, stream=side):
            loss, correct = step()

    def replay() -> tuple[Tensor, Tensor]:
        graph.replay()
        return loss, correct

    return replay
