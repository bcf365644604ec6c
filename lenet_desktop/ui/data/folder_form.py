"""The form for how a folder of pictures becomes a data set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFormLayout, QWidget

from lenet_desktop.data.folders.folder_options import FolderOptions
from lenet_desktop.data.pictures.preparation import AS_IT_IS, DRAWN, PHOTOGRAPHED, Fit, Preparation
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.elided_label import plain_label
from lenet_desktop.ui.kit.inputs import ChoiceInput, FieldProblems, WholeNumberInput
from lenet_desktop.ui.kit.naming import identify, label_for, muted
from lenet_desktop.ui.kit.theme import SPACING

SIDES = (16, 28, 32, 48, 64, 96, 128)
_LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to bring pictures to one size, with its words as they are marked."""

    how: Preparation
    name: str
    explanation: str


WAYS: Mapping[Fit, _Way] = {
    Fit.PADDED: _Way(
        AS_IT_IS, marked("Pad: the whole picture"),
        marked(
            "Scaled until it fits. What is missing to a square is filled with the colour of its "
            "edge."
        ),
    ),
    Fit.CROPPED: _Way(
        replace(AS_IT_IS, fit=Fit.CROPPED), marked("Crop: its middle"),
        marked("The largest square in the middle. What stands out is cut off."),
    ),
    Fit.STRETCHED: _Way(
        replace(AS_IT_IS, fit=Fit.STRETCHED), marked("Stretch"),
        marked("Pressed into a square, whatever its proportions are."),
    ),
    Fit.CENTRED: _Way(
        DRAWN, marked("A drawing, centred"),
        marked(
            "Made light on black, cropped to what is drawn and centred by its mass, as MNIST was "
            "made."
        ),
    ),
    Fit.FRAMED: _Way(
        PHOTOGRAPHED, marked("A single thing, framed"),
        marked(
            "Made light on dark, cropped to the thing and sharpened, as Fashion-MNIST was made. "
            "For photographs on a plain background."
        ),
    ),
}  # fmt: skip
_MIRRORED = marked(
    "Then a network may learn from mirror images, too. Right for most photographs, wrong for "
    "letters, digits and all that has a left and a right."
)


class FolderForm(QWidget):
    """Fields for `FolderOptions`."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._shown = FolderOptions()
        self._fields = self._shown  # as the fields say it, which have no finer shares
        self._build()
        self._lay_out()
        fields = (self.channels, self.side, self.fit, self.share, self.seed)
        for each in fields:
            each.edited.connect(self._on_edited)
        self.mirrored.toggled.connect(self._on_edited)
        self._problems = FieldProblems((self.share, self.seed), self)
        self._on_edited()

    def _build(self) -> None:
        colours = {1: pgettext("pictures", "Grey"), 3: pgettext("pictures", "Colour")}
        self.channels = identify(
            ChoiceInput(colours, 12),
            "folder_colour_input",
            _("Colour"),
            _("Whether the network sees colours. Grey learns faster, where colours say nothing."),
        )
        self.side = identify(
            ChoiceInput({side: _size_words(side) for side in SIDES}, 12),
            "folder_side_input",
            _("Size"),
            _(
                "How large the pictures are that the network reads. Larger ones show more and "
                "take longer: twice the side is four times the work."
            ),
        )
        self.fit = identify(
            ChoiceInput({fit: _(way.name) for fit, way in WAYS.items()}, 12),
            "folder_fit_input",
            _("Fit"),
            _("How pictures of any shape become squares of one size."),
        )
        self.way = muted(plain_label())
        sign = pgettext("share", "{number} %").format(number="")
        self.share = identify(
            WholeNumberInput(5, 50, _("The share held out"), suffix=sign),
            "folder_share_input",
            _("Held out"),
            _(
                "How many pictures of each class the network never learns from, so that it can be "
                "tested with them."
            ),
        )
        self.seed = identify(
            WholeNumberInput(0, _LARGEST_SEED, _("The seed")),
            "folder_seed_input",
            _("Seed"),
            _("Another number holds out other pictures."),
        )
        self.parted = identify(
            plain_label(_("The folder says itself which pictures are to test with. That is kept.")),
            "folder_parted",
        )
        self.mirrored = identify(
            QCheckBox(_("A mirrored picture stays in its class")),
            "folder_mirrored_input",
            explanation=_(_MIRRORED),
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(SPACING)
        form.setVerticalSpacing(SPACING)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        form.addRow(_("C&olour"), self.channels)
        form.addRow(_("Si&ze"), self.side)
        form.addRow(_("F&it"), self.fit)
        self._drawn = QWidget()
        held, seed = label_for(self.share, _("&Held out")), label_for(self.seed, _("S&eed"))
        in_row(held, (self.share, 1), seed, (self.seed, 1), on=self._drawn)
        in_column(
            form,
            self.way,
            SPACING,
            self._drawn,
            self.parted,
            SPACING,
            self.mirrored,
            muted(plain_label(_(_MIRRORED))),
            None,
            margins=(SPACING, 0, 0, 0),
            on=self,
        )

    @property
    def problem(self) -> str | None:
        """A sentence about what cannot be used, None where all can be."""
        return self.share.problem or self.seed.problem

    @property
    def options(self) -> FolderOptions:
        """What is chosen; to the digit what was shown, where nobody has chosen anything else."""
        chosen = self._chosen()
        return self._shown if chosen == self._fields else chosen

    def _chosen(self) -> FolderOptions:
        return FolderOptions(
            side=self.side.value(),
            channels=self.channels.value(),
            how=WAYS[Fit(self.fit.value())].how,
            test_share=self.share.value() / 100,
            seed=self.seed.value(),
            can_be_mirrored=self.mirrored.isChecked(),
        )

    def show_options(self, options: FolderOptions, *, is_parted: bool) -> None:
        """Fill the form.

        Args:
            options: what to choose.
            is_parted: whether the folder says itself what is held out.
        """
        self.blockSignals(True)
        self.channels.set_value(options.channels)
        self.side.allow(options.side, _size_words(options.side))
        self.side.set_value(options.side)
        self.fit.set_value(str(options.how.fit))
        self.share.set_value(round(options.test_share * 100))
        self.seed.set_value(options.seed)
        self.mirrored.setChecked(options.can_be_mirrored)
        self._drawn.setVisible(not is_parted)
        self.parted.setVisible(is_parted)
        self._shown, self._fields = options, self._chosen()
        self.blockSignals(False)
        self._on_edited()

    @Slot()
    def _on_edited(self) -> None:
        self.way.setText(_(WAYS[Fit(self.fit.value())].explanation))
        self.edited.emit()


def _size_words(side: int) -> str:
    return _("{side} x {side} pixels").format(side=side)
