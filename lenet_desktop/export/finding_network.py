"""Finds a network's tensors among those of a file that another program wrote.

Shapes decide which tensor is which, whatever they are called. Names are looked at where two have
the same shape, and for what is around the network: prefixes, and other things that are kept in the
same file.
"""

import operator
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from lenet_desktop.storage.tensor_files import Entry
from lenet_desktop.text.language import _, ngettext, pgettext
from lenet_desktop.text.wording import counted, enumerated, listed, quoted

Shapes = Mapping[str, tuple[int, ...]]
"""Of a network's parameters by their names, in its order, each weight before its bias."""
WEIGHT_DTYPES = {"F32": "", "F64": "double-precision", "F16": "half-precision", "BF16": "bfloat16"}
"""What weights may be, and what is said of it where it has to be converted."""
_COMPARED, _ALIKE = 40, 0.6
_DEEPEST = 4
_LONGEST_PREFIX = 100


class MisfitError(Exception):
    """The tensors are not those of a network; the message is the end of a sentence."""


@dataclass(frozen=True, slots=True)
class FoundNetwork:
    """Where a network is in a file.

    Attributes:
        entries: its tensors by their names in the file.
        notes: a sentence for each thing that was done to get at it.
    """

    entries: Mapping[str, Entry]
    notes: tuple[str, ...]


def find_network(entries: Mapping[str, Entry], shapes: Shapes) -> FoundNetwork | None:
    """Return the one network in a file with parameters of these shapes, None where there is none.

    Raises:
        MisfitError: there is more than one.
    """
    wanted = sorted(shapes.values())
    groups = {
        prefix: names
        for prefix, names in _groups(entries)
        if sorted(entries[name].shape for name in names) == wanted
    }
    if not groups:
        return None
    # A network within another prefix is the same one; an optimiser's memory is of its shapes.
    networks = {names: prefix for prefix, names in groups.items() if _are_parameters(names)}
    networks = networks or {names: prefix for prefix, names in groups.items()}
    if len(networks) > 1:
        first, second = sorted(networks.values())[:2]
        raise MisfitError(
            _(
                "it holds two networks, under {first} and {second}; save the one that is meant by "
                "itself"
            ).format(first=quoted(first), second=quoted(second))
        )
    ((names, prefix),) = networks.items()
    rest = entries.keys() - names
    _refuse_copies({_ending(name): name for name in names}, rest)
    mine = {name: entry for name, entry in entries.items() if name in names}
    return FoundNetwork(mine, tuple(_notes(prefix, names, rest, shapes)))


def _groups(entries: Mapping[str, Entry]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the names that begin alike by what they begin with, shorter beginnings first."""
    groups: dict[str, list[str]] = {"": list(entries)}
    for name in entries:
        end = 0
        for _depth in range(_DEEPEST):
            end = name.find(".", end, _LONGEST_PREFIX) + 1
            if not end:
                break
            groups.setdefault(name[:end], []).append(name)
    for prefix in sorted(groups, key=len):
        yield prefix, frozenset(groups[prefix])


def _are_parameters(names: Collection[str]) -> bool:
    return all(name.rpartition(".")[2] in ("weight", "bias") for name in names)


def _ending(name: str) -> str:
    """Return a layer's name with its parameter's, without what stands before them."""
    return ".".join(name.rsplit(".", 2)[-2:])


def _refuse_copies(mine: Mapping[str, str], rest: Collection[str]) -> None:
    for other in sorted(rest):
        name = mine.get(_ending(other))
        if name is not None:
            raise MisfitError(
                _(
                    "it holds {tensor} twice, as {first} and as {second}; save the network that is "
                    "meant by itself"
                ).format(tensor=quoted(_ending(other)), first=quoted(name), second=quoted(other))
            )


def _notes(
    prefix: str, names: Collection[str], rest: Collection[str], shapes: Shapes
) -> Iterator[str]:
    if {name.removeprefix(prefix) for name in names} != shapes.keys():
        yield _("Which of its tensors is which was told by their shapes.")
    elif prefix:
        text = _("The {prefix} before the names of its tensors was taken off.")
        yield text.format(prefix=quoted(prefix))
    if rest:
        names_left = listed(map(quoted, sorted(rest)), most=1)
        yield ngettext("Its {names} was left out.", "Its {names} were left out.", len(rest)).format(
            names=names_left
        )


def match_names(entries: Mapping[str, Entry], shapes: Shapes) -> dict[str, str]:
    """Return the file's name for each of a network's parameters: the same, or that of its shape.

    Raises:
        MisfitError: a parameter is missing, there is a tensor too many or one of another type, or
            nothing tells which of several a parameter is.
    """
    if not entries:
        raise MisfitError(_("it holds no tensors"))
    names = _matched(entries, shapes)
    spare = {found: entries[found] for found in entries.keys() - set(names.values())}
    missing = [name for name in shapes if name not in names]
    if missing:
        shape, more = shapes[missing[0]], len(missing) - 1
        text = _("it has no tensor of the shape {shape}, which {name} needs")
        said = [text.format(shape=shape, name=missing[0]), _nearest(missing[0], shape, spare)]
        if more:
            said.append(counted(more, "{count} more is missing", "{count} more are missing"))
        raise MisfitError(pgettext("between parts of a sentence", "; ").join(filter(None, said)))
    if spare:
        found = min(spare)
        named = {"name": quoted(found), "shape": spare[found].shape}
        if len(spare) == 1:
            raise MisfitError(_("it has no place for {name}, which is {shape}").format(**named))
        raise MisfitError(
            counted(
                len(spare) - 1,
                "it has no place for {name}, which is {shape}, nor for {count} more",
                "it has no place for {name}, which is {shape}, nor for {count} more",
                **named,
            )
        )
    for found in names.values():
        if entries[found].dtype not in WEIGHT_DTYPES:
            text = _("its {name} is {dtype}, and weights are {dtypes}")
            raise MisfitError(
                text.format(
                    name=quoted(found),
                    dtype=entries[found].dtype,
                    dtypes=enumerated(WEIGHT_DTYPES),
                )
            )
    return names


def _matched(entries: Mapping[str, Entry], shapes: Shapes) -> dict[str, str]:
    """Return what can be matched; of several tensors of its shape a bias is beside its weight."""
    names = {name: name for name, shape in shapes.items() if _has(entries, name, shape)}
    for name, shape in shapes.items():
        if name in names:
            continue
        taken = set(names.values())
        fitting = [found for found in entries if _has(entries, found, shape) and found not in taken]
        place = names.get(f"{name.rpartition('.')[0]}.weight", "").rpartition(".")[0]
        beside = [found for found in fitting if found.rpartition(".")[0] == place]
        if name.endswith(".bias") and len(beside) == 1:
            fitting = beside
        if len(fitting) > 1 and list(shapes.values()).count(shape) > 1:
            raise MisfitError(
                _(
                    "nothing tells which of its tensors of the shape {shape} is {name}; save it "
                    "with the names that this program gives them"
                ).format(shape=shape, name=name)
            )
        if fitting:
            names[name] = fitting[0]
    return {name: names[name] for name in shapes if name in names}


def _has(entries: Mapping[str, Entry], name: str, shape: tuple[int, ...]) -> bool:
    return name in entries and entries[name].shape == shape


def _nearest(name: str, shape: tuple[int, ...], spare: Mapping[str, Entry]) -> str:
    """Say which of the tensors that fit nowhere was probably meant for the parameter `name`."""

    def likeness(found: str) -> tuple[bool, bool, int, float]:
        other = spare[found].shape
        equal = sum(map(operator.eq, shape, other)) if len(shape) == len(other) else -1
        # The end of a name tells the layer; a hostile name may be millions of letters long.
        alike = SequenceMatcher(None, name, found[-_COMPARED:]).ratio()
        return found == name, sorted(shape) == sorted(other), equal, alike

    if not spare:
        return ""
    found = max(sorted(spare), key=likeness)
    is_same, is_turned, equal, alike = likeness(found)
    if not (is_same or is_turned or equal > 0 or (equal == 0 and alike > _ALIKE)):
        return ""
    text = (
        _("its {name} is {shape}, the same with its axes in another order than PyTorch's")
        if is_turned
        else _("its {name} is {shape}")
    )
    return text.format(name=quoted(found), shape=spare[found].shape)
