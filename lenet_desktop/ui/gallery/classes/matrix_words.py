"""What is said of a cell, a row or a column of a confusion matrix."""

from collections.abc import Sequence

import numpy as np

from lenet_desktop.networks.predictions import Numbers, balanced_accuracy, precisions, recalls
from lenet_desktop.text.wording import percent
from lenet_desktop.ui.gallery.classes.matrix_layout import Cell

FIGURES = ("accuracy", "balanced")
"""What all images come to; the balanced accuracy is only told where classes are unequal."""


def describe_cell(counts: Numbers, names: Sequence[str], cell: Cell) -> str:
    """Say what a cell, a row, a column or all of them count.

    Args:
        counts: intp (C, C), how often each true class (row) was predicted as each (column).
        names: of the C classes.
        cell: what to tell of.
    """
    true, predicted = cell
    if true is not None and predicted is not None:
        count, total = int(counts[true, predicted]), int(counts[true].sum())
        share = percent(count / total) if total else percent(0)
        verb = "recognised" if true == predicted else f"taken for {names[predicted]}"
        return f"{names[true]} {verb}: {count:,} of {total:,} images ({share})"
    if true is not None:
        total, recall = int(counts[true].sum()), recalls(counts)[true]
        recognised = "" if recall is None else f", {percent(recall)} recognised (recall)"
        return f"All {total:,} images of {names[true]}{recognised}"
    if predicted is not None:
        total, precision = int(counts[:, predicted].sum()), precisions(counts)[predicted]
        right = "" if precision is None else f", {percent(precision)} of them right (precision)"
        return f"All {total:,} images predicted as {names[predicted]}{right}"
    total, right_ones = int(counts.sum()), int(np.trace(counts))
    figures = ", ".join(f"{name} {share}" for name, share in overall_figures(counts))
    return f"All {total:,} images, {right_ones:,} of them right{f' ({figures})' if figures else ''}"


def overall_figures(counts: Numbers) -> list[tuple[str, str]]:
    """Return each of `FIGURES` that there is, with its share in words."""
    total = int(counts.sum())
    shares = int(np.trace(counts)) / total if total else None, balanced_accuracy(counts)
    told = zip(FIGURES, shares, strict=True)
    return [(name, percent(share)) for name, share in told if share is not None]
