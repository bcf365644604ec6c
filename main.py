"""Start LeNet Desktop from a checkout: `python main.py`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  an older one would only say that something is wrong
    sys.exit(f"lenet-desktop: Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")

from lenet_desktop.app import main

if __name__ == "__main__":
    raise SystemExit(main())
