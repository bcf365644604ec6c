"""The commands for the terminal, on a few real images."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import lenet_desktop.app
from lenet_desktop.app import main
from lenet_desktop.data import catalogue
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import DataSplits
from lenet_desktop.data.pictures.own_pictures import FOLDER, OwnPictures
from lenet_desktop.export.model_files import read_model
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.progress import RunProgress
from lenet_desktop.runs.reading import read_run
from lenet_desktop.runs.records import RunStatus, Surroundings
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import MODERN
from lenet_desktop.storage.tensor_files import read_tensors
from lenet_desktop.terminal.reporting import TextReporter
from lenet_desktop.terminal.training import BEST_NAME, CHECKPOINT_NAME, MODEL_NAME
from lenet_desktop.training.checkpoint_file import load_checkpoint
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import EpochDone, Event, RunStarted
from tests.judged import judged
from tests.models import load_model

SHORT = ["train", "--preset", "modern", "--epochs", "2", "--batch-size", "100", "--device", "cpu"]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Return where the commands of a test keep runs."""
    return tmp_path / "kept runs"


@pytest.fixture(autouse=True)
def _few(few: DataSplits, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands read a few of the real images, and keep runs where nobody misses them."""
    monkeypatch.setattr(catalogue, "load_splits", lambda *_: few)
    monkeypatch.setattr(lenet_desktop.app, "_user_data", lambda: kept)


def test_it_says_what_it_trains_on_and_a_line_an_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(SHORT) == 0

    first, *epochs = capsys.readouterr().out.splitlines()
    assert first == "training on cpu"
    assert len(epochs) == 2
    for number, line in enumerate(epochs, start=1):  # its few test images are of unequal classes
        pattern = (
            rf"epoch {number}, loss \d\.\d{{4}}, train acc 0\.\d{{3}}, test acc 0\.\d{{3}}, "
            r"balanced acc 0\.\d{3}, time \d+\.\d sec"
        )
        assert re.fullmatch(pattern, line)


def test_a_run_is_saved_judged_and_gone_on_with_exactly(
    tmp_path: Path, few: DataSplits, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    assert main([*SHORT, "--seed", "3", "--out", str(out)]) == 0
    checkpoint = out / CHECKPOINT_NAME
    kept = load_checkpoint(checkpoint)
    assert kept.config.seed == 3
    last = kept.epochs[-1]
    capsys.readouterr()

    for file in (out / MODEL_NAME, checkpoint):
        assert main(["evaluate", str(file), "--device", "cpu"]) == 0
        first, header, *classes = capsys.readouterr().out.splitlines()
        assert first == (
            f"loss {last.test_loss:.4f}, accuracy {last.test_accuracy:.4f}, "
            f"balanced {last.balanced_accuracy:.4f}, chance 0.1000"
        )
        assert header.split() == ["class", "images", "right", "recall", "precision"]
        assert [line.split("  ")[0].strip() for line in classes] == list(DEFAULT.class_names)
        right = sum(int(line[20:28]) for line in classes)
        assert right == round(judged(last.test_accuracy) * len(few.test))

    assert main(["train", "--resume", str(checkpoint), "--epochs", "3", "--out", str(out)]) == 0
    longer = load_checkpoint(checkpoint)
    assert longer.cycles == (2, 1)
    assert longer.losses[:12].tobytes() == kept.losses.tobytes()
    assert len(longer.losses) == 18


def test_a_model_file_says_how_to_use_it(tmp_path: Path) -> None:
    assert main([*SHORT, "--out", str(tmp_path)]) == 0

    tensors, text = read_tensors(tmp_path / MODEL_NAME)
    model, config = load_model(tmp_path / MODEL_NAME)

    assert sum(tensor.numel() for tensor in tensors.values()) == 61_706
    assert json.loads(text["class_names"]) == list(DEFAULT.class_names)
    assert json.loads(text["preprocessing"]) == {"scale": 255, "mean": 0.286, "std": 0.353}
    assert config.normalise is MODERN.config.normalise
    for name, parameter in model.named_parameters():
        assert parameter.equal(tensors[name])


def test_events_are_printed_as_lines_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SHORT, "--jsonl"]) == 0

    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    kinds = [event["event"] for event in events if event["event"] != "steps_done"]
    assert kinds == ["run_started", "epoch_done", "epoch_done", "run_finished"]
    assert events[0]["config"]["learning_rate"] == MODERN.config.learning_rate
    losses = [loss for event in events for loss in event.get("losses", [])]
    assert len(losses) == 12


def test_a_run_that_was_stopped_early_says_so_and_goes_on_where_it_is_asked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # It learns a few hundred images by heart at once.
    held = ["--validation-images", "60", "--patience", "1", "--schedule", "constant"]
    training = ["train", "--preset", "modern", "--batch-size", "20", "--epochs", "30", *held]
    assert main([*training, "--device", "cpu", "--out", str(tmp_path)]) == 0

    *epochs, last = (line for line in capsys.readouterr().out.splitlines() if "on cpu" not in line)
    assert len(epochs) < 30
    assert all(re.search(r"val loss \d\.\d{4}, val acc \d\.\d{3}", line) for line in epochs)
    assert f"early after epoch {len(epochs)}" in last
    best = read_model(tmp_path / BEST_NAME)
    assert best.epochs_done == len(epochs) - 1
    assert best.weights["conv1.weight"].isfinite().all()

    monkeypatch.setattr("lenet_desktop.training.checkpoint.ARITHMETIC", 99)
    assert main(["train", "--resume", "1", "--jsonl"]) == 0
    printed = capsys.readouterr()
    assert "another order" in printed.err
    events = [json.loads(line) for line in printed.out.splitlines()]
    done = [event for event in events if event["event"] == "epoch_done"]
    assert len(done) > len(epochs)
    assert all(event["validation_loss"] > 0 for event in done)
    assert events[0]["config"]["patience"] == 2
    finished = events[-1]
    assert finished["event"] == "run_finished"
    assert (finished["epochs"], bool(finished["reason"])) == (len(done), len(done) < 30)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_whatever_asks_it_to_stop_what_was_learned_is_kept(
    name: str,
    tmp_path: Path,
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = getattr(signal, name, None)
    if asked is None:
        pytest.skip("this system does not have it")
    before, show = signal.getsignal(asked), TextReporter.show

    def interrupting(self: TextReporter, event: Event) -> None:
        show(self, event)
        if isinstance(event, EpochDone):
            for _ in range(2):  # as `timeout` does
                os.kill(os.getpid(), asked)

    monkeypatch.setattr(TextReporter, "show", interrupting)
    assert main([*SHORT, "--epochs", "50", "--out", str(tmp_path)]) == 128 + asked

    assert "--resume" in capsys.readouterr().err
    checkpoint = load_checkpoint(tmp_path / CHECKPOINT_NAME)
    assert (checkpoint.epoch, checkpoint.step, checkpoint.config.epochs) == (2, 0, 50)
    with closing(open_store(kept)) as store:
        assert [record.status for record in store.records()] == [RunStatus.STOPPED]
    assert signal.getsignal(asked) is before


@pytest.mark.parametrize("last_read", [RunStarted, EpochDone])
def test_a_reader_that_has_seen_enough_stops_the_run_without_a_word(
    last_read: type[Event],
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    reading, writing = os.pipe()
    show = TextReporter.show

    def reading_along(self: TextReporter, event: Event) -> None:
        show(self, event)
        if isinstance(event, last_read):
            os.close(reading)

    monkeypatch.setattr(TextReporter, "show", reading_along)
    with io.TextIOWrapper(io.FileIO(writing, "w"), write_through=True) as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert main([*SHORT, "--epochs", "50"]) == 141
        assert main(["runs"]) == 141
        monkeypatch.undo()

    assert capsys.readouterr().err == ""
    with closing(open_store(kept)) as store:
        assert [record.status for record in store.records()] == [RunStatus.STOPPED]


@pytest.mark.skipif(sys.platform == "win32", reason="processes end otherwise there")
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_ctrl_c_while_libraries_are_imported_ends_without_a_word(
    library: str, tmp_path: Path
) -> None:
    pressing = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    (tmp_path / f"{library}.py").write_text(pressing)
    ended = subprocess.run(
        [sys.executable, "-m", "lenet_desktop", "train"],
        env=os.environ | {"PYTHONPATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--epochs", "many"], "“many” is not a whole number"),
        (["train", "--epochs", "0"], "Epochs must be a whole number from 1 to 1,000."),
        (["train", "--epochs", "1_0"], "“1_0” is not a whole number"),
        (["train", "--lr", "fast"], "“fast” is not a number"),
        (["train", "--lr", "-1"], "learning rate must be a number above 0"),
        (["train", "--learning-rate", "inf"], "“inf” is not a number"),
        (["train", "--momentum", "1"], "momentum must be at least 0 and below 1"),
        (["train", "--activation", "step"], "step"),
        (["train", "--optimizer", "nesterov"], "needs a momentum above 0"),
        (["train", "--preset", "worst"], "worst"),
        (["train", "--resume", "x", "--seed", "1"], "leave --seed out"),
        (["train", "--resume", "x", "--preset", "best"], "leave --preset out"),
        (["train", "--resume", "x", "--no-normalise", "--lr", "1"], "leave --normalise out"),
        (["trian"], "trian"),
        (["evaluate"], "FILE"),
    ],
)
def test_a_wrong_argument_gets_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(arguments)
    except SystemExit as ended:  # argparse's own way
        assert ended.code == 2  # noqa: PT017
    else:
        assert status == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert len(said.err.splitlines()) == 1
    assert said.err.rstrip().endswith(".")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate", "{folder}/nothing"], "There is no file"),
        (["evaluate", __file__], "cannot be read"),
        (["train", "--resume", "{folder}/nothing"], "There is no file"),
        (["train", "--resume", ""], "cannot be read"),
        (["train", "--device", "cuda:99"], "Choose another device"),
        (["train", "--preset", "modern", "--lr", "1e30"], "not a number any more"),
    ],
)
def test_what_goes_wrong_gets_one_sentence_and_a_status(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.replace("{folder}", str(tmp_path)) for argument in arguments]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert len(said.splitlines()) == 1


def test_a_run_is_kept_in_the_list_unless_that_is_not_wanted(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SHORT, "--name", "By hand"]) == 0
    assert main([*SHORT, "--no-store"]) == 0
    with closing(open_store(kept)) as store:
        (record,) = store.records()
        assert (record.name, record.status, record.epochs_done) == (
            "By hand", RunStatus.FINISHED, 2,
        )  # fmt: skip
        assert len(read_run(store, record.id).predictions) == 2
    capsys.readouterr()

    assert main(["runs"]) == 0
    heading, line = capsys.readouterr().out.splitlines()
    assert heading.split() == ["id", "name", "state", "epochs", "last", "best", "started", "recipe"]
    assert line.split()[:5] == ["1", "By", "hand", "finished", "2/2"]
    assert line.endswith("Modern, 2 epochs, batch 100")


def test_a_run_of_the_list_is_gone_on_with_by_its_number(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SHORT) == 0
    assert main(["train", "--resume", "1", "--epochs", "3"]) == 0
    with closing(open_store(kept)) as store:
        (record,) = store.records()
        assert (record.status, record.epochs_done) == (RunStatus.FINISHED, 3)
    capsys.readouterr()
    for number in ("7", f"{10**30}"):
        assert main(["train", "--resume", number, "--epochs", "3"]) == 1
        assert f"There is no run {number}." in capsys.readouterr().err


def test_a_run_that_goes_on_elsewhere_is_said_to_go_on(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SHORT) == 0
    with closing(open_store(kept)) as elsewhere:
        RunProgress(elsewhere).go_on(1, elsewhere.record(1).config)
        capsys.readouterr()
        assert main(["train", "--resume", "1", "--epochs", "3"]) == 1
        assert "“Run 1” is going on in another window or terminal" in capsys.readouterr().err
        assert elsewhere.record(1).status is RunStatus.RUNNING
        RunProgress(elsewhere).set_status(1, RunStatus.STOPPED)


def test_a_run_of_a_device_that_is_not_here_goes_on_as_it_is_told(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SHORT) == 0
    with closing(open_store(kept)) as store:
        checkpoint = read_run(store, 1).checkpoint
        assert checkpoint is not None
        RunProgress(store).keep(1, checkpoint.moved_to("cuda:9"), (), RunStatus.FINISHED)
        resumed = ["train", "--resume", "1", "--epochs", "3"]
        capsys.readouterr()
        assert main(resumed) == 1
        assert "--device auto" in capsys.readouterr().err
        assert main([*resumed, "--device", "auto"]) == 0
        assert store.record(1).epochs_done == 3


def test_a_checkpoint_file_becomes_a_run_with_its_past(tmp_path: Path, kept: Path) -> None:
    assert main([*SHORT, "--no-store", "--out", str(tmp_path)]) == 0
    file = str(tmp_path / CHECKPOINT_NAME)
    assert main(["train", "--resume", file, "--epochs", "3"]) == 0
    with closing(open_store(kept)) as store:
        (curves,) = store.curves([1])
        assert [done.epoch for done in curves.epochs] == [1, 2, 3]
        assert len(curves.losses) == 18


def test_an_export_says_what_of_the_run_cannot_be_read(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SHORT) == 0
    (epoch,) = kept.rglob("epoch-0001.safetensors")
    epoch.write_bytes(epoch.read_bytes()[:-1])
    capsys.readouterr()
    assert main(["runs", "export", "1", str(tmp_path / "run.zip")]) == 0
    told = capsys.readouterr().err
    assert "What cannot be read of “Run 1” is not in run.zip: epoch-0001.safetensors." in told


def test_runs_are_carried_to_another_list_and_deleted(
    tmp_path: Path, kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([*SHORT, "--name", "Far"]) == 0
    file = tmp_path / "run.zip"
    assert main(["runs", "export", "1", str(file)]) == 0
    assert main(["runs", "import", str(file)]) == 1
    assert "in the list already" in capsys.readouterr().err
    OwnPictures(kept / FOLDER).add(np.zeros((5, 5), np.uint8), "Coat")
    both = tmp_path / "both.zip"
    assert main(["runs", "export", "1", str(both), "--own-pictures"]) == 0
    assert "1 own picture went along" in capsys.readouterr().err
    assert main(["runs", "report", "1", str(tmp_path / "run.html")]) == 0
    capsys.readouterr()
    assert main(["runs", "report", "1", "-"]) == 0
    assert capsys.readouterr().out == (tmp_path / "run.html").read_text(encoding="utf-8")

    monkeypatch.setattr(lenet_desktop.app, "_user_data", lambda: tmp_path / "elsewhere")
    assert main(["runs"]) == 0
    assert "No run is kept yet" in capsys.readouterr().err
    assert main(["runs", "import", str(file)]) == 0
    assert main(["runs"]) == 0
    assert "Far" in capsys.readouterr().out
    assert main(["runs", "delete", "1"]) == 0
    assert main(["runs", "delete", "9"]) == 1
    said = capsys.readouterr().err
    assert "“Far” was deleted." in said
    assert "There is no run 9." in said
    assert main(["runs"]) == 0
    assert capsys.readouterr().out == ""
    mine = OwnPictures(tmp_path / "elsewhere" / FOLDER)
    assert main(["runs", "import", str(both)]) == 0
    assert "stayed out" in capsys.readouterr().err
    assert mine.read() == []
    assert main(["runs", "delete", "2"]) == 0
    assert main(["runs", "import", str(both), "--own-pictures"]) == 0
    assert "1 own picture was taken in" in capsys.readouterr().err
    assert [each.label for each in mine.read()] == ["Coat"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp437", "ascii"])
def test_the_list_keeps_its_columns_whatever_runs_are_called(
    encoding: str, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [
        "Попытка 1",
        "\x1b[2J\u202ebackwards",
        "a much longer name than there is room for",
        "é",
    ]
    started = RunStarted(TrainingConfig(), Device("cpu", "CPU"), 61_706, 600, 3)
    with closing(open_store(kept)) as store:
        for name in names:
            RunProgress(store).set_status(
                RunProgress(store).begin(started, Surroundings(), name), RunStatus.STOPPED
            )
    output = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", output)
    assert main(["runs"]) == 0

    output.seek(0)
    heading, *lines = output.read().splitlines()
    assert len(lines) == len(names)
    place = heading.index("state")
    assert [line[place:].split()[0] for line in lines] == ["stopped"] * len(names)
    assert not set("".join(lines)) & {"\x1b", "\u202e"}


def test_a_run_can_be_sent_on(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.zip"
    assert main(SHORT) == 0
    assert main(["runs", "export", "1", str(file)]) == 0
    capsysbinary.readouterr()
    assert main(["runs", "export", "1", "-"]) == 0
    assert capsysbinary.readouterr().out == file.read_bytes()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["runs", "export", "1", "-"]) == 2
    assert "terminal cannot show a zip" in capsysbinary.readouterr().err.decode()


def test_a_finished_run_asks_for_more_epochs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*SHORT, "--out", str(tmp_path)])
    file = str(tmp_path / CHECKPOINT_NAME)
    assert main(["train", "--resume", file]) == 2
    assert "plan more than 2 epochs" in capsys.readouterr().err
    assert main(["train", "--resume", file, "--epochs", "1"]) == 2


def test_no_qt_is_imported() -> None:
    script = (
        "import sys\n"
        "from lenet_desktop.app import main\n"
        "assert main(['evaluate', 'nothing']) == 1\n"
        "assert not {'PySide6', 'pyqtgraph'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
