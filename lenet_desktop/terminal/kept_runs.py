"""The list of runs in a terminal: look at it, carry runs elsewhere, delete them."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from lenet_desktop.data.pictures.own_pictures import FOLDER, OwnPictures
from lenet_desktop.runs.opening import open_store
from lenet_desktop.runs.store import RunStore
from lenet_desktop.runs.trash import delete_runs
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.stopping import StopRequests
from lenet_desktop.terminal.columns import cells, cut, row
from lenet_desktop.terminal.output import fitted, say, send, tell, write
from lenet_desktop.terminal.usage import EXIT_SUCCESS, UsageError
from lenet_desktop.text.language import _, marked
from lenet_desktop.text.wording import counted, moment, one_line

if TYPE_CHECKING:
    from lenet_desktop.runs.records import RunRecord

_STANDARD_OUTPUT = Path("-")
_NAME_WIDTH = 24
_LINE = "{:>4}  {:24} {:12} {:>8} {:>7} {:>7}  {:16}  {}"
_HEADINGS = (
    marked("id"), marked("name"), marked("state"), marked("epochs"), marked("last"),
    marked("best"), marked("started"), marked("recipe"),
)  # fmt: skip


def manage_runs(options: argparse.Namespace, cache: Path, kept: Path) -> int:
    """List the runs that are kept, or report on, export, import or delete one."""
    own = OwnPictures(kept / FOLDER)
    with StopRequests(), contextlib.closing(open_store(kept)) as store:
        if store.notice is not None:
            say(store.notice)
        match options.action:
            case "export":
                _export(store, options.id, options.file, own if options.own_pictures else None)
            case "report":
                _report(store, options.id, options.file, cache)
            case "import":
                _import(store, options.file, own, with_pictures=options.own_pictures)
            case "delete":
                name = store.record(options.id).quoted_name
                delete_runs(store, [options.id])
                say(_("{name} was deleted.").format(name=name))
            case _:
                _list(store)
    return EXIT_SUCCESS


def _list(store: RunStore) -> None:
    records = store.records()
    if not records:
        say(_("No run is kept yet. Train one with lenet-desktop train."))
        return
    tell(row(_LINE, map(_, _HEADINGS)))
    for record in records:
        tell(row(_LINE, _cells(record)))


def _cells(record: RunRecord) -> tuple[str, ...]:
    return (
        str(record.id),
        shortened(f"{'*' if record.starred else ''}{record.name}"),
        record.status.words,
        f"{record.epochs_done}/{record.config.epochs}",
        *("-" if a is None else f"{a:.4f}" for a in (record.last_accuracy, record.best_accuracy)),
        moment(record.created_at),
        recipe_text(record.config),
    )


def shortened(name: str) -> str:
    """Return a name as its column has room for it, in letters that fill as much of it."""
    name, dots = fitted(one_line(name)), fitted("…")
    return name if cells(name) <= _NAME_WIDTH else cut(name, _NAME_WIDTH - cells(dots)) + dots


def _export(store: RunStore, run_id: int, file: Path, own: OwnPictures | None) -> None:
    from lenet_desktop.runs.portable import export_run

    if file == _STANDARD_OUTPUT:
        _send(store, run_id, own)
        return
    missing = export_run(store, run_id, file, own)
    text = _("{name} was saved to {file}.")
    say(text.format(name=store.record(run_id).quoted_name, file=file))
    if missing is not None:
        say(missing)


def _report(store: RunStore, run_id: int, file: Path, cache: Path) -> None:
    from lenet_desktop.export.run_report import report_html
    from lenet_desktop.runs.reporting import report_of
    from lenet_desktop.storage.files import write_atomically

    page = report_html(report_of(store, run_id, cache))
    if file == _STANDARD_OUTPUT:
        write(page, sys.stdout)
        return
    write_atomically(file, page.encode())
    text = _("The report of {name} was saved to {file}.")
    say(text.format(name=store.record(run_id).quoted_name, file=file))


def _send(store: RunStore, run_id: int, own: OwnPictures | None) -> None:
    """Write a run to standard output, where whoever reads it gets all of the zip or nothing."""
    from lenet_desktop.runs.portable import export_run

    if sys.stdout.isatty():
        raise UsageError(_("A terminal cannot show a zip: name a file, or pass it on with “|”."))
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "run.zip"
        missing = export_run(store, run_id, whole, own)
        if missing is not None:
            say(missing)
        send(whole)


def _import(store: RunStore, file: Path, own: OwnPictures, *, with_pictures: bool) -> None:
    from lenet_desktop.runs.portable import count_own_pictures, import_own_pictures, import_run

    record = import_run(store, file)
    text = _("{name} is in the list now, as run {number}.")
    say(text.format(name=record.quoted_name, number=record.id))
    if with_pictures:
        say(import_own_pictures(file, own))
    elif count := count_own_pictures(file):
        say(
            counted(
                count,
                "{count} own picture beside it stayed out.",
                "{count} own pictures beside it stayed out.",
            )
        )
