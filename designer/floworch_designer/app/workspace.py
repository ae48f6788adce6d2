"""A document on screen: its canvas, its inspector, and the stack that holds the canvases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from PySide6.QtGui import QMoveEvent
from PySide6.QtWidgets import QStackedWidget

from floworch_designer.app.empty_hint import EmptyHint
from floworch_designer.canvas.bar import CanvasBar
from floworch_designer.canvas.graphics import use_graphics_card
from floworch_designer.canvas.minimap import Minimap
from floworch_designer.inspector.context import Context
from floworch_designer.inspector.panel import InspectorPanel

if TYPE_CHECKING:
    from floworch_designer.app.session import Session, Sheet
    from floworch_designer.settings.settings import Settings
    from floworch_designer.theme.theme import Theme


class Workspace:
    """A document on screen: canvas, selection and inspector of one definition."""

    #: Why the canvas is not painted as the settings say; empty when it is.
    refused = ""

    def __init__(self, session: Session, theme: Theme, sheet: Sheet) -> None:
        document, selection = self.document, self.selection = sheet.document, sheet.selection
        self.canvas: Any = cast("Any", session.make_canvas(document, selection, theme, sheet.actions))
        self.hint = EmptyHint(self.canvas, theme)
        self.minimap = Minimap(self.canvas, session.settings.get("canvas/minimap"))
        self.bar = CanvasBar(self.canvas)
        self.bar.minimap_asked.connect(lambda on: session.settings.set("canvas/minimap", on))
        context = Context(document, selection, theme, sheet.actions, sheet.controller.feed)
        self.inspector = InspectorPanel(context, later=True)
        self.follow(session.settings)

    def retheme(self, theme: Theme) -> None:
        """Show canvas and inspector in the colours the theme has now."""
        self.canvas.set_theme(theme)
        self.bar.retheme()
        self.inspector.retheme()

    def follow(self, settings: Settings) -> None:
        """Show the canvas as its settings say; ``refused`` says where it cannot."""
        self.canvas.wheel_zooms = settings.get("canvas/wheel_zooms")
        self.canvas.wires.set_square(settings.get("canvas/square"))
        self.bar.set_shown(settings.get("canvas/bar"))
        self.bar.minimap.setChecked(settings.get("canvas/minimap"))
        self.refused = use_graphics_card(self.canvas, settings.get("canvas/graphics_card"))

    def remove(self) -> None:
        """Take canvas and inspector out of the window for good."""
        for widget in (self.canvas, self.inspector):
            widget.setParent(None)
            widget.deleteLater()


class CanvasStack(QStackedWidget):
    """The canvases; when a strip above them comes or goes, what they show stays where it is on the screen.

    Attributes:
        still: Another canvas is coming to the front: it stays as it was left, whatever strips it has.
    """

    still = False

    def moveEvent(self, event: QMoveEvent) -> None:
        """Scroll the canvas in front against the move, unless the first row of cards would go out of sight."""
        super().moveEvent(event)
        canvas: Any = self.currentWidget()
        away = event.oldPos().y() - event.pos().y()
        if self.still or canvas is None or not self.isVisible():
            return
        if not (away < 0 and canvas.would_hide_top(-away)):
            canvas.fitting.glide(away)
