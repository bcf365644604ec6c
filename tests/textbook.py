"""LeNet and its judging as a book writes them, to compare the program with."""

import torch
from torch import Tensor, nn

from lenet_desktop.data.images import LabelledImages
from lenet_desktop.networks.catalogue import new_network
from lenet_desktop.settings.choices import Activation, Pooling
from lenet_desktop.settings.config import TrainingConfig


def textbook_model(config: TrainingConfig) -> nn.Sequential:
    """Return LeNet as a book writes it, with the initial weights of `config`."""
    sigmoid = config.activation is Activation.SIGMOID
    act: type[nn.Module] = nn.Sigmoid if sigmoid else nn.ReLU
    pool = nn.AvgPool2d if config.pooling is Pooling.AVERAGE else nn.MaxPool2d
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), act(), pool(2),
        nn.Conv2d(6, 16, 5), act(), pool(2), nn.Flatten(),
        nn.Linear(400, 120), act(), nn.Linear(120, 84), act(), nn.Linear(84, 10),
    )  # fmt: skip
    with torch.no_grad():
        for mine, theirs in zip(model.parameters(), new_network(config).parameters(), strict=True):
            mine.copy_(theirs)
    return model


def judge_plainly(model: nn.Module, images: LabelledImages) -> tuple[Tensor, Tensor]:
    """Return the probabilities (N, 10) and the losses (N,), one image after the other."""
    with torch.no_grad():
        logits = torch.cat([model((pixels.float() / 255)[None]) for pixels in images.images])
    right = logits[torch.arange(len(logits)), images.labels]
    return logits.softmax(dim=1), logits.logsumexp(dim=1) - right
