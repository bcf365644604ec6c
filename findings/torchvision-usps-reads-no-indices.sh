#!/usr/bin/env bash
# torchvision 0.29.1: USPS images whose zeros are left out are scrambled without a word.
#
# The format is LIBSVM's, `label index:value index:value ...`, in which a value of 0, here a middle grey,
# may be left out, and is by every program that writes sparse files. The reader takes the values one
# after the other and never looks at their indices. Where each image lacks as many values, what is left
# is cut into other images: of 256 images that lack one pixel each it makes 255, with 256 labels.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     256 images of 256 pixels, one of them 0: read as 255 images with 256 labels
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet torchvision==0.29.1 numpy==2.4.6
env/bin/python - <<'PY'
import bz2

from torchvision.datasets import USPS

with bz2.open("usps.bz2", "wt") as file:
    for zero in range(256):
        pixels = (f"{place + 1}:-1" for place in range(256) if place != zero)
        file.write(f"1 {' '.join(pixels)}\n")
read = USPS(".", train=True)
images, labels = len(read.data), len(read.targets)
print(f"256 images of 256 pixels, one of them 0: read as {images} images with {labels} labels")
assert (images, labels) == (255, 256), "the reader heeds the indices by now"
PY
