"""The real images, unpacked once for all tests of the science."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, settings

from lenet_desktop.core.datasets import DataSplits, LabelledImages, Split, load_tensors

# A shared machine may be slow at any moment; that is no fault of the code.
settings.register_profile("core", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("core")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Compute with one thread: several wait for each other wherever a core is taken."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a cache folder that holds both splits after `data`; tests only read it."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def data(cache: Path) -> DataSplits:
    """Return the whole data set."""
    return DataSplits(load_tensors(Split.TRAIN, cache), load_tensors(Split.TEST, cache))


@pytest.fixture(scope="session")
def few(data: DataSplits) -> DataSplits:
    """Return 600 images to learn from and 300 to be judged on; 600 is no multiple of 256."""
    return DataSplits(_first(data.train, 600), _first(data.test, 300))


def _first(images: LabelledImages, count: int) -> LabelledImages:
    return LabelledImages(images.images[:count].clone(), images.labels[:count].clone())
