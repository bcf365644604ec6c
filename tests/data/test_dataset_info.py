"""What is known of a data set: sound from birth, read back as it was written."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.known.fashion_mnist import FASHION_MNIST

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


def test_what_was_written_is_read_back() -> None:
    assert DatasetInfo.from_dict(json.loads(json.dumps(asdict(FASHION_MNIST)))) == FASHION_MNIST


@pytest.mark.parametrize(
    "wrong",
    [
        {"class_names": ("one",)},
        {"class_names": tuple(map(str, range(63)))},
        {"class_names": ("a", "a")},
        {"class_names": ("a", "")},
        {"title": ""},
        {"side": 2},
        {"side": 4_000},
        {"channels": 2},
        {"mean": float("nan")},
        {"std": 0.0},
        {"fingerprint": "none"},
        {"train_counts": (1, 2)},
        {"train_counts": (0,) * 10},
        {"train_counts": (-1, *(2,) * 9)},
        {"train_counts": (10**30,) * 10},
        {"licence": "x" * 10_000},
        {"title": "two\nlines"},
        {"class_names": ("a", "\u202eb")},
        {"source": "half a sign \ud800"},
    ],
)
def test_what_makes_no_data_set_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        replace(FASHION_MNIST, **wrong)


@given(st.sampled_from(sorted(asdict(FASHION_MNIST))), json_values)
def test_anything_from_a_file_is_a_data_set_or_refused(name: str, value: object) -> None:
    try:
        info = DatasetInfo.from_dict(asdict(FASHION_MNIST) | {name: value})
    except ValueError:
        return
    assert DatasetInfo.from_dict(asdict(info)) == info
    if name != "preparation":  # of which each part that is not said has its default
        assert asdict(info) == asdict(FASHION_MNIST) | {
            name: tuple(value) if isinstance(value, list) else value
        }


def test_what_was_written_before_training_images_were_counted_is_read() -> None:
    values = asdict(FASHION_MNIST)
    del values["train_counts"]

    info = DatasetInfo.from_dict(values)

    assert info.training_images == 0
    assert info == replace(FASHION_MNIST, train_counts=())


@pytest.mark.parametrize("values", [None, [], "text", {}, {"key": "a"}, {"more": 1}])
def test_what_has_no_fields_of_a_data_set_is_refused(values: object) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        DatasetInfo.from_dict(values)
