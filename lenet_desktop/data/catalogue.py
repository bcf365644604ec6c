"""The data sets that can be learned from, by their keys, and how any data set is found again.

Another one is added here, beside the module that reads it.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataError, DataSplits, ImageSet, Split, as_splits, noting
from lenet_desktop.data.known import fashion_mnist, small_digits, torchvision_sets
from lenet_desktop.data.known.originals import hand_folder, how_to_get, is_here
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import result_of
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import sentences

Reader = Callable[[Path], Mapping[Split, ImageSet]]
"""Reads both parts of a data set from its original files, some of which lie in a cache folder."""

READERS: Mapping[str, Reader] = {
    small_digits.KEY: small_digits.read,
    **torchvision_sets.READERS,
}
"""How those are read that are neither the default nor a person's own."""

TITLES: Mapping[str, str] = {
    fashion_mnist.FASHION_MNIST.key: fashion_mnist.FASHION_MNIST.title,
    small_digits.KEY: small_digits.TITLE,
    **{key: each.title for key, each in torchvision_sets.SETS.items()},
}
"""What the data sets are called that are known by name, in the order in which they are offered."""

DEFAULT = fashion_mnist.FASHION_MNIST
"""What is learned from where nothing else is said, and what files mean that do not say it."""

_IN_TORCHVISION: Mapping[str, str] = {
    DEFAULT.fingerprint: "FashionMNIST",
    "mnist": "MNIST",
    "kmnist": "KMNIST",
}

NORMALISATIONS: Mapping[str, tuple[str, float, float]] = {
    DEFAULT.key: (DEFAULT.title, DEFAULT.mean, DEFAULT.std),
    "mnist": ("MNIST", 0.1307, 0.3081),
}
"""Titles, means and deviations by which networks of any program are given their pixels."""


def read_named(key: str, cache: Path) -> Mapping[Split, ImageSet]:
    """Read a data set that is known by name, and keep it prepared for the next time.

    Raises:
        DataError: it cannot be read.
        KeyError: there is none of that name.
    """
    if key == DEFAULT.key:
        return {split: fashion_mnist.FILES.read(split, cache) for split in Split}
    prepared = PreparedSets(cache)
    parts = prepared.read(origin=key)
    if parts is None:
        prepared.forget(key)  # or what is damaged would be taken for something
        unusable = take_in_by_hand(key, cache)
        if not is_here(key, cache):
            raise DataError(sentences([*unusable, how_to_get(key, cache)]))
        parts = READERS[key](cache)
        parts = noting(parts, prepared.save(parts, key))
    return parts


def take_in_by_hand(key: str, cache: Path) -> Sequence[str]:
    """Take in what was put by hand where a data set is not here; return what is wrong with it."""
    folder = hand_folder(cache)
    if is_here(key, cache) or not any(folder.glob("*")):
        return ()
    from lenet_desktop.data.known.taking_in import take_in  # with what decodes pictures

    try:
        return result_of(take_in(folder, cache)).notices
    except DataError as error:  # there may be others than this
        return (str(error),)


def read_split(split: Split, cache: Path, wanted: DatasetInfo = DEFAULT) -> ImageSet:
    """Read one part of a data set with NumPy alone, where that can be done.

    Raises:
        DataError: it cannot be read.
    """
    if wanted.fingerprint == DEFAULT.fingerprint:
        return fashion_mnist.FILES.read(split, cache)
    return PreparedSets(cache).read_split(split, wanted.fingerprint) or find(wanted, cache)[split]


def find(wanted: DatasetInfo, cache: Path) -> Mapping[Split, ImageSet]:
    """Return the images that something was learned from, found by their fingerprint.

    Raises:
        DataError: they are not on this machine; the message says how they come back.
    """
    if wanted.key in TITLES:
        parts = read_named(wanted.key, cache)
    else:
        parts = PreparedSets(cache).read(fingerprint=wanted.fingerprint) or {}
    if not parts:
        raise DataError(
            _(
                "The pictures of {title} are not prepared on this machine. Open their "
                "folder again, with the same choices."
            ).format(title=wanted.title)
        )
    found = parts[Split.TRAIN].info
    if found.fingerprint != wanted.fingerprint:
        raise DataError(
            _("{title} is {images} here.").format(
                title=wanted.title, images=found.told_from(wanted)
            )
        )
    return parts


def name_in_torchvision(info: DatasetInfo) -> str | None:
    """Return what torchvision calls a data set whose images it gives just as they are here."""
    return _IN_TORCHVISION.get(info.fingerprint) or _IN_TORCHVISION.get(info.key)


def prepared_file(info: DatasetInfo, cache: Path) -> Path | None:
    """Return where a data set is kept prepared, None where torchvision gives it.

    Raises:
        DataError: it cannot be found, or not be kept.
    """
    if name_in_torchvision(info) is not None:
        return None
    notice = find(info, cache)[Split.TRAIN].notice
    path = PreparedSets(cache).path_of(info.fingerprint)
    if path is None:
        raise DataError(
            notice or _("{title} cannot be kept in {cache}.").format(title=info.title, cache=cache)
        )
    return path


def load_splits(cache: Path, wanted: DatasetInfo = DEFAULT) -> DataSplits:
    """Find a data set, see `find`, and return it as tensors; imports torch.

    Raises:
        DataError: it cannot be found.
        ImportError, RuntimeError: torch cannot be imported.
    """
    return as_splits(find(wanted, cache))
