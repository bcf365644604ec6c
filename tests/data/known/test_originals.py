"""Where the data sets come from that are not in the program."""

from pathlib import Path

import pytest
from torchvision import datasets

from lenet_desktop.data.known.originals import ORIGINALS, is_here
from lenet_desktop.data.known.torchvision_sets import SETS
from lenet_desktop.data.prepared_sets import PreparedSets
from tests.data.known.made_originals import put, small_originals
from tests.data.test_prepared_sets import parts_of

__all__ = ["small_originals"]


def test_every_data_set_that_torchvision_reads_can_be_got() -> None:
    assert list(ORIGINALS) == list(SETS)
    assert not {"fashion-mnist", "digits"} & ORIGINALS.keys()


def test_addresses_and_checksums_are_torchvisions() -> None:
    def ours(key: str) -> list[tuple[tuple[str, ...], str]]:
        return [(file.urls, file.md5) for file in ORIGINALS[key].files]

    for key, known in (("mnist", datasets.MNIST), ("kmnist", datasets.KMNIST)):
        assert ours(key) == [
            (tuple(mirror + name for mirror in known.mirrors), md5) for name, md5 in known.resources
        ]
    train, test = (datasets.QMNIST.resources[part] for part in ("train", "test"))
    assert ours("qmnist") == [((url,), md5) for url, md5 in [*train, *test]]
    for key in ORIGINALS:
        if key.startswith("emnist"):
            assert ours(key) == [((datasets.EMNIST.url,), datasets.EMNIST.md5)]
    assert ours("usps") == [((url,), md5) for url, _, md5 in datasets.USPS.split_list.values()]


def test_a_download_is_told_before_it_begins() -> None:
    assert ORIGINALS["mnist"].words == "12\xa0MB from ossci-datasets.s3.amazonaws.com"
    assert ORIGINALS["usps"].file_names == ("usps.bz2", "usps.t.bz2")


@pytest.mark.parametrize("key", ORIGINALS)
@pytest.mark.usefixtures("small_originals")
def test_a_data_set_is_here_once_it_is_whole(key: str, tmp_path: Path) -> None:
    assert is_here("digits", tmp_path)
    assert not is_here(key, tmp_path)

    put(key, tmp_path)
    assert is_here(key, tmp_path)

    for place in ORIGINALS[key].places:
        content = (tmp_path / place).read_bytes()
        (tmp_path / place).write_bytes(b"" if key == "usps" else content[:-1])
        assert not is_here(key, tmp_path)
        (tmp_path / place).write_bytes(content)


def test_a_data_set_is_here_once_it_is_prepared(tmp_path: Path) -> None:
    PreparedSets(tmp_path).save(parts_of(), "kmnist")

    assert is_here("kmnist", tmp_path)
    assert not is_here("mnist", tmp_path)
