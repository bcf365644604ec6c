"""A network is judged in the terminal whoever has written its file."""

from pathlib import Path

import pytest
from safetensors.torch import save_file
from torch import Tensor

from lenet_desktop.app import main
from lenet_desktop.data import catalogue
from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.evaluation import evaluate
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.learner import Learner
from lenet_desktop.training.network_file import save_model
from lenet_desktop.training.sampling import Variations

ALL = ["--activation", "relu", "--pooling", "max", "--normalise", "bytes"]


@pytest.fixture(scope="module")
def learner(few: DataSplits) -> Learner:
    """Return a network that has learned a little."""
    config = TrainingConfig(activation=Activation.RELU, pooling=Pooling.MAX, learning_rate=0.1)
    learner = Learner(config, few.train)
    for start in [*range(0, len(few.train), 20)] * 2:
        numbers = range(start, min(start + 20, len(few.train)))
        learner.learn(few.train.labels.new_tensor([*numbers]).long(), Variations(), 0.1)
    return learner


@pytest.fixture
def theirs(learner: Learner, tmp_path: Path) -> Path:
    """Return a file as a plain Sequential gives it that has learned on pixels 0-255."""
    places = (place for place in ("0", "3", "7", "9", "11") for _ in range(2))
    tensors: dict[str, Tensor] = {}
    for place, (name, weight) in zip(places, learner.state().weights.items(), strict=True):
        tensors[f"{place}.{name.split('.')[1]}"] = weight / (255 if name == "conv1.weight" else 1)
    save_file(tensors, tmp_path / "theirs.safetensors")
    return tmp_path / "theirs.safetensors"


@pytest.fixture(autouse=True)
def _few(few: DataSplits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "load_splits", lambda *_: few)


def judged(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    """Return the first line of the answer, and what else is said."""
    assert main(["evaluate", *arguments, "--device", "cpu"]) == 0
    said = capsys.readouterr()
    return said.out.splitlines()[0], said.err


def test_how_a_network_of_another_program_computes_is_found_out_or_said(
    few: DataSplits, learner: Learner, theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = evaluate(learner.model, few.test, 0)
    balanced = f"balanced {right.balanced_accuracy:.4f}, chance {few.info.chance_accuracy:.4f}"
    expected = f"loss {right.loss:.4f}, accuracy {right.accuracy:.4f}, {balanced}"

    line, said = judged(capsys, str(theirs))
    assert line == expected
    assert "ReLU, maximum pooling and pixels from 0 to 255 fit it best" in said
    assert "--activation, --pooling and --normalise" in said, "the next step"

    line, said = judged(capsys, str(theirs), *ALL)
    assert line == expected
    assert "As chosen" in said
    assert "--activation" not in said
    assert judged(capsys, str(theirs), "--normalise", "0,0.00392157")[0] == expected

    line, said = judged(capsys, str(theirs), "--activation", "sigmoid")
    assert line != expected
    assert "sigmoid" in said


def test_normalise_alone_is_how_this_program_normalises(
    theirs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [judged(capsys, str(theirs), "--normalise")]
    lines += [judged(capsys, str(theirs), "--normalise", s) for s in ("fashion-mnist", "unit")]
    assert lines[0] == lines[1] != lines[2]


@pytest.mark.parametrize("scale", ["loud", "1", "0,0", "0,-1", "0,nan", "0,1,2", "a,b"])
def test_what_is_no_scale_is_refused(
    theirs: Path, scale: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", str(theirs), "--normalise", scale])
    assert ended.value.code == 2
    assert "is no scale of pixels" in capsys.readouterr().err


def test_a_file_that_says_how_it_computes_is_not_contradicted(
    learner: Learner, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_model(learner.state().weights, TrainingConfig(), file := tmp_path / "ours.safetensors")
    assert main(["evaluate", str(file), *ALL[:4]]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "leave --activation and --pooling out" in said.err
