"""Where the bundled files are found: in a checkout, in an installed wheel, or not at all."""

from pathlib import Path

import pytest

from lenet_desktop import assets
from lenet_desktop.data.known.fashion_mnist import FILES


def make_resources(folder: Path) -> Path:
    (folder / "resources" / "fashion_mnist").mkdir(parents=True)
    (folder / "resources" / "icons").mkdir()
    return folder / "resources"


def test_this_installation_has_its_data_and_icons() -> None:
    for file in (*FILES.images.values(), *FILES.labels.values()):
        assert (assets.bundled_data(FILES.bundle) / f"{file.name}.gz").is_file()
    assert list(assets.icons().glob("*.svg"))


def test_the_data_come_with_their_licence_and_source() -> None:
    assert (assets.bundled_data(FILES.bundle) / "LICENSE.txt").is_file()
    assert (assets.bundled_data(FILES.bundle) / "SOURCE.md").is_file()


def test_a_checkout_keeps_them_beside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = make_resources(tmp_path)
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "lenet_desktop")

    assert assets.resources() == beside
    assert assets.bundled_data(FILES.bundle) == beside / "fashion_mnist"
    assert assets.icons() == beside / "icons"


def test_an_installed_wheel_uses_its_own_and_not_a_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_resources(tmp_path)
    inside = make_resources(tmp_path / "lenet_desktop")
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "lenet_desktop")

    assert assets.resources() == inside


def test_an_unrelated_folder_of_the_same_name_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = make_resources(tmp_path)
    (tmp_path / "lenet_desktop" / "resources").mkdir(parents=True)
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "lenet_desktop")

    assert assets.resources() == beside


def test_an_incomplete_installation_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "_PACKAGE", tmp_path / "lenet_desktop")

    with pytest.raises(FileNotFoundError, match=r"Install LeNet Desktop again\.$"):
        assets.resources()
