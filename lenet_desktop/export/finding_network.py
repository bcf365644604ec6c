"""Finds LeNet's ten tensors among those of a file that another program wrote.

All ten shapes differ, so shapes decide which tensor is which, whatever they are called. Names are
looked at for what is around the network: prefixes, and other things that are kept in the same file.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lenet_desktop.storage.tensor_files import Entry
from lenet_desktop.text.wording import listed, quoted

SHAPES: Mapping[str, tuple[int, ...]] = {
    "conv1.weight": (6, 1, 5, 5),
    "conv1.bias": (6,),
    "conv2.weight": (16, 6, 5, 5),
    "conv2.bias": (16,),
    "fc1.weight": (120, 400),
    "fc1.bias": (120,),
    "fc2.weight": (84, 120),
    "fc2.bias": (84,),
    "fc3.weight": (10, 84),
    "fc3.bias": (10,),
}
"""LeNet's parameters in their order; no two have the same shape."""
_DEEPEST = 4
_LONGEST_PREFIX = 100


class AmbiguityError(Exception):
    """More than one network could be meant; the message is the end of a sentence."""


@dataclass(frozen=True, slots=True)
class FoundNetwork:
    """Where a network is in a file.

    Attributes:
        entries: its ten tensors by their names in the file.
        notes: a sentence for each thing that was done to get at it.
    """

    entries: Mapping[str, Entry]
    notes: tuple[str, ...]


def find_network(entries: Mapping[str, Entry]) -> FoundNetwork:
    """Return the one network that fits LeNet, or all tensors where none does.

    Raises:
        AmbiguityError: there is more than one.
    """
    groups = {prefix: names for prefix, names in _groups(entries) if _fits(names, entries)}
    if not groups:
        return FoundNetwork(entries, ())
    # A network within another prefix is the same one; an optimiser's memory is of its shapes.
    networks = {names: prefix for prefix, names in groups.items() if _are_parameters(names)}
    networks = networks or {names: prefix for prefix, names in groups.items()}
    if len(networks) > 1:
        first, second = sorted(networks.values())[:2]
        raise AmbiguityError(
            f"it holds two networks, under {quoted(first)} and {quoted(second)}; save the one that "
            "is meant by itself"
        )
    ((names, prefix),) = networks.items()
    rest = entries.keys() - names
    _refuse_copies({_ending(name): name for name in names}, rest)
    mine = {name: entry for name, entry in entries.items() if name in names}
    return FoundNetwork(mine, tuple(_notes(prefix, names, rest)))


def _groups(entries: Mapping[str, Entry]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the names that begin alike by what they begin with, shorter beginnings first."""
    groups: dict[str, list[str]] = {"": list(entries)}
    for name in entries:
        end = 0
        for _ in range(_DEEPEST):
            end = name.find(".", end, _LONGEST_PREFIX) + 1
            if not end:
                break
            groups.setdefault(name[:end], []).append(name)
    for prefix in sorted(groups, key=len):
        yield prefix, frozenset(groups[prefix])


def _fits(names: Collection[str], entries: Mapping[str, Entry]) -> bool:
    return sorted(entries[name].shape for name in names) == sorted(SHAPES.values())


def _are_parameters(names: Collection[str]) -> bool:
    return all(name.rpartition(".")[2] in ("weight", "bias") for name in names)


def _ending(name: str) -> str:
    """Return a layer's name with its parameter's, without what stands before them."""
    return ".".join(name.rsplit(".", 2)[-2:])


def _refuse_copies(mine: Mapping[str, str], rest: Collection[str]) -> None:
    for other in sorted(rest):
        name = mine.get(_ending(other))
        if name is not None:
            raise AmbiguityError(
                f"it holds {quoted(_ending(other))} twice, as {quoted(name)} and as "
                f"{quoted(other)}; save the network that is meant by itself"
            )


def _notes(prefix: str, names: Collection[str], rest: Collection[str]) -> Iterator[str]:
    if {name.removeprefix(prefix) for name in names} != SHAPES.keys():
        yield "Which of its tensors is which was told by their shapes."
    elif prefix:
        yield f"The {quoted(prefix)} before the names of its tensors was taken off."
    if rest:
        were = "was" if len(rest) == 1 else "were"
        yield f"Its {listed(map(quoted, sorted(rest)), most=1)} {were} left out."
