"""A trained network as a file: weights, and what it takes to use them."""

import json
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor, nn

from lenet_desktop.core.checkpoint import FORMAT as CHECKPOINT_FORMAT
from lenet_desktop.core.config import ConfigError, TrainingConfig
from lenet_desktop.core.datasets import CLASS_NAMES
from lenet_desktop.core.errors import CheckpointError, first_line
from lenet_desktop.core.files import write_atomically
from lenet_desktop.core.learner import StateMismatchError, load_weights
from lenet_desktop.core.model import PIXEL_MEAN, PIXEL_STD, build_lenet
from lenet_desktop.core.tensor_files import read_tensors

FORMAT = "LeNet Desktop model"
_IN_CHECKPOINT = "model."


def save_model(weights: Mapping[str, Tensor], config: TrainingConfig, path: Path) -> None:
    """Write weights with the configuration that they come from, as safetensors.

    The texts beside the tensors say how to use them: `config`; `preprocessing`, by which pixels
    0-255 are divided by `scale`, then reduced by `mean` and divided by `std`; `class_names`.

    Raises:
        OSError: it cannot be written.
    """
    preprocessing = {
        "scale": 255,
        "mean": PIXEL_MEAN if config.normalise else 0.0,
        "std": PIXEL_STD if config.normalise else 1.0,
    }
    text = {
        "format": FORMAT,
        "config": json.dumps(config.to_dict()),
        "preprocessing": json.dumps(preprocessing),
        "class_names": json.dumps(CLASS_NAMES),
    }
    tensors = {name: value.detach().cpu().contiguous() for name, value in weights.items()}
    write_atomically(path, save(tensors, text))


def load_model(path: Path) -> tuple[nn.Sequential, TrainingConfig]:
    """Return the network of a model file or of a checkpoint, with its configuration.

    Raises:
        CheckpointError: there is none, or it does not fit LeNet.
    """
    tensors, text = read_tensors(path)
    if text.get("format") not in (FORMAT, CHECKPOINT_FORMAT):
        raise CheckpointError(f"{path} is no model of this program.")
    try:
        if text["format"] == CHECKPOINT_FORMAT:
            config = TrainingConfig.from_dict(json.loads(text["run"])["config"])
            tensors = {
                name.removeprefix(_IN_CHECKPOINT): value
                for name, value in tensors.items()
                if name.startswith(_IN_CHECKPOINT)
            }
        else:
            config = TrainingConfig.from_dict(json.loads(text["config"]))
        model = build_lenet(config.activation, config.pooling)
        load_weights(model, tensors)
    except (
        KeyError, TypeError, ValueError, AttributeError, RecursionError,
        ConfigError, StateMismatchError,
    ) as error:  # fmt: skip
        raise CheckpointError(f"{path} does not fit: {first_line(error)}.") from error
    return model, config
