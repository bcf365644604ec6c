"""Work behind the window says what came of it, and is finished where somebody asked for it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event as Flag

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from lenet_desktop.runs.store import StoreError
from lenet_desktop.session.requests import JobRunner
from lenet_desktop.session.worker import unfinished_work

LIMIT_MS = 10_000


@pytest.fixture
def runner(qapp: object) -> Iterator[JobRunner]:
    owner = QObject()
    yield JobRunner(owner)
    for jobs in owner.findChildren(JobRunner):
        jobs.shutdown()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "too little memory"),
        (OSError(28, "No space left on device", "/there/list.csv"), "/there/list.csv: No space"),
        (RuntimeError("first line\nsecond line"), "(first line)"),
        (KeyError(), "(KeyError)"),
    ],
)
def test_a_job_that_fails_says_so_in_its_own_words(
    qtbot: QtBot, runner: JobRunner, error: Exception, words: str
) -> None:
    def work() -> object:
        raise error

    job = runner.start(work, "The list could not be copied")
    with qtbot.waitSignal(job.failed, timeout=LIMIT_MS) as failed:
        pass
    sentence = failed.args[0]
    assert sentence.startswith("The list could not be copied")
    assert words in sentence
    assert not {"epoch", "learned", "batch"} & set(sentence.lower().split())


def test_what_has_a_sentence_keeps_it(qtbot: QtBot, runner: JobRunner) -> None:
    def work() -> object:
        raise StoreError("There is no such run.")

    job = runner.start(work, "The run could not be opened")
    with qtbot.waitSignal(job.failed, timeout=LIMIT_MS) as failed:
        pass
    assert failed.args == ["There is no such run."]


@pytest.mark.parametrize("fails", [False, True])
def test_what_writes_is_waited_for_and_what_reads_is_not(
    qtbot: QtBot, runner: JobRunner, tmp_path: Path, fails: bool
) -> None:
    may_end = Flag()

    def work() -> object:
        may_end.wait(LIMIT_MS / 1_000)
        return (tmp_path if fails else tmp_path / "list.csv").write_text("whole")

    runner.start(work)
    assert unfinished_work.wait(0), "reading can be cut short"
    owner = QObject()
    writing = JobRunner(owner, writes=True)
    job = writing.start(work)
    assert not unfinished_work.wait(0)
    with qtbot.waitSignal(job.failed if fails else job.done, timeout=LIMIT_MS):
        may_end.set()
    assert unfinished_work.wait(LIMIT_MS / 1_000)
    writing.shutdown()
