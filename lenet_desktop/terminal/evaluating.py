"""Judges a saved network on the test images."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lenet_desktop.core import datasets
from lenet_desktop.core.datasets import CLASS_NAMES
from lenet_desktop.core.devices import choose_device, find_devices
from lenet_desktop.core.libraries import import_torch
from lenet_desktop.core.presets import TEXTBOOK
from lenet_desktop.stopping import StopRequests
from lenet_desktop.terminal.output import tell

if TYPE_CHECKING:
    from lenet_desktop.core.predictions import PredictionSet


def evaluate_file(options: argparse.Namespace, cache: Path) -> int:
    """Judge a saved network on the 10,000 test images and print how each class fares."""
    import_torch()
    from lenet_desktop.core.evaluation import evaluate
    from lenet_desktop.core.model_files import load_model

    with StopRequests():
        model, config = load_model(options.file)
        device = choose_device(options.device or TEXTBOOK.config.device, find_devices())
        test = datasets.load_splits(cache).test.to(device.id)
        answers = evaluate(model.to(device.id), test, config.epochs, normalise=config.normalise)
    tell(f"loss {answers.loss:.4f}, accuracy {answers.accuracy:.4f}")
    for line in _class_table(answers):
        tell(line)
    return 0


def _class_table(answers: PredictionSet) -> Iterator[str]:
    yield f"{'class':12}{'images':>8}{'right':>8}{'recall':>9}{'precision':>11}"
    for number, name in enumerate(CLASS_NAMES):
        mine, called = answers.labels == number, answers.predicted == number
        right = int((mine & called).sum())
        recall = f"{right / mine.sum():.3f}" if mine.any() else "-"
        precision = f"{right / called.sum():.3f}" if called.any() else "-"
        yield f"{name:12}{mine.sum():8,}{right:8,}{recall:>9}{precision:>11}"
