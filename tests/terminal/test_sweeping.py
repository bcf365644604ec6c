"""Sweeps from the terminal, on a few real digits."""

from __future__ import annotations

import argparse
import json
import random
import signal
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

import lenet_desktop.app
from lenet_desktop.app import main
from lenet_desktop.data.catalogue import read_named
from lenet_desktop.data.images import DataSplits, as_splits
from lenet_desktop.data.known import small_digits
from lenet_desktop.runs.opening import open_store
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.sweeps.definition import SweepDefinition
from lenet_desktop.sweeps.executor import ExecutorError, Report
from lenet_desktop.sweeps.records import SweepState, TrialState
from lenet_desktop.sweeps.store import SweepStore
from lenet_desktop.terminal import sweeping
from lenet_desktop.terminal.sweep_options import add_sweep_options, read_sweep
from tests.sweeps.interleaving import Interleaving

EXECUTOR_FOR = sweeping.executor_for
ROOT = Path(__file__).parents[2]
BRIEF = ["--data", "digits", "--epochs", "2", "--batch-size", "200", "--device", "cpu"]
RATES = ["--vary", "learning_rate=0.05,0.1", "--sampler", "grid"]


class Meanwhile(Interleaving):
    """Trains in this process; once an epoch is finished, something happens elsewhere."""

    happens: Callable[[], object] | None = None
    places: ClassVar[list[str | None]] = []

    def reports(self, timeout_s: float) -> Sequence[Report]:
        told = super().reports(timeout_s)
        if Meanwhile.happens is not None and len(told) > 0 and "Advanced" in type(told[0]).__name__:
            happens, Meanwhile.happens = Meanwhile.happens, None
            happens()
        return told


@pytest.fixture(scope="module")
def digits(cache: Path) -> DataSplits:
    """Return digits of which an epoch takes next to no time."""
    return as_splits(read_named(small_digits.KEY, cache))


@pytest.fixture
def kept(tmp_path: Path, digits: DataSplits, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the commands keep runs in a folder of the test, and train in its process."""
    folder = tmp_path / "kept"

    def executor(options: argparse.Namespace, _sweeps: object, _cache: Path) -> Meanwhile:
        Meanwhile.places.append(options.scheduler)
        return Meanwhile(folder, digits, 1, random.Random(0))

    monkeypatch.setattr(lenet_desktop.app, "_user_data", lambda: folder)
    monkeypatch.setattr(lenet_desktop.app, "_user_cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(sweeping, "executor_for", executor)
    return folder


def states(folder: Path) -> tuple[SweepState, set[TrialState]]:
    with closing(open_store(folder)) as store:
        sweeps = SweepStore(store)
        return sweeps.sweep(1).state, {trial.state for trial in sweeps.trials(1)}


def test_a_sweep_from_a_file_is_trained_listed_shown_and_repeated(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "sweep.toml"
    file.write_text(
        'data = "digits"\nsampler = "grid"\nseeds = 2\n[recipe]\nepochs = 1\ndevice = "cpu"\n'
        '[vary]\nactivation = ["relu", "tanh"]\n'
    )
    assert main(["sweep", str(file), "--batch-size", "300", "--name", "Which curve"]) == 0

    first, *trials, ended, best, luck, unseen = capsys.readouterr().out.splitlines()
    assert first.startswith("Which curve: 2 recipes with 2 seeds each")
    assert len(trials) == 4
    for number, line in enumerate(trials, start=1):
        assert line.startswith(f"trial {number}, finished, val loss ")
        assert line.endswith(f", seed {1 - number % 2}, run {number}")
    assert [sum(words in line for line in trials) for words in ("ReLU", "tanh")] == [2, 2]
    assert "4 trials finished" in ended
    assert "best recipe" in best
    assert "looks better than it is" in luck
    assert "test images were not looked at" in unseen

    assert main(["sweep"]) == 0
    headings, line = capsys.readouterr().out.splitlines()
    assert headings.split()[:3] == ["id", "name", "state"]
    assert "Which curve" in line
    assert "4/4" in line

    assert main(["sweep", "show", "1", "--jsonl"]) == 0
    sweep, *told = map(json.loads, capsys.readouterr().out.splitlines())
    assert sweep["definition"]["vary"] == {"activation": "relu,tanh"}
    assert {each["settings"]["activation"] for each in told} == {"relu", "tanh"}
    assert [each["run"] for each in told] == [1, 2, 3, 4]

    assert main(["sweep", "--repeat", "3", "--seeds", "2", "--jsonl"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {event["event"] for event in events} == {"sweep_changed", "trial_changed"}
    assert events[-1]["counts"] == {"finished": 2}
    with closing(open_store(kept)) as store:
        again, before = store.record(5), store.record(3)
    assert again.config == before.config
    assert again.validation_accuracy == before.validation_accuracy


def test_ctrl_c_leaves_a_sweep_that_goes_on_where_it_was(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Meanwhile.happens = lambda: signal.raise_signal(signal.SIGINT)
    assert main(["sweep", *BRIEF, *RATES]) == 128 + signal.SIGINT
    assert states(kept) == (SweepState.PAUSED, {TrialState.WAITING})
    assert "sweep resume 1" in capsys.readouterr().err

    Meanwhile.happens = lambda: main(["sweep", "stop", "1"])  # as in another terminal
    assert main(["sweep", "resume"]) == 1
    assert states(kept)[0] is SweepState.STOPPED

    assert main(["sweep", "resume", "1"]) == 0
    assert states(kept) == (SweepState.FINISHED, {TrialState.FINISHED})
    capsys.readouterr()
    assert main(["sweep", "resume", "1"]) == 2
    assert "is finished" in capsys.readouterr().err


def test_the_last_line_of_json_says_how_a_sweep_stands_however_it_ends(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told() -> list[tuple[str, bool]]:
        """Return how the sweep stood each time that this was told, at the end of all."""
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert lines[-1]["event"] == "sweep_changed"
        last = next(place for place, line in enumerate(lines[::-1]) if "trial" in line)
        return [(line["state"], line["can_go_on"]) for line in lines[len(lines) - last :]]

    Meanwhile.happens = lambda: signal.raise_signal(signal.SIGINT)
    assert main(["sweep", *BRIEF, *RATES, "--jsonl"]) == 128 + signal.SIGINT
    assert told() == [("paused", True)]
    Meanwhile.happens = lambda: main(["sweep", "stop", "1"])  # as in another terminal
    assert main(["sweep", "resume", "1", "--jsonl"]) == 1
    assert told() == [("stopped", True)]
    Meanwhile.happens = _fail
    assert main(["sweep", "resume", "1"]) == 1
    assert "sweep resume 1" in capsys.readouterr().err
    Meanwhile.happens = _fail
    assert main(["sweep", "resume", "1", "--jsonl"]) == 1
    assert told() == [("failed", True)]
    assert main(["sweep", "resume", "1", "--jsonl"]) == 0
    assert told() == [("finished", False)]
    assert main(["sweep", "list", "--jsonl"]) == 0
    assert not json.loads(capsys.readouterr().out)["can_go_on"]


def _fail() -> None:
    raise ExecutorError("Nobody trains any more.")


@pytest.mark.parametrize(
    ("varied", "sampler", "runs"),
    [
        (["activation=relu,tanh", "momentum=0:0.9:3"], "grid", 6),
        (["activation=relu,tanh", "--trials", "1"], "sobol", 1),
        (["activation=relu,tanh", "--sampler", "tpe", "--trials", "2"], "tpe", 2),
        (["activation=relu,tanh", "momentum=0:0.9", "--trials", "3"], "sobol", 3),
    ],
)
def test_lists_are_tried_in_every_combination_unless_something_else_is_said(
    varied: list[str], sampler: str, runs: int, tmp_path: Path
) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?")
    add_sweep_options(parser)
    arguments = [part for text in varied for part in (["--vary"] * ("=" in text) + [text])]
    definition = read_sweep(parser.parse_args(arguments), tmp_path)
    assert (definition.sampler, definition.runs) == (sampler, runs)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--vary", "learning_rate=1:0.1", "--trials", "4"], "cannot go from 1 to 0.1"),
        (["--vary", "learning_rate=log:0:1", "--trials", "4"], "begins above 0"),
        (["--vary", "learning_rte=0.1,1"], "Perhaps “learning_rate” is meant"),
        (["--vary", "momentum=0,2"], "below 1"),
        (["--vary", "momentum=0:0.9", "--vary", "momentum=0.5", "--trials", "4"], "varied twice"),
        (["--vary", "momentum=0:0.9", "--trials", "0"], "number of trials"),
        (["--vary", "momentum=0:0.9"], "how many trials"),
        (["--epochs", "3"], "Nothing is varied"),
        (["--seeds", "2", "--validation-images", "60000"], "cannot be held out"),
        (["--vary", "momentum=0,0.9", "--workers", "0"], "--workers must be"),
        (["--workers", "2", "--scheduler", "host", "--seeds", "2"], "leave --workers or"),
        (["nothing.toml"], "There is no file nothing.toml"),
        (["{}/damaged.toml"], "is no TOML"),
        (["{}/bytes.toml"], "is no TOML"),
        (["{}/unknown.toml"], "says “colour”"),
        (["{}/misspelt.toml"], "Perhaps “momentum” is meant"),
        (["{}/text.toml"], "no number of trials"),
        (["--repeat", "1", "--epochs", "3"], "leave --epochs out"),
        (["resume", "1", "--trials", "3"], "leave --trials out"),
        (["resume"], "No sweep is kept yet"),
        (["list", "3"], "ask for show 3"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(
    arguments: list[str], said: str, kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in {
        "damaged": b"trials = ",
        "bytes": b"\xff\xfe",
        "unknown": b"colour = 1",
        "misspelt": b"[recipe]\nmomentom = 0.5",
        "text": b'trials = "many"\n[vary]\nmomentum = [0, 0.5]',
    }.items():
        (tmp_path / f"{name}.toml").write_bytes(content)
    if arguments[0] == "--repeat":
        assert main(["train", *BRIEF[:2], "--epochs", "1", "--batch-size", "999"]) == 0
        capsys.readouterr()

    assert main(["sweep", *(each.format(tmp_path) for each in arguments)]) == 2

    error = capsys.readouterr().err
    assert said in error
    assert len(error.splitlines()) == 1
    with closing(open_store(kept)) as store:
        assert SweepStore(store).sweeps() == []


def test_a_sweep_of_which_every_trial_fails_has_failed(kept: Path) -> None:
    varied = ["--vary", "optimizer=nesterov", "--sampler", "grid", "--momentum", "0"]
    assert main(["sweep", *BRIEF, *varied]) == 1
    assert states(kept) == (SweepState.FINISHED, {TrialState.FAILED})


def test_a_scheduler_that_is_not_there_is_told_before_anything_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lenet_desktop.app, "_user_data", lambda: tmp_path)
    assert main(["sweep", *BRIEF, *RATES, "--scheduler", "127.0.0.1:1"]) == 1
    assert "no Dask scheduler at tcp://127.0.0.1:1" in capsys.readouterr().err
    with closing(open_store(tmp_path)) as store:
        assert SweepStore(store).sweeps() == []


def test_a_sweep_is_resumed_where_it_was_computed_unless_another_place_is_named(
    kept: Path,
    digits: DataSplits,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    base = TrainingConfig(data=digits.info, epochs=2, batch_size=200, device="cpu")
    with closing(open_store(kept)) as store:
        SweepStore(store).add(SweepDefinition(base=base, seeds=5), scheduler="127.0.0.1:1")
    with monkeypatch.context() as real:
        real.setattr(sweeping, "executor_for", EXECUTOR_FOR)
        assert main(["sweep", "resume"]) == 1
        assert "tcp://127.0.0.1:1" in (told := capsys.readouterr().err)
        assert "--workers" in told
        assert main(["sweep", "resume", "--scheduler", "127.0.0.1:2"]) == 1
        assert "--workers" not in capsys.readouterr().err
    Meanwhile.places.clear()
    for options in ([], ["--scheduler", "other"], [], ["--workers", "2"], []):
        Meanwhile.happens = lambda: main(["sweep", "stop"])
        assert main(["sweep", "resume", *options]) == 1
    assert Meanwhile.places == ["127.0.0.1:1", "other", "other", None, None]


def test_the_sweep_of_the_documents_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what")
    add_sweep_options(parser)
    definition = read_sweep(parser.parse_args([str(ROOT / "docs" / "sweep.toml")]), ROOT)
    assert definition.runs == 120
    assert [each.text for each in definition.vary] == ["log:0.01:1", "relu,tanh"]
    text = (ROOT / "docs" / "sweeps.md").read_text("utf-8")
    for line in (ROOT / "docs" / "sweep.toml").read_text("utf-8").splitlines()[1:]:
        assert line in text
