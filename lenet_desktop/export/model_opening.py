"""Opening a trained network from a file, to be judged and looked into like one's own."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import LabelledImages
from lenet_desktop.export.model_files import ModelSource, StoredModel
from lenet_desktop.networks.catalogue import NETWORKS
from lenet_desktop.networks.computation import UNIT, Computation, PixelScale, computations
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import find_preset
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import one_line, percent, quoted, sentences
from lenet_desktop.training.devices import CPU

TOO_LARGE = marked("The weights are too large: the network computes no numbers with them.")
JUDGED_IMAGES = 1_000
"""How many training images tell how a network computes."""
_GLANCED_IMAGES = 100
_LOOKED_AT_CLOSELY = 6
_CLEARLY_WORSE = 3.0
"""Standard errors of the mean difference of two losses on the same images."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OpenedModel:
    """A network from a file, ready to be used.

    Attributes:
        snapshot: the network; its epoch is 0 where `epochs_done` is not known.
        source: what kind of file it was. For `ModelSource.OTHER`, and where the network has
            learned other data, only the activation and the pooling of the snapshot's configuration
            mean anything.
        introduction: what was opened, for the person.
        sentence: the same, and how it computes where the file does not say.
        path: the file.
        epochs_done: how many epochs it had finished, None where the file does not say.
        computation: how it is taken to compute, None where the file says it.
    """

    snapshot: Snapshot
    source: ModelSource
    introduction: str
    sentence: str
    path: Path
    epochs_done: int | None
    computation: Computation | None


@dataclass(frozen=True, slots=True, eq=False)
class JudgedModel:
    """A network from a file, with its predictions for the test images."""

    model: OpenedModel
    predictions: PredictionSet
    is_found: bool = True
    """Whether how it computes was read or found out, and not chosen by a person."""

    @property
    def sentence(self) -> str:
        """What was opened and how good it is, for the person."""
        accuracy = percent(self.predictions.accuracy)
        right = _("It is right for {accuracy} of the test images.").format(accuracy=accuracy)
        return sentences([self.model.sentence, right])


def make_usable(
    stored: StoredModel, images: LabelledImages, candidates: Iterable[Computation] | None = None
) -> OpenedModel:
    """Return a network that was read, with what its file does not say found out.

    Args:
        stored: the network; its weights are from now on the snapshot's.
        images: training images; they tell how it computes where its file does not.
        candidates: how it may compute, in every usual way by default.

    Raises:
        CheckpointError: nothing can be computed with the weights, or it is for images of another
            size, or for another number of classes.
    """
    introduction = sentences([_what_was_opened(stored), *stored.notes])
    done = stored.epochs_done
    if stored.config is not None:
        config, scale = stored.config, UNIT
        if config.data.fingerprint != images.info.fingerprint:
            learned = _what_it_learned(stored.path, config.data, images.info)
            introduction = sentences([introduction, learned])
            config, scale = _on_other_data(config, images.info)
        snapshot = Snapshot.of(config, done or 0, stored.weights, scale)
        return OpenedModel(
            snapshot, stored.source, introduction, introduction, stored.path, done, None
        )
    config = TrainingConfig(network=stored.network, data=images.info)
    bare = Snapshot.of(config, 0, stored.weights)
    tried = list(computations(stored.network) if candidates is None else candidates)
    fits = find_fits(bare, images, tried)
    best = fits[0].computation
    found = _what_fits(fits) if len(tried) > 1 else _what_was_chosen(best)
    snapshot = _computing(best, bare)
    sentence = sentences([introduction, found])
    return OpenedModel(snapshot, stored.source, introduction, sentence, stored.path, done, best)


def judge(model: OpenedModel, images: LabelledImages) -> PredictionSet:
    """Return a network's predictions for images, on whatever device these are.

    Raises:
        CheckpointError: nothing can be computed with the weights.
    """
    snapshot = model.snapshot
    network = snapshot.build().to(images.labels.device)
    predictions = evaluate(network, images, snapshot.epoch, normalise=snapshot.config.normalise)
    if not math.isfinite(predictions.loss):
        raise CheckpointError(_(TOO_LARGE))
    return predictions


def set_computation(model: OpenedModel, computation: Computation) -> OpenedModel:
    """Return the same weights as a network that computes in the way that a person has chosen."""
    return replace(
        model,
        snapshot=_computing(computation, model.snapshot),
        sentence=sentences([model.introduction, _what_was_chosen(computation)]),
        computation=computation,
    )


def _computing(computation: Computation, snapshot: Snapshot) -> Snapshot:
    pooling = computation.pooling or snapshot.config.pooling
    config = replace(snapshot.config, activation=computation.activation, pooling=pooling)
    return replace(snapshot, config=config, scale=computation.scale)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """How well weights explain images if their network computes in some way."""

    computation: Computation
    predictions: PredictionSet

    def is_clearly_better_than(self, other: "Fit") -> bool:
        """Tell whether the difference of the losses is no matter of chance."""
        differences = other.predictions.losses.astype(np.float64) - self.predictions.losses
        error = float(differences.std()) / math.sqrt(len(differences))
        return float(differences.mean()) > _CLEARLY_WORSE * error


def find_fits(
    snapshot: Snapshot, images: LabelledImages, candidates: Iterable[Computation]
) -> list[Fit]:
    """Return the ways to compute that explain the images, the best first.

    All are glanced at with some of the first `JUDGED_IMAGES` of the images, the likeliest with all
    of them. The one with the lowest mean cross-entropy is the best, and only those that are not
    clearly worse come after it.

    Args:
        snapshot: the network; how it computes is left out of account.
        images: what the network should have learned, so training images.
        candidates: the ways to try.

    Raises:
        CheckpointError: nothing can be computed with the weights.
    """
    glances = _tried(candidates, snapshot, images, _GLANCED_IMAGES)
    likely = [fit.computation for fit in glances[:_LOOKED_AT_CLOSELY]]
    best, *others = _tried(likely, snapshot, images, JUDGED_IMAGES)
    return [best, *(other for other in others if not best.is_clearly_better_than(other))]


def _tried(
    candidates: Iterable[Computation], snapshot: Snapshot, images: LabelledImages, count: int
) -> list[Fit]:
    """Return how well each explains the first `count` images, the best first."""
    sample = images.first(count).to(CPU)
    fits = []
    for candidate in candidates:
        fit = Fit(candidate, evaluate(_computing(candidate, snapshot).build(), sample, 0))
        if math.isfinite(fit.predictions.loss):
            fits.append(fit)
    if not fits:
        raise CheckpointError(_(TOO_LARGE))
    return sorted(fits, key=lambda fit: fit.predictions.loss)


def _what_was_opened(stored: StoredModel) -> str:
    name = one_line(stored.path.name)
    if stored.config is None:
        return _("Opened {name}.").format(name=name)
    preset = find_preset(stored.config)
    if preset is None:
        network = _("{network} with {layers}").format(
            network=_(NETWORKS[stored.network].name), layers=_layers(stored.config)
        )
    else:
        network = quoted(preset.title)
    done, planned = stored.epochs_done, stored.config.epochs
    if done is None:
        text = _("Opened {name}: {network}.")
    elif stored.is_within_epoch:
        done += 1
        text = _("Opened {name}: {network}, within epoch {epoch} of {epochs}.")
    elif done == 0:
        text = _("Opened {name}: {network}, before its first epoch.")
    else:
        text = _("Opened {name}: {network}, epoch {epoch} of {epochs}.")
    return text.format(name=name, network=network, epoch=done, epochs=planned)


def _what_it_learned(path: Path, learned: DatasetInfo, here: DatasetInfo) -> str:
    """Say what a network has learned that is to be judged on other data.

    Raises:
        CheckpointError: it is for images of another size, or for another number of classes.
    """
    title = one_line(learned.told_from(here))
    if learned.form != here.form:
        text = _(
            "{file} does not fit {here}: it has learned {title}, with {learned_form} instead of "
            "{form}."
        )
        raise CheckpointError(
            text.format(
                file=one_line(path.name),
                here=here.title,
                title=title,
                learned_form=learned.form,
                form=here.form,
            )
        )
    text = _("It has learned {title}, and is judged on {here} here.")
    return text.format(title=title, here=here.title)


def _on_other_data(config: TrainingConfig, here: DatasetInfo) -> tuple[TrainingConfig, PixelScale]:
    """Return what a network computes with on other data, whose pixels it scales as its own."""
    computing = TrainingConfig(
        network=config.network, activation=config.activation, pooling=config.pooling, data=here
    )
    own = PixelScale(config.data.mean, config.data.std)
    return computing, own if config.normalise else UNIT


def _what_fits(fits: list[Fit]) -> str:
    best, *others = fits
    told = _("The file does not say how its network computes; {computation} fit it best.").format(
        computation=best.computation.sentence_part()
    )
    if best.predictions.loss >= best.predictions.info.guessing_loss:
        text = _(
            "Even so it is no better than chance; it may have learned other images or classes, or "
            "on another scale of the pixels."
        )
        return sentences([told, text])
    if others:
        text = _(
            "But with {others} it does about as well, so the figures may differ from its author's."
        )
        differences = (best.computation.difference(other.computation) for other in others)
        between = pgettext("But with A, or with B it does about as well", ", or with ")
        return sentences([told, text.format(others=between.join(differences))])
    return told


def _what_was_chosen(computation: Computation) -> str:
    text = _("As chosen, it computes with {computation}.")
    return text.format(computation=computation.sentence_part())


def _layers(config: TrainingConfig) -> str:
    pooling = config.pooling if config.network.pools else None
    return Computation(config.activation, pooling).layers()
