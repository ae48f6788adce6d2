"""How the window answers to what happens: documents, selections, problems, palette, canvas, settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF
from shiboken6 import isValid

from floworch.model.problem import Problem
from floworch_designer.app.commands.keymap import from_settings
from floworch_designer.app.panels.hints import HELD, hint_text, hints_of
from floworch_designer.app.panels.sizes import opens_below
from floworch_designer.app.running.run_banners import fit_open
from floworch_designer.canvas.revealing import reveal_whole
from floworch_designer.document.layers import add_layer
from floworch_designer.palette.catalog import Entry
from floworch_designer.settings.words import tr
from floworch_designer.theme.scheme import theme_name

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


#: Menu entries that show a setting, and its key.
CHECKED = {
    "view.minimap": "canvas/minimap",
    "view.square": "canvas/square",
    "view.bar": "canvas/bar",
    "view.follow": "canvas/follow",
}


class Reactions(QObject):
    """The slots of one window. A QObject of its own, so that its connections end with the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._told_run = False

    def on_changed(self) -> None:
        """The edited definition in front changed."""
        self._window.edited.emit()
        self.on_document()

    def on_document(self) -> None:
        """Another definition, or another content."""
        self._enter()
        self.on_title()
        self._window.refresh_actions()
        self._window.workspace.hint.setVisible(not self._window.document.workflow.nodes)
        self._window.operator.follow()
        self._window.outline.follow()
        self._window.tab_strip.crumbs.follow()
        self._window.triggers.follow()
        self._window.sets.follow()
        self._window.differing.follow()
        self._window.version_actions.follow()
        self._window.variable_actions.follow()
        self._window.activating.follow()
        self._window.version_note.follow()
        self.on_problems()
        self.on_hint()

    def _enter(self) -> None:
        """The first file gives the window its folder, and the places of the panels that are kept for it."""
        window = self._window
        path = window.tab.document.path
        if window.docking.folder is None and path is not None and not window.operator.on:
            fresh = not window.tab.document.undo_stack.count() and window.controller.feed.state is None
            window.docking.enter(window.session.settings, path.resolve().parent, fresh)

    def on_turned(self) -> None:
        """Another tab is in front: everything around the canvas tells of it."""
        window = self._window
        self.on_document()
        self.on_catalog()
        window.timeline.select(window.selection.nodes)
        self.on_zoom()
        fit_open(window)
        window.workspace.minimap.set_shown(window.commands["view.minimap"].isChecked())
        window.canvas.set_focus_mode(window.commands["view.focus"].isChecked())
        window.canvas.set_still(window.session.settings.still)

    def on_catalog(self) -> None:
        """Other actions can be used in what is in front."""
        self._window.palette_panel.set_registry(self._window.tab.sheet.actions)
        self._window.quick_add.set_registry(self._window.tab.sheet.actions)

    def on_title(self, *_: object) -> None:
        """Write file name and dirty mark into the title."""
        tab, document = self._window.tab, self._window.tab.document
        if not isValid(document.undo_stack):
            return  # a stack that is being deleted: its end is told as one more change of the dirty mark
        self._window.setWindowTitle(tr("{name}[*] – Flow Orchestrator", name=tab.name))
        self._window.setWindowModified(document.dirty)
        self._window.setWindowFilePath(str(document.path) if document.path else "")

    def on_selection(self, *_: object) -> None:
        """Other actions make sense now. A stack that is being deleted tells of its last change too."""
        if isValid(self._window.session.document.undo_stack):
            self._window.refresh_actions()
            self._window.tab_strip.crumbs.follow()
            self._window.timeline.select(self._window.selection.nodes)
            self.on_hint()

    def on_hint(self, _held: bool = False) -> None:
        """Name the keys that fit what is selected, or is in hand; an empty canvas says itself what to do."""
        window = self._window
        if window.canvas.holds_wire:
            window.status_strip.hint.setText(tr(HELD))
            return
        shown = bool(window.document.workflow.nodes) and not window.operator.on
        window.status_strip.hint.setText(hint_text(hints_of(window.selection), window.commands) if shown else "")

    def on_problems(self, _problems: object = None) -> None:
        """List the problems of what is in front and count them in the tab."""
        problems = self._window.document.problems if self._window.document.workflow.nodes else []
        self._window.problems.show_problems(
            problems,
            "" if self._window.document.workflow.nodes else tr("The canvas is empty. Add a node to begin."),
            not self._window.viewing,
        )
        self._window.docks["problems"].setWindowTitle(
            tr("Problems ({n})", n=len(problems)) if problems else tr("Problems")
        )
        self._window.status_strip.count_problems(len(problems))
        self._window.run_bar.errors = lambda: sum(problem.severity == "error" for problem in problems)
        self._window.run_bar.advise()

    def on_run(self) -> None:
        """A run is shown: the panels that tell of it open with the first one, where they leave the canvas enough."""
        self._window.tab_strip.crumbs.follow()
        if not self._told_run and self._window.controller.feed.state is not None:
            self._told_run = True
            closed = not any(dock.isVisible() for dock in self._window.bottom)
            if closed and opens_below(self._window.height()):
                self._window.show_panel("log")

    def on_problem(self, problem: Problem) -> None:
        """Select the node of a problem and open the tab with its field."""
        node = problem.node
        if node is None or node not in self._window.document.workflow.nodes:
            self._window.selection.clear()
            return
        self.show_node(node)
        parts = problem.path.split(".")
        field = parts[2].split("[")[0] if len(parts) > 2 else "params"
        tab = {"params": "Parameters", "middleware": "Middleware"}.get(field, "Settings")
        self._window.show_panel("inspector")
        self._window.inspector.show_tab(tab)

    def show_node(self, node: str) -> None:
        """Select a node and bring it into view."""
        self._window.selection.set([node])
        self._window.canvas.frame_selection()

    def show_run_of(self, node: str, item: tuple[int, ...] | None = None) -> None:
        """Select a node and open what it did in the shown run: in an item of a loop, or where the run failed at it."""
        if node not in self._window.document.workflow.nodes:
            return  # a line of the log names a node that a migration took out
        self.show_node(node)
        self._window.show_panel("inspector")
        state = self._window.controller.feed.state
        error = (state.error if state is not None else None) or {}
        if item is None and error.get("node") == node and isinstance(error.get("index"), int):
            item = (error["index"],)
        self._window.inspector.show_item(item or None)

    def on_run_opened(self, run_id: str) -> None:
        """Somebody asked for a run that a node called."""
        self._window.runs.open_run(run_id)

    def on_node_activated(self, _node: str) -> None:
        """Open the parameters of a node."""
        self._window.show_panel("inspector")
        self._window.inspector.show_tab("Parameters")

    def on_outline(self, key: str) -> None:
        """Open what was activated in the outline: the parameters of a node, a note or a frame on the canvas."""
        if key in self._window.document.workflow.nodes:
            self.on_node_activated(key)
        elif not self._window.viewing:
            self._window.canvas.setFocus()
            self._window.canvas.areas.activate(key)

    def on_palette(self, entry: Entry) -> None:
        """Add what was activated in the palette."""
        if self._window.viewing:
            return
        if entry.kind == "action":
            node = self._window.canvas.add_action(entry.id, None, self._window.canvas.free_end())
            self._begin_with(node)
            reveal_whole(self._window.canvas, node)
            return
        owner = self._window.selection.primary
        document = self._window.document
        document.apply(add_layer(document.workflow, owner, entry.id), tr("Add {title}", title=entry.title))
        self._window.flash(tr("{title} added to {owner}", title=entry.title, owner=owner or tr("the whole workflow")))
        if owner is not None:
            self._window.inspector.show_tab("Middleware")

    def _begin_with(self, node: str) -> None:
        """Select a new node and show its parameters, which come next."""
        self._window.selection.set([node])
        self._window.inspector.show_tab("Parameters")

    def on_quick_add(self, entry: Entry, scene: QPointF, source: Any) -> None:
        """Add what was chosen in the quick-add box."""
        node = self._window.canvas.add_action(entry.id, scene, source)
        self._begin_with(node)
        reveal_whole(self._window.canvas, node)  # at the edge, too: its ports are needed next
        self._window.canvas.setFocus()

    def on_zoom(self, _factor: float = 1.0) -> None:
        """Show the zoom of the canvas in front; it may be another one whose zoom has changed."""
        self._window.zoom_label.setText(f"{self._window.canvas.zoom * 100:.0f} %")

    def on_setting(self, key: str) -> None:
        """A setting changed."""
        if key == "engine/in_process":
            self._window.commands["run.in_process"].setChecked(self._window.session.settings.get(key))
            self.tell_host()
        elif key == "keys/own":
            self._window.commands.use(from_settings(self._window.session.settings))
        elif key.startswith(("appearance/", "canvas/")):
            self._on_look(key)

    def _on_look(self, key: str) -> None:
        """A setting of the looks changed, here or in the dialog."""
        window = self._window
        value = window.session.settings.get(key)
        if key.startswith("canvas/"):
            self.show_checks()
            for tab in window.tabs.all:
                tab.follow(window.session.settings)
            self.tell_refused(key, window.workspace.refused)
        elif key == "appearance/motion":
            still = window.session.settings.still
            window.commands["view.still"].setChecked(still)
            window.setAnimated(not still)
            window.canvas.set_still(still)
        elif key == "appearance/theme" and theme_name(value) != window.theme.name:
            window.theme_requested.emit(theme_name(value))

    def show_checks(self) -> None:
        """Check the entries of the menus that show a setting of the canvas."""
        for action, key in CHECKED.items():
            self._window.commands[action].setChecked(self._window.session.settings.get(key))
        self._window.commands["view.still"].setChecked(self._window.session.settings.still)

    def tell_refused(self, key: str, why: str) -> None:
        """Say that the canvas cannot be painted as a setting says, and take the setting back."""
        if key == "canvas/graphics_card" and why:
            self._window.session.settings.set(key, False)
            told = tr("{why} The canvas is painted as before.", why=why)
            self._window.tell("warning", tr("The graphics card is not used."), told)

    def tell_host(self) -> None:
        """Say where runs live."""
        inside = self._window.session.hosts.in_process
        self._window.host_label.setText(
            tr("Runs end with this window") if inside else tr("Runs go on without this window")
        )
        why = (
            tr("Runs live inside this window: closing it pauses them, and they can be resumed.")
            if inside
            else tr("Runs live in a process of their own: closing the window does not stop them.")
        )
        self._window.host_label.setToolTip(
            tr("{why}\nThey are kept in {store}", why=why, store=self._window.session.hosts.store)
        )
