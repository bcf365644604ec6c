"""Opens a trained network from a file, so that the gallery shows what it gets wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from lenet_desktop.data.images import DataSplits
from lenet_desktop.networks.computation import Computation
from lenet_desktop.networks.predictions import PredictionSet
from lenet_desktop.session.requests import Job, JobRunner
from lenet_desktop.text.wording import percent
from lenet_desktop.ui.kit.saving import SaveFolder, opening_dialog
from lenet_desktop.ui.services.computation_bar import ComputationBar

if TYPE_CHECKING:
    from lenet_desktop.export.model_opening import OpenedModel


@dataclass(frozen=True, slots=True, eq=False)
class JudgedModel:
    """A network from a file, with its predictions for the test images."""

    model: OpenedModel
    predictions: PredictionSet
    is_found: bool = True
    """Whether how it computes was read or found out, and not chosen by a person."""

    @property
    def sentence(self) -> str:
        """What was opened and how good it is, for the person."""
        accuracy = percent(self.predictions.accuracy)
        return f"{self.model.sentence} It is right for {accuracy} of the test images."


class ModelOpener(QObject):
    """Asks for a file, reads it and judges its network; both on a thread."""

    opened = Signal(object)  # JudgedModel
    failed = Signal(str)  # a sentence
    asked = Signal()  # somebody wants to see a model, which is being read now

    def __init__(self, window: QWidget, folder: SaveFolder) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._jobs = JobRunner(self)
        self._data: DataSplits | None = None
        self._job: Job | None = None  # reads the model that is to be shown next
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
        dialog = opening_dialog(
            self._window,
            self._folder,
            "Open a model",
            "open_model_dialog",
            "Networks and checkpoints (*.safetensors)",
        )
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    def open_file(self, path: Path) -> None:
        """Open a file; asking for another one gives up the one before."""
        data = self._data
        if data is None:
            self.failed.emit("The images are still being loaded. Open the model in a moment.")
            return
        self._is_wanted = True
        self._begin(_opening(path, data))
        self.asked.emit()

    def show_model(self, judged: JudgedModel | None) -> None:
        """Say beside a model that is shown how it computes, and of None, a run, nothing."""
        self._shown = judged
        if judged is None:
            self.bar.hide()
        else:
            model = judged.model
            self.bar.show_model(model.path.name, model.computation, judged.is_found)

    def _begin(self, work: Callable[[], JudgedModel]) -> None:
        self._job = self._jobs.start(work, "The model could not be opened")
        self._job.done.connect(self._on_judged)
        self._job.failed.connect(self._on_failed)

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

    @Slot(str)
    def _on_file_selected(self, name: str) -> None:
        self._folder.path = Path(name).parent
        self.open_file(Path(name))

    @Slot(object)
    def _on_computation_chosen(self, computation: Computation) -> None:
        data, shown = self._data, self._shown
        if data is not None and shown is not None:
            self._begin(_judging_anew(shown.model, computation, data))

    @Slot(object)
    def _on_judged(self, judged: JudgedModel) -> None:
        if self.sender() is self._job:
            self._job = None
            self.opened.emit(judged)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is self._job:
            self.give_up()
            self.failed.emit(sentence)


def _opening(path: Path, data: DataSplits) -> Callable[[], JudgedModel]:
    def judge_it() -> JudgedModel:
        from lenet_desktop.export.model_opening import judge, open_model

        model = open_model(path, data.train)
        return JudgedModel(model, judge(model, data.test))

    return judge_it


def _judging_anew(
    model: OpenedModel, computation: Computation, data: DataSplits
) -> Callable[[], JudgedModel]:
    def judge_it() -> JudgedModel:
        from lenet_desktop.export.model_opening import judge, set_computation

        chosen = set_computation(model, computation)
        return JudgedModel(chosen, judge(chosen, data.test), is_found=False)

    return judge_it
