"""The lines of a script that read the images that a run has learned from.

What torchvision gives away ready it downloads; of all other data the script reads the file in which
they are kept prepared here.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from lenet_desktop.data.catalogue import name_in_torchvision
from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataError, Split
from lenet_desktop.text.language import _

_CLASS = '''
class Images(Dataset):
    """A part of the images that LeNet Desktop keeps prepared, with their labels."""

    classes = {classes}

    def __init__(self, part, transform):
        with np.load(data_file) as file:
            self.data = file[f"{{part}}-images"]
            self.targets = torch.from_numpy(file[f"{{part}}-labels"]).long()
        self.transform = transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, number):
        image = Image.fromarray(self.data[number]{pixels})
        return self.transform(image), self.targets[number].item()
'''


class DataCode:
    """What a script says of its images.

    Args:
        info: the data set.
        prepared: the file in which it is kept prepared, None where there is none.

    Attributes:
        setting: where the images are, as the first of the settings.
        imports: what is imported for them from elsewhere than `torch.utils.data`, a line or none.
        loader: what is imported from `torch.utils.data` beside the loader.
        reader: the class that reads them; empty where torchvision has one.

    Raises:
        DataError: torchvision does not give them away, and they are not prepared.
    """

    def __init__(self, info: DatasetInfo, prepared: Path | None) -> None:
        self._name = name_in_torchvision(info)
        self.loader: tuple[str, ...] = ()
        self.reader = ""
        if self._name is not None:
            self.setting = 'data_folder = "data"  # the images are downloaded into it once'
            self.imports = f"from torchvision.datasets import {self._name}"
            return
        if prepared is None:
            raise DataError(
                _(
                    "A run on {title} cannot be written as code, as its images are not prepared on "
                    "this machine. Use them in this window first."
                ).format(title=info.title)
            )
        self.setting = f"data_file = {str(prepared)!r}"
        self.imports, self.loader = "", ("Dataset",)
        pixels = "[0]" if info.channels == 1 else ".transpose(1, 2, 0)"
        self.reader = _CLASS.format(classes=_listed(info.class_names), pixels=pixels)

    def opened(self, split: Split, transform: str) -> str:
        """Return what opens a part of the images, varied or made an input by `transform`."""
        if self._name is None:
            return f'Images("{split.value}", {transform})'
        is_train = split is Split.TRAIN
        arguments = f"train={is_train}, download=True, transform={transform}"
        return f"{self._name}(data_folder, {arguments})"


def _listed(names: tuple[str, ...]) -> str:
    """Return texts that anybody may have written, as literals and nothing but these."""
    line = repr(list(names))
    if len(line) <= 74:
        return line
    lines = textwrap.indent("\n".join(f"{name!r}," for name in names), " " * 8)
    return f"[\n{lines}\n    ]"
