"""Start LeNet Desktop from anywhere: `python -m lenet_desktop`."""

from lenet_desktop.app import main

if __name__ == "__main__":
    raise SystemExit(main())
