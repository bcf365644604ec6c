"""What to do about a run that does not learn: settings that learn, and why.

A learning rate is advised that every network of this program learns with at once: `GOOD_RATES`,
which a test tries on the real data.
"""

from dataclasses import dataclass, replace

from lenet_desktop.data.class_sizes import SEVERE, imbalance
from lenet_desktop.settings.choices import Activation, Augmentation, ClassWeights, Optimizer
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import setting_text
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import figure, quoted, sentences, whole

GOOD_RATES = {
    Optimizer.SGD: 0.1,
    Optimizer.NESTEROV: 0.1,
    Optimizer.ADAM: 0.002,
    Optimizer.ADAMW: 0.002,
}
"""Learning rates without momentum, with which ReLU and tanh learn at once in batches of 256."""
_FAR = 3.0
"""Times a good rate beyond which a rate is the likely reason for not learning."""
_LARGEST_BATCH, _MOST_DECAY, _MOST_SMOOTHING, _MOST_DROPOUT = 1_024, 0.01, 0.5, 0.5
"""What good rates still work with; beyond, there are too few steps, or too little to aim at."""
_USUAL_DECAY, _USUAL_DROPOUT = 5e-4, 0.2
"""What is advised against learning by heart."""
_FEWEST_STEPS = 20
"""Of an epoch, likewise."""

_MANY_TIMES = 10
"""From when on nobody cares for tenths."""
_KEPT = ("epochs", "network", "validation_images", "patience")
"""What learns, how long and how that is judged: no recipe takes this from a person."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What a person can do about a run.

    Attributes:
        sentence: what happened and what helps.
        button: what a button says that does it, as "Restart with ReLU at 0.1".
        config: the settings that it restarts with.
    """

    sentence: str
    button: str
    config: TrainingConfig


def advise_on_plateau(config: TrainingConfig) -> Advice | None:
    """Say what helps where a run with these settings has stayed at the loss of mere guessing.

    None where its recipe is already the one that learns at once.
    """
    if config == _modern(config)[1]:
        return None
    guessing = _(
        "The loss is still {loss}, which is mere guessing among {classes} classes."
    ).format(loss=figure(config.guessing_loss, ".2f"), classes=len(config.data.class_names))
    good = good_rate(config)
    rate_is_near = good / _FAR <= config.learning_rate <= good * _FAR
    is_sigmoid = config.activation is Activation.SIGMOID
    if _hinders(config) or (rate_is_near and not is_sigmoid):
        text = _(
            "If it lasts, these settings do not suit each other. The preset {preset} learns at "
            "once."
        )
        return Advice(sentences([guessing, text.format(preset=MODERN.title)]), *_modern(config))
    if is_sigmoid:
        better = replace(config, activation=Activation.RELU, learning_rate=good)
        text = _(
            "That is usual for sigmoids: they often take hundreds of steps before they learn. ReLU "
            "at a learning rate of {rate} learns at once."
        )
        return Advice(
            sentences([guessing, text.format(rate=_rate(better))]),
            _("Restart with ReLU at {rate}").format(rate=_rate(better)),
            better,
        )
    better = replace(config, learning_rate=good)
    text = (
        _("The learning rate {rate} is probably too high: {better} suits this network.")
        if config.learning_rate > good
        else _("The learning rate {rate} is probably too low: {better} suits this network.")
    )
    text = text.format(rate=_rate(config), better=_rate(better))
    return Advice(sentences([guessing, text]), _restart(better), better)


def advise_on_divergence(config: TrainingConfig, learning_rate: float) -> Advice:
    """Say what helps where the loss is not a number any more.

    Args:
        config: the settings of the run.
        learning_rate: the one that it had in the end, before the schedule's factor.
    """
    shown = _rate(replace(config, learning_rate=learning_rate))
    if not _is_cured_by_rate(config, learning_rate):
        text = _(
            "The loss is not a number any more: the learning rate {rate} is too high for this "
            "network. Lower it and start again, or take the preset {preset}, which learns at once."
        )
        return Advice(text.format(rate=shown, preset=MODERN.title), *_modern(config))
    text = _(
        "The loss is not a number any more: the learning rate {rate} is too high for this network. "
        "Lower it and start again."
    )
    return Advice(text.format(rate=shown), *_good(config))


def advise_on_high_loss(config: TrainingConfig, loss: float) -> Advice:
    """Say what helps where the loss is a number, but far above that of mere guessing.

    Args:
        config: the settings of the run.
        loss: of its last epoch.
    """
    text = _(
        "The loss is {loss}, far above the {guessing} of mere guessing: the learning rate {rate} "
        "is probably too high for this network."
    )
    guessing = figure(config.guessing_loss, ".2f")
    said = text.format(loss=figure(loss, ".2f"), guessing=guessing, rate=_rate(config))
    is_cured = _is_cured_by_rate(config, config.learning_rate)
    return Advice(said, *(_good(config) if is_cured else _modern(config)))


def advise_on_overfitting(config: TrainingConfig) -> Advice | None:
    """Say what helps where only the training images are still learned; None where all is done."""
    if config.augmentation is Augmentation.NONE:
        mirrors = config.data.can_be_mirrored
        varied = Augmentation.FLIPS_AND_SHIFTS if mirrors else Augmentation.SHIFTS
        helps = _("Images that are varied each time help, and so do fewer epochs.")
        button = _("Restart with varied images")
        better = replace(config, augmentation=varied)
    elif not config.weight_decay:
        helps = _("Weight decay helps, and so do fewer epochs.")
        button = _("Restart with weight decay")
        better = replace(config, weight_decay=_USUAL_DECAY)
    elif not config.dropout:
        helps = _("Dropout helps, and so do fewer epochs.")
        button = _("Restart with dropout")
        better = replace(config, dropout=_USUAL_DROPOUT)
    else:
        return None
    return Advice(helps, button, better)


def advise_on_imbalance(config: TrainingConfig) -> Advice | None:
    """Say what helps where a network may neglect a class of few images; None where it need not."""
    info = config.data
    times = imbalance(info.train_counts)
    if times <= SEVERE or config.class_weights is not ClassWeights.NONE:
        return None
    named = [each for each in zip(info.train_counts, info.class_names, strict=True) if each[0]]
    (most, frequent), (fewest, rare) = max(named), min(named)
    text = _(
        "There are {times} times as many training images of {frequent} as of {rare} ({most} and "
        "{fewest}), so a network may neglect the rare ones. With class weights all classes count "
        "alike."
    )
    return Advice(
        text.format(
            times=figure(times, ".1f" if times < _MANY_TIMES else ",.0f"),
            frequent=quoted(frequent),
            rare=quoted(rare),
            most=whole(most),
            fewest=whole(fewest),
        ),
        _("Use class weights"),
        replace(config, class_weights=ClassWeights.BALANCED),
    )


def good_rate(config: TrainingConfig) -> float:
    """Return a learning rate that suits the optimiser of these settings."""
    rate = GOOD_RATES[config.optimizer]
    if config.optimizer.uses_momentum:
        rate *= 1 - config.momentum  # a step counts 1 / (1 - momentum) times in the long run
    return float(f"{rate:.3g}")


def _hinders(config: TrainingConfig) -> bool:
    """Tell whether something keeps the network from learning at once whatever its rate is."""
    # AdamW's decay is multiplied by the learning rate, and so is never strong.
    decays = config.optimizer is not Optimizer.ADAMW and config.weight_decay > _MOST_DECAY
    images, batch = config.data.training_images, config.batch_size
    too_few_steps = batch > _LARGEST_BATCH or 0 < images < _FEWEST_STEPS * batch
    blurs = config.label_smoothing > _MOST_SMOOTHING or config.dropout > _MOST_DROPOUT
    return decays or too_few_steps or blurs


def _is_cured_by_rate(config: TrainingConfig, rate: float) -> bool:
    """Tell whether a network that went astray at a rate learns at once at a good one."""
    is_sigmoid = config.activation is Activation.SIGMOID
    return not is_sigmoid and not _hinders(config) and rate > good_rate(config)


def _good(config: TrainingConfig) -> tuple[str, TrainingConfig]:
    """Return what a button says that starts with a good rate, and the settings that it takes."""
    better = replace(config, learning_rate=good_rate(config))
    return _restart(better), better


def _modern(config: TrainingConfig) -> tuple[str, TrainingConfig]:
    """Return what a button says that starts the modern recipe, and the settings that it takes."""
    kept = {name: getattr(config, name) for name in _KEPT}
    button = _("Restart with {preset}").format(preset=MODERN.title)
    return button, replace(MODERN.for_run(config), **kept)


def _restart(config: TrainingConfig) -> str:
    return _("Restart at {rate}").format(rate=_rate(config))


def _rate(config: TrainingConfig) -> str:
    return setting_text(config, "learning_rate")
