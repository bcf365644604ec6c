"""What is said of a cell, a row or a column of a confusion matrix."""

from collections.abc import Sequence

import numpy as np

from lenet_desktop.networks.predictions import Numbers, balanced_accuracy, precisions, recalls
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import joined, percent, whole
from lenet_desktop.ui.gallery.classes.matrix_layout import Cell

FIGURES = (marked("accuracy"), marked("balanced"))
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
        text = _("{true} taken for {predicted}: {count} of {total} images ({share})")
        if true == predicted:
            text = _("{true} recognised: {count} of {total} images ({share})")
        return text.format(
            true=names[true],
            predicted=names[predicted],
            count=whole(count),
            total=whole(total),
            share=share,
        )
    if true is not None:
        total, recall = int(counts[true].sum()), recalls(counts)[true]
        if recall is None:
            return _("All {total} images of {name}").format(total=whole(total), name=names[true])
        return _("All {total} images of {name}, {share} recognised (recall)").format(
            total=whole(total), name=names[true], share=percent(recall)
        )
    if predicted is not None:
        total, precision = int(counts[:, predicted].sum()), precisions(counts)[predicted]
        name = names[predicted]
        if precision is None:
            return _("All {total} images predicted as {name}").format(total=whole(total), name=name)
        return _(
            "All {total} images predicted as {name}, {share} of them right (precision)"
        ).format(total=whole(total), name=name, share=percent(precision))
    total, right_ones = int(counts.sum()), int(np.trace(counts))
    figures = joined(f"{name} {share}" for name, share in overall_figures(counts))
    text = _("All {total} images, {right} of them right")
    if figures:
        text = _("All {total} images, {right} of them right ({figures})")
    return text.format(total=whole(total), right=whole(right_ones), figures=figures)


def overall_figures(counts: Numbers) -> list[tuple[str, str]]:
    """Return each of `FIGURES` that there is, with its share in words."""
    total = int(counts.sum())
    shares = int(np.trace(counts)) / total if total else None, balanced_accuracy(counts)
    told = zip(FIGURES, shares, strict=True)
    return [(_(name), percent(share)) for name, share in told if share is not None]
