"""The picture of the network: its layers can be gone through, and each says what it does."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lenet_desktop.networks.layer_descriptions import describe_layers, in_steps
from lenet_desktop.settings.choices import Activation, Network, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import FAST
from lenet_desktop.ui.training.network.layer_words import explain_step
from lenet_desktop.ui.training.network.network_picture import NetworkPicture
from tests.made_images import made_info

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def picture(qtbot: QtBot) -> NetworkPicture:
    shown = NetworkPicture()
    qtbot.addWidget(shown)
    shown.resize(344, 440)
    shown.show_config(TrainingConfig())
    shown.show()
    shown.activateWindow()
    return shown


def explanation_of(picture: NetworkPicture) -> str:
    label = picture.findChild(QLabel, "layer_explanation")
    assert isinstance(label, QLabel)
    return label.text()


def test_nothing_is_built_before_the_library_is_there(picture: NetworkPicture) -> None:
    assert picture.layers.part_count() == 0
    assert "PyTorch" in explanation_of(picture)
    picture.allow_building()
    assert picture.layers.part_count() == 9
    assert "61,706" in explanation_of(picture)


def test_a_click_explains_a_layer_and_another_one_the_whole_again(picture: NetworkPicture) -> None:
    picture.allow_building()
    whole = explanation_of(picture)
    place = picture.layers.part_place(1).center()
    QTest.mouseClick(picture.layers, LEFT, pos=place)
    assert "6 patterns" in explanation_of(picture)
    assert "150" in explanation_of(picture)
    assert "Sigmoid" in explanation_of(picture)
    QTest.mouseClick(picture.layers, LEFT, pos=place)
    assert explanation_of(picture) == whole


def test_the_keyboard_goes_through_the_layers_and_they_are_spoken(
    qtbot: QtBot, picture: NetworkPicture, spoken: list[str]
) -> None:
    picture.allow_building()
    picture.layers.setFocus()
    qtbot.waitUntil(picture.layers.hasFocus)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Home):
        QTest.keyClick(picture.layers, key)
    assert spoken == [
        "Image: 1x28x28, 0 parameters",
        "Convolution 5x5, sigmoid: 6x28x28, 156 parameters",
        "Fully connected: 10, 850 parameters",
        "Fully connected, sigmoid: 84, 10,164 parameters",
        "Image: 1x28x28, 0 parameters",
    ]


def test_another_network_is_drawn_and_the_choice_stays_where_it_is_the_same_one(
    picture: NetworkPicture,
) -> None:
    picture.allow_building()
    picture.layers.choose(1)
    picture.show_config(FAST.config)
    assert picture.layers.chosen_place == 1
    picture.show_config(None)
    assert picture.layers.part_count() == 9, "the last that could be used"
    picture.show_config(replace(FAST.config, network=Network.PERCEPTRON))
    assert picture.layers.chosen_place is None
    assert picture.layers.part_count() == 5
    assert "61,567" in explanation_of(picture)


@pytest.mark.parametrize("network", Network)
@pytest.mark.parametrize(("side", "channels", "classes"), [(8, 3, 2), (128, 1, 62)])
def test_every_layer_is_a_target_and_says_what_is_true_of_it(
    picture: NetworkPicture, network: Network, side: int, channels: int, classes: int
) -> None:
    picture.allow_building()
    for activation, pooling in zip(Activation, (*Pooling, Pooling.MAX), strict=True):
        config = TrainingConfig(
            network=network,
            activation=activation,
            pooling=pooling,
            batch_norm=True,
            dropout=0.25,
            data=made_info(classes, side, channels),
        )
        picture.show_config(config)
        picture.resize(344, picture.minimumSizeHint().height())
        steps = in_steps(describe_layers(config))
        for place, step in enumerate(steps):
            row = picture.layers.part_place(place)
            assert row.height() >= 24
            assert picture.layers.rect().contains(row)
            assert picture.layers.part_at(row.center()) == place
            words = explain_step(step, config, is_last=place == len(steps) - 1)
            assert "{" not in words
            if step[0].parameters:
                assert f"{step[0].weights:,}" in words
                assert f"{step[0].biases:,}" in words
            assert len(words.splitlines()) == len(step), "a paragraph for each layer"
        picture.grab()  # paints every one of them
    assert f"{classes:,} classes" in words
    assert picture.layers.part_at(QPoint(5, 1)) is None
