"""Which run has which look; a run keeps its own."""

from collections.abc import Mapping, Sequence

from lenet_desktop.ui.training.line_looks import LOOKS, SOLID_LOOKS

MOST_LOOKS = len(LOOKS)
"""How many curves are told apart at a time."""


class RunColours:
    """Gives every compared run, or group of runs, a place in `LOOKS`.

    A run keeps its look as long as it is compared, and gets it back when it is compared again,
    unless another run that is compared has it by then.
    """

    def __init__(self) -> None:
        self._shown: dict[int, int] = {}  # run -> place
        self._remembered: dict[int, int] = {}
        self._last_use: dict[int, int] = {}  # place -> when
        self._uses = 0

    def assign(
        self, groups: Sequence[Sequence[int]], pinned: Mapping[int, int] | None = None
    ) -> list[int]:
        """Return the place of each group's look in `LOOKS`, all of them different.

        Solid lines are given before dashed ones. Of looks that are free, one that no run has had
        comes first, then the one that was not seen for longest.

        Args:
            groups: the numbers of the runs, each in one group. Those of a group share a look.
            pinned: the places that some runs have to have, whatever they had before.

        Raises:
            ValueError: there are more than `MOST_LOOKS` groups.
        """
        if len(groups) > MOST_LOOKS:
            raise ValueError(f"{MOST_LOOKS} curves can be told apart, not {len(groups)}.")
        places: dict[int, int] = {}  # group -> place
        for known in (pinned or {}, self._shown, self._remembered):
            for number, group in enumerate(groups):
                if number not in places:
                    place = _first_known(group, known, set(places.values()))
                    if place is not None:
                        places[number] = place
        for number in range(len(groups)):
            if number not in places:
                places[number] = self._free(set(places.values()))
        self._remember(groups, places)
        return [places[number] for number in range(len(groups))]

    def _free(self, taken: set[int]) -> int:
        per_level = len(SOLID_LOOKS)
        free = [place for place in range(MOST_LOOKS) if place not in taken]
        level = free[0] // per_level
        same_dash = [place for place in free if place // per_level == level]
        return min(same_dash, key=lambda place: self._last_use.get(place, 0))

    def _remember(self, groups: Sequence[Sequence[int]], places: Mapping[int, int]) -> None:
        self._uses += 1
        self._shown = {run: places[number] for number, group in enumerate(groups) for run in group}
        self._remembered |= self._shown
        self._last_use |= dict.fromkeys(places.values(), self._uses)


def _first_known(group: Sequence[int], known: Mapping[int, int], taken: set[int]) -> int | None:
    """Return the first place that one of a group's runs has, and no other group."""
    places = (known[run] for run in group if run in known)
    return next((place for place in places if place not in taken), None)
