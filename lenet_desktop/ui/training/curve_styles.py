"""How the curves of the run that is shown are drawn: by colours, dashes and shapes of points."""

from PySide6.QtCore import Qt

from lenet_desktop.text.language import marked
from lenet_desktop.ui.training.run_curve import CurveStyle

_TEST = CurveStyle(
    marked("test"),
    marked("test"),
    lambda theme: theme.test,
    line=Qt.PenStyle.DashLine,
    symbol="s",
    label=marked("test"),
)
_VALIDATION = CurveStyle(
    marked("validation"),
    marked("val"),
    lambda theme: theme.validation,
    line=Qt.PenStyle.DotLine,
    symbol="t1",
    label=marked("validation"),
)
LOSS_CURVES = [
    CurveStyle(
        marked("train, each step"),
        marked("step"),
        lambda theme: theme.train,
        marked("steps"),
        fine=True,
    ),
    CurveStyle(
        marked("train, epoch mean"),
        marked("train"),
        lambda theme: theme.train,
        marked("train"),
        label=marked("train"),
    ),
    _TEST,
    _VALIDATION,
    CurveStyle(
        marked("train, trend"),
        marked("trend"),
        lambda theme: theme.train,
        marked("trend"),
        is_bare=True,
    ),
]
STEPS, VALIDATED, TREND = 0, 3, 4
"""Which of the curves of the loss these are."""
ACCURACY_CURVES = [
    CurveStyle(marked("train"), marked("train"), lambda theme: theme.train, label=marked("train")),
    _TEST,
    _VALIDATION,
]
