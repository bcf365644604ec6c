"""Runs made by hand, for tests that only look at what is kept of them."""

from collections.abc import Sequence

import numpy as np

from lenet_desktop.runs.records import RunCurves, RunRecord, RunStatus, Surroundings
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.events import EpochDone


def made_record(
    run_id: int,
    config: TrainingConfig | None = None,
    *,
    title: str = "",
    accuracies: Sequence[float] = (0.5, 0.6, 0.7),
    device_name: str = "A processor",
) -> RunRecord:
    """Return the line of the list for a run with these test accuracies."""
    return RunRecord(
        id=run_id,
        key=f"{run_id:032x}",
        title=title,
        status=RunStatus.FINISHED,
        config=config or TrainingConfig(epochs=max(len(accuracies), 1)),
        surroundings=Surroundings(device="cpu", device_name=device_name),
        steps_per_epoch=235,
        epochs_done=len(accuracies),
        last_accuracy=accuracies[-1] if accuracies else None,
        best_accuracy=max(accuracies, default=None),
        elapsed_s=10.0 * run_id,
        created_at=1_700_000_000.0,
        updated_at=1_700_000_000.0,
    )


def made_run(
    run_id: int,
    config: TrainingConfig | None = None,
    *,
    title: str = "",
    accuracies: Sequence[float] = (0.5, 0.6, 0.7),
    losses: Sequence[float] | None = None,
) -> RunCurves:
    """Return the curves of a run; losses that are not given are what accuracies miss of 1."""
    test_losses = [1 - share for share in accuracies] if losses is None else losses
    epochs = tuple(
        EpochDone(epoch, loss, share, loss, share, 2.0)
        for epoch, (share, loss) in enumerate(zip(accuracies, test_losses, strict=True), start=1)
    )
    return RunCurves(
        record=made_record(run_id, config, title=title, accuracies=accuracies),
        losses=np.zeros(0, np.float32),
        epochs=epochs,
        changes=(),
    )
