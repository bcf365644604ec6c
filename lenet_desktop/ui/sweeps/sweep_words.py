"""What a sweep is, where it stands and how long it takes, in words."""

from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.sweeps.definition import Pruning, Sampler, SweepDefinition
from lenet_desktop.sweeps.findings import number_text
from lenet_desktop.sweeps.records import SweepRecord, SweepState, TrialState
from lenet_desktop.sweeps.scales import choice_text
from lenet_desktop.sweeps.vary import Vary
from lenet_desktop.text.language import _, marked, pgettext
from lenet_desktop.text.wording import counted, enumerated, joined, one_line, whole

_SAMPLER_WORDS = {
    Sampler.GRID: marked("every combination"),
    Sampler.SOBOL: marked("quasi-random"),
    Sampler.TPE: marked("adaptive"),
}
_PRUNING_WORDS = {
    Pruning.MEDIAN: marked("trials worse than the median end early"),
    Pruning.HALVING: marked("all but the better half end early, again and again"),
}


def about_text(definition: SweepDefinition) -> str:
    """Say what a sweep was asked to do, in one line."""
    if not definition.vary:
        return counted(
            definition.seeds,
            "{count} seed of {recipe}",
            "{count} seeds of {recipe}",
            recipe=recipe_text(definition.base),
        )
    sampler, held_out = sampler_text(definition), definition.base.validation_images
    epochs = counted(definition.base.epochs, "{count} epoch", "{count} epochs")
    if definition.seeds > 1:
        seeds = counted(definition.seeds, "{count} seed each", "{count} seeds each")
        sampler = joined([sampler, seeds])
    return " · ".join(
        [
            pgettext("between parts of a sentence", "; ").join(map(values_text, definition.vary)),
            sampler,
            *([] if definition.varies_epochs else [epochs]),
            *(_(words) for rule, words in _PRUNING_WORDS.items() if rule is definition.pruning),
            counted(
                held_out,
                "judged by {count} image held out",
                "judged by {count} images held out",
            ),
        ]
    )


def sampler_text(definition: SweepDefinition) -> str:
    """Say how recipes are chosen: "every combination", "12 of 40 combinations"."""
    whole_grid = definition.combinations or 0
    if definition.sampler is Sampler.GRID and definition.planned < whole_grid:
        return counted(
            whole_grid,
            "{some} of {count} combination",
            "{some} of {count} combinations",
            some=whole(definition.planned),
        )
    return _(_SAMPLER_WORDS[definition.sampler])


def values_text(varied: Vary) -> str:
    """Say which values a setting has: "learning rate 0.01 to 1, logarithmic"."""
    noun = varied.setting.noun
    if varied.low is not None and varied.high is not None:
        if varied.is_log:
            text = _("{setting} {low} to {high}, logarithmic")
        else:
            text = _("{setting} {low} to {high}")
        low, high = number_text(varied.low), number_text(varied.high)
        return text.format(setting=noun, low=low, high=high)
    is_number = varied.setting.is_number
    texts = [number_text(x) if is_number else choice_text(varied.name, x) for x in varied.values]
    return _("{setting} {values}").format(setting=noun, values=enumerated(texts))


def place_text(scheduler: str) -> str:
    """Say who trains a sweep, given the address of a scheduler, or nothing for this machine."""
    if not scheduler:
        return _("on this machine")
    return _("by the workers of {scheduler}").format(scheduler=one_line(scheduler))


def place_title(scheduler: str) -> str:
    """Call a place at which a sweep can go on, as `place_text` tells of it."""
    if not scheduler:
        return _("On this machine")
    return _("By the workers of {scheduler}").format(scheduler=one_line(scheduler))


def pausing_text(sweep: SweepRecord) -> str:
    """Say what it means to pause a sweep that goes on, or to resume one that does not."""
    if sweep.state is SweepState.RUNNING:
        return _("Hold all trials where they stand, to go on with them later.")
    if not sweep.scheduler:
        return _("Go on with all trials that are left, on this machine.")
    text = _("Go on with all trials that are left, by the workers of {scheduler}.")
    return text.format(scheduler=one_line(sweep.scheduler))


def obstacle_text(*, is_here: bool, ending: SweepState | None) -> str:
    """Say why nothing can be done with a sweep and its trials just now; nothing where it can.

    Args:
        is_here: whether this window may go on with it.
        ending: as what it ends after the steps under way, if a person has asked for that.
    """
    if not is_here:
        return _("Its sweep goes on in another window or terminal.")
    return "" if ending is None else _("Its sweep ends after the steps under way.")


def state_text(sweep: SweepRecord) -> str:
    """Say where a sweep stands: "12 of 40 runs", "finished, 40 runs"."""
    runs = sweep.definition.runs
    if sweep.state is SweepState.FINISHED:
        return counted(sweep.settled, "finished, {count} run", "finished, {count} runs")
    settled = whole(sweep.settled)
    progress = counted(
        runs, "{settled} of {count} run", "{settled} of {count} runs", settled=settled
    )
    return progress if sweep.state is SweepState.RUNNING else joined([sweep.state.words, progress])


def standing_text(
    sweep: SweepRecord,
    left_s: float | None = None,
    *,
    is_whole: bool = True,
    ending: SweepState | None = None,
) -> str:
    """Say where a sweep stands, how many trials ended before their time, and how long it takes.

    Args:
        sweep: its line in the list.
        left_s: how many seconds are left, about; None where that is not known.
        is_whole: whether all of it goes on where something does, not only single trials.
        ending: as what it ends after the steps under way, if a person has asked for that.
    """
    told = (TrialState.PRUNED, TrialState.STOPPED, TrialState.DIVERGED, TrialState.FAILED)
    counts = {state: sweep.counts.get(state, 0) for state in told}
    said = [state_text(sweep)]
    said += [_count_text(state, count) for state, count in counts.items() if count]
    under_way = max(1, sweep.counts.get(TrialState.RUNNING, 0))
    if not is_whole and sweep.definition.runs - sweep.settled > under_way:
        said.append(_("the rest waits"))
    if ending is not None:
        return joined([*said, _("stopping…") if ending is SweepState.STOPPED else _("pausing…")])
    if left_s is not None and sweep.state is SweepState.RUNNING:
        said.append(_("about {time} left").format(time=rough_time(left_s)))
    return joined(said)


def rough_time(seconds: float) -> str:
    """Write how long something takes as a person would say it: "25 minutes", "3 hours"."""
    if seconds < 90:
        return counted(max(1, round(seconds)), "{count} second", "{count} seconds")
    if seconds < 90 * 60:
        return counted(round(seconds / 60), "{count} minute", "{count} minutes")
    if seconds < 36 * 3600:
        return counted(round(seconds / 3600), "{count} hour", "{count} hours")
    return counted(round(seconds / 86_400), "{count} day", "{count} days")


def _count_text(state: TrialState, count: int) -> str:
    """Say how many trials ended in a state that is worth telling: "3 pruned"."""
    match state:
        case TrialState.PRUNED:
            return counted(count, "{count} pruned", "{count} pruned")
        case TrialState.STOPPED:
            return counted(count, "{count} stopped", "{count} stopped")
        case TrialState.DIVERGED:
            return counted(count, "{count} diverged", "{count} diverged")
        case _failed:
            return counted(count, "{count} failed", "{count} failed")
