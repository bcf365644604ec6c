"""A run of other data than those that the window holds: told apart, shown as far as it can be."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lenet_desktop.data.images import DataSplits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.store import RunStore
from lenet_desktop.session.loading_thread import TrainingResources
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.training.devices import Device
from lenet_desktop.ui.gallery.inside.inspection_view import Page
from lenet_desktop.ui.runs.run_columns import Column
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.kept_runs import BRIEF, keep_run
from tests.other_data import colours
from tests.ui.opened_window import opened_window

LIMIT_MS = 30_000
OWN, OTHER, STOPPED, SEED = 1, 2, 3, 4


@pytest.fixture(scope="module")
def kept(few: DataSplits, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with runs of the window's data, and two of others, of which one stopped."""
    folder = tmp_path_factory.mktemp("other") / "kept"
    store = open_store(folder)
    other = colours()
    config = replace(BRIEF, epochs=2, batch_size=32)
    assert keep_run(store, few, replace(config, batch_size=200)) == OWN
    assert keep_run(store, other, config) == OTHER
    assert keep_run(store, other, config, steps=4) == STOPPED
    assert keep_run(store, few, replace(config, batch_size=200, seed=1)) == SEED
    store.close()
    return folder


def test_its_curves_and_settings_are_shown_but_no_images(
    window: MainWindow, store: RunStore
) -> None:
    window.workspaces.show(Workspace.EXPLORE)
    window.session.open(read_run(store, OTHER))
    assert window.message_bar.text.startswith("This run learned from Colours, and this window ho")
    assert window.training.table.rowCount() == 2
    assert window.gallery.state.epochs == []
    assert "on Colours" in window.header.text
    about = window.gallery.about_classes
    for said in (
        window.gallery.inspector.verdict.text(),
        window.gallery.about_image.inside.placeholder.text(),
        about.matrix.accessibleDescription(),
        about.suspects.table.placeholder,
    ):
        assert "cannot be shown" in said
    accuracy = window.training.plots.accuracy
    assert accuracy.annotations.references == [(0.5, "chance\n50\xa0%")]

    window.session.open(read_run(store, OWN))
    assert window.gallery.state.epochs == [1, 2]
    assert "cannot be shown" not in about.suspects.table.placeholder
    assert accuracy.annotations.references == [
        (0.835, "people\n83.5\xa0%"),
        (0.1, "chance\n10\xa0%"),
    ]


def test_it_is_told_apart_in_the_list_and_not_compared_image_by_image(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    model = window.runs.model
    recipes = {
        record.id: str(model.data(model.index(row, Column.RECIPE)))
        for row, record in enumerate(model.records)
    }
    assert " on Colours, 2 epochs, " in recipes[OTHER]
    assert " on " not in recipes[OWN]
    window.session.open(read_run(store, OWN))
    window.runs.select([OTHER])
    window.runs.compare_requested.emit([OTHER])
    verdict = window.compare.verdict
    qtbot.waitUntil(lambda: verdict.pair is not None, timeout=LIMIT_MS)
    assert "learned from different data, so there is no verdict" in verdict.headline.text()
    assert "A learned from Fashion-MNIST, B from Colours" in verdict.flags.text()
    assert window.gallery.state.rival is None
    window.runs.compare_requested.emit([SEED])
    qtbot.waitUntil(lambda: window.gallery.state.rival is not None, timeout=LIMIT_MS)
    window.session.open(read_run(store, OTHER))
    assert window.gallery.state.rival is None, "there is nothing to compare it with"


def test_it_does_not_go_on_with_the_images_of_the_window(
    qtbot: QtBot, window: MainWindow, store: RunStore
) -> None:
    window.session.open(read_run(store, STOPPED))
    with qtbot.waitSignal(window.session.failed, timeout=LIMIT_MS) as failed:
        window.controls.continue_button.click()
    assert failed.args[0].startswith("The run learned from Colours, so it cannot go on with Fashi")
    qtbot.waitUntil(lambda: window.session.state is RunState.STOPPED, timeout=LIMIT_MS)
    assert store.record(STOPPED).epochs_done == 1


@pytest.fixture
def coloured(
    qtbot: QtBot,
    session: TrainingSession,
    store: RunStore,
    devices: list[Device],
    settings_file: Path,
) -> Iterator[MainWindow]:
    """Return a window that holds the other data."""
    resources = TrainingResources(colours(), devices, store)
    with opened_window(session, settings_file, resources) as shown:
        yield shown


def test_a_window_of_other_data_shows_all_that_it_knows_of_them(
    qtbot: QtBot, coloured: MainWindow, store: RunStore
) -> None:
    coloured.session.open(read_run(store, OTHER))
    coloured.workspaces.show(Workspace.EXPLORE)
    gallery, inside = coloured.gallery, coloured.gallery.about_image.inside
    assert gallery.state.epochs == [1, 2]
    assert gallery.matrix.counts is not None
    assert gallery.matrix.counts.shape == (3, 3)
    assert gallery.inspector.verdict.text().startswith("True label: red")
    gallery.about_image.setCurrentWidget(inside)
    inside.tabs.setCurrentIndex(list(Page).index(Page.NEIGHBOURS))
    tile = inside.neighbours.tiles[0]
    qtbot.waitUntil(tile.isVisible, timeout=LIMIT_MS)
    picture = tile.grab().toImage()
    points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
    assert sum(picture.pixelColor(*point).saturation() > 100 for point in points) > 100
