#!/usr/bin/env bash
# PySide6 6.11.3: importing it replaces Python's import for everything that is imported afterwards.
#
# builtins.__import__ becomes a function of its own, which opens the source of the importing module
# and looks for the word PySide6 in it. A library of thousands of modules, as PyTorch is, then takes a
# fifth longer to import if that happens behind PySide6, as in a window that comes first.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     before: builtin_function_or_method __import__
#     after:  builtin_function_or_method __feature_import__
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet PySide6-Essentials==6.11.3
env/bin/python - <<'PY'
import builtins


def told():
    return f"{type(builtins.__import__).__name__} {builtins.__import__.__name__}"


before = told()
from PySide6 import QtCore

print("before:", before)
print("after: ", told())
assert told() != before, "Python's own import is left alone by now"
PY
