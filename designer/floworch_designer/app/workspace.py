"""A document on screen: its canvas, its inspector, and the stack that holds the canvases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QStackedWidget

from floworch_designer.app.empty_hint import EmptyHint
from floworch_designer.canvas.minimap import Minimap
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.panel import InspectorPanel

if TYPE_CHECKING:
    from floworch_designer.app.session import Session
    from floworch_designer.document.document import Document
    from floworch_designer.document.selection import Selection
    from floworch_designer.theme.theme import Theme


class Workspace:
    """A document on screen: canvas, selection and inspector of one definition."""

    def __init__(self, session: Session, theme: Theme, document: Document, selection: Selection) -> None:
        self.document, self.selection = document, selection
        self.canvas: Any = cast("Any", session.make_canvas(document, selection, theme, session.registry))
        self.hint = EmptyHint(self.canvas, theme)
        self.minimap = Minimap(self.canvas, session.settings.get("canvas/minimap"))
        context = Context(document, selection, theme, session.registry, session.controller.feed)
        self.inspector = InspectorPanel(context)

    def retheme(self, theme: Theme) -> None:
        """Show canvas and inspector in the colours the theme has now."""
        self.canvas.set_theme(theme)
        self.inspector.retheme()

    def remove(self) -> None:
        """Take canvas and inspector out of the window for good."""
        for widget in (self.canvas, self.inspector):
            widget.setParent(None)
            widget.deleteLater()


class CanvasStack(QStackedWidget):
    """The canvases; when a strip above them comes or goes, what they show stays where it is on the screen."""

    def moveEvent(self, event: QMoveEvent) -> None:
        """Scroll the canvas in front against the move, unless the first row of cards would go out of sight."""
        super().moveEvent(event)
        canvas: Any = self.currentWidget()
        away = event.oldPos().y() - event.pos().y()
        if self.isVisible() and canvas is not None and not (away < 0 and canvas.would_hide_top(-away)):
            canvas.pan(0, away)
