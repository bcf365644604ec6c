"""Judging a network on labelled images."""

from collections.abc import Generator

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from lenet_desktop.data.images import LabelledImages
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.kernels import fast_forward
from lenet_desktop.networks.predictions import PredictionSet

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
    """Judge a model that is in eval mode; yield None after every batch, at last the predictions.

    Between two batches it can be given up.
    """
    forward = fast_forward(model)
    probabilities, losses = [], []
    for pixels, labels in zip(
        torch.split(images.images, EVALUATION_BATCH),
        torch.split(images.labels, EVALUATION_BATCH),
        strict=True,
    ):
        with torch.inference_mode():
            logits = forward(to_input(pixels, normalise, images.info))
            probabilities.append(logits.softmax(dim=1))
            losses.append(functional.cross_entropy(logits, labels, reduction="none"))
        yield None
    predictions = torch.cat(probabilities).cpu().numpy(), torch.cat(losses).cpu().numpy()
    yield PredictionSet(
        epoch, images.labels.cpu().numpy().astype(np.uint8), *predictions, images.info
    ).worked_out()
