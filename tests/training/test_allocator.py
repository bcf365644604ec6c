"""Freed memory is kept for the next step, and given back when much of it has piled up.

Each test runs in a process of its own, which it changes.
"""

import platform
import subprocess
import sys

import pytest

FAULTS_OF_EACH_ROUND = """
import resource
import numpy as np
from lenet_desktop.training.allocator import keep_freed_memory
assert keep_freed_memory()

def round_of_blocks():
    for _ in range(5):
        [np.ones(1_200_000, np.float32) for _ in range(6)]

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

round_of_blocks()
before = faults()
round_of_blocks()
print(faults() - before)
"""


MEGABYTES_AFTER_PILING_UP = """
import numpy as np
from lenet_desktop.training.allocator import FreedMemory, keep_freed_memory, resident_bytes
assert keep_freed_memory()
memory = FreedMemory()
assert not memory.give_back_excess(), "there is nothing yet"
began = resident_bytes()
kept = []
for _ in range(60):  # what outlives an epoch lies between what does not
    short_lived = [np.ones(1_200_000, np.float32) for _ in range(2)]
    kept.append(np.ones(20_000, np.float32))
    short_lived += [np.ones(1_200_000, np.float32)]
    kept_longer = short_lived if len(kept) == 1 else kept_longer + short_lived
del short_lived, kept_longer
grown = resident_bytes()
assert memory.give_back_excess()
assert not memory.give_back_excess(), "it was given back already"
print(round((grown - began) / 1e6), round((resident_bytes() - began) / 1e6))
"""

glibc_only = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only GNU's C library is asked"
)


def printed_by(script: str) -> list[int]:
    result = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    return [int(word) for word in result.stdout.split()]


@glibc_only
def test_blocks_as_large_as_activations_are_not_fetched_from_the_system_again() -> None:
    (faults,) = printed_by(FAULTS_OF_EACH_ROUND)
    assert faults < 100  # each block alone has over 500 pages


@glibc_only
def test_freed_memory_that_has_piled_up_is_given_back_once() -> None:
    grown, left = printed_by(MEGABYTES_AFTER_PILING_UP)
    assert grown > 200, "or there would be nothing to give back"
    assert left < 60
