"""What runs are ranked by, and how its values and their differences are written."""

import math
from collections.abc import Iterable
from enum import StrEnum

from lenet_desktop.text.language import ngettext
from lenet_desktop.text.wording import figure, percent

_MOST_DECIMALS = 6


class Measure(StrEnum):
    """The figure of a run that is to be as good as possible."""

    ACCURACY = "accuracy"
    """A share of images, 0-1; higher is better."""
    LOSS = "loss"
    """Nats; lower is better."""

    @property
    def higher_is_better(self) -> bool:
        """Whether the better of two values is the higher one."""
        return self is Measure.ACCURACY

    def gain(self, new: float, old: float) -> float:
        """Return by how much a value is better than another one, below 0 if it is worse."""
        return new - old if self.higher_is_better else old - new

    def best(self, values: Iterable[float]) -> float:
        """Return the best of some values.

        Raises:
            ValueError: there is none.
        """
        return max(values) if self.higher_is_better else min(values)

    def text(self, value: float) -> str:
        """Write a value: "91.2 %", "0.312"."""
        return percent(value) if self is Measure.ACCURACY else figure(value, "z.3f")

    def gap_text(self, gap: float, decimals: int) -> str:
        """Write a difference without its unit, accuracies in percentage points."""
        return figure(self._in_unit(gap), f"z.{decimals}f")

    def gap_with_unit(self, gap: float) -> str:
        """Write a difference with its unit: "1.2 points", "0.031"."""
        text = self.gap_text(gap, self.decimals(gap))
        if self is Measure.LOSS:
            return text
        is_one = text.strip("0.") == "1"
        return ngettext("{gap} point", "{gap} points", 1 if is_one else 2).format(gap=text)

    def decimals(self, gap: float) -> int:
        """Return with how many decimals a difference is not written as 0, at least as usual."""
        size = abs(self._in_unit(gap))
        usual = 1 if self is Measure.ACCURACY else 3
        if not size:
            return usual
        return min(_MOST_DECIMALS, max(usual, math.ceil(-math.log10(size))))

    def _in_unit(self, gap: float) -> float:
        return 100 * gap if self is Measure.ACCURACY else gap
