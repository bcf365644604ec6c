"""Takes runs along: as files for other programs and machines, as code, and back in again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from lenet_desktop.data.pictures.own_pictures import OwnPictures
from lenet_desktop.export.tables import curves_csv, to_csv_bytes
from lenet_desktop.networks.snapshot import Snapshot
from lenet_desktop.runs.records import RunRecord
from lenet_desktop.runs.store import RunStore
from lenet_desktop.storage.errors import CheckpointError
from lenet_desktop.storage.files import file_stem, write_atomically
from lenet_desktop.text.language import _, ngettext
from lenet_desktop.text.wording import counted, quoted_title, sentences
from lenet_desktop.ui.kit.message_bar import MessageAction
from lenet_desktop.ui.kit.opening import ask_for_file
from lenet_desktop.ui.kit.pdf import pdf_bytes
from lenet_desktop.ui.kit.saving import SaveFolder, Saver
from lenet_desktop.ui.kit.telling import telling
from lenet_desktop.ui.runs.run_exports import EXPORTS, ExportKind


class RunExporter(Saver):
    """Saves, copies and imports runs; files are written and read on a thread.

    Attributes:
        own: the person's own pictures, which go along where that is asked for.
    """

    imported = Signal(str, object)  # a sentence, and the MessageActions that go with it
    pictures_changed = Signal()  # the person's own pictures are more than before
    network_saved = Signal(object)  # Snapshot

    def __init__(self, window: QWidget, folder: SaveFolder, cache: Path) -> None:
        super().__init__(window, folder)
        self._cache = cache
        self._store: RunStore | None = None
        self.own: OwnPictures | None = None

    def use_store(self, store: RunStore) -> None:
        """Take along the runs of a store, and import runs into it."""
        self._store = store

    @Slot(int, object)
    def export(self, run_id: int, kind: ExportKind) -> None:
        """Ask where to save something of a run."""
        store, export = self._store, EXPORTS[kind]
        if store is None:
            return
        with telling(self.failed):
            record = store.record(run_id)
            self.ask(
                title=_(export.title),
                suggestion=f"{file_stem(record.name, f'run-{record.id}')}{export.suffix}",
                done=_("{name} was saved").format(name=quoted_title(record.name)),
                write=_writer(store, run_id, kind, self.own, self._cache),
            )

    def save_network(self, network: Snapshot, name: str) -> None:
        """Ask where to save a network that is kept nowhere else; `network_saved` tells of it."""

        def write(path: Path) -> None:
            _write_weights(network, path)
            self.network_saved.emit(network)

        self.ask(
            title=_("Save the network elsewhere"),
            suggestion=f"{file_stem(name, 'network')}.safetensors",
            done=_("The network was saved"),
            write=write,
        )

    @Slot(int)
    def copy_code(self, run_id: int) -> None:
        """Put a short program on the clipboard that trains as a run did; returns at once."""
        if self._store is not None:
            work = _writing_code(self._store, run_id, self._cache)
            failure = _("The code could not be written")
            self._jobs.start(work, failure, self._on_code_written, self.failed)

    @Slot()
    def ask_for_import(self) -> None:
        """Let somebody choose the file of a run; returns at once."""
        ask_for_file(
            self._parent,
            self._folder,
            self._import,
            title=_("Import a run"),
            object_name="import_run_dialog",
            kind=_("Runs of LeNet Desktop (*.zip)"),
        )

    def _import(self, path: Path) -> None:
        if self._store is not None:
            failure = _("{path} could not be imported").format(path=path)
            self._jobs.start(_importing(self._store, path), failure, self._on_imported, self.failed)

    @Slot(object)
    def _on_imported(self, imported: _Imported) -> None:
        own, count = self.own, imported.pictures
        said = [_("{name} is in the list now.").format(name=imported.record.quoted_name)]
        actions = []
        if own is not None and count:
            said.append(
                counted(
                    count,
                    "Its zip holds {count} own picture, too.",
                    "Its zip holds {count} own pictures, too.",
                )
            )
            take_in = partial(self._take_in, imported.path, own)
            words = ngettext("Take it in", "Take them in", count)
            actions.append(MessageAction(words, take_in))
        self.imported.emit(sentences(said), actions)

    def _take_in(self, path: Path, own: OwnPictures) -> None:
        failure = _("The pictures could not be taken in")
        self._jobs.start(_taking_in(path, own), failure, self._on_pictures_taken_in, self.failed)

    @Slot(object)
    def _on_pictures_taken_in(self, sentence: str) -> None:
        self.saved.emit(sentence)
        self.pictures_changed.emit()

    @Slot(object)
    def _on_code_written(self, written: tuple[str, str]) -> None:
        code, name = written
        QGuiApplication.clipboard().setText(code)
        self.saved.emit(
            _("PyTorch code for the settings of {name} is on the clipboard.").format(
                name=quoted_title(name)
            )
        )


def _writing_code(store: RunStore, run_id: int, cache: Path) -> Callable[[], tuple[str, str]]:
    """Return what gives the code of a run and the run's name."""

    def write() -> tuple[str, str]:
        from lenet_desktop.data.catalogue import prepared_file
        from lenet_desktop.export.pytorch_code import pytorch_code

        curves = store.curves([run_id])[0]
        config = curves.record.config
        prepared = prepared_file(config.data, cache)
        return pytorch_code(config, curves.course, prepared), curves.record.name

    return write


def _writer(
    store: RunStore, run_id: int, kind: ExportKind, own: OwnPictures | None, cache: Path
) -> Callable[[Path], str | None]:
    def write(path: Path) -> str | None:
        match kind:
            case ExportKind.RUN | ExportKind.RUN_AND_PICTURES:
                from lenet_desktop.runs.portable import export_run

                with_own = kind is ExportKind.RUN_AND_PICTURES
                return export_run(store, run_id, path, own if with_own else None)
            case ExportKind.WEIGHTS:
                _write_weights(_last_network(store, run_id), path)
            case ExportKind.BEST_WEIGHTS:
                _write_weights(_best_network(store, run_id), path)
            case ExportKind.ONNX:
                _write_onnx(_last_network(store, run_id), path)
            case ExportKind.BEST_ONNX:
                _write_onnx(_best_network(store, run_id), path)
            case ExportKind.REPORT | ExportKind.PDF_REPORT:
                _write_report(store, run_id, path, cache, as_pdf=kind is ExportKind.PDF_REPORT)
            case ExportKind.CURVES:
                from lenet_desktop.runs.reporting import history_of

                write_atomically(path, to_csv_bytes(curves_csv(history_of(store, run_id))))
            case ExportKind.TENSORBOARD:
                _write_tensorboard(store, run_id, path)
        return None

    return write


def _best_network(store: RunStore, run_id: int) -> Snapshot:
    """Return the network after the best epoch by validation, the last one where none is.

    Raises:
        CheckpointError: it cannot be read.
    """
    record = store.record(run_id)
    if record.best_epoch in (None, record.epochs_done):
        return _last_network(store, run_id)
    return store.run_folder(run_id).read_epoch(record.best_epoch).network


def _last_network(store: RunStore, run_id: int) -> Snapshot:
    """Return the network after the last finished epoch.

    Raises:
        CheckpointError: it cannot be read.
    """
    folder, record = store.run_folder(run_id), store.record(run_id)
    try:
        return folder.read_epoch(record.epochs_done).network
    except CheckpointError:  # there was no room for it, perhaps, but for a checkpoint
        _other, checkpoint = folder.newest_checkpoint(record.steps_per_epoch)
        last = None if checkpoint is None else checkpoint.last_network()
        if last is None or last.snapshot is None or last.snapshot.epoch != record.epochs_done:
            raise
        return last.snapshot


def _write_weights(network: Snapshot, path: Path) -> None:
    from lenet_desktop.training.network_file import save_network

    save_network(network, path)


def _write_onnx(network: Snapshot, path: Path) -> None:
    from lenet_desktop.export.onnx_export import onnx_bytes

    write_atomically(path, onnx_bytes(network))


def _write_report(store: RunStore, run_id: int, path: Path, cache: Path, *, as_pdf: bool) -> None:
    from lenet_desktop.export.run_report import report_html
    from lenet_desktop.runs.reporting import report_of

    report = report_of(store, run_id, cache)
    html = report_html(report)
    write_atomically(path, pdf_bytes(html, report.name) if as_pdf else html.encode())


def _write_tensorboard(store: RunStore, run_id: int, path: Path) -> None:
    from lenet_desktop.export.tensorboard_export import write_tensorboard

    curves = store.curves([run_id])[0]
    write_tensorboard(
        path,
        config=curves.record.config,
        losses=curves.losses,
        steps_per_epoch=curves.record.steps_per_epoch,
        epochs=curves.epochs,
        changes=curves.changes,
        created_at=curves.record.created_at,
    )


class _Imported(NamedTuple):
    """A run that was imported, and how many own pictures its zip holds beside it."""

    record: RunRecord
    path: Path
    pictures: int


def _importing(store: RunStore, path: Path) -> Callable[[], _Imported]:
    def read() -> _Imported:
        from lenet_desktop.runs.portable import count_own_pictures, import_run

        return _Imported(import_run(store, path), path, count_own_pictures(path))

    return read


def _taking_in(path: Path, own: OwnPictures) -> Callable[[], str]:
    def take_in() -> str:
        from lenet_desktop.runs.portable import import_own_pictures

        return import_own_pictures(path, own)

    return take_in
