"""Which of two networks, or recipes, is better, said first and in one sentence.

What is behind the sentence are the tests of `paired_outcomes` for two networks, and those of
`recipe_comparison` for recipes that were trained with several seeds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lenet_desktop.analysis.paired_outcomes import PairedOutcomes
from lenet_desktop.analysis.recipe_comparison import RecipeComparison, SeedsMean
from lenet_desktop.settings.config import AUTO_DEVICE, TrainingConfig
from lenet_desktop.settings.config_differences import (
    DATA,
    differing_fields,
    legend_texts,
    recipe_text,
    setting_name,
    setting_text,
)
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import listed, percent, quoted, sentences, tidied, whole
from lenet_desktop.training.learning_rate import RateCourse, unlike_courses

SURE, PROBABLE = 0.01, 0.05
"""Below which probability, were both equally good, a difference is hardly chance, or unlikely so.

They are those of the sentence of `McNemarResult`.
"""
FROM_FILE = marked(
    "A comes from a file: if it has learned from these test images, it looks better than it is."
)
"""What nobody knows of a network that was trained elsewhere."""
_LONGEST_NAME = 40
_PART_ENDS = re.compile("[,\N{FULLWIDTH COMMA}]")
_NO_REASON = ("epochs", "seed", "device", "learning_rate", "schedule", DATA)
"""What is flagged by a sentence of its own, or makes no recipe."""


@dataclass(frozen=True, slots=True, eq=False)
class Contestant:
    """One of the two that are compared.

    Attributes:
        name: what it is called in the verdict, as "ReLU".
        config: its recipe; that of the first seed where there are several.
        epochs: for how many epochs it has learned by now.
        course: what was done to its learning rate on the way.
    """

    name: str
    config: TrainingConfig
    epochs: int
    course: RateCourse = field(default_factory=RateCourse)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of two that are compared.

    Attributes:
        headline: the verdict in one sentence.
        details: what is behind it, sentences.
        flags: what else than the recipe may be the reason of a difference, a sentence each.
    """

    headline: str
    details: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def contestant_names(
    configs: Sequence[TrainingConfig], names: Sequence[str], titles: Sequence[str] = ("", "")
) -> list[str]:
    """Return what two runs or recipes are called in a verdict.

    That is what a person has called both, or else what differs, or else the recipe, or else the
    seed, as far as these are short.

    Args:
        configs: their recipes.
        names: what they are called where nothing tells them apart.
        titles: the names that a person gave them, empty where nobody did.
    """
    first_seeds = [replace(config, seed=0, device=AUTO_DEVICE) for config in configs]
    recipes = [recipe_text(config) for config in configs]
    told = (titles, legend_texts(first_seeds), recipes, legend_texts(configs))
    tidy = ([tidied(text) for text in texts] for texts in told)
    by_number = [tidied(name, _LONGEST_NAME) for name in names]
    short = next((texts for texts in tidy if _tell_apart(texts)), by_number)
    if len(set(short)) < len(short):
        short = [f"{name} ({letter})" for letter, name in zip("AB", short, strict=True)]
    return [text[:1].upper() + text[1:] for text in short]


def _tell_apart(texts: Sequence[str]) -> bool:
    """Whether texts are short names, and different ones."""
    are_short = all(0 < len(text) <= _LONGEST_NAME for text in texts)
    return are_short and len(set(texts)) == len(texts)


def network_verdict(a: Contestant, b: Contestant, outcomes: PairedOutcomes) -> Verdict:
    """Compare two networks by what they say of the same test images.

    Args:
        a: the first, of whose answers `outcomes.a` are.
        b: the second.
        outcomes: which images each got right.
    """
    told = flags(a, b, outcomes.difference)
    return replace(_of_networks(a.name, b.name, outcomes), flags=told)


def file_verdict(file: str, run: str, outcomes: PairedOutcomes) -> Verdict:
    """Compare a network from a file with a run, by what they say of the same test images.

    Args:
        file: what the network is called, A.
        run: what the run is called, B.
        outcomes: which images each got right.
    """
    return replace(_of_networks(file, run, outcomes), flags=(_(FROM_FILE),))


def _of_networks(name_a: str, name_b: str, outcomes: PairedOutcomes) -> Verdict:
    headline = _headline(
        (name_a, percent(outcomes.a.accuracy, 2)),
        (name_b, percent(outcomes.b.accuracy, 2)),
        outcomes.difference,
        outcomes.test.p_value,
    )
    details = (
        outcomes.sentence("A", "B"),
        _("These are one network each: with another seed, either could have come out better."),
    )
    return Verdict(headline, details)


def recipe_verdict(
    a: Contestant, b: Contestant, means: tuple[SeedsMean, SeedsMean], comparison: RecipeComparison
) -> Verdict:
    """Compare two recipes by what their seeds came to.

    Args:
        a: the first recipe.
        b: the second.
        means: the test accuracy of each over its seeds.
        comparison: of the first with the second, by accuracy.
    """
    headline = _headline(
        (a.name, percent(means[0].mean, 2)),
        (b.name, percent(means[1].mean, 2)),
        comparison.gain,
        comparison.p_value,
    )
    details = (comparison.sentence("A", "B"), comparison.method)
    return Verdict(headline, details, flags(a, b, comparison.gain))


def no_verdict(a: Contestant, b: Contestant) -> Verdict | None:
    """Return why two cannot be compared at all; None where they can."""
    if a.config.data.fingerprint != b.config.data.fingerprint:
        headline = _("{first} and {second} learned from different data, so there is no verdict.")
        return Verdict(headline.format(first=a.name, second=b.name), (), flags(a, b, 0))
    for each in (a, b):
        if not each.epochs:
            headline = _("{name} has finished no epoch yet, so there is no verdict.")
            return Verdict(headline.format(name=each.name))
    return None


def flags(a: Contestant, b: Contestant, lead: float | None = None) -> tuple[str, ...]:
    """Say what else may be the reason of a difference: epochs, rates, data, or many settings.

    Args:
        a: the first.
        b: the second.
        lead: by how much the first is better, below 0 if it is worse, 0 if neither is; None where
            that is not known.
    """
    epochs = _unlike_epochs(a, b, lead)
    told = [_unlike_data(a, b), epochs, _unlike_rates(a, b), _unlike_much(a, b)]
    return tuple(sentence for sentence in told if sentence)


def _headline(
    first: tuple[str, str], second: tuple[str, str], lead: float, p_value: float | None
) -> str:
    """Write the verdict; each side is a name and its accuracy in words."""
    (name_a, share_a), (name_b, share_b) = (_apart(*side) for side in (first, second))
    if p_value is None and lead:
        sentence = _("{a} {share_a}, {b} {share_b}: too few seeds to say which is better.")
    elif not lead:
        sentence = _("{a} {share_a}, {b} {share_b}: equally good.")
    elif p_value is None or p_value >= PROBABLE:
        sentence = _("{a} {share_a}, {b} {share_b}: could be chance.")
    elif p_value >= SURE:
        sentence = _("{a} {share_a}, {b} {share_b}: {better} is probably better.")
    else:
        sentence = _("{a} {share_a}, {b} {share_b}: {better} is better, and hardly by chance.")
    better = name_a if lead > 0 else name_b
    return sentence.format(a=name_a, share_a=share_a, b=name_b, share_b=share_b, better=better)


def _apart(name: str, share: str) -> tuple[str, str]:
    """Put a name of several parts into quotes, or its end would be read with what follows."""
    return (quoted(name) if _PART_ENDS.search(name) else name), share


def _unlike_data(a: Contestant, b: Contestant) -> str:
    if a.config.data.fingerprint == b.config.data.fingerprint:
        return ""
    mine, theirs = (setting_text(each.config, DATA) for each in (a, b))
    sentence = _("Data: A learned from {mine}, B from {theirs}.")
    return sentence.format(mine=mine, theirs=theirs)


def _unlike_epochs(a: Contestant, b: Contestant, lead: float | None) -> str:
    if a.epochs == b.epochs:
        return ""
    less = "A" if a.epochs < b.epochs else "B"
    is_behind = lead is None or (lead < 0 if less == "A" else lead > 0)
    sentence = (
        _(
            "Epochs: A has learned for {epochs_a}, B for {epochs_b}, so {less} may only be behind "
            "for that."
        )
        if is_behind
        else _("Epochs: A has learned for {epochs_a}, B for {epochs_b}.")
    )
    return sentence.format(epochs_a=whole(a.epochs), epochs_b=whole(b.epochs), less=less)


def _unlike_rates(a: Contestant, b: Contestant) -> str:
    unlike = differing_fields([a.config, b.config])
    sentence = _("{setting}: A had {mine}, B {theirs}.")
    said = [
        sentence.format(
            setting=setting_name(name).capitalize(),
            mine=setting_text(a.config, name),
            theirs=setting_text(b.config, name),
        )
        for name in ("learning_rate", "schedule")
        if name in unlike
    ]
    courses = unlike_courses((a.config, a.course), (b.config, b.course))
    return sentences([*said, courses])


def _unlike_much(a: Contestant, b: Contestant) -> str:
    """Say so where more than one setting can be the reason."""
    unlike = differing_fields([a.config, b.config])
    reasons = [setting_name(field) for field in unlike if field not in _NO_REASON]
    if "learning_rate" in unlike:
        reasons.append(setting_name("learning_rate"))
    if len(reasons) < 2:
        return ""
    sentence = _("They differ in {settings}, so this does not say which of these is the reason.")
    return sentence.format(settings=listed(reasons, most=4))
