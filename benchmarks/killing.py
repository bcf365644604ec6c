"""Kills real training processes at random, and counts what is lost: nothing may be.

    python benchmarks/killing.py [--kills 300] [--seed 0]

Two recipes that have everything that has a memory are trained on a few real images. Every process
is killed, half of them from outside at a random moment, half before a random one of the calls that
change a file or the database; what it leaves is looked at, and the next process goes on from there,
until a run is done and is compared with one that was never interrupted. Works on Linux and macOS.
The exit status is 1 if anything is not as it should be.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import fields
from pathlib import Path

from machine import describe_machine

from lenet_desktop.settings.config import TrainingConfig
from tests.runs.ordeal import ADAMW, NESTEROV, Ledger, Ordeal, uninterrupted
from tests.runs.training_process import TrainingProcess

RECIPES = {"Nesterov, one cycle, augmented": NESTEROV, "AdamW, cosine": ADAMW}
LAST_CALL = 60
"""Most runs that go on from a checkpoint are done before they make as many calls."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"On {describe_machine()}")
    print(
        f"{'recipe':32}{'kills':>7}{'resumed':>9}{'finished':>10}{'equal to the bit':>18}"
        f"{'epochs lost':>13}{'problems':>10}"
    )
    began_at = time.perf_counter()
    ledgers = []
    with TrainingProcess() as process, tempfile.TemporaryDirectory() as folder:
        for place, (name, config) in enumerate(RECIPES.items()):
            kills = (options.kills + place) // len(RECIPES)
            chance = random.Random(options.seed + place)  # noqa: S311
            ledgers.append(killed(process, Path(folder) / str(place), config, kills, chance))
            print_row(name, ledgers[-1])
    total = sum_of(ledgers)
    print_row("together", total)
    for problem in total.problems:
        print(problem)
    print(json.dumps({"machine": describe_machine(), "seed": options.seed, **as_counts(total)}))
    print(f"It took {time.perf_counter() - began_at:.0f} seconds.", file=sys.stderr)
    is_equal = total.equal == total.finished > 0
    return 0 if is_equal and not total.problems and not total.lost else 1


def killed(
    process: TrainingProcess,
    folder: Path,
    config: TrainingConfig,
    kills: int,
    chance: random.Random,
) -> Ledger:
    """Kill runs of a recipe that many times, let the last one come to its end, and say how it went.

    Each has a folder of its own, so that looking at what it left does not take longer and longer.
    """
    expected = uninterrupted(process, folder / "alone", config)
    began_at = time.perf_counter()
    uninterrupted(process, folder / "again", config)
    duration_s = time.perf_counter() - began_at
    ordeals: list[Ordeal] = []
    while sum(ordeal.ledger.kills for ordeal in ordeals) < kills:
        if not ordeals or ordeals[-1].ledger.finished:
            ordeals.append(Ordeal(process, folder / str(len(ordeals)), config, expected))
        if chance.random() < 0.5:
            ordeals[-1].strike(kill_after_s=chance.uniform(0, duration_s))
        else:
            ordeals[-1].strike(kill_at_call=chance.randint(1, LAST_CALL))
    ordeals[-1].finish()
    return sum_of([ordeal.ledger for ordeal in ordeals])


def sum_of(ledgers: list[Ledger]) -> Ledger:
    """Return several ledgers as one."""
    total = Ledger()
    for ledger in ledgers:
        for each in fields(Ledger):
            setattr(total, each.name, getattr(total, each.name) + getattr(ledger, each.name))
    return total


def as_counts(ledger: Ledger) -> dict[str, int]:
    """Return a ledger with the number of its problems instead of their sentences."""
    values = {each.name: getattr(ledger, each.name) for each in fields(Ledger)}
    return values | {"problems": len(ledger.problems)}


def print_row(name: str, ledger: Ledger) -> None:
    """Print a line of the table."""
    counts = as_counts(ledger)
    print(
        f"{name:32}{counts['kills']:7,}{counts['resumed']:9,}{counts['finished']:10,}"
        f"{counts['equal']:18,}{counts['lost']:13,}{counts['problems']:10,}"
    )


if __name__ == "__main__":
    sys.exit(main())
