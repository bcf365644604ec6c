"""Says why there is nothing to see: in words that name the real reason and the way out."""

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.images import Own, Part, Split
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, epochs_named, whole
from lenet_desktop.ui.gallery.filters.comparison_bars import ONLY_TEST_IMAGES
from lenet_desktop.ui.gallery.filters.filter_chips import chips_of
from lenet_desktop.ui.gallery.gallery_state import GalleryState

_LOADING = marked("Loading the test images…")
_FAILED = marked("The test images could not be loaded.")
_UNTRAINED = marked("Press Start to see what the network gets wrong.")
_REFUSED = marked("What this run said of its images cannot be shown beside these.")
_LEARNING = marked("The first predictions come after the first epoch.")
_JUDGING: dict[Part, str] = {
    Split.TEST: marked("The network is asked about the test images…"),
    Split.TRAIN: marked("The network is asked about the training images…"),
    Own.PICTURES: marked("The network is asked about the own pictures…"),
}
_LOST: dict[Part, str] = {
    Split.TEST: marked(
        "The network of this epoch was not kept, so it cannot be asked about test images."
    ),
    Split.TRAIN: marked(
        "The network of this epoch was not kept, so it cannot be asked about training images."
    ),
    Own.PICTURES: marked(
        "The network of this epoch was not kept, so it cannot be asked about own pictures."
    ),
}
_LATER = marked("Training images are judged when the run is paused or over.")
_NO_OWN = marked(
    "There is no picture of yours yet. Draw or open one on the page Try, then keep it."
)
_NOTHING = marked("No image is like this. Take a filter away to see more.")
_JUDGED: dict[Part, str] = {
    Split.TEST: marked(
        "The networks of these epochs are asked about the test images: {judged} of {count} "
        "epochs judged…"
    ),
    Split.TRAIN: marked(
        "The networks of these epochs are asked about the training images: {judged} of {count} "
        "epochs judged…"
    ),
    Own.PICTURES: marked(
        "The networks of these epochs are asked about the own pictures: {judged} of {count} "
        "epochs judged…"
    ),
}
_LOST_EPOCHS: dict[Part, str] = {
    Split.TEST: marked(
        "The network after {epochs} was not kept, so it cannot be asked about test images."
    ),
    Split.TRAIN: marked(
        "The network after {epochs} was not kept, so it cannot be asked about training images."
    ),
    Own.PICTURES: marked(
        "The network after {epochs} was not kept, so it cannot be asked about own pictures."
    ),
}
_NO_NUMBER: dict[Part, str] = {
    Split.TEST: marked("No number of a test image contains {digits}; the last one is {last}."),
    Split.TRAIN: marked("No number of a training image contains {digits}; the last one is {last}."),
    Own.PICTURES: marked("No number of an own picture contains {digits}; the last one is {last}."),
}
_NO_MARK: dict[Part, str] = {
    Split.TEST: marked("No test image is marked. Press M to mark the one that is looked at."),
    Split.TRAIN: marked("No training image is marked. Press M to mark the one that is looked at."),
}


def why_unpredicted(state: GalleryState) -> str:
    """Say why nothing is predicted for the images that are browsed, when nothing is."""
    if state.split is Own.PICTURES and not state.source.images:
        return _no_own(state)
    if state.epoch is None:
        untrained = _REFUSED if state.is_refused else _UNTRAINED
        return _(_LEARNING) if state.is_running else _(untrained)
    if state.snapshot is None:
        return _(_LOST[state.split])
    return _(_LATER) if state.must_wait else _(_JUDGING[state.split])


def why_empty(state: GalleryState) -> str:
    """Say why no image is shown."""
    query, images = state.query, state.source.images
    if images is None:
        return _(_FAILED) if state.has_failed else _(_LOADING)
    if state.split is Own.PICTURES and not images:
        return _no_own(state)
    if state.epoch is None and query.needs_predictions:
        return why_unpredicted(state)
    missing = state.known.missing(query)
    if missing:
        return _why_unknown(state, missing)
    if query.show.compares_epochs and query.since_epoch == state.epoch:
        return _(
            "Epoch {epoch} is compared with itself, so nothing has changed. Choose another epoch "
            "to compare with, or to look at."
        ).format(epoch=state.epoch)
    if query.compares_runs and state.rival_predictions is None:
        return _(ONLY_TEST_IMAGES)
    if query.show is Show.MARKED and state.split is Own.PICTURES:
        return _("Own pictures have no marks. Where the label of one is wrong, give it another.")
    if query.show is Show.MARKED and state.split in _NO_MARK and not len(state.marked):
        return _(_NO_MARK[state.split])
    if query.show is Show.FORGOTTEN and state.epochs[:1] == [state.epoch]:
        return _("After the first epoch nothing can have been forgotten yet. Choose a later one.")
    if query.digits and not state.count(Query(digits=query.digits)):
        last = len(images) - 1
        return _(_NO_NUMBER[state.split]).format(digits=query.digits, last=last)
    return _what_to_leave_out(state)


def _no_own(state: GalleryState) -> str:
    images = state.source.images
    return (images.notice if images is not None else None) or _(_NO_OWN)


def _why_unknown(state: GalleryState, missing: list[int]) -> str:
    query, newest = state.query, state.newest or 0
    if query.show.compares_epochs and state.file:
        return _("This model has no epochs to compare with each other. Choose another filter.")
    if query.show.compares_epochs and query.since_epoch > newest:
        return _unreached(newest, query.since_epoch, can_wait=state.is_running)
    lost = state.known.lost(query)
    if lost and state.split is Split.TEST:
        gone = _("The predictions after {epochs} were not kept. Choose another epoch.")
        return gone.format(epochs=epochs_named(lost))
    if lost:
        return _(_LOST_EPOCHS[state.split]).format(epochs=epochs_named(lost))
    if state.must_wait:
        return _(_LATER)
    needed = len(state.known.needed(query))
    if needed == 1:
        return _(_JUDGING[state.split])
    return _(_JUDGED[state.split]).format(judged=needed - len(missing), count=needed)


def _unreached(newest: int, since: int, *, can_wait: bool) -> str:
    """Say that a run has not come to the epoch that is compared with."""
    if not can_wait:
        return counted(
            newest,
            "This run has {count} epoch so far. Choose one of them to compare with instead of "
            "epoch {since}.",
            "This run has {count} epochs so far. Choose one of them to compare with instead of "
            "epoch {since}.",
            since=since,
        )
    return counted(
        newest,
        "This run has {count} epoch so far. Choose one of them to compare with instead of "
        "epoch {since}, or wait until it has been trained.",
        "This run has {count} epochs so far. Choose one of them to compare with instead of "
        "epoch {since}, or wait until it has been trained.",
        since=since,
    )


def _what_to_leave_out(state: GalleryState) -> str:
    """Name the one filter without which the most images would be shown, of several."""
    chips = chips_of(state.query, state.info.class_names)
    found = [(state.count(rest) or 0, words) for words, rest in chips]
    most, words = max(found, default=(0, ""))
    if len(chips) < 2 or not most:
        return _(_NOTHING)
    without = _("No image is like this. Without “{words}” there would be {count}.")
    return without.format(words=words, count=whole(most))
