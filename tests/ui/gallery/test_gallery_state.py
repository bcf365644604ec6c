"""The gallery's state: each deed tells what it changes, and nothing else is done anew."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.queries import Query, Show, Sort
from lenet_desktop.data.images import Split
from lenet_desktop.data.marks import Mark, MarkKind
from lenet_desktop.ui.gallery.classes.confused_pairs import ConfusedPairs
from lenet_desktop.ui.gallery.classes.confusion_matrix import ConfusionMatrix
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.gallery_state import Change, GalleryState
from lenet_desktop.ui.gallery.image.inspector import Inspector
from lenet_desktop.ui.gallery.shown_run import Rival
from tests.made_images import made_images, made_predictions

pytestmark = pytest.mark.usefixtures("qapp")
TEST, TRAIN = made_images(4, 8), made_images(4, 8, count=20)
Deed = Callable[[GalleryState], object]
MARKS = {(Split.TEST, 3): Mark(MarkKind.AMBIGUOUS)}


def browse(state: GalleryState) -> None:
    """Show two epochs of the test images, and have the training images at hand."""
    state.set_images(TEST)
    state.set_images(TRAIN, Split.TRAIN)
    for epoch in (1, 2):
        state.add(made_predictions(TEST, epoch))


@pytest.mark.parametrize(
    ("deed", "change"),
    [
        (lambda state: state.choose(3), Change.CHOSEN),
        (lambda state: state.choose(0), Change(0)),
        (lambda state: state.go_to(5), Change.CHOSEN | Change.PLACE),
        (
            lambda state: state.ask(Query(sort=Sort.LOWEST_LOSS)),
            Change.QUERY | Change.ROWS | Change.PLACE,
        ),
        (lambda state: state.ask(Query(digits="")), Change(0)),
        (
            lambda state: state.show(Show.CORRECT),
            Change.QUERY | Change.ROWS | Change.PLACE | Change.CHOSEN,
        ),
        (lambda state: state.look_at(1), Change.EPOCH),
        (lambda state: state.look_at(2), Change(0)),
        (lambda state: state.add(made_predictions(TEST, 3)), Change.PREDICTIONS | Change.EPOCH),
        (lambda state: state.add(made_predictions(TEST, 2)), Change(0)),
        (lambda state: state.add_training(made_predictions(TRAIN, 1)), Change(0)),
        (lambda state: state.set_marks(MARKS), Change.MARKS),
        (lambda state: state.compare_with(Rival(7, "B", made_predictions(TEST))), Change.RIVAL),
        (lambda state: state.end_comparison(), Change(0)),
        (lambda state: state.set_running(True), Change.RUNNING),
        (lambda state: state.set_running(False), Change(0)),
        (lambda state: state.browse(Split.TEST), Change(0)),
        (lambda state: state.forget(), Change.RUN | Change.PREDICTIONS | Change.EPOCH),
        (
            lambda state: state.browse(Split.TRAIN),
            Change.SOURCE | Change.CHOSEN | Change.EPOCH | Change.ROWS | Change.PLACE,
        ),
    ],
)  # fmt: skip
def test_each_deed_tells_what_it_changes_at_once(deed: Deed, change: Change) -> None:
    state, told = GalleryState(), list[Change]()
    browse(state)
    state.changed.connect(told.append)
    deed(state)
    assert told == ([change] if change else [])


def test_an_epoch_that_is_looked_back_at_stays_while_others_come() -> None:
    state, told = GalleryState(), list[Change]()
    browse(state)
    state.look_at(1)
    state.changed.connect(told.append)
    state.add(made_predictions(TEST, 3))
    assert told == [Change.PREDICTIONS]
    assert state.epoch == 1


def test_images_of_other_data_are_told_of_before_they_are_shown() -> None:
    state, told = GalleryState(), list[Change]()
    browse(state)
    state.changed.connect(told.append)
    state.set_images(made_images(6, 8))
    assert Change.DATA | Change.SOURCE | Change.PREDICTIONS in told[0]
    assert len(state.info.class_names) == 6
    assert state.predictions is None


WORK = {
    "matrix": (ConfusionMatrix, "show_predictions"),
    "pairs": (ConfusedPairs, "show_counts"),
    "inspector": (Inspector, "show_image"),
    "comparison": (PairedOutcomes, "sentence"),
}


@pytest.mark.parametrize(
    ("deed", "done"),
    [
        (lambda state: state.choose(3), {"inspector"}),
        (lambda state: state.ask(Query(sort=Sort.HIGHEST_LOSS)), set()),
        (lambda state: state.ask(Query(true_class=0)), set()),
        (lambda state: state.set_marks(MARKS), set()),
        (
            lambda state: state.tell_of_rival(7, unlike="It was slower."),
            {"comparison", "inspector"},
        ),
        (lambda state: state.look_at(1), {"matrix", "pairs", "comparison", "inspector"}),
        (lambda state: state.add_training(made_predictions(TRAIN, 1)), set()),
    ],
)
def test_nothing_is_done_anew_that_a_deed_does_not_concern(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, deed: Deed, done: set[str]
) -> None:
    panel = GalleryPanel()
    qtbot.addWidget(panel)
    browse(panel.state)
    panel.state.compare_with(Rival(7, "B", made_predictions(TEST)))
    seen = set[str]()

    def watched(name: str, method: Callable[..., object]) -> Callable[..., object]:
        def noted(*args: object, **named: object) -> object:
            seen.add(name)
            return method(*args, **named)

        return noted

    for name, (part, method) in WORK.items():
        monkeypatch.setattr(part, method, watched(name, getattr(part, method)))
    deed(panel.state)
    assert seen == done
