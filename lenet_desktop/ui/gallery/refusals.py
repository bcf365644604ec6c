"""Why something of a run cannot be shown, in sentences."""

from collections.abc import Sequence

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import epochs_named, quoted_title, sentences


def of_other_images(own: DatasetInfo, loaded: DatasetInfo) -> str:
    """Say that a run was judged on other images than those that are loaded.

    Args:
        own: the data set of the run.
        loaded: that of the window.
    """
    if own.fingerprint == loaded.fingerprint:
        why = _(
            "This run was judged on other test images than those of this window, so what it said "
            "of them cannot be shown."
        )
    else:
        why = _(
            "This run learned from {data}, and this window holds {loaded}, so what it said of its "
            "images cannot be shown."
        ).format(data=own.told_from(loaded), loaded=loaded.title)
    return sentences([why, _("Its curves and settings are complete.")])


def not_comparable(name: str) -> str:
    """Say that another run, by its name, was judged on other images than the one shown."""
    return _(
        "{run} was judged on other images, so the two runs cannot be compared image by image."
    ).format(run=quoted_title(name))


def unreadable(epochs: Sequence[int], shown: int | None) -> str:
    """Say after which epochs the predictions are lost, and which epoch is shown, if any is."""
    lost = _("The predictions after {epochs} cannot be read any more.")
    lost = lost.format(epochs=epochs_named(epochs))
    return (
        lost
        if shown is None
        else sentences([lost, _("Epoch {epoch} is shown.").format(epoch=shown)])
    )
