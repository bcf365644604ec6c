#!/usr/bin/env bash
# Pillow 13.0.0: scaling with BOX is no scaling by area unless the sizes divide each other.
#
# The middle one of three pixels, half of which belongs to each of two new ones, is given to the first
# one whole instead of being shared. So 0, 90, 180 become 45 and 180, where the areas say 30 and 150.
# Handwriting on its way to 20 x 20 pixels gets strokes of other weight than its scan had.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     0 90 180 in two pixels: 45 180; by area: 30 150
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pillow==13.0.0 numpy==2.4.6
env/bin/python - <<'PY'
import numpy as np
from PIL import Image

greys = np.array([[0, 90, 180]], np.uint8)
scaled = np.asarray(Image.fromarray(greys).resize((2, 1), Image.Resampling.BOX))[0]
by_area = [(0 + 90 / 2) / 1.5, (90 / 2 + 180) / 1.5]
print(f"0 90 180 in two pixels: {scaled[0]} {scaled[1]}; by area: {by_area[0]:.0f} {by_area[1]:.0f}")
assert list(scaled) == [45, 180], "BOX shares pixels by now"
PY
