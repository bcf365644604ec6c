"""A network with its optimiser on a device: learns a batch at a time, and can be put back."""

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW
from torch.optim import Optimizer as TorchOptimizer

from lenet_desktop.data.images import LabelledImages
from lenet_desktop.networks.batch_norm import MEASURED_IMAGES, folded_weights, with_batch_norm
from lenet_desktop.networks.catalogue import StateMismatchError, load_weights, new_network
from lenet_desktop.networks.fast_network import CPU, networks_of
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.threads import threads
from lenet_desktop.settings.choices import ClassWeights, Optimizer
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _
from lenet_desktop.training.sampling import Variations

ARITHMETIC = 4
"""Counted up whenever a step adds up in another order, so that its last digits are other ones."""
LEAST_SLICE, LARGE_SLICE = 48, 128
"""Images: a batch is not cut into smaller slices, and a large one into slices of at least this."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LearnerState:
    """Everything that decides how a learner goes on, on the CPU.

    Attributes:
        weights: the parameters that learn, by name, for example `conv1.weight`.
        optimizer: the optimiser's memory of each, for example `conv1.weight.momentum_buffer`;
            empty before the first step, and for plain SGD.
    """

    weights: Mapping[str, Tensor]
    optimizer: Mapping[str, Tensor]


class Learner:
    """A network on the device of its training images, with the optimiser of a configuration.

    On a CPU a batch is cut into slices, which go forward and backward each on a thread of its own;
    their gradients are added in the order of the slices. Into how many depends on the batch alone,
    so a run has the same bits with any number of threads.

    Args:
        config: the recipe, here for the data set of the images.
        images: what to learn from.
        learned: int64 (L,), on the CPU, the numbers of those that count; all by default.
    """

    def __init__(
        self, config: TrainingConfig, images: LabelledImages, learned: Tensor | None = None
    ) -> None:
        config = self._config = replace(config, data=images.info)
        self._images = images
        self._class_weights: Tensor | None = None
        if config.class_weights is ClassWeights.BALANCED:
            labels = images.labels.cpu()
            labels = labels if learned is None else labels[learned]
            weights = balanced_weights(labels, len(config.data.class_names))
            self._class_weights = weights.to(images.labels.device)
        self.model = new_network(config)
        device = images.labels.device
        is_cpu = device.type == CPU
        memory_format = torch.contiguous_format if is_cpu else torch.channels_last
        self.model.to(device, memory_format=memory_format)  # type: ignore[call-overload]
        self._targets = self._targets_of_labels()
        self._network = with_batch_norm(self.model) if config.batch_norm else self.model
        self._judged = copy.deepcopy(self.model) if config.batch_norm else self.model
        self._measured = self._some(learned)
        self._networks = networks_of(self._network)
        self._optimizer = self._make_optimizer()
        for parameter, gradient in zip(
            self.model.parameters(), self._networks.gradients, strict=True
        ):
            parameter.grad = gradient

    def learn(
        self, numbers: Tensor, variations: Variations, learning_rate: float
    ) -> tuple[Tensor, Tensor]:
        """Make one step; return the batch's mean loss and how many it got right, on the device.

        With class weights it is the weighted mean, in which the weights of the batch's images add
        up to 1, as in PyTorch; label smoothing weights each class it smears a label over, too.

        Args:
            numbers: int64 (B,), the images to learn from.
            variations: what to do to them first.
            learning_rate: the rate of this step alone.
        """
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate
        return self._step(numbers, variations)

    def _make_optimizer(self) -> TorchOptimizer:
        return make_optimizer(self._config, self.model)

    def _step(self, numbers: Tensor, variations: Variations) -> tuple[Tensor, Tensor]:
        total = self._total(numbers)
        self._networks.refresh()
        learned = threads.run(
            [
                partial(self._learn_slice, part, variations, total)
                for part in torch.tensor_split(numbers, self._slices(len(numbers)))
            ]
        )
        losses, correct, gradients = zip(*learned, strict=True)
        self._networks.add_up(gradients)
        self._optimizer.step()
        return sum(losses[1:], losses[0]), sum(correct[1:], correct[0])

    def _learn_slice(
        self, numbers: Tensor, variations: Variations, total: Tensor | int
    ) -> tuple[Tensor, Tensor, Any]:
        """Return a slice's share of the loss, how many it got right, and its gradients."""
        source = self._images
        images = variations.apply(source.images.index_select(0, numbers), numbers)
        labels = source.labels.index_select(0, numbers)
        with self._networks.borrowed(images.shape) as network:
            network.choose(numbers, variations.dropped)
            logits = network.forward(to_input(images, self._config.normalise, source.info))
            correct = (logits.argmax(dim=1) == labels).sum()
            targets = self._targets.index_select(0, labels)
            log_shares = logits.log_softmax(dim=1)
            loss = (targets * log_shares).sum().neg_().div_(total)
            gradient = log_shares.exp_().mul_(targets.sum(dim=1, keepdim=True)).sub_(targets)
            return loss, correct, network.backward(gradient.div_(total))

    def _targets_of_labels(self) -> Tensor:
        """Return what each class counts in the cross-entropy of an image, float32 (K, K).

        A row for each label: the image's own class, and with label smoothing every class a little
        (Szegedy et al., "Rethinking the Inception architecture", 2016), by the class weights.
        """
        classes = len(self._config.data.class_names)
        smoothing = self._config.label_smoothing
        targets = torch.eye(classes).mul_(1 - smoothing).add_(smoothing / classes)
        targets = targets.to(self._images.labels.device)
        return targets if self._class_weights is None else targets * self._class_weights

    def _total(self, numbers: Tensor) -> Tensor | int:
        """Return what the loss of a batch, added up, is divided by."""
        if self._class_weights is None:
            return len(numbers)
        return self._class_weights[self._images.labels[numbers]].sum()

    def _slices(self, count: int) -> int:
        """Return into how many slices a batch is cut: by its size alone, for the bits' sake."""
        if self._images.labels.device.type != CPU or count < 2 * LEAST_SLICE:
            return 1
        return max(2, count // LARGE_SLICE)

    def judged(self) -> nn.Sequential:
        """Return the network as it is judged and kept; to be used before the next step.

        Where layers are normalised while it learns, it is one without that, which computes the same
        by means and variances that some of the training images have, as they are.
        """
        if self._network is self.model:
            return self.model
        pixels = self._images.images[self._measured]
        self._network.eval()  # nothing is dropped
        images = to_input(pixels, self._config.normalise, self._images.info)
        load_weights(self._judged, folded_weights(self._network, images))
        self._network.train()
        return self._judged

    def _some(self, learned: Tensor | None) -> Tensor:
        """Return the numbers of some of the images that are learned from, evenly spread."""
        numbers = torch.arange(len(self._images)) if learned is None else learned
        every = math.ceil(len(numbers) / MEASURED_IMAGES)
        return numbers[::every].to(self._images.labels.device)

    def state(self) -> LearnerState:
        """Return a copy of everything that was learned."""
        weights = copied_weights(self.model)
        memory = {
            f"{name}.{kind}": _copy(value)
            for name, parameter in self.model.named_parameters()
            for kind, value in self._optimizer.state.get(parameter, {}).items()
            if isinstance(value, Tensor)
        }
        return LearnerState(weights, memory)

    def restore(self, state: LearnerState) -> None:
        """Go on from a state of the same configuration, exactly.

        Raises:
            StateMismatchError: it belongs to another network; nothing was changed.
        """
        memory = self._memory_of(state)
        load_weights(self.model, state.weights)
        for parameter, values in memory.items():
            self._optimizer.state[parameter] = values

    def _memory_of(self, state: LearnerState) -> dict[nn.Parameter, dict[str, Tensor]]:
        memory: dict[nn.Parameter, dict[str, Tensor]] = {}
        parameters = dict(self.model.named_parameters())
        for key, value in state.optimizer.items():
            name, _other, kind = key.rpartition(".")
            parameter = parameters.get(name)
            if parameter is None or value.shape not in (parameter.shape, torch.Size([])):
                raise StateMismatchError(_("the optimiser's {key} does not fit").format(key=key))
            memory.setdefault(parameter, {})[kind] = _placed_like(value, parameter)
        return memory


def copied_weights(network: nn.Module) -> dict[str, Tensor]:
    """Return a copy of a network's parameters by their names, on the CPU."""
    return {name: _copy(weight) for name, weight in network.named_parameters()}


def balanced_weights(labels: Tensor, classes: int) -> Tensor:
    """Return what an image of each of K classes counts, float32 (K,).

    It is N / (K * count of the class), as scikit-learn's "balanced" (King and Zeng, "Logistic
    regression in rare events data", 2001), so 1 for each of classes of one size; and 0 for a class
    without images, or label smoothing would draw everything there.

    Args:
        labels: int64 (N,), of the images to learn from, on the CPU.
        classes: K.
    """
    counts = torch.bincount(labels, minlength=classes)
    return torch.where(counts > 0, len(labels) / (classes * counts), 0.0)


def make_optimizer(
    config: TrainingConfig, model: nn.Module, *, captured: bool = False
) -> TorchOptimizer:
    """Return the optimiser of `config` over the model's parameters.

    With `captured` it can be recorded by CUDA: the learning rate is a tensor beside them.

    SGD and Adam add the weight decay to the gradient; AdamW keeps it apart (Loshchilov and Hutter,
    "Decoupled weight decay regularization", 2019). Biases do not decay.
    """
    parameters = list(model.parameters())
    groups: list[dict[str, Any]] = [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if config.weight_decay == 0:
        groups = [{"params": parameters, "weight_decay": 0.0}]
    device = parameters[0].device
    rate: float | Tensor = config.learning_rate
    if captured:
        rate = torch.tensor(config.learning_rate, device=device)
    fused = _is_fused(device)
    match config.optimizer:
        case Optimizer.SGD:
            return SGD(groups, lr=rate, momentum=config.momentum, fused=fused)
        case Optimizer.NESTEROV:
            return SGD(groups, lr=rate, momentum=config.momentum, nesterov=True, fused=fused)
        case Optimizer.ADAM:
            return Adam(groups, lr=rate, fused=fused, capturable=captured and fused)
        case Optimizer.ADAMW:
            return AdamW(groups, lr=rate, fused=fused, capturable=captured and fused)


def _is_fused(device: torch.device) -> bool:
    """Whether the optimiser updates all parameters in one pass, which takes a third of the time."""
    return device.type in ("cpu", "cuda")


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().to("cpu", copy=True).contiguous()


def _placed_like(value: Tensor, parameter: Tensor) -> Tensor:
    """Copy the memory of a parameter to where and how the optimiser itself would keep it.

    The layout matters to the last bit: vectors and what is left over at their ends are not
    rounded alike. Step counts lie where the pass that updates everything reads them.
    """
    if value.ndim == 0:
        return value.to(parameter.device if _is_fused(parameter.device) else "cpu", copy=True)
    return torch.empty_like(parameter, dtype=value.dtype).copy_(value)
