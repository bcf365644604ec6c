"""One picture gets one answer: in the window, the terminal, ONNX Runtime and the copied script."""

import json
from collections.abc import Mapping
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lenet_desktop.analysis.inspection import Inspection, inspect
from lenet_desktop.app import main
from lenet_desktop.data import catalogue
from lenet_desktop.data.images import DataSplits
from lenet_desktop.data.pictures.picture_files import png_bytes, read_picture
from lenet_desktop.data.pictures.preparation import (
    AS_IT_IS,
    DRAWN,
    PHOTOGRAPHED,
    Preparation,
    prepare,
)
from lenet_desktop.export.onnx_export import onnx_bytes
from lenet_desktop.export.pytorch_code import pytorch_code
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.session.inspection_session import ImageInspected
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.training.network_file import save_network
from lenet_desktop.ui.picture.drawing import PAPER
from lenet_desktop.ui.window.main_window import MainWindow
from lenet_desktop.ui.window.workspaces import Workspace
from tests.other_data import colours
from tests.ui.dialogs import dialog_of

LIMIT_MS = 30_000
SHIRT = ((0.2, 0.3), (0.35, 0.2), (0.65, 0.2), (0.8, 0.3), (0.65, 0.4), (0.6, 0.8), (0.4, 0.8))


@pytest.fixture
def network(few_events: list[Event]) -> Snapshot:
    told = [event for event in few_events if isinstance(event, PredictionsReady)]
    assert told[-1].snapshot is not None
    return told[-1].snapshot


@pytest.fixture
def model(network: Snapshot, tmp_path: Path) -> Path:
    save_network(network, path := tmp_path / "model.safetensors")
    return path


def draw(window: MainWindow, *places: tuple[float, float]) -> None:
    """Draw a stroke with the mouse, through places given as shares of the sheet."""
    canvas = window.picture.canvas
    points = [canvas.from_sheet(QPointF(x * PAPER, y * PAPER)).toPoint() for x, y in places]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[-1])


def inspected(qtbot: QtBot, window: MainWindow) -> Inspection:
    """Wait until the window has told all about what is on its sheet, and return it."""

    def is_whole(told: ImageInspected) -> bool:
        return told.inspection.unlikeness is not None

    inspecting = window.services.inspecting.inspected
    with qtbot.waitSignal(inspecting, check_params_cb=is_whole, timeout=LIMIT_MS) as signal:
        draw(window, *SHIRT)
    told: ImageInspected = signal.args[0]
    return told.inspection


def save(qtbot: QtBot, window: MainWindow, name: str, path: Path) -> Path:
    """Save from the page of a picture as a person does."""
    getattr(window.picture.tools, name).trigger()
    dialog = dialog_of(window)
    dialog.selectFile(str(path))
    saved = window.picture_services.saved
    with qtbot.waitSignal(dialog.destroyed), qtbot.waitSignal(saved, timeout=LIMIT_MS):
        dialog.accept()
    return path


def by_terminal(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    assert main(["classify", *map(str, arguments), "--jsonl"]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def by_onnx(content: bytes, seen: Path) -> tuple[list[float], Mapping[str, str]]:
    """Return what a program says that knows nothing but the file and its texts."""
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    image = np.atleast_3d(np.asarray(Image.open(seen), np.float32)).transpose(2, 0, 1)[None] / 255
    found = session.run(["probabilities"], {"image": image})[0][0]
    return found.tolist(), session.get_modelmeta().custom_metadata_map


def by_script(network: Snapshot, cache: Path, seen: Path) -> dict[str, float]:
    """Return what the copied script says of a picture once its network has learned the same."""
    text = pytorch_code(network.config)
    there = text.replace('\ndata_folder = "data"', f"\ndata_folder = {str(cache)!r}")
    assert there != text
    names: dict[str, Any] = {}
    with torch.random.fork_rng(devices=[]):
        exec(there[: there.index("\nfor epoch in range")], names)  # noqa: S102  or it is not run
    with torch.no_grad():
        pairs = zip(names["net"].parameters(), network.weights.values(), strict=True)
        for parameter, weight in pairs:
            parameter.copy_(torch.tensor(weight))
    with chdir(seen.parent):
        answer: dict[str, float] = names["classify"](seen.name)
    return answer


def near(probabilities: Any) -> Any:
    return pytest.approx(probabilities, rel=1e-4, abs=1e-6)


def test_a_drawing_gets_one_answer_everywhere(
    qtbot: QtBot,
    window: MainWindow,
    network: Snapshot,
    model: Path,
    few: DataSplits,
    cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(catalogue, "load_splits", lambda *_: few)
    with qtbot.waitSignal(window.models.opened, timeout=LIMIT_MS):
        window.models.open_file(model)
    window.workspaces.show(Workspace.TRY)
    answer = inspected(qtbot, window)
    drawing = save(qtbot, window, "save", tmp_path / "drawing.png")
    seen = save(qtbot, window, "save_seen", tmp_path / "seen.png")
    info, expected = few.info, answer.probabilities.tolist()

    prepared = prepare(read_picture(drawing).pixels, info.side, info.channels, info.preparation)
    np.testing.assert_array_equal(prepared.pixels, answer.pixels)
    np.testing.assert_array_equal(np.asarray(Image.open(seen).convert("L")), answer.pixels[0])

    told = by_terminal(capsys, drawing, "--model", model, "--steps", tmp_path / "steps")
    last = read_picture(tmp_path / "steps" / "1-drawing.png").pixels
    np.testing.assert_array_equal(last, answer.pixels[0])
    assert [*told["probabilities"].values()] == near(expected)
    assert told["class"] == info.class_names[answer.predicted]
    assert answer.unlikeness is not None
    assert told["unlikeness"] == pytest.approx(answer.unlikeness.share, abs=1 / 300)
    again = by_terminal(capsys, seen, "--model", model)
    assert again["probabilities"] == near(told["probabilities"])

    found, texts = by_onnx(onnx_bytes(network), seen)
    assert found == near(expected)
    how = json.loads(texts["preparation"])
    names = Preparation.__dataclass_fields__
    assert Preparation(**{name: how[name] for name in names}) == info.preparation
    assert (how["side"], how["channels"]) == (info.side, info.channels)
    assert all(step.endswith(".") for step in how["words"])

    script = by_script(network, cache, seen)
    assert script == near(told["probabilities"])


@pytest.mark.parametrize("how", [DRAWN, PHOTOGRAPHED, AS_IT_IS])
def test_a_picture_in_colours_gets_one_answer_everywhere(
    how: Preparation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = colours()
    info = replace(data.info, preparation=how)
    monkeypatch.setattr(catalogue, "load_splits", lambda *_: data.described(info))
    config = TrainingConfig(data=info, normalise=True)
    weights = {name: each.detach() for name, each in new_network(config).named_parameters()}
    network = Snapshot.of(config, 1, weights)
    save_network(network, model := tmp_path / "model.safetensors")
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    pixels[:, :, 2] //= 3
    (picture := tmp_path / "picture.png").write_bytes(png_bytes(pixels))
    seen = prepare(pixels, info.side, info.channels, how)

    expected = inspect(network, seen.pixels).probabilities.tolist()

    told = by_terminal(capsys, picture, "--model", model, "--steps", tmp_path / "steps")
    assert [*told["probabilities"].values()] == near(expected)
    saved = tmp_path / "steps" / "1-picture.png"
    np.testing.assert_array_equal(read_picture(saved).pixels, seen.picture)
    found, texts = by_onnx(onnx_bytes(network), saved)
    assert found == near(expected)
    assert json.loads(texts["preparation"])["fit"] == how.fit
