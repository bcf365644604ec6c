"""What a person chooses about a folder of pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.pictures.preparation import AS_IT_IS, Preparation


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions:
    """How a folder becomes a data set.

    Attributes:
        side: height and width that the pictures are brought to.
        channels: 1 for grey, 3 for colour.
        how: the steps from a picture to what the network reads.
        test_share: 0-1, how much of each class is held out for testing, where no folder says so.
        seed: from which those are drawn.
        can_be_mirrored: whether a mirrored picture is still of its class.
    """

    side: int = 28
    channels: int = 1
    how: Preparation = AS_IT_IS
    test_share: float = 0.2
    seed: int = 0
    can_be_mirrored: bool = False

    @property
    def form(self) -> tuple[int, int, Preparation]:
        """What tells how each picture is prepared, whichever part it is in."""
        return self.side, self.channels, self.how

    @classmethod
    def of(cls, info: DatasetInfo) -> FolderOptions:
        """Return how a folder became a data set, as far as that says it."""
        options = cls(
            side=info.side,
            channels=info.channels,
            how=info.preparation,
            can_be_mirrored=info.can_be_mirrored,
        )
        if info.test_share is None:
            return options
        return replace(options, test_share=info.test_share, seed=info.test_seed)
