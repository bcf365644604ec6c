"""Every figure in the window is of the run and of the epoch that the window says it is of."""

import numpy as np
from PySide6.QtCore import Qt

from lenet_desktop.analysis.queries import Query, Show
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import Split
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.records import RunCurves
from lenet_desktop.runs.store import RunStore
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.training.events import EpochDone
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.window.assembled_window import TITLE
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.judged import judged


def check_claims(window: MainWindow, store: RunStore) -> None:
    """Compare what the window shows with what is kept; it must have come to rest.

    Raises:
        AssertionError: something is shown beside a run or an epoch that it does not belong to.
    """
    _check_curves(window)
    curves = _kept(window, store)
    _check_name(window, curves)
    if curves is not None and not _may_be_ahead(window, curves):
        assert tuple(window.session.history.epochs) == curves.epochs
        assert [change.learning_rate for change in window.session.history.changes] == [
            change.learning_rate for change in curves.changes
        ]
    state = window.gallery.state
    state.be_seen(True)  # what is out of sight need be right only once somebody looks
    _check_gallery(window, store, curves)
    state.be_seen(window.workspaces.current is Workspace.EXPLORE)
    _check_list(window, store)


def _kept(window: MainWindow, store: RunStore) -> RunCurves | None:
    run_id = window.session.run_id
    return None if run_id is None else store.curves([run_id])[0]


def _may_be_ahead(window: MainWindow, curves: RunCurves) -> bool:
    """Whether window and store may know unequally much: the run goes on, here or elsewhere."""
    return window.session.state.is_active or curves.record.status.is_active


def _check_name(window: MainWindow, curves: RunCurves | None) -> None:
    header, history = window.header, window.session.history
    if curves is None:
        assert window.windowTitle() == TITLE
    else:
        name = curves.record.name
        assert window.windowTitle() == f"{name[:60]} - {TITLE}" or len(name) > 60
        if history.started is not None:
            assert header.name.text() == name or len(name) > 60
            assert recipe_text(curves.record.config) in header.recipe.text()
    if history.started is not None:
        config = history.started.config
        assert f"seed {config.seed}" in header.recipe.text()
        unit = "epoch" if config.epochs == 1 else "epochs"
        assert f"{len(history.epochs)} of {config.epochs} {unit}, " in header.recipe.text()


def _check_curves(window: MainWindow) -> None:
    """Compare table and plots with the history, which is of one run by construction."""
    history, table, plots = window.session.history, window.training.table, window.training.plots
    assert plots.history() is history or plots.history().started is history.started is None
    columns = range(table.columnCount())
    texts = [
        [item.text() if (item := table.item(row, column)) is not None else "" for column in columns]
        for row in range(table.rowCount())
    ]
    assert texts == [_row(done, history.best_epoch) for done in history.epochs]
    if window.session.state.is_active:
        return  # plots follow in their own time
    np.testing.assert_array_equal(plots.loss.curves[0].values, history.step_losses)
    for plot, place, figure in (
        (plots.loss, 1, "train_loss"), (plots.loss, 2, "test_loss"),
        (plots.accuracy, 0, "train_accuracy"), (plots.accuracy, 1, "test_accuracy"),
    ):  # fmt: skip
        x, y = plot.curves[place].places, plot.curves[place].values
        assert x.tolist() == [done.epoch for done in history.epochs]
        assert y.tolist() == [getattr(done, figure) for done in history.epochs]
    noted = [place for place, _ in history.rate_changes]
    noted += [history.best_epoch] if history.best_epoch is not None else []
    noted += [history.overfits_since.epoch] if history.overfits_since is not None else []
    noted += [history.plateau_until] if history.plateau_until is not None else []
    noted += [len(history.epochs)] if history.is_far_off else []
    if history.diverged is not None and len(history.step_epochs):
        noted.append(float(history.step_epochs[-1]))
    assert [line.value() for line in plots.loss.annotations.marks] == noted


def _row(done: EpochDone, best: int | None) -> list[str]:
    return [
        f"best {done.epoch}" if done.epoch == best else f"{done.epoch}",
        f"{done.train_loss:.4f}", f"{done.test_loss:.4f}",
        f"{100 * done.train_accuracy:.1f}\xa0%", f"{100 * judged(done.test_accuracy):.1f}\xa0%",
        f"{done.elapsed_s:.1f}",
        "" if done.validation_loss is None else f"{done.validation_loss:.4f}",
        "" if done.validation_accuracy is None else f"{100 * done.validation_accuracy:.1f}\xa0%",
        "" if done.balanced_accuracy is None else f"{100 * done.balanced_accuracy:.1f}\xa0%",
    ]  # fmt: skip


def _check_gallery(window: MainWindow, store: RunStore, curves: RunCurves | None) -> None:
    gallery, state = window.gallery, window.gallery.state
    answers = state.predictions
    if answers is None:
        assert gallery.matrix.counts is None
        return
    if state.split is Split.TEST:
        assert state.epoch == answers.epoch
        if curves is not None and not _may_be_ahead(window, curves):
            kept = store.predictions(curves.record.id, answers.epoch)
            np.testing.assert_array_equal(answers.probabilities, kept.probabilities)
    pairs = zip(answers.labels.tolist(), answers.predicted.tolist(), strict=True)
    counts = np.zeros((10, 10), int)
    for true, predicted in pairs:
        counts[true, predicted] += 1
    np.testing.assert_array_equal(gallery.matrix.counts, counts)
    listed = gallery.about_classes.pairs
    if listed.count():
        worst = int((counts - np.diag(np.diag(counts))).max())
        assert f"{worst:,}" in str(listed.item(0).data(Qt.ItemDataRole.AccessibleTextRole))
    _check_grid(window, answers)
    _check_inspector(window, answers)


def _check_grid(window: MainWindow, answers: PredictionSet) -> None:
    gallery = window.gallery
    numbers, query = gallery.state.numbers, gallery.state.query
    expected = {
        Show.ALL: np.ones(len(answers), bool),
        Show.CORRECT: answers.correct,
        Show.MISCLASSIFIED: ~answers.correct,
    }.get(query.show)
    plain = Query(
        show=query.show,
        sort=query.sort,
        true_class=query.true_class,
        predicted_class=query.predicted_class,
        since_epoch=query.since_epoch,
    )
    if expected is None or query != plain:
        return
    if query.true_class is not None:
        expected = expected & (answers.labels == query.true_class)
    if query.predicted_class is not None:
        expected = expected & (answers.predicted == query.predicted_class)
    assert sorted(numbers.tolist()) == np.flatnonzero(expected).tolist()
    assert gallery.filters.count.text().startswith(f"{len(numbers):,} of {len(answers):,}")


def _check_inspector(window: MainWindow, answers: PredictionSet) -> None:
    inspector = window.gallery.inspector
    number = inspector.number
    if number is None:
        return
    said = inspector.verdict.text()
    assert f"True label: {DEFAULT.class_names[answers.labels[number]]}" in said
    assert f"Predicted: {DEFAULT.class_names[answers.predicted[number]]} (" in said
    guesses = dict(inspector.strip.guesses)
    if inspector.strip.isVisible() and answers.epoch in guesses:
        assert guesses[answers.epoch] == answers.predicted[number]


def _check_list(window: MainWindow, store: RunStore) -> None:
    """Compare the rows of the list with what is kept of the runs that do not go on."""
    if not window.runs.isVisible():
        return
    rows = window.runs.runs
    kept = {record.id: record for record in store.records()}
    for row in range(rows.rowCount()):
        record = kept.get(rows.id_at(row))
        if record is None or record.status.is_active:
            continue
        best = str(rows.index_of(record.id, Column.BEST).data())
        expected = record.best_accuracy
        assert best == ("—" if expected is None else f"{100 * expected:.2f}\xa0%"), record.name
        name = str(rows.index_of(record.id, Column.NAME).data())
        assert name.startswith(record.name[:20]), (name, record.name)
