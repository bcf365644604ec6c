"""Judging a network on labelled images."""

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lenet_desktop.data.images import LabelledImages
from lenet_desktop.networks.fast_network import fast_forward
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.networks.threads import threads

EVALUATION_BATCH = 1_000


def evaluate(
    model: nn.Sequential, images: LabelledImages, epoch: int, *, normalise: bool = False
) -> PredictionSet:
    """Judge a model on images that are on its device, in eval mode and without gradients.

    Args:
        model: gives logits (N, classes) for float32 images (N, channels, side, side); its mode
            is restored.
        images: what to judge it on.
        epoch: how many epochs the model has learned for, to be kept with the predictions.
        normalise: whether the model learned from normalised images, see `to_input`.
    """
    was_training = model.training
    model.eval()
    try:
        steps = evaluate_in_steps(model, images, epoch, normalise=normalise)
        return next(predictions for predictions in steps if predictions is not None)
    finally:
        model.train(was_training)


def evaluate_in_steps(
    model: nn.Sequential, images: LabelledImages, epoch: int, *, normalise: bool = False
) -> Generator[PredictionSet | None, None, None]:
    """Judge a model that is in eval mode; yield None after some batches, at last the predictions.

    Between two batches it can be given up.
    """
    forward = fast_forward(model)

    def judge(batch: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        pixels, labels = batch
        with torch.inference_mode():
            logits = forward(to_input(pixels, normalise, images.info))
            losses = functional.cross_entropy(logits, labels, reduction="none")
            return logits.softmax(dim=1), losses

    batches = (torch.split(part, EVALUATION_BATCH) for part in (images.images, images.labels))
    judged = []
    for some in threads.run_each(judge, zip(*batches, strict=True)):
        judged += some
        yield None
    probabilities, losses = (torch.cat(parts).cpu().numpy() for parts in zip(*judged, strict=True))
    yield PredictionSet(
        epoch, images.labels.cpu().numpy().astype(np.uint8), probabilities, losses, images.info
    ).worked_out()
