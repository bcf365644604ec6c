"""Data sets that are kept as networks read them."""

from pathlib import Path

import numpy as np
import pytest

from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.data.prepared_sets import PreparedSets
from tests.other_data import colours

Parts = dict[Split, ImageSet]


def parts_of(seed: int = 0) -> Parts:
    data = colours(seed=seed)
    return {Split.TRAIN: data.train.as_image_set(), Split.TEST: data.test.as_image_set()}


def files(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if path.is_file())


@pytest.mark.parametrize("by_origin", [True, False])
def test_a_data_set_is_found_again(tmp_path: Path, by_origin: bool) -> None:
    sets, parts = PreparedSets(tmp_path), parts_of()
    info = parts[Split.TRAIN].info

    assert sets.save(parts, "colours") is None
    sets.save(parts_of(seed=1), "others")
    read = sets.read(origin="colours") if by_origin else sets.read(fingerprint=info.fingerprint)

    assert read is not None
    for split in Split:
        np.testing.assert_array_equal(read[split].images, parts[split].images)
        np.testing.assert_array_equal(read[split].labels, parts[split].labels)
        assert read[split].info == info
        assert not read[split].images.flags.writeable


def test_one_part_is_read_alone(tmp_path: Path) -> None:
    sets, parts = PreparedSets(tmp_path), parts_of()
    sets.save(parts, "colours")

    read = sets.read_split(Split.TEST, parts[Split.TEST].info.fingerprint)

    assert read is not None
    np.testing.assert_array_equal(read.images, parts[Split.TEST].images)


def test_the_newest_of_an_origin_takes_the_place_of_the_others(tmp_path: Path) -> None:
    sets = PreparedSets(tmp_path)
    for seed in range(3):
        sets.save(parts_of(seed), "folder-1")
    sets.save(parts_of(7), "folder-10")

    newest = parts_of(2)[Split.TRAIN].info
    assert [info.fingerprint for info in sets.infos()] == [
        newest.fingerprint,
        parts_of(7)[Split.TRAIN].info.fingerprint,
    ]


@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.9, 0.999])
def test_a_damaged_file_is_none(tmp_path: Path, place: float) -> None:
    sets = PreparedSets(tmp_path)
    sets.save(parts_of(), "colours")
    (file,) = files(tmp_path)
    content = bytearray(file.read_bytes())
    at = int(place * (len(content) - 1))
    content[at] ^= 0xFF

    for damaged in (bytes(content), bytes(content[:at]), b""):
        file.write_bytes(damaged)
        read = sets.read(origin="colours")
        assert read is None or all(
            np.array_equal(read[split].images, parts_of()[split].images) for split in Split
        )


def test_nothing_is_found_where_nothing_was_kept(tmp_path: Path) -> None:
    sets = PreparedSets(tmp_path / "not there")

    assert sets.read(origin="colours") is None
    assert list(sets.infos()) == []


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "datasets").write_text("in the way")

    notice = PreparedSets(tmp_path).save(parts_of(), "colours")

    assert notice is not None
    assert "Colours" in notice
    assert PreparedSets(tmp_path).read(origin="colours") is None


def test_what_all_users_share_is_read_and_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, shared, own = parts_of(), tmp_path / "shared", tmp_path / "own"
    PreparedSets(shared).save(parts, "colours")
    before = {path: path.read_bytes() for path in files(shared)}
    monkeypatch.setenv("LENET_DESKTOP_DATA", str(shared))
    sets, info = PreparedSets(own), parts[Split.TRAIN].info

    assert sets.has("colours")
    assert [each.title for each in sets.infos()] == [info.title]
    read = sets.read(fingerprint=info.fingerprint)
    assert read is not None
    np.testing.assert_array_equal(read[Split.TEST].images, parts[Split.TEST].images)

    sets.save(parts_of(seed=1), "colours")
    sets.forget("colours")
    assert {path: path.read_bytes() for path in files(shared)} == before
