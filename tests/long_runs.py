"""A run of very many epochs, made in no time of a short one that was really trained."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.runs.rows import outcome_of, pack_answers, put_epochs, update_run
from lenet_desktop.runs.store import RunStore


def lengthen(
    store: RunStore, run_id: int, count: int, readable: Collection[int]
) -> dict[int, PredictionSet]:
    """Turn a finished run into one of `count` epochs; return what it says after each of them.

    The files of all epochs but those `readable` and the last are empty, so that whoever reads one
    of them finds out.
    """
    folder, record = store.run_folder(run_id), store.record(run_id)
    _, checkpoint = folder.newest_checkpoint(record.steps_per_epoch)
    last = folder.read_epoch(record.epochs_done)
    assert checkpoint is not None
    assert last.snapshot is not None
    assert last.predictions is not None
    config = replace(checkpoint.config, epochs=count)
    judged = last.predictions
    answers = {epoch: varied(judged, epoch) for epoch in range(1, count + 1)}
    figures = []
    for epoch, said in answers.items():
        done = replace(last.done, epoch=epoch, test_loss=said.loss, test_accuracy=said.accuracy)
        figures.append(done)
        if epoch in (*readable, count):
            network = replace(last.snapshot, epoch=epoch)
            folder.write_epoch(replace(last, done=done, predictions=said, snapshot=network))
        else:
            folder.epoch_file(epoch).write_bytes(b"")
    losses = np.tile(last.losses, count)
    for name in folder.checkpoints():
        (folder.path / name).unlink()
    folder.write_checkpoint(
        replace(
            checkpoint,
            config=config,
            cycles=(count,),
            epochs=tuple(figures),
            losses=losses,
            predictions=answers[count],
        )
    )
    with store.writing() as connection:
        rows = [(done, last.losses, pack_answers(answers[done.epoch])) for done in figures]
        put_epochs(connection, run_id, rows)
        update_run(connection, run_id, config=config, **outcome_of(figures))
    return answers


def varied(predictions: PredictionSet, epoch: int) -> PredictionSet:
    """Return the answers of a network that takes some images for others, others in each epoch."""
    order = np.arange(len(predictions))
    order[epoch % 7 :: 7] = np.roll(order[epoch % 7 :: 7], epoch)
    probabilities = predictions.probabilities[order]
    truth = probabilities[np.arange(len(order)), predictions.labels]
    losses = -np.log(np.maximum(truth, np.finfo(np.float32).tiny))
    return replace(predictions, epoch=epoch, probabilities=probabilities, losses=losses)
