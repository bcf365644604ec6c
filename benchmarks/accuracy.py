"""Measures how far each preset gets, as the median over several seeds.

    python benchmarks/accuracy.py [--preset NAME ...] [--seeds 3] [--held-out N] [--device auto]

Every run is judged by what it knows after its last epoch, never by its best one. With --held-out N
the last N training images, after shuffling, are judged instead of the test images and are not
learned from; recipes are chosen that way, so that the test images stay unseen until the figure
that is published.
"""

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from machine import describe_machine

from lenet_desktop.data.catalogue import load_splits
from lenet_desktop.data.images import DataSplits
from lenet_desktop.settings.presets import PRESETS, TEXTBOOK, Preset
from lenet_desktop.training.devices import Device, choose_device, find_devices
from lenet_desktop.training.libraries import import_torch

MOST_SEEDS = {TEXTBOOK.name: 5}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--preset", action="append", choices=[preset.name for preset in PRESETS])
    parser.add_argument("--seeds", type=int, help="how many; 3 by default, 5 for the textbook")
    parser.add_argument("--held-out", type=int, default=0, metavar="N")
    parser.add_argument("--device", default=TEXTBOOK.config.device)
    options = parser.parse_args()
    import_torch()
    with tempfile.TemporaryDirectory() as folder:
        data = load_splits(Path(folder))
    if options.held_out:
        data = hold_out(data, options.held_out)
    device = choose_device(options.device, find_devices())
    judged_on = f"{options.held_out:,} held-out images" if options.held_out else "test images"
    print(f"On {describe_machine()}, training on {device.label}, judged on {judged_on}", flush=True)
    print(f"{'preset':18}{'epochs':>7}{'median':>9}  {'each seed':32}{'seconds a run':>14}")
    result = {}
    for preset in PRESETS:
        if options.preset is None or preset.name in options.preset:
            seeds = options.seeds or MOST_SEEDS.get(preset.name, 3)
            result[preset.name] = measure(preset, seeds, data, device)
    print(json.dumps({"machine": describe_machine(), "judged_on": judged_on, "presets": result}))


def measure(preset: Preset, seeds: int, data: DataSplits, device: Device) -> dict[str, object]:
    """Train a preset with seeds 0, 1, ... and print a line about it."""
    accuracies, seconds = [], []
    for seed in range(seeds):
        began_at = time.perf_counter()
        accuracies.append(final_accuracy(preset, seed, data, device))
        seconds.append(time.perf_counter() - began_at)
    median = statistics.median(accuracies)
    each = " ".join(f"{accuracy:.4f}" for accuracy in accuracies)
    epochs, duration = preset.config.epochs, statistics.median(seconds)
    print(f"{preset.name:18}{epochs:7}{median:9.4f}  {each:32}{duration:14.0f}", flush=True)
    return {"epochs": epochs, "median": median, "each": accuracies, "seconds": round(duration, 1)}


def final_accuracy(preset: Preset, seed: int, data: DataSplits, device: Device) -> float:
    """Train once and return the share of judged images that are right after the last epoch."""
    from lenet_desktop.training.engine import train
    from lenet_desktop.training.events import EpochDone

    done = [
        event
        for event in train(replace(preset.config, seed=seed, device=device.id), data, device)
        if isinstance(event, EpochDone)
    ]
    return done[-1].test_accuracy


def hold_out(data: DataSplits, count: int) -> DataSplits:
    """Return the training images alone, some of them in the place of the test images."""
    from lenet_desktop.data.images import LabelledImages
    from lenet_desktop.training.sampling import shuffled

    order = shuffled(len(data.train), seed=0, epoch=0)
    train, judged = order[:-count], order[-count:]
    images, labels = data.train.images, data.train.labels
    return DataSplits(
        LabelledImages(images[train], labels[train], data.info),
        LabelledImages(images[judged], labels[judged], data.info),
    )


if __name__ == "__main__":
    main()
