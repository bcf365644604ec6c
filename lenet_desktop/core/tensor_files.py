"""Reading safetensors files that nobody vouches for."""

from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor

from lenet_desktop.core.errors import CheckpointError, first_line

LARGEST_FILE = 2**30
"""Bytes; a thousand epochs of the smallest usual batches stay far below."""


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors of a file by name, on the CPU, and the texts that go with them.

    Nothing in the file is executed, and nothing is read of one that is too large.

    Raises:
        CheckpointError: there is no such file, or it is none of this kind.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CheckpointError(f"{path} is too large to be a file of this program.")
        with safe_open(path, framework="pt") as file:
            text = file.metadata() or {}
            return {name: file.get_tensor(name) for name in file.keys()}, text  # noqa: SIM118
    except FileNotFoundError as error:
        raise CheckpointError(f"There is no file {path}.") from error
    except (OSError, SafetensorError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {first_line(error)}.") from error
