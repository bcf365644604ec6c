"""The training images that a network finds most like an image, by its last features.

Which layer gives the F features of an image is said by the network's `NetworkSpec`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from lenet_desktop.analysis.unlikeness import UnlikenessScale, spread
from lenet_desktop.data.images import LabelledImages, read_only
from lenet_desktop.networks.catalogue import NETWORKS, layers_until
from lenet_desktop.networks.evaluation import EVALUATION_BATCH
from lenet_desktop.networks.fast_network import fast_forward
from lenet_desktop.networks.inputs import to_input
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.networks.threads import threads
from lenet_desktop.training.devices import CPU

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

NEIGHBOURS = 8
SAMPLE = 1_000
"""Training images that can be searched in less than 100 ms with a network never seen before."""
KEPT_BANKS = 4
"""Networks whose features are kept, 20 MB for each."""
_PIECE = 250
"""Images whose features are computed at a time by a thread."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Neighbour:
    """A training image that the network finds like the one looked at.

    Attributes:
        number: its place among the training images, from 0.
        label: its class.
        distance: the Euclidean distance of the two images' features, no unit.
        pixels: uint8 (channels, side, side), read-only.
    """

    number: int
    label: int
    distance: float
    pixels: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """What was found most alike, and among how many.

    Attributes:
        nearest: the nearest first.
        searched: how many training images were looked at, the first of them.
        total: how many training images there are.
    """

    nearest: tuple[Neighbour, ...]
    searched: int
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether all training images were looked at."""
        return self.searched == self.total


class FeatureBank:
    """The features of the first K of N training images, as one network has them; read-only."""

    def __init__(
        self, train: LabelledImages, features: Floats, scale: UnlikenessScale | None = None
    ) -> None:
        """Keep `features`, float32 (K, F), of the first K of the N images `train`.

        `scale` tells how far from these other images are, None where it is not known yet.
        """
        self.scale = scale
        self._images = train.images.cpu().numpy()
        self.labels = read_only(train.labels[: len(features)].to(torch.uint8).cpu().numpy())
        self.features = read_only(features.view())

    def __len__(self) -> int:
        return len(self.features)

    @property
    def is_complete(self) -> bool:
        """Whether there are features of all training images."""
        return len(self) == len(self._images)

    def nearest(
        self, features: Floats, count: int = NEIGHBOURS, leave_out: int | None = None
    ) -> Neighbours:
        """Return the images with the nearest features, the nearest first.

        Of images that are equally near, the one with the smaller number comes first.

        Args:
            features: float32 (F,), of the image looked at.
            count: how many to return at most.
            leave_out: the number of the image looked at, if it is a training image: nobody is a
                neighbour of their own.
        """
        apart = self.features - features
        distances = np.sqrt(np.einsum("nf,nf->n", apart, apart))
        if leave_out is not None and leave_out < len(self):
            distances[leave_out] = np.inf
            count = min(count, len(self) - 1)
        order = np.argsort(distances, kind="stable")[:count]
        nearest = tuple(self._neighbour(int(number), float(distances[number])) for number in order)
        return Neighbours(nearest, len(self), len(self._images))

    def _neighbour(self, number: int, distance: float) -> Neighbour:
        pixels = read_only(self._images[number].copy())
        return Neighbour(number, int(self.labels[number]), distance, pixels)


class FeatureBankBuilder:
    """A `FeatureBank` in the making, which can be left and gone on with between two batches."""

    def __init__(
        self, snapshot: Snapshot, train: LabelledImages, batch_size: int = EVALUATION_BATCH
    ) -> None:
        """Compute nothing yet.

        Args:
            snapshot: the network.
            train: N images.
            batch_size: how many images to compute at a time, which decides nothing else.
        """
        self.snapshot = snapshot
        self.train = train
        self.done = 0
        self._batch_size = batch_size
        model = layers_until(snapshot.build(), NETWORKS[snapshot.config.network].features)
        self._forward = fast_forward(model)
        with torch.inference_mode():
            one = self._forward(torch.zeros(1, *snapshot.config.data.shape))
        self._features = np.empty((len(train), one.shape[1]), np.float32)
        self._scale: UnlikenessScale | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the features of all images are there."""
        return self.done == len(self.train)

    def advance(self) -> None:
        """Compute the next batch, if there is one."""
        end = min(self.done + self._batch_size, len(self.train))
        if self.done < end:
            self._features[self.done : end] = self.features(self.train.images[self.done : end])
            self.done = end

    def features(self, pixels: Tensor) -> Floats:
        """Return the features of images, uint8 (N, channels, side, side), as float32 (N, F)."""
        parts = [partial(self._compute, part) for part in torch.split(pixels, _PIECE)]
        return np.concatenate(threads.run(parts))

    def _compute(self, pixels: Tensor) -> Floats:
        config = self.snapshot.config
        with torch.inference_mode():
            features = self._forward(to_input(pixels.to(CPU), config.normalise, config.data))
        computed: Floats = features.numpy()
        return computed

    def bank(self) -> FeatureBank | None:
        """Return a bank to search in now, None where there is too little of it.

        It has all images, or the first `SAMPLE` of them: what is found shall not change with
        every batch.
        """
        if not self.is_complete and self.done < SAMPLE:
            return None
        features = self._features if self.is_complete else self._features[:SAMPLE]
        scale = self._scale
        is_known = scale is not None and scale.is_complete and len(scale) == len(features)
        return FeatureBank(self.train, features, scale if is_known else None)

    def compare(self, tests: LabelledImages) -> bool:
        """Compare some of the test images with those of the bank; return whether more remain."""
        bank = self.bank()
        if bank is None or not len(bank) or not len(tests) or bank.scale is not None:
            return False
        if self._scale is None or len(self._scale) != len(bank):
            features = self.features(spread(tests).images)
            self._scale = UnlikenessScale(bank.features, features)
        self._scale.advance()
        return not self._scale.is_complete


class FeatureBanks:
    """The banks of the networks that were asked about last, finished or not."""

    def __init__(self) -> None:
        self._builders: OrderedDict[int, FeatureBankBuilder] = OrderedDict()

    def builder(self, snapshot: Snapshot, train: LabelledImages) -> FeatureBankBuilder:
        """Return the builder for this very network, as far as it has come, or a new one."""
        key = id(snapshot)  # the builder holds the snapshot, so no other one can have its id
        builder = self._builders.pop(key, None)
        if builder is None or builder.train is not train:
            builder = FeatureBankBuilder(snapshot, train)
        self._builders[key] = builder
        if len(self._builders) > KEPT_BANKS:
            self._builders.popitem(last=False)
        return builder
