"""The inspector: a heading and tabs for the selected node, or the workflow's own tabs."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from floworch_designer.document.changes import ChangeSet
from floworch_designer.inspector.code import Highlighter
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.help_page import HelpPage
from floworch_designer.inspector.lazy_tabs import LazyTabs
from floworch_designer.inspector.locking import lock
from floworch_designer.inspector.middleware_page import MiddlewarePage
from floworch_designer.inspector.node_page import ParametersPage, SettingsPage
from floworch_designer.inspector.result_page import ResultPage
from floworch_designer.inspector.run_page import RunPage
from floworch_designer.inspector.several_page import SeveralPage
from floworch_designer.inspector.widgets import caption
from floworch_designer.inspector.workflow_page import WorkflowPage
from floworch_designer.settings.words import counted, mark, tr

#: Tabs of a node in order.
TABS = (mark("Parameters"), mark("Middleware"), mark("Settings"), mark("Run"), mark("Help"))
#: Titles that have a word of their own in other languages, where the usual one is long, or says what a button does.
TAB_WORDS = (mark("Settings (tab)"), mark("Run (tab)"))


class Header(QWidget):
    """Icon tile, title and second line."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._theme = context.theme
        self.tile = QLabel()
        self.tile.setFixedSize(32, 32)
        self.tile.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("role", "title")
        self.subtitle = QLabel()
        self.subtitle.setTextFormat(Qt.TextFormat.PlainText)
        self.subtitle.setProperty("role", "caption")
        self.subtitle.setWordWrap(True)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        lines.addWidget(self.title)
        lines.addWidget(self.subtitle)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 8)
        layout.setSpacing(10)
        layout.addWidget(self.tile, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(lines, 1)

    def show_heading(self, title: str, subtitle: str, icon: str, category: str) -> None:
        """Show these words and this icon in the hue of the category."""
        hue = self._theme.category_color(category)
        self.tile.setStyleSheet(f"border-radius: 8px; background: rgba({hue.red()}, {hue.green()}, {hue.blue()}, 46);")
        self.tile.setPixmap(self._theme.action_icon(icon, category, 18).pixmap(18, 18))
        self.title.setText(self.title.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, 230))
        self.title.setToolTip(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))


class InspectorPanel(QWidget):
    """Follows the selection, the document, its problems and the shown run.

    With ``later`` it is filled in the next turn of the loop, or with the first thing that it follows: its first form is
    the dearest part of a tab that opens.
    """

    node_renamed = Signal(str)
    run_opened = Signal(str)

    def __init__(self, context: Context, parent: QWidget | None = None, later: bool = False) -> None:
        super().__init__(parent)
        self.context = context
        self.header = Header(context)
        self.node_tabs = LazyTabs(
            {
                "Parameters": lambda: ParametersPage(context),
                "Middleware": lambda: MiddlewarePage(context),
                "Settings": self._make_settings,
                "Run": self._make_run,
                "Help": lambda: HelpPage(context),
            }
        )
        self.workflow_tabs = LazyTabs(
            {
                "Workflow": lambda: WorkflowPage(context),
                "Middleware": lambda: MiddlewarePage(context),
                "Run": lambda: ResultPage(context),
            }
        )
        self._several: SeveralPage | None = None
        self._several_soon = QTimer(self)  # a band that grows selects others at every move of the mouse
        self._several_soon.setSingleShot(True)
        self._several_soon.timeout.connect(self.refresh)
        self.read_only = caption(
            tr("Read only: this is a record. Go back to the edited definition to change something.")
        )
        self.read_only.setContentsMargins(14, 0, 14, 8)
        self.stack = QStackedWidget()
        for page in (self.workflow_tabs, self.node_tabs):
            self.stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.read_only)
        self.read_only.setVisible(context.document.read_only)
        layout.addWidget(self.stack, 1)
        for tabs in (self.node_tabs, self.workflow_tabs):
            tabs.currentChanged.connect(lambda _index: self.refresh())
        context.selection.changed.connect(self._on_selection)
        context.document.changed.connect(self._on_changed)
        context.document.problems_changed.connect(self._show_problems)
        if context.feed is not None:
            context.feed.batch.connect(self._on_batch)
            context.feed.replaced.connect(self.refresh)
            context.feed.logged.connect(self._on_logged)
        self._stale = False  # what it shows is of before, and nobody sees it
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.timeout.connect(self.refresh)
        if later:
            self._first.start()
        else:
            self.refresh()

    # Pages are made when they are first looked at: their forms are the dearest part of the window.

    @property
    def several(self) -> SeveralPage:
        """What several nodes have in common."""
        if self._several is None:
            self._several = SeveralPage(self.context)
            self.stack.addWidget(self._several)
        if self._several_soon.isActive() or self._stale:
            self._fill()
        return self._several

    @property
    def parameters(self) -> ParametersPage:
        """The parameters of the node."""
        return cast("ParametersPage", self._page(self.node_tabs, "Parameters"))

    @property
    def middleware(self) -> MiddlewarePage:
        """The middleware of the node."""
        return cast("MiddlewarePage", self._page(self.node_tabs, "Middleware"))

    @property
    def workflow(self) -> WorkflowPage:
        """The workflow's own page."""
        return cast("WorkflowPage", self._page(self.workflow_tabs, "Workflow"))

    @property
    def workflow_middleware(self) -> MiddlewarePage:
        """The middleware of the whole workflow."""
        return cast("MiddlewarePage", self._page(self.workflow_tabs, "Middleware"))

    @property
    def run(self) -> RunPage:
        """What the node did in the shown run."""
        return cast("RunPage", self._page(self.node_tabs, "Run"))

    @property
    def settings(self) -> SettingsPage:
        """The other fields of the node."""
        return cast("SettingsPage", self._page(self.node_tabs, "Settings"))

    @property
    def result(self) -> ResultPage:
        """What the whole run gave."""
        return cast("ResultPage", self._page(self.workflow_tabs, "Run"))

    def _page(self, tabs: LazyTabs, title: str) -> QWidget:
        """A page for those who ask for it, filled also while nobody sees it."""
        page = tabs.page(title)
        if self._stale:
            self._fill()
        return page

    def _make_run(self) -> RunPage:
        page = RunPage(self.context)
        page.run_opened.connect(self.run_opened)
        return page

    def _make_settings(self) -> SettingsPage:
        page = SettingsPage(self.context)
        page.renamed.connect(self.node_renamed)
        return page

    @property
    def node(self) -> str | None:
        """The node that is shown, or None."""
        primary = self.context.selection.primary
        return primary if primary in self.context.document.workflow.nodes else None

    def show_tab(self, name: str) -> None:
        """Bring a node's tab to the front by its title."""
        if name in TABS:
            self.node_tabs.setCurrentIndex(TABS.index(name))

    def show_item(self, item: tuple[int, ...] | None) -> None:
        """Show what came of an item of a loop in the node, outermost first, or of all of them together."""
        self.show_tab("Run")
        self.run.items.choose(item)

    def open_sources(self) -> None:
        """Show what the steps before the node gave, to take from it."""
        self.show_tab("Parameters")
        self.parameters.open_sources()

    def open_help(self) -> None:
        """Show what the action of the node does, with the cursor in the text so that keys scroll it."""
        self.show_tab("Help")
        self.node_tabs.front().setFocus()

    def show_result(self) -> None:
        """Bring the result of the whole run to the front; it is seen while no node is selected."""
        self.workflow_tabs.setCurrentWidget(self.result)

    def retheme(self) -> None:
        """Show icons, code and states in the colours the theme has now; what is typed stays."""
        for code in self.findChildren(Highlighter):
            code.retheme()
        self.refresh()

    def refresh(self) -> None:
        """Show what is selected as it is now; only the visible tab is filled, and nothing while the panel is hidden."""
        if self.isVisible():
            self._fill()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up on what came while it was hidden."""
        super().showEvent(event)
        if self._stale:
            self._fill()

    def _fill(self) -> None:
        self._stale = False
        node, nodes = self.node, self.context.selection.nodes
        self._several_soon.stop()
        self._first.stop()
        if node is None:
            self._show_workflow()
        elif len(nodes) > 1:
            self.header.show_heading(tr("{count} nodes", count=len(nodes)), tr("Selected together"), "group", "utility")
            self.stack.setCurrentWidget(self.several)
            self.several.show_nodes(nodes)
        else:
            self._show_node(node)
        if self.context.document.read_only:
            self._lock()

    def _lock(self) -> None:
        """Lock what defines; what a run gave has buttons of its own, which change nothing."""
        shown = self.stack.currentWidget()
        page = shown.currentWidget() if isinstance(shown, LazyTabs) else shown
        if isinstance(page, ParametersPage | MiddlewarePage | SettingsPage | WorkflowPage | SeveralPage):
            lock(page)

    def _on_selection(self) -> None:
        if len(self.context.selection.nodes) > 1:
            self._several_soon.start()
        else:
            self.refresh()

    def _show_workflow(self) -> None:
        workflow = self.context.document.workflow
        count = len(workflow.nodes)
        words = f"{tr('Workflow')} · {counted(count, '1 node', '{n} nodes')}"
        self.header.show_heading(workflow.name or workflow.id, words, "subflow", "flow")
        self.stack.setCurrentWidget(self.workflow_tabs)
        page = self.workflow_tabs.front()
        if isinstance(page, ResultPage):
            page.show_run()
        elif isinstance(page, MiddlewarePage):
            page.show_owner(None)
        elif isinstance(page, WorkflowPage):
            page.show_workflow()

    def _show_node(self, node: str) -> None:
        definition = self.context.document.workflow.nodes[node]
        spec = self.context.registry.find_action(definition.action)
        summary = tr(spec.summary) if spec is not None else self.context.missing(definition.action)
        self.header.show_heading(
            definition.title or node,
            f"{definition.action} · {summary}" if summary else definition.action,
            spec.icon if spec is not None else "unknown",
            spec.category if spec is not None else "utility",
        )
        self.stack.setCurrentWidget(self.node_tabs)
        page = self.node_tabs.front()
        if isinstance(page, MiddlewarePage):
            page.show_owner(node)
        elif isinstance(page, ParametersPage | SettingsPage | RunPage | HelpPage):
            page.show_node(node)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.everything:
            if self._several is not None:
                self._several.forget()
            for page in (*self.node_tabs.made.values(), *self.workflow_tabs.made.values()):
                if isinstance(page, ParametersPage | SettingsPage | WorkflowPage | MiddlewarePage):
                    page.forget()
        self.refresh()

    def _show_problems(self, _problems: object = None) -> None:
        if self._stale:
            return
        page = (self.workflow_tabs if self.node is None else self.node_tabs).currentWidget()
        if isinstance(page, ParametersPage | MiddlewarePage | SettingsPage | WorkflowPage):
            page.show_problems()

    def _on_batch(self, changed: set[int]) -> None:
        state = self.context.feed.state if self.context.feed is not None else None
        node = self.node
        if self._stale:
            return
        page = (self.workflow_tabs if node is None else self.node_tabs).currentWidget()
        if node is None and isinstance(page, ResultPage):
            page.show_run()
        if isinstance(page, ParametersPage) and page.form is not None:
            page.form.refresh_help()  # what an expression gives hangs on what the run gave; shown once that rests
        if state is None or node is None or not isinstance(page, RunPage):
            return
        if -1 in changed or state.index.get(node, -2) in changed:
            page.show_node(node)

    def _on_logged(self) -> None:
        page = self.node_tabs.currentWidget()
        if self.node is not None and isinstance(page, RunPage) and not self._stale:
            page.show_log()
