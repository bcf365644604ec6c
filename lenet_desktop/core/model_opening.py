"""Opening a trained network from a file, to be judged and looked into like one's own."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from torch import Tensor

from lenet_desktop.core.config import Activation, Pooling, TrainingConfig
from lenet_desktop.core.datasets import CLASS_NAMES, LabelledImages
from lenet_desktop.core.devices import CPU
from lenet_desktop.core.errors import CheckpointError, one_line
from lenet_desktop.core.evaluation import evaluate
from lenet_desktop.core.learner import load_weights
from lenet_desktop.core.model import build_lenet
from lenet_desktop.core.model_files import ModelSource, StoredModel, read_model
from lenet_desktop.core.presets import find_preset
from lenet_desktop.core.snapshot import Snapshot

TOO_LARGE = "The weights are too large: LeNet computes no numbers with them."
JUDGED_IMAGES = 1_000
"""How many training images tell how a network computes."""
_CHANCE = math.log(len(CLASS_NAMES))
_ACTIVATIONS = {
    Activation.SIGMOID: "sigmoid",
    Activation.RELU: "ReLU",
    Activation.TANH: "tanh",
}
_POOLINGS = {Pooling.AVERAGE: "average pooling", Pooling.MAX: "maximum pooling"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OpenedModel:
    """A network from a file, ready to be used.

    Attributes:
        snapshot: the network; its epoch is 0 where `epochs_done` is not known.
        source: what kind of file it was. For `ModelSource.OTHER` only the activation, the pooling
            and the scale of the pixels of the snapshot's configuration mean anything.
        sentence: what was opened, for the person.
        path: the file.
        epochs_done: how many epochs it had finished, None where the file does not say.
    """

    snapshot: Snapshot
    source: ModelSource
    sentence: str
    path: Path
    epochs_done: int | None


def open_model(path: Path, images: LabelledImages) -> OpenedModel:
    """Open a model file, a checkpoint, or any safetensors file whose tensors fit LeNet.

    Args:
        path: the file, which nobody need vouch for.
        images: training images; they tell how a network computes where its file does not.

    Raises:
        CheckpointError: it does not fit; the message is a sentence that says what.
    """
    return make_usable(read_model(path), images)


def make_usable(stored: StoredModel, images: LabelledImages) -> OpenedModel:
    """Return a network that was read, with what its file does not say found out.

    Args:
        stored: the network; its weights are from now on the snapshot's.
        images: training images, see `open_model`.

    Raises:
        CheckpointError: nothing can be computed with the weights.
    """
    config, sentence = stored.config, _what_was_opened(stored)
    if config is None:
        config, loss = _best_fit(stored.weights, images)
        sentence = f"{sentence} {_what_fits(config, loss)}"
    snapshot = Snapshot.of(config, stored.epochs_done or 0, stored.weights)
    return OpenedModel(snapshot, stored.source, sentence, stored.path, stored.epochs_done)


def find_recipe(weights: Mapping[str, Tensor], images: LabelledImages) -> TrainingConfig:
    """Return the configuration under which weights explain the images best.

    Every activation, pooling and scale of the pixels is tried on the first `JUDGED_IMAGES` of the
    images, and the one with the lowest mean cross-entropy taken. All else has its default.

    Args:
        weights: float32 by LeNet's names, on the CPU.
        images: what the network should have learned, so training images.

    Raises:
        CheckpointError: nothing can be computed with the weights.
    """
    return _best_fit(weights, images)[0]


def _best_fit(
    weights: Mapping[str, Tensor], images: LabelledImages
) -> tuple[TrainingConfig, float]:
    """Return the best configuration, see `find_recipe`, and its mean loss in nats."""
    sample = LabelledImages(images.images[:JUDGED_IMAGES], images.labels[:JUDGED_IMAGES]).to(CPU)
    losses: dict[TrainingConfig, float] = {}
    for activation, pooling in product(Activation, Pooling):
        model = build_lenet(activation, pooling)
        load_weights(model, weights)
        for normalise in (False, True):
            config = TrainingConfig(activation=activation, pooling=pooling, normalise=normalise)
            loss = evaluate(model, sample, 0, normalise=normalise).loss
            if math.isfinite(loss):
                losses[config] = loss
    if not losses:
        raise CheckpointError(TOO_LARGE)
    best = min(losses, key=losses.__getitem__)
    return best, losses[best]


def _what_was_opened(stored: StoredModel) -> str:
    name = one_line(stored.path.name)
    if stored.config is None:
        return f"Opened {name}."
    preset = find_preset(stored.config)
    network = f"LeNet with {_layers(stored.config)}" if preset is None else f"“{preset.name}”"
    done, planned = stored.epochs_done, stored.config.epochs
    if done is None:
        return f"Opened {name}: {network}."
    if stored.is_within_epoch:
        return f"Opened {name}: {network}, within epoch {done + 1} of {planned}."
    if done == 0:
        return f"Opened {name}: {network}, before its first epoch."
    return f"Opened {name}: {network}, epoch {done} of {planned}."


def _what_fits(config: TrainingConfig, loss: float) -> str:
    pixels = "normalised pixels" if config.normalise else "pixels from 0 to 1"
    layers = f"{_ACTIVATIONS[config.activation]}, {_POOLINGS[config.pooling]}"
    doubt = ""
    if loss >= _CHANCE:
        doubt = " Even so it is no better than chance; it may have learned other images or classes."
    return (
        f"The file does not say how its network computes; {layers} and {pixels} fit it best.{doubt}"
    )


def _layers(config: TrainingConfig) -> str:
    return f"{_ACTIVATIONS[config.activation]} and {_POOLINGS[config.pooling]}"
