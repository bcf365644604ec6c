"""The page of neighbours says what is looked for, and what has to wait for a run."""

import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.gallery_panel.neighbours_page import NeighboursPage


@pytest.fixture
def page(qtbot: QtBot) -> NeighboursPage:
    shown = NeighboursPage()
    qtbot.addWidget(shown)
    return shown


def test_neighbours_wait_while_a_run_goes_on_and_the_page_says_so(page: NeighboursPage) -> None:
    page.spare_run(True)
    page.show_neighbours(None, 0)
    assert "when the run is paused or over" in page.sentence.text()
    page.spare_run(False)
    assert page.sentence.text() == "Looking through the training images…"


def test_a_page_with_another_sentence_keeps_it(page: NeighboursPage) -> None:
    page.show_neighbours((), 0)
    page.spare_run(True)
    assert page.sentence.text() == "There are no training images."
