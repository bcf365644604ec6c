"""Guides through a lesson: the form is set, a run is started, and its figures are told."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QMenu

from lenet_desktop.analysis.history import History
from lenet_desktop.data.catalogue import TITLES
from lenet_desktop.networks.predictions import PredictionSet, confused_pairs, recalls
from lenet_desktop.session.run_state import RunState
from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.lessons import (
    SUFFIX,
    Lesson,
    LessonError,
    LessonRun,
    own_lessons,
    read_lesson,
)
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.text.language import _, pgettext
from lenet_desktop.text.wording import counted, figure, percent, quoted, whole
from lenet_desktop.training.events import Event, PredictionsReady
from lenet_desktop.ui.kit.opening import ask_for_file
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.theme import ThemeController
from lenet_desktop.ui.lessons.lesson_panel import LessonPanel
from lenet_desktop.ui.training.config_form import ConfigForm

_LOSSES = ("train_loss", "test_loss", "validation_loss")
_SHARES = ("train_accuracy", "test_accuracy", "validation_accuracy")
"""Figures of the last epoch that a lesson can name."""
_LEARNING = 0.9
"""Times the loss of mere guessing below which a run counts as learning."""


class LessonGuide(QObject):
    """Opens lessons, one at a time, and does with form and session what they ask for."""

    failed = Signal(str)  # a sentence about what is no lesson, or cannot be done
    start_requested = Signal()  # a run with what the form says

    def __init__(
        self,
        menu: QMenu,
        form: ConfigForm,
        session: TrainingSession,
        folder: SaveFolder,
        *,
        room: QBoxLayout,
        themes: ThemeController,
    ) -> None:
        super().__init__(menu)
        self._room, self._themes = room, themes
        self._form, self._session, self._folder = form, session, folder
        self._panel: LessonPanel | None = None
        self._lesson: Lesson | None = None
        self._wanted: tuple[LessonRun, TrainingConfig] | None = None  # that goes on, or is to
        self._predictions: PredictionSet | None = None
        for path in own_lessons():
            lesson = read_lesson(path)
            words = counted(
                lesson.minutes,
                "{title} ({count} minute)",
                "{title} ({count} minutes)",
                title=lesson.title,
            )
            action = menu.addAction(words)
            action.setToolTip(lesson.about)
            action.triggered.connect(partial(self.open_file, path))
        menu.addSeparator()
        menu.addAction(_("&Open a lesson…")).triggered.connect(self._on_open)
        session.state_changed.connect(self._on_state_changed)
        session.event_received.connect(self._on_event)

    @property
    def panel(self) -> LessonPanel | None:
        """The lesson that is open."""
        return self._panel

    def open_file(self, path: Path, _checked: bool = False) -> None:
        """Begin a lesson; one that is open gives way."""
        try:
            lesson = read_lesson(path)
        except LessonError as error:
            self.failed.emit(str(error))
            return
        if self._panel is not None:
            self._panel.close()
        self._lesson = lesson
        self._panel = LessonPanel(lesson, self._themes.theme)
        self._themes.changed.connect(self._panel.show_theme)
        self._panel.run_requested.connect(self._on_run_requested)
        self._panel.closed.connect(self._on_closed)
        self._panel.show_running(self._session.state.is_active)
        self._room.addWidget(self._panel)
        self._panel.begin()

    @Slot()
    def _on_open(self) -> None:
        ask_for_file(
            self._form.window(),
            self._folder,
            self.open_file,
            title=_("Open a lesson"),
            object_name="open_lesson_dialog",
            kind=_("Lessons (*{suffix})").format(suffix=SUFFIX),
        )

    @Slot(object)
    def _on_run_requested(self, run: LessonRun) -> None:
        """Set the form and start; the data of the lesson have to be there."""
        lesson, now = self._lesson, self._form.config
        if lesson is None or now is None or self._session.state.is_active:
            return
        if now.data.key != lesson.data:
            self.failed.emit(
                _(
                    "This lesson is about {titles}. Choose it in the menu Data, then "
                    "start the run again."
                ).format(titles=TITLES[lesson.data])
            )
            return
        try:
            config = lesson.config(run, now)
        except ConfigError as error:
            self.failed.emit(
                _("{title} cannot be done with these data: {reason}").format(
                    title=quoted(lesson.title), reason=error
                )
            )
            return
        self._form.hold(())
        self._form.set_config(config)
        self._form.hold(run.held)
        self._wanted, self._predictions = (run, config), None
        self.start_requested.emit()

    @Slot()
    def _on_closed(self) -> None:
        self._panel = self._lesson = self._wanted = None
        self._form.hold(())

    @Slot(object)
    def _on_event(self, event: Event) -> None:
        if isinstance(event, PredictionsReady):
            self._predictions = event.predictions

    @Slot(object)
    def _on_state_changed(self, state: RunState) -> None:
        if self._panel is None:
            return
        self._panel.show_running(state.is_active)
        started = self._session.history.started
        if self._wanted is None or started is None:
            return
        run, config = self._wanted
        is_it = replace(started.config, device=config.device) == config
        if is_it and state in (RunState.FINISHED, RunState.DIVERGED):
            self._wanted = None
            self._panel.show_outcome(run, figures_of(self._session.history, self._predictions))


def figures_of(history: History, predictions: PredictionSet | None) -> dict[str, str]:
    """Return what stands in a lesson for the names of figures, of a run that is over."""
    told = {
        "epochs": str(len(history.epochs)),
        "learning_since": _learning_since(history),
        "best_epoch": str(history.best_epoch or len(history.epochs)),
        **dict.fromkeys((*_LOSSES, *_SHARES), pgettext("loss or accuracy", "no number")),
    }
    if history.epochs:
        last = history.epochs[-1]
        losses = {name: getattr(last, name) for name in _LOSSES}
        shares = {name: getattr(last, name) for name in _SHARES}
        told |= {name: figure(loss, ".3f") for name, loss in losses.items() if loss is not None}
        told |= {name: percent(share) for name, share in shares.items() if share is not None}
    if predictions is not None:
        told |= _figures_of_classes(predictions)
    return told


def _learning_since(history: History) -> str:
    """Return the first step from which on, on average, the loss was below that of guessing."""
    none = pgettext("number of a step", "none")
    if history.started is None or not len(history.step_losses):
        return none
    width = min(10, len(history.step_losses))
    smooth = np.convolve(history.step_losses, np.full(width, 1 / width), mode="valid")
    below = smooth < _LEARNING * history.started.config.guessing_loss
    return whole(int(below.argmax()) + width) if below.any() else none


def _figures_of_classes(predictions: PredictionSet) -> dict[str, str]:
    names, counts = predictions.info.class_names, predictions.confusion
    pairs = confused_pairs(counts, 1)
    told = {"most_confused": pgettext("most frequent mistake", "none"), "hardest_class": ""}
    if pairs:
        true, taken, count = pairs[0]
        told["most_confused"] = counted(
            count,
            "{count} image of {true} taken for {taken}",
            "{count} images of {true} taken for {taken}",
            true=names[true],
            taken=names[taken],
        )
    known = [(recall, name) for recall, name in zip(recalls(counts), names, strict=True) if recall]
    if known:
        recall, name = min(known)
        told["hardest_class"] = _("{name}, with {recall}").format(name=name, recall=percent(recall))
    return told
