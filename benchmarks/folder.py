"""Measures how fast a folder of pictures becomes a data set, and how much memory that takes.

    python benchmarks/folder.py [--pictures 60000] [--side 32]

Makes PNGs of noisy colours in a temporary folder, as many classes as CIFAR-10 has, and opens them
twice: decoded, and found again in the cache. Works on Linux and macOS.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from machine import describe_machine, peak_mb
from PIL import Image

from lenet_desktop.data.folders.folder_images import FolderImages, open_folder
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_scan import scan_folder
from lenet_desktop.data.progress import result_of

CLASSES = 10
Result = TypeVar("Result")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=int, default=60_000)
    parser.add_argument("--side", type=int, default=32)
    arguments = parser.parse_args()
    count, side = arguments.pictures, arguments.side
    with tempfile.TemporaryDirectory() as folder:
        root, cache = Path(folder) / "pictures", Path(folder) / "cache"
        make_pictures(root, count, side)
        before = peak_mb()
        scan, scan_s = timed(lambda: scan_folder(root))

        def opened() -> FolderImages:
            return result_of(open_folder(scan, FolderOptions(channels=3), cache))

        first, first_s = timed(opened)
        peak = peak_mb() - before
        _, again_s = timed(opened)
    images = sum(part.images.nbytes for part in first.parts.values()) / 1e6
    print(f"On {describe_machine()}")
    print(f"{count:,} PNGs of {side} x {side} pixels, made into {images:.0f} MB of images")
    print(f"looked through in {scan_s:.2f} s")
    print(f"read in {first_s:.2f} s, {count / first_s:,.0f} pictures/s, at most {peak:.0f} MB more")
    print(f"found again in {again_s:.2f} s, {count / again_s:,.0f} pictures/s")
    told = {"scan_s": scan_s, "read_s": first_s, "again_s": again_s, "peak_mb": peak}
    print(json.dumps({name: round(value, 3) for name, value in told.items()}))


def make_pictures(root: Path, count: int, side: int) -> None:
    """Write pictures that are unlike each other and compress as photographs do."""
    generator = np.random.default_rng(0)
    for label in range(CLASSES):
        (root / f"class {label}").mkdir(parents=True)
    for number in range(count):
        rough = generator.integers(0, 256, (side // 4, side // 4, 3), np.uint8)
        picture = Image.fromarray(rough).resize((side, side), Image.Resampling.BICUBIC)
        picture.save(root / f"class {number % CLASSES}" / f"{number:06}.png")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return what work returns, and how many seconds it takes."""
    start_s = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start_s


if __name__ == "__main__":
    main()
