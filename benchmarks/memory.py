"""Measures how much memory a run without a window takes, above what torch and torchvision take.

    python benchmarks/memory.py [--epochs 2]

Loading the data, training the textbook's recipe and judging it are all included. The peak is the
largest resident set of the process, as the system counts it. Works on Linux and macOS.
"""

import argparse
import importlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path

from machine import describe_machine, peak_mb

from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.training.libraries import import_torch


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--epochs", type=int, default=2)
    epochs = parser.parse_args().epochs
    import_torch()
    importlib.import_module("torchvision.datasets")  # as what the run is measured against
    imported = peak_mb()
    train_once(epochs)
    above = peak_mb() - imported
    print(f"On {describe_machine()}")
    print(f"torch and torchvision imported: {imported:.0f} MB")
    print(f"a run of {epochs} epochs: at most {above:.0f} MB more")
    print(json.dumps({"imported_mb": round(imported), "run_mb": round(above), "epochs": epochs}))


def train_once(epochs: int) -> None:
    """Load the data and train on the CPU, as `main.py train` does."""
    from lenet_desktop.data.catalogue import load_splits
    from lenet_desktop.training.devices import choose_device, find_devices
    from lenet_desktop.training.engine import train

    config = replace(TEXTBOOK.config, epochs=epochs, device="cpu")
    with tempfile.TemporaryDirectory() as folder:
        data = load_splits(Path(folder))
        for _ in train(config, data, choose_device(config.device, find_devices())):
            pass


if __name__ == "__main__":
    main()
