"""What is asked of a thread that answers as long as it lives. Knows no Qt."""

from threading import Condition
from typing import Generic, TypeVar

Question = TypeVar("Question")


class Questions(Generic[Question]):
    """Hands over the newest question; any before it that was not begun is forgotten.

    Any thread may use it.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._newest: Question | None = None
        self._is_new = False
        self._must_end = False

    def ask(self, question: Question | None) -> None:
        """Have this answered from now on, or nothing."""
        with self._changed:
            self._newest = question
            self._is_new = question is not None
            self._changed.notify()

    def end(self) -> None:
        """Have nothing answered any more."""
        with self._changed:
            self._newest = None
            self._must_end = True
            self._changed.notify()

    def take(self) -> Question | None:
        """Wait for a question that was not begun yet; None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_new or self._must_end)
            self._is_new = False
            return self._newest

    def is_newest(self, question: Question) -> bool:
        """Whether nothing else was asked since."""
        return self._newest is question

    def rests_on(self, question: Question, seconds: float) -> bool:
        """Wait for a moment in which somebody may ask something else; whether nobody does."""
        with self._changed:
            return not self._changed.wait_for(lambda: not self.is_newest(question), seconds)
