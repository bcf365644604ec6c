"""What each layer may import: the science no Qt at all, a session nothing of its widgets."""

import subprocess
import sys

import pytest

SCRIPT = """
import pkgutil, sys, importlib
package = importlib.import_module("lenet_desktop.{layer}")
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
print(*{{"PySide6", "PySide6.QtGui", "PySide6.QtWidgets", "pyqtgraph"}} & set(sys.modules))
"""


@pytest.mark.parametrize(
    ("layer", "allowed"),
    [("training", set()), ("analysis", set()), ("export", set()), ("session", {"PySide6"})],
)
def test_a_layer_imports_no_more_than_it_may(layer: str, allowed: set[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(layer=layer)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert set(ended.stdout.split()) <= allowed
