"""Freed memory is kept for the next step. Runs in a process of its own, which it changes."""

import platform
import subprocess
import sys

import pytest

FAULTS_OF_EACH_ROUND = """
import resource
import numpy as np
from lenet_desktop.core.allocator import keep_freed_memory
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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only GNU's C library is asked")
def test_blocks_as_large_as_activations_are_not_fetched_from_the_system_again() -> None:
    result = subprocess.run(
        [sys.executable, "-c", FAULTS_OF_EACH_ROUND], capture_output=True, text=True, check=True
    )
    assert int(result.stdout) < 100  # each block alone has over 500 pages
