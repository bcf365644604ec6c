"""The page of one data set: what it is, a few of its images, and how it comes into the window."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFormLayout,
    QGroupBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lenet_desktop.data.images import ImageSet
from lenet_desktop.data.known.offers import Offer
from lenet_desktop.data.known.originals import hand_folder
from lenet_desktop.data.progress import Progress
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import breakable, byte_count, listed, one_line, why_not
from lenet_desktop.ui.data.sample_sheet import SampleSheet
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import plain_label
from lenet_desktop.ui.kit.layout import VerticalScrollArea
from lenet_desktop.ui.kit.naming import identify, muted, set_role, without_mnemonic
from lenet_desktop.ui.kit.theme import SPACING, heading

_STEPS = 1_000
_MOST_CLASSES = 12
_FACTS = (
    marked("Images"),
    marked("Classes"),
    marked("Source"),
    marked("Licence"),
    marked("State"),
)
LOCKED = marked("A run is going on. Stop it before you choose other data.")


@dataclass(frozen=True, slots=True)
class PageState:
    """What can be done with the data set of a page.

    Attributes:
        is_loaded: whether the window holds it.
        is_locked: whether a run goes on, so that no other data can be used.
        is_loading: whether it is being loaded into the window.
        is_fetching: whether its files are being fetched.
        progress: how far that is, where it is known.
    """

    is_loaded: bool = False
    is_locked: bool = False
    is_loading: bool = False
    is_fetching: bool = False
    progress: Progress | None = None


class DataPage(QWidget):
    """Shows an offer, and says what a person wants done with it."""

    use_requested = Signal(object)  # Offer
    download_requested = Signal(object)  # Offer
    take_in_requested = Signal(object)  # Path of the folder that holds its files
    files_wanted = Signal()  # a dialog is to ask for such a folder
    cancel_requested = Signal()

    def __init__(self, cache: Path) -> None:
        super().__init__()
        self.setObjectName("data_page")
        self._folder = hand_folder(cache)
        self._offer: Offer | None = None
        self._build()
        self._lay_out()
        self.primary.clicked.connect(self._on_primary_clicked)
        self.cancel.clicked.connect(self.cancel_requested)
        self.open_folder.clicked.connect(self._on_open_folder_clicked)
        self.look.clicked.connect(self._on_look_clicked)
        self.add_files.clicked.connect(self.files_wanted)

    def _build(self) -> None:
        self.title = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.title.setFont(heading(self.title.font()))
        self.about = plain_label()
        self.facts = {name: plain_label() for name in _FACTS}
        self.primary = identify(QPushButton(), "use_data_button")
        self.primary.setProperty("role", "primary")
        self.cancel = identify(
            QPushButton(_("&Cancel")),
            "cancel_data_button",
            explanation=_("Give up what is under way."),
        )
        self.bar = identify(QProgressBar(maximum=_STEPS), "data_progress", _("Progress"))
        self.doing = muted(plain_label())
        self.outcome = identify(plain_label(), "data_outcome")
        self.samples = SampleSheet()
        self.by_hand = QGroupBox(_("Without a network"))
        self.where = plain_label()
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_folder = identify(
            QPushButton(_("Open the &folder")),
            "open_originals_button",
            explanation=_(
                "Show the folder in which files are looked for that were put there by hand."
            ),
        )
        self.look = identify(
            QPushButton(_("&I have put them there")),
            "take_in_button",
            explanation=_("Look through the folder and take in what is there."),
        )
        self.add_files = identify(
            QPushButton(_("&Add files…")),
            "add_files_button",
            explanation=_(
                "Choose another folder that holds the files; they are copied from there."
            ),
        )

    def _lay_out(self) -> None:
        facts = QFormLayout()
        facts.setHorizontalSpacing(2 * SPACING)
        facts.setVerticalSpacing(SPACING // 2)
        for name, label in self.facts.items():
            facts.addRow(muted(QLabel(_(name))), label)
        by_hand = QVBoxLayout(self.by_hand)
        by_hand.setSpacing(SPACING)
        by_hand.addWidget(self.where)
        by_hand.addLayout(in_row(self.open_folder, self.look, self.add_files, None))
        content = QWidget()
        in_column(
            self.title,
            self.about,
            facts,
            in_row(self.primary, (self.bar, 1), self.cancel, (None, 0)),
            self.doing,
            self.outcome,
            self.by_hand,
            SPACING,
            self.samples,
            None,
            margins=2 * SPACING,
            on=content,
        )
        in_column(VerticalScrollArea(content), on=self)

    def show_offer(self, offer: Offer, state: PageState) -> None:
        """Show a data set, and what can be done with it."""
        self._offer = offer
        self.title.setText(one_line(offer.title))
        self.about.setText(offer.about)
        told = (
            offer.size,
            listed(offer.class_names, _MOST_CLASSES),
            offer.source,
            offer.licence or _("not stated by its makers"),
            _state_words(offer, state),
        )
        for label, words in zip(self.facts.values(), told, strict=True):
            label.setText(words)
        self._show_actions(offer, state)
        is_missing = not offer.is_here and offer.original is not None
        self.by_hand.setVisible(is_missing and not state.is_fetching)
        if offer.original is not None:
            text = _("Put {names} into {place}. Files are known by their content, not by name.")
            names, place = listed(offer.original.file_names), one_line(self._folder)
            self.where.setText(breakable(text.format(names=names, place=place)))

    def _show_actions(self, offer: Offer, state: PageState) -> None:
        is_busy = state.is_loading or state.is_fetching
        if offer.is_here:
            self.primary.setText(_("In use") if state.is_loaded else _("&Use"))
            name = _("In use {title}") if state.is_loaded else _("Use {title}")
            self.primary.setAccessibleName(name.format(title=offer.title))
        elif offer.original is not None:
            text = _("&Download {size}") if state.is_locked else _("&Download {size} and use it")
            self.primary.setText(text.format(size=offer.original.words))
            self.primary.setAccessibleName(without_mnemonic(self.primary.text()))
        may_use = not state.is_loaded and not state.is_locked
        self.primary.setEnabled(may_use or not offer.is_here)
        self.primary.setToolTip(_(LOCKED) if offer.is_here and state.is_locked else "")
        self.primary.setVisible(not is_busy)
        self.bar.setVisible(is_busy)
        self.cancel.setVisible(is_busy)
        words, share = "", None
        if is_busy:
            progress = state.progress
            words = _("Loading the images…") if progress is None else progress.words
            share = None if progress is None else progress.share
            in_bytes = state.is_fetching and progress is not None and progress.total > 0
            self.bar.setFormat(_bytes(progress) if in_bytes and progress else _share())
        elif offer.is_here and state.is_locked and not state.is_loaded:
            words = _(LOCKED)
        self.bar.setMaximum(0 if is_busy and share is None else _STEPS)
        self.bar.setValue(round((share or 0) * _STEPS))
        self.doing.setText(words)
        self.doing.setVisible(bool(words))

    def show_samples(self, images: ImageSet | None) -> None:
        """Show a few images of the data set, or none."""
        self.samples.show_images(images)

    def show_outcome(self, sentence: str, *, is_error: bool = False) -> None:
        """Say what came of what a person asked for; nothing with an empty sentence."""
        self.outcome.setText(sentence)
        self.outcome.setVisible(bool(sentence))
        set_role(self.outcome, "error" if is_error else "")

    @Slot()
    def _on_primary_clicked(self) -> None:
        if self._offer is not None:
            is_here = self._offer.is_here
            (self.use_requested if is_here else self.download_requested).emit(self._offer)

    @Slot()
    def _on_open_folder_clicked(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            text = _("{folder} cannot be made ({reason}). Choose the files with Add files instead.")
            reason = why_not(error)
            told = text.format(folder=one_line(self._folder), reason=reason)
            self.show_outcome(told, is_error=True)
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder)))

    @Slot()
    def _on_look_clicked(self) -> None:
        self.take_in_requested.emit(self._folder)


def _state_words(offer: Offer, state: PageState) -> str:
    if state.is_loaded:
        return _("In use")
    if state.is_fetching:
        return _("Its files are being fetched")
    if offer.is_here:
        return _("On this machine, ready to be used")
    return _("Not on this machine yet. Nothing is downloaded before you ask for it.")


def _bytes(progress: Progress) -> str:
    text = _("{done} of {total}")
    return text.format(done=byte_count(progress.done), total=byte_count(progress.total))


def _share() -> str:
    """Return what a bar writes in place of its share."""
    return pgettext("share", "{number} %").format(number="%p")
