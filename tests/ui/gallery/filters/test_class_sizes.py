"""The list of classes tells how many images there are of each."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import ImageSet
from lenet_desktop.ui.gallery.filters.class_sizes import SizeDelegate
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from tests.made_images import made_images


@pytest.fixture
def gallery(qtbot: QtBot) -> GalleryPanel:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    return panel


def of_sizes(*counts: int) -> ImageSet:
    """Return images of three classes, so many of each, and twice as many to learn from."""
    made = made_images(3, count=sum(counts))
    labels = np.repeat(np.arange(3, dtype=np.uint8), counts)
    learned = tuple(2 * count for count in counts)
    return replace(made, labels=labels, info=replace(made.info, train_counts=learned))


def listed(gallery: GalleryPanel) -> list[str]:
    """Return the classes as the list shows them when it is open."""
    box = gallery.filters.true_class
    delegate = box.itemDelegate()
    assert isinstance(delegate, SizeDelegate)
    texts = []
    for row in range(1, box.count()):
        option = QStyleOptionViewItem()
        delegate.initStyleOption(option, box.model().index(row, 0))
        texts.append(option.text)
    return texts


def test_sizes_stand_behind_unequal_classes_and_follow_the_images(gallery: GalleryPanel) -> None:
    gallery.state.set_images(of_sizes(1_200, 3, 0))
    assert listed(gallery) == ["0  (1,200)", "1  (3)", "2  (0)"]
    box = gallery.filters.true_class
    assert [box.itemText(row) for row in range(box.count())] == ["Any", "0", "1", "2"]
    tips = [box.itemData(row, Qt.ItemDataRole.ToolTipRole) for row in (1, 2, 3)]
    assert "1,200 test images; 2,400 images to learn from" in tips[0]
    assert "3 test images; 6 images" in tips[1]
    assert "2: 0 test images" in tips[2]

    gallery.state.set_images(
        replace(of_sizes(4, 4, 4), info=replace(of_sizes(4, 4, 4).info, key="b"))
    )
    assert listed(gallery) == ["0", "1", "2"], "nothing is to be said of equal ones"
    assert "4 test images" in box.itemData(1, Qt.ItemDataRole.ToolTipRole)
