"""Leads from a folder of a person's own pictures to the data in the window."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.folders.folder_images import FolderImages, open_folder
from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.folders.folder_preview import FolderLook
from lenet_desktop.data.folders.folder_scan import FolderScan
from lenet_desktop.data.folders.parting import is_made_of
from lenet_desktop.data.images import Split
from lenet_desktop.data.prepared_sets import PreparedSets
from lenet_desktop.data.progress import Preparing, Progress
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.session.folder_session import FolderSession
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import one_line, whole
from lenet_desktop.ui.data.folder_page import FolderPage
from lenet_desktop.ui.services.data_switch import DataSwitch


class FolderOpener(QObject):
    """Shows a folder on its page, and has it in the window once a person wants that.

    Attributes:
        is_reading: whether all pictures of a folder are being read.
    """

    packed_found = Signal(object)  # Path of a folder with packed files in place of pictures

    def __init__(self, page: FolderPage, switch: DataSwitch, cache: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._page, self._switch, self._cache = page, switch, cache
        self._session = FolderSession(self)
        self._root = Path()
        self._opened: list[FolderImages] = []  # filled on the thread that reads
        self._store: RunStore | None = None
        self.is_reading = False
        self._connect()

    def _connect(self) -> None:
        page, session, switch = self._page, self._session, self._switch
        session.progressed.connect(self._on_looking_on)
        session.looked.connect(self._on_looked)
        session.checked.connect(page.show_check)
        session.prepared.connect(page.show_prepared)
        session.failed.connect(page.show_nothing)
        session.packed_found.connect(self._on_packed_found)
        page.samples_wanted.connect(session.prepare)
        page.use_requested.connect(self._on_use_requested)
        page.cancel_requested.connect(self._on_cancel_requested)
        switch.progressed.connect(self._on_progressed)
        switch.loading.connect(self._on_loading)
        switch.switched.connect(self._on_switched)

    def use_store(self, store: RunStore) -> None:
        """Know what runs have learned from folders."""
        self._store = store

    @Slot(object)
    def open(self, root: Path) -> None:
        """Look at a folder or a table; what was looked at before is given up."""
        if self.is_reading:
            self._switch.give_up()
        self._root = root
        self._on_looking_on(
            Progress(0, 0, _("Looking through {name}…").format(name=one_line(root.name)))
        )
        self._session.look_at(root)

    @Slot()
    def interrupt(self) -> None:
        """Give up for good, without waiting for it."""
        self._session.interrupt()

    @Slot()
    def shutdown(self) -> None:
        """Give up for good and wait for that. May be called again and again."""
        self._session.shutdown()

    @Slot(object)
    def _on_looking_on(self, progress: Progress) -> None:
        self._page.show_progress(self._root, progress)

    @Slot(object)
    def _on_looked(self, look: FolderLook) -> None:
        known = [*(self._learned_from() or ()), *PreparedSets(self._cache).infos()]
        info = next((each for each in known if is_made_of(each, look.scan)), None)
        self._page.show_look(look, None if info is None else FolderOptions.of(info))

    def _learned_from(self) -> list[DatasetInfo] | None:
        """Return what the kept runs learned from, the newest first; None where nobody knows."""
        try:
            return None if self._store is None else [e.config.data for e in self._store.records()]
        except StoreError:
            return None

    @Slot(object)
    def _on_packed_found(self, root: Path) -> None:
        self._page.show_nothing()
        self.packed_found.emit(root)

    @Slot(object, object)
    def _on_use_requested(self, scan: FolderScan, options: FolderOptions) -> None:
        self._session.give_up()  # all of them are read now
        self._opened = []
        title = one_line(scan.root.stem)
        learned = self._learned_from()
        in_use = None if learned is None else {info.fingerprint for info in learned}
        self._switch.make_ready(title, _reading(scan, options, self._cache, in_use, self._opened))
        self.is_reading = self._switch.title == title
        if self.is_reading:
            self._page.show_loading(Progress(0, 0, _("Reading the pictures…")))

    @Slot()
    def _on_cancel_requested(self) -> None:
        if self.is_reading:
            self._switch.give_up()
        else:
            self._session.give_up()
            self._page.show_nothing()

    @Slot(object)
    def _on_progressed(self, progress: Progress) -> None:
        if self.is_reading:
            self._page.show_loading(progress)

    @Slot(str)
    def _on_loading(self, _title: str) -> None:
        """Be ready again once nothing is being read, or something else is."""
        if self.is_reading:
            self.is_reading = False
            self._page.show_loading(None)

    @Slot(object, bool)
    def _on_switched(self, resources: TrainingResources, _is_for_what_opens: bool) -> None:
        if self._opened and self._opened[0].parts[Split.TRAIN].info == resources.data.info:
            train, test = len(resources.data.train), len(resources.data.test)
            self._page.show_used(
                _("In use: {train} pictures to learn from, {test} to test with.").format(
                    train=whole(train), test=whole(test)
                ),
                self._opened[0],
            )
        self._opened = []


def _reading(
    scan: FolderScan,
    options: FolderOptions,
    cache: Path,
    in_use: Collection[str] | None,
    opened: list[FolderImages],
) -> Callable[[], Preparing]:
    def read() -> Preparing:
        found = yield from open_folder(scan, options, cache, in_use)
        opened.append(found)
        return found.parts

    return read
