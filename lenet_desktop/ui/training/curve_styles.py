"""How the curves of the run that is shown are drawn: by colours, dashes and shapes of points."""

from PySide6.QtCore import Qt

from lenet_desktop.ui.training.run_curve import CurveStyle

_TEST = CurveStyle(
    "test",
    "test",
    lambda theme: theme.test,
    line=Qt.PenStyle.DashLine,
    symbol="s",
    label="test",
)
_VALIDATION = CurveStyle(
    "validation",
    "val",
    lambda theme: theme.validation,
    line=Qt.PenStyle.DotLine,
    symbol="t1",
    label="validation",
)
LOSS_CURVES = [
    CurveStyle("train, each step", "step", lambda theme: theme.train, "steps", fine=True),
    CurveStyle("train, epoch mean", "train", lambda theme: theme.train, "train", label="train"),
    _TEST,
    _VALIDATION,
    CurveStyle("train, trend", "trend", lambda theme: theme.train, "trend", is_bare=True),
]
STEPS, VALIDATED, TREND = 0, 3, 4
"""Which of the curves of the loss these are."""
ACCURACY_CURVES = [
    CurveStyle("train", "train", lambda theme: theme.train, label="train"),
    _TEST,
    _VALIDATION,
]
