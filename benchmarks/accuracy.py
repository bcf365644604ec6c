"""Measures how far each preset gets, as the median over several seeds.

    python benchmarks/accuracy.py [--data NAME ...] [--preset NAME ...] [--seeds 3] [--held-out N]

The data are Fashion-MNIST where nothing else is said; `--data all` measures every data set whose
files are at hand, and says of the others how they come here. Each preset is fitted to the data, as
in the program.

Every run is judged by what it knows after its last epoch, never by its best one. With --held-out N
the last N training images, after shuffling, are judged instead of the test images and are not
learned from; recipes are chosen that way, so that the test images stay unseen until the figure
that is published.
"""

import argparse
import json
import statistics
import time
from dataclasses import replace
from pathlib import Path

import platformdirs
from machine import describe_machine

from lenet_desktop.data.catalogue import DEFAULT, TITLES, read_named
from lenet_desktop.data.images import DataError, DataSplits, as_splits
from lenet_desktop.settings.presets import PRESETS, TEXTBOOK, Preset
from lenet_desktop.training.devices import Device, choose_device, find_devices
from lenet_desktop.training.libraries import import_torch

ALL = "all"
MOST_SEEDS = {TEXTBOOK.name: 5}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", action="append", choices=[*TITLES, ALL])
    parser.add_argument(
        "--cache",
        type=Path,
        default=platformdirs.user_cache_path("lenet-desktop", appauthor=False),
        help="where data sets are kept",
    )
    parser.add_argument("--preset", action="append", choices=[preset.name for preset in PRESETS])
    parser.add_argument("--seeds", type=int, help="how many; 3 by default, 5 for the textbook")
    parser.add_argument("--held-out", type=int, default=0, metavar="N")
    parser.add_argument("--device", default=TEXTBOOK.config.device)
    options = parser.parse_args()
    import_torch()
    device = choose_device(options.device, find_devices())
    judged_on = f"{options.held_out:,} held-out images" if options.held_out else "test images"
    print(f"On {describe_machine()}, training on {device.label}, judged on {judged_on}", flush=True)
    names = options.data or [DEFAULT.key]
    result = {}
    for name in TITLES if ALL in names else names:
        try:
            data = as_splits(read_named(name, options.cache))
        except DataError as error:
            print(f"\n{TITLES[name]} is not measured. {error}", flush=True)
            continue
        result[name] = measure_all(data, options, device)
    print(json.dumps({"machine": describe_machine(), "judged_on": judged_on, "data": result}))


def measure_all(
    data: DataSplits, options: argparse.Namespace, device: Device
) -> dict[str, dict[str, object]]:
    """Measure the presets on one data set."""
    if options.held_out:
        data = hold_out(data, options.held_out)
    print(f"\n{data.info.title}, {len(data.train):,} images to learn from")
    print(f"{'preset':18}{'batch':>6}{'epochs':>7}{'median':>9}  {'each seed':32}{'s a run':>9}")
    return {
        preset.name: measure(preset, options.seeds or MOST_SEEDS.get(preset.name, 3), data, device)
        for preset in PRESETS
        if options.preset is None or preset.name in options.preset
    }


def measure(preset: Preset, seeds: int, data: DataSplits, device: Device) -> dict[str, object]:
    """Train a preset with seeds 0, 1, ... and print a line about it."""
    accuracies, seconds = [], []
    for seed in range(seeds):
        began_at = time.perf_counter()
        accuracies.append(final_accuracy(preset, seed, data, device))
        seconds.append(time.perf_counter() - began_at)
    median, duration = statistics.median(accuracies), statistics.median(seconds)
    each = " ".join(f"{accuracy:.4f}" for accuracy in accuracies)
    fitted = preset.for_data(data.info)
    print(
        f"{preset.name:18}{fitted.batch_size:6}{fitted.epochs:7}{median:9.4f}  {each:32}"
        f"{duration:9.0f}",
        flush=True,
    )
    return {
        "batch_size": fitted.batch_size,
        "learning_rate": fitted.learning_rate,
        "epochs": fitted.epochs,
        "median": median,
        "each": accuracies,
        "seconds": round(duration, 1),
    }


def final_accuracy(preset: Preset, seed: int, data: DataSplits, device: Device) -> float:
    """Train once and return the share of judged images that are right after the last epoch."""
    from lenet_desktop.training.engine import train
    from lenet_desktop.training.events import EpochDone

    config = replace(preset.for_data(data.info), seed=seed, device=device.id)
    done = [event for event in train(config, data, device) if isinstance(event, EpochDone)]
    return done[-1].test_accuracy or 0.0


def hold_out(data: DataSplits, count: int) -> DataSplits:
    """Return the training images alone, some of them in the place of the test images."""
    from lenet_desktop.training.sampling import shuffled

    order = shuffled(len(data.train), seed=0, epoch=0)
    return DataSplits(data.train.some(order[:-count]), data.train.some(order[-count:]))


if __name__ == "__main__":
    main()
