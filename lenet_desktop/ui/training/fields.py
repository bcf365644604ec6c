"""What the settings of a run are called and how they explain themselves."""

from dataclasses import dataclass

from lenet_desktop.settings.config import Activation, Augmentation, Optimizer, Pooling, Schedule

OPTIMIZER_NAMES = {
    Optimizer.SGD: "SGD",
    Optimizer.NESTEROV: "SGD + Nesterov",
    Optimizer.ADAM: "Adam",
    Optimizer.ADAMW: "AdamW",
}
ACTIVATION_NAMES = {
    Activation.SIGMOID: "Sigmoid",
    Activation.RELU: "ReLU",
    Activation.TANH: "Tanh",
}
POOLING_NAMES = {Pooling.AVERAGE: "Average", Pooling.MAX: "Maximum"}

SCHEDULE_NAMES = {
    Schedule.CONSTANT: "Constant",
    Schedule.COSINE: "Cosine",
    Schedule.ONE_CYCLE: "One cycle",
}
AUGMENTATION_NAMES = {
    Augmentation.NONE: "None",
    Augmentation.FLIPS: "Flips",
    Augmentation.FLIPS_AND_SHIFTS: "Flips and shifts",
}
INPUT_NAMES = {False: "0 to 1", True: "Normalised"}


@dataclass(frozen=True, slots=True)
class Field:
    """How a setting is presented: its label with mnemonic, object name and explanation."""

    label: str
    object_name: str
    explanation: str


FIELDS = {
    "preset": Field("Prese&t", "preset_input", "A ready-made recipe to start from."),
    "epochs": Field(
        "&Epochs", "epochs_input",
        "How many times the network sees every training image.",
    ),
    "learning_rate": Field(
        "&Learning rate", "learning_rate_input",
        "How far each step moves the weights along the gradient: too small learns slowly, "
        "too large never settles.",
    ),
    "batch_size": Field(
        "&Batch size", "batch_size_input",
        "How many images are averaged for one step of the weights.",
    ),
    "seed": Field(
        "See&d", "seed_input",
        "The number from which first weights and shuffling are drawn: the same seed repeats a run.",
    ),
    "device": Field(
        "Devi&ce", "device_input", "The processor that computes the run."
    ),
    "optimizer": Field(
        "&Optimiser", "optimizer_input", "The rule that turns gradients into steps of the weights."
    ),
    "momentum": Field(
        "&Momentum", "momentum_input",
        "How much of the last step is carried into the next one, from 0 to below 1.",
    ),
    "activation": Field(
        "&Activation", "activation_input",
        "The curve that bends each layer's output: sigmoid squeezes it into 0 to 1, ReLU cuts "
        "off what is negative, tanh squeezes it into -1 to 1.",
    ),
    "pooling": Field(
        "Pooling 2&x2", "pooling_input",
        "How each 2 by 2 block of a feature map becomes one value: its average or its maximum.",
    ),
    "schedule": Field(
        "Schedule", "schedule_input",
        "How the learning rate goes on: constant; falling to 0 along a cosine; or one cycle, which "
        "rises for the first 15 % of the run and then falls to 0.",
    ),
    "weight_decay": Field(
        "Weight decay", "weight_decay_input",
        "How strongly every step pulls the weights towards 0, so that the network does not rely on "
        "a few large ones; 0 is off.",
    ),
    "label_smoothing": Field(
        "Smoothing", "label_smoothing_input",
        "Label smoothing: how much of each training label is spread evenly over all classes, so "
        "that the network is not pushed to be certain; 0 is off.",
    ),
    "augmentation": Field(
        "Var&y images", "augmentation_input",
        "Augmentation: training images are shown mirrored half of the time, and moved by a pixel, "
        "so that they are never twice the same. Test images stay as they are.",
    ),
    "normalise": Field(
        "Input", "normalise_input",
        "What the network reads: pixels from 0 to 1, or normalised to mean 0 and deviation 1.",
    ),
}  # fmt: skip
