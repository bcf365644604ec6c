"""What the layers of a network are called, and what they do, in words for a pupil."""

from collections.abc import Sequence

from lenet_desktop.networks.layer_descriptions import LayerDescription, LayerKind
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import percent, sentences, whole

Step = Sequence[LayerDescription]
"""A layer, and those behind it that change numbers in passing."""

_ACTIVATIONS = {
    Activation.SIGMOID: marked("Sigmoid: squeezes each number into 0 to 1."),
    Activation.RELU: marked("ReLU: sets each number below 0 to 0, and leaves the others."),
    Activation.TANH: marked("Tanh: squeezes each number into -1 to 1."),
}
_WHY_ACTIVATION = marked(
    "Without such a bend between them, all layers together could do no more than one."
)
_NORMALISATION = marked(
    "Batch normalisation: while the network learns, these numbers are brought to mean 0 and "
    "deviation 1 over a part of the batch. Afterwards that is a part of the weights."
)
_DROPOUT = marked(
    "Dropout: while the network learns, {share} of these numbers are set to 0 at random in every "
    "step, so that it does not rely on single ones."
)


def shape_text(shape: Sequence[int]) -> str:
    """Write a shape, as `6x28x28` or `400`."""
    return "x".join(whole(length) for length in shape)


def step_name(step: Step, config: TrainingConfig) -> str:
    """Return what a step is called."""
    layer = step[0]
    match layer.kind:
        case LayerKind.INPUT:
            return _("Image")
        case LayerKind.CONVOLUTION:
            return _("Convolution {kernel}x{kernel}").format(kernel=layer.kernel)
        case LayerKind.POOLING:
            is_average = config.pooling is Pooling.AVERAGE
            name = (
                _("Average of {kernel}x{kernel}")
                if is_average
                else _("Maximum of {kernel}x{kernel}")
            )
            return name.format(kernel=layer.kernel)
        case LayerKind.FLATTENING:
            return _("In one row")
    return _("Fully connected")


def added_names(step: Step, config: TrainingConfig) -> list[str]:
    """Return what those layers of a step are called that change numbers in passing."""
    names = {
        LayerKind.NORMALISATION: _("normalised"),
        LayerKind.ACTIVATION: _(config.activation.words),
        LayerKind.DROPOUT: _("dropout"),
    }
    return [names[layer.kind] for layer in step[1:]]


def explain_step(step: Step, config: TrainingConfig, *, is_last: bool) -> str:
    """Say what a step does, a paragraph for each of its layers."""
    return "\n".join(_explain(layer, config, is_last=is_last) for layer in step)


def _explain(layer: LayerDescription, config: TrainingConfig, *, is_last: bool) -> str:
    match layer.kind:
        case LayerKind.INPUT:
            return _explain_image(config)
        case LayerKind.CONVOLUTION:
            return _explain_convolution(layer)
        case LayerKind.POOLING:
            return _explain_pooling(layer, config)
        case LayerKind.FLATTENING:
            return _(
                "All numbers are written one behind the other, {units} of them, as the next layer "
                "asks for. Which of them were neighbours does not count from here on."
            ).format(units=whole(layer.comes_out[0]))
        case LayerKind.LINEAR:
            return _explain_linear(layer, is_last=is_last)
        case LayerKind.NORMALISATION:
            return _(_NORMALISATION)
        case LayerKind.DROPOUT:
            return _(_DROPOUT).format(share=percent(config.dropout, 0))
    return sentences([_(_ACTIVATIONS[config.activation]), _(_WHY_ACTIVATION)])


def _explain_image(config: TrainingConfig) -> str:
    side = config.data.side
    if config.data.channels > 1:
        text = _(
            "An image comes in: {side} x {side} pixels, each of them three numbers for how red, "
            "green and blue it is."
        )
    else:
        text = _(
            "An image comes in: {side} x {side} pixels, each of them a number for how bright it is."
        )
    return text.format(side=side)


def _explain_convolution(layer: LayerDescription) -> str:
    maps, height, width = layer.comes_out
    return _(
        "Looks for {maps} patterns of {kernel}x{kernel} pixels everywhere in the image. Each "
        "draws a map of {height} x {width} numbers, large where its pattern is. A pattern has the "
        "same weights at every place: {weights} in all, and {biases} biases, are learned."
    ).format(
        maps=maps,
        kernel=layer.kernel,
        height=height,
        width=width,
        weights=whole(layer.weights),
        biases=whole(layer.biases),
    )


def _explain_pooling(layer: LayerDescription, config: TrainingConfig) -> str:
    if config.pooling is Pooling.AVERAGE:
        text = _(
            "Makes one number of each {kernel}x{kernel} neighbours: their average. The maps "
            "become smaller, and it matters less where exactly a pattern was. Nothing is learned."
        )
    else:
        text = _(
            "Makes one number of each {kernel}x{kernel} neighbours: the largest. The maps "
            "become smaller, and it matters less where exactly a pattern was. Nothing is learned."
        )
    return text.format(kernel=layer.kernel)


def _explain_linear(layer: LayerDescription, *, is_last: bool) -> str:
    if is_last:
        text = _(
            "Gives each of the {units} classes a number, a sum of the {before} that come in, each "
            "times a weight. The largest is the answer. {weights} weights and {biases} biases are "
            "learned."
        )
    else:
        text = _(
            "Each of its {units} units sums up all {before} numbers that come in, each times a "
            "weight of its own: {weights} weights and {biases} biases are learned."
        )
    return text.format(
        units=whole(layer.comes_out[0]),
        before=whole(layer.comes_in[0]),
        weights=whole(layer.weights),
        biases=whole(layer.biases),
    )
