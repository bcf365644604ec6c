"""A view keeps what stays the same from the first value on, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.analysis.history import History
from lenet_desktop.training.events import EpochDone
from lenet_desktop.ui.kit.alike import count_alike
from lenet_desktop.ui.training.epoch_table import EpochTable

LISTS = st.lists(st.integers(0, 2), max_size=6)


@given(LISTS, LISTS)
def test_what_is_alike_is_the_longest_common_beginning(one: list[int], other: list[int]) -> None:
    count = count_alike(one, other)
    assert one[:count] == other[:count]
    assert one[count : count + 1] != other[count : count + 1] or count == len(one) == len(other)


def history(loss: float, epochs: int) -> History:
    made = History()
    for number in range(1, epochs + 1):
        made.add(EpochDone(number, loss, 0.5, loss, 0.5, 1.0))
    return made


def test_the_table_of_a_run_shows_nothing_of_another_one(qapp: object) -> None:
    table = EpochTable()
    for loss, epochs in ((2.0, 2), (1.0, 3), (3.0, 3), (4.0, 1), (4.0, 2)):
        table.show_history(history(loss, epochs))
        items = [table.item(row, 1) for row in range(table.rowCount())]
        assert [item and item.text() for item in items] == [f"{loss:.4f}"] * epochs
