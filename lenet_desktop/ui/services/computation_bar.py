"""Says how a network of another program is taken to compute, and lets a person say otherwise.

Its fields have no mnemonics, as every letter is taken; the Tab key leads to them.
"""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy

from lenet_desktop.networks.computation import SCALES, Computation, PixelScale, scale_names
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.settings.config import BY_NAME
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import one_line, tip
from lenet_desktop.ui.kit.boxes import in_row
from lenet_desktop.ui.kit.inputs import ChoiceInput
from lenet_desktop.ui.kit.naming import identify, label_for
from lenet_desktop.ui.kit.theme import SPACING

_PIXELS = marked(
    "What the pixels were when the network learned. On another scale its answers are worse."
)
_NAMES_OF_SCALES: dict[PixelScale, str] = {scale: name for name, scale in SCALES.items()}


class ComputationBar(QFrame):
    """A line of fields; hidden while what is shown says itself how it computes."""

    chosen = Signal(object)  # Computation

    def __init__(self) -> None:
        super().__init__()
        identify(self, "computation_bar", _("How the opened network computes"))
        self._found: Computation | None = None
        self._build()
        self._lay_out()
        self.hide()

    def show_model(self, name: str, computation: Computation | None, found: bool) -> None:
        """Show how a network is taken to compute, or nothing where its file says it.

        Args:
            name: of its file.
            computation: how it is taken to compute.
            found: whether that was found out, and not chosen.
        """
        self.setVisible(computation is not None)
        if computation is None:
            return
        if found:
            self._found = computation
        name = one_line(name)
        self._name.setText(_("Assumed of {name}").format(name=name))
        self._name.setToolTip(
            tip(
                _("How the network of {name} computes, which its file does not say.").format(
                    name=name
                )
            )
        )
        for box, data in (
            (self.activation, str(computation.activation)),
            (self.pooling, str(computation.pooling or Pooling.AVERAGE)),
            (self.scale, _NAMES_OF_SCALES[computation.scale]),
        ):
            with QSignalBlocker(box):
                box.set_value(data)
        for part in (self.pooling, self._pooling_label):
            part.setVisible(computation.pooling is not None)
        self.best_button.setEnabled(computation != self._found)

    def _build(self) -> None:
        self._name = identify(QLabel(textFormat=Qt.TextFormat.PlainText), "computation_name")
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.activation = identify(
            ChoiceInput(BY_NAME["activation"].labels, least_characters=7),
            "model_activation_input",
            _("Activation of the opened network"),
            BY_NAME["activation"].help,
        )
        self.pooling = identify(
            ChoiceInput(BY_NAME["pooling"].labels, least_characters=8),
            "model_pooling_input",
            _("Pooling of the opened network"),
            BY_NAME["pooling"].help,
        )
        self.scale = identify(
            ChoiceInput(scale_names(), least_characters=12),
            "model_pixels_input",
            _("Pixels of the opened network"),
            _(_PIXELS),
        )
        self.best_button = identify(
            QPushButton(_("Best fit")),
            "best_fit_button",
            explanation=_("Take what explains the training images best."),
        )
        for box in (self.activation, self.pooling, self.scale):
            box.currentIndexChanged.connect(self._on_chosen)
        self.best_button.clicked.connect(self._on_best_wanted)

    def _lay_out(self) -> None:
        self._pooling_label = label_for(self.pooling, _("Pooling"))
        for box in (self.activation, self.pooling, self.scale):
            box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        in_row(
            (self._name, 1),
            label_for(self.activation, _("Activation")),
            self.activation,
            self._pooling_label,
            self.pooling,
            label_for(self.scale, _("Pixels")),
            self.scale,
            self.best_button,
            margins=(SPACING, SPACING // 2, SPACING, SPACING // 2),
            on=self,
        )

    @Slot()
    def _on_chosen(self) -> None:
        computation = Computation(
            Activation(self.activation.currentData()),
            None if self.pooling.isHidden() else Pooling(self.pooling.currentData()),
            SCALES[self.scale.currentData()],
        )
        self.chosen.emit(computation)

    @Slot()
    def _on_best_wanted(self) -> None:
        if self._found is not None:
            self.chosen.emit(self._found)
