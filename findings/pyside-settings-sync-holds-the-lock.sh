#!/usr/bin/env bash
# PySide6 6.11.3: QSettings.sync() holds Python's lock until the disk has the file; what Qt writes by itself
# does not.
#
# A thread that computes in Python, or feeds a library that computes, stands still for as long as sync()
# takes, which ends with an fsync: some milliseconds on a quiet disk, many on a busy one. Without the call
# Qt writes the same file in the next turn of the event loop, where PySide6 has let go of the lock.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     sync(): the other thread stands still
#     event loop: the other thread goes on counting
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet PySide6-Essentials==6.11.3
env/bin/python - <<'PY'
import itertools
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSettings

sys.setswitchinterval(1e-4)
application = QCoreApplication([])
file = Path("settings.ini")
settings = QSettings(str(file), QSettings.Format.IniFormat)
counted = itertools.count()
ended = threading.Event()


def count() -> None:
    while not ended.is_set():
        next(counted)
        time.sleep(0)


def counted_while(write) -> int:
    settings.setValue("text", f"{next(counted)}" * 2_000_000)
    before = next(counted)
    write()
    after = next(counted)
    return after - before - 1


threading.Thread(target=count).start()
try:
    by_sync = min(counted_while(settings.sync) for _ in range(5))
    by_loop = max(counted_while(application.processEvents) for _ in range(5))
finally:
    ended.set()
assert file.stat().st_size > 2_000_000
for name, steps in (("sync()", by_sync), ("event loop", by_loop)):
    print(f"{name}: the other thread {'goes on counting' if steps > 100 else 'stands still'}")
assert by_sync < 10 and by_loop > 100, "it is otherwise by now"
PY
