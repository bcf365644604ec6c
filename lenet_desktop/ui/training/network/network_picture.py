"""A picture of the network that the form describes: its layers, their shapes and parameters."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from lenet_desktop.networks.catalogue import NETWORKS
from lenet_desktop.networks.layer_descriptions import describe_layers, in_steps
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import whole
from lenet_desktop.ui.kit.boxes import in_column
from lenet_desktop.ui.kit.elided_label import plain_label
from lenet_desktop.ui.kit.layout import follow_font
from lenet_desktop.ui.kit.naming import identify, muted
from lenet_desktop.ui.kit.theme import Theme
from lenet_desktop.ui.training.network.layer_list import LayerList
from lenet_desktop.ui.training.network.layer_words import explain_step

_LINES, _FEW_LINES = 6, 4
"""Of an explanation; a longer one makes the picture higher."""
_NOT_YET = marked("The network is drawn here once PyTorch is loaded.")


class NetworkPicture(QWidget):
    """The layers from top to bottom, and an explanation of the one that is chosen below them.

    Before one is chosen, the whole network is explained.
    """

    def __init__(self) -> None:
        super().__init__()
        identify(self, "network_picture", _("The network"))
        self._config: TrainingConfig | None = None
        self._can_build = self._is_brief = False
        self.layers = LayerList()
        self.explanation = muted(
            identify(
                plain_label(_(_NOT_YET)),
                "layer_explanation",
            )
        )
        self.explanation.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.explanation.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        in_column((self.layers, 1), self.explanation, on=self)
        self.layers.chosen.connect(self._on_chosen)
        follow_font(self, self._keep_room)

    @Slot()
    def allow_building(self) -> None:
        """Build networks from now on; PyTorch is loaded, so nobody waits for it."""
        self._can_build = True
        self._draw()

    def show_config(self, config: TrainingConfig | None) -> None:
        """Draw the network of a configuration; while there is none, the last one stays."""
        if config is not None and config != self._config:
            self._config = config
            self._draw()

    def be_brief(self, brief: bool) -> None:
        """Keep less room for an explanation, where there is little."""
        self._is_brief = brief
        self._keep_room()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self.layers.show_theme(theme)

    def _keep_room(self) -> None:
        """Let the layers stay where they are, whichever is explained."""
        lines = _FEW_LINES if self._is_brief else _LINES
        self.explanation.setMinimumHeight(lines * self.fontMetrics().lineSpacing())

    def _draw(self) -> None:
        if self._can_build and self._config is not None:
            self.layers.show_steps(in_steps(describe_layers(self._config)), self._config)
            self._on_chosen()

    @Slot()
    def _on_chosen(self) -> None:
        if self._config is None:
            return
        place, steps = self.layers.chosen_place, self.layers.steps
        if place is None:
            text = _(
                "{network} It learns {parameters} numbers. A click on a layer says what it does."
            ).format(
                network=_(NETWORKS[self._config.network].sentence),
                parameters=whole(sum(each.parameters for step in steps for each in step)),
            )
        else:
            text = explain_step(steps[place], self._config, is_last=place == len(steps) - 1)
        self.explanation.setText(text)
