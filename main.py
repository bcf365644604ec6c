"""Start LeNet Desktop from a checkout: `python main.py`."""

from lenet_desktop.app import main

if __name__ == "__main__":
    raise SystemExit(main())
