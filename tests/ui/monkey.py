"""Somebody who does anything to the window, in any order, and what must hold all the same.

What is done is a script of deeds that say which of the things in sight they are done to as a share
of their number, so that a part of a script is a script, too, and a failing one can be made shorter.
"""

from __future__ import annotations

import gc
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import shiboken6
from PySide6.QtCore import (
    QEvent,
    QPoint,
    QPointF,
    QSettings,
    Qt,
    QThread,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QAction, QInputMethodEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from lenet_desktop.data.images import ImageSet
from lenet_desktop.data.pictures.own_pictures import FOLDER, OwnPictures
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.runs.trash import delete_runs
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.ui.kit.inputs import WholeNumberInput
from lenet_desktop.ui.kit.theme import ThemeMode
from lenet_desktop.ui.window.main_window import MainWindow
from tests.ui.claims import check_claims

WORDS = (
    "", " ", "0", "1", "3", "0.1", "0,5", "1e-3", "-1", "99999999", "nan", "fünf", "٣", "1.000,5",
    "shirt", "coat", "'; drop", "<b>x</b>", "a" * 400, "\u202etxt", "12 13", "2", "60000",
)  # fmt: skip
KEYS = (
    Qt.Key.Key_Space, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Backtab,
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
    Qt.Key.Key_End, Qt.Key.Key_PageDown, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F,
    Qt.Key.Key_M, Qt.Key.Key_S, Qt.Key.Key_A, Qt.Key.Key_F1, Qt.Key.Key_F2, Qt.Key.Key_Menu,
)  # fmt: skip
CTRL_KEYS = (
    Qt.Key.Key_R, Qt.Key.Key_L, Qt.Key.Key_F, Qt.Key.Key_C, Qt.Key.Key_A, Qt.Key.Key_0,
    Qt.Key.Key_Z, Qt.Key.Key_I, Qt.Key.Key_Home, Qt.Key.Key_Space, Qt.Key.Key_1, Qt.Key.Key_2,
    Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_Comma,
)  # fmt: skip
CTRL, SHIFT, PLAIN = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)
SIZES = ((900, 560), (1100, 700), (1280, 800), (1440, 900), (1920, 1080))
FONT_SCALES = (0.8, 1.0, 1.5)
WAY_OUT_MS = 200
PAUSE_MS, PATIENCE = 20, 150
"""How long and how often is waited for what is wrong only for a moment, as while a job goes on."""
TURNS = 8
"""How often the event loop gets a turn after a deed."""
MOST_WIDGETS_LEFT = 60
"""Widgets that Qt keeps for the whole program, as tool tips and boxes of completers."""
MOST_EPOCHS = 3

Thing = TypeVar("Thing")
Part = TypeVar("Part", bound=QWidget)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do.

    Attributes:
        kind: what, a key of `KINDS`.
        which: to which of the things that it can be done to, as a share of their number, 0-1.
        how: where on it or with what, as a share, 0-1.
    """

    kind: str
    which: float
    how: float


def random_script(seed: int, length: int) -> list[Deed]:
    """Return so many deeds; the same seed gives the same ones."""
    numbers = random.Random(seed)
    kinds = numbers.choices(list(KINDS), [weight for _, weight in KINDS.values()], k=length)
    return [Deed(kind, round(numbers.random(), 4), round(numbers.random(), 4)) for kind in kinds]


def read_script(file: Path) -> list[Deed]:
    """Return the deeds of a file with one on each line, as `written` gives it."""
    return [Deed(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def written(script: Sequence[Deed]) -> str:
    """Return deeds as lines of JSON."""
    return "".join(json.dumps(asdict(deed)) + "\n" for deed in script)


class MisbehavedError(AssertionError):
    """Something is not as it must be; the message says what, after which deed."""


class Cage:
    """A window that anything may be done to, with small data and folders of its own.

    Args:
        folder: where everything is kept.
        resources: makes what runs need on a store.
        images: the test images of these.
    """

    def __init__(
        self,
        folder: Path,
        resources: Callable[[RunStore], TrainingResources],
        images: ImageSet,
    ) -> None:
        self._folder = folder
        self._resources = resources
        self._images = images
        self._usual_font = QApplication.font()
        self._widgets_before = len(QApplication.allWidgets())
        self._deed: Deed | None = None
        self._way_out = QTimer(interval=WAY_OUT_MS)  # of what waits for a person, as a menu may
        self._way_out.timeout.connect(self._leave)
        self.problems: list[str] = []
        self.threads: list[QThread] = []
        self.counts: dict[str, int] = {}

    def follow(self, script: Sequence[Deed]) -> None:
        """Do everything that a script says.

        Raises:
            MisbehavedError: something is not as it must be.
        """
        with _listening(self.problems), _watching(self.threads):
            self.open()
            try:
                for number, deed in enumerate(script, start=1):
                    self._do(number, deed)
            finally:
                self.close()
                QApplication.setFont(self._usual_font)
            self._complain(f"closing after {len(script)} deeds")

    def open(self) -> None:
        """Open the window on what is kept in the folder."""
        self._session = TrainingSession()
        self.store = open_store(self._folder / "kept")
        resources = self._resources(self.store)
        own = OwnPictures(self._folder / FOLDER)
        if not own.read():
            for number, label in enumerate(("Coat", "Bag", "Coat", "a class of other data")):
                own.add(self._images.images[number][0], label)
        settings = QSettings(str(self._folder / "settings.ini"), QSettings.Format.IniFormat)
        self.window = MainWindow(self._session, settings, self._folder)
        self.window.closing.connect(self._session.interrupt)
        self.window.closed.connect(self._session.shutdown)
        self.window.show_images(self._images)
        self.window.show_runs(self.store)
        self.window.show_resources(resources)
        self._session.use_resources(resources)
        self.window.training.form.set_config(TrainingConfig(epochs=2, batch_size=100))
        self.window.run_services.look_often(PAUSE_MS)
        self.window.show()
        _turn(3 * TURNS)

    def close(self) -> None:
        """Close the window as a person does; nothing of it may be left."""
        for dialog in _dialogs():
            dialog.reject()
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        self.window.close()
        _turn(TURNS)
        running = [thread for thread in self.threads if _is_running(thread)]
        if running:
            self.problems.append(f"threads still run: {running}")
        self.threads.clear()
        shiboken6.delete(self.window)
        shiboken6.delete(self._session)
        self.store.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        left = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        if left:
            self.problems.append(f"widgets are left in sight: {left}")
        more = len(QApplication.allWidgets()) - self._widgets_before
        if more > MOST_WIDGETS_LEFT:
            self.problems.append(f"{more} widgets are left")

    def reopen(self) -> None:
        """Close the window and open it again, as on the next day."""
        self.close()
        self.open()

    @property
    def files(self) -> Path:
        """Where the dialogs of the window save to."""
        return self._folder / "files"

    def _do(self, number: int, deed: Deed) -> None:
        do, _ = KINDS[deed.kind]
        self._deed = deed
        self._way_out.start()
        done = do(self, deed)
        self._way_out.stop()
        _turn(TURNS)
        self._answer_dialogs(deed)
        if not self.window.isVisible():  # quit by a key or from a menu
            self.reopen()
        self._spare_patience()
        after = f"deed {number}, {deed.kind} {done}"
        if done:
            self.counts[deed.kind] = self.counts.get(deed.kind, 0) + 1
        problem = self._problem_found()
        patience = PATIENCE
        while problem and patience:  # what takes a moment is right in a moment
            QTest.qWait(PAUSE_MS)
            problem, patience = self._problem_found(), patience - 1
        if problem:
            self.problems.append(problem)
        self._complain(after)

    def _leave(self) -> None:
        """Choose something in the menu that the deed under way has opened, and leave it."""
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu) and self._deed is not None:
            commands = [action for action in _commands(popup) if action.isEnabled()]
            command = _pick(commands, (self._deed.how * 7) % 1)
            popup.close()
            if command is not None:
                command.trigger()
        elif popup is not None:
            popup.close()

    def _problem_found(self) -> str:
        """Return what is not as it must be, nothing where all is."""
        try:
            _check_state(self.window)
            _check_entries(self.window)
            check_claims(self.window, self.store)
        except AssertionError as error:
            return f"{error or 'not as it must be'} at {_places(error.__traceback__)}"
        return ""

    def _complain(self, after: str) -> None:
        if self.problems:
            raise MisbehavedError(f"After {after}: " + "\n".join(self.problems))

    def _answer_dialogs(self, deed: Deed) -> None:
        """Give a dialog for files a name; nothing else is done in it, as it can delete files."""
        for dialog in _dialogs():
            self.files.mkdir(exist_ok=True)
            choices = ["", "a.csv", "a**b", "old", "x/y", *(p.name for p in self.files.iterdir())]
            name = _pick(choices, deed.how)
            if name:
                dialog.fileSelected.emit(str(self.files / name))
            dialog.reject()
        _turn(TURNS)

    def _spare_patience(self) -> None:
        """Stop a run that would go on for long."""
        history = self._session.history
        if self._session.state.is_active and len(history.epochs) >= MOST_EPOCHS:
            self._session.stop()


def _check_state(window: MainWindow) -> None:
    """Compare what can be done with the state of the run."""
    state, controls = window.session.state, window.controls
    entered = window.training.form.config is not None
    assert controls.start_button.isEnabled() == (state.can_start and entered), state
    assert controls.pause_button.isEnabled() == state.can_pause, state
    assert controls.stop_button.isEnabled() == state.can_stop, state
    assert state is not RunState.LOADING
    for thread in window.session.findChildren(QThread):
        assert thread.isFinished() or state.is_active, state


def _check_entries(window: MainWindow) -> None:
    """Compare what fields show with what they stand for; the keyboard is where it can be used."""
    for field in window.findChildren(WholeNumberInput):
        shown = field.valueFromText(field.text())
        assert field.problem is not None or shown == field.value(), f"{_name(field)}: {shown}"
    for top in QApplication.topLevelWidgets():
        if top.isVisible() and top.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog):
            assert top.windowTitle(), f"{_name(top)} has become a window"
    focused = QApplication.focusWidget()
    if focused is not None and focused.window() is window:
        assert focused.isVisible(), f"the keyboard is in {_name(focused)}, out of sight"
        assert focused.isEnabled(), f"the keyboard is in {_name(focused)}, switched off"


# What can be done


def _press(cage: Cage, deed: Deed) -> str:
    button = _pick(_seen(QAbstractButton), deed.which)
    if button is None:
        return ""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return _name(button)


def _trigger(cage: Cage, deed: Deed) -> str:
    popup = QApplication.activePopupWidget()
    menu = popup if isinstance(popup, QMenu) else cage.window.menuBar()
    actions = [action for action in _commands(menu) if action.isEnabled() and action.isVisible()]
    action = _pick(actions, deed.which)
    if action is None:
        return ""
    name = action.text()
    action.trigger()
    return name


def _choose(cage: Cage, deed: Deed) -> str:
    box = _pick(_seen(QComboBox), deed.which)
    if box is None or not box.count():
        return ""
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(int(deed.how * box.count())):
        QTest.keyClick(box, Qt.Key.Key_Down)
    return f"{_name(box)}: {box.currentText()}"


def _type(cage: Cage, deed: Deed) -> str:
    fields = [*_seen(QLineEdit), *_seen(QAbstractSpinBox), *_seen(QPlainTextEdit)]
    entry = _pick(fields, deed.which)
    if entry is None:
        return ""
    name, words = _name(entry), _pick(WORDS, deed.how) or ""
    entry.setFocus()
    QTest.keyClick(entry, Qt.Key.Key_A, CTRL)
    if words.isascii():
        QTest.keyClicks(entry, words)
    else:  # no key has these
        composed = QInputMethodEvent()
        composed.setCommitString(words)
        QApplication.sendEvent(entry, composed)
    ends = (None, Qt.Key.Key_Return, Qt.Key.Key_Tab)
    end = _pick(ends, (deed.how * 97) % 1)
    if end is not None and shiboken6.isValid(entry):
        QTest.keyClick(entry, end)
    return f"{name}: {words!r}"


def _key(cage: Cage, deed: Deed) -> str:
    target = QApplication.activePopupWidget() or QApplication.focusWidget() or cage.window
    with_ctrl = deed.how < 0.3
    key = _pick(CTRL_KEYS if with_ctrl else KEYS, deed.which) or Qt.Key.Key_Escape
    modifier = CTRL if with_ctrl else (SHIFT if deed.how > 0.9 else PLAIN)
    name = _name(target)
    QTest.keyClick(target, key, modifier)
    return f"{key} {modifier} to {name}"


def _click(cage: Cage, deed: Deed) -> str:
    target = _pick(_seen(QWidget), deed.which)
    if target is None:
        return ""
    place = _place(target, deed)
    name = _name(target)
    buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
    button = _pick(buttons, (deed.how * 31) % 1) or Qt.MouseButton.LeftButton
    modifier = _pick((PLAIN, PLAIN, CTRL, SHIFT), (deed.how * 53) % 1) or PLAIN
    QTest.mouseClick(target, button, modifier, place)
    if (deed.how * 71) % 1 < 0.2 and shiboken6.isValid(target):
        QTest.mouseDClick(target, Qt.MouseButton.LeftButton, modifier, place)
    return f"{name} at {place.toTuple()} with {button}"


def _wheel(cage: Cage, deed: Deed) -> str:
    target = _pick(_seen(QWidget), deed.which)
    if target is None:
        return ""
    place = QPointF(_place(target, deed))
    turn = QPoint(0, 120 if deed.how < 0.5 else -120)
    modifier = CTRL if (deed.how * 31) % 1 < 0.2 else PLAIN
    event = QWheelEvent(
        place,
        QPointF(target.mapToGlobal(place)),
        QPoint(),
        turn,
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(target, event)
    return _name(target)


def _slide(cage: Cage, deed: Deed) -> str:
    slider = _pick(_seen(QAbstractSlider), deed.which)
    if slider is None:
        return ""
    slider.setValue(round(slider.minimum() + deed.how * (slider.maximum() - slider.minimum())))
    return f"{_name(slider)} to {slider.value()}"


def _turn_page(cage: Cage, deed: Deed) -> str:
    bar = _pick(_seen(QTabBar), deed.which)
    if bar is None:
        return ""
    bar.setCurrentIndex(int(deed.how * bar.count()))
    return f"{_name(bar)} to {bar.currentIndex()}"


def _resize(cage: Cage, deed: Deed) -> str:
    width, height = _pick(SIZES, deed.which) or SIZES[0]
    cage.window.resize(width, height)
    return f"{width} x {height}"


def _take_run(cage: Cage, deed: Deed) -> str:
    """Select a run, or two, and do what the list is for."""
    runs = cage.window.runs
    known = [runs.runs.id_at(row) for row in range(runs.runs.rowCount())]
    run_id = _pick(known, deed.which)
    if run_id is None:
        return ""
    runs.select([run_id, *known[:1]] if deed.how > 0.8 else [run_id])
    if not runs.isVisible():
        return f"selected {run_id}"
    keys = (Qt.Key.Key_Return, Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_F2, None)
    key = _pick(keys, (deed.how * 17) % 1)
    if key is not None:
        QTest.keyClick(runs.table, key)
    return f"{key} on run {run_id}"


def _change_elsewhere(cage: Cage, deed: Deed) -> str:
    """Do something to a run as another window would."""
    other = open_store(cage.store.folder)
    try:
        record = _pick(other.records(), deed.which)
        if record is None:
            return ""
        try:
            if deed.how < 0.4:
                other.rename(record.id, f"renamed {deed.how}")
            elif deed.how < 0.7:
                other.set_star(record.id, not record.starred)
            else:
                delete_runs(other, [record.id])
        except StoreError as error:
            return str(error)
        return f"run {record.id}"
    finally:
        other.close()


def _change_theme(cage: Cage, deed: Deed) -> str:
    mode = _pick(list(ThemeMode), deed.which) or ThemeMode.SYSTEM
    cage.window.menus.theme_chosen.emit(mode)
    return mode.value


def _change_font(cage: Cage, deed: Deed) -> str:
    font = QApplication.font()
    scale = _pick(FONT_SCALES, deed.which) or 1.0
    font.setPointSizeF(cage._usual_font.pointSizeF() * scale)
    QApplication.setFont(font)
    return f"{scale}"


def _wait(cage: Cage, deed: Deed) -> str:
    _turn(int(100 * deed.how))
    return "a while"


def _reopen(cage: Cage, deed: Deed) -> str:
    if deed.how < 0.1:
        shutil.rmtree(cage.files, ignore_errors=True)
    cage.reopen()
    return "the window"


KINDS: dict[str, tuple[Callable[[Cage, Deed], str], float]] = {
    "press": (_press, 18),
    "trigger": (_trigger, 8),
    "choose": (_choose, 10),
    "type": (_type, 10),
    "key": (_key, 14),
    "click": (_click, 12),
    "wheel": (_wheel, 3),
    "slide": (_slide, 6),
    "turn page": (_turn_page, 4),
    "resize": (_resize, 2),
    "take run": (_take_run, 8),
    "change elsewhere": (_change_elsewhere, 2),
    "change theme": (_change_theme, 1),
    "change font": (_change_font, 0.5),
    "wait": (_wait, 6),
    "reopen": (_reopen, 0.6),
}
"""What can be done, and how often it is done in comparison."""


# What is in sight


def _seen(kind: type[Part]) -> list[Part]:
    """Return what a person could reach: in the menu that is open, else in the window on top."""
    top = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    owners = (
        [top] if top is not None else [w for w in QApplication.topLevelWidgets() if w.isVisible()]
    )
    return [
        widget
        for owner in owners
        if not isinstance(owner, QFileDialog)
        for widget in owner.findChildren(kind)
        if widget.isVisible() and widget.isEnabled() and not widget.visibleRegion().isEmpty()
    ]


def _commands(menu: QMenu | QMenuBar) -> Iterator[QAction]:
    """Yield what a menu offers, and the menus in it."""
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _commands(below)
        elif not action.isSeparator():
            yield action


def _dialogs() -> list[QFileDialog]:
    tops = QApplication.topLevelWidgets()
    return [top for top in tops if isinstance(top, QFileDialog) and top.isVisible()]


def _pick(things: Sequence[Thing], share: float) -> Thing | None:
    return things[min(int(share * len(things)), len(things) - 1)] if things else None


def _place(widget: QWidget, deed: Deed) -> QPoint:
    across, down = deed.how, (deed.how * 11) % 1
    return QPoint(int(across * widget.width()), int(down * widget.height()))


def _name(widget: QWidget) -> str:
    named: QWidget | None = widget
    while named is not None and not named.objectName():
        named = named.parentWidget()
    return f"{type(widget).__name__} of {named.objectName() if named is not None else 'nothing'}"


def _turn(times: int) -> None:
    for _ in range(times):
        QApplication.processEvents()


def _is_running(thread: QThread) -> bool:
    return shiboken6.isValid(thread) and thread.isRunning()


# What must not happen


@contextmanager
def _listening(problems: list[str]) -> Iterator[None]:
    """Note what Qt warns of, and exceptions that nothing caught."""

    def hear(kind: QtMsgType, _context: object, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not message.startswith("This plugin does not"):
            problems.append(f"Qt says: {message}")

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        problems.append(f"{kind.__name__}: {error} at {_places(trace)}")

    before = qInstallMessageHandler(hear)
    hook, sys.excepthook = sys.excepthook, note
    try:
        yield
    finally:
        qInstallMessageHandler(before)
        sys.excepthook = hook


def _places(trace: TracebackType | None) -> str:
    places = []
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places)


@contextmanager
def _watching(threads: list[QThread]) -> Iterator[None]:
    """Note every thread that is started."""
    start = QThread.start

    def noted(thread: QThread, *priority: QThread.Priority) -> None:
        threads.append(thread)
        start(thread, *priority)

    QThread.start = noted  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        QThread.start = start  # type: ignore[method-assign]
