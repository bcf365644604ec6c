"""A and B are read on their colours, which are those of their curves."""

import pytest

from lenet_desktop.ui.kit.pair_badge import PAIR_COLOURS, badge_html, text_on
from lenet_desktop.ui.kit.theme import DARK, LIGHT, Theme
from lenet_desktop.ui.training.line_looks import LOOKS
from tests.contrast import AA_TEXT, contrast


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: str(theme.name))
@pytest.mark.parametrize(("place", "letter"), list(enumerate(PAIR_COLOURS)))
def test_a_letter_is_read_on_the_colour_of_its_curve(place: int, letter: str, theme: Theme) -> None:
    ground = PAIR_COLOURS[letter].in_theme(theme)
    assert ground == LOOKS[place].colour(theme)
    assert contrast(text_on(ground), ground.name()) >= AA_TEXT
    assert ground.name() in badge_html(letter, theme)
