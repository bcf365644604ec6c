"""A matrix as a picture: all classes have room, whatever they are called."""

from xml.etree import ElementTree

import pytest

from lenet_desktop.data.catalogue import DEFAULT
from lenet_desktop.export.matrix_chart import WIDTH, matrix_chart, table_fits
from tests.made_images import NAMES

SVG = "{http://www.w3.org/2000/svg}"
LONG = tuple(f"Straßenverkehrsordnungsschild Nummer {number}" for number in range(12))


@pytest.mark.parametrize("names", [NAMES, LONG, ("苹果树上的红苹果", "a < b")])
def test_every_class_and_every_count_has_a_place_in_the_picture(names: tuple[str, ...]) -> None:
    counts = [
        [1_234 if row == column else column % 2 for column in range(len(names))]
        for row in range(len(names))
    ]
    text, height = matrix_chart(names, counts, [["#ffffff"] * len(names)] * len(names))
    picture = ElementTree.fromstring(text)  # noqa: S314  our own
    cells = list(picture.iter(f"{SVG}rect"))
    assert len(cells) == len(names) ** 2
    for cell in cells:
        left, top, width, high = (float(cell.attrib[key]) for key in ("x", "y", "width", "height"))
        assert 0 < left <= left + width <= WIDTH + 0.1
        assert 0 < top <= top + high <= height + 1
        assert width > 9, "it can be read in print"
    written = [text.text or "" for text in picture.iter(f"{SVG}text")]
    assert sum(each.isascii() and each in ("1", "1,234") for each in written) >= sum(
        bool(count) for row in counts for count in row
    )
    for name in names:
        assert sum(each[:9] == name[:9] for each in written) >= 2, "beside the rows and above"


def test_few_short_names_have_room_in_a_table_and_others_do_not() -> None:
    assert table_fits(DEFAULT.class_names)
    assert table_fits(("苹果", "香蕉"))
    assert not table_fits(NAMES)
    assert not table_fits(LONG)
