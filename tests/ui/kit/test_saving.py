"""Where dialogs begin."""

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths

from lenet_desktop.ui.kit.saving import SaveFolder


def test_dialogs_begin_in_a_folder_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "Documents"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: str(documents))
    assert SaveFolder().path == Path.home()
    documents.mkdir()
    assert SaveFolder().path == documents
