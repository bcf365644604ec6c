"""What keys mean in a confusion matrix."""

from PySide6.QtCore import Qt

from lenet_desktop.ui.gallery.classes.matrix_layout import NAMES, Cell

Key = Qt.Key
ENTER = (Key.Key_Return, Key.Key_Enter, Key.Key_Space)
ZOOM_STEPS = {Key.Key_Plus: 1, Key.Key_Equal: 1, Key.Key_Minus: -1}


def goal_of(key: Qt.Key, place: Cell, classes: int, *, whole: bool) -> Cell | None:
    """Return where a key leads from a place, None for a key that leads nowhere.

    Args:
        key: an arrow, Home or End; these lead to the ends of the row.
        place: row and column, of which None stands for the names.
        classes: how many rows and columns there are.
        whole: whether Home and End lead to the ends of the whole matrix.
    """
    row, column = (NAMES if at is None else at for at in place)
    first, last = 0, classes - 1
    goals = {
        Key.Key_Up: (row - 1, column), Key.Key_Down: (row + 1, column),
        Key.Key_Left: (row, column - 1), Key.Key_Right: (row, column + 1),
        Key.Key_Home: (first if whole else row, first),
        Key.Key_End: (last if whole else row, last),
    }  # fmt: skip
    if key not in goals:
        return None
    row, column = (min(at, last) for at in goals[key])
    return row if row >= first else None, column if column >= first else None
