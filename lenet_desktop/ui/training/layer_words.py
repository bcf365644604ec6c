"""What the layers of a network are called, and what they do, in words for a pupil."""

from collections.abc import Sequence

from lenet_desktop.networks.layer_descriptions import LayerDescription, LayerKind
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.wording import percent

Step = Sequence[LayerDescription]
"""A layer, and those behind it that change numbers in passing."""

_ACTIVATIONS = {
    Activation.SIGMOID: "Sigmoid: squeezes each number into 0 to 1.",
    Activation.RELU: "ReLU: sets each number below 0 to 0, and leaves the others.",
    Activation.TANH: "Tanh: squeezes each number into -1 to 1.",
}
_WHY_ACTIVATION = "Without such a bend between them, all layers together could do no more than one."
_NORMALISATION = (
    "Batch normalisation: while the network learns, these numbers are brought to mean 0 and "
    "deviation 1 over a part of the batch. Afterwards that is a part of the weights."
)
_DROPOUT = (
    "Dropout: while the network learns, {share} of these numbers are set to 0 at random in every "
    "step, so that it does not rely on single ones."
)


def shape_text(shape: Sequence[int]) -> str:
    """Write a shape, as `6x28x28` or `400`."""
    return "x".join(f"{length:,}" for length in shape)


def step_name(step: Step, config: TrainingConfig) -> str:
    """Return what a step is called."""
    layer = step[0]
    match layer.kind:
        case LayerKind.INPUT:
            return "Image"
        case LayerKind.CONVOLUTION:
            return f"Convolution {layer.kernel}x{layer.kernel}"
        case LayerKind.POOLING:
            is_average = config.pooling is Pooling.AVERAGE
            kernel = layer.kernel
            return f"{'Average' if is_average else 'Maximum'} of {kernel}x{kernel}"
        case LayerKind.FLATTENING:
            return "In one row"
    return "Fully connected"


def added_names(step: Step, config: TrainingConfig) -> list[str]:
    """Return what those layers of a step are called that change numbers in passing."""
    names = {
        LayerKind.NORMALISATION: "normalised",
        LayerKind.ACTIVATION: config.activation.words,
        LayerKind.DROPOUT: "dropout",
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
            return (
                "All numbers are written one behind the other, {units} of them, as the next layer "
                "asks for. Which of them were neighbours does not count from here on."
            ).format(units=f"{layer.comes_out[0]:,}")
        case LayerKind.LINEAR:
            return _explain_linear(layer, is_last=is_last)
        case LayerKind.NORMALISATION:
            return _NORMALISATION
        case LayerKind.DROPOUT:
            return _DROPOUT.format(share=percent(config.dropout, 0))
    return f"{_ACTIVATIONS[config.activation]} {_WHY_ACTIVATION}"


def _explain_image(config: TrainingConfig) -> str:
    side = config.data.side
    if config.data.channels > 1:
        text = (
            "An image comes in: {side} x {side} pixels, each of them three numbers for how red, "
            "green and blue it is."
        )
    else:
        text = (
            "An image comes in: {side} x {side} pixels, each of them a number for how bright it is."
        )
    return text.format(side=side)


def _explain_convolution(layer: LayerDescription) -> str:
    maps, height, width = layer.comes_out
    return (
        "Looks for {maps} patterns of {kernel}x{kernel} pixels everywhere in the image. Each "
        "draws a map of {height} x {width} numbers, large where its pattern is. A pattern has the "
        "same weights at every place: {weights} in all, and {biases} biases, are learned."
    ).format(
        maps=maps,
        kernel=layer.kernel,
        height=height,
        width=width,
        weights=f"{layer.weights:,}",
        biases=f"{layer.biases:,}",
    )


def _explain_pooling(layer: LayerDescription, config: TrainingConfig) -> str:
    if config.pooling is Pooling.AVERAGE:
        text = (
            "Makes one number of each {kernel}x{kernel} neighbours: their average. The maps "
            "become smaller, and it matters less where exactly a pattern was. Nothing is learned."
        )
    else:
        text = (
            "Makes one number of each {kernel}x{kernel} neighbours: the largest. The maps "
            "become smaller, and it matters less where exactly a pattern was. Nothing is learned."
        )
    return text.format(kernel=layer.kernel)


def _explain_linear(layer: LayerDescription, *, is_last: bool) -> str:
    if is_last:
        text = (
            "Gives each of the {units} classes a number, a sum of the {before} that come in, each "
            "times a weight. The largest is the answer. {weights} weights and {biases} biases are "
            "learned."
        )
    else:
        text = (
            "Each of its {units} units sums up all {before} numbers that come in, each times a "
            "weight of its own: {weights} weights and {biases} biases are learned."
        )
    return text.format(
        units=f"{layer.comes_out[0]:,}",
        before=f"{layer.comes_in[0]:,}",
        weights=f"{layer.weights:,}",
        biases=f"{layer.biases:,}",
    )
