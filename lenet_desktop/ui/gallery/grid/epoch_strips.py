"""The strip under each image of the grid: one mark for each epoch, and the same in words.

A right answer is a quiet, low mark, a wrong one a coloured mark of full height. The
epoch that is looked at ends the strip. Marks grow narrower as epochs come, down to two pixels; of
a longer run the newest epochs that fit are shown, so that every mark is one epoch.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from lenet_desktop.text.language import _
from lenet_desktop.text.wording import counted, joined
from lenet_desktop.ui.kit.theme import Theme

STRIP_HEIGHT = 4
_RIGHT_HEIGHT = 1
_NARROWEST = 2
_USUAL_EPOCHS = 10
"""Marks are no wider than if there were this many, so that most runs never see them shrink."""
_GAP_FROM = 3
"""The width from which a mark leaves its last pixel free; narrower ones would be mostly gaps."""
Colours = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]


def epochs_that_fit(width: int) -> int:
    """Return how many epochs a strip of some pixels can show."""
    return width // _NARROWEST


def draw_strips(right: Flags, known: int, width: int, theme: Theme) -> Colours:
    """Draw one strip for each image.

    Args:
        right: bool (E, K), whether each of K images was right in each epoch shown, oldest first;
            E is no more than `epochs_that_fit(width)`.
        known: how many epochs there are to look at. It decides how wide marks are, so that an
            epoch's mark stays where it is while somebody goes through the epochs.
        width: of a strip, in pixels.
        theme: whose colours the marks have.

    Returns:
        0xAARRGGBB (K, `STRIP_HEIGHT`, width); 0, which is transparent, where there is no mark.
    """
    epochs, images = right.shape
    pitch = max(_NARROWEST, width // max(known, _USUAL_EPOCHS))
    mark = pitch - 1 if pitch >= _GAP_FROM else pitch
    strips = np.zeros((images, STRIP_HEIGHT, width), np.uint32)
    marks = np.zeros((images, STRIP_HEIGHT, epochs, pitch), np.uint32)
    wrong, quiet = (QColor(colour).rgba() for colour in (theme.wrong, theme.muted))
    was_right = right.T[:, np.newaxis, :, np.newaxis]
    raised, low = np.s_[:, :-_RIGHT_HEIGHT, :, :mark], np.s_[:, -_RIGHT_HEIGHT:, :, :mark]
    marks[raised] = np.where(was_right, np.uint32(0), np.uint32(wrong))
    marks[low] = np.where(was_right, np.uint32(quiet), np.uint32(wrong))
    strips[:, :, : epochs * pitch] = marks.reshape(images, STRIP_HEIGHT, epochs * pitch)
    return strips


def describe_epochs(epochs: Sequence[int], right: Sequence[bool]) -> str:
    """Say in how many epochs an image was right, and when that last changed.

    Args:
        epochs: the epochs that are known, ascending; the last is the one that is looked at.
        right: whether the image was right in each of them.
    """
    words = counted(
        len(right),
        "right in {times} of {count} epoch",
        "right in {times} of {count} epochs",
        times=sum(right),
    )
    for position in range(len(right) - 1, 0, -1):
        if right[position] != right[position - 1]:
            learned, forgotten = (
                _("last learned in epoch {epoch}"),
                _("last forgotten in epoch {epoch}"),
            )
            event = learned if right[position] else forgotten
            return joined([words, event.format(epoch=epochs[position])])
    return words
