"""Lets a person choose what is learned from, by the menu or the window of data sets."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from lenet_desktop.data.known.offers import Offer, offers, samples_of
from lenet_desktop.data.progress import Progress
from lenet_desktop.session.fetching_session import FetchingSession
from lenet_desktop.session.requests import LatestRequest
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.worker import describing
from lenet_desktop.text.language import _, ngettext
from lenet_desktop.text.wording import listed, quoted_title, sentences
from lenet_desktop.ui.kit.layout import bring_up
from lenet_desktop.ui.kit.message_bar import MessageAction, MessageBar, MessageKind
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import LIGHT, Theme
from lenet_desktop.ui.services.data_switch import DataSwitch
from lenet_desktop.ui.window.menus import MainMenus
from lenet_desktop.ui.window.window_memory import WindowMemory

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from lenet_desktop.data.dataset_info import DatasetInfo
    from lenet_desktop.data.images import ImageSet
    from lenet_desktop.data.known.taking_in import TakenIn
    from lenet_desktop.runs.store import RunStore
    from lenet_desktop.ui.data.data_window import DataWindow
    from lenet_desktop.ui.services.folder_opener import FolderOpener

_PLACE = "data_window"
_PATIENCE_MS = 400
"""How long data may be loaded without a word."""


class DataControl(QObject):
    """Keeps the menu and the window of data sets in line with what is loaded and fetched.

    Args:
        switch: loads what is chosen.
        cache: the folder of the data sets.
        menus: where a person chooses.
        memory: knows where the window of data sets was, and which data were used last.
        messages: where is told what is under way, and what came of it while no page tells it.
        folder: where dialogs begin.
        window: the main window.
    """

    def __init__(
        self,
        switch: DataSwitch,
        cache: Path,
        menus: MainMenus,
        memory: WindowMemory,
        *,
        messages: MessageBar,
        folder: SaveFolder,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._switch, self._cache = switch, cache
        self._memory = memory
        self._is_chosen = False  # what is loaded, by hand, since the window was opened
        self._messages, self._folder, self._window = messages, folder, window
        self._fetching = FetchingSession(cache, self)
        self._sampling = LatestRequest(describing(_("The images could not be read")), self)
        self._sampled = ""  # whose images are being read, or shown
        self._fetched_key = ""  # what is being fetched; empty while files are looked through
        self._fetched: Progress | None = None  # how far that is
        self._is_used_then = False  # whether it was asked for in order to be used
        self._loaded: Progress | None = None  # how far the data are that are loaded meanwhile
        self._is_locked = False
        self._told = ""
        self._theme = LIGHT
        self._page: DataWindow | None = None
        self._folders: FolderOpener | None = None
        self._store: RunStore | None = None
        self.menu = menus.data
        self._patience = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._connect()

    def _connect(self) -> None:
        self.menu.wanted.connect(self._on_menu_wanted)
        self.menu.chosen.connect(self._switch.choose)
        self.menu.page_requested.connect(self.show_page)
        self.menu.open_images.triggered.connect(self.show_folder_page)
        self._patience.timeout.connect(self._on_patience_lost)
        self._switch.loading.connect(self._on_loading)
        self._switch.progressed.connect(self._on_loading_on)
        self._fetching.progressed.connect(self._on_fetching_on)
        self._fetching.fetched.connect(self._on_fetched)
        self._fetching.failed.connect(self._on_fetching_failed)
        self._switch.failed.connect(self._on_failed)
        self._sampling.reported.connect(self._on_sampled)

    @property
    def page(self) -> DataWindow:
        """The window of data sets, made when it is needed first."""
        if self._page is None:
            from lenet_desktop.ui.data.data_window import DataWindow
            from lenet_desktop.ui.services.folder_opener import FolderOpener

            self._page = DataWindow(self._cache, self._folder, self._window)
            self._memory.restore_place(self._page, _PLACE)
            self._page.show_theme(self._theme)
            self._page.chosen.connect(self._on_offer_seen)
            self._page.page.use_requested.connect(self._switch.choose)
            self._page.page.download_requested.connect(self._on_download_requested)
            self._page.page.cancel_requested.connect(self._on_cancel_requested)
            self._page.take_in_requested.connect(self._on_take_in_requested)
            self._folders = FolderOpener(self._page.folder, self._switch, self._cache, self)
            self._folders.packed_found.connect(self._on_take_in_requested)
            self._page.folder_chosen.connect(self._folders.open)
            self._page.folder.show_locked(self._is_locked)
            if self._store is not None:
                self._folders.use_store(self._store)
        return self._page

    def use_store(self, store: RunStore) -> None:
        """Know what runs have learned from."""
        self._store = store
        if self._folders is not None:
            self._folders.use_store(store)

    @Slot(object)
    def show_page(self, offer: Offer | None) -> None:
        """Show the window of data sets, at one of them or else at the one that is loaded."""
        page, known = self.page, offers(self._cache)
        page.show_offers(known, self._switch.info)
        if offer is None and page.offer is None:
            offer = next((each for each in known if each.is_of(self._switch.info)), known[0])
        bring_up(page)
        if offer is not None:
            page.choose(offer.key)

    @Slot()
    def show_folder_page(self) -> None:
        """Show the window at the page for images of one's own."""
        self.page.show_offers(offers(self._cache), self._switch.info)
        bring_up(self.page)
        self.page.show_folder_page()

    @Slot(object)
    def open_folder(self, root: Path) -> None:
        """Show what is in a folder of pictures, or in a table of them."""
        self.show_folder_page()
        self.page.open_folder(root)

    @Slot()
    def refresh(self) -> None:
        """Look anew what is here, and show it where it is seen."""
        if self._page is not None:
            self._page.show_offers(offers(self._cache), self._switch.info)

    def tell_left(self, name: str, data: DatasetInfo, open_again: Callable[[], object]) -> None:
        """Say that a run is not shown any more, and how it comes back.

        Args:
            name: what it is called.
            data: what it learned from.
            open_again: shows it.
        """
        self._messages.add_message(
            _(
                "{name} learned from {data}, so it is not shown any more. It is in the list of "
                "runs; opening it brings its data back."
            ).format(name=quoted_title(name), data=data.title),
            MessageKind.HINT,
            MessageAction(_("Open it again"), open_again),
        )

    def note_switch(self, info: DatasetInfo, *, is_chosen: bool) -> None:
        """Take in that other data are loaded, by choice or for what is opened, to begin with."""
        self._is_chosen = is_chosen
        self._memory.remember_data(info, is_chosen=is_chosen)

    def remember(self, *, shows_run: bool) -> None:
        """Keep for the next start what belongs to the data."""
        if self._is_chosen:
            self._memory.remember_data(self._switch.info, is_chosen=not shows_run)
        if self._page is not None:
            self._memory.save_place(self._page, _PLACE)

    def show_state(self, state: RunState) -> None:
        """Take in whether a run goes on: then no other data can be used, nor lie over the run."""
        begins, self._is_locked = state.is_active and not self._is_locked, state.is_active
        if self._page is not None:
            if begins and self._page.offer is None:  # own pictures: there is no more to do
                self._page.close()
            self._page.folder.show_locked(self._is_locked)
        self._show_state()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        if self._page is not None:
            self._page.show_theme(theme)
            self.refresh()

    @Slot()
    def interrupt(self) -> None:
        """Have every thread end, without waiting for it."""
        for each in self._workers():
            each.interrupt()

    @Slot()
    def shutdown(self) -> None:
        """End every thread. May be called again and again."""
        self.interrupt()
        for each in self._workers():
            each.shutdown()

    def _workers(self) -> list[DataSwitch | FetchingSession | LatestRequest | FolderOpener]:
        folders = () if self._folders is None else (self._folders,)
        return [self._switch, self._fetching, self._sampling, *folders]

    # What a person asks for

    @Slot()
    def _on_menu_wanted(self) -> None:
        self.menu.show_offers(offers(self._cache), self._switch.info)

    @Slot(object)
    def _on_offer_seen(self, offer: Offer) -> None:
        self._show_state()
        if offer.key == self._sampled:
            return
        self._sampled = offer.key if offer.is_here else ""
        self.page.page.show_samples(None)
        if offer.is_here:
            self._sampling.begin(partial(_sampling, offer, self._cache))
        else:
            self._sampling.cancel()

    @Slot(object)
    def _on_sampled(self, sampled: tuple[str, ImageSet]) -> None:
        key, images = sampled
        if key == self._sampled:
            self.page.page.show_samples(images)

    @Slot(object)
    def _on_download_requested(self, offer: Offer) -> None:
        self._begin_fetching(offer.key)
        self._is_used_then = not self._is_locked
        self._fetching.download(offer.key)

    @Slot(object)
    def _on_take_in_requested(self, folder: Path) -> None:
        offer = self.page.offer
        self._begin_fetching("" if offer is None else offer.key)
        self._fetching.take_in(folder)

    @Slot()
    def _on_cancel_requested(self) -> None:
        offer = self.page.offer
        if offer is not None and offer.key == self._fetched_key:
            self._fetching.cancel()
            self._end_fetching()
            self.page.page.show_outcome(
                _("Given up. What has come is kept, and a download goes on from there.")
            )
        else:
            self._switch.give_up()

    # What comes of it

    def _begin_fetching(self, key: str) -> None:
        self._fetched_key, self._fetched, self._is_used_then = key, None, False
        self.page.page.show_outcome("")
        self._show_state()

    def _end_fetching(self) -> None:
        self._fetched_key, self._fetched = "", None
        self.refresh()
        self._show_state()

    @Slot(object)
    def _on_fetched(self, taken: TakenIn) -> None:
        self._end_fetching()
        known = {offer.key: offer for offer in offers(self._cache)}
        here = [known[key].title for key in taken.keys]
        if taken.own is not None:
            self.page.choose(taken.own.fingerprint)
            here.append(taken.own.title)
        elif taken.keys and self.page.offer is None:  # they came as a folder of pictures would
            self.page.choose(taken.keys[0])
        words = ngettext(
            "{data} is on this machine now.", "{data} are on this machine now.", len(here)
        )
        said = [words.format(data=listed(here))] if here else []
        self._tell(sentences((*said, *taken.notices)))
        self._use(known, taken.keys)

    def _use(self, known: Mapping[str, Offer], keys: Sequence[str]) -> None:
        """Use what was downloaded in order to be used, unless somebody is at something else now."""
        offer = self.page.offer
        is_seen = offer is not None and offer.key in keys and self.page.isVisible()
        if self._is_used_then and is_seen and offer is not None and not self._is_locked:
            self._switch.choose(known[offer.key])

    @Slot(str)
    def _on_fetching_failed(self, sentence: str) -> None:
        self._end_fetching()
        self._tell(sentence, is_error=True)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._tell(sentence, is_error=True)

    def _tell(self, sentence: str, *, is_error: bool = False) -> None:
        """Say something on the page, or over the main window while no page is in sight."""
        if self._page is not None and self._page.isVisible():
            self._page.tell(sentence, is_error=is_error)
        elif is_error:
            self._messages.show_error(sentence)
        else:
            self._messages.show_done(sentence)

    @Slot(str)
    def _on_loading(self, title: str) -> None:
        """Say that data are being loaded, if it takes a while."""
        self._messages.withdraw(self._told)
        self._patience.stop()
        if title:
            self._told = _("{title} is being loaded…").format(title=title)
            self._patience.start()
        self._loaded = None
        self._show_state()

    @Slot()
    def _on_patience_lost(self) -> None:
        if self._page is None or not self._page.isVisible():
            cancel = MessageAction(_("Cancel"), self._switch.give_up)
            self._messages.add_message(self._told, MessageKind.HINT, cancel)

    @Slot(object)
    def _on_loading_on(self, progress: Progress) -> None:
        self._loaded = progress
        self._show_state()

    @Slot(object)
    def _on_fetching_on(self, progress: Progress) -> None:
        self._fetched = progress
        self._show_state()

    def _show_state(self) -> None:
        if self._page is None or self._page.offer is None:
            return
        from lenet_desktop.ui.data.data_page import PageState

        offer = self._page.offer
        is_fetching = offer.key == self._fetched_key
        is_loading = offer.title == self._switch.title
        self._page.show_state(
            PageState(
                is_loaded=offer.is_of(self._switch.info),
                is_locked=self._is_locked,
                is_loading=is_loading,
                is_fetching=is_fetching,
                progress=self._fetched if is_fetching else self._loaded if is_loading else None,
            )
        )


def _sampling(offer: Offer, cache: Path) -> Generator[tuple[str, ImageSet], None, None]:
    from lenet_desktop.ui.data.sample_sheet import EACH

    yield offer.key, samples_of(offer, cache, EACH)
