#!/usr/bin/env bash
# PySide6 6.11.3 with glibc 2.36: the first animation of a thread waits until no other thread is loading a
# library, and a main window that is shown starts one.
#
# Qt keeps the timer of its animations for each thread, in C++'s thread_local, and what clears that up is
# registered with glibc when the first one starts. glibc takes the dynamic loader's lock for that, which
# dlopen holds for as long as the constructors of a library run: with libtorch 0.3 seconds. So a program
# that loads a large library beside its window, to save time, has the window wait for it nevertheless,
# inside show(), unless an animation was started before. It does not help that neither of the two holds
# Python's lock.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11, a library whose constructor takes a second:
#     an animation before: none waited
#     no animation before: the first one waited for the library
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > slow.c <<'C'
#include <time.h>
__attribute__((constructor)) static void begin(void) {
    struct timespec second = {1, 0};
    nanosleep(&second, 0);
}
C
cc -shared -fPIC -o slow.so slow.c
python3 -m venv env
env/bin/pip install --quiet PySide6-Essentials==6.11.3
cat > animate.py <<'PY'
import ctypes
import os
import sys
import threading
import time

from PySide6.QtCore import QCoreApplication, QPauseAnimation

application = QCoreApplication([])


def animate() -> float:
    began_at = time.perf_counter()
    animation = QPauseAnimation(1)
    animation.start()
    animation.stop()
    return time.perf_counter() - began_at


if sys.argv[1] == "before":
    animate()
dlopen = ctypes.CDLL(None).dlopen
begun = threading.Event()
loading = threading.Thread(target=lambda: (begun.set(), dlopen(b"./slow.so", os.RTLD_NOW)))
loading.start()
begun.wait()
time.sleep(0.2)  # it is in the constructor by now
waited_s = animate()
loading.join()
print("waited" if waited_s > 0.3 else "went on")
PY
before=$(env/bin/python animate.py before)
none=$(env/bin/python animate.py none)
[ "$before" = "went on" ] && echo "an animation before: none waited"
[ "$none" = "waited" ] && echo "no animation before: the first one waited for the library"
