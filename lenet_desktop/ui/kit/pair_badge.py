"""The letters of two runs that are compared, each on its colour; the same wherever they stand."""

from typing import NamedTuple

from PySide6.QtGui import QColor

from lenet_desktop.ui.kit.theme import Theme

_DARKEST, _LIGHTEST = "#000000", "#ffffff"


class PairColour(NamedTuple):
    """A colour in both themes, as `#rrggbb`."""

    light: str
    dark: str

    def in_theme(self, theme: Theme) -> QColor:
        """Return the colour in a theme."""
        return QColor(self.dark if theme.is_dark else self.light)


PAIR_COLOURS = {"A": PairColour("#a664fe", "#9d5bf4"), "B": PairColour("#185459", "#50888e")}
"""Those of the first two curves that are drawn beside a run; see `training.line_looks`."""


def text_on(ground: QColor) -> QColor:
    """Return the darkest or the lightest colour, whichever is read better on a ground."""
    dark, light = QColor(_DARKEST), QColor(_LIGHTEST)
    lightness = _luminance(ground)
    on_dark = (_luminance(light) + 0.05) / (lightness + 0.05)
    on_light = (lightness + 0.05) / (_luminance(dark) + 0.05)
    return light if on_dark > on_light else dark


def badge_html(letter: str, theme: Theme) -> str:
    """Return a letter on its colour, for a label with rich text."""
    ground = PAIR_COLOURS[letter].in_theme(theme)
    style = f"background-color: {ground.name()}; color: {text_on(ground).name()}"
    return f'<b style="{style}">&nbsp;{letter}&nbsp;</b>'


def _luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2, 0-1."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
