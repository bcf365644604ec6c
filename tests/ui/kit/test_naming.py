"""What screen readers and other programs call a widget."""

import pytest
from PySide6.QtWidgets import QLineEdit, QPushButton

from lenet_desktop.ui.kit.naming import identify, label_for, without_mnemonic


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


def test_a_button_without_a_name_of_its_own_is_called_what_it_says(qapp: object) -> None:
    button = identify(QPushButton("Add &files…"), "add_files_button", explanation="From elsewhere.")
    assert button.accessibleName() == "Add files"
    assert identify(QPushButton("Add"), "add_button", "Add a file").accessibleName() == "Add a file"


def test_the_label_of_a_field_leads_to_it_and_says_the_same(qapp: object) -> None:
    field = identify(QLineEdit(), "note_input", "Note", "What was found out.")
    label = label_for(field, "&Note")
    assert label.buddy() is field
    assert label.toolTip() == field.toolTip() != ""
