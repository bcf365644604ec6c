"""Own pictures made ready behind the window: each once, and those of other classes later."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.pictures.own_pictures import OwnPictures
from lenet_desktop.data.pictures.preparation import AS_IT_IS, prepare
from lenet_desktop.session import own_pictures_session as module
from lenet_desktop.session.own_pictures_session import OwnImages, OwnPicturesSession

DIGITS = replace(DEFAULT, title="Digits", class_names=("7", "8"), side=16, train_counts=())
PICTURE = np.zeros((20, 30), np.uint8)
PICTURE[5:15, 8:20] = 200


@pytest.fixture
def own(tmp_path: Path) -> OwnPictures:
    """Return a bag, a seven, a cat and a coat that is not prepared as usual."""
    pictures = OwnPictures(tmp_path)
    for label, how in (("Bag", None), ("7", None), ("Cat", None), ("Coat", AS_IT_IS)):
        pictures.add(PICTURE, label, how)
    return pictures


@pytest.fixture
def session(qapp: object, own: OwnPictures) -> Iterator[OwnPicturesSession]:
    reading = OwnPicturesSession(own)
    yield reading
    reading.shutdown()


def read(qtbot: QtBot, session: OwnPicturesSession, info: DatasetInfo = DEFAULT) -> OwnImages:
    with qtbot.waitSignal(session.prepared) as heard:
        session.read(info)
    assert heard.args is not None
    ready = heard.args[0]
    assert isinstance(ready, OwnImages)
    return ready


def test_each_is_prepared_for_the_data_that_have_its_class(
    qtbot: QtBot, session: OwnPicturesSession
) -> None:
    ready = read(qtbot, session)
    assert [each.label for each in ready.pictures] == ["Bag", "Coat"]
    assert ready.images.labels.tolist() == [
        DEFAULT.class_names.index(each) for each in ("Bag", "Coat")
    ]
    for image, how in zip(ready.images.images, (DEFAULT.preparation, AS_IT_IS), strict=True):
        np.testing.assert_array_equal(image, prepare(PICTURE, 28, 1, how).pixels)
    note = ready.images.notice or ""
    assert note.startswith("2 more own pictures wait for other data")
    assert "“7” and “Cat”" in note
    digits = read(qtbot, session, DIGITS)
    assert [each.label for each in digits.pictures] == ["7"]
    assert digits.images.images.shape == (1, 1, 16, 16)


def test_only_what_is_new_is_prepared_when_it_is_read_again(
    qtbot: QtBot, session: OwnPicturesSession, own: OwnPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(qtbot, session)
    asked: list[str] = []

    def pixels(key: str) -> npt.NDArray[np.uint8]:
        asked.append(key)
        return PICTURE

    monkeypatch.setattr(own, "pixels", pixels)
    new = own.add(PICTURE, "Dress")
    own.delete(first.pictures[0].key)
    again = read(qtbot, session)
    assert asked == [new.key]
    assert [each.label for each in again.pictures] == ["Coat", "Dress"]


def test_it_is_told_how_far_it_is_where_that_takes_longer(
    qtbot: QtBot, session: OwnPicturesSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PATIENCE_S", -1)
    told: list[str] = []
    session.progressed.connect(told.append)
    read(qtbot, session)
    assert any("3 of 4" in each for each in told)


def test_what_is_damaged_inside_is_told_and_left_out(
    qtbot: QtBot, session: OwnPicturesSession, own: OwnPictures, tmp_path: Path
) -> None:
    bag = own.read()[0]
    file = tmp_path / f"{bag.key}.png"
    file.write_bytes(file.read_bytes()[:-30])
    ready = read(qtbot, session)
    assert [each.label for each in ready.pictures] == ["Coat"]
    assert "set aside" in (ready.notice or "")
    assert read(qtbot, session).notice is None
