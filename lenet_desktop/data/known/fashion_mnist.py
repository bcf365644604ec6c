"""Fashion-MNIST, which travels with the program.

Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms", 2017; the accuracy of people is that of Zalando's own test.
"""

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import Split
from lenet_desktop.data.known.idx_files import IdxDataset, IdxFile
from lenet_desktop.data.pictures.preparation import PHOTOGRAPHED

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
    preparation=PHOTOGRAPHED,
    source="Zalando Research, github.com/zalandoresearch/fashion-mnist",
    licence="MIT",
    fingerprint="98914b62e6c0d560ac5bb7ea27625ccbdf58ccfa58f366aa72d4867bc10cde0f",
    chance_accuracy=0.1,
    train_counts=(6_000,) * 10,
    human_accuracy=0.835,
)  # fmt: skip

FILES = IdxDataset(
    FASHION_MNIST,
    bundle="fashion_mnist",
    unpacked="FashionMNIST",
    images={
        Split.TRAIN: IdxFile(
            "train-images-idx3-ubyte",
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        Split.TEST: IdxFile(
            "t10k-images-idx3-ubyte",
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
    },
    labels={
        Split.TRAIN: IdxFile(
            "train-labels-idx1-ubyte",
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
        Split.TEST: IdxFile(
            "t10k-labels-idx1-ubyte",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    },
)
