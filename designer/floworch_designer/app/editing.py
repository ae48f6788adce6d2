"""Handlers of the ``edit.*`` and ``node.*`` actions: pure edits of the document, applied as undo steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from floworch_designer.document import edits
from floworch_designer.document.clipboard import Fragment, duplicate, insert

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow

#: How far pasted nodes stand from where they were copied, scene units.
PASTE_OFFSET = (36.0, 36.0)


class EditActions:
    """Undo, clipboard, deletion and selection."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def undo(self) -> None:
        """Take the last step back."""
        self._window.document.undo_stack.undo()

    def redo(self) -> None:
        """Do it again."""
        self._window.document.undo_stack.redo()

    def copy(self) -> None:
        """Put the selected nodes on the clipboard as JSON text."""
        window = self._window
        if window.selection.nodes:
            fragment = Fragment.of(window.document.workflow, window.selection.nodes)
            QGuiApplication.clipboard().setText(fragment.to_text())

    def cut(self) -> None:
        """Copy and delete."""
        self.copy()
        self.delete()

    def paste(self) -> None:
        """Insert nodes from the clipboard's text and select them."""
        window = self._window
        fragment = Fragment.from_text(QGuiApplication.clipboard().text())
        if fragment is None:
            window.flash("The clipboard holds no nodes")
            return
        workflow, names = insert(window.document.workflow, fragment, offset=PASTE_OFFSET)
        window.document.apply(workflow, "Paste")
        window.selection.set(names.values())

    def duplicate(self) -> None:
        """Copy the selected nodes beside themselves."""
        window = self._window
        workflow, nodes = duplicate(window.document.workflow, window.selection.nodes)
        window.document.apply(workflow, "Duplicate")
        window.selection.set(nodes)

    def delete(self) -> None:
        """Remove what is selected."""
        self._remove(reconnect=False)

    def delete_reconnect(self) -> None:
        """Remove the selected nodes and connect their neighbours."""
        self._remove(reconnect=True)

    def select_all(self) -> None:
        """Select every node."""
        self._window.selection.set(self._window.document.workflow.nodes)

    def select_none(self) -> None:
        """Select nothing."""
        self._window.selection.clear()

    def _remove(self, reconnect: bool) -> None:
        window = self._window
        nodes, cut = window.selection.nodes, window.selection.edges
        workflow = edits.remove(window.document.workflow, nodes, cut, reconnect)
        window.selection.clear()
        window.document.apply(workflow, "Delete")


class NodeActions:
    """What is done to nodes: add, rename, open, disable, arrange."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def add(self) -> None:
        """Open the quick-add box over the canvas."""
        self._window.open_quick_add()

    def rename(self) -> None:
        """Put the cursor into the node's title."""
        window = self._window
        window.show_panel("inspector")
        window.inspector.show_tab("Settings")
        row = window.inspector.settings.forms[0].rows["title"]
        row.editor.setFocus()

    def open(self) -> None:
        """Put the cursor into the node's first parameter."""
        window = self._window
        window.show_panel("inspector")
        window.inspector.show_tab("Parameters")
        form = window.inspector.parameters.form
        if form is not None:
            form.focus_first()

    def disable(self) -> None:
        """Disable the selected nodes, or enable them when all are disabled."""
        window = self._window
        workflow = edits.set_disabled(window.document.workflow, window.selection.nodes)
        window.document.apply(workflow, "Disable or enable")
