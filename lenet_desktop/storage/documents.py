"""Reading what stands in a file as JSON, and may say anything, into a value of a known type."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line

Kind = TypeVar("Kind")

DAMAGE = (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError)
"""All that a document of another form raises where it is read."""


def read_whole(document: Any, kind: type[Kind]) -> Kind:
    """Return what a file says, every part of which is known and can be.

    Raises:
        ValueError: it says more, less or something else.
    """
    if isinstance(document, dict) and document.keys() - get_type_hints(kind).keys():
        raise ValueError(_("it has other parts than expected"))
    return msgspec.convert(document, kind)


@contextmanager
def usable(path: Path) -> Iterator[None]:
    """Say of which file it is that what it says cannot be used.

    Raises:
        CheckpointError: that, for whatever reason.
    """
    try:
        yield
    except DAMAGE as error:
        raise CheckpointError(
            _("{path} cannot be used: {reason}.").format(path=path, reason=first_line(error))
        ) from error
