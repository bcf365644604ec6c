"""Two matrices side by side are looked at as one."""

import re
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.verdict import Verdict
from lenet_desktop.ui.comparison.compared_pair import ComparedPair, Side
from lenet_desktop.ui.comparison.pair_matrices import PairMatrices
from lenet_desktop.ui.gallery.classes.confusion_matrix import ConfusionMatrix
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.made_images import made_images, made_predictions
from tests.made_runs import made_run


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


def pair_of(classes: int) -> ComparedPair:
    """Return two runs, each of which takes one of the last classes for another one."""
    images = made_images(classes, count=20 * classes)
    made = made_predictions(images)
    first, second = (
        replace(made, probabilities=np.eye(classes, dtype=np.float32)[said])
        for said in (
            np.where(made.labels == classes - 1, classes - 3, made.labels),
            np.where(made.labels == classes - 2, classes - 4, made.labels),
        )
    )
    a, b = Side((made_run(1),), "Run 1", first), Side((made_run(2),), "Run 2", second)
    return ComparedPair(a, b, Verdict("One is better."), PairedOutcomes(first, second))


def click(button: QAbstractButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def first_class(matrix: ConfusionMatrix) -> str:
    """Return the class of the row that stands first."""
    first_row = matrix.part_count() ** 0.5
    name = re.search("images of (.)", matrix.part_sentence(round(first_row)))
    assert name is not None
    return name[1]


def test_many_classes_are_zoomed_and_ordered_alike_in_both(window: MainWindow) -> None:
    window.resize(1_440, 900)
    window.workspaces.show(Workspace.COMPARE)
    page = window.compare
    page.show_pair(pair_of(62))
    matrices, tabs = page.matrices, page.results.tabs
    assert not matrices.tools.isVisible(), "another tab is in sight"
    tabs.setCurrentWidget(matrices)
    one, other = matrices.matrices.values()
    rows = one.height() // place_of(one)[3]
    assert rows > 10, "the curves give way to them"
    usual = first_class(one)
    click(matrices.ordered)
    assert first_class(one) != usual
    assert (
        first_class(one).split(",")[0].split(":")[0]
        == first_class(other).split(",")[0].split(":")[0]
    )
    for button, grows in ((matrices.zoom_out, False), (matrices.zoom_in, True)):
        before = place_of(one)[2]
        click(button)
        assert (place_of(one)[2] > before) is grows
        assert place_of(one)[2] == place_of(other)[2]
    matrices.ordered.click()
    assert first_class(one) == usual


def test_few_classes_need_no_tools_and_leave_the_curves_above(window: MainWindow) -> None:
    window.resize(1_440, 900)
    window.workspaces.show(Workspace.COMPARE)
    page = window.compare
    page.show_pair(pair_of(62))
    page.results.tabs.setCurrentWidget(page.matrices)
    assert page.results.tabs.indexOf(page.plots) == 0
    page.show_pair(pair_of(10))
    assert not page.matrices.tools.isVisible()
    assert page.results.tabs.indexOf(page.plots) < 0
    page.show_pair(pair_of(62))
    assert page.matrices.tools.isVisible()
