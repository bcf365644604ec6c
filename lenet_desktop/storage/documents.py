"""Reading what stands in a file as JSON, and may say anything, into a value of a known type."""

from typing import Any, TypeVar, get_type_hints

import msgspec

from lenet_desktop.text.language import _

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
