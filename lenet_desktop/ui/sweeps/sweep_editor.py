"""The form in which a sweep is defined: what is varied, how recipes are chosen, how many runs."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.settings.config_differences import recipe_text
from lenet_desktop.settings.presets import TEXTBOOK
from lenet_desktop.settings.table import ConfigError
from lenet_desktop.sweeps.definition import (
    Aim,
    Pruning,
    Sampler,
    SweepDefinition,
    check_held_out,
    holding_out,
)
from lenet_desktop.text.language import _
from lenet_desktop.text.wording import WRONG_MARK, counted, one_line, sentences
from lenet_desktop.ui.kit.theme import Theme
from lenet_desktop.ui.sweeps.sweep_form import SweepForm
from lenet_desktop.ui.sweeps.sweep_words import rough_time
from lenet_desktop.ui.sweeps.vary_row import VaryRow, offered_settings, problem_of


class SweepEditor(SweepForm):
    """Holds the definition of the next sweep; `definition` is None while an entry is wrong."""

    start_requested = Signal(object)  # SweepDefinition
    cancelled = Signal()
    base_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = TEXTBOOK.config
        self._theme: Theme | None = None
        self._loading = False
        self._limits_grid = False  # as one does that was cloned
        self._seconds_per_image: float | None = None
        self.definition: SweepDefinition | None = None
        self.rows: list[VaryRow] = []
        self._made = 0
        self._connect()
        self.begin(self._base)

    # What is entered

    def begin(self, base: TrainingConfig) -> None:
        """Begin a new definition from a recipe: its learning rate is varied."""
        with contextlib.suppress(ConfigError):  # which is said in place
            base = holding_out(base)
        self._fill(base, None)
        self._add_row("learning_rate")
        self._check()

    def show_definition(self, definition: SweepDefinition) -> None:
        """Show a definition, to be changed into another one."""
        self._fill(definition.base, definition)
        for varied in definition.vary:
            self._add_row(varied.name).show_vary(varied)
        self._check()

    def use_base(self, base: TrainingConfig) -> None:
        """Take another recipe for what is not varied; the rest stays as it is entered."""
        self._base = replace(
            base,
            epochs=self.epochs.value(),
            validation_images=base.validation_images or self.held_out.value(),
        )
        self._check()

    @property
    def address(self) -> str:
        """The address of the scheduler whose workers train, empty for this machine."""
        return self.scheduler.text().strip()

    def show_pace(self, seconds_per_image: float | None) -> None:
        """Take in how long an image takes, all cores together; None where that is not known."""
        self._seconds_per_image = seconds_per_image
        self._check()

    def show_theme(self, theme: Theme) -> None:
        """Take on the colours of a theme."""
        self._theme = theme
        for row in self.rows:
            row.show_theme(theme)

    def _fill(self, base: TrainingConfig, definition: SweepDefinition | None) -> None:
        self._loading = True
        self._base = base
        for row in list(self.rows):
            self._drop(row)
        self.epochs.setValue(base.epochs)
        self.held_out.setValue(base.validation_images)
        self._limits_grid = False
        if definition is not None:
            is_grid = definition.sampler is Sampler.GRID
            self._limits_grid = is_grid and definition.recipes is not None
            self.sampler.set_value(str(definition.sampler))
            self.pruning.set_value(str(definition.pruning))
            self.aim.set_value(str(definition.aim))
            if definition.vary:  # or it is a single one
                self.trials.setValue(definition.recipes or definition.planned)
            self.seeds.setValue(definition.seeds)
            self.generation.setValue(definition.generation)
            self.seed.setValue(definition.seed)
        self._loading = False

    # The parts

    def _connect(self) -> None:
        for field in (
            self.sampler, self.pruning, self.aim, self.trials, self.in_range, self.seeds,
            self.epochs, self.held_out, self.generation, self.seed,
        ):  # fmt: skip
            field.edited.connect(self._check)
        self.scheduler.textChanged.connect(self._check)
        self.add.clicked.connect(self._on_add_clicked)
        self.take_base.clicked.connect(self.base_requested)
        self.start.clicked.connect(self._on_start_clicked)
        self.cancel.clicked.connect(self.cancelled)

    def _add_row(self, name: str) -> VaryRow:
        self._made += 1
        row = VaryRow(name, self._made)
        if self._theme is not None:
            row.show_theme(self._theme)
        row.edited.connect(self._check)
        row.removed.connect(self._on_removed)
        self.rows.append(row)
        self._vary.addWidget(row)
        return row

    def _drop(self, row: VaryRow) -> None:
        self.rows.remove(row)
        self._vary.removeWidget(row)
        row.hide()
        row.deleteLater()

    # What it amounts to

    @Slot()
    def _check(self) -> None:
        """Read all of it, say in place what is wrong, and in words what the rest amounts to."""
        if self._loading:
            return
        is_grid, is_choice = self.sampler.value() == Sampler.GRID, bool(self.rows)
        for field in (self._sampler_label, self.sampler):
            field.setVisible(is_choice)  # or there is one recipe
        for widget in (self._trials_label, self.trials):
            widget.setVisible(is_choice and (not is_grid or self._limits_grid))
        has_range = is_grid and any(row.how.value() != "list" for row in self.rows)
        for widget in (self._in_range_label, self.in_range):
            widget.setVisible(has_range)
        self.base.setText(
            _("{recipe}, as far as nothing below says otherwise.").format(
                recipe=recipe_text(self._base)
            )
        )
        wrong = [self._mark(row) for row in self.rows]
        self.definition, problem = None, next(filter(None, wrong), "")
        if not problem:
            problem = self._make()
        in_place = any(wrong)
        self.problem.setText(f"{WRONG_MARK} {problem}" if problem and not in_place else "")
        self.problem.setVisible(bool(problem) and not in_place)
        self.summary.setText("" if self.definition is None else self._amount(self.definition))
        self.summary.setVisible(self.definition is not None)
        self.start.setEnabled(self.definition is not None)

    def _mark(self, row: VaryRow) -> str | None:
        problem = problem_of(row, self._values_in_range)
        names = [each.name for each in self.rows]
        if problem is None and names.index(row.name) < self.rows.index(row):
            problem = _("This setting is varied above already: put all its values into one row.")
        row.say(problem)
        return problem

    @property
    def _values_in_range(self) -> int | None:
        return self.in_range.value() if self.sampler.value() == Sampler.GRID else None

    @property
    def _recipes(self) -> int | None:
        """How many recipes are tried; None for all of a grid, and where nothing is varied."""
        is_whole = self.sampler.value() == Sampler.GRID and not self._limits_grid
        return None if is_whole or not self.rows else self.trials.value()

    def _make(self) -> str:
        """Make the definition; return what is wrong, "" where nothing is."""
        fields = (
            self.trials, self.seeds, self.epochs, self.held_out, self.generation, self.seed,
        )  # fmt: skip
        problem = next((field.problem for field in fields if field.problem), None)
        if problem is not None:
            return problem
        try:
            base = replace(
                self._base, epochs=self.epochs.value(), validation_images=self.held_out.value()
            )
            check_held_out(base)
            self.definition = SweepDefinition(
                base=base,
                vary=tuple(row.vary(self._values_in_range) for row in self.rows),
                sampler=Sampler(self.sampler.value()),
                pruning=Pruning(self.pruning.value()),
                recipes=self._recipes,
                seeds=self.seeds.value(),
                generation=self.generation.value(),
                aim=Aim(self.aim.value()),
                seed=self.seed.value(),
            )
        except ConfigError as error:
            return str(error)
        return ""

    def _amount(self, definition: SweepDefinition) -> str:
        """Say how many runs there are, and about how long they take."""
        recipes = counted(definition.planned, "{count} recipe", "{count} recipes")
        epochs = definition.runs * definition.most_epochs
        text = (
            _("{runs}: {recipes_with_seeds}, at most {epochs} in all.")
            if definition.varies_epochs
            else _("{runs}: {recipes_with_seeds}, {epochs} in all.")
        )
        said = text.format(
            runs=counted(definition.runs, "{count} run", "{count} runs"),
            recipes_with_seeds=counted(
                definition.seeds,
                "{recipes} with {count} seed each",
                "{recipes} with {count} seeds each",
                recipes=recipes,
            ),
            epochs=counted(epochs, "{count} epoch", "{count} epochs"),
        )
        if self.address:
            text = _("The workers of {scheduler} train them.")
            known = text.format(scheduler=one_line(self.address))
        elif self._seconds_per_image is None:
            known = _("How long that takes is known after the first epochs.")
        else:
            images = epochs * definition.base.data.training_images
            most = rough_time(images * self._seconds_per_image)
            known = _("On this machine that takes about {time}.").format(time=most)
        return sentences([said, known])

    @Slot()
    def _on_add_clicked(self) -> None:
        taken = {row.name for row in self.rows}
        free = next((each.name for each in offered_settings() if each.name not in taken), None)
        if free is None:
            return
        order = ("learning_rate", "activation", "batch_size", "momentum", "optimizer")
        name = next((each for each in order if each not in taken), free)
        self._add_row(name).setting.setFocus()
        self._check()

    @Slot(QObject)
    def _on_removed(self, row: QObject) -> None:
        if isinstance(row, VaryRow) and row in self.rows:
            self.add.setFocus()
            self._drop(row)
            self._check()

    @Slot()
    def _on_start_clicked(self) -> None:
        if self.definition is not None:
            self.start_requested.emit(self.definition)
