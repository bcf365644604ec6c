"""What a script in plain PyTorch needs for a learning rate that does not stay as it is."""

from lenet_desktop.settings.choices import Schedule
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.learning_rate import RateCourse

UNCHANGED = RateCourse()


def schedule_code(config: TrainingConfig, course: RateCourse) -> str:
    """Return the lines that say how the learning rate goes on; nothing where it stays."""
    steps = "steps = epochs * math.ceil(len(train_data) / batch_size)\n\n\n"
    match config.schedule:
        case Schedule.CONSTANT:
            return ""
        case Schedule.COSINE:
            words = "down to 0 along half a cosine"
            factor = """\
    share = step / steps
    return (1 + math.cos(math.pi * share)) / 2"""
        case Schedule.ONE_CYCLE:
            words = "up for 15 % of the steps, then down"
            factor = """\
    rising = 0.15 * steps
    if step < rising:
        first, last, share = 1 / 25, 1.0, step / rising
    else:
        first, last, share = 1.0, 1e-4, (step - rising) / (steps - rising)
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2"""
    said = f'    """Return the factor of the learning rate: {words}."""'
    if course == UNCHANGED:
        made = "scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, rate_factor)"
        return f"{steps}def rate_factor(step):\n{said}\n{factor}\n\n\n{made}"
    place = _PLACE_IN_CYCLES if course.cycles else _PLACE
    return f"\ndef rate_factor(step, steps):\n{said}\n{factor}\n\n{place}"


_PLACE = '''\

def place(epoch, step):
    """Return how many steps were made before, and how many there are in all."""
    per_epoch = math.ceil(len(train_data) / batch_size)
    return (epoch - 1) * per_epoch + step, epochs * per_epoch'''
_PLACE_IN_CYCLES = '''\

def place(epoch, step):
    """Return how many steps of the cycle were made before, and how many it has."""
    per_epoch = math.ceil(len(train_data) / batch_size)
    first = 1
    for length in cycles:
        if epoch < first + length:
            break
        first += length
    return (epoch - first) * per_epoch + step, length * per_epoch'''


def rate_code(config: TrainingConfig, course: RateCourse) -> str:
    """Return the lines that set the learning rate of each step by hand."""
    lines = []
    if course.changes:
        lines.append("learning_rate = rate_changes.get((epoch, step), learning_rate)")
    rate = "learning_rate"
    if config.schedule is not Schedule.CONSTANT:
        rate = "learning_rate * rate_factor(*place(epoch, step))"
    lines += ["for group in optimizer.param_groups:", f'    group["lr"] = {rate}']
    return "".join(f"        {line}\n" for line in lines)
