"""How data sets are found by name and by what something was learned from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.data import catalogue
from lenet_desktop.data.catalogue import DEFAULT, TITLES, find, load_splits, read_named, read_split
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.data.known.originals import ORIGINALS, hand_folder, is_here
from lenet_desktop.data.prepared_sets import PreparedSets
from tests.data.known.made_originals import given_away, small_originals
from tests.data.test_prepared_sets import parts_of

__all__ = ["small_originals"]


def test_every_data_set_with_a_name_can_be_read() -> None:
    assert set(TITLES) == {DEFAULT.key, *catalogue.READERS}


def test_a_named_data_set_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[Path] = []
    parts = parts_of()

    def reader(cache: Path) -> dict[Split, object]:
        reads.append(cache)
        return dict(parts)

    monkeypatch.setattr(catalogue, "READERS", {"usps": reader})
    for place in ORIGINALS["usps"].places:
        (tmp_path / place).write_bytes(b"anything")

    for _ in range(2):
        found = read_named("usps", tmp_path)
        np.testing.assert_array_equal(found[Split.TEST].images, parts[Split.TEST].images)
    assert reads == [tmp_path]


@pytest.mark.usefixtures("small_originals")
def test_files_that_were_put_there_by_hand_are_found(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="USPS is not on this machine"):
        read_named("usps", tmp_path)

    hand_folder(tmp_path).mkdir()
    (hand_folder(tmp_path) / "cut short").write_bytes(next(iter(given_away("usps").values()))[:-9])
    with pytest.raises(DataError, match=r"cut short cannot be used.*USPS is not on this machine"):
        read_named("usps", tmp_path)
    for number, content in enumerate(given_away("usps").values()):
        (hand_folder(tmp_path) / f"{number}").write_bytes(content)

    assert len(read_named("usps", tmp_path)[Split.TEST]) == 3
    with pytest.raises(DataError, match="KMNIST is not on this machine"):
        read_named("kmnist", tmp_path)


def test_what_was_kept_and_is_damaged_can_be_got_anew(tmp_path: Path) -> None:
    PreparedSets(tmp_path).save(parts_of(), "usps")
    (kept,) = (tmp_path / "datasets").iterdir()
    kept.write_bytes(kept.read_bytes()[:-100])

    with pytest.raises(DataError, match="USPS is not on this machine"):
        read_named("usps", tmp_path)
    assert not is_here("usps", tmp_path)


def test_what_was_learned_from_is_found_by_its_content(tmp_path: Path) -> None:
    parts = parts_of()
    info = parts[Split.TRAIN].info
    PreparedSets(tmp_path).save(parts, "folder-1")

    assert load_splits(tmp_path, info).info == info
    assert len(read_split(Split.TEST, tmp_path, info)) == len(parts[Split.TEST])


def test_other_images_are_not_taken_for_them(tmp_path: Path) -> None:
    parts = parts_of()
    info = parts[Split.TRAIN].info
    PreparedSets(tmp_path).save(parts, "mnist")

    with pytest.raises(DataError, match="other images"):
        find(replace(info, key="mnist", fingerprint="ab" * 32), tmp_path)


def test_images_that_are_not_here_are_told_of(tmp_path: Path) -> None:
    info = parts_of()[Split.TRAIN].info

    with pytest.raises(DataError, match="Colours"):
        read_split(Split.TEST, tmp_path, info)
