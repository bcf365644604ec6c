"""Trains an epoch with another version of the program for each line that comes in.

Started by `training.py` with that version's folders in PYTHONPATH, whose own benchmark knows how
it is used.
"""

import importlib
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any


def main() -> None:
    # The other version's, as this file's own folder is not looked in.
    training: Any = importlib.import_module("training")
    training.import_torch()
    with tempfile.TemporaryDirectory() as folder:
        data = training.in_thread(training.load_splits, Path(folder))
        device = training.choose_device(sys.argv[1], training.in_thread(training.find_devices))
        config = replace(training.TEXTBOOK.config, epochs=1, device=device.id)
        for _ in sys.stdin:
            seconds = training.in_thread(training.engine_epoch, data, device, config)
            print(seconds, flush=True)


if __name__ == "__main__":
    main()
