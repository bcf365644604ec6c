"""Every key of the window and what it does: menus take the keys from here, the help its page."""

from enum import Enum

from PySide6.QtGui import QKeySequence

from lenet_desktop.text.language import _, marked


class Shortcut(Enum):
    """A command's keys, as Qt writes them, and what they do."""

    TRAIN = "Ctrl+1", marked("Train: the form, the curves and the worst mistakes")
    EXPLORE = "Ctrl+2", marked("Explore: the images, the matrix, the inside of the network")
    COMPARE = "Ctrl+3", marked("Compare: all runs")
    SWEEPS = "Ctrl+4", marked("Sweeps: many runs at once")
    TRY = "Ctrl+5", marked("Try: a picture of your own")
    START = "Ctrl+R", marked("Start a run")
    PAUSE = "Space", marked("Pause or resume")
    STOP = "Esc", marked("Stop; from a field, a list or details, lead back to the grid first")
    CONTINUE = "Ctrl+Shift+R", marked("Continue a stopped run, or train more epochs")
    MISCLASSIFIED = "F", marked("Misclassified images only, or all")
    JUMP = "Ctrl+F", marked("Look at an image by its number")
    MARK = "M", marked("Mark the image: label is wrong, ambiguous, no mark")
    WHOLE_CURVES = "Ctrl+0", marked("Show all of the curves")
    OPEN_MODEL = "Ctrl+O", marked("Open a model from a file")
    OPEN_IMAGES = "Ctrl+Shift+O", marked("Learn from images of your own")
    RUNS = "Ctrl+L", marked("Compare, too; Esc leads back")
    MANY_RUNS = "Ctrl+E", marked("Sweeps, too; Esc leads back")
    TRY_PICTURE = "Ctrl+T", marked("Try, too; Esc leads back")
    PASTE_PICTURE = "Ctrl+V", marked("With a picture to try: paste another one")
    UNDO_STROKE = "Ctrl+Z", marked("On a drawing: take back what was done last")
    REDO_STROKE = "Ctrl+Shift+Z", marked("On a drawing: do it again")
    CLEAR_DRAWING = "Del", marked("On a drawing: take new paper")
    COPY_DRAWING = "Ctrl+C", marked("With a picture to try: copy it")
    OPEN_RUN = "Return", marked("On a run in the list: open it")
    RENAME_RUN = "F2", marked("On a run: rename it")
    STAR_RUN = "Ctrl+D", marked("On a run: give it a star, or take it away")
    DELETE_RUN = "Del", marked("On a run: delete it")
    UNDO_DELETION = "Ctrl+Z", marked("In the list of runs: bring back what was deleted")
    LABEL_PICTURE = "F2", marked("On one of My pictures: give it another label")
    DELETE_PICTURE = "Del", marked("On one of My pictures: delete it")
    COPY_IMAGE = "Ctrl+C", marked("In the grid: copy the image")
    COPY_LIST = "Ctrl+Shift+C", marked("In the grid: copy the list")
    COPY_MATRIX = "Ctrl+C", marked("In the matrix: copy it as a picture")
    PRESENT = "F11", marked("Present: curves and matrix alone, large; Esc leads back")
    FULL_SCREEN = "Shift+F11", marked("Fill the screen with the window, or go back")
    LARGER_TEXT = "Ctrl++", marked("Larger text")
    SMALLER_TEXT = "Ctrl+-", marked("Smaller text")
    PREFERENCES = "Ctrl+,", marked("Preferences")
    QUIT = "Ctrl+Q", marked("Quit; finished work is kept")
    HELP_HERE = "Shift+F1", marked("Help on what has the keyboard")
    HELP = "F1", marked("This page")

    def __init__(self, keys: str, does: str) -> None:
        self.keys = keys
        self._does = does

    @property
    def does(self) -> str:
        """What they do, as a person is told."""
        return _(self._does)

    @property
    def sequence(self) -> QKeySequence:
        """The keys for an action."""
        return QKeySequence(self.keys)


GESTURES = (
    (marked("Enter"), marked("In the grid: look at the image closely; Esc leads back")),
    (marked("A class, typed"), marked("In the grid: go to the next image of it")),
    (marked("Enter"), marked("On one of the worst mistakes: look at it among all images")),
    (marked("Arrows, Home, End"), marked("In the picture of the network: explain another layer")),
    (marked("Ctrl+wheel"), marked("Over the images or the matrix: larger or smaller")),
    (marked("+ and -"), marked("In the matrix: larger or smaller cells")),
    (marked("Arrows, Page, Home, End"), marked("Move in the grid and in the matrix")),
    (marked("Enter"), marked("In the matrix: show the images of the cell")),
    (marked("Double click"), marked("On a plot: show all of it again")),
    (marked("Right click"), marked("On a plot or an image: save or copy it")),
)
"""What is done by keys and mouse without being a command of its own."""


def shortcut_rows() -> list[tuple[str, str]]:
    """Return the keys, as the system writes them, and what they do, for a page of help."""
    written = QKeySequence.SequenceFormat.NativeText
    commands = [(each.sequence.toString(written), each.does) for each in Shortcut]
    gestures = [(_(keys), _(does)) for keys, does in GESTURES]
    return [*commands[:-1], *gestures, commands[-1]]
