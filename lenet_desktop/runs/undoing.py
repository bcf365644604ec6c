"""Brings back what was deleted, whatever other windows have done to it meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from lenet_desktop.runs.records import RunRecord
from lenet_desktop.runs.store import RunStore


def bring_back(store: RunStore, deleted: Iterable[RunRecord]) -> list[str]:
    """Put runs back into the list, known by their keys, as an import gives them other numbers.

    Args:
        store: the list.
        deleted: the runs, as they were when they were deleted.

    Returns:
        A sentence on each that is not back as it was.

    Raises:
        StoreError: the database cannot be written.
    """
    said: list[str] = []
    for record in deleted:
        run_id = store.id_of(record.key)
        if run_id is None:
            said.append(f"{record.quoted_name} was deleted for good and cannot be brought back.")
            continue
        store.restore([run_id])
        if run_id != record.id:
            said.append(
                f"{record.quoted_name} was imported anew meanwhile. It is in the list as run "
                f"{run_id}, with the name and the note of that file."
            )
    return said
