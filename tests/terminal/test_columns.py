from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.terminal.columns import cells, cut, row


def test_a_sign_of_chinese_takes_two_cells_and_an_accent_none() -> None:
    assert [cells(text) for text in ("", "run", "运行", "e\u0301", "a\u200db")] == [0, 3, 4, 1, 2]


def test_columns_stand_below_each_other_whatever_their_signs() -> None:
    line = "{:>4}  {:8} {:>6}  {}"
    rows = [
        row(line, texts)
        for texts in (("id", "name", "best", "recipe"), ("7", "运行 7", "-", "配方"))
    ]
    assert rows == ["  id  name       best  recipe", "   7  运行 7        -  配方"]


def test_a_row_ends_with_its_last_text() -> None:
    assert row("{:8} {:8} {}", ("a", "b", "")) == "a        b"


@given(st.text(), st.integers(0, 20))
def test_what_is_cut_fits(text: str, room: int) -> None:
    kept = cut(text, room)
    assert text.startswith(kept)
    assert cells(kept) <= room
