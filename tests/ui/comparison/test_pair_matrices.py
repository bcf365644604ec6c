"""Two matrices side by side are looked at as one."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.comparison.pair_matrices import PairMatrices
from lenet_desktop.ui.gallery.classes.confusion_matrix import ConfusionMatrix
from lenet_desktop.ui.kit.saving import SaveFolder
from tests.made_images import made_images, made_predictions


def place_of(matrix: ConfusionMatrix) -> tuple[int, ...]:
    """Return where the first cell lies, which may be out of sight, and its size."""
    first = len(made_images(62).info.class_names) + 2
    rect = matrix.part_place(first)
    return rect.left(), rect.top(), rect.width(), rect.height()


def test_both_are_zoomed_and_scrolled_as_one(qtbot: QtBot) -> None:
    shown = PairMatrices(SaveFolder())
    qtbot.addWidget(shown)
    shown.setCurrentIndex(1)
    shown.resize(900, 420)
    shown.show()
    images = made_images(62)
    matrices = list(shown.matrices.values())
    for matrix in matrices:
        matrix.show_dataset(images.info)
        matrix.show_predictions(made_predictions(images))
    one, other = matrices
    usual = place_of(one)
    assert place_of(other) == usual
    for matrix in matrices:
        QTest.keyClick(matrix, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        assert place_of(one) == place_of(other)
        assert place_of(one)[0] < usual[0]
        QTest.keyClick(matrix, Qt.Key.Key_Minus)
        assert place_of(one) == place_of(other)
        assert place_of(one)[2] < usual[2]
        QTest.keyClick(matrix, Qt.Key.Key_Plus)
        QTest.keyClick(matrix, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        assert place_of(one) == place_of(other) == usual
