"""A Dask scheduler, and which of its workers can take part in a sweep."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lenet_desktop.export.optional_packages import importing_optional
from lenet_desktop.sweeps.dask_worker import versions
from lenet_desktop.sweeps.executor import ExecutorError
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import first_line, listed, one_line, why_not

if TYPE_CHECKING:
    from distributed import Client

log = logging.getLogger(__name__)

CONNECTING_LIMIT_S = 10.0
_LOOK_EVERY_S = 0.5
"""How often it is looked which workers there are."""
_PORT = 8786
"""That of a scheduler, unless it is told another one."""


class FitWorkers:
    """The workers that have the same versions as this machine.

    Attributes:
        threads: how many of each compute, by the workers' addresses.
    """

    def __init__(self, client: Client) -> None:
        self.threads: dict[str, int] = {}
        self._client = client
        self._unfit: dict[str, str] = {}  # why others do not take part
        self._looked_at = 0.0

    def look(self) -> None:
        """See which workers there are, unless that was done a moment ago.

        Raises:
            ExecutorError: the scheduler cannot be reached any more.
        """
        now = time.monotonic()
        if self._looked_at and now - self._looked_at < _LOOK_EVERY_S:
            return
        self._looked_at = now
        try:
            if self._client.status != "running":
                raise OSError(_("the connection was lost"))
            there: dict[str, int] = dict(self._client.nthreads())
            self.threads = {each: there[each] for each in self.threads if each in there}
            self._ask([each for each in there if each not in {*self.threads, *self._unfit}], there)
        except OSError as error:
            raise ExecutorError(
                _(
                    "The Dask scheduler cannot be reached any more ({reason}). All "
                    "finished epochs are kept, and the sweep can be resumed."
                ).format(reason=first_line(error))
            ) from error

    def refuse_if_none_is_fit(self) -> None:
        """Refuse a scheduler all of whose workers are unfit; one without any may get some.

        Raises:
            ExecutorError: it is such a one.
        """
        if self._unfit and not self.threads:
            raise ExecutorError(next(iter(self._unfit.values())))

    def exclude(self, worker: str, reason: str) -> str:
        """Have a worker take no part any more; return the sentence about it."""
        self.threads.pop(worker, None)
        sentence = _("The worker at {worker} takes no part: {reason}.").format(
            worker=worker, reason=reason
        )
        if worker not in self._unfit:
            log.warning("%s", sentence)
        self._unfit[worker] = sentence
        return sentence

    def _ask(self, new: Sequence[str], there: dict[str, int]) -> None:
        """Ask workers for their versions, and have those take part that have the same."""
        if not new:
            return
        answers = self._client.run(versions, workers=list(new), on_error="return")
        for worker, answer in answers.items():
            reason = _why_unfit(answer)
            if reason:
                self.exclude(worker, reason)
            else:
                self.threads[worker] = there[worker]


def checked_address(text: str) -> str:
    """Return the address of a scheduler in full.

    Raises:
        ExecutorError: it is none.
    """
    parts = urlsplit(text if "://" in text else f"tcp://{text}")
    try:
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        host, port = None, _PORT
    if parts.scheme not in ("tcp", "tls") or not host or parts.path or " " in text:
        raise ExecutorError(
            _("“{text}” is no address of a scheduler: write it like tcp://HOST:{port}.").format(
                text=one_line(text), port=_PORT
            )
        )
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def connected(address: str) -> Client:
    """Return a client of a scheduler.

    Raises:
        MissingPackageError: Dask is not installed here.
        ExecutorError: there is none.
    """
    with importing_optional("distributed", _("To train on other machines")):
        from distributed import Client
    for name in ("distributed", "distributed.client", "tornado.application"):
        # What it has to say is told in a sentence, where it matters.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        _greet(address)
        return Client(address, timeout=CONNECTING_LIMIT_S, set_as_default=False)
    except OSError as error:
        reason = _("nothing answers") if isinstance(error, TimeoutError) else why_not(error)
        text = _(
            "There is no Dask scheduler at {address} ({reason}). Start one there with “dask "
            "scheduler”, and workers with “dask worker”."
        )
        reason = reason or first_line(error)
        raise ExecutorError(text.format(address=address, reason=reason)) from error
    except ValueError as error:
        raise ExecutorError(
            _(
                "The scheduler at {address} is of a version of Dask that does not go "
                "with the one here ({reason}). Install the same one on all machines."
            ).format(address=address, reason=first_line(error))
        ) from error


def _greet(address: str) -> None:
    """See that a scheduler listens. Dask itself would wait for any other server without an end.

    Raises:
        OSError: none does.
    """
    parts = urlsplit(address)
    with socket.create_connection(
        (parts.hostname or "", parts.port or _PORT), CONNECTING_LIMIT_S
    ) as connection:
        if parts.scheme == "tcp":  # a scheduler speaks first
            connection.settimeout(CONNECTING_LIMIT_S)
            connection.recv(1)


def _why_unfit(answer: Any) -> str:
    """Return why a worker cannot take part, as a part of a sentence; empty where it can."""
    if isinstance(answer, ImportError):
        return _("this program is not installed there, or it is of another version")
    if isinstance(answer, BaseException):
        return first_line(answer)
    theirs = dict(answer)
    others = [
        _("{name} {theirs} and not {here}").format(
            name=_(name), theirs=theirs.get(name, _("unknown")), here=here
        )
        for name, here in versions().items()
        if theirs.get(name) != here
    ]
    if not others:
        return ""
    text = _("it has {others}, and other versions give other bits")
    return text.format(others=listed(others))
