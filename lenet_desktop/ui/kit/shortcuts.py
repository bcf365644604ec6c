"""Every key of the window and what it does: menus take the keys from here, the help its page."""

from enum import Enum

from PySide6.QtGui import QKeySequence


class Shortcut(Enum):
    """A command's keys, as Qt writes them, and what they do."""

    TRAIN = "Ctrl+1", "Train: the form, the curves and the worst mistakes"
    EXPLORE = "Ctrl+2", "Explore: the images, the matrix, the inside of the network"
    COMPARE = "Ctrl+3", "Compare: all runs"
    SWEEPS = "Ctrl+4", "Sweeps: many runs at once"
    TRY = "Ctrl+5", "Try: a picture of your own"
    START = "Ctrl+R", "Start a run"
    PAUSE = "Space", "Pause or resume"
    STOP = "Esc", "Stop; from a field, a list or details, lead back to the grid first"
    CONTINUE = "Ctrl+Shift+R", "Continue a stopped run, or train more epochs"
    MISCLASSIFIED = "F", "Misclassified images only, or all"
    JUMP = "Ctrl+F", "Look at an image by its number"
    MARK = "M", "Mark the image: label is wrong, ambiguous, no mark"
    WHOLE_CURVES = "Ctrl+0", "Show all of the curves"
    OPEN_MODEL = "Ctrl+O", "Open a model from a file"
    OPEN_IMAGES = "Ctrl+Shift+O", "Learn from images of your own"
    RUNS = "Ctrl+L", "Compare, too; Esc leads back"
    MANY_RUNS = "Ctrl+E", "Sweeps, too; Esc leads back"
    TRY_PICTURE = "Ctrl+T", "Try, too; Esc leads back"
    PASTE_PICTURE = "Ctrl+V", "With a picture to try: paste another one"
    UNDO_STROKE = "Ctrl+Z", "On a drawing: take back what was done last"
    REDO_STROKE = "Ctrl+Shift+Z", "On a drawing: do it again"
    CLEAR_DRAWING = "Del", "On a drawing: take new paper"
    COPY_DRAWING = "Ctrl+C", "With a picture to try: copy it"
    OPEN_RUN = "Return", "On a run in the list: open it"
    RENAME_RUN = "F2", "On a run: rename it"
    STAR_RUN = "Ctrl+D", "On a run: give it a star, or take it away"
    DELETE_RUN = "Del", "On a run: delete it"
    UNDO_DELETION = "Ctrl+Z", "In the list of runs: bring back what was deleted"
    LABEL_PICTURE = "F2", "On one of My pictures: give it another label"
    DELETE_PICTURE = "Del", "On one of My pictures: delete it"
    COPY_IMAGE = "Ctrl+C", "In the grid: copy the image"
    COPY_LIST = "Ctrl+Shift+C", "In the grid: copy the list"
    COPY_MATRIX = "Ctrl+C", "In the matrix: copy it as a picture"
    PRESENT = "F11", "Present: curves and matrix alone, large; Esc leads back"
    FULL_SCREEN = "Shift+F11", "Fill the screen with the window, or go back"
    LARGER_TEXT = "Ctrl++", "Larger text"
    SMALLER_TEXT = "Ctrl+-", "Smaller text"
    PREFERENCES = "Ctrl+,", "Preferences"
    QUIT = "Ctrl+Q", "Quit; finished work is kept"
    HELP_HERE = "Shift+F1", "Help on what has the keyboard"
    HELP = "F1", "This page"

    def __init__(self, keys: str, does: str) -> None:
        self.keys = keys
        self.does = does

    @property
    def sequence(self) -> QKeySequence:
        """The keys for an action."""
        return QKeySequence(self.keys)


GESTURES = (
    ("Enter", "In the grid: look at the image closely; Esc leads back"),
    ("A class, typed", "In the grid: go to the next image of it"),
    ("Enter", "On one of the worst mistakes: look at it among all images"),
    ("Arrows, Home, End", "In the picture of the network: explain another layer"),
    ("Ctrl+wheel", "Over the images or the matrix: larger or smaller"),
    ("+ and -", "In the matrix: larger or smaller cells"),
    ("Arrows, Page, Home, End", "Move in the grid and in the matrix"),
    ("Enter", "In the matrix: show the images of the cell"),
    ("Double click", "On a plot: show all of it again"),
    ("Right click", "On a plot or an image: save or copy it"),
)
"""What is done by keys and mouse without being a command of its own."""


def shortcut_rows() -> list[tuple[str, str]]:
    """Return the keys, as the system writes them, and what they do, for a page of help."""
    written = QKeySequence.SequenceFormat.NativeText
    commands = [(each.sequence.toString(written), each.does) for each in Shortcut]
    return [*commands[:-1], *GESTURES, commands[-1]]
