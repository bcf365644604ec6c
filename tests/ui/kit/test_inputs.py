"""The entries: what a field shows, what it stands for and what is said about it always agree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet, Split
from lenet_desktop.data.marks import Mark, MarkKind
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.text.numbers import parse_number, parse_whole, plain
from lenet_desktop.ui.gallery.filters.filter_bar import FilterBar
from lenet_desktop.ui.gallery.gallery_state import GalleryState
from lenet_desktop.ui.gallery.image.mark_editor import MarkEditor
from lenet_desktop.ui.gallery.scale_chooser import ScaleChooser
from lenet_desktop.ui.kit.inputs import CheckedLine, NumberInput, WholeNumberInput
from lenet_desktop.ui.runs.list_foot import NoteLine
from lenet_desktop.ui.training.config_form import ConfigForm

LOCALES = ["ar_EG", "fa_IR", "bn_BD", "de_DE", "fr_CH", "sv_SE", "en_IN", "C"]
IMAGES = 300
TYPED = (
    st.text(max_size=12)
    | st.text("0123456789.,' eE+-\u2212\u202f\u0663\u066b\u066c%x", max_size=12)
    | st.integers(-10, 10**12).map(str)
    | st.integers(0, 1200).map("{:,}".format)
)
UNDER_PYTEST = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


Field = WholeNumberInput | CheckedLine


@dataclass
class Entries:
    """Every entry for a number, in a window."""

    window: QWidget
    form: ConfigForm
    filters: FilterBar
    chooser: ScaleChooser
    state: GalleryState

    @property
    def whole(self) -> dict[str, WholeNumberInput]:
        filters = self.filters
        numbers = ("epochs", "batch_size", "seed")
        return {name: self.form.editor(name, WholeNumberInput) for name in numbers} | {
            "least": filters.confidence.least, "most": filters.confidence.most,
            "scale": self.chooser.scale_input,
        }  # fmt: skip

    @property
    def rates(self) -> dict[str, NumberInput]:
        names = ("learning_rate", "momentum", "weight_decay", "label_smoothing")
        return {name: self.form.editor(name, NumberInput) for name in names}

    def problem_label(self, name: str) -> QLabel:
        label = self.form.findChild(QLabel, f"{name}_problem")
        assert isinstance(label, QLabel)
        return label


def blank_images(count: int) -> ImageSet:
    return ImageSet(np.zeros((count, 1, 28, 28), np.uint8), np.zeros(count, np.uint8), DEFAULT)


def blank_predictions(epoch: int) -> PredictionSet:
    labels, sure = np.zeros(IMAGES, np.uint8), np.eye(1, 10, dtype=np.float32)
    shares, losses = sure.repeat(IMAGES, axis=0), np.zeros(IMAGES, np.float32)
    return PredictionSet(epoch, labels, shares, losses, DEFAULT)


@pytest.fixture
def locale(request: pytest.FixtureRequest) -> Iterator[QLocale]:
    before = QLocale()
    QLocale.setDefault(QLocale(getattr(request, "param", "C")))
    yield QLocale()
    QLocale.setDefault(before)


@pytest.fixture
def entries(qtbot: QtBot, locale: QLocale) -> Entries:
    window = QWidget()
    qtbot.addWidget(window)
    state = GalleryState(window)
    made = Entries(window, ConfigForm(), FilterBar(state), ScaleChooser(window), state)
    layout = QVBoxLayout(window)
    for part in (made.form, made.filters, made.chooser.defaultWidget()):
        layout.addWidget(part)
    made.form.more_button.click()
    made.filters.more_button.click()
    state.set_images(blank_images(IMAGES))
    state.add(blank_predictions(20))
    made.filters.set_query(Query(show=Show.CHANGED, since_epoch=3))
    window.show()
    window.activateWindow()
    return made


def type_into(field: Field, text: str, *, at_once: bool = False) -> None:
    """Replace what a field shows, sign by sign as the keyboard does, or at once as pasting does."""
    field.setFocus()
    line = field.lineEdit() if isinstance(field, WholeNumberInput) else field
    line.selectAll()
    line.del_()
    for sign in [text] if at_once else text:
        line.insert(sign)


def bare(field: WholeNumberInput) -> str:
    """Return what a field shows, without the words that belong to the field."""
    text = plain(field.text())
    for _ in range(20):
        text = text.removesuffix(field.suffix().strip())
        text = text.strip()
    return text


def meaning(field: WholeNumberInput) -> int | None:
    """Return the number that a field shows, None where it shows none that it can be."""
    try:
        number = parse_whole(bare(field), field.locale().groupSeparator())
    except ValueError:
        return None
    return number if field.minimum() <= number <= field.maximum() else None


def assert_whole_agrees(field: WholeNumberInput) -> None:
    if field.problem is None:
        assert meaning(field) == field.value()
    else:
        assert meaning(field) is None
        assert field.problem.endswith(".")


def leave(field: QWidget) -> None:
    QTest.keyClick(field, Qt.Key.Key_Tab)


def enter(field: QWidget) -> None:
    QTest.keyClick(field, Qt.Key.Key_Return)


def step(field: QWidget) -> None:
    QTest.keyClick(field, Qt.Key.Key_Up)


def turn_off_and_on(field: QWidget) -> None:
    field.setEnabled(False)
    field.setEnabled(True)


def hide_and_show(field: QWidget) -> None:
    field.hide()
    field.show()


THEN = [leave, enter, step, turn_off_and_on, hide_and_show]


@pytest.mark.parametrize("name", ["epochs", "batch_size", "seed", "least", "most", "scale"])
@UNDER_PYTEST
@given(text=TYPED, at_once=st.booleans(), then=st.lists(st.sampled_from(THEN), max_size=3))
@example(text="99999999", at_once=False, then=[leave])
@example(text="150", at_once=False, then=[leave])
@example(text="1,", at_once=False, then=[leave])
@example(text="", at_once=False, then=[enter, step])
@example(text="5 % %", at_once=True, then=[leave, leave])
def test_text_value_and_complaint_of_a_whole_number_agree(
    entries: Entries, name: str, text: str, at_once: bool, then: list[Callable[[QWidget], None]]
) -> None:
    field = entries.whole[name]
    field.setValue(field.minimum() + 1)
    before = field.value()
    type_into(field, text, at_once=at_once)
    assert_whole_agrees(field)
    assert field.problem is None or field.value() == before, "not what it began with: 15 of 150"
    said = field.problem
    for happens in then:
        happens(field)
        assert_whole_agrees(field)
        if happens is not step and said is not None:
            assert field.problem is not None, "it is not taken for another number in silence"
        said = field.problem
    for other in entries.whole.values():
        assert_whole_agrees(other)
    if name in ("epochs", "batch_size", "seed"):
        assert entries.problem_label(name).isHidden() is (field.problem is None)
        assert (entries.form.config is None) is (field.problem is not None)
        if entries.form.config is not None:
            assert getattr(entries.form.config, name) == meaning(field)
    field.setValue(field.minimum() + 1)
    assert field.problem is None


@pytest.mark.parametrize("name", ["learning_rate", "momentum", "weight_decay", "label_smoothing"])
@UNDER_PYTEST
@given(text=TYPED | st.floats(0, 1).map(str))
@example(text="1,000")
@example(text="1e999")
def test_text_value_and_complaint_of_a_rate_agree(entries: Entries, name: str, text: str) -> None:
    field, form = entries.rates[name], entries.form
    form.set_config(TEXTBOOK.config)
    type_into(field, text)
    leave(field)
    try:
        expected = TrainingConfig.from_dict({name: parse_number(field.text())})
    except (ConfigError, ValueError):
        expected = None
    assert form.config == expected
    assert entries.problem_label(name).isHidden() is (expected is not None)
    assert bool(field.property("wrong")) is (expected is None)


@UNDER_PYTEST
@given(text=TYPED)
@example(text="\u0661\u0662")
@example(text="123456")
@example(text="2x9")
def test_text_value_and_complaint_of_the_digits_agree(entries: Entries, text: str) -> None:
    filters = entries.filters
    filters.set_query(Query())
    type_into(filters.digits, text)
    if filters.digits.problem is None:
        expected = "".join(str(int(sign)) for sign in filters.digits.text().strip())
        assert filters.query.digits == expected
    assert bool(filters.digits.property("wrong")) is (filters.digits.problem is not None)


@UNDER_PYTEST
@given(text=TYPED)
@example(text="\u0661\u0662")
@example(text="99999999")
def test_text_and_complaint_of_the_image_number_agree(entries: Entries, text: str) -> None:
    number = entries.filters.number
    looked_at: list[int] = []
    entries.filters.number_entered.connect(looked_at.append)
    type_into(number, text)
    enter(number)
    entries.filters.number_entered.disconnect(looked_at.append)
    assert bool(number.property("wrong")) is (number.problem is not None)
    shown = number.text().strip()
    if shown and number.problem is None:
        assert looked_at == [parse_whole(shown)]
        assert 0 <= looked_at[0] < IMAGES
    else:
        assert looked_at == []


@UNDER_PYTEST
@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted), min_size=1, max_size=4
    )
)
def test_any_range_of_confidence_can_follow_any_other(
    entries: Entries, ranges: list[list[int]]
) -> None:
    confidence = entries.filters.confidence
    for least, most in ranges:
        confidence.set_range((least / 100, most / 100))
        assert (confidence.least.value(), confidence.most.value()) == (least, most)


@pytest.mark.parametrize("locale", LOCALES, indirect=True)
def test_a_field_accepts_what_it_shows_on_every_desktop(entries: Entries, locale: QLocale) -> None:
    form, filters = entries.form, entries.filters
    assert form.config == TEXTBOOK.config
    query = filters.query
    fields: list[Field] = [*entries.whole.values(), *entries.rates.values()]
    for field in fields:
        assert field.problem is None
        shown = field.text()
        assert shown.isascii()
        type_into(field, "")
        type_into(field, shown)
        assert field.problem is None
        leave(field)
        assert field.text() == shown
    assert form.config == TEXTBOOK.config
    assert filters.query == query


@pytest.mark.parametrize("locale", LOCALES, indirect=True)
def test_a_field_accepts_what_its_desktop_writes(entries: Entries, locale: QLocale) -> None:
    form, filters = entries.form, entries.filters
    for number in (12, 999, 1000):
        type_into(form.editor("epochs", WholeNumberInput), locale.toString(number))
        assert form.editor("epochs", WholeNumberInput).value() == number
        assert form.editor("epochs", WholeNumberInput).problem is None
    for rate in (0.25, 1e-7, 1234.5):
        type_into(form.learning_rate, locale.toString(rate, "g", 6))
        assert form.learning_rate.value() == rate
    type_into(filters.number, locale.toString(123))
    assert filters.number.problem is None
    type_into(filters.digits, locale.toString(12))
    assert filters.query.digits == "12"
    type_into(filters.confidence.least, locale.toString(60) + locale.percent())
    assert filters.query.confidence == (0.6, 1.0)


@pytest.mark.parametrize("locale", LOCALES, indirect=True)
def test_a_thousand_is_never_one(entries: Entries, locale: QLocale) -> None:
    type_into(entries.form.editor("epochs", WholeNumberInput), "1,000")
    assert entries.form.config is not None
    assert entries.form.config.epochs == 1000
    type_into(entries.form.learning_rate, "1,000")
    assert entries.form.config is None
    assert "two ways" in entries.problem_label("learning_rate").text()


def test_a_number_out_of_range_stays_with_its_complaint(entries: Entries) -> None:
    epochs = entries.form.editor("epochs", WholeNumberInput)
    epochs.setFocus()
    epochs.selectAll()
    QTest.keyClicks(epochs, "99999999")
    leave(epochs)
    assert epochs.text() == "99999999"
    assert "from 1 to 1,000" in entries.problem_label("epochs").text()
    step(epochs)
    assert epochs.problem is None


def test_a_text_is_read_anew_in_another_language(entries: Entries) -> None:
    type_into(entries.form.editor("seed", WholeNumberInput), "59.000")
    assert entries.form.editor("seed", WholeNumberInput).problem is not None
    entries.window.setLocale(QLocale("de_DE"))
    assert entries.form.config is not None
    assert entries.form.config.seed == 59_000


def test_a_number_typed_before_there_are_images_is_right_once_they_come(entries: Entries) -> None:
    number = entries.filters.number
    type_into(number, "500")
    assert number.property("wrong") is True
    entries.state.set_images(blank_images(1000))
    assert number.property("wrong") is False
    entries.state.set_images(blank_images(1000), Split.TRAIN)
    entries.state.browse(Split.TRAIN)
    assert number.text() == "", "it named a test image"


def test_what_is_out_of_sight_is_never_wrong(entries: Entries) -> None:
    filters = entries.filters
    type_into(filters.confidence.most, "150")
    type_into(filters.digits, "x")
    filters.show_input.setCurrentIndex(0)
    filters.more_button.click()
    for field in (filters.confidence.most, filters.digits):
        assert field.problem is None


def test_a_complaint_about_a_filter_comes_and_goes(qtbot: QtBot, entries: Entries) -> None:
    filters = entries.filters
    with qtbot.waitSignal(filters.problem_found) as found:
        type_into(filters.confidence.least, "150")
    assert filters.query.confidence == (0.0, 1.0)
    assert found.args == ["The least confidence must be a whole number from 0 to 100."]
    assert filters.confidence.least.accessibleDescription() == found.args[0]
    with qtbot.waitSignal(filters.problem_solved):
        type_into(filters.confidence.least, "15")
    assert filters.query.confidence == (0.15, 1.0)


@UNDER_PYTEST
@given(text=st.text(max_size=20))
@example(text=" two\nlines\t")
def test_a_note_shows_what_is_kept(qtbot: QtBot, text: str) -> None:
    line, editor = NoteLine(), MarkEditor()
    line.show_note(1)
    editor.show_mark(Mark(MarkKind.AMBIGUOUS))
    kept: list[str] = [""]
    line.note_changed.connect(lambda _run, note: kept.append(note))
    marks = [editor.mark]
    editor.mark_changed.connect(marks.append)
    for field in (line.edit, editor.note):
        field.insert(text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert line.edit.text() == kept[-1]
    assert marks[-1] is not None
    assert editor.note.text() == marks[-1].note


def test_a_scale_out_of_range_saves_nothing(entries: Entries) -> None:
    chosen: list[int] = []
    entries.chooser.scale_chosen.connect(chosen.append)
    type_into(entries.chooser.scale_input, "640")
    assert not entries.chooser.save_button.isEnabled()
    entries.chooser.trigger()
    assert chosen == []
    type_into(entries.chooser.scale_input, "64")
    entries.chooser.trigger()
    assert chosen == [64]
