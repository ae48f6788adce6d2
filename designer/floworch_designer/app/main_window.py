"""The main window: canvas in the middle, palette left, inspector right, problems, log and runs below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QStackedWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from floworch_designer.app.commands.commands import Commands
from floworch_designer.app.commands.keymap import from_settings
from floworch_designer.app.conditions import CONDITIONS
from floworch_designer.app.editing.align_actions import AlignActions
from floworch_designer.app.editing.area_actions import AreaActions
from floworch_designer.app.editing.canvas_menus import CanvasMenus
from floworch_designer.app.editing.edit_actions import EditActions, NodeActions
from floworch_designer.app.editing.variables import VariableActions
from floworch_designer.app.editing.wire_actions import WireActions
from floworch_designer.app.files.autosave import is_draft, keeps_drafts
from floworch_designer.app.files.exchange import ExchangeActions
from floworch_designer.app.files.file_actions import FileActions
from floworch_designer.app.files.gallery import GalleryActions
from floworch_designer.app.files.on_disk import OnDisk
from floworch_designer.app.files.own_folder import OwnFolder
from floworch_designer.app.files.recent import RecentMenu
from floworch_designer.app.help_actions import HelpActions
from floworch_designer.app.inputs.operator import Operator
from floworch_designer.app.inputs.set_menu import SetMenu
from floworch_designer.app.panels.activity_bar import ActivityBar
from floworch_designer.app.panels.docking import Docking
from floworch_designer.app.panels.log_panel import LogPanel
from floworch_designer.app.panels.outline import OutlinePanel
from floworch_designer.app.panels.panel_actions import PanelActions
from floworch_designer.app.panels.panel_moves import PanelMoves
from floworch_designer.app.panels.problems_panel import ProblemsPanel
from floworch_designer.app.panels.status_strip import FootBar, StatusStrip
from floworch_designer.app.panels.view_actions import ViewActions
from floworch_designer.app.reactions import Reactions
from floworch_designer.app.running.activating import Activating
from floworch_designer.app.running.comparing import CompareActions
from floworch_designer.app.running.earlier_runs import EarlierRuns
from floworch_designer.app.running.leaving import may_close
from floworch_designer.app.running.notifying import Notifying
from floworch_designer.app.running.partial import PartialActions
from floworch_designer.app.running.replaying import ReplayActions
from floworch_designer.app.running.retrying import RetryActions
from floworch_designer.app.running.run_actions import RunActions
from floworch_designer.app.running.run_bar import RunBar
from floworch_designer.app.running.triggers import TriggerMenu
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.app.session import Session
from floworch_designer.app.tabs.tab import Tab
from floworch_designer.app.tabs.tab_actions import TabActions
from floworch_designer.app.tabs.tab_strip import TabStrip
from floworch_designer.app.tabs.tabs import Tabs
from floworch_designer.app.tabs.workspace import CanvasStack, Workspace
from floworch_designer.app.trust.trusting import Trusting
from floworch_designer.app.versions.differing import Differing
from floworch_designer.app.versions.version_actions import VersionActions
from floworch_designer.app.versions.version_note import VersionNote
from floworch_designer.app.widgets.banners import Banners
from floworch_designer.app.widgets.homed_strips import HomedStrips
from floworch_designer.document.document import Document
from floworch_designer.document.selection import Selection
from floworch_designer.history.compare_panel import ComparePanel
from floworch_designer.history.difference_panel import DifferencePanel
from floworch_designer.history.panel import HistoryPanel
from floworch_designer.history.versions_panel import VersionsPanel
from floworch_designer.inspector.panel import InspectorPanel
from floworch_designer.inspector.variables_panel import VariablesPanel
from floworch_designer.palette.panel import PalettePanel
from floworch_designer.palette.quick_add import QuickAdd
from floworch_designer.runs.controller import RunController
from floworch_designer.runs.front import FrontRun
from floworch_designer.settings.findings import said
from floworch_designer.settings.words import mark, tr
from floworch_designer.theme.tab_order import page_of, tab_as_they_stand
from floworch_designer.theme.theme import Theme
from floworch_designer.timeline.panel import TimelinePanel
from floworch_designer.timeline.scrubber import Scrubber

if TYPE_CHECKING:
    from floworch_designer.runs.feed import RunFeed


#: Controls behind one another that Tab goes past at most: more than all panels have.
STEPS = 500


class MainWindow(QMainWindow):
    """One window over a session.

    ``theme_requested(name)`` asks the application for another theme, which :meth:`retheme` then takes over;
    ``closed`` follows when the person closed it, ``edited`` when the definition in front changed.
    """

    theme_requested = Signal(str)
    closed = Signal()
    edited = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.session, self.theme = session, theme
        self.setObjectName("MainWindow")
        self.setAcceptDrops(True)
        self._may_close = self._built = False
        self.front = FrontRun(session.controller, self)
        self.front_feed = cast("RunFeed", self.front.feed)
        self._make_panels(theme)
        self.operator = Operator(self)
        self.reactions = Reactions(self)
        self.menus = CanvasMenus(self)
        self.quick_add = QuickAdd(session.registry, theme, self)
        self.canvases, self._inspectors = CanvasStack(), QStackedWidget()
        self.trusting = Trusting(self)
        self.tabs: Tabs = Tabs(self)
        self.tab_actions, self.triggers = TabActions(self), TriggerMenu(self)
        self.sets: SetMenu = SetMenu(self)
        self.activating: Activating = Activating(self)
        self.notifying, self.strips, self.on_disk = Notifying(self), HomedStrips(self), OnDisk(self)
        self.banners.turn(self.tab)
        self.files: FileActions = FileActions(self)
        self.gallery, self.own_folder = GalleryActions(self), OwnFolder(self)
        self.runs: RunActions = RunActions(self)
        self.replay, self.moves = ReplayActions(self), PanelMoves(self)
        self.differing: Differing = Differing(self)
        self.comparing: CompareActions = CompareActions(self)
        self.version_actions: VersionActions = VersionActions(self)
        self.variable_actions: VariableActions = VariableActions(self)
        self.parts: dict[str, Any] = {
            "files": self.files,
            "gallery": self.gallery,
            "own": self.own_folder,
            "tabs": self.tab_actions,
            "trust": self.trusting,
            "triggers": self.triggers,
            "sets": self.sets,
            "activating": self.activating,
            "retrying": RetryActions(self),
            "exchange": ExchangeActions(self),
            "edit": EditActions(self),
            "nodes": NodeActions(self),
            "areas": AreaActions(self),
            "align": AlignActions(self),
            "wires": WireActions(self),
            "view": ViewActions(self),
            "panels": PanelActions(self),
            "moves": self.moves,
            "help": HelpActions(self),
            "runs": self.runs,
            "partial": PartialActions(self),
            "replay": self.replay,
            "compare": self.comparing,
            "history": self.runs.history,
            "versions": self.version_actions,
            "variables": self.variable_actions,
        }
        self.commands = Commands(self, self.editing.canvas, theme, self.parts, lambda name: CONDITIONS[name](self))
        self.commands.permits = self.operator.permits
        self.commands.use(from_settings(session.settings))
        self.commands["run.in_process"].setChecked(session.hosts.in_process)
        self.reactions.show_checks()
        self._built = True
        self._build()
        self._connect()
        self.docking.restore(session.settings)
        self.reactions.on_document()
        self.reactions.tell_refused("canvas/graphics_card", self.editing.refused)

    # -- what is shown -----------------------------------------------------------------------------------

    @property
    def tab(self) -> Tab:
        """The tab in front."""
        return self.tabs.front

    @property
    def controller(self) -> RunController:
        """The run of the tab in front."""
        return self.session.controller

    @property
    def editing(self) -> Workspace:
        """The edited definition."""
        return self.tab.editing

    @property
    def workspace(self) -> Workspace:
        """What is in front: the edited definition, or the one of an opened run."""
        return self.tab.workspace

    @property
    def viewing(self) -> bool:
        """Whether a run's own definition is shown, which cannot be edited."""
        return self.tab.viewed is not None

    @property
    def document(self) -> Document:
        """The document in front."""
        return self.workspace.document

    @property
    def selection(self) -> Selection:
        """The selection in front."""
        return self.workspace.selection

    @property
    def canvas(self) -> Any:
        """The canvas in front."""
        return self.workspace.canvas

    @property
    def inspector(self) -> InspectorPanel:
        """The inspector in front."""
        return self.workspace.inspector

    @property
    def docks(self) -> dict[str, QDockWidget]:
        """The panels by name."""
        return self.docking.docks

    @property
    def bottom(self) -> list[QDockWidget]:
        """The panels below the canvas; closed until there is a run to tell of."""
        return self.docking.bottom

    def show_panel(self, name: str) -> None:
        """Show a panel and bring its tab to the front. Raises KeyError for an unknown name."""
        if self.operator.on:
            return  # it has no panels
        self.docking.show(name)

    def tell(
        self, level: str, title: str, text: str = "", node: str | None = None, detail: str = "", tab: Tab | None = None,
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:  # fmt: skip
        """Show a message strip (``info warning error``) in a tab; with ``node`` a button of it shows the node.

        What became of something in a tab that was closed meanwhile is said in the status bar.
        """
        tab = tab or self.tab
        if tab not in self.tabs.all:
            self.flash(f"{tab.name}: {said(title)}")
            return
        buttons = list(actions)
        if node is not None and node in tab.workspace.document.workflow.nodes:
            buttons.append((mark("Show node"), lambda: self.reactions.show_run_of(node)))
        banner = self.banners.show_banner("message", level, said(title), said(text), buttons, scope=tab)
        if detail:
            banner.setToolTip(detail[-4000:])

    def flash(self, text: str) -> None:
        """Say something in the status bar for a few seconds."""
        self.statusBar().showMessage(text, 5000)

    def refresh_actions(self) -> None:
        """Ask every action's condition again."""
        self.commands.refresh()
        why = tr("Read only: go back to the edited definition to run it.") if self.viewing else ""
        self.commands.explain("run.start", why)
        stack = self.document.undo_stack
        for name, word, named, what in (
            ("undo", tr("Undo"), tr("Undo “{what}”"), stack.undo_text()),
            ("redo", tr("Redo"), tr("Redo “{what}”"), stack.redo_text()),
        ):
            action = self.commands[f"edit.{name}"]
            action.setText(named.replace("{what}", what.replace("&", "&&")) if what else word)
            action.setIconText(word)

    def fit_soon(self) -> None:
        """Show all nodes once the window has its size."""
        self.tab.fit_soon()

    def open_quick_add(self, place: QPoint, scene: QPointF, source: Any = None) -> None:
        """Open the quick-add box at a global point; what is chosen goes to ``scene`` and is connected to ``source``."""
        if self.viewing:
            return
        self.quick_add.open_at(place, scene, source)

    def retheme(self) -> None:
        """Show what has colours of its own in those the theme has now; nothing else changes."""
        for tab in self.tabs.all:
            tab.retheme()
        for panel in (self.palette_panel, self.log, self.run_bar, self.scrubber, self.timeline, self.activity):
            panel.retheme()
        self.operator.retheme()
        self.theme.redress(self)

    # -- Qt ----------------------------------------------------------------------------------------------

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go on with Tab to what stands next and can be seen."""
        page = page_of(self.focusWidget())
        if page is not None:
            tab_as_they_stand(page)
        for _ in range(STEPS):
            if not super().focusNextPrevChild(forward):
                return False
            if not self.docking.hides(self.focusWidget()):
                break
        return True

    def changeEvent(self, event: QEvent) -> None:
        """What another program did meanwhile is told when the person comes back."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self._built and self.isActiveWindow():
            self.on_disk.look()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes first; the window closes when the answer allows it."""
        if self._may_close:
            if not self.operator.on:
                self.docking.save(self.session.settings)
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        spawn(self._close_politely(), "close")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that no panel has a use for gives the keys to the canvas: they are never nowhere."""
        if event.key() == Qt.Key.Key_Escape and not self.operator.on:
            self.canvas.setFocus()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the panel whose heading or tab is there."""
        menu = None if self.operator.on else self.moves.menu_at(event.pos())
        if menu is None:
            super().contextMenuEvent(event)
        else:
            menu.popup(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept a definition file."""
        if _dropped_file(event) is not None and not self.operator.on:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped file."""
        path = _dropped_file(event)
        if path is not None and not self.operator.on:
            event.acceptProposedAction()
            self.files.open_path(path)

    # -- building ----------------------------------------------------------------------------------------

    def _make_panels(self, theme: Theme) -> None:
        self.banners = Banners(theme)
        self.palette_panel = PalettePanel(self.session.registry, theme, self.session.settings, later=True)
        self.palette_panel.busy = lambda: bool(self.front.asking or self.front_feed.behind)
        self.outline = OutlinePanel(theme, lambda: self.workspace)
        self.problems = ProblemsPanel(theme)
        self.log = LogPanel(self.front_feed, theme)
        self.timeline = TimelinePanel(self.front_feed, theme)
        self.history = HistoryPanel(theme)
        self.compare_panel = ComparePanel(theme)
        self.difference: DifferencePanel = DifferencePanel(theme)
        self.versions: VersionsPanel = VersionsPanel(theme)
        self.variables: VariablesPanel = VariablesPanel(theme)

    def _build(self) -> None:
        column = QVBoxLayout(centre := QWidget())
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.tab_strip = TabStrip(self)
        column.addWidget(self.tab_strip)
        column.addWidget(self.banners)
        column.addWidget(self.canvases, 1)
        buttons = {name: self.commands[f"replay.{name}"] for name in ("back", "play", "forward", "live")}
        self.scrubber = Scrubber(self.front_feed, self.replay.player, buttons, self.theme)
        column.addWidget(self.scrubber)
        self.show_workspace(self.workspace)
        self.setCentralWidget(centre)
        self.centre = column
        self.run_bar = RunBar(self.commands, cast("RunController", self.front), self.theme, self)
        self.run_bar.buttons["run.start"].menu().addMenu(self.triggers)
        self.run_bar.put_beside_run(self.sets)
        menus = self.commands.fill_menu_bar(self.menuBar())
        self.recent = RecentMenu(self.session.settings, self.files.open_path, self)
        menus["File"].insertMenu(self.commands["file.save"], self.recent)
        self.history.chosen.connect(self.refresh_actions)
        runs = EarlierRuns(self)
        self.run_bar.earlier, self.run_bar.worked = runs.took, runs.worked
        self._add_run_bar()
        widgets = {
            "palette": self.palette_panel,
            "outline": self.outline,
            "inspector": self._inspectors,
            "problems": self.problems,
            "log": self.log,
            "timeline": self.timeline,
            "runs": self.history,
            "compare": self.compare_panel,
            "difference": self.difference,
            "versions": self.versions,
            "variables": self.variables,
        }
        self.docking = Docking(self, widgets, self.theme, menus["Panels"])
        self.activity = ActivityBar(self.commands, self.docking, self.theme)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.activity)
        self.setAnimated(not self.session.settings.still)
        self.setStatusBar(FootBar(self))
        strip = StatusStrip(self.statusBar(), lambda: self.show_panel("problems"))
        self.status_strip, self.zoom_label, self.host_label = strip, strip.zoom, strip.host
        self.problem_button = strip.problems
        self.version_note: VersionNote = VersionNote(self, strip.versions)

    def _add_run_bar(self) -> None:
        bar = QToolBar(tr("Run bar"), self)
        bar.setObjectName("bar.run")
        bar.setProperty("role", "run")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.toggleViewAction().setVisible(False)  # controls of a run are never hidden
        bar.addWidget(self.run_bar)
        layout = bar.layout()
        if layout is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        self.addToolBar(bar)

    def _connect(self) -> None:
        self.palette_panel.activated.connect(self.reactions.on_palette)
        self.palette_panel.left.connect(self.parts["view"].canvas)
        self.outline.activated.connect(self.reactions.on_outline)
        self.problems.chosen.connect(self.reactions.on_problem)
        self.log.picked.connect(self.reactions.show_run_of)
        self.problems.repair_requested.connect(self.menus.mend)
        self.quick_add.chosen.connect(self.reactions.on_quick_add)
        self.front.status_changed.connect(self.reactions.on_run)
        self.reactions.tell_host()
        self.session.settings.changed.connect(self.reactions.on_setting)

    # -- tabs --------------------------------------------------------------------------------------------

    def add_workspace(self, workspace: Workspace) -> None:
        """Take in another canvas and inspector."""
        canvas = workspace.canvas
        self.canvases.addWidget(canvas)
        self._inspectors.addWidget(workspace.inspector)
        if self._built:  # the first one gets its keys with the commands
            self.commands.also_on(canvas)
        if self.session.settings.still:
            canvas.set_still(True)
        canvas.zoom_changed.connect(self.reactions.on_zoom)
        canvas.quick_add_requested.connect(self.open_quick_add)
        canvas.node_activated.connect(self.reactions.on_node_activated)
        canvas.held_changed.connect(self.reactions.on_hint)
        canvas.escaped.connect(self.tab_actions.back_to_caller)
        workspace.inspector.run_opened.connect(self.reactions.on_run_opened)
        workspace.hint.examples_requested.connect(self.gallery.open)
        canvas.context_requested.connect(self.menus.open)
        workspace.bar.align_asked.connect(self.menus.open_align)
        canvas.badge_clicked.connect(self.menus.open_problems)
        canvas.told.connect(self.flash)

    def show_workspace(self, workspace: Workspace) -> None:
        """Bring a canvas and its inspector to the front."""
        self.canvases.bring(workspace.canvas)
        self._inspectors.setCurrentWidget(workspace.inspector)

    def turn(self, tab: Tab) -> None:
        """Show everything of another tab, which is in front from now on."""
        self.banners.turn(tab)
        self.show_workspace(tab.workspace)
        self.front.turn(tab.controller)
        self.reactions.on_turned()

    async def _close_politely(self) -> None:
        kept = keeps_drafts(self)
        for tab in [tab for tab in self.tabs.all if tab.document.dirty and not (kept and is_draft(tab))]:
            self.tabs.show(tab)  # the person sees what is asked about
            if not await self.files.may_leave(tab):
                return
        if await may_close(self):
            self._may_close = True
            self.close()


def _dropped_file(event: QDragEnterEvent | QDropEvent) -> Path | None:
    urls = [url for url in event.mimeData().urls() if url.isLocalFile() and url.toLocalFile().endswith(".json")]
    return Path(urls[0].toLocalFile()) if urls else None
