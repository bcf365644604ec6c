"""Computing on a CPU in a few large pieces, each by a thread of its own.

PyTorch parts the work of every layer among its threads, which meet at the end of each: some fifty
times in a step of LeNet. One that is not running just then, because another program has its core,
is waited for each time. So PyTorch computes with one thread here, and whoever has much to compute
parts it once. How it is parted depends on the work alone, and so no bit of what comes out depends
on the number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class ComputeThreads:
    """The threads that compute in this process; any thread may use them.

    Attributes:
        count: how many pieces are computed at once.
    """

    def __init__(self) -> None:
        self.count = 1
        self._found = 1
        self._wanted: int | None = None

    def take_over(self) -> None:
        """Have PyTorch compute with one thread, and as many pieces at once as it had threads."""
        import torch

        self._found = max(self._found, torch.get_num_threads())
        torch.set_num_threads(1)
        self.want(self._wanted)

    def want(self, count: int | None) -> None:
        """Compute so many pieces at once from now on; None is as many as PyTorch had threads."""
        self._wanted = count
        self.count = count or self._found

    def run(self, pieces: Sequence[Callable[[], Result]]) -> list[Result]:
        """Return what each piece of work returns, in their order.

        The calling thread works, too, and takes on what nobody has begun when it is through with
        its own. When a piece fails, the others are through or were never begun before that is
        raised.
        """
        helpers = self.count - 1
        if helpers < 1 or len(pieces) < 2:
            return [piece() for piece in pieces]
        first, *others = pieces
        waiting = [_pool(helpers).submit(piece) for piece in others]
        try:
            results = [first()]
            for piece, future in zip(others, waiting, strict=True):
                results.append(piece() if future.cancel() else future.result())
            return results
        finally:
            for future in waiting:
                if not future.cancel():
                    future.exception()  # waits for its end

    def run_each(
        self, work: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[list[Result]]:
        """Yield what comes of some items, as many as are computed at once, in their order."""
        left = iter(items)
        while group := list(islice(left, self.count)):
            yield self.run([partial(work, item) for item in group])


@cache
def _pool(helpers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(helpers, "compute")


threads = ComputeThreads()
"""Those of this process."""
