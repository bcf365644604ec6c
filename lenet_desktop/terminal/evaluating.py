"""Judges a saved network on the test images."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lenet_desktop.data import catalogue
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.networks.catalogue import NETWORKS
from lenet_desktop.networks.computation import (
    SCALES,
    Computation,
    PixelScale,
    computations,
)
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.settings.config import BY_NAME
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.stopping import StopRequests
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.terminal.columns import cells, row
from lenet_desktop.terminal.data_options import add_data_option, open_data
from lenet_desktop.terminal.output import say, tell
from lenet_desktop.terminal.setting_options import add_setting_option
from lenet_desktop.terminal.usage import EXIT_SUCCESS, UsageError, number
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import enumerated, joined, listed
from lenet_desktop.training.devices import choose_device, find_devices
from lenet_desktop.training.libraries import import_torch

if TYPE_CHECKING:
    from lenet_desktop.data.images import LabelledImages
    from lenet_desktop.export.model_files import StoredModel
    from lenet_desktop.export.model_opening import OpenedModel
    from lenet_desktop.networks.predictions import PredictionSet

_OPTIONS = ("activation", "pooling", "normalise")


def add_evaluation_options(parser: argparse.ArgumentParser) -> None:
    """Add the file, the device, and what may be said of one that another program wrote."""
    parser.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help=_("a network, as safetensors or ONNX of any program"),
    )
    add_data_option(
        parser, _("of which data set the test images are"), _("what the network has learned")
    )
    add_setting_option(parser, BY_NAME["device"])
    add_computation_options(parser)


def add_computation_options(parser: argparse.ArgumentParser) -> None:
    """Add what may be said of a network that another program wrote."""
    foreign = parser.add_argument_group(
        _("networks of other programs"),
        _(
            "how the network computes, where its file does not say; what is left out is found out "
            "on training images"
        ),
    )
    for name in ("activation", "pooling"):
        add_setting_option(foreign, BY_NAME[name])
    foreign.add_argument(
        "--normalise",
        type=_scale,
        nargs="?",
        const=SCALES[catalogue.DEFAULT.key],
        metavar="SCALE",
        help=_(
            "what the pixels were when it learned: {scales}, or MEAN,STD of pixels from 0 to 1; "
            "{usual} where no scale is given"
        ).format(scales=enumerated(SCALES), usual=catalogue.DEFAULT.key),
    )


def evaluate_file(options: argparse.Namespace, cache: Path) -> int:
    """Judge a saved network on the test images and print how each class fares."""
    import_torch()
    from lenet_desktop.export.model_files import read_model
    from lenet_desktop.export.model_opening import judge, make_usable

    with StopRequests():
        chosen = open_data(options, cache, _form_of(options))
        stored = read_model(options.file, catalogue.DEFAULT if chosen is None else chosen.info)
        if stored.config is not None:
            refuse_given(options, options.file.name)
        device = choose_device(options.device or TEXTBOOK.config.device, find_devices())
        known = catalogue.DEFAULT if stored.config is None else stored.config.data
        data = chosen or catalogue.load_splits(cache, known)
        if stored.config is None:
            model = open_foreign(stored, data.train, options)
        else:
            model = make_usable(stored, data.train)
            if known.fingerprint != data.info.fingerprint:
                say(model.sentence)
        predictions = judge(model, data.test.to(device.id))
    tell(_figures(predictions))
    for line in _class_table(predictions):
        tell(line)
    return EXIT_SUCCESS


def _form_of(options: argparse.Namespace) -> FolderOptions:
    """Return how a folder becomes images for a network, where its file says what it reads."""
    from lenet_desktop.export.model_files import read_model

    with contextlib.suppress(CheckpointError):  # which is told when it is read for these data
        config = None if options.data is None else read_model(options.file).config
        if config is not None:
            return FolderOptions.of(config.data)
    return FolderOptions()


def open_foreign(
    stored: StoredModel, train: LabelledImages, options: argparse.Namespace
) -> OpenedModel:
    """Return a network of another program, and say how it is taken to compute."""
    from lenet_desktop.export.model_opening import make_usable

    model = make_usable(stored, train, _candidates(stored.network, options))
    say(model.sentence)
    if len(_given(options)) < len(_OPTIONS):
        say(_("Where you know better, say so with --activation, --pooling and --normalise."))
    return model


def refuse_given(options: argparse.Namespace, name: str) -> None:
    """Refuse to be told how a network computes that says so itself.

    Raises:
        UsageError: an option does.
    """
    given = [f"--{name}" for name in _given(options)]
    if given:
        text = _("{name} says itself how its network computes: leave {options} out.")
        raise UsageError(text.format(name=name, options=listed(given)))


def _given(options: argparse.Namespace) -> list[str]:
    return [name for name in _OPTIONS if getattr(options, name) is not None]


def _candidates(network: Network, options: argparse.Namespace) -> list[Computation]:
    """Return the ways in which a network may compute, after what is said of it."""
    if options.pooling is not None and not network.pools:
        text = _("The network is {network}, which pools nothing: leave --pooling out.")
        raise UsageError(text.format(network=_(NETWORKS[network].name)))
    activation = None if options.activation is None else Activation(options.activation)
    pooling = None if options.pooling is None else Pooling(options.pooling)
    return list(computations(network, activation, pooling, options.normalise))


def _scale(text: str) -> PixelScale:
    """Read the argument that tells what pixels were: a name, or a mean and a deviation."""
    if text in SCALES:
        return SCALES[text]
    mean, _comma, std = text.partition(",")
    try:
        return PixelScale(number(mean), number(std))
    except (ValueError, argparse.ArgumentTypeError) as error:
        raise argparse.ArgumentTypeError(
            _("“{text}” is no scale of pixels. It is {scales}, or like 0.286,0.353").format(
                text=text, scales=enumerated(SCALES)
            )
        ) from error


def _figures(predictions: PredictionSet) -> str:
    """Return the figures of all images; beside them, where classes are unequal, what tells that."""
    told = [
        (_("loss {figure}"), predictions.loss),
        (_("accuracy {figure}"), predictions.accuracy),
    ]
    if predictions.balanced_accuracy is not None:
        told.append((_("balanced {figure}"), predictions.balanced_accuracy))
        told.append((_("chance {figure}"), predictions.info.chance_accuracy))
    return joined(text.format(figure=f"{value:.4f}") for text, value in told)


def _class_table(predictions: PredictionSet) -> Iterator[str]:
    names = predictions.info.class_names
    width = max(12, *(cells(name) + 1 for name in names))
    line = f"{{:{width}}}{{:>8}}{{:>8}}{{:>9}}{{:>11}}"
    headings = (_("class"), _("images"), _("right"), _("recall"), _("precision"))
    yield row(line, headings)
    for label, name in enumerate(names):
        mine, called = predictions.labels == label, predictions.predicted == label
        right = int((mine & called).sum())
        recall = f"{right / mine.sum():.3f}" if mine.any() else "-"
        precision = f"{right / called.sum():.3f}" if called.any() else "-"
        figures = (f"{mine.sum():,}", f"{right:,}", recall, precision)
        yield row(line, (name, *figures))
