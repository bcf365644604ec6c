"""Opens a trained network from a file, so that the gallery shows what it gets wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from lenet_desktop.data.dataset_info import DatasetInfo
from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.computation import Computation
from lenet_desktop.session.requests import Job, JobRunner
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import sentences
from lenet_desktop.ui.kit.opening import ask_for_file
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.services.computation_bar import ComputationBar
from lenet_desktop.ui.services.data_switch import DataSwitch

if TYPE_CHECKING:
    from lenet_desktop.export.model_opening import JudgedModel, OpenedModel


@dataclass(frozen=True, slots=True)
class _Learned:
    """What a model says that it has learned, which is not what the window holds."""

    path: Path
    info: DatasetInfo


class ModelOpener(QObject):
    """Asks for a file, reads it and judges its network; both on a thread."""

    opened = Signal(object)  # JudgedModel
    shown_changed = Signal(object)  # JudgedModel, None where a run is shown, or nothing
    failed = Signal(str)  # a sentence
    noticed = Signal(str)  # a sentence about why its own data are not shown
    blocked = Signal(str)  # a sentence: a run goes on, and has to be stopped first
    asked = Signal()  # somebody wants to see a model, which is being read now

    def __init__(self, window: QWidget, folder: SaveFolder, switch: DataSwitch) -> None:
        super().__init__(window)
        self._window = window
        self._switch = switch
        self._folder = folder
        self._jobs = JobRunner(self)
        self._data: DataSplits | None = None
        self._job: Job | None = None  # reads the model that is to be shown next
        self._problem = ""  # why what the model that is read learned from is not here
        self._is_wanted = False
        self._shown: JudgedModel | None = None
        self.bar = ComputationBar()
        self.bar.chosen.connect(self._on_computation_chosen)

    @property
    def is_wanted(self) -> bool:
        """Whether a model is what was asked for last, be it shown by now or still being read."""
        return self._is_wanted

    @property
    def shown(self) -> JudgedModel | None:
        """The model that is shown; None where a run is, or nothing."""
        return self._shown

    def use_data(self, data: DataSplits) -> None:
        """Judge networks on these test images."""
        self._data = data

    @Slot()
    def ask(self) -> None:
        """Let somebody choose a file; returns at once."""
        ask_for_file(
            self._window,
            self._folder,
            self.open_file,
            title=_("Open a model"),
            object_name="open_model_dialog",
            kind=_("Networks and checkpoints (*.safetensors *.onnx)"),
        )

    def open_file(self, path: Path) -> None:
        """Open a file; asking for another one gives up the one before."""
        data = self._data
        if data is None:
            self.failed.emit(_("The images are still being loaded. Open the model in a moment."))
            return
        self._is_wanted, self._problem = True, ""
        self._begin(_opening(path, data, on_whatever_is_here=False))
        self.asked.emit()

    def refuse(self) -> None:
        """Show no model, because a run goes on."""
        self.give_up()
        self.blocked.emit(_("A run is going on. Stop it before you open a model."))

    def show_model(self, judged: JudgedModel | None) -> None:
        """Say beside a model that is shown how it computes, and of None, a run, nothing."""
        is_another = judged is not self._shown
        self._shown = judged
        if is_another:
            self.shown_changed.emit(judged)
        if judged is None:
            self.bar.hide()
        else:
            model = judged.model
            self.bar.show_model(model.path.name, model.computation, judged.is_found)

    def _begin(self, work: Callable[[], JudgedModel | _Learned]) -> None:
        failure = _("The model could not be opened")
        self._job = self._jobs.start(work, failure, self._on_done, self._on_failed)

    @Slot()
    def give_up(self) -> None:
        """Show no model that is still being read, because something else is wanted by now."""
        self._job = None
        self._is_wanted = False
        self.show_model(self._shown)  # its fields may say what was wanted

    @Slot()
    def shutdown(self) -> None:
        """Wait for what is being read. May be called again and again."""
        self._jobs.shutdown()

    @Slot(object)
    def _on_computation_chosen(self, computation: Computation) -> None:
        data, shown = self._data, self._shown
        if data is not None and shown is not None:
            self._begin(_judging_anew(shown.model, computation, data))

    @Slot(object)
    def _on_done(self, done: JudgedModel | _Learned) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        if isinstance(done, _Learned):
            self._switch.bring(done.info, partial(self._judge, done.path))
            return
        self.opened.emit(done)
        if self._problem:
            self.noticed.emit(self._problem)

    def _judge(self, path: Path, problem: str) -> None:
        """Judge a model on what the window holds by now, which is what it learned if it is here."""
        self._problem = problem
        if self._data is not None:
            self._begin(_opening(path, self._data, on_whatever_is_here=True))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is self._job:
            self.give_up()
            self.failed.emit(sentences([sentence, self._problem]))


def _opening(
    path: Path, data: DataSplits, *, on_whatever_is_here: bool
) -> Callable[[], JudgedModel | _Learned]:
    """Return what opens a model, or says which other data it has learned, if that matters."""

    def open_it() -> JudgedModel | _Learned:
        from lenet_desktop.export.model_files import read_model
        from lenet_desktop.export.model_opening import JudgedModel, judge, make_usable

        stored = read_model(path, data.info)
        learned = data.info if stored.config is None else stored.config.data
        if learned.fingerprint != data.info.fingerprint and not on_whatever_is_here:
            return _Learned(path, learned)
        model = make_usable(stored, data.train)
        return JudgedModel(model, judge(model, data.test))

    return open_it


def _judging_anew(
    model: OpenedModel, computation: Computation, data: DataSplits
) -> Callable[[], JudgedModel]:
    def judge_it() -> JudgedModel:
        from lenet_desktop.export.model_opening import JudgedModel, judge, set_computation

        chosen = set_computation(model, computation)
        return JudgedModel(chosen, judge(chosen, data.test), is_found=False)

    return judge_it
