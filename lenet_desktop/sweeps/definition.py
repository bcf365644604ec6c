"""What a sweep is asked to do: a frozen value that is valid from birth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from lenet_desktop.settings.config import MAX_SEED, TrainingConfig
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import enumerated, whole
from lenet_desktop.training.validation import held_out_shares

MOST_TRIALS = 10_000
MOST_SEEDS = 1_000
GENERATION = 10
"""How many recipes are proposed at once, unless something else is asked for."""
MOST_HELD_OUT = 10_000
_HELD_OUT_SHARE = 6
"""One of so many training images is held out where nothing else is said."""


class Sampler(StrEnum):
    """How the recipes are chosen."""

    GRID = "grid"
    SOBOL = "sobol"
    TPE = "tpe"

    @property
    def learns(self) -> bool:
        """Whether what it proposes depends on what came of earlier trials."""
        return self is Sampler.TPE


class Pruning(StrEnum):
    """Which trials are ended before their time."""

    NONE = "none"
    MEDIAN = "median"
    HALVING = "halving"


class Aim(StrEnum):
    """What is to be made as good as it gets, on the images held out."""

    ACCURACY = "accuracy"
    LOSS = "loss"

    @property
    def is_higher_better(self) -> bool:
        """Whether the greater of two values is the better one."""
        return self is Aim.ACCURACY


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepDefinition:
    """Everything that decides which runs a sweep consists of, whoever computes them and where.

    Attributes:
        base: the recipe that is varied; its seed is the first one of each recipe.
        vary: the settings that are varied; none to repeat one recipe with several seeds.
        sampler: how recipes are chosen.
        pruning: which trials are ended before their time.
        recipes: how many are tried; None for all of a grid.
        seeds: with how many seeds each is tried.
        generation: how many recipes are proposed at once. A proposal and a decision to prune know
            the results of the generations before, and never one of their own.
        aim: by what a trial is judged.
        seed: from which the proposals are drawn.

    Raises:
        ConfigError: no sweep can be made with it; the message is a sentence for the person.
    """

    base: TrainingConfig
    vary: tuple[Vary, ...] = ()
    sampler: Sampler = Sampler.SOBOL
    pruning: Pruning = Pruning.NONE
    recipes: int | None = None
    seeds: int = 1
    generation: int = GENERATION
    aim: Aim = Aim.ACCURACY
    seed: int = 0

    def __post_init__(self) -> None:
        self._check_vary()
        _check_count("trials", self.recipes, MOST_TRIALS)
        _check_count("seeds", self.seeds, MOST_SEEDS)
        _check_count("generation", self.generation, MOST_TRIALS)
        if not 0 <= self.seed <= MAX_SEED:
            raise ConfigError(
                "seed",
                _("The seed must be a whole number from 0 to {max_seed}.").format(
                    max_seed=whole(MAX_SEED)
                ),
            )
        if self.base.seed + self.seeds - 1 > MAX_SEED:
            raise ConfigError(
                "seeds",
                _("No seed can be greater than {max_seed}.").format(max_seed=whole(MAX_SEED)),
            )
        if self.vary and self.recipes is None and self.sampler is not Sampler.GRID:
            raise ConfigError("trials", _("Say how many trials there shall be, for example 40."))
        if self.runs > MOST_TRIALS:
            raise ConfigError(
                "trials",
                _(
                    "These are {runs} runs, and {most} are the most: try fewer values, "
                    "trials or seeds."
                ).format(runs=whole(self.runs), most=whole(MOST_TRIALS)),
            )

    def _check_vary(self) -> None:
        names = [each.name for each in self.vary]
        for place, each in enumerate(self.vary):
            if each.name in names[:place]:
                raise ConfigError(
                    each.name,
                    _("{subject} is varied twice: put all its values into one list.").format(
                        subject=each.setting.subject
                    ),
                )
            if each.is_range and self.sampler is Sampler.GRID:
                raise ConfigError(
                    each.name,
                    _(
                        "A grid needs single values, but the {noun} has a range: say of "
                        "how many values it consists, as in {text}:5, or choose another "
                        "sampler."
                    ).format(noun=each.setting.noun, text=each.text),
                )
        if self.vary and not self.base.validation_images:
            raise ConfigError(
                "validation_images",
                _(
                    "Recipes are compared by images held out from the training set, or "
                    "the test images would decide which is chosen: hold out some "
                    "validation images."
                ),
            )

    @property
    def planned(self) -> int:
        """How many recipes are tried, or fewer where some of them compute the same."""
        if not self.vary:
            return 1
        whole = self.combinations
        if whole is None:
            return self.recipes or 0
        return whole if self.recipes is None else min(whole, self.recipes)

    @property
    def combinations(self) -> int | None:
        """How many recipes there are of what is varied; None where a range has any number."""
        if any(each.is_range for each in self.vary):
            return None
        return math.prod(len(each.values) for each in self.vary)

    @property
    def runs(self) -> int:
        """How many runs that makes: each recipe with each seed."""
        return self.planned * self.seeds

    @property
    def judges_test_images(self) -> bool:
        """Whether the runs judge the test images: only where nothing is chosen by what they say."""
        return not self.base.validation_images

    def epochs(self, settings: Mapping[str, Any]) -> int:
        """Return for how many epochs a recipe is planned."""
        return int(settings.get("epochs", self.base.epochs))

    @property
    def most_epochs(self) -> int:
        """For how many epochs a recipe is planned at the most."""
        for each in self.vary:
            if each.name == "epochs":
                return int(max(each.values) if each.high is None else each.high)
        return self.base.epochs

    @property
    def varies_epochs(self) -> bool:
        """Whether some recipes are planned for fewer epochs than others."""
        return any(each.name == "epochs" for each in self.vary)

    def config(self, settings: Mapping[str, Any], seed: int) -> TrainingConfig:
        """Return the recipe of a trial.

        Args:
            settings: the values of the settings that are varied.
            seed: that of the run.

        Raises:
            ConfigError: these values do not go together.
        """
        return replace(self.base, **settings, seed=seed)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values, to be read back by `from_dict`."""
        return {
            "recipe": self.base.to_dict(),
            "vary": {each.name: each.text for each in self.vary},
            "sampler": self.sampler.value,
            "pruning": self.pruning.value,
            "trials": self.recipes,
            "seeds": self.seeds,
            "generation": self.generation,
            "aim": self.aim.value,
            "seed": self.seed,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SweepDefinition:
        """Build a definition from `to_dict`'s values, or from what a file says.

        Raises:
            ConfigError: something is unknown, of the wrong kind or out of its range.
        """
        known = {"recipe", "vary", *(name for name in cls.__dataclass_fields__ if name != "base")}
        for name in values:
            if name not in known | {"trials"} - {"recipes"}:
                raise ConfigError(name, _("A sweep has nothing called “{name}”.").format(name=name))
        recipe, vary = values.get("recipe", {}), values.get("vary", {})
        if not isinstance(recipe, dict) or not isinstance(vary, dict):
            raise ConfigError("vary", _("A sweep has its recipe and what is varied in two tables."))
        counts = {name: values[name] for name in ("seeds", "generation", "seed") if name in values}
        for name, value in counts.items():
            if type(value) is not int:
                raise ConfigError(
                    name,
                    _("“{value}” is no whole number for “{name}”.").format(value=value, name=name),
                )
        trials = values.get("trials")
        if trials is not None and type(trials) is not int:
            raise ConfigError(
                "trials", _("“{trials}” is no number of trials.").format(trials=trials)
            )
        return cls(
            base=TrainingConfig.from_dict(recipe),
            vary=tuple(Vary.read(name, value) for name, value in vary.items()),
            sampler=_choice(Sampler, values.get("sampler", Sampler.SOBOL)),
            pruning=_choice(Pruning, values.get("pruning", Pruning.NONE)),
            aim=_choice(Aim, values.get("aim", Aim.ACCURACY)),
            recipes=trials,
            **counts,
        )


def holding_out(config: TrainingConfig) -> TrainingConfig:
    """Return a recipe with images held out: as many as it says, or a sixth of those there are.

    Raises:
        ConfigError: it is not known how many there are.
    """
    if config.validation_images:
        return config
    count = min(MOST_HELD_OUT, config.data.training_images // _HELD_OUT_SHARE)
    if not count:
        raise ConfigError(
            "validation_images", _("Say how many of the training images are to be held out.")
        )
    return replace(config, validation_images=count)


def check_held_out(config: TrainingConfig) -> None:
    """See that so many images can be held out, as far as it is known how many there are.

    Raises:
        ConfigError: they cannot, and every trial would fail.
    """
    if config.data.train_counts:
        held_out_shares(np.array(config.data.train_counts), config)


def _choice(kind: type[Any], value: object) -> Any:
    try:
        return kind(value)
    except ValueError as error:
        name = kind.__name__.lower()
        text = _("“{value}” is no {name}; there are {known}.")
        known = enumerated(str(each) for each in kind)
        raise ConfigError(name, text.format(value=value, name=name, known=known)) from error


def _check_count(name: str, count: int | None, most: int) -> None:
    if count is not None and not 1 <= count <= most:
        text = {
            "trials": _("The number of trials must be from 1 to {most}."),
            "seeds": _("The number of seeds must be from 1 to {most}."),
            "generation": _("The number of recipes in a generation must be from 1 to {most}."),
        }[name]
        raise ConfigError(name, text.format(most=whole(most)))
