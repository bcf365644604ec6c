"""Where the files that are not code are: data and icons.

The only module that knows it. A checkout keeps them in `resources/` beside the package; an
installed wheel carries them inside the package.
"""

import os
from pathlib import Path

SHARED_DATA = "LENET_DESKTOP_DATA"
"""The environment variable with which an administrator names a folder of data sets for all."""
_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """Return the folder of bundled files.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if (folder / "icons").is_dir():
            return folder
    raise FileNotFoundError(
        f"The folder resources/ is missing beside {_PACKAGE}. Install LeNet Desktop again."
    )


def bundled_data(folder: str) -> Path:
    """Return the folder of the files of a data set."""
    return resources() / folder


def shared_data() -> Path | None:
    """Return the folder of data sets that all users of a machine read, None where there is none.

    It is a cache folder that somebody else has filled; nothing is ever written there.
    """
    named = os.environ.get(SHARED_DATA)
    return Path(named) if named else None


def icons() -> Path:
    """Return the folder of the SVG icons."""
    return resources() / "icons"
