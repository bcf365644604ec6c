"""Where the files that are not code are: data and icons.

The only module that knows it. A checkout keeps them in `resources/` beside the package; an
installed wheel carries them inside the package.
"""

from pathlib import Path

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


def icons() -> Path:
    """Return the folder of the SVG icons."""
    return resources() / "icons"
