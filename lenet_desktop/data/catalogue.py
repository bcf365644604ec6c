"""The data sets that can be learned from, by their keys.

Another one is added here, beside the module that reads it.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from lenet_desktop.data import fashion_mnist
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataSplits, ImageSet, Split

Reader = Callable[[Split, Path], ImageSet]
"""Reads one part of a data set; what it takes to do so quickly is kept in a cache folder."""

READERS: Mapping[str, Reader] = {fashion_mnist.FASHION_MNIST.key: fashion_mnist.FILES.read}

DEFAULT = fashion_mnist.FASHION_MNIST
"""What is learned from where nothing else is said, and what files mean that do not say it."""

TORCHVISION: Mapping[str, str] = {DEFAULT.fingerprint: "FashionMNIST"}
"""What torchvision calls those that it knows, by their fingerprints."""

NORMALISATIONS: Mapping[str, tuple[str, float, float]] = {
    DEFAULT.key: (DEFAULT.title, DEFAULT.mean, DEFAULT.std),
    "mnist": ("MNIST", 0.1307, 0.3081),
}
"""Titles, means and deviations by which networks of any program are given their pixels."""


def read_split(split: Split, cache: Path, wanted: DatasetInfo = DEFAULT) -> ImageSet:
    """Read one part of a data set with NumPy alone; of the default one in place of an unknown one.

    Raises:
        DataError: it cannot be read.
    """
    return READERS.get(wanted.key, READERS[DEFAULT.key])(split, cache)


def load_splits(cache: Path, wanted: DatasetInfo = DEFAULT) -> DataSplits:
    """Read both parts of a data set as tensors, see `read_split`; imports torch.

    Raises:
        DataError: it cannot be read.
        ImportError, RuntimeError: torch cannot be imported.
    """
    train, test = (read_split(split, cache, wanted) for split in Split)
    return DataSplits(train.as_tensors(), test.as_tensors(), train.notice or test.notice)
