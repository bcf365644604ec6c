"""Searches Fashion-MNIST for images that are nearly the same, and writes the file of its pairs.

    python benchmarks/near_duplicates.py > resources/fashion_mnist/near_duplicates.json

The file is what the program reads in place of a search. The places count the test images first.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from lenet_desktop.data.catalogue import read_split
from lenet_desktop.data.images import Split
from lenet_desktop.data.known.fashion_mnist import FASHION_MNIST
from lenet_desktop.data.near_duplicates import NEAR_ERROR, search_near_pairs


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        parts = [read_split(split, Path(folder)).images for split in (Split.TEST, Split.TRAIN)]
    start_s = time.perf_counter()
    pairs = np.concatenate(list(search_near_pairs(np.concatenate(parts)[:, 0])))
    print(f"{len(pairs)} pairs in {time.perf_counter() - start_s:.2f} s", file=sys.stderr)
    content = {
        "fingerprint": FASHION_MNIST.fingerprint,
        "mean_squared_error": NEAR_ERROR,
        "pairs": sorted(pairs.tolist()),
    }
    print(json.dumps(content))


if __name__ == "__main__":
    main()
