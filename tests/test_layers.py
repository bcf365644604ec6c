"""What each layer may import: the science no Qt at all, a session nothing of its widgets."""

import subprocess
import sys

SCRIPT = """
import pkgutil, sys, importlib
for layer in sys.argv[1:]:
    package = importlib.import_module(f"lenet_desktop.{layer}")
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
    print(layer, *{"PySide6", "PySide6.QtGui", "PySide6.QtWidgets", "pyqtgraph"} & set(sys.modules))
"""


def test_a_layer_imports_no_more_than_it_may() -> None:
    science = ["text", "storage", "data", "settings", "networks", "training", "analysis", "export"]
    layers = [*science, "runs", "sweeps", "terminal", "session"]
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, *layers],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout.split() == [*layers, "PySide6"], "a session knows QtCore"
