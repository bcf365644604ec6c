"""What screen readers and other programs call a widget."""

import pytest

from lenet_desktop.ui.kit.naming import without_mnemonic


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("&Open…", "Open…"),
        ("打开(&O)…", "打开…"),
        ("Si&ze", "Size"),
        ("A && B", "A & B"),
        ("C (2)", "C (2)"),
    ],
)
def test_a_name_is_without_the_letter_that_stands_for_it(text: str, name: str) -> None:
    assert without_mnemonic(text) == name
