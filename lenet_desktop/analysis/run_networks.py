"""The networks of a run, of which only the newest stay in memory."""

from collections.abc import Iterable

from lenet_desktop.analysis.kept_predictions import EpochSource
from lenet_desktop.analysis.prediction_history import AT_HAND
from lenet_desktop.networks.snapshot import Snapshot


class RunNetworks:
    """The networks of one run, epoch by epoch.

    Attributes:
        by_epoch: those that can be asked; the weights of some are read only then.
    """

    def __init__(self, networks: Iterable[Snapshot] = ()) -> None:
        self.by_epoch = {each.epoch: each for each in networks}
        self._held: list[int] = []  # the epochs whose networks are in memory
        self._source: EpochSource | None = None

    def use_source(self, source: EpochSource) -> None:
        """Hold in memory only the newest of those that can be had from elsewhere."""
        self._source = source

    def add(self, network: Snapshot) -> None:
        """Take in the network after a later epoch."""
        self.by_epoch[network.epoch] = network
        self._held.append(network.epoch)
        self._spare_memory()

    def _spare_memory(self) -> None:
        earlier, source = self._held[:-AT_HAND], self._source
        kept = [] if source is None else [epoch for epoch in earlier if source.has(epoch)]
        if source is None or not kept:
            return
        config = self.by_epoch[kept[-1]].config
        for epoch in kept:  # of some runs only a few networks are kept
            del self.by_epoch[epoch]
        self.by_epoch |= {each.epoch: each for each in source.late_networks(config, kept)}
        self._held = [epoch for epoch in self._held if epoch not in kept]
