#!/usr/bin/env bash
# Pillow 13.0.0: a TIFF of 16-bit greys in which 0 means white comes out as a negative.
#
# The tag PhotometricInterpretation says whether 0 is white (0) or black (1). For 1 and 8 bits Pillow
# turns the greys of the first kind round; for 16 bits it hands them out as they are stored, and nothing
# about the image tells which of the two they are but the tag itself. Scanners write such files.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     8 bits, 0 is white: stored 0, read 255
#     16 bits, 0 is white: stored 0, read 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pillow==13.0.0 numpy==2.4.6
env/bin/python - <<'PY'
import io
import struct

import numpy as np
from PIL import Image


def read_with_white_as_zero(greys):
    file = io.BytesIO()
    Image.fromarray(greys).save(file, "TIFF")
    black, white = (struct.pack("<HHIHH", 262, 3, 1, what, 0) for what in (1, 0))
    content = file.getvalue()
    assert content.count(black) == 1
    return int(np.asarray(Image.open(io.BytesIO(content.replace(black, white))))[0, 0])


read = {8: read_with_white_as_zero(np.zeros((1, 1), np.uint8)),
        16: read_with_white_as_zero(np.zeros((1, 1), np.uint16))}
for bits, grey in read.items():
    print(f"{bits} bits, 0 is white: stored 0, read {grey}")
assert read == {8: 255, 16: 0}, "both are read alike by now"
PY
