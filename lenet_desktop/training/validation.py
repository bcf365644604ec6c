"""Images held out: how many of each class, the best epoch by them, and when a run is stopped.

The measure is the validation loss: it also falls where the same images are right with more
confidence, while the accuracy moves by whole images and is often equal. All follows from the
figures of the epochs alone, so a run that goes on stops where one that was never interrupted does.

Source: Prechelt, "Early stopping - but when?", in Neural Networks: Tricks of the Trade, 1998.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lenet_desktop.settings.config import MAX_EPOCHS, TrainingConfig
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, whole
from lenet_desktop.training.events import EpochDone


def held_out_shares(counts: npt.NDArray[np.intp], config: TrainingConfig) -> npt.NDArray[np.intp]:
    """Return how many images of each class are held out, intp (K,), as many as are asked for.

    They are the classes' shares among all images, rounded by the largest remainder.

    Args:
        counts: intp (K,), how many training images each class has.
        config: says how many images are to be held out.

    Raises:
        ConfigError: so many cannot be held out; the message is a sentence for the person.
    """
    wanted, total = config.validation_images, int(counts.sum())
    shares, remainders = np.divmod(counts * wanted, total)
    shares[np.argsort(-remainders, kind="stable")[: wanted - shares.sum()]] += 1
    if (shares[shares > 0] >= counts[shares > 0]).any():
        raise ConfigError(
            "validation_images",
            _(
                "Of {total} training images, {wanted} cannot be held out: every class "
                "needs some to learn from. Hold out fewer."
            ).format(total=whole(total), wanted=whole(wanted)),
        )
    return shares


def best_epoch(epochs: Sequence[EpochDone]) -> int | None:
    """Return the epoch with the lowest validation loss, None where no images were held out."""
    losses = [(e.validation_loss, e.epoch) for e in epochs if e.validation_loss is not None]
    return min(losses)[1] if losses else None


def has_lost_patience(config: TrainingConfig, epochs: Sequence[EpochDone]) -> bool:
    """Tell whether as many epochs as the patience have passed since the best one."""
    return 0 < config.patience <= _waited(epochs)


def more_patience(config: TrainingConfig, epochs: Sequence[EpochDone]) -> int:
    """Return the patience with which a run that has lost it waits for as many epochs again."""
    return min(_waited(epochs) + config.patience, MAX_EPOCHS)


def stopping_sentence(patience: int, epochs_done: int) -> str:
    """Say why a run ended early, and where."""
    return counted(
        patience,
        "Stopped early after epoch {epoch}: the validation loss has not improved for {count} "
        "epoch.",
        "Stopped early after epoch {epoch}: the validation loss has not improved for {count} "
        "epochs.",
        epoch=epochs_done,
    )


def _waited(epochs: Sequence[EpochDone]) -> int:
    """Return how many epochs were done since the best one."""
    best = best_epoch(epochs)
    return 0 if best is None else epochs[-1].epoch - best
