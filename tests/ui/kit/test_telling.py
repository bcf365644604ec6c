from PySide6.QtCore import QObject, Signal

from lenet_desktop.runs.store import StoreError
from lenet_desktop.ui.kit.telling import telling


class Part(QObject):
    failed = Signal(str)


def test_what_could_not_be_done_is_said_and_what_comes_behind_it_goes_on(qapp: object) -> None:
    part, said, done = Part(), list[str](), list[int]()
    part.failed.connect(said.append)
    with telling(part.failed):
        done.append(1)
        raise StoreError("The list is locked.")
    done.append(2)

    assert (said, done) == (["The list is locked."], [1, 2])
