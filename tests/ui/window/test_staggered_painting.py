"""Parts that take long to paint wait for each other, and all are painted in the end."""

from functools import partial

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.staggered_painting import StaggeredPainting


class Part(QWidget):
    """Notes when it is painted."""

    def __init__(self, painted: list[QWidget]) -> None:
        super().__init__()
        self._painted = painted

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Note it."""
        self._painted.append(self)


def test_parts_are_painted_in_their_order_after_a_change_of_size(qtbot: QtBot) -> None:
    painted: list[QWidget] = []
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    parts = [Part(painted) for _ in range(3)]
    for part in parts:
        layout.addWidget(part)
    order = parts[::-1]
    StaggeredPainting(window, order)
    window.resize(300, 300)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: all(part in painted for part in parts))
    painted.clear()
    for _ in range(2):  # also while the first change is not painted yet
        window.resize(window.width() + 40, 350)
    qtbot.waitUntil(lambda: all(part in painted for part in parts))
    assert list(dict.fromkeys(painted)) == order
    assert all(part.updatesEnabled() for part in parts)


def test_every_part_of_the_window_is_painted_again(qtbot: QtBot, window: MainWindow) -> None:
    parts = (window.gallery.view, window.training.plots.loss, window.gallery.about_classes)
    for size in ((1_000, 700), (1_300, 800)):
        window.resize(*size)
        for part in parts:
            qtbot.waitUntil(partial(part.updatesEnabled))
    window.gallery.state.toggle_misclassified()
    for part in parts:
        qtbot.waitUntil(partial(part.updatesEnabled))
