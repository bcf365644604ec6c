"""A configuration as a short script in plain PyTorch, to be read, run and changed."""

from __future__ import annotations

import textwrap
from pathlib import Path

from lenet_desktop.data.images import Split
from lenet_desktop.data.pictures.preparation import in_words
from lenet_desktop.export import batch_norm_code
from lenet_desktop.export.data_code import DataCode
from lenet_desktop.export.network_code import network_code
from lenet_desktop.export.schedule_code import UNCHANGED, rate_code, schedule_code
from lenet_desktop.export.validation_code import (
    HOLDING_OUT,
    JUDGED,
    JUDGING,
    PRINTED,
    STOPPING,
    TERMS,
    UNSTOPPED,
)
from lenet_desktop.networks.catalogue import NETWORKS
from lenet_desktop.settings.choices import Augmentation, ClassWeights, Optimizer, Schedule
from lenet_desktop.settings.config import AUTO_DEVICE, BY_NAME, SETTINGS, TrainingConfig
from lenet_desktop.training.learning_rate import RateCourse


def pytorch_code(
    config: TrainingConfig, course: RateCourse = UNCHANGED, prepared: Path | None = None
) -> str:
    """Return a script that does with torch and torchvision alone what a run did.

    Only what the configuration needs is in it. Initial weights and the order of the images are
    those of the engine, bit for bit; so losses agree but for rounding, or where images are
    varied or numbers dropped, but for chance, because that is done by torchvision and PyTorch
    themselves. The settings are exact.

    Args:
        config: the run's configuration, with all the epochs that it was given in the end.
        course: what was done to its learning rate on the way.
        prepared: the file in which its images are kept prepared, None where there is none.

    Raises:
        DataError: its images are neither there nor given away by torchvision.

    Source: the style is that of Zhang et al., Dive into Deep Learning, section 7.6.
    """
    data = DataCode(config.data, prepared)
    parts = [
        _header(config),
        _imports(config, data),
        _settings(config, course, data),
        data.reader,
        _data(config, data),
        batch_norm_code.LAYER if config.batch_norm else "",
        _ORDER,
        HOLDING_OUT if config.validation_images else "",
        *network_code(config),
        f"{_loss(config)}\n{_optimizer(config)}",
        schedule_code(config, course),
        batch_norm_code.measuring_code(config) if config.batch_norm else "",
        _judging(config),
        _classifying(config),
        _training(config, course),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


_WIDTH = 88
"""How many characters a line of the script has at most."""

# A part that begins or ends with a function has a newline there, for the second blank line.

_ORDER = '''
def shuffled(epoch):
    """Return the order of the images in an epoch, drawn as LeNet Desktop draws it."""
    state = np.random.SeedSequence((seed, epoch)).generate_state(1, np.uint64)
    generator = torch.Generator().manual_seed(int(state[0]))
    return torch.randperm(len(train_data), generator=generator).tolist()
'''

_TEST_ACCURACY = '''
@torch.no_grad()
def test_accuracy():
    """Return the share of the test images that the network gets right."""
    net.eval()
    correct = 0
    for images, labels in DataLoader(test_data, batch_size=1000):
        predicted = net(images.to(device)).argmax(dim=1)
        correct += (predicted == labels.to(device)).sum().item()
    return correct / len(test_data)
'''


_CLASSIFYING = '''\
@torch.no_grad()
def classify(file):
    """Return the probability of each class for a picture as the network sees it.

{about}
    """
    net.eval()
    image = Image.open(file).convert("{mode}")
    probabilities = net(to_input(image)[None].to(device)).softmax(dim=1)[0]
    return dict(zip(test_data.classes, probabilities.tolist()))
'''


def _classifying(config: TrainingConfig) -> str:
    info = config.data
    steps = " ".join(in_words(info.preparation, info.side, info.channels))
    about = (
        f"The picture has {info.side} x {info.side} pixels. LeNet Desktop saves what the network "
        f"sees of any picture, and has made it so: {steps}"
    )
    indented = textwrap.fill(about, _WIDTH, initial_indent="    ", subsequent_indent="    ")
    return _CLASSIFYING.format(about=indented, mode="L" if info.channels == 1 else "RGB")


def _judging(config: TrainingConfig) -> str:
    code = JUDGING if config.validation_images else _TEST_ACCURACY
    return code.replace("net.eval()", "measure()") if config.batch_norm else code


def _imports(config: TrainingConfig, data: DataCode) -> str:
    subset = ("Subset",) if config.validation_images else ()
    loading = ", ".join(("DataLoader", *data.loader, *subset))
    return f"""\
import math

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.utils.data import {loading}
from torchvision import transforms
{data.imports}""".rstrip()


def _header(config: TrainingConfig) -> str:
    spec = NETWORKS[config.network]
    varied = [] if config.augmentation is Augmentation.NONE else ["how to vary them"]
    drawn = [*varied, "what to drop"] if config.dropout else varied
    agreement = "so the losses agree but for rounding, which grows from step to step."
    if drawn:
        agreement = f"but draws anew {' and '.join(drawn)}: losses agree closely, not exactly."
    about = (
        f"{spec.name[0].upper()}{spec.name[1:]} on {config.data.title} in plain PyTorch, with the "
        f"settings of a run in LeNet Desktop. The network is taught in {spec.taught_in}."
    )
    begins = (
        "Training begins with the weights that LeNet Desktop begins with and sees the images in "
        f"the same order, {agreement}"
    )
    balanced = config.class_weights is ClassWeights.BALANCED
    weighted = "\n#            where those of a rare class count more" if balanced else ""
    validation = TERMS if config.validation_images else ""
    return f"""\
{_comment(about)}
#
{_comment(begins)}
#
# loss       mean over the training images, each when its batch came, before that step{weighted}
# train acc  share of the training images that were right, each at that same moment
# test acc   share of the test images that were right after the epoch{validation}"""


def _comment(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")


def _settings(config: TrainingConfig, course: RateCourse, data: DataCode) -> str:
    lines = [data.setting, f"device = {_device(config.device)}"]
    for each in SETTINGS:
        if each.is_number and not each.is_off(config):
            number = each.kind(getattr(config, each.name))  # or NumPy's repr would be no plain one
            lines.append(f"{each.name} = {number!r}")
    if course.changes:
        lines.append("# By (epoch, steps made in it): the learning rate that was set there.")
        lines.append("rate_changes = {")
        for change in course.changes:
            place = f"({int(change.epoch)!r}, {int(change.step)!r})"
            lines.append(f"    {place}: {float(change.learning_rate)!r},")
        lines.append("}")
    if course.cycles:
        lines.append("# The schedule began anew when the run was given more epochs.")
        epochs = ", ".join(str(int(epochs)) for epochs in course.cycles)
        lines += textwrap.wrap(f"cycles = [{epochs}]", _WIDTH, subsequent_indent="    ")
    return "\n".join(lines)


def _device(device: str) -> str:
    if device == AUTO_DEVICE:
        return '"cuda" if torch.cuda.is_available() else "cpu"'
    return repr(device)  # a text that anybody may have written, so nothing but a literal


def _data(config: TrainingConfig, data: DataCode) -> str:
    info = config.data
    shape = " x ".join(map(str, info.shape))
    lines = [f"to_input = transforms.ToTensor()  # {shape}, from 0 to 1"]
    if config.normalise:
        mean, std = ((float(each),) * info.channels for each in (info.mean, info.std))
        lines = [
            "# The mean and the standard deviation are those of the training images' pixels.",
            f"normalise = transforms.Normalize(mean={mean!r}, std={std!r})",
            "to_input = transforms.Compose([transforms.ToTensor(), normalise])",
        ]
    lines += _variation(config)
    seen = "to_input" if config.augmentation is Augmentation.NONE else "varied"
    sets = [("train_data", Split.TRAIN, seen), ("test_data", Split.TEST, "to_input")]
    if config.validation_images or config.batch_norm:
        sets.insert(1, ("all_images", Split.TRAIN, "to_input"))
    lines += [f"{name} = {data.opened(split, transform)}" for name, split, transform in sets]
    return "\n".join(lines)


def _variation(config: TrainingConfig) -> list[str]:
    if config.augmentation is Augmentation.NONE:
        return []
    steps = []
    if config.augmentation.flips:
        steps.append("transforms.RandomHorizontalFlip(),  # every second image, by chance")
    if config.augmentation.shifts:
        steps.append(
            f"transforms.RandomCrop({config.data.side}, padding=1),  # moves by up to a pixel"
        )
    indented = [f"        {step}" for step in (*steps, "to_input,")]
    return ["varied = transforms.Compose(", "    [", *indented, "    ]", ")"]


def _loss(config: TrainingConfig) -> str:
    lines, arguments = [], []
    if config.class_weights is ClassWeights.BALANCED:
        arguments.append("weight=class_weights.to(device)")
        targets = (
            "all_images.targets[learned]" if config.validation_images else "train_data.targets"
        )
        lines = [
            "# The rarer a class, the more its images count; the loss is their weighted mean.",
            f"counts = torch.bincount({targets}, minlength=len(test_data.classes))",
            "class_weights = len(train_data) / (len(test_data.classes) * counts)",
            "class_weights[counts == 0] = 0.0",
        ]
    if config.label_smoothing:
        arguments.append("label_smoothing=label_smoothing")
    return "\n".join([*lines, _call("loss_function = nn.CrossEntropyLoss", arguments)])


def _optimizer(config: TrainingConfig) -> str:
    lines = []
    arguments = ["net.parameters()", "lr=learning_rate"]
    if config.weight_decay:
        arguments[0] = "groups"
        lines = [
            "weights = [parameter for parameter in net.parameters() if parameter.ndim > 1]",
            "biases = [parameter for parameter in net.parameters() if parameter.ndim == 1]",
            "groups = [",
            '    {"params": weights, "weight_decay": weight_decay},',
            '    {"params": biases, "weight_decay": 0.0},',
            "]",
        ]
    elif config.optimizer is Optimizer.ADAMW:  # for which PyTorch's default is not 0
        arguments.append("weight_decay=0.0")
    if not BY_NAME["momentum"].is_off(config):
        arguments.append("momentum=momentum")
    if config.optimizer is Optimizer.NESTEROV:
        arguments.append("nesterov=True")
    name = "SGD" if config.optimizer.uses_momentum else config.optimizer.source_words
    return "\n".join([*lines, _call(f"optimizer = torch.optim.{name}", arguments)])


def _call(function: str, arguments: list[str]) -> str:
    given = ", ".join(arguments)
    line = f"{function}({given})"
    return line if len(line) <= _WIDTH else f"{function}(\n    {given}\n)"


def _training(config: TrainingConfig, course: RateCourse) -> str:
    batches = "DataLoader(train_data, batch_size, sampler=shuffled(epoch))"
    each, rate, next_rate = f"images, labels in {batches}", "", ""
    if course != UNCHANGED:
        each = "step, (images, labels) in enumerate(batches)"
        batches = f"    batches = {batches}\n"
        rate = rate_code(config, course)
    else:
        batches = ""
        if config.schedule is not Schedule.CONSTANT:
            next_rate = "\n        scheduler.step()"
    logits = batch_norm_code.LOGITS if config.batch_norm else "net(images)"
    judged, printed, test_accuracy = "", "", "test_accuracy()"
    if config.validation_images:
        judged, printed, test_accuracy = JUDGED, PRINTED, "judge(test_data)[1]"
    before, after = ("", "") if BY_NAME["patience"].is_off(config) else (UNSTOPPED, STOPPING)
    return f"""\
{before}for epoch in range(1, epochs + 1):
    net.train()
    loss_sum, correct = 0.0, 0
{batches}    for {each}:
{rate}        images, labels = images.to(device), labels.to(device)
        logits = {logits}
        loss = loss_function(logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step(){next_rate}
        loss_sum += loss.item() * len(labels)
        correct += (logits.argmax(dim=1) == labels).sum().item()
    train_loss, train_accuracy = loss_sum / len(train_data), correct / len(train_data){judged}
    print(
        f"epoch {{epoch}}, loss {{train_loss:.4f}}, train acc {{train_accuracy:.3f}}, "{printed}
        f"test acc {{{test_accuracy}:.3f}}"
    ){after}"""
