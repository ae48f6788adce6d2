"""Handlers of the ``edit.*`` and ``node.*`` actions: pure edits of the document, applied as undo steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from floworch_designer.app.editing.layer_copies import copy_layers, paste_layers
from floworch_designer.app.editing.pinning import toggle_pin
from floworch_designer.app.editing.subflows import promote, put_back_into_caller
from floworch_designer.app.runtime.loop import spawn
from floworch_designer.canvas.homes import seen
from floworch_designer.canvas.slices import AT_ONCE
from floworch_designer.settings.words import tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow
    from floworch_designer.canvas.geometry import Point


class EditActions:
    """Undo, clipboard, deletion and selection."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def undo(self) -> None:
        """Take the last step back."""
        self._window.statusBar().clearMessage()  # what it says of the step is true no longer
        self._and_select(self._window.document.undo_stack.undo)

    def redo(self) -> None:
        """Do it again."""
        self._and_select(self._window.document.undo_stack.redo)

    def _and_select(self, step: Callable[[], object]) -> None:
        """Select the nodes that a step brings back, as they were before they went, or the card that hides them."""
        window = self._window
        before = window.document.workflow.nodes.keys()
        with window.canvas.slices.over(least=AT_ONCE):  # an arrangement of thousands would hold the window up
            step()
        back = window.document.workflow.nodes.keys() - before
        if back:
            nodes, cards = seen(window.canvas.graph, back)
            window.selection.set(nodes, decor=cards)

    def copy(self) -> None:
        """Put the selected nodes, notes and frames on the clipboard as JSON text."""
        self._window.canvas.commands.copy()

    def cut(self) -> None:
        """Copy and delete."""
        self._window.canvas.commands.cut()

    def paste(self) -> None:
        """Insert nodes, or the request of a cURL command, from the clipboard's text and select them."""
        self.paste_at(None)

    def paste_at(self, at: Point | None, linked: bool = False) -> None:
        """As ``paste``, with their top left corner at a point of the canvas."""
        commands = self._window.canvas.commands
        if not commands.paste(at, linked):
            self._window.flash(tr("The clipboard holds no nodes and no cURL command"))
        elif commands.said:
            self._window.tell("info", tr("The cURL command is an HTTP request now."), "\n".join(commands.said))

    def paste_linked(self) -> None:
        """As ``paste``, and connect the copies to what the originals came from, where that is here."""
        self.paste_at(None, linked=True)

    def duplicate(self) -> None:
        """Copy what is selected beside itself."""
        self._window.canvas.commands.duplicate()

    def delete(self) -> None:
        """Remove what is selected."""
        self._window.canvas.commands.delete()

    def delete_reconnect(self) -> None:
        """Remove the selected nodes and connect their neighbours."""
        self._window.canvas.commands.delete(reconnect=True)

    def select_all(self) -> None:
        """Select everything on the canvas."""
        self._window.canvas.commands.select_all()

    def select_after(self) -> None:
        """Select everything after the primary node as well."""
        self._window.canvas.commands.select_along(downstream=True)

    def select_before(self) -> None:
        """Select everything before the primary node as well."""
        self._window.canvas.commands.select_along(downstream=False)

    def select_none(self) -> None:
        """Select nothing."""
        self._window.selection.clear()


class NodeActions:
    """What is done to nodes: add, rename, open, disable, arrange."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def add(self) -> None:
        """Open the quick-add box over the canvas."""
        self._window.canvas.request_quick_add()

    def rename(self) -> None:
        """Edit the node's title on its card, the frame's on its bar, the text of the note."""
        if not self._window.viewing:
            self._window.canvas.edit_title()

    def open(self) -> None:
        """Put the cursor into the node's first parameter, or into the selected note or frame."""
        window = self._window
        if window.selection.primary is None and window.selection.decor:
            if not window.viewing:
                window.canvas.activate_primary()
            return
        window.show_panel("inspector")
        window.inspector.show_tab("Parameters")
        form = window.inspector.parameters.form
        if form is not None:
            form.focus_first()

    def values(self) -> None:
        """Show what the steps before the node gave in the shown run; Enter writes a value into the last field."""
        self._window.show_panel("inspector")
        self._window.inspector.open_sources()

    def help(self) -> None:
        """Show the documentation of the node's action in the inspector; of several nodes, of the one chosen last."""
        if len(self._window.selection.nodes) > 1 and self._window.selection.primary is not None:
            self._window.selection.set([self._window.selection.primary])
        self._window.show_panel("inspector")
        self._window.inspector.open_help()

    def disable(self) -> None:
        """Disable the selected nodes, or enable them when all are disabled."""
        self._window.canvas.commands.toggle_disabled()

    def duplicate_linked(self) -> None:
        """Copy the selected nodes beside themselves, and connect the copies to what the originals come from."""
        self._window.canvas.commands.duplicate(inputs=True)

    def pin(self) -> None:
        """Keep the outputs of the shown run in the definition, or take the pins away when all are pinned."""
        toggle_pin(self._window)

    def copy_layers(self) -> None:
        """Copy the middleware of the primary node."""
        copy_layers(self._window)

    def paste_layers(self) -> None:
        """Put copied middleware on the selected nodes."""
        paste_layers(self._window)

    def make_subflow(self) -> None:
        """Move the selected nodes into a workflow of their own, which is called in their place."""
        if not self._window.viewing:
            spawn(promote(self._window), "make a subflow")

    def put_back(self) -> None:
        """Put the workflow that the selected node calls in its place."""
        self._window.runs.go(put_back_into_caller(self._window), "put a called workflow back")

    def arrange_all(self) -> None:
        """Lay out everything, whatever is selected."""
        self._window.canvas.commands.arrange(everything=True)

    def arrange(self) -> None:
        """Lay out the selection, or everything when fewer than two nodes are selected."""
        self._window.canvas.commands.arrange()
