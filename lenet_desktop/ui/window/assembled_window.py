"""The parts of the window, and where they are."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMainWindow, QWidget

from lenet_desktop.session.training_session import TrainingSession
from lenet_desktop.ui.comparison.compare_page import ComparePage
from lenet_desktop.ui.comparison.comparison_panel import ComparisonPanel
from lenet_desktop.ui.comparison.pair_comparer import PairComparer
from lenet_desktop.ui.comparison.rival_menu import RivalMenu
from lenet_desktop.ui.comparison.run_comparer import RunComparer
from lenet_desktop.ui.comparison.run_comparison import RunComparison
from lenet_desktop.ui.gallery.gallery_panel import GalleryPanel
from lenet_desktop.ui.gallery.grid.mistake_strip import WorstMistakes
from lenet_desktop.ui.kit.boxes import in_column, in_row
from lenet_desktop.ui.kit.icons import application_icon
from lenet_desktop.ui.kit.late_part import LatePart
from lenet_desktop.ui.kit.message_bar import MessageBar
from lenet_desktop.ui.kit.saving import SaveFolder
from lenet_desktop.ui.kit.screen_fit import ScreenFit
from lenet_desktop.ui.kit.theme import ThemeController
from lenet_desktop.ui.picture.picture_page import PicturePage
from lenet_desktop.ui.runs.runs_panel import RunsPanel
from lenet_desktop.ui.services.data_switch import DataSwitch
from lenet_desktop.ui.services.gallery_services import GalleryServices
from lenet_desktop.ui.services.lesson_guide import LessonGuide
from lenet_desktop.ui.services.model_opener import ModelOpener
from lenet_desktop.ui.services.picture_services import PictureServices
from lenet_desktop.ui.services.run_judge import RunJudge
from lenet_desktop.ui.services.run_services import RunServices
from lenet_desktop.ui.services.sweep_services import SweepServices
from lenet_desktop.ui.sweeps.sweeps_page import SweepsPage
from lenet_desktop.ui.training.rate_finder import RateFinder
from lenet_desktop.ui.training.training_panel import TrainingPanel
from lenet_desktop.ui.window.borders import Borders
from lenet_desktop.ui.window.data_control import DataControl
from lenet_desktop.ui.window.imbalance_advice import ImbalanceAdvice
from lenet_desktop.ui.window.keyboard import lead_keyboard
from lenet_desktop.ui.window.menus import MainMenus, MainToolBar
from lenet_desktop.ui.window.run_controls import RunControls
from lenet_desktop.ui.window.run_header import RunHeader
from lenet_desktop.ui.window.run_launcher import RunLauncher
from lenet_desktop.ui.window.run_presenter import RunPresenter
from lenet_desktop.ui.window.run_status import RunStatusBar
from lenet_desktop.ui.window.staggered_painting import StaggeredPainting
from lenet_desktop.ui.window.window_memory import WindowMemory
from lenet_desktop.ui.window.workspaces import Workspace, Workspaces

TITLE = "LeNet Desktop"
USUAL_SIZE = 1440, 900
"""Pixels of width and height at the first start."""


class AssembledWindow(QMainWindow):
    """A page for each thing that a person does, with menus, tool bar, run header and status bar.

    Args:
        session: trains.
        settings: where it is remembered how the window looks.
        kept: the folder of what a person keeps, None for nowhere.
        cache: the folder of the data sets; beside the settings by default.
    """

    def __init__(
        self,
        session: TrainingSession,
        settings: QSettings,
        kept: Path | None = None,
        cache: Path | None = None,
    ) -> None:
        super().__init__()
        self._kept = kept
        self._cache = cache or Path(settings.fileName()).with_name("cache")
        self.setObjectName("main_window")
        self.setWindowTitle(TITLE)
        self.session = session
        self._memory = WindowMemory(settings)
        self.borders = Borders(settings)
        self._themes = ThemeController(self, self._memory.theme_mode)
        self._build()
        self._lay_out()

    def _build(self) -> None:
        folder = SaveFolder()
        self._make_parts(folder)
        self._make_services(folder)
        self._make_run_handlers(folder)
        self._fill()

    def _make_parts(self, folder: SaveFolder) -> None:
        """Make all that is seen."""
        self.setWindowIcon(application_icon())
        self.message_bar = MessageBar()
        self.gallery = GalleryPanel()
        self.mistakes = WorstMistakes(self.gallery.state)
        self.training = TrainingPanel(folder, self.mistakes)
        self.training.is_low.connect(self.mistakes.strip.set_small)
        self.status = RunStatusBar()
        self.header = RunHeader()
        self.rate_finder = RateFinder(self)
        self.controls = RunControls(self)
        self.workspaces = Workspaces(self)
        self.tool_bar = MainToolBar(self.workspaces.tabs, self.controls, self._themes, self)
        self.picture_place = LatePart(PicturePage)
        self.menus = MainMenus(self.menuBar(), self.controls, self._themes, self)
        self.sweeps_place = LatePart(partial(SweepsPage, folder))
        self.runs = RunsPanel()
        self.comparison_table = ComparisonPanel()
        self.compare = ComparePage(self.runs, self.comparison_table, folder)
        self._page_row = in_row((self.workspaces.stack, 1), spacing=0)

    def _make_services(self, folder: SaveFolder) -> None:
        """Make what does more than show: with images, data, kept runs, sweeps and models."""
        self.services = GalleryServices(self.gallery, self, self._kept, folder)
        self.picture_services = PictureServices(
            self.picture_place, self.gallery.state, self.services.inspecting, self, folder
        )
        self.data_switch = DataSwitch(self.session, self._cache, self)
        self.sweep_services = SweepServices(
            self.sweeps_place,
            self.data_switch,
            lambda: self.training.form.config,
            self.session,
            self,
        )
        self.judge = RunJudge(self)
        self.data = DataControl(
            self.data_switch,
            self._cache,
            self.menus,
            self._memory,
            messages=self.message_bar,
            folder=folder,
            window=self,
        )
        self.run_services = RunServices(
            self.runs, self.session, self.data_switch, self, folder=folder, cache=self._cache
        )
        self.run_opener = self.run_services.opener
        self.comparison = RunComparison(
            self.training.plots, self.comparison_table, self, self.compare.plots
        )
        self.comparer = RunComparer(self.comparison, self.runs, self.session, self)
        self.pair_comparer = PairComparer(
            self.compare,
            self.comparer,
            self.runs,
            self,
            gallery=self.gallery.state,
            session=self.session,
        )
        self.rivals = RivalMenu(self.runs.model, self.gallery.state, self)
        self.gallery.view_bar.compare_button.setMenu(self.rivals)
        self.models = ModelOpener(self, folder, self.data_switch)

    def _make_run_handlers(self, folder: SaveFolder) -> None:
        """Make what begins runs, and shows and explains them."""
        self.launcher = RunLauncher(
            self.session, self.controls, self.training.form, self.rate_finder, self._memory
        )
        self.imbalance = ImbalanceAdvice(
            self.session, self.launcher, self.training.form, self.message_bar, self._memory
        )
        self.lessons = LessonGuide(
            self.menus.help.lessons,
            self.training.form,
            self.session,
            folder,
            room=self._page_row,
            themes=self._themes,
        )
        self.presenter = RunPresenter(
            self.session,
            self.launcher,
            training=self.training,
            gallery=self.gallery,
            header=self.header,
            status=self.status,
            messages=self.message_bar,
            runs=self.run_services,
            models=self.models,
        )

    def _fill(self) -> None:
        """Fill the menus and the pages."""
        self.services.exporter.fill_menu(self.menus.export_menu)
        menus = self.menus
        menus.view_menu.insertAction(menus.end_of_looking, self.services.mark_action)
        self.tool_bar.add_repeat(self.menus.repeat_menu)
        for workspace, page in (
            (Workspace.TRAIN, self.training),
            (Workspace.EXPLORE, self.gallery),
            (Workspace.COMPARE, self.compare),
            (Workspace.SWEEPS, self.sweeps_place),
            (Workspace.TRY, self.picture_place),
        ):
            self.workspaces.add(workspace, page)
        self.workspaces.fill_menu(self.menus.view_menu)
        self.borders.add(
            train=self.training.splitter,
            plots=self.training.plots,
            explore=self.gallery.splitter,
            explored=self.gallery.details,
            compare=self.compare.splitter,
        )
        self.sweeps_place.once_made(self._on_sweeps_made)
        self.picture_place.once_made(self._on_picture_made)

    def _on_sweeps_made(self, page: SweepsPage) -> None:
        self.homes[page] = page.list
        self.borders.add(sweeps=page.splitter, trials=page.view.splitter)
        scheduler = page.editor.scheduler
        scheduler.setText(self._memory.scheduler)
        scheduler.textChanged.connect(self._memory.note_scheduler)

    def _on_picture_made(self, page: PicturePage) -> None:
        self.homes[page] = page.canvas

    @property
    def sweeps(self) -> SweepsPage:
        """The page of sweeps, which is made when it is first wanted."""
        return self.sweeps_place.part

    @property
    def picture(self) -> PicturePage:
        """The page on which a picture is tried, likewise."""
        return self.picture_place.part

    def _lay_out(self) -> None:
        self.addToolBar(self.tool_bar)
        self.setStatusBar(self.status)
        centre = QWidget()
        in_column(self.header, self.models.bar, (self._page_row, 1), spacing=0, on=centre)
        self.message_bar.lie_over(self.workspaces.stack)  # and not over the lesson beside it
        self.setCentralWidget(centre)
        self.resize(*USUAL_SIZE)
        ScreenFit(self)
        self.homes: dict[QWidget, QWidget] = {
            self.training: self.training,
            self.gallery: self.gallery.view,
            self.compare: self.runs.table,
        }
        lead_keyboard(self, self.homes, self.controls)
        gallery, plots = self.gallery, self.training.plots
        of_gallery = (gallery.view, gallery.about_classes, gallery.about_image)
        self._painting = StaggeredPainting(self, (*of_gallery, plots.loss, plots.accuracy))
        gallery.filters.query_changed.connect(self._painting.hold)
