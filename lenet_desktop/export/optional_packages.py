"""Packages that only some exports need, and what to tell a person who does not have one."""

import importlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from lenet_desktop.text.wording import first_line

log = logging.getLogger(__name__)


class MissingPackageError(RuntimeError):
    """An optional package is not there or does not work; the message is for the person."""


@contextmanager
def importing_optional(package: str, purpose: str) -> Iterator[None]:
    """Turn whatever goes wrong when an optional package is imported into a sentence.

    Args:
        package: its name, both for `import` and for pip.
        purpose: what it is needed for, as the beginning of a sentence.

    Raises:
        MissingPackageError: an import in the block has failed.
    """
    try:
        importlib.import_module(package)  # first, so that its absence is told as such
        yield
    except Exception as error:  # one made for another protobuf raises TypeError or its own class
        needs, install = f"{purpose} needs the package {package}", "python -m pip install"
        if isinstance(error, ModuleNotFoundError) and error.name == package:
            raise MissingPackageError(
                f"{needs}, which is not installed. Install it with “{install} {package}”."
            ) from error
        log.exception("%s cannot be imported", package)
        raise MissingPackageError(
            f"{needs}, which cannot be loaded ({first_line(error)}). "
            f"Repair it with “{install} --force-reinstall {package}”."
        ) from error
