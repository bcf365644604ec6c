"""What a person can choose from, and what is told of it."""

from pathlib import Path

import numpy as np

from lenet_desktop.data.catalogue import TITLES
from lenet_desktop.data.images import Split
from lenet_desktop.data.known.offers import offers, samples_of
from lenet_desktop.data.known.originals import ORIGINALS
from lenet_desktop.data.prepared_sets import PreparedSets
from tests.data.test_prepared_sets import parts_of


def test_every_named_set_is_offered_with_what_is_known_of_it(tmp_path: Path) -> None:
    known = offers(tmp_path)

    assert [offer.key for offer in known] == list(TITLES)
    assert [offer.key for offer in known if not offer.is_here] == list(ORIGINALS)
    for offer in known:
        assert offer.about.endswith(".")
        assert offer.source
        assert offer.images > 1_000
    by_key = {offer.key: offer for offer in known}
    assert by_key["emnist-balanced"].size == "131,600 grey images of 28 x 28 pixels in 47 classes"
    assert by_key["usps"].side == 16


def test_ones_own_sets_follow_and_show_a_few_images_of_each_class(tmp_path: Path) -> None:
    parts = parts_of()
    info = parts[Split.TRAIN].info
    PreparedSets(tmp_path).save(parts, "folder-1")

    *_, offer = offers(tmp_path)
    samples = samples_of(offer, tmp_path, each=2)

    assert offer.own == info
    assert offer.is_of(info)
    assert offer.size == "Colour images of 16 x 16 pixels in 3 classes"
    np.testing.assert_array_equal(samples.labels, [0, 0, 1, 1, 2, 2])
    test = parts[Split.TEST]
    first = test.images[test.labels == 1][:2]
    np.testing.assert_array_equal(samples.images[2:4], first)
