"""What other programs read is the same whatever language a person is spoken to in."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from lenet_desktop.analysis.history import History
from lenet_desktop.data.images import DataSplits
from lenet_desktop.export.pytorch_code import pytorch_code
from lenet_desktop.export.tables import confusion_csv, curves_csv
from lenet_desktop.settings.choices import Augmentation
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.presets import PRESETS
from lenet_desktop.text.language import LANGUAGES, SOURCE, set_language
from lenet_desktop.training.events import Event, PredictionsReady, RunStarted

FULL = replace(
    PRESETS[-1].config,
    dropout=0.2,
    augmentation=Augmentation.FLIPS_AND_SHIFTS,
    validation_images=100,
    patience=3,
)


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    set_language(SOURCE)


def in_all_languages(make: object) -> set[object]:
    assert callable(make)
    said = set()
    for code in LANGUAGES:
        set_language(code)
        said.add(make())
    return said


@pytest.mark.parametrize("config", [TrainingConfig(), FULL], ids=["textbook", "everything"])
def test_code_is(config: TrainingConfig) -> None:
    assert len(in_all_languages(lambda: pytorch_code(config))) == 1


def test_tables_are(few_events: Sequence[Event], few: DataSplits) -> None:
    history = History()
    for event in few_events:
        history.add(event)
    judged = next(each for each in few_events if isinstance(each, PredictionsReady))
    counts = judged.predictions.confusion
    assert len(in_all_languages(lambda: curves_csv(history))) == 1
    assert len(in_all_languages(lambda: confusion_csv(counts, few.info.class_names))) == 1


def test_a_stored_recipe_is(few_events: Sequence[Event]) -> None:
    started = next(each for each in few_events if isinstance(each, RunStarted))
    assert len(in_all_languages(lambda: str(started.config.to_dict()))) == 1
