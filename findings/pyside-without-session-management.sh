#!/usr/bin/env bash
# PySide6-Essentials 6.11.3: its platform plugin for X11 has no session management.
#
# Qt's documentation of QGuiApplication.commitDataRequest tells programs to save when a log-out is
# announced. The plugin in the wheel is built without libSM, by which a session is heard of on X11: the
# signal is there and is never emitted. A program that relies on it is ended with the connection to the
# screen.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     libqxcb.so and libQt6XcbQpa.so.6 are linked to neither libSM nor libICE
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet PySide6-Essentials==6.11.3
found=$(find env -name libqxcb.so -o -name libQt6XcbQpa.so.6)
[ "$(wc -l <<<"$found")" = 2 ] || { echo "the plugin lies elsewhere by now"; exit 1; }
for file in $found; do
    if grep -aq -e 'libSM\.so' -e 'libICE\.so' "$file"; then
        echo "$file knows sessions by now"
        exit 1
    fi
done
echo "libqxcb.so and libQt6XcbQpa.so.6 are linked to neither libSM nor libICE"
