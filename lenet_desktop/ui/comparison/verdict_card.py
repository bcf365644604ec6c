"""The verdict on two runs, what is behind it, and the way to the images that it is about."""

from html import escape

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from lenet_desktop.analysis.paired_outcomes import ONE_PAIR_NOTE
from lenet_desktop.analysis.queries import Show
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, sentences, tip
from lenet_desktop.ui.comparison.compared_pair import ComparedPair, Side
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.card import Card
from lenet_desktop.ui.kit.elided_label import WholeLabel
from lenet_desktop.ui.kit.naming import as_display, identify, muted, set_look
from lenet_desktop.ui.kit.pair_badge import badge_html
from lenet_desktop.ui.kit.theme import LIGHT, SPACING, Theme, heading, steady_figures

_EXPLANATIONS = {
    Show.ONLY_THIS: marked("Images that A gets right and B does not, shown in Explore."),
    Show.ONLY_OTHER: marked("Images that B gets right and A does not, shown in Explore."),
    Show.BOTH_WRONG: marked("Images that both get wrong, shown in Explore."),
}
"""What there is a button for, in their order."""
_NO_BREAK = "\N{NO-BREAK SPACE}"


class VerdictCard(Card):
    """One sentence first; then who A and B are, what the test says, and what was unlike."""

    images_requested = Signal(object)  # Show
    epoch_requested = Signal(int)  # after which both are to be compared

    def __init__(self) -> None:
        super().__init__()
        identify(self, "verdict_card", _("Verdict"))
        self._theme = LIGHT
        self._pair: ComparedPair | None = None
        self._is_brief = False
        self.hint = muted(_text("verdict_hint"))
        self.headline = as_display(identify(WholeLabel(), "verdict_headline"))
        self.headline.setFont(heading(self.headline.font()))
        self.sides = _text("verdict_sides", rich=True)
        self.details = muted(_text("verdict_details"))
        self.details.setToolTip(tip(_(ONE_PAIR_NOTE)))
        self.flags = _text("verdict_flags")
        self.flags.setToolTip(
            tip(_("What else than the recipe may be the reason why one network is better."))
        )
        self.buttons: dict[Show, QPushButton] = {}
        self.equal_button = identify(
            QPushButton(),
            "compare_equal_epoch_button",
            _("Compare after the same epoch"),
            _("Take both as they were after the last epoch that both have finished."),
        )
        self.equal_button.clicked.connect(self._on_equal_clicked)
        self._filled = QWidget()
        self._lay_out()
        self.show_pair(None, "")

    def _lay_out(self) -> None:
        for show, explanation in _EXPLANATIONS.items():
            name = f"pair_{str(show).replace(' ', '_')}_button"
            words = _(explanation)
            button = identify(QPushButton(), name, words, words)
            button.setFont(steady_figures(button.font()))
            button.clicked.connect(self._on_outcome_clicked)
            self.buttons[show] = button
        commands = in_row(*self.buttons.values(), self.equal_button, None)
        lines = (self.headline, self.sides, self.details, self.flags)
        in_column(*lines, commands, spacing=SPACING // 2, on=self._filled)
        self.body.addWidget(self.hint)
        self.body.addWidget(self._filled)

    @property
    def pair(self) -> ComparedPair | None:
        """What is compared, None where nothing is."""
        return self._pair

    def show_pair(self, pair: ComparedPair | None, hint: str) -> None:
        """Say the verdict on a pair, or what to do where there is none."""
        self._pair = pair
        self.hint.setText(hint)
        self.hint.setVisible(pair is None)
        self._filled.setVisible(pair is not None)
        if pair is None:
            return
        if pair.verdict.headline != self.headline.text() or not self.headline.isVisible():
            self.headline.setText(pair.verdict.headline)
            alert = QAccessibleEvent(self.headline, QAccessible.Event.Alert)
            QAccessible.updateAccessibility(alert)
        self.details.setText(sentences(pair.verdict.details))
        self.headline.setToolTip(tip(self.details.text()) if pair.verdict.details else "")
        self._show_details()
        self._show_flags()
        self._show_sides()
        self._show_buttons(pair)

    def be_brief(self, is_brief: bool) -> None:
        """Take few lines, in a low window: what is behind the verdict is left to its tool tip."""
        if is_brief != self._is_brief:
            self._is_brief = is_brief
            set_look(self.headline, "type", "" if is_brief else "display")
            self._show_details()
            self._show_flags()
            self._show_sides()

    def _show_details(self) -> None:
        self.details.setVisible(bool(self.details.text()) and not self._is_brief)

    def _show_flags(self) -> None:
        """Say what was unlike, each in a line of its own where there are lines enough."""
        flags = () if self._pair is None else self._pair.verdict.flags
        if self._is_brief:
            self.flags.setText("   ".join(f"≠{_NO_BREAK}{flag}" for flag in flags))
        else:
            self.flags.setText("\n".join(f"≠ {flag}" for flag in flags))
        self.flags.setVisible(bool(flags))

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        self._show_sides()

    def _show_sides(self) -> None:
        """Say which runs are A and B."""
        if self._pair is None:
            return
        parts = [
            f"{badge_html(letter, self._theme)} {escape(describe_side(side))}"
            for letter, side in self._pair.sides.items()
        ]
        self.sides.setText(("&nbsp; &nbsp;" if self._is_brief else "<br>").join(parts))

    def _show_buttons(self, pair: ComparedPair) -> None:
        outcomes, equal = pair.outcomes, pair.equal_epoch
        counts = (0, 0, 0) if outcomes is None else outcomes.counts[1:]
        texts = (
            counted(counts[0], "{count} only A right", "{count} only A right"),
            counted(counts[1], "{count} only B right", "{count} only B right"),
            counted(counts[2], "{count} both wrong", "{count} both wrong"),
        )
        for button, text in zip(self.buttons.values(), texts, strict=True):
            button.setText(text)
            button.setAccessibleName(button.text())
            button.setVisible(outcomes is not None)
        self.equal_button.setVisible(equal is not None)
        if equal is not None:
            self.equal_button.setText(_("Compare both after epoch {epoch}").format(epoch=equal))

    @Slot()
    def _on_outcome_clicked(self) -> None:
        for show, button in self.buttons.items():
            if button is self.sender():
                self.images_requested.emit(show)

    @Slot()
    def _on_equal_clicked(self) -> None:
        if self._pair is not None and self._pair.equal_epoch is not None:
            self.epoch_requested.emit(self._pair.equal_epoch)


def describe_side(side: Side) -> str:
    """Say which runs a side is, as "ReLU: Run 3, after epoch 10"."""
    count = len(side.runs)
    if count > 1:
        return counted(count, "{name}: {count} run", "{name}: {count} runs", name=side.name)
    run, epoch = side.title, side.epochs
    if not epoch:
        return side.name
    if run.casefold() == side.name.casefold():
        return _("{name}, after epoch {epoch}").format(name=side.name, epoch=epoch)
    text = _("{name}: {run}, after epoch {epoch}")
    return text.format(name=side.name, run=run, epoch=epoch)


def _text(object_name: str, *, rich: bool = False) -> QLabel:
    form = Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText
    return identify(QLabel(wordWrap=True, textFormat=form), object_name)
