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
        if (folder / "fashion_mnist").is_dir():
            return folder
    raise FileNotFoundError(
        f"The folder resources/ is missing beside {_PACKAGE}. Install LeNet Desktop again."
    )


def fashion_mnist() -> Path:
    """Return the folder of the four gzipped IDX files of Fashion-MNIST."""
    return resources() / "fashion_mnist"


def icons() -> Path:
    """Return the folder of the SVG icons."""
    return resources() / "icons"
