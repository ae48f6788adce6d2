"""The main window: canvas in the middle, palette left, inspector right, problems, log and runs below."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QByteArray, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QMoveEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QLabel,
    QMainWindow,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from floworch.model.workflow import Workflow
from floworch.store.protocol import RunHeader
from floworch_designer.app.align_actions import AlignActions
from floworch_designer.app.area_actions import AreaActions
from floworch_designer.app.banners import Banners
from floworch_designer.app.bottom import LogPanel
from floworch_designer.app.commands import Commands
from floworch_designer.app.comparing import CompareActions
from floworch_designer.app.conditions import CONDITIONS
from floworch_designer.app.dock_title import DockTitle
from floworch_designer.app.editing import EditActions, NodeActions
from floworch_designer.app.empty_hint import EmptyHint
from floworch_designer.app.exchange import ExchangeActions
from floworch_designer.app.files import FileActions
from floworch_designer.app.leaving import may_close
from floworch_designer.app.loop import spawn
from floworch_designer.app.menus import CanvasMenus
from floworch_designer.app.outline import OutlinePanel
from floworch_designer.app.overlay import RunOverlay
from floworch_designer.app.panel_actions import PanelActions
from floworch_designer.app.partial import PartialActions
from floworch_designer.app.placing import place_nodes
from floworch_designer.app.problems_panel import ProblemsPanel
from floworch_designer.app.reactions import Reactions
from floworch_designer.app.replaying import ReplayActions
from floworch_designer.app.run_bar import RunBar
from floworch_designer.app.running import RunActions
from floworch_designer.app.session import Session, ViewedDocument
from floworch_designer.app.sizes import first_size, panel_sizes
from floworch_designer.app.viewing import ViewActions
from floworch_designer.canvas.minimap import Minimap
from floworch_designer.document.document import Document
from floworch_designer.document.selection import Selection
from floworch_designer.history.compare_panel import ComparePanel
from floworch_designer.history.panel import HistoryPanel
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.panel import InspectorPanel
from floworch_designer.palette.panel import PalettePanel
from floworch_designer.palette.quick_add import QuickAdd
from floworch_designer.runs.controller import RunController
from floworch_designer.theme.theme import Theme
from floworch_designer.timeline.panel import TimelinePanel
from floworch_designer.timeline.scrubber import Scrubber

#: Panels by name: title and area.
PANELS = {
    "palette": ("Palette", Qt.DockWidgetArea.LeftDockWidgetArea),
    "outline": ("Outline", Qt.DockWidgetArea.LeftDockWidgetArea),
    "inspector": ("Inspector", Qt.DockWidgetArea.RightDockWidgetArea),
    "problems": ("Problems", Qt.DockWidgetArea.BottomDockWidgetArea),
    "log": ("Run log", Qt.DockWidgetArea.BottomDockWidgetArea),
    "timeline": ("Timeline", Qt.DockWidgetArea.BottomDockWidgetArea),
    "runs": ("Runs", Qt.DockWidgetArea.BottomDockWidgetArea),
    "compare": ("Compare", Qt.DockWidgetArea.BottomDockWidgetArea),
}
BOTTOM = ("problems", "log", "timeline", "runs", "compare")
LAYOUT_VERSION = 3


class Workspace:
    """A document on screen: canvas, selection and inspector of one definition."""

    def __init__(self, session: Session, theme: Theme, document: Document, selection: Selection) -> None:
        self.document, self.selection = document, selection
        self.canvas: Any = cast("Any", session.make_canvas(document, selection, theme, session.registry))
        self.hint = EmptyHint(self.canvas, theme)
        self.minimap = Minimap(self.canvas, session.settings.get("canvas/minimap"))
        context = Context(document, selection, theme, session.registry, session.controller.feed)
        self.inspector = InspectorPanel(context)


class CanvasStack(QStackedWidget):
    """The canvases; when a strip above them comes or goes, what they show stays where it is on the screen."""

    def moveEvent(self, event: QMoveEvent) -> None:
        """Scroll the canvas in front against the move, unless the first row of cards would go out of sight."""
        super().moveEvent(event)
        canvas: Any = self.currentWidget()
        away = event.oldPos().y() - event.pos().y()
        if self.isVisible() and canvas is not None and not (away < 0 and canvas.would_hide_top(-away)):
            canvas.pan(0, away)


class MainWindow(QMainWindow):
    """One window over a session.

    ``theme_requested(name)`` asks the application for another theme, which :meth:`retheme` then takes over;
    ``closed`` follows when the person closed it.
    """

    theme_requested = Signal(str)
    closed = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self.session, self.theme = session, theme
        self.controller: RunController = session.controller
        self.setObjectName("MainWindow")
        self.setAcceptDrops(True)
        self._may_close = False
        self.editing = Workspace(session, theme, session.document, session.selection)
        self.viewed: Workspace | None = None
        self.banners = Banners(theme)
        self.palette_panel = PalettePanel(session.registry, theme, session.settings, later=True)
        self.outline = OutlinePanel(theme, lambda: self.workspace)
        self.problems = ProblemsPanel(theme)
        self.log = LogPanel(self.controller.feed, theme)
        self.timeline = TimelinePanel(self.controller.feed, theme)
        self.history = HistoryPanel(theme)
        self.compare_panel = ComparePanel(theme)
        self.reactions = Reactions(self)
        self.menus = CanvasMenus(self)
        self.quick_add = QuickAdd(session.registry, theme, self)
        self.files: FileActions = FileActions(self)
        self.runs: RunActions = RunActions(self)
        self.replay = ReplayActions(self)
        self.comparing: CompareActions = CompareActions(self)
        self.parts: dict[str, Any] = {
            "files": self.files,
            "exchange": ExchangeActions(self),
            "edit": EditActions(self),
            "nodes": NodeActions(self),
            "areas": AreaActions(self),
            "align": AlignActions(self),
            "view": ViewActions(self),
            "panels": PanelActions(self),
            "runs": self.runs,
            "partial": PartialActions(self),
            "replay": self.replay,
            "compare": self.comparing,
            "history": self.runs.history,
        }
        self.commands = Commands(self, self.editing.canvas, theme, self.parts, lambda name: CONDITIONS[name](self))
        self.commands["run.in_process"].setChecked(session.hosts.in_process)
        self.commands["view.minimap"].setChecked(session.settings.get("canvas/minimap"))
        self.docks: dict[str, QDockWidget] = {}
        self._canvases = CanvasStack()
        self._inspectors = QStackedWidget()
        self._build()
        self.overlay = RunOverlay(self.editing.canvas, self.controller.feed, self)
        self._connect()
        self._restore()
        self.reactions.on_document()

    # -- what is shown -----------------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        """What is in front: the edited definition, or the one of an opened run."""
        return self.viewed or self.editing

    @property
    def viewing(self) -> bool:
        """Whether a run's own definition is shown, which cannot be edited."""
        return self.viewed is not None

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
    def bottom(self) -> list[QDockWidget]:
        """The panels below the canvas; closed until there is a run to tell of."""
        return [self.docks[name] for name in BOTTOM]

    def show_bottom(self, shown: bool = True) -> None:
        """Open or close the panels below the canvas."""
        for dock in self.bottom:
            dock.setVisible(shown)

    def show_panel(self, name: str) -> None:
        """Show a panel and bring its tab to the front. Raises KeyError for an unknown name."""
        dock = self.docks[name]
        if name in BOTTOM:
            self.show_bottom()
        dock.show()
        dock.raise_()

    def tell(self, level: str, title: str, text: str = "", node: str | None = None, detail: str = "") -> None:
        """Show a message strip (``info warning error``); with ``node`` it has a button that shows the node."""
        buttons = []
        if node is not None and node in self.document.workflow.nodes:
            buttons.append(("Show node", lambda: self.reactions.show_run_of(node)))
        self.banners.show_banner("message", level, title, text, buttons)
        if detail:
            self.banners.shown["message"].setToolTip(detail[-4000:])

    def flash(self, text: str) -> None:
        """Say something in the status bar for a few seconds."""
        self.statusBar().showMessage(text, 5000)

    def refresh_actions(self) -> None:
        """Ask every action's condition again."""
        self.commands.refresh()
        stack = self.document.undo_stack
        for name, word, what in (("undo", "Undo", stack.undoText()), ("redo", "Redo", stack.redoText())):
            action = self.commands[f"edit.{name}"]
            action.setText(f"{word} “{what}”" if what else word)
            action.setIconText(word)

    def fit_soon(self) -> None:
        """Show all nodes once the window has its size."""
        QTimer.singleShot(0, self.canvas.fit)

    def open_quick_add(self, place: QPoint, scene: QPointF, source: Any = None) -> None:
        """Open the quick-add box at a global point; what is chosen goes to ``scene`` and is connected to ``source``."""
        if self.viewing:
            return
        self.quick_add.open_at(place, scene, source)

    def show_definition_of(self, header: RunHeader) -> None:
        """Show a run on the edited definition when that is the same, else on the run's own, which is read only."""
        from floworch.model import codec

        if codec.logic_hash(self.session.document.workflow) == header.definition_hash:
            self.leave_run_view()
            return
        document = ViewedDocument(catalog=self.session.registry, parent=self)
        ran = codec.loads(header.definition)
        document.reset(ran)
        self._view(Workspace(self.session, self.theme, document, Selection(self)))
        place_nodes(document, self.canvas)
        title, text = _whose(ran, self.session.document.workflow, header.run_id)
        self.banners.show_banner(
            "viewing", "info", title, text, (("Back to editing", self.runs.leave),), closable=False
        )
        self.fit_soon()

    def leave_run_view(self) -> None:
        """Go back to the edited definition."""
        if self.viewed is not None:
            old, self.viewed = self.viewed, None
            self._canvases.setCurrentWidget(self.editing.canvas)
            self._inspectors.setCurrentWidget(self.editing.inspector)
            self.overlay.set_canvas(self.editing.canvas)
            for widget in (old.canvas, old.inspector):
                widget.setParent(None)
                widget.deleteLater()
            self.banners.remove("viewing")
            self.reactions.on_document()

    def reset_layout(self) -> None:
        """Dock every panel where it was at first."""
        bottom = self.bottom
        for name, (_, area) in PANELS.items():
            dock = self.docks[name]
            dock.setFloating(False)
            self.addDockWidget(area, dock)
            dock.setVisible(name != "outline" and (dock not in bottom or self.controller.feed.state is not None))
        self.splitDockWidget(self.docks["palette"], self.docks["outline"], Qt.Orientation.Vertical)
        for first, second in pairwise(bottom):
            self.tabifyDockWidget(first, second)
        bottom[0].raise_()
        sizes = panel_sizes(self.width())
        sides = [self.docks["palette"], self.docks["inspector"]]
        self.resizeDocks(sides, [sizes["palette"], sizes["inspector"]], Qt.Orientation.Horizontal)
        self.resizeDocks([bottom[0]], [sizes["bottom"]], Qt.Orientation.Vertical)

    def retheme(self) -> None:
        """Show what has colours of its own in those the theme has now; nothing else changes."""
        for workspace in (self.editing, self.viewed):
            if workspace is not None:
                workspace.canvas.set_theme(self.theme)
                workspace.inspector.retheme()
        for panel in (self.palette_panel, self.log, self.run_bar, self.scrubber, self.timeline):
            panel.retheme()
        self.theme.redress(self)

    def save_layout(self) -> None:
        """Remember size and docks."""
        settings = self.session.settings
        settings.set("window/geometry", self.saveGeometry())
        settings.set("window/layout", self.saveState(LAYOUT_VERSION))
        settings.flush()

    # -- Qt ----------------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes first; the window closes when the answer allows it."""
        if self._may_close:
            self.save_layout()
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        spawn(self._close_politely(), "close")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept a definition file."""
        if _dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the dropped file."""
        path = _dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open_path(path)

    # -- building ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(centre := QWidget())
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banners)
        column.addWidget(self._canvases, 1)
        buttons = {name: self.commands[f"replay.{name}"] for name in ("back", "play", "forward", "live")}
        self.scrubber = Scrubber(self.controller.feed, self.replay.player, buttons, self.theme)
        column.addWidget(self.scrubber)
        self._canvases.addWidget(self.editing.canvas)
        self._inspectors.addWidget(self.editing.inspector)
        self.setCentralWidget(centre)
        self.run_bar = RunBar(self.commands, self.controller, self.theme, self)
        menus = self.commands.fill_menu_bar(self.menuBar())
        self._recent = menus["File"].addMenu("Open recent")
        menus["File"].insertMenu(self.commands["file.save"], self._recent)
        self._recent.aboutToShow.connect(self._fill_recent)
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
        }
        for name, (title, area) in PANELS.items():
            dock = QDockWidget(title, self)
            dock.setObjectName(f"dock.{name}")
            dock.setWidget(widgets[name])
            side = name not in BOTTOM
            dock.setMinimumWidth(170 if side else 80)
            dock.setTitleBarWidget(DockTitle(dock, self.theme) if side else QWidget())
            self.addDockWidget(area, dock)
            self.docks[name] = dock
            menus["View"].addAction(dock.toggleViewAction())
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
        )  # fmt: skip
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._add_status_bar()

    def _add_status_bar(self) -> None:
        self.zoom_label = QLabel("100 %")
        self.zoom_label.setProperty("role", "caption")
        self.problem_button = QToolButton()
        self.problem_button.setProperty("role", "row")
        self.problem_button.setToolTip("Show the problems")
        self.problem_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.problem_button.clicked.connect(lambda _checked=False: self.show_panel("problems"))
        self.host_label = QLabel()
        self.host_label.setProperty("role", "caption")
        for label in (self.host_label, self.zoom_label):
            label.setContentsMargins(8, 0, 8, 0)
            self.statusBar().addPermanentWidget(label)
        self.statusBar().addPermanentWidget(self.problem_button)
        self.statusBar().setSizeGripEnabled(False)

    def _add_run_bar(self) -> None:
        bar = QToolBar("Run bar", self)
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

    def _restore(self) -> None:
        settings = self.session.settings
        geometry, layout = settings.get("window/geometry"), settings.get("window/layout")
        if not (isinstance(geometry, QByteArray) and not geometry.isEmpty() and self.restoreGeometry(geometry)):
            room = self.screen().availableGeometry()
            self.resize(*first_size(room.width(), room.height()))
            self.move(room.center() - self.rect().center())
        if not (isinstance(layout, QByteArray) and not layout.isEmpty() and self.restoreState(layout, LAYOUT_VERSION)):
            self.reset_layout()
        for bar in self.findChildren(QTabBar):
            bar.setExpanding(False)

    def _connect(self) -> None:
        document, selection = self.session.document, self.session.selection
        document.changed.connect(self.reactions.on_changed)
        document.problems_changed.connect(self.reactions.on_problems)
        document.dirty_changed.connect(self.reactions.on_title)
        document.path_changed.connect(self.reactions.on_title)
        document.undo_stack.indexChanged.connect(self.reactions.on_selection)
        selection.changed.connect(self.reactions.on_selection)
        self.palette_panel.activated.connect(self.reactions.on_palette)
        self.outline.activated.connect(self.reactions.on_outline)
        self.problems.chosen.connect(self.reactions.on_problem)
        self.problems.repair_requested.connect(self.menus.mend)
        self.quick_add.chosen.connect(self.reactions.on_quick_add)
        self._connect_canvas(self.editing)
        self.controller.status_changed.connect(self.reactions.on_run)
        self.reactions.tell_host()
        self.session.settings.changed.connect(self.reactions.on_setting)

    def _connect_canvas(self, workspace: Workspace) -> None:
        canvas = workspace.canvas
        canvas.zoom_changed.connect(self.reactions.on_zoom)
        canvas.quick_add_requested.connect(self.open_quick_add)
        canvas.node_activated.connect(self.reactions.on_node_activated)
        workspace.hint.example_requested.connect(self.files.open_example)
        canvas.context_requested.connect(self.menus.open)
        canvas.badge_clicked.connect(self.menus.open_problems)

    def _view(self, workspace: Workspace) -> None:
        self.leave_run_view()
        self.viewed = workspace
        self._canvases.addWidget(workspace.canvas)
        self._canvases.setCurrentWidget(workspace.canvas)
        self._inspectors.addWidget(workspace.inspector)
        self._inspectors.setCurrentWidget(workspace.inspector)
        self.commands.also_on(workspace.canvas)
        self.overlay.set_canvas(workspace.canvas)
        workspace.selection.changed.connect(self.reactions.on_selection)
        self._connect_canvas(workspace)
        self.reactions.on_document()

    def _fill_recent(self) -> None:
        self._recent.clear()
        for text in self.session.settings.get("files/recent"):
            path = Path(text)
            action = self._recent.addAction(path.name)
            action.setToolTip(text)
            action.setEnabled(path.exists())
            action.triggered.connect(lambda _checked=False, path=path: self.files.open_path(path))
        if self._recent.isEmpty():
            self._recent.addAction("No recent files").setEnabled(False)

    async def _close_politely(self) -> None:
        if await self.files.may_leave() and await may_close(self):
            self._may_close = True
            self.close()


def _whose(ran: Workflow, edited: Workflow, run_id: str) -> tuple[str, str]:
    """Title and text that say which definition is shown while a run has another one than the editor."""
    if ran.id != edited.id:
        name = edited.name or edited.id
        mine = f"“{name}”, which you edit, is unchanged." if edited.nodes else "Read only."
        return f"Run {run_id} of another workflow, “{ran.name or ran.id}”", f"It is shown as it ran, read only. {mine}"
    return (
        f"Run {run_id} had another version of this workflow",
        "It is shown as it ran, read only. What you edit is unchanged.",
    )


def _dropped_file(event: QDragEnterEvent | QDropEvent) -> Path | None:
    urls = [url for url in event.mimeData().urls() if url.isLocalFile() and url.toLocalFile().endswith(".json")]
    return Path(urls[0].toLocalFile()) if urls else None
