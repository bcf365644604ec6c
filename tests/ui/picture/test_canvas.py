"""A canvas hears mouse, finger and pen, and knows where they are at any scale of the screen."""

from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lenet_desktop.ui.kit.theme import DARK
from lenet_desktop.ui.picture.canvas import Canvas
from lenet_desktop.ui.picture.drawing import PAPER, Sheet

LEFT = Qt.MouseButton.LeftButton
POINTERS = QPointingDevice.PointerType


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    shown = Canvas()
    qtbot.addWidget(shown)
    shown.resize(304, 284)
    shown.show()
    return shown


def place(canvas: Canvas, x: float, y: float) -> QPoint:
    """Return a point of the widget, by its shares of an empty sheet."""
    return canvas.from_sheet(QPointF(x * PAPER, y * PAPER)).toPoint()


def draw(canvas: Canvas, *places: tuple[float, float]) -> None:
    points = [place(canvas, *each) for each in places]
    QTest.mousePress(canvas, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, LEFT, pos=points[-1])


def dark(canvas: Canvas, x: float, y: float) -> bool:
    return int(canvas.pixels[int(y * PAPER), int(x * PAPER)]) < 128


@cache
def pen(tip: POINTERS) -> QPointingDevice:
    """Return a pen that is there until the end: Qt goes on pointing at it."""
    able = QInputDevice.Capability.Pressure
    device = QPointingDevice("pen", 1, QInputDevice.DeviceType.Stylus, tip, able, 1, 2)
    device.setParent(QApplication.instance())
    return device


def use_pen(
    canvas: Canvas, kind: QEvent.Type, where: tuple[float, float], pressure: float, tip: POINTERS
) -> None:
    point = QPointF(place(canvas, *where))
    held = LEFT if kind is not QEvent.Type.TabletRelease else Qt.MouseButton.NoButton
    on_screen = QPointF(canvas.mapToGlobal(point.toPoint()))
    event = QTabletEvent(
        kind, pen(tip), point, on_screen, pressure, 0, 0, 0, 0, 0,
        Qt.KeyboardModifier.NoModifier, LEFT, held,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert event.isAccepted(), "or a mouse would draw it once more"


def draw_with_pen(
    canvas: Canvas, *where: tuple[float, float], pressure: float = 1.0, tip: POINTERS = POINTERS.Pen
) -> None:
    use_pen(canvas, QEvent.Type.TabletPress, where[0], pressure, tip)
    for each in where[1:]:
        use_pen(canvas, QEvent.Type.TabletMove, each, pressure, tip)
    use_pen(canvas, QEvent.Type.TabletRelease, where[-1], 0, tip)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ratio=st.sampled_from((1.0, 1.25, 1.5, 2.0, 3.0)),
    width=st.integers(224, 900),
    height=st.integers(224, 900),
    shape=st.sampled_from((None, (28, 28), (16, 16), (30, 200), (900, 1600), (3000, 100))),
    share=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_every_point_of_the_sheet_has_its_place_at_any_scale(
    canvas: Canvas,
    monkeypatch: pytest.MonkeyPatch,
    ratio: float,
    width: int,
    height: int,
    shape: tuple[int, int] | None,
    share: tuple[float, float],
) -> None:
    monkeypatch.setattr(canvas, "devicePixelRatioF", lambda: ratio)
    canvas.resize(width, height)
    canvas.show_sheet(Sheet() if shape is None else Sheet.of(np.zeros(shape, np.uint8)))
    size, area = canvas.drawing.sheet.size, canvas.area
    point = QPointF(share[0] * size.width(), share[1] * size.height())
    there = canvas.from_sheet(point)
    back = canvas.to_sheet(there)
    assert back.x() == pytest.approx(point.x(), abs=1e-6)
    assert back.y() == pytest.approx(point.y(), abs=1e-6)
    assert -1e-6 <= there.x() <= width + 1e-6
    assert -1e-6 <= there.y() <= height + 1e-6
    on_screen = QSize(round(width * ratio), round(height * ratio))
    assert area.width() <= on_screen.width()
    assert area.height() <= on_screen.height()
    askew = abs(area.width() * size.height() - area.height() * size.width())
    assert askew <= max(size.width(), size.height()), "as it is, to a pixel"


def test_a_mouse_draws_erases_and_takes_back(canvas: Canvas, qtbot: QtBot) -> None:
    with qtbot.waitSignals([canvas.changed] * 4):
        draw(canvas, (0.2, 0.5), (0.5, 0.5), (0.8, 0.5))
    assert dark(canvas, 0.5, 0.5)
    assert not dark(canvas, 0.5, 0.7)
    canvas.erases = True
    draw(canvas, (0.5, 0.3), (0.5, 0.7))
    assert not dark(canvas, 0.5, 0.5)
    assert dark(canvas, 0.25, 0.5)
    canvas.undo()
    assert dark(canvas, 0.5, 0.5)
    canvas.redo()
    assert not dark(canvas, 0.5, 0.5)
    canvas.clear()
    assert canvas.drawing.is_blank
    canvas.undo()
    assert dark(canvas, 0.25, 0.5)


def test_other_buttons_draw_nothing(canvas: Canvas) -> None:
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, pos=place(canvas, 0.5, 0.5))
    QTest.mouseMove(canvas, place(canvas, 0.7, 0.5))
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, pos=place(canvas, 0.7, 0.5))
    assert canvas.drawing.is_blank
    assert not canvas.drawing.can_undo


def test_a_pen_is_as_wide_as_it_is_pressed_and_its_other_end_erases(canvas: Canvas) -> None:
    draw_with_pen(canvas, (0.2, 0.3), (0.8, 0.3), pressure=0.1)
    draw_with_pen(canvas, (0.2, 0.7), (0.8, 0.7), pressure=1.0)
    column = canvas.pixels[:, PAPER // 2] < 128
    light, strong = column[: PAPER // 2].sum(), column[PAPER // 2 :].sum()
    assert 0 < light < strong / 2
    assert canvas.hasFocus()
    draw_with_pen(canvas, (0.5, 0.1), (0.5, 0.9), tip=POINTERS.Eraser)
    assert (canvas.pixels[:, PAPER // 2] == 255).all()
    assert not canvas.erases, "the next stroke draws again"


def test_the_first_finger_draws(canvas: Canvas) -> None:
    device = QTest.createTouchDevice()
    touch = QTest.touchEvent(canvas, device)
    touch.press(0, place(canvas, 0.2, 0.5), canvas).commit()
    touch.move(0, place(canvas, 0.5, 0.5), canvas).press(
        1, place(canvas, 0.5, 0.9), canvas
    ).commit()
    touch.move(0, place(canvas, 0.8, 0.5), canvas).move(1, place(canvas, 0.8, 0.9), canvas).commit()
    touch.release(0, place(canvas, 0.8, 0.5), canvas).release(1, place(canvas, 0.8, 0.9), canvas)
    touch.commit()
    assert dark(canvas, 0.5, 0.5)
    assert not dark(canvas, 0.6, 0.9)
    canvas.undo()
    assert canvas.drawing.is_blank, "one stroke"


def test_what_is_seen_is_what_was_drawn_in_every_theme(canvas: Canvas) -> None:
    draw(canvas, (0.2, 0.5), (0.8, 0.5))
    before = canvas.grab().toImage()
    canvas.show_theme(DARK)
    after = canvas.grab().toImage()
    for shown in (before, after):
        assert shown.pixelColor(place(canvas, 0.5, 0.5)).value() == 0
        assert shown.pixelColor(place(canvas, 0.5, 0.8)).value() == 255, "paper stays white"
    canvas.resize(500, 500)
    larger = canvas.grab().toImage()
    assert larger.pixelColor(place(canvas, 0.5, 0.5)).value() == 0


def test_an_empty_sheet_says_what_it_is_for(canvas: Canvas) -> None:
    canvas.clearFocus()
    inside = canvas.rect().adjusted(20, 40, -20, -40)
    empty = canvas.grab(inside).toImage()
    draw(canvas, (0.02, 0.02))
    drawn = canvas.grab(inside).toImage()
    values = {
        drawn.pixelColor(x, y).value()
        for x in range(0, drawn.width(), 3)
        for y in range(0, drawn.height(), 3)
    }
    assert values == {255}
    assert empty != drawn
