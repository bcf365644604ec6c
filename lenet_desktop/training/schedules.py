"""How the learning rate goes on through a run, as a function of the step alone."""

import math

from lenet_desktop.settings.choices import Schedule

WARM_UP_SHARE = 0.15
"""The share of a one-cycle run in which the learning rate rises."""
_FIRST_FACTOR = 1 / 25
_LAST_FACTOR = 1e-4


def rate_factor(schedule: Schedule, step: int, steps: int) -> float:
    """Return what the learning rate is multiplied with in one step, 0-1.

    Nothing but the arguments decides it, so a run that goes on needs no state of the schedule.

    Args:
        schedule: the course to follow. Cosine: Loshchilov and Hutter, "SGDR", 2017. One-cycle:
            Smith and Topin, "Super-convergence", 2019, with cosines instead of straight lines.
        step: the step that is about to be made, from 0.
        steps: how many the whole course has; at least 1.
    """
    match schedule:
        case Schedule.CONSTANT:
            return 1.0
        case Schedule.COSINE:
            return _between(1.0, 0.0, step / steps)
        case Schedule.ONE_CYCLE:
            rising = WARM_UP_SHARE * steps
            if step < rising:
                return _between(_FIRST_FACTOR, 1.0, step / rising)
            return _between(1.0, _LAST_FACTOR, (step - rising) / (steps - rising))


def _between(first: float, last: float, share: float) -> float:
    """Go from `first` to `last` along half a cosine."""
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2
