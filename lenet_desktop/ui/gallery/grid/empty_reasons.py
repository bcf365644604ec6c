"""Says why there is nothing to see: in words that name the real reason and the way out."""

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.images import Own, Split
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, epochs_named
from lenet_desktop.ui.gallery.filters.comparison_bars import ONLY_TEST_IMAGES
from lenet_desktop.ui.gallery.filters.filter_chips import chips_of
from lenet_desktop.ui.gallery.gallery_state import GalleryState

_LOADING = marked("Loading the test images…")
_FAILED = marked("The test images could not be loaded.")
_UNTRAINED = marked("Press Start to see what the network gets wrong.")
_REFUSED = marked("What this run said of its images cannot be shown beside these.")
_LEARNING = marked("The first predictions come after the first epoch.")
_JUDGING = "The network is asked about the {}s…"
_LOST = "The network of this epoch was not kept, so it cannot be asked about {}s."
_LATER = marked("Training images are judged when the run is paused or over.")
_NO_OWN = marked(
    "There is no picture of yours yet. Draw or open one under Try a picture, then keep it."
)
_NOTHING = marked("No image is like this. Take a filter away to see more.")


def why_unpredicted(state: GalleryState) -> str:
    """Say why nothing is predicted for the images that are browsed, when nothing is."""
    if state.split is Own.PICTURES and not state.source.images:
        return _no_own(state)
    if state.epoch is None:
        untrained = _REFUSED if state.is_refused else _UNTRAINED
        return _LEARNING if state.is_running else untrained
    if state.snapshot is None:
        return _LOST.format(state.split.word)
    return _LATER if state.must_wait else _JUDGING.format(state.split.word)


def why_empty(state: GalleryState) -> str:
    """Say why no image is shown."""
    query, images = state.query, state.source.images
    if images is None:
        return _FAILED if state.has_failed else _LOADING
    if state.split is Own.PICTURES and not images:
        return _no_own(state)
    if state.epoch is None and query.needs_predictions:
        return why_unpredicted(state)
    missing = state.known.missing(query)
    if missing:
        return _why_unknown(state, missing)
    if query.show.compares_epochs and query.since_epoch == state.epoch:
        return (
            f"Epoch {state.epoch} is compared with itself, so nothing has changed. Choose another "
            "epoch to compare with, or to look at."
        )
    if query.show.compares_runs and state.rival_predictions is None:
        return ONLY_TEST_IMAGES
    word = state.split.word
    if query.show is Show.MARKED and state.split is Own.PICTURES:
        return _("Own pictures have no marks. Where the label of one is wrong, give it another.")
    if query.show is Show.MARKED and not len(state.marked):
        return f"No {word} is marked. Press M to mark the one that is looked at."
    if query.show is Show.FORGOTTEN and state.epochs[:1] == [state.epoch]:
        return _("After the first epoch nothing can have been forgotten yet. Choose a later one.")
    if query.digits and not state.count(Query(digits=query.digits)):
        last = len(images) - 1
        return f"No number of a {word} contains {query.digits}; the last one is {last}."
    return _what_to_leave_out(state)


def _no_own(state: GalleryState) -> str:
    images = state.source.images
    return (images.notice if images is not None else None) or _NO_OWN


def _why_unknown(state: GalleryState, missing: list[int]) -> str:
    query, newest = state.query, state.newest or 0
    if query.show.compares_epochs and newest == 0:
        return _("This model has no epochs to compare with each other. Choose another filter.")
    if query.show.compares_epochs and query.since_epoch > newest:
        wait = ", or wait until it has been trained" if state.is_running else ""
        return (
            f"This run has {counted(newest, 'epoch')} so far. Choose one of them to compare with "
            f"instead of epoch {query.since_epoch}{wait}."
        )
    lost = state.known.lost(query)
    if lost and state.split is Split.TEST:
        return f"The predictions after {epochs_named(lost)} were not kept. Choose another epoch."
    if lost:
        return (
            f"The network after {epochs_named(lost)} was not kept, so it cannot be asked about "
            f"{state.split.word}s."
        )
    if state.must_wait:
        return _LATER
    needed = len(state.known.needed(query))
    if needed == 1:
        return _JUDGING.format(state.split.word)
    return (
        f"The networks of these epochs are asked about the {state.split.word}s: "
        f"{needed - len(missing)} of {needed} epochs judged…"
    )


def _what_to_leave_out(state: GalleryState) -> str:
    """Name the one filter without which the most images would be shown, of several."""
    chips = chips_of(state.query, state.info.class_names)
    found = [(state.count(rest) or 0, words) for words, rest in chips]
    most, words = max(found, default=(0, ""))
    if len(chips) < 2 or not most:
        return _NOTHING
    return f"No image is like this. Without “{words}” there would be {most:,}."
