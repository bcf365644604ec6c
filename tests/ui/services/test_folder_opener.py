"""What is kept of a folder that is made into one data set after the other."""

from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.ui.data.folder_page import FolderPage
from lenet_desktop.ui.services.data_switch import DataSwitch
from lenet_desktop.ui.services.folder_opener import FolderOpener
from tests.data.folders.test_folder_images import put_classes


def test_nothing_gives_way_before_it_is_known_what_runs_have_learned_from(
    qtbot: QtBot, session: TrainingSession, resources: TrainingResources, tmp_path: Path
) -> None:
    put_classes(root := tmp_path / "pictures", ["a", "b"])
    session.use_resources(resources)
    page, parent = FolderPage(), QObject()
    qtbot.addWidget(page)
    switch = DataSwitch(session, tmp_path / "cache", parent)
    switch.use_resources(resources)
    opener = FolderOpener(page, switch, tmp_path / "cache", parent)
    opener.open(root)
    qtbot.waitUntil(lambda: page.status.text().startswith("All 12"))

    def use(side: int) -> list[int]:
        page.form.side.set_value(side)
        with qtbot.waitSignal(switch.switched):
            page.use_button.click()
        return sorted(info.side for info in PreparedSets(tmp_path / "cache").infos())

    try:
        assert use(16) == [16]
        assert use(28) == [16, 28]
        opener.use_store(resources.store)
        assert use(32) == [32]
    finally:
        opener.shutdown()
        switch.shutdown()
