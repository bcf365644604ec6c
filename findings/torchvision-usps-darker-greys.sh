#!/usr/bin/env bash
# torchvision 0.29.1: USPS images come out darker than they are: 106 of the 256 greys lose one.
#
# The format keeps a pixel as a number from -1 to 1, written in decimal. The reader computes
# (value + 1) / 2 * 255 in single precision and cuts off what is behind the point instead of rounding,
# so that a grey whose number is a hair too small becomes the one below. White stays white, which is why
# looking at an image does not tell.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     106 of 256 greys are one too dark: 1 2 3 4 5 6 8 9 ...
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet torchvision==0.29.1 numpy==2.4.6
env/bin/python - <<'PY'
import bz2

import numpy as np
from torchvision.datasets import USPS

greys = np.arange(256)
pixels = " ".join(f"{place}:{grey / 255 * 2 - 1:.7f}" for place, grey in enumerate(greys, 1))
with bz2.open("usps.bz2", "wt") as file:
    file.write(f"1 {pixels}\n")
lost = greys - np.asarray(USPS(".", train=True).data).reshape(-1)
assert set(lost) <= {0, 1}
changed = np.flatnonzero(lost)
print(f"{len(changed)} of 256 greys are one too dark: {' '.join(map(str, changed[:8]))} ...")
assert len(changed) == 106, "the reader rounds by now"
PY
