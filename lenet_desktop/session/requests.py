"""Ways to have work done by workers: only what was asked for last, or each piece of it."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, SignalInstance, Slot

from lenet_desktop.session.questions import Questions
from lenet_desktop.session.worker import AnyStream, Worker, describing
from lenet_desktop.text.language import _

Listener = SignalInstance | Callable[..., object]


class LatestRequest(QObject):
    """Works on one request at a time; another one gives up the one before.

    A request that was given up ends unheard after its step under way, which nobody waits for but
    `shutdown`; of those that wait for that, only the newest is begun.

    Args:
        describe: says what it means to a person that a request failed.
        parent: whoever calls `shutdown`.
    """

    reported = Signal(object)  # what the stream of the latest request yields
    failed = Signal(str)  # a sentence for the person

    def __init__(
        self, describe: Callable[[BaseException], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._describe = describe
        self._worker: Worker | None = None
        self._next: Callable[[], AnyStream] | None = None
        self._is_wanted = False  # what the worker reports
        self._is_shut_down = False

    @property
    def is_busy(self) -> bool:
        """Whether a request is being worked on, or waits for that."""
        return self._is_wanted or self._next is not None

    def begin(self, make_stream: Callable[[], AnyStream]) -> None:
        """Work on a request; `hear` gets what its stream yields, on this thread."""
        self.cancel()
        if not self._is_shut_down:
            self._next = make_stream
            self._begin_next()

    def hear(self, report: object) -> None:
        """Take in what the work for the latest request has brought."""
        self.reported.emit(report)

    @Slot()
    def cancel(self) -> None:
        """Give up the request, if there is one; nothing is heard of it any more."""
        self._next, self._is_wanted = None, False
        if self._worker is not None:
            self._worker.interrupt()

    @Slot()
    def interrupt(self) -> None:
        """Give up for good after the step under way, without waiting; nothing is begun any more."""
        self._is_shut_down = True
        self.cancel()

    @Slot()
    def shutdown(self) -> None:
        """Give up for good and wait for the step under way. May be called again and again."""
        self.interrupt()
        self._end_worker()

    def _begin_next(self) -> None:
        if self._worker is None and self._next is not None:
            self._worker = Worker(self._next, self, self._describe)
            self._next, self._is_wanted = None, True
            self._worker.reported.connect(self._on_reported)
            self._worker.failed.connect(self._on_failed)
            self._worker.finished.connect(self._on_finished)
            self._worker.start()

    def _end_worker(self) -> None:
        if self._worker is not None:
            self._worker.retire()
            self._worker = None

    # A worker's reports come before the word that it is finished, and that before the next begins.

    @Slot(object)
    def _on_reported(self, report: object) -> None:
        if self._is_wanted:
            self.hear(report)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self.failed.emit(sentence)

    @Slot()
    def _on_finished(self) -> None:
        self._end_worker()
        self._is_wanted = False
        self._begin_next()


class Answering(QObject):
    """Asks one worker, which stays, one thing after the other; of those that wait only the newest.

    What is under way is answered to its end, unless whoever answers gives it up.

    Args:
        make_answers: makes the stream of answers, which ends once there are no more questions; it
            must not know this object, or the thread might be the one that takes it apart.
        failure: the beginning of the sentence if the stream fails.
        parent: whoever calls `shutdown`.
    """

    failed = Signal(str)  # a sentence for the person

    def __init__(
        self,
        make_answers: Callable[[Questions[Any]], AnyStream],
        failure: str,
        parent: QObject | None = None,
        priority: QThread.Priority = QThread.Priority.InheritPriority,
    ) -> None:
        super().__init__(parent)
        self.questions = Questions[Any]()
        self._make_answers = partial(make_answers, self.questions)
        self._failure, self._priority = failure, priority
        self._worker: Worker | None = None
        self._is_shut_down = False

    def ask(self, question: Any) -> None:
        """Have this answered next; `hear` gets what comes of it, on this thread."""
        if self._is_shut_down:
            return
        self.questions.ask(question)
        if self._worker is None:
            self._worker = Worker(self._make_answers, self, describing(self._failure))
            self._worker.reported.connect(self._on_reported)
            self._worker.failed.connect(self.failed)
            self._worker.start(self._priority)

    def hear(self, answer: Any) -> None:
        """Take in an answer."""
        raise NotImplementedError

    @Slot()
    def interrupt(self) -> None:
        """Have the thread end after its step under way; nothing can be asked any more."""
        self._is_shut_down = True
        self.questions.end()

    @Slot()
    def shutdown(self) -> None:
        """Wait until the thread has ended. May be called again and again."""
        self.interrupt()
        if self._worker is not None:
            self._worker.end()
            self._worker.retire()
            self._worker = None

    @Slot(object)
    def _on_reported(self, answer: object) -> None:
        if not self._is_shut_down:
            self.hear(answer)


class Job(QObject):
    """One piece of work; says once what came of it, on the thread that asked for it."""

    done = Signal(object)  # what the work returned
    failed = Signal(str)  # a sentence for the person

    def __init__(
        self, work: Callable[[], object], parent: QObject, failure: str, *, must_end: bool
    ) -> None:
        super().__init__(parent)
        self._worker = Worker(lambda: _once(work), self, describing(failure), must_end=must_end)
        # Passed on when the event loop goes on, so that nothing is said before anybody listens.
        self._worker.reported.connect(self.done)
        self._worker.failed.connect(self.failed)
        self._worker.finished.connect(self._on_finished)
        self._worker.start()

    def end(self) -> None:
        """Wait until the work is done."""
        self._worker.end()

    @Slot()
    def _on_finished(self) -> None:
        self._worker.retire()
        self.deleteLater()


class JobRunner(QObject):
    """Starts jobs, and waits for those under way before the program ends.

    Args:
        parent: whoever calls `shutdown`.
        writes: whether the jobs write something that a person asked for, which is finished even
            when the window is closed meanwhile; other jobs may be cut short then.
    """

    def __init__(self, parent: QObject, *, writes: bool = False) -> None:
        super().__init__(parent)
        self._writes = writes

    def start(
        self,
        work: Callable[[], object],
        failure: str = "",
        done: Listener | None = None,
        failed: Listener | None = None,
    ) -> Job:
        """Start a piece of work.

        Args:
            work: what to do.
            failure: the beginning of the sentence if that fails, as in "The run cannot be opened".
            done: takes what the work returned.
            failed: takes the sentence.
        """
        job = Job(work, self, failure or _("It could not be done"), must_end=self._writes)
        for told, listener in ((job.done, done), (job.failed, failed)):
            if listener is not None:
                told.connect(listener)
        return job

    def shutdown(self) -> None:
        """Wait for every job. May be called again and again."""
        for job in self.findChildren(Job):
            job.end()


def _once(work: Callable[[], object]) -> Generator[object, None, None]:
    yield work()
