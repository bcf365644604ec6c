"""Packages that only some exports need, and what to tell a person who does not have one."""

import importlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import ToldError, first_line

log = logging.getLogger(__name__)

_INSTALL = "python -m pip install"


class MissingPackageError(ToldError, RuntimeError):
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
        if isinstance(error, ModuleNotFoundError) and error.name == package:
            raise MissingPackageError(
                _(
                    "{purpose} needs the package {package}, which is not installed. Install it "
                    "with “{command}”."
                ).format(purpose=purpose, package=package, command=f"{_INSTALL} {package}")
            ) from error
        log.exception("%s cannot be imported", package)
        raise MissingPackageError(
            _(
                "{purpose} needs the package {package}, which cannot be loaded ({reason}). Repair "
                "it with “{command}”."
            ).format(
                purpose=purpose,
                package=package,
                reason=first_line(error),
                command=f"{_INSTALL} --force-reinstall {package}",
            )
        ) from error
