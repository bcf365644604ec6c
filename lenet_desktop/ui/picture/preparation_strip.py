"""The steps from a picture to what a network reads, each as a small picture with its switch."""

from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.pictures.geometry import Pixels
from lenet_desktop.data.pictures.preparation import (
    AS_IT_IS,
    Fit,
    Invert,
    Preparation,
    Prepared,
    StepKind,
)
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import tip
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import ElidedLabel, WholeLabel
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.layout import Frugal
from lenet_desktop.ui.kit.naming import identify, set_muted
from lenet_desktop.ui.kit.theme import SPACING, Theme, heading
from lenet_desktop.ui.picture.thumbnail import Thumbnail

_SIDE = 56
_DARK = 1 / 3
"""The mean of images, on the scale 0-1, below which they are light things on black."""
_INVERT = {
    Invert.AUTOMATIC: marked("Invert if bright"),
    Invert.YES: marked("Invert"),
    Invert.NO: marked("Do not invert"),
}
_FIT = {
    Fit.CENTRED: marked("Centre by mass"),
    Fit.FRAMED: marked("Fit and sharpen"),
    Fit.PADDED: marked("Fit the frame"),
    Fit.CROPPED: marked("Cut to a square"),
    Fit.STRETCHED: marked("Stretch"),
}
_EXPLANATIONS = {
    StepKind.CHANNELS: marked(
        "Greys are 0.299 red + 0.587 green + 0.114 blue, as people see them."
    ),
    StepKind.INVERT: marked(
        "The images that a network here learns from are light things on black. A picture whose "
        "background is bright is turned into its negative."
    ),
    StepKind.LEVELS: marked(
        "The background becomes black and the strongest pixel white, however pale the pen was."
    ),
    StepKind.CROP: marked("What surrounds the thing on the picture is cut off."),
    StepKind.FIT: marked("How the rest is brought to the size that the network reads."),
}
_UNCHANGED = marked("Nothing to do.")
_OFF = marked("Left out.")


class PreparationStrip(Frugal):
    """Shows what was done to a picture, step by step, and lets each step be switched."""

    changed = Signal()  # another preparation is chosen

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preparation_strip")
        self.info = DEFAULT
        self._is_prepared = self._is_drawn = False
        self._how: Preparation | None = None  # somebody's choice
        self._build()
        self._lay_out()
        self._connect()
        self._show_choice()

    @property
    def automatic(self) -> Preparation:
        """How a picture is prepared unless somebody chooses otherwise.

        Pictures in a folder that are light on black are read as they are, but paper is white.
        """
        if self._is_prepared:
            return AS_IT_IS
        how = self.info.preparation
        is_negative = self._is_drawn and how.invert is Invert.NO and self.info.mean < _DARK
        return replace(how, invert=Invert.AUTOMATIC) if is_negative else how

    @property
    def how(self) -> Preparation:
        """How the picture is prepared."""
        return self.automatic if self._how is None else self._how

    def _build(self) -> None:
        self.title = ElidedLabel()
        self.title.setFont(heading(self.title.font()))
        self.back = identify(QPushButton(), "automatic_preparation_button")
        self.greys = QLabel()
        inversions = {invert: _(words) for invert, words in _INVERT.items()}
        fits = {fit: _(words) for fit, words in _FIT.items()}
        self.invert = identify(ChoiceInput(inversions, 8), "invert_input", _("Invert"))
        self.levels = identify(QCheckBox(_("Stretch the greys")), "levels_input")
        self.crop = identify(QCheckBox(_("Crop")), "crop_input")
        self.fit = identify(ChoiceInput(fits, 8), "fit_input", _("Fit"))
        self._switches: dict[StepKind, QWidget] = dict(
            zip(StepKind, (self.greys, self.invert, self.levels, self.crop, self.fit), strict=True)
        )
        for kind, switch in self._switches.items():
            switch.setToolTip(tip(_(_EXPLANATIONS[kind])))
            switch.setAccessibleDescription(_(_EXPLANATIONS[kind]))
        self.pictures = {kind: Thumbnail(_SIDE) for kind in StepKind}
        self.words = {kind: WholeLabel() for kind in StepKind}

    def _lay_out(self) -> None:
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        steps = QGridLayout()
        steps.setHorizontalSpacing(2 * SPACING)
        steps.setVerticalSpacing(SPACING // 2)
        for column, kind in enumerate(StepKind):
            switch, words = self._switches[kind], self.words[kind]
            switch.setMinimumHeight(self.invert.sizeHint().height())
            words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            below = QHBoxLayout()
            below.setSpacing(SPACING)
            below.addWidget(self.pictures[kind])
            below.addWidget(words, 1)
            steps.addWidget(switch, 0, column)
            steps.addLayout(below, 1, column)
            steps.setColumnStretch(column, 1)
        in_column(in_row((self.title, 1), self.back), steps, spacing=SPACING // 2, on=self)

    def _connect(self) -> None:
        self.back.clicked.connect(self._on_back)
        self.levels.toggled.connect(partial(self._choose, "levels"))
        self.crop.toggled.connect(partial(self._choose, "crop"))
        self.invert.edited.connect(self._on_invert_edited)
        self.fit.edited.connect(self._on_fit_edited)

    def show_dataset(self, info: DatasetInfo) -> None:
        """Prepare pictures as those of a data set; what somebody chose was for the one before."""
        if info != self.info:
            self.info, self._how = info, None
            self._show_choice()

    def show_kind(self, *, is_prepared: bool, is_drawn: bool) -> None:
        """Take in whether the picture is an image of the data set already, or drawn on paper."""
        if (is_prepared, is_drawn) != (self._is_prepared, self._is_drawn):
            self._is_prepared, self._is_drawn = is_prepared, is_drawn
            if is_prepared:
                self._how = None
            self._show_choice()

    def show_prepared(self, picture: Pixels, prepared: Prepared) -> None:
        """Show what came of a picture, step by step."""
        steps = {step.kind: step for step in prepared.steps}
        now = picture
        for kind, thumbnail in self.pictures.items():
            step = steps.get(kind)
            now = now if step is None else step.pixels
            thumbnail.show_pixels(now)
            set_muted(self.words[kind], step is None)
            self.words[kind].setText(self._why_unchanged(kind) if step is None else step.words)

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        for thumbnail in self.pictures.values():
            thumbnail.show_theme(theme)

    def _why_unchanged(self, kind: StepKind) -> str:
        how = self.how
        is_on = {
            StepKind.INVERT: how.invert is not Invert.NO,
            StepKind.LEVELS: how.levels,
            StepKind.CROP: how.crop,
        }
        return _(_UNCHANGED) if is_on.get(kind, True) else _(_OFF)

    def _show_choice(self) -> None:
        """Set every switch, and say in words how pictures are prepared."""
        how = self.how
        blockers = [QSignalBlocker(each) for each in self._switches.values()]
        self.invert.set_value(how.invert)
        self.levels.setChecked(how.levels)
        self.crop.setChecked(how.crop)
        self.fit.set_value(how.fit)
        for blocker in blockers:
            blocker.unblock()
        self.greys.setText(_("Greys") if self.info.channels == 1 else _("Colours"))
        self._show_automatic()

    def _show_automatic(self) -> None:
        """Say whether steps are taken by themselves, and which, and lead back to them."""
        title, side = self.info.title, self.info.side
        if self._is_prepared:
            own = _("As the image of the gallery is")
            head = _("From the picture to {side} x {side} pixels: as the image of the gallery is")
            back = _(
                "Go back to the steps that are taken by themselves: as the image of the gallery is."
            )
        else:
            own = _("As {title} was made")
            head = _("From the picture to {side} x {side} pixels: as {title} was made")
            back = _("Go back to the steps that are taken by themselves: as {title} was made.")
        is_automatic = self.how == self.automatic
        if not is_automatic:
            head = _("From the picture to {side} x {side} pixels: as you have chosen")
        own, back = own.format(title=title), back.format(title=title)
        self.title.setText(head.format(side=side, title=title))
        self.back.setText(own.replace("&", "&&"))
        self.back.setAccessibleName(own)
        self.back.setVisible(not is_automatic)
        self.back.setToolTip(tip(back))
        self.back.setAccessibleDescription(back)

    def _choose(self, step: str, value: Any) -> None:
        self._how = replace(self.how, **{step: value})
        self._show_choice()
        self.changed.emit()

    @Slot()
    def _on_invert_edited(self) -> None:
        self._choose("invert", Invert(self.invert.value()))

    @Slot()
    def _on_fit_edited(self) -> None:
        self._choose("fit", Fit(self.fit.value()))

    @Slot()
    def _on_back(self) -> None:
        self._how = None
        self._show_choice()
        self.changed.emit()
