"""Undo after delete does what it says, or says why not, in whatever order windows do what."""

import itertools
import time
from pathlib import Path

import pytest

from lenet_desktop.runs.portable import export_run, import_run
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import RunRecord, RunStatus
from lenet_desktop.runs.store import RunStore, StoreError
from lenet_desktop.runs.trash import bring_back, delete_runs, purge
from tests.runs.conftest import SHORT, Course

ACTIONS = ("delete", "import", "continue", "undo")


class TwoWindows:
    """One that deletes a run and undoes it, and another one that imports it or goes on with it."""

    def __init__(self, here: RunStore, there: RunStore, course: Course, archive: Path) -> None:
        self.here, self.there, self.archive = here, there, archive
        self.run = here.record(course.finish(here, "mine"))
        export_run(here, self.run.id, archive)
        self.deleted: list[RunRecord] = []
        self.said: list[str] = []

    def delete(self) -> None:
        known = self.here.knows(self.run.key)
        assert known is not None
        delete_runs(self.here, [known.id])
        self.deleted = [known]

    def undo(self) -> None:
        self.said = bring_back(self.here, self.deleted)
        if self.deleted:
            assert [record.key for record in self.here.records()] == [self.run.key]
            assert bool(self.said) == (self.here.records()[0].id != self.deleted[0].id)
        self.deleted = []

    def bring_in(self) -> None:
        import_run(self.there, self.archive)

    def go_on(self) -> None:
        RunProgress(self.there).go_on(self.run.id, SHORT)

    def do(self, action: str) -> None:
        deeds = {
            "delete": self.delete, "undo": self.undo, "import": self.bring_in,
            "continue": self.go_on,
        }  # fmt: skip
        deeds[action]()


@pytest.mark.parametrize("order", list(itertools.permutations(ACTIONS)))
def test_a_run_is_there_once_and_whole_in_whatever_order_windows_do_what(
    store: RunStore,
    another_window: RunStore,
    course: Course,
    tmp_path: Path,
    order: tuple[str, ...],
) -> None:
    windows = TwoWindows(store, another_window, course, tmp_path / "run.zip")
    in_list, is_same, is_active = True, True, False
    for action in order:
        refused = (
            (action == "delete" and is_active)
            or (action == "import" and in_list)
            or (action == "continue" and not is_same)
        )
        if refused:
            with pytest.raises(StoreError):
                windows.do(action)
            continue
        was_deleted = bool(windows.deleted)
        windows.do(action)
        is_same = is_same and action != "import"
        is_active = is_active or action == "continue"
        in_list = action != "delete" if action != "undo" else in_list or was_deleted
        assert [record.key for record in store.records()] == [windows.run.key] * in_list
    if is_active:
        RunProgress(another_window).set_status(windows.run.id, RunStatus.FINISHED)
    for record in store.records():
        opened = read_run(store, record.id)
        assert len(opened.predictions) == 3
        assert opened.checkpoint is not None
        assert store.run_folder(record.id).take(), "nobody holds it any more"


def test_a_run_that_was_imported_anew_is_said_to_be_there(
    store: RunStore, another_window: RunStore, course: Course, tmp_path: Path
) -> None:
    windows = TwoWindows(store, another_window, course, tmp_path / "run.zip")
    windows.delete()
    windows.bring_in()
    windows.undo()
    (sentence,) = windows.said
    assert sentence.startswith("“mine” was imported anew meanwhile. It is in the list as run 2")


def test_the_rest_comes_back_where_one_is_gone_for_good(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    runs = [store.record(course.finish(store, title)) for title in ("gone", "here")]
    delete_runs(store, [runs[0].id])
    purge(another_window, time.time() + 1)
    delete_runs(store, [runs[1].id])
    assert bring_back(store, runs) == ["“gone” was deleted for good and cannot be brought back."]
    assert [record.title for record in store.records()] == ["here"]


def test_what_is_brought_back_in_time_is_not_purged(
    store: RunStore, another_window: RunStore, course: Course
) -> None:
    run = store.record(course.finish(store))
    delete_runs(store, [run.id])
    RunProgress(another_window).go_on(run.id, SHORT)
    purge(store, time.time() + 1)
    RunProgress(another_window).set_status(run.id, RunStatus.FINISHED)
    assert len(read_run(store, run.id).predictions) == 3
