"""What asks the program to end is heard once, at the right time."""

import signal
import subprocess
import sys

import pytest

from lenet_desktop import stopping
from lenet_desktop.stopping import Stopped, StopRequests


def ask(number: signal.Signals = signal.SIGTERM) -> None:
    signal.raise_signal(number)


def test_work_that_need_not_be_finished_is_broken_off() -> None:
    with pytest.raises(Stopped) as stopped, StopRequests():
        ask()
    assert stopped.value.status == 128 + signal.SIGTERM


def test_whatever_a_library_makes_of_it_it_was_a_request_to_stop() -> None:
    def work() -> None:
        with StopRequests():
            try:
                ask()
            except KeyboardInterrupt as error:
                raise ImportError("initialisation failed") from error

    with pytest.raises(Stopped):
        work()


def test_what_fails_after_a_request_that_was_only_noted_is_told() -> None:
    def work() -> None:
        with StopRequests() as stops, stops.held():
            ask()
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        work()


def test_tidying_up_is_not_disturbed_and_the_next_program_is_as_before() -> None:
    before = [signal.getsignal(number) for number in stopping.SIGNALS]
    tidied = []

    def work() -> None:
        with StopRequests():
            try:
                ask()
            finally:
                for number in stopping.SIGNALS:
                    ask(number)
                tidied.append("all")

    with pytest.raises(Stopped):
        work()
    assert tidied
    assert [signal.getsignal(number) for number in stopping.SIGNALS] == before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system does not have it")
def test_what_was_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does
    try:
        with StopRequests() as stops:
            ask(signal.SIGHUP)
            assert stops.number is None
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
def test_a_second_ctrl_c_a_moment_later_ends_the_program_at_once() -> None:
    script = (
        "import signal\n"
        "from lenet_desktop import stopping\n"
        "with stopping.StopRequests() as stops, stops.held():\n"
        "    for _ in range(2):\n"
        "        signal.raise_signal(signal.SIGINT)\n"
        "    stopping._SAME_REQUEST_S = 0\n"
        "    print('held', flush=True)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    print('still held', flush=True)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"held\n", b"")
