"""Train LeNet on Fashion-MNIST, watch it learn and look at what it gets wrong."""

__version__ = "0.1.0"
