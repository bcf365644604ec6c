#!/usr/bin/env bash
# msgspec 0.22.0 with Pillow 13.0.0: JSON in an international text of a PNG cannot be decoded as it comes.
#
# What Pillow hands out of an iTXt chunk is a subclass of str that also knows its language. `json.loads`
# takes it, `msgspec.json.decode` raises a TypeError that asks for bytes or str. A plain tEXt chunk comes
# as a plain str, so that a program works until the first text that is not Latin-1.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     tEXt is a str: decoded
#     iTXt is a str: a bytes-like object is required, not 'iTXt'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet pillow==13.0.0 msgspec==0.22.0
env/bin/python - <<'PY'
import io

import msgspec
from PIL import Image
from PIL.PngImagePlugin import PngInfo

info = PngInfo()
info.add_text("tEXt", '{"label": "Shirt"}')
info.add_itxt("iTXt", '{"label": "Hemd"}')
file = io.BytesIO()
Image.new("L", (1, 1)).save(file, "PNG", pnginfo=info)
texts = Image.open(file).info
outcome = {}
for kind, text in texts.items():
    assert isinstance(text, str)
    try:
        msgspec.json.decode(text)
        outcome[kind] = "decoded"
    except TypeError as error:
        outcome[kind] = str(error)
    print(f"{kind} is a str: {outcome[kind]}")
assert outcome["tEXt"] == "decoded"
assert outcome["iTXt"] != "decoded", "it is decoded by now"
assert msgspec.json.decode(str(texts["iTXt"])) == {"label": "Hemd"}
PY
