"""A report of a run: one file with everything in it, true to the run."""

import base64
import io
import re
from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image

from lenet_desktop.analysis.history import History
from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.data.images import ImageSet
from lenet_desktop.export.run_report import RunReport, report_html
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.devices import Device
from lenet_desktop.training.events import EpochDone, RunStarted, StepsDone
from tests.made_images import made_images, made_predictions

COUNT = 50
IMAGE = re.compile(r'<img src="data:image/png;base64,([^"]+)"')


def history(epochs: int = 3) -> History:
    told = History()
    config = TrainingConfig(epochs=max(epochs, 1))
    told.add(RunStarted(config, Device("cpu", "A processor"), 61_706, 600, 10))
    for epoch in range(1, epochs + 1):
        losses = np.linspace(2, 1, 10, dtype=np.float32)
        told.add(StepsDone(epoch, 10, losses, 600, 1.0, float(epoch)))
        told.add(EpochDone(epoch, 1.5, 0.4, 1.25, 0.5 + epoch / 100, 1.0))
    return told


def predictions() -> PredictionSet:
    """Return answers of which those for the images 0, 10, 20… are wrong, the first the surest."""
    labels = np.arange(COUNT, dtype=np.uint8) % 10
    p = np.full((COUNT, 10), 0.02, np.float32)
    p[np.arange(COUNT), labels] = 0.82
    for number in range(0, COUNT, 10):
        p[number] = (1 - 0.9 + number / 1_000) / 9
        p[number, 6] = 0.9 - number / 1_000
    losses = -np.log(p[np.arange(COUNT), labels])
    return PredictionSet(3, labels, p, losses, DEFAULT)


def images() -> ImageSet:
    pixels = np.random.default_rng(0).integers(0, 255, (COUNT, 1, 28, 28), np.uint8)
    return ImageSet(pixels, predictions().labels, DEFAULT)


def report(
    *,
    name: str = "Run 7",
    note: str = "",
    told: History | None = None,
    remarks: Sequence[str] = (),
    answers: PredictionSet | None = None,
    pictures: ImageSet | None = None,
) -> str:
    return report_html(
        RunReport(
            name=name,
            note=note,
            history=told or history(),
            remarks=remarks,
            surroundings={"PyTorch": "2.14.1"},
            predictions=answers,
            images=pictures,
        )
    )


def test_everything_is_in_the_one_file() -> None:
    page = report(answers=predictions(), pictures=images())
    links = re.findall(r'(?:src|href|url)\s*[=(]\s*"?([^")>]{5})', page)
    assert links
    assert set(links) == {"data:"}
    assert "<script" not in page


def test_the_figures_are_those_of_the_run() -> None:
    page = report(answers=predictions(), pictures=images())
    assert "53.0\xa0%" in page
    assert "61,706" in page
    assert "2.14.1" in page
    assert "textbook" in page.lower()
    cells = re.findall(r"<td bgcolor[^>]*>([^<]*)</td>", page)
    assert len(cells) == 100
    assert cells[6] == "5"  # T-shirts that were taken for shirts
    assert cells[0] == "·"
    assert cells[11] == "5"


def test_a_matrix_of_more_classes_than_a_page_is_wide_is_a_picture() -> None:
    page = report(answers=made_predictions(made_images(62)))
    assert "<td bgcolor" not in page
    pictures = re.findall(r'<img src="data:image/svg[^"]+" width="(\d+)"', page)
    assert len(pictures) == 3
    assert min(map(int, pictures)) <= 630, "or it would be cut off in print"


def test_the_surest_mistakes_come_first_and_are_the_images_themselves() -> None:
    shown = images()
    found = IMAGE.findall(report(answers=predictions(), pictures=shown))
    pixels = [np.array(Image.open(io.BytesIO(base64.b64decode(each)))) for each in found]
    assert len(pixels) == 5
    for place, each in enumerate(pixels):
        np.testing.assert_array_equal(each, shown.images[place * 10, 0])


def test_what_is_missing_is_left_out() -> None:
    assert "taken for" not in report(remarks=["What it said of each image is not kept."])
    without_images = report(answers=predictions())
    assert "taken for" in without_images
    assert "surest" not in without_images
    assert "Run 7" in report(told=history(0))


def test_a_long_run_has_a_short_table() -> None:
    page = report(told=history(400))
    assert "370 epochs in between left out." in page
    assert "<td>400</td>" in page
    assert "<td>200</td>" not in page


def test_names_and_notes_are_text_and_nothing_else() -> None:
    page = report(name="<script>alert(1)</script>", note="a < b & c\nsecond line")
    assert "<script" not in page
    assert "a &lt; b &amp; c\nsecond line" in page


def test_colour_images_are_pictured_in_colour() -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (COUNT, 3, 28, 28), np.uint8)
    coloured = ImageSet(pixels, predictions().labels, DEFAULT)
    first = IMAGE.findall(report(answers=predictions(), pictures=coloured))[0]
    shown = np.array(Image.open(io.BytesIO(base64.b64decode(first))))
    np.testing.assert_array_equal(shown, pixels[0].transpose(1, 2, 0))


def test_images_of_others_are_refused() -> None:
    few = ImageSet(images().images[:5], images().labels[:5], DEFAULT)
    with pytest.raises(ValueError, match="images"):
        report(answers=predictions(), pictures=few)
