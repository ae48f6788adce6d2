"""Middleware is copied from one node to others as text of the clipboard, its retry, timeout and cache included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from floworch_designer.document.layers import copied, pasted
from floworch_designer.settings.words import counted, tr

if TYPE_CHECKING:
    from floworch_designer.app.main_window import MainWindow


def copy_layers(window: MainWindow) -> None:
    """Copy the middleware of the primary node; says so when it has none, and the clipboard stays."""
    node = window.document.workflow.nodes.get(window.selection.primary or "")
    text = copied(node) if node is not None else ""
    if text:
        QGuiApplication.clipboard().setText(text)
        window.flash(tr("Middleware copied. Select other nodes and paste it."))
    else:
        window.flash(tr("This node has no middleware to copy."))


def paste_layers(window: MainWindow) -> None:
    """Put copied middleware on the selected nodes as one undo step."""
    workflow = window.document.workflow
    nodes = sorted(key for key in window.selection.nodes if key in workflow.nodes)
    made = pasted(workflow, nodes, QGuiApplication.clipboard().text())
    if made is None:
        window.flash(tr("The clipboard holds no middleware."))
        return
    step = counted(len(nodes), "Paste middleware", "Paste middleware on {n} nodes")
    window.document.apply(made, step)
