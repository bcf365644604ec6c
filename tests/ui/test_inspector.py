"""The inspector: everything it says can be read, however little room there is."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lenet_desktop.core.datasets import ImageSet
from lenet_desktop.core.events import Event, PredictionsReady
from lenet_desktop.core.prediction_history import PredictionHistory
from lenet_desktop.core.predictions import PredictionSet
from lenet_desktop.ui.gallery_panel.inspector import Inspector

WRONG_BOOT = 4


@pytest.fixture(scope="module")
def answers(few_events: list[Event]) -> list[PredictionSet]:
    return [event.predictions for event in few_events if isinstance(event, PredictionsReady)]


@pytest.fixture
def inspector(qtbot: QtBot, few_images: ImageSet, answers: list[PredictionSet]) -> Inspector:
    shown = Inspector()
    qtbot.addWidget(shown)
    history = PredictionHistory()
    for each in answers:
        history.add(each)
    shown.show_image(few_images, WRONG_BOOT, answers[-1], history=history)
    shown.resize(344, 230)
    shown.show()
    return shown


def test_the_verdict_tells_loss_and_rank_in_one_line(
    inspector: Inspector, answers: list[PredictionSet]
) -> None:
    losses = answers[-1].losses
    rank = int((losses > losses[WRONG_BOOT]).sum()) + 1
    lines = inspector.verdict.text().split("\n")
    assert lines[2] == f"Loss {losses[WRONG_BOOT]:.2f}, rank {rank} of 300"
    widest = inspector.verdict.fontMetrics().horizontalAdvance("Loss 12.34, rank 9,876 of 10,000")
    assert widest <= inspector.verdict.width(), "also where there are 10,000 images"


@pytest.mark.parametrize("size", [(344, 230), (300, 200), (262, 120)])
@pytest.mark.parametrize("percent_of_font", [100, 150])
def test_bars_keep_their_lines_apart_and_are_scrolled_to_instead(
    qtbot: QtBot, inspector: Inspector, few_images: ImageSet, answers: list[PredictionSet],
    size: tuple[int, int], percent_of_font: int,
) -> None:  # fmt: skip
    font = inspector.font()
    font.setPointSizeF(font.pointSizeF() * percent_of_font / 100)
    inspector.setFont(font)
    inspector.show_image(few_images, WRONG_BOOT, answers[-1], rival=answers[0])
    inspector.resize(*size)
    verdict, bars = inspector.verdict, inspector.bars
    qtbot.waitUntil(lambda: verdict.height() >= verdict.heightForWidth(verdict.width()))
    assert bars.height() >= 10 * bars.fontMetrics().height()
    area = inspector.facts.widget()
    assert area is not None
    assert area.rect().contains(bars.geometry())
    room = inspector.facts.viewport().height()
    assert inspector.facts.verticalScrollBar().maximum() == max(0, area.height() - room)


def test_at_its_least_height_nothing_is_scrolled(inspector: Inspector) -> None:
    inspector.resize(344, inspector.minimumSizeHint().height())
    inspector.grab()
    assert inspector.strip.isVisible()
    assert inspector.facts.verticalScrollBar().maximum() == 0
    assert inspector.facts.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    np.testing.assert_allclose(sum(inspector.bars.probabilities), 1, atol=1e-5)
