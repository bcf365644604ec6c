"""The rows of the list of runs: what they say, how they are sorted and found."""

import datetime
import math
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont, QIcon
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from lenet_desktop.runs.records import RunRecord, RunStatus, Surroundings
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.text.wording import LONGEST_SHOWN
from lenet_desktop.ui.kit.theme import DARK
from lenet_desktop.ui.runs import run_texts
from lenet_desktop.ui.runs.list_foot import deleted_text
from lenet_desktop.ui.runs.run_columns import Column, natural_key, sorted_rows
from lenet_desktop.ui.runs.run_filter import RunFilter
from lenet_desktop.ui.runs.run_table_model import COLOUR_ROLE, RunTableModel

NOON = datetime.datetime(2026, 11, 12, 12, 0).timestamp()
DAY = 24 * 3600
UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
RECORD = RunRecord(
    id=3,
    key="3" * 32,
    status=RunStatus.FINISHED,
    config=TrainingConfig(),
    steps_per_epoch=235,
    epochs_done=10,
    last_accuracy=0.8912,
    best_accuracy=0.9031,
    elapsed_s=125.2,
    created_at=NOON - 3600,
    updated_at=NOON,
)


def describe(config: TrainingConfig) -> str:
    return "Modern" if config == MODERN.config else f"rate {config.learning_rate:g}"


def run(number: int, **changes: object) -> RunRecord:
    base = replace(RECORD, id=number, key=f"{number:032x}", created_at=NOON + number)
    return replace(base, **changes)  # type: ignore[arg-type]


@pytest.fixture
def model(qapp: object) -> RunTableModel:
    made = RunTableModel(describe, now=lambda: NOON)
    mode = QAbstractItemModelTester.FailureReportingMode.Warning
    QAbstractItemModelTester(made, mode, made)  # a Qt warning fails the test
    return made


@pytest.fixture
def found(model: RunTableModel) -> RunFilter:
    made = RunFilter(model, model)
    mode = QAbstractItemModelTester.FailureReportingMode.Warning
    QAbstractItemModelTester(made, mode, made)
    return made


def text(model: QAbstractItemModel, column: Column, row: int = 0) -> str:
    return str(model.index(row, column).data())


def ids(model: RunTableModel | RunFilter) -> list[int]:
    if isinstance(model, RunTableModel):
        return [record.id for record in model.records]
    return [model.id_at(row) for row in range(model.rowCount())]


def search(found: RunFilter, words: str) -> list[int]:
    found.set_search(words)
    return ids(found)


def test_a_row_says_what_is_known_of_a_run(model: RunTableModel) -> None:
    model.set_records([RECORD])
    assert [text(model, column) for column in Column] == [
        "",
        "Run 3",
        "finished",
        "rate 0.9",
        "90.31\xa0%",
        "89.12\xa0%",
        "10 of 10",
        "2:05",
        "today 11:00",
    ]


def test_a_run_without_a_finished_epoch_has_no_accuracy(model: RunTableModel) -> None:
    model.set_records([run(1, best_accuracy=None, last_accuracy=None, epochs_done=0)])
    index = model.index(0, Column.BEST)
    assert index.data() == "—"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "none yet"


def test_every_cell_speaks_and_explains_itself(model: RunTableModel) -> None:
    device = Surroundings(device="cuda:0", device_name="NVIDIA H200")
    model.set_records([run(1, note="best\nso far", starred=True, surroundings=device)])
    model.show_open(1)
    model.set_colours({1: QColor("red")})
    for column in Column:
        index = model.index(0, column)
        assert index.data(Qt.ItemDataRole.AccessibleTextRole)
        assert index.data(Qt.ItemDataRole.ToolTipRole)
        assert model.headerData(
            column, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole
        )
        assert model.headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    spoken = model.index(0, Column.NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Run 1, open, compared, note: best so far"
    assert model.index(0, Column.STAR).data(Qt.ItemDataRole.AccessibleTextRole) == "starred"
    tip = model.index(0, Column.WHEN).data(Qt.ItemDataRole.ToolTipRole)
    assert "12 Nov 2026 12:00:01, on NVIDIA H200" in tip


def test_every_state_has_a_mark_of_its_own_and_a_word(model: RunTableModel) -> None:
    model.set_records([run(number, status=s) for number, s in enumerate(RunStatus)])
    shapes = set()
    for row in range(len(RunStatus)):
        index = model.index(row, Column.STATUS)
        icon = index.data(Qt.ItemDataRole.DecorationRole)
        assert isinstance(icon, QIcon)
        mask = icon.pixmap(32).toImage().createAlphaMask()  # without its colour
        shapes.add(bytes(mask.constBits()))
        assert index.data() == model.record_at(row).status.value
    assert len(shapes) == len(RunStatus)


def test_marks_follow_the_theme_and_the_selection(model: RunTableModel) -> None:
    model.set_records([RECORD])
    index = model.index(0, Column.STATUS)
    light = index.data(Qt.ItemDataRole.DecorationRole)
    normal, selected = (
        light.pixmap(16, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected)
    )
    assert normal != selected
    model.show_theme(DARK)
    assert index.data(Qt.ItemDataRole.DecorationRole).pixmap(16).toImage() != normal


def test_the_open_run_is_bold_and_compared_runs_have_their_colour(model: RunTableModel) -> None:
    model.set_records([run(1), run(2)])
    model.show_open(1)
    model.set_colours({2: QColor("#0072b2")})
    rows = {number: model.row_of(number) for number in (1, 2)}
    first = model.index(rows[1] or 0, Column.NAME)
    second = model.index(rows[2] or 0, Column.NAME)
    font = first.data(Qt.ItemDataRole.FontRole)
    assert isinstance(font, QFont)
    assert font.bold()
    assert second.data(Qt.ItemDataRole.FontRole) is None
    assert second.data(COLOUR_ROLE) == QColor("#0072b2")
    assert first.data(COLOUR_ROLE) is None


def test_only_names_can_be_edited_and_an_entered_name_is_handed_on(model: RunTableModel) -> None:
    model.set_records([RECORD])
    for column in Column:
        editable = model.index(0, column).flags() & Qt.ItemFlag.ItemIsEditable
        assert bool(editable) is (column is Column.NAME)
    entered = QSignalSpy(model.name_entered)
    name = model.index(0, Column.NAME)
    assert model.setData(name, "Run 3")  # as it is called already
    assert entered.count() == 0
    assert model.setData(name, "baseline")
    assert entered.at(0) == [3, "baseline"]
    assert name.data() == "Run 3"  # until the run comes back with it


def test_untrusted_names_are_one_plain_line(model: RunTableModel) -> None:
    title = "<b>a</b>\r\n\tb\x00\x1b \u202egnp.exe \ud83d " + "x" * 10_000
    model.set_records([run(1, title=title, note=title)])
    shown = text(model, Column.NAME)
    assert shown.startswith("<b>a</b> b gnp.exe ")
    assert len(shown) <= LONGEST_SHOWN + 1
    tip = model.index(0, Column.NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in tip
    assert max(len(word) for word in tip.replace("\u200b", " ").split()) < 100


@pytest.mark.parametrize("column", list(Column))
@pytest.mark.parametrize("order", [UP, DOWN])
def test_every_column_is_sorted_by_its_values(
    found: RunFilter, model: RunTableModel, column: Column, order: Qt.SortOrder
) -> None:
    least = run(2, title="run 9", status=RunStatus.RUNNING, config=TrainingConfig(), epochs_done=2)
    least = replace(least, best_accuracy=0.099, last_accuracy=0.05, elapsed_s=59, starred=False)
    most = run(5, title="Run 10", status=RunStatus.FAILED, epochs_done=10, elapsed_s=3600)
    most = replace(most, best_accuracy=0.9, last_accuracy=0.9, starred=True)
    most = replace(most, config=TrainingConfig(learning_rate=10))
    model.set_records([most, least])
    found.sort(column, order)
    assert ids(found) == ([2, 5] if order is UP else [5, 2])


@pytest.mark.parametrize("order", [UP, DOWN])
def test_equal_runs_stay_newest_first_and_those_without_a_value_come_last(
    found: RunFilter, model: RunTableModel, order: Qt.SortOrder
) -> None:
    model.set_records([run(1), run(2, best_accuracy=None), run(3), run(4, best_accuracy=None)])
    found.sort(Column.BEST, order)
    assert ids(found) == [3, 1, 4, 2]


def test_newest_come_first_unless_sorted_otherwise_and_changes_are_sorted_in(
    model: RunTableModel,
) -> None:
    model.set_records([run(2), run(9), run(4)])
    assert ids(model) == [9, 4, 2]
    model.update_record(run(7))
    assert ids(model) == [9, 7, 4, 2]
    model.sort(Column.BEST, DOWN)
    model.update_record(run(2, best_accuracy=0.99))
    assert ids(model) == [2, 9, 7, 4]


@pytest.mark.parametrize("column", [Column.WHEN, Column.STAR])
def test_the_newest_run_comes_first_after_a_clock_that_was_ahead(
    model: RunTableModel, column: Column
) -> None:
    ahead = replace(run(1), created_at=NOON + 400 * DAY)
    model.set_records([ahead, run(2)])
    model.sort(column, DOWN)
    assert ids(model) == [2, 1]


@given(
    st.lists(
        st.builds(
            lambda accuracy, title, moment, starred: replace(
                RECORD,
                best_accuracy=accuracy,
                title=title,
                created_at=moment,
                starred=starred,
            ),
            st.none() | st.floats(0, 1),
            st.text(),
            st.floats(0, 1e9),
            st.booleans(),
        )
    ),
    st.sampled_from(Column),
    st.sampled_from([UP, DOWN]),
)
def test_sorting_keeps_every_run_once(
    records: list[RunRecord], column: Column, order: Qt.SortOrder
) -> None:
    rows = sorted_rows(records, column, order, lambda record: record.title)
    assert sorted(rows) == list(range(len(records)))
    values = [records[row].best_accuracy for row in rows]
    if column is Column.BEST:
        known = [value for value in values if value is not None]
        assert values[: len(known)] == known
        assert known == sorted(known, reverse=order is DOWN)


def test_a_search_finds_every_word_in_any_place_whatever_the_case(
    found: RunFilter, model: RunTableModel
) -> None:
    model.set_records(
        [
            run(1, title="Baseline", note="Learns late"),
            run(2, status=RunStatus.DIVERGED),
            run(3, config=MODERN.config, note="straße"),
        ]
    )
    assert search(found, "LATE base") == [1]
    assert search(found, "diverg") == [2]
    assert search(found, "modern finished") == [3]
    assert search(found, "STRASSE") == [3]
    assert search(found, "modern late") == []
    assert search(found, "  ") == [3, 2, 1]


def test_a_changed_run_is_found_by_its_new_words_only(
    found: RunFilter, model: RunTableModel
) -> None:
    model.set_records([run(1, title="old"), run(2)])
    assert search(found, "old") == [1]
    model.update_record(run(1, title="new"))
    assert ids(found) == []
    assert search(found, "new") == [1]


def test_rows_that_stay_are_moved_and_never_made_anew(model: RunTableModel) -> None:
    model.set_records([run(number) for number in (1, 2, 3, 4, 5)])
    kept = {
        number: QPersistentModelIndex(model.index(model.row_of(number) or 0, Column.NAME))
        for number in (2, 4)
    }
    resets = QSignalSpy(model.modelReset)
    model.set_records([run(8), run(4), run(2, title="now"), run(0)])
    assert resets.count() == 0
    assert ids(model) == [8, 4, 2, 0]
    model.sort(Column.WHEN, UP)
    assert {number: model.record_at(index.row()).id for number, index in kept.items()} == {
        2: 2,
        4: 4,
    }
    assert model.index(1, Column.NAME).data() == "now"


@given(st.lists(st.sets(st.integers(1, 12)), max_size=5), st.sampled_from(Column))
def test_after_any_sequence_of_lists_the_rows_are_the_last_one(
    qapp: object, lists: list[Iterable[int]], column: Column
) -> None:
    model = RunTableModel(describe)
    found = RunFilter(model, model)
    found.set_search("e")
    found.sort(column, UP)
    for numbers in lists:
        records = [run(number, elapsed_s=number % 3) for number in numbers]
        model.set_records(records)
        order = sorted_rows(records, column, UP, model.recipe_of)
        assert ids(model) == ids(found) == [records[row].id for row in order]
        assert all(model.record_at(model.row_of(n) or 0).id == n for n in numbers)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (0, "today 12:00"),
        (3 * 3600 - 300, "today 9:05"),
        (12 * 3600 + 1, "yesterday 23:59"),
        (2 * DAY, "10 Nov 2026 12:00"),
        (-DAY, "13 Nov 2026 12:00"),
        (math.inf, "—"),
        (-1e18, "—"),
    ],
)
def test_a_moment_is_written_as_a_person_says_it(ago: float, words: str) -> None:
    assert run_texts.when_text(NOON - ago, NOON) == words


@given(st.text(), st.text())
def test_names_can_be_compared_whatever_they_hold(first: str, second: str) -> None:
    assert isinstance(natural_key(first) < natural_key(second), bool)
    assert natural_key("Run 2") < natural_key("run 10")


def test_deletions_are_told_by_name_where_they_are_few() -> None:
    plain = [
        deleted_text(names).replace("\u2068", "").replace("\u2069", "")
        for names in (["Run 3"], ["Run 3", "a\nb"], ["x"] * 1200, ["y" * 10_000])
    ]
    assert plain[:3] == [
        "Deleted “Run 3”.",
        "Deleted “Run 3” and “a b”.",
        "Deleted 1,200 runs.",
    ]
    assert len(plain[3]) < 80
