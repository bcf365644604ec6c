from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.definition import Sampler, SweepDefinition, holding_out
from lenet_desktop.sweeps.vary import Vary

BASE = TrainingConfig(validation_images=500)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("activation=relu,tanh", "relu,tanh"),
        ("learning-rate=log:0.01:1", "log:0.01:1"),
        ("momentum=0:0.95", "0:0.95"),
        ("learning_rate=log:0.01:1:3", "0.01,0.1,1"),
        ("batch_size=32:512:2", "32,512"),
        ("normalise=on,off", "on,off"),
    ],
)
def test_what_is_varied_is_read_as_it_is_written(text: str, values: str) -> None:
    varied = Vary.parse(text)

    assert varied.text == values
    assert Vary.read(varied.name, varied.text) == varied


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("learning_rate=1:0.1", "smaller number comes first"),
        ("learning_rate=log:0:1", "above 0"),
        ("learning_rate=fast", "is a number"),
        ("batch_size=1.5,2", "whole number"),
        ("batch_size=1:2.5", "whole number"),
        ("momentum=0:1", "below 1"),
        ("activation=relu,relu", "twice"),
        ("activation=0:1", "sigmoid, relu and tanh"),
        ("learning_rate=1:2:3:4", "no range"),
        ("learning_rate=1:2:1", "2 to"),
        ("learning_rate", "varies nothing"),
        ("weights=1,2", "no setting"),
        ("seed=1,2", "how many seeds"),
        ("validation_images=100,200", "in the recipe"),
    ],
)
def test_what_cannot_be_varied_is_refused_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as refused:
        Vary.parse(text)
    assert str(refused.value).endswith(".")


def test_a_definition_comes_back_from_what_is_stored() -> None:
    definition = SweepDefinition(
        base=BASE,
        vary=(Vary.parse("learning_rate=log:0.01:1"), Vary.parse("optimizer=sgd,adam")),
        sampler=Sampler.TPE,
        recipes=40,
        seeds=3,
    )
    document = json.loads(json.dumps(definition.to_dict()))

    assert SweepDefinition.from_dict(document) == definition
    assert definition.runs == 120
    with pytest.raises(ConfigError, match="nothing called"):
        SweepDefinition.from_dict(document | {"trails": 3})


RATE = Vary.parse("learning_rate=0.1,0.2")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"recipes": 0}, "number of trials"),
        ({"recipes": None}, "how many trials"),
        ({"seeds": 0}, "number of seeds"),
        ({"vary": (Vary.parse("momentum=0:0.9"),), "recipes": 11, "seeds": 1_000}, "the most"),
        ({"vary": (RATE, RATE)}, "varied twice"),
        ({"vary": (Vary.parse("momentum=0:0.9"),), "sampler": Sampler.GRID}, "0:0.9:5"),
        ({"base": TrainingConfig()}, "test images would decide"),
    ],
)
def test_no_sweep_is_made_of_what_makes_no_sense(changed: dict[str, object], said: str) -> None:
    whole = SweepDefinition(base=BASE, vary=(RATE,), recipes=2)

    with pytest.raises(ConfigError, match=said):
        replace(whole, **changed)  # type: ignore[arg-type]  # one of several kinds


def test_images_are_held_out_where_nobody_has_said_how_many() -> None:
    assert holding_out(TrainingConfig()).validation_images == 10_000
    assert holding_out(BASE) == BASE
    with pytest.raises(ConfigError, match="how many"):
        holding_out(TrainingConfig(data=replace(DEFAULT, train_counts=())))
    assert SweepDefinition(base=TrainingConfig(), seeds=3).judges_test_images, "nothing is chosen"
