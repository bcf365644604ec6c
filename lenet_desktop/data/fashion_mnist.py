"""Fashion-MNIST, which travels with the program.

Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms", 2017; the accuracy of people is that of Zalando's own test.
"""

from lenet_desktop.data.dataset_info import DatasetInfo

FASHION_MNIST = DatasetInfo(
    key="fashion-mnist",
    title="Fashion-MNIST",
    class_names=(
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
    side=28,
    channels=1,
    mean=0.2860,
    std=0.3530,
    can_be_mirrored=True,
    source="Zalando Research, github.com/zalandoresearch/fashion-mnist",
    licence="MIT",
    fingerprint="98914b62e6c0d560ac5bb7ea27625ccbdf58ccfa58f366aa72d4867bc10cde0f",
    human_accuracy=0.835,
)  # fmt: skip
